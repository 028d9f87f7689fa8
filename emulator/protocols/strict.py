"""HTTP/1.1 by the book: uvicorn's protocol on h11's parser, open to faults."""

import asyncio
from contextlib import suppress
from typing import Any, cast

from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

from emulator.core.faults.connection import EXTENSION
from emulator.protocols.connections import LiveConnection


class StrictProtocol(H11Protocol):
    """Offers the application its connection."""

    app: ASGIApp
    _connection: LiveConnection

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # A connection's is always one that reads and writes.
        transport = cast("asyncio.Transport", transport)
        super().connection_made(transport)
        self._connection = connection = LiveConnection(transport)
        app = self.app

        async def connected(scope: Scope, receive: Receive, send: Send) -> None:
            scope["extensions"] = {EXTENSION: connection}
            if connection.hung_up.is_set() and self.cycle.more_body:
                # A request that waited for its turn, and whose rest will never come.
                transport.close()
            # uvicorn would report the application as failed where a stopping server cancels it.
            with suppress(asyncio.CancelledError):
                await app(scope, receive, send)

        self.app = connected

    # asyncio keeps a half-closed connection open for a protocol that answers True. Any: uvicorn says that none does.
    def eof_received(self) -> Any:
        # A client that has sent all it has to say still wants its answer; one that gave up looks the same.
        self._connection.hung_up.set()
        return self.cycle is not None and not self.cycle.response_complete and not self.cycle.more_body

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        self._connection.end()
        # It refers to this protocol.
        del self.app
