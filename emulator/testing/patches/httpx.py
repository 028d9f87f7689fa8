"""httpx, with and without async."""

import ssl
from collections.abc import Awaitable, Callable
from functools import wraps
from typing import Any

import httpx

from emulator.testing.control import trust
from emulator.testing.intercept import Redirection, redirection_for


def _wrap_sync(handle_request: Callable[..., httpx.Response]) -> Callable[..., httpx.Response]:
    @wraps(handle_request)
    def redirect(transport: httpx.HTTPTransport, request: httpx.Request) -> httpx.Response:
        redirection = _redirection_of(request)
        if redirection is None:
            return handle_request(transport, request)
        return handle_request(httpx.HTTPTransport(**_options(redirection)), _redirected(request, redirection))

    return redirect


def _wrap_async(handle_request: Callable[..., Awaitable[httpx.Response]]) -> Callable[..., Awaitable[httpx.Response]]:
    @wraps(handle_request)
    async def redirect(transport: httpx.AsyncHTTPTransport, request: httpx.Request) -> httpx.Response:
        redirection = _redirection_of(request)
        if redirection is None:
            return await handle_request(transport, request)
        redirected = _redirected(request, redirection)
        return await handle_request(httpx.AsyncHTTPTransport(**_options(redirection)), redirected)

    return redirect


def _redirection_of(request: httpx.Request) -> Redirection | None:
    return redirection_for(request.url.host, request.method, str(request.url))


def _options(redirection: Redirection) -> dict[str, Any]:
    """Return a transport's options: without connections that stay open, no event loop and no client has to close it."""
    plain = redirection.url.startswith("http:")
    return {
        "verify": ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT) if plain else trust(),
        "trust_env": False,
        "limits": httpx.Limits(max_keepalive_connections=0),
    }


def _redirected(request: httpx.Request, redirection: Redirection) -> httpx.Request:
    headers = request.headers.copy()
    headers.update(redirection.headers_for(request.url.scheme))
    path = redirection.prefix.encode() + request.url.raw_path
    host, port = redirection.address
    url = request.url.copy_with(scheme=redirection.scheme, host=host, port=port, raw_path=path)
    return httpx.Request(
        request.method, url, headers=headers, stream=request.stream, extensions=dict(request.extensions)
    )


METHODS = [
    (httpx.HTTPTransport, "handle_request", _wrap_sync),
    (httpx.AsyncHTTPTransport, "handle_async_request", _wrap_async),
]
