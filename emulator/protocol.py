"""Thin subclasses of uvicorn's HTTP protocols: faults on the connection, and what vendors' gateways tolerate."""

import asyncio
import re
from contextlib import suppress
from functools import cache, partial
from typing import TYPE_CHECKING, Any
from urllib.parse import quote_from_bytes

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from emulator.core.faults.connection import EXTENSION, LiveConnection, ResponseTransport

if TYPE_CHECKING:
    from uvicorn.protocols.http.h11_impl import H11Protocol as _UvicornProtocol
else:
    _UvicornProtocol = object

# The longest request line and headers together, in bytes; httptools has no bound of its own.
MAX_HEAD_BYTES = 64 * 1024
NOT_HTTP = (
    "Invalid HTTP request received. Often it is a space in the request line or in a header's name: write %20 in a "
    "path, and no space before a header's colon."
)
_HEAD_TOO_LONG = (
    b"HTTP/1.1 431 Request Header Fields Too Large\r\ncontent-type: text/plain; charset=utf-8\r\n"
    b"content-length: 57\r\nconnection: close\r\n\r\nThe request line and headers are longer than %d bytes."
    % MAX_HEAD_BYTES
)
_ASCII = "".join(map(chr, range(0x80)))
_UPGRADE = re.compile(rb"\r\nupgrade[ \t]*:[^\r\n]*", re.IGNORECASE)


@cache
def protocol_class(parser: str) -> type[asyncio.Protocol]:
    """Return the protocol that parses with `httptools` or `h11`; only that parser is loaded."""
    if parser == "h11":
        from uvicorn.protocols.http.h11_impl import H11Protocol

        return type("EmulatorH11Protocol", (_EmulatorProtocol, H11Protocol), {})
    from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

    return type("EmulatorHttpToolsProtocol", (_LenientHeads, _EmulatorProtocol, HttpToolsProtocol), {})


class _EmulatorProtocol(_UvicornProtocol):
    """Passes the connection to the application, and keeps a half-closed one open until it is answered."""

    app: Any
    _connection: LiveConnection
    _current: Any = None
    """The cycle of the request that is being answered; of pipelined requests uvicorn remembers only the last."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override] # uvicorn narrows it, too.
        response_transport: Any = ResponseTransport(transport)
        super().connection_made(response_transport)
        self._connection = LiveConnection(response_transport)
        self.app = partial(self._respond, self.app, response_transport)

    async def _respond(
        self, app: ASGIApp, transport: ResponseTransport, scope: Scope, receive: Receive, send: Send
    ) -> None:
        async def send_message(message: Message) -> None:
            transport.head_is_next = message["type"] == "http.response.start"
            await send(message)

        connection = self._connection
        cycle = self._current = receive.__self__  # type: ignore[attr-defined] # uvicorn passes the cycle's method.
        if connection.hung_up.is_set() and cycle.more_body:
            # A pipelined request whose client hung up: the rest of its body will never arrive.
            cycle.disconnected = True
            transport.close()
        scope["extensions"] = {EXTENSION: connection}
        transport.header_names = {}
        # uvicorn would report the application as failed where a stopping server cancels it.
        with suppress(asyncio.CancelledError):
            await app(scope, receive, send_message)
        # uvicorn tells this only the last of pipelined requests, and would report that the others were not answered.
        cycle.disconnected |= connection.ended.is_set()

    def eof_received(self) -> Any:
        # A client that closed its sending side still reads the answer. Returning True keeps the connection open.
        self._connection.hung_up.set()
        if self.cycle is not None:
            self.cycle.keep_alive = False
        cycle = self._current or self.cycle
        return cycle is not None and not cycle.response_complete and not cycle.more_body

    def connection_lost(self, exc: Exception | None) -> None:
        if self._current is not None and not self._current.response_complete:
            self._current.disconnected = True
            self._current.message_event.set()
        super().connection_lost(exc)
        self._connection.end()
        # Both refer to this protocol, so they would keep it in memory.
        del self.app
        self._current = None

    def send_400_response(self, msg: str) -> None:
        if self.cycle is not None and self.cycle.response_started and not self.cycle.response_complete:
            # The client would take an error response for the rest of the answer.
            self.transport.close()
        else:
            super().send_400_response(NOT_HTTP)


class _LenientHeads(_UvicornProtocol):
    """Rewrites request heads that vendors' gateways accept and httptools rejects."""

    _head_bytes = 0

    def data_received(self, data: bytes) -> None:
        if self.cycle is not None and self.cycle.more_body:
            super().data_received(data)
            return
        end = data.find(b"\r\n\r\n")
        self._head_bytes += len(data) if end < 0 else end
        if self._head_bytes > MAX_HEAD_BYTES:
            self.transport.write(_HEAD_TOO_LONG)
            self.transport.close()
            return
        cycle = self.cycle
        super().data_received(_rewrite_head(data, end))
        if self.cycle is not cycle:
            # The head was complete.
            self._head_bytes = 0


def _rewrite_head(data: bytes, end: int) -> bytes:
    """Percent-encode raw UTF-8 in the request line, as curl sends a typed file name, and drop `Upgrade`.

    Java's HttpClient asks for h2c with its first request, after which httptools would take the body for HTTP/2.
    `end` is where the head ends; -1, if it does not.
    """
    head, body = (data, b"") if end < 0 else (data[:end], data[end:])
    has_upgrade = b"\nupgrade" in head.lower()
    if head.isascii() and not has_upgrade:
        return data
    line, separator, headers = head.partition(b"\r\n")
    rewritten = quote_from_bytes(line, _ASCII).encode() + separator + headers
    return (_UPGRADE.sub(b"", rewritten) if has_upgrade else rewritten) + body
