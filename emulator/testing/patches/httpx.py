"""httpx, with and without async."""

import ssl
from collections.abc import Awaitable, Callable
from functools import wraps
from typing import Any

import httpx

from emulator.testing.control import trust
from emulator.testing.intercept import Interception, interception_for


def _wrap_sync(handle_request: Callable[..., httpx.Response]) -> Callable[..., httpx.Response]:
    @wraps(handle_request)
    def redirect(transport: httpx.HTTPTransport, request: httpx.Request) -> httpx.Response:
        interception = _interception_for(request)
        if interception is None:
            return handle_request(transport, request)
        return handle_request(httpx.HTTPTransport(**_options(interception)), _redirected(request, interception))

    return redirect


def _wrap_async(handle_request: Callable[..., Awaitable[httpx.Response]]) -> Callable[..., Awaitable[httpx.Response]]:
    @wraps(handle_request)
    async def redirect(transport: httpx.AsyncHTTPTransport, request: httpx.Request) -> httpx.Response:
        interception = _interception_for(request)
        if interception is None:
            return await handle_request(transport, request)
        redirected = _redirected(request, interception)
        return await handle_request(httpx.AsyncHTTPTransport(**_options(interception)), redirected)

    return redirect


def _interception_for(request: httpx.Request) -> Interception | None:
    return interception_for(request.url.host, request.method, str(request.url))


def _options(interception: Interception) -> dict[str, Any]:
    """Return a transport's options: without connections that stay open, no event loop and no client has to close it."""
    plain = interception.url.startswith("http:")
    return {
        "verify": ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT) if plain else trust(),
        "trust_env": False,
        "limits": httpx.Limits(max_keepalive_connections=0),
    }


def _redirected(request: httpx.Request, interception: Interception) -> httpx.Request:
    headers = request.headers.copy()
    headers.update(interception.headers_for(request.url.scheme))
    path = interception.prefix.encode() + request.url.raw_path
    host, port = interception.address
    url = request.url.copy_with(scheme=interception.scheme, host=host, port=port, raw_path=path)
    return httpx.Request(
        request.method, url, headers=headers, stream=request.stream, extensions=dict(request.extensions)
    )


METHODS = [
    (httpx.HTTPTransport, "handle_request", _wrap_sync),
    (httpx.AsyncHTTPTransport, "handle_async_request", _wrap_async),
]
