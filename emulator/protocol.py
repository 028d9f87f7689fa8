"""Thin subclasses of uvicorn's HTTP protocols: faults on the connection, and what vendors' gateways tolerate."""

import asyncio
import re
from contextlib import suppress
from functools import cache, partial
from typing import TYPE_CHECKING, Any
from urllib.parse import quote_from_bytes

from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from emulator.core.faults.connection import EXTENSION, LiveConnection, ResponseTransport
from emulator.interception.tunnels import TunnelProtocol, misdirected, proxied

if TYPE_CHECKING:
    from uvicorn.protocols.http.h11_impl import H11Protocol as _UvicornProtocol

    from emulator.interception.interception import Interception
else:
    _UvicornProtocol = object

# The longest request line and headers together, in bytes; httptools has no bound of its own.
MAX_HEAD_BYTES = 64 * 1024
NOT_HTTP = (
    "Invalid HTTP request received. Often it is a space in the request line or in a header's name: write %20 in a "
    "path, and no space before a header's colon."
)
_TOO_LONG = b"The request line and headers are longer than %d bytes." % MAX_HEAD_BYTES
_HEAD_TOO_LONG = (
    b"HTTP/1.1 431 Request Header Fields Too Large\r\ncontent-type: text/plain; charset=utf-8\r\n"
    b"content-length: %d\r\nconnection: close\r\n\r\n%b" % (len(_TOO_LONG), _TOO_LONG)
)
_ASCII = "".join(map(chr, range(0x80)))
_UPGRADE = re.compile(rb"\r\nupgrade[ \t]*:[^\r\n]*(?=\r\n)", re.IGNORECASE)
# An `Upgrade` line that ends in the next piece.
_BEGUN_UPGRADE = re.compile(rb"(?<=\r\n)(u|up|upg|upgr|upgra|upgrad|upgrade[^\r\n]*\r?)\Z", re.IGNORECASE)


@cache
def protocol_class(parser: str, interception: "Interception | None" = None) -> type[asyncio.Protocol]:
    """Return the protocol that parses with `httptools` or `h11`; only that parser is loaded.

    With an interception it is also a proxy for the vendors' hosts.
    """
    members = {"interception": interception}
    if parser == "h11":
        from uvicorn.protocols.http.h11_impl import H11Protocol

        return type("EmulatorH11Protocol", (TunnelProtocol, _EmulatorProtocol, H11Protocol), members)
    from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

    bases = (TunnelProtocol, _LenientHeads, _EmulatorProtocol, HttpToolsProtocol)
    return type("EmulatorHttpToolsProtocol", bases, members)


class _EmulatorProtocol(_UvicornProtocol):
    """Passes the connection to the application, and keeps a half-closed one open until it is answered."""

    app: Any
    interception: "Interception | None"
    _tunnel_host: str | None
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
        if sentence := proxied(scope, self.interception):
            app = PlainTextResponse(sentence, 403)
        elif sentence := misdirected(scope, self._tunnel_host):
            app = PlainTextResponse(sentence, 421)
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
        # After a reset uvicorn leaves its timer, which keeps the buffers of a TLS connection.
        self._unset_keepalive_if_required()
        self._connection.end()
        # Both refer to this protocol, so they would keep it in memory.
        del self.app
        self._current = None

    def send_400_response(self, msg: str) -> None:
        if self.cycle is not None and self.cycle.response_started and not self.cycle.response_complete:
            # The client would take an error response for the rest of the answer.
            self.transport.close()
            return
        super().send_400_response(NOT_HTTP)
        if self.cycle is not None and not self.cycle.response_complete:
            # The rest of a body was not HTTP: whatever the application answers to its head comes too late.
            self.cycle.disconnected = True
            self.cycle.message_event.set()


class _LenientHeads(_UvicornProtocol):
    """Rewrites request heads that vendors' gateways accept and httptools rejects. They may arrive in any pieces.

    Raw UTF-8 in the request line is percent-encoded, as curl sends a typed file name. `Upgrade` is dropped: Java's
    HttpClient asks for h2c with its first request, after which httptools would take the body for HTTP/2.
    """

    scope: Any
    url: bytes
    _head_bytes = 0
    _in_request_line = True
    _framing_bytes = 0
    """How many bytes came since the last one of a body."""
    _has_progressed = False
    """Whether a piece had a byte of a body, or the beginning of a request."""
    _passed = b""
    """The last bytes that the parser has: the blank line after a head may arrive in two pieces."""
    _begun_line = b""
    """The beginning of an `Upgrade` line, held back from the parser."""

    def on_headers_complete(self) -> None:
        super().on_headers_complete()  # type: ignore[misc] # httptools' protocol has it.
        # Trailers, of which no vendor knows any, must not become headers of the request.
        self.headers = []
        if self.url[:1] != b"/":
            # In absolute form, as a proxy gets it, of which uvicorn leaves the path only.
            self.scope["raw_path"] = self.url.partition(b"?")[0]

    def on_message_begin(self) -> None:
        self._has_progressed = True
        super().on_message_begin()  # type: ignore[misc] # httptools' protocol has it.

    def on_body(self, body: bytes) -> None:
        self._has_progressed = True
        super().on_body(body)  # type: ignore[misc] # httptools' protocol has it.

    def _receive_body(self, data: bytes) -> None:
        """Parse a piece of a body, unless too much comes that belongs to none, such as trailers."""
        self._has_progressed = False
        super().data_received(data)
        self._framing_bytes = 0 if self._has_progressed else self._framing_bytes + len(data)
        if self._framing_bytes > MAX_HEAD_BYTES:
            self.send_400_response(NOT_HTTP)

    def data_received(self, data: bytes) -> None:
        if self.cycle is not None and self.cycle.more_body:
            self._passed = data[-3:]
            self._receive_body(data)
            return
        passed, data = self._passed, self._begun_line + data
        end = (passed + data).find(b"\r\n\r\n")
        head_size = len(data) if end < 0 else max(0, end + 2 - len(passed))
        if self._head_bytes + head_size > MAX_HEAD_BYTES:
            self.transport.write(_HEAD_TOO_LONG)
            self.transport.close()
            return
        head, body = data[:head_size], data[head_size:]
        self._begun_line = b""
        if end < 0 and (begun := _BEGUN_UPGRADE.search(passed + head, len(passed))):
            head, self._begun_line = head[: -len(begun[0])], begun[0]
        self._head_bytes += len(head)
        self._passed = (passed + head + body[-3:])[-3:]
        if not head.isascii() and self._in_request_line:
            line, line_feed, headers = head.partition(b"\n")
            head = quote_from_bytes(line, _ASCII).encode() + line_feed + headers
        self._in_request_line &= b"\n" not in head
        cycle = self.cycle
        super().data_received(_UPGRADE.sub(b"", passed + head)[len(passed) :] + body)
        if self.cycle is not cycle:
            # The head was complete.
            self._head_bytes, self._in_request_line = 0, True
