"""aiohttp."""

from collections.abc import Awaitable, Callable
from functools import wraps
from typing import Any

from aiohttp import ClientConnectorError, ClientRequest
from aiohttp.client_proto import ResponseHandler
from aiohttp.connector import BaseConnector, Connection
from aiohttp.helpers import ceil_timeout

from emulator.testing.control import trust
from emulator.testing.intercept import Redirection, redirection_for


class _RedirectingConnector(BaseConnector):
    """Connects to the emulator, whatever is asked for. No connection stays open, so nobody has to close it."""

    def __init__(self, redirection: Redirection) -> None:
        super().__init__(force_close=True, limit=0)
        self._redirection = redirection

    async def _create_connection(self, req: ClientRequest, traces: Any, timeout: Any) -> ResponseHandler:
        host, port = self._redirection.address
        context = trust() if self._redirection.scheme == "https" else None
        try:
            async with ceil_timeout(timeout.sock_connect, ceil_threshold=timeout.ceil_threshold):
                _, protocol = await self._loop.create_connection(self._factory, host, port, ssl=context)
        except TimeoutError:
            raise
        except OSError as error:
            raise ClientConnectorError(req.connection_key, error) from error
        return protocol


def _wrap_connect(connect: Callable[..., Awaitable[Connection]]) -> Callable[..., Awaitable[Connection]]:
    @wraps(connect)
    async def redirect(connector: BaseConnector, req: ClientRequest, *args: Any, **kwargs: Any) -> Connection:
        redirection = redirection_for(req.url.host, req.method, str(req.url))
        if redirection is None:
            return await connect(connector, req, *args, **kwargs)
        req.headers.update(redirection.headers_for(req.url.scheme))
        return await connect(_RedirectingConnector(redirection), req, *args, **kwargs)

    return redirect


METHODS = [(BaseConnector, "connect", _wrap_connect)]
