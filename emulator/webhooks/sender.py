"""Sending one webhook over HTTP. Imported when the first one is sent, as httpx takes a while to load."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Mapping
from contextlib import suppress
from datetime import UTC
from email.utils import parsedate_to_datetime
from functools import cache
from math import ceil
from typing import NamedTuple

import httpx

from emulator.core.clock import machine_time
from emulator.core.numbers import parse_int

# The longest (seconds) that a single step may take, above every time limit of a vendor.
MAX_TIMEOUT = 3600
# The longest Retry-After (seconds) that is read.
MAX_RETRY_AFTER = 7 * 24 * 3600


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
    content: bytes | AsyncIterator[bytes] = body
    fields = dict(headers)
    if cut:
        fields["content-length"] = str(len(body))
        content = _half_of(body)
    try:
        # One limit for the whole answer: the client's own limits start anew with every byte.
        async with asyncio.timeout(timeout), client.stream("POST", url, headers=fields, content=content) as answer:
            # A receiver may stream without an end; one piece tells whether there is a body.
            has_body = bool(await anext(answer.aiter_raw(), b""))
            return Answer(answer.status_code, None, has_body, _seconds(answer.headers.get("retry-after", "")))
    except TimeoutError:
        return Answer(None, f"There was no answer within {timeout:g} seconds.")
    except _CutError:
        return Answer(None, "A fault ended the connection in the middle of the body.")
    except Exception as error:
        # Not only httpx's own errors: a host name that cannot be encoded is an error of the package idna.
        return Answer(None, f"There was no answer: {(str(error) or type(error).__name__).rstrip('.')}.")


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
