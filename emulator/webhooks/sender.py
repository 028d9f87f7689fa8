"""Sending one webhook over HTTP. Imported when the first one is sent, as httpx takes a while to load."""

import asyncio
from collections.abc import Mapping

import httpx

# The longest (seconds) that a single step may take, above every time limit of a vendor.
MAX_TIMEOUT = 3600


def new_client() -> httpx.AsyncClient:
    """Return a client that calls the address it is given and no other: without redirects and proxies."""
    return httpx.AsyncClient(follow_redirects=False, trust_env=False, timeout=MAX_TIMEOUT)


async def post(
    client: httpx.AsyncClient, url: str, headers: Mapping[str, str], body: bytes, timeout: float
) -> tuple[int | None, str | None]:
    """Send a request. Return the status of the answer, or the reason why there was none, as a sentence."""
    try:
        # One limit for the whole answer: the client's own limits start anew with every byte.
        async with asyncio.timeout(timeout), client.stream("POST", url, headers=dict(headers), content=body) as answer:
            return answer.status_code, None
    except TimeoutError:
        return None, f"There was no answer within {timeout:g} seconds."
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        return None, f"There was no answer: {error or type(error).__name__}."
