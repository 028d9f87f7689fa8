"""Sending one webhook over HTTP. Imported when the first one is sent, as httpx takes a while to load."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Mapping
from contextlib import aclosing, suppress
from datetime import UTC
from email.utils import parsedate_to_datetime
from functools import cache
from math import ceil
from typing import NamedTuple

import httpx

from emulator.core.clock import machine_time
from emulator.core.numbers import parse_int
from emulator.webhooks.addresses import addresses_of, host_of

# The longest (seconds) that a single step may take, above every time limit of a vendor.
MAX_TIMEOUT = 3600
# The longest Retry-After (seconds) that is read.
MAX_RETRY_AFTER = 7 * 24 * 3600
# How much of an error's message is kept.
MAX_ERROR = 500


class Answer(NamedTuple):
    """What came of a request."""

    status: int | None
    """None if there was no answer."""
    error: str | None = None
    """Why there was no answer, as a sentence."""
    has_body: bool = False
    retry_after: int = 0
    """In seconds."""


class _CutError(Exception):
    """A fault ends the connection."""


class _NotConnectedError(Exception):
    """Nothing listens at an address."""


def new_client() -> httpx.AsyncClient:
    """Return a client that calls the address it is given and no other: without redirects and proxies."""
    return httpx.AsyncClient(follow_redirects=False, trust_env=False, timeout=MAX_TIMEOUT, verify=_tls_context())


@cache
def _tls_context() -> ssl.SSLContext:
    # Loading the certificates of the authorities takes longer than a delivery.
    return httpx.create_ssl_context(trust_env=False)


async def post(
    client: httpx.AsyncClient, url: str, headers: Mapping[str, str], body: bytes, timeout: float, *, cut: bool = False
) -> Answer:
    """Send a request, and return what came of it. With `cut` the connection ends in the middle of the body."""
    fields = dict(headers)
    if cut:
        fields["content-length"] = str(len(body))
    try:
        # One limit for the whole answer: the client's own limits start anew with every byte.
        async with asyncio.timeout(timeout), aclosing(await _send(client, url, fields, body, cut=cut)) as answer:
            # A receiver may stream without an end; one piece tells whether there is a body.
            has_body = bool(await anext(answer.aiter_raw(), b""))
            return Answer(answer.status_code, None, has_body, _seconds(answer.headers.get("retry-after", "")))
    except TimeoutError:
        return Answer(None, f"There was no answer within {timeout:g} seconds.")
    except _CutError:
        return Answer(None, "A fault ended the connection in the middle of the body.")
    except Exception as error:
        # Not only httpx's own errors: a host name that cannot be encoded is an error of the package idna.
        return Answer(None, f"There was no answer: {(str(error) or type(error).__name__)[:MAX_ERROR].rstrip('.')}.")


async def _send(
    client: httpx.AsyncClient, url: str, headers: Mapping[str, str], body: bytes, *, cut: bool
) -> httpx.Response:
    """Send a request to the host that was checked, even where httpx would read the URL in another way."""
    named, host = httpx.URL(url), host_of(url)
    fields = {"host": named.netloc.decode(), **headers}

    async def send_to(address: str) -> httpx.Response:
        content = _half_of(body) if cut else body
        request = client.build_request("POST", named.copy_with(host=address), headers=fields, content=content)
        return await _connect_and_send(client, request, host)

    *others, last = addresses_of(host)
    for address in others:
        with suppress(_NotConnectedError):
            return await send_to(address)
    return await send_to(last)


async def _connect_and_send(client: httpx.AsyncClient, request: httpx.Request, host: str) -> httpx.Response:
    """Send a request to the address in its URL. Raises _NotConnectedError where nothing listens."""
    events = set()

    async def trace(event: str, _: object) -> None:
        events.add(event)

    # Certificates are for names.
    request.extensions.update(sni_hostname=host, trace=trace)
    try:
        return await client.send(request, stream=True)
    except httpx.ConnectError as error:
        if "connection.connect_tcp.failed" not in events:
            raise
        raise _NotConnectedError(str(error)) from error


def _seconds(retry_after: str) -> int:
    """Return the seconds that a Retry-After names, as a number or as a date; 0 for what is neither."""
    seconds = parse_int(retry_after, 0)
    if not seconds:
        with suppress(ValueError):
            moment = parsedate_to_datetime(retry_after)
            seconds = ceil((moment.replace(tzinfo=moment.tzinfo or UTC) - machine_time()).total_seconds())
    return max(0, min(seconds, MAX_RETRY_AFTER))


async def _half_of(body: bytes) -> AsyncIterator[bytes]:
    yield body[: len(body) // 2]
    raise _CutError
