"""HTTP on the wire: uvicorn's protocols, with the details that vendors' clients need, and open to faults."""

import asyncio
import os
import re
import socket
import struct
from contextlib import suppress
from functools import cache
from typing import Any
from urllib.parse import quote_from_bytes

from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol, RequestResponseCycle

from emulator.core.connection import EXTENSION

# Beyond so much, what is written goes out at once.
MAX_JOINED_BYTES = 64 * 1024
# The longest request line and headers together.
MAX_HEAD_BYTES = 64 * 1024
NOT_HTTP = (
    "Invalid HTTP request received. Often it is a space in the request line or in a header's name: write %20 in a "
    "path, and no space before a header's colon."
)
# An SO_LINGER of no time at all: closing the socket sends RST.
_NO_LINGER = struct.pack("ii", 1, 0)
_ASCII = "".join(map(chr, range(0x80)))
_UPGRADE = re.compile(rb"\r\nupgrade[ \t]*:[^\r\n]*\r\n", re.IGNORECASE)


class _Joined(asyncio.Transport):
    """Sends together what is written in one step of the loop: a head and its body are one system call, not two."""

    def __init__(self, transport: asyncio.Transport) -> None:
        super().__init__()
        self._transport = transport
        self._loop = asyncio.get_running_loop()
        self._held: list[bytes | bytearray | memoryview] = []
        self._held_bytes = 0

    def write(self, data: bytes | bytearray | memoryview) -> None:
        self._held.append(data)
        self._held_bytes += len(data)
        if self._held_bytes >= MAX_JOINED_BYTES:
            self.flush()
        elif len(self._held) == 1:
            self._loop.call_soon(self.flush)

    def get_extra_info(self, name: str, default: Any = None) -> Any:
        return self._transport.get_extra_info(name, default)

    def is_closing(self) -> bool:
        return self._transport.is_closing()

    def pause_reading(self) -> None:
        self._transport.pause_reading()

    def resume_reading(self) -> None:
        self._transport.resume_reading()

    def close(self) -> None:
        self.flush()
        self._transport.close()

    def abort(self) -> None:
        self._held.clear()
        self._transport.abort()

    def flush(self) -> None:
        """Send what is held. The loop itself, which closes what is under this, does not know that there is any."""
        if self._held and not self._transport.is_closing():
            if self._held_bytes < MAX_JOINED_BYTES:
                self._transport.write(b"".join(self._held))
            else:
                self._transport.writelines(self._held)
        self._held = []
        self._held_bytes = 0


class _Connection:
    """A connection as faults see it (core/connection.py)."""

    def __init__(self, transport: asyncio.Transport) -> None:
        self._transport = transport
        self.ended = asyncio.Event()
        self.hung_up = asyncio.Event()

    async def reset(self) -> None:
        found = self._transport.get_extra_info("socket")
        # Once it has ended, its descriptor may be another connection's.
        if found is not None and not self.ended.is_set():
            # The option is the connection's, not the descriptor's; and a loop's own socket object may not have it.
            with suppress(OSError), socket.socket(fileno=os.dup(found.fileno())) as same:
                same.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _NO_LINGER)
        self._transport.abort()
        await self.ended.wait()

    async def close(self) -> None:
        self._transport.close()
        await self.ended.wait()

    async def write(self, data: bytes) -> None:
        self._transport.write(data)

    async def stall(self, seconds: float) -> None:
        await _comes(self.hung_up, seconds)
        await self.reset()

    async def ends_within(self, seconds: float) -> bool:
        return await _comes(self.ended, seconds)


async def _comes(event: asyncio.Event, seconds: float) -> bool:
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await event.wait()
    return event.is_set()


class _Connected(asyncio.Protocol):
    """Offers the application its connection."""

    app: ASGIApp
    cycle: Any
    _running: Any = None
    _joined: _Joined
    _connection: _Connection

    # As uvicorn has it: what asyncio calls a base transport is always one that reads and writes.
    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        self._joined = _Joined(transport)
        super().connection_made(self._joined)
        self._connection = connection = _Connection(self._joined)
        app = self.app

        async def connected(scope: Scope, receive: Receive, send: Send) -> None:
            scope["extensions"] = {EXTENSION: connection}
            if connection.hung_up.is_set() and self.cycle.more_body:
                # A request that waited for its turn, and whose rest will never come.
                self._joined.close()
            await app(scope, receive, send)

        self.app = connected

    def eof_received(self) -> bool:
        # A client that has sent all it has to say still wants its answer; one that gave up looks the same.
        self._connection.hung_up.set()
        self._joined.flush()
        # Others may wait behind the one that is under way.
        cycle = self._running or self.cycle
        return cycle is not None and not cycle.response_complete and not cycle.more_body

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        self._connection.ended.set()
        self._connection.hung_up.set()
        # It refers to this protocol.
        del self.app


# asyncio keeps a half-closed connection open for a protocol that answers True; uvicorn's say that they never do.
class HttpTools(_Connected, HttpToolsProtocol):  # type: ignore[misc]
    """HTTP as forgiving as the vendors' gateways, where uvicorn is stricter or the parser trips."""

    _between_requests = True
    _head = b""

    def data_received(self, data: bytes) -> None:
        # The client is not idle, whether or not the parser gets to see this.
        self._unset_keepalive_if_required()
        if self._between_requests:
            data = self._head + data
            end = data.find(b"\r\n\r\n")
            if (len(data) if end < 0 else end) > MAX_HEAD_BYTES:
                self._refuse(431, f"The request line and headers are longer than {MAX_HEAD_BYTES} bytes.")
                return
            if end < 0 and _may_be_head(data):
                self._head = data
                return
            self._head = b""
            self._between_requests = False
            data = _mended(data, end)
        super().data_received(data)

    def on_body(self, body: bytes) -> None:
        if not self.cycle.body:
            # Handed on as it came, where uvicorn would copy it twice. If more comes first, the two make new bytes.
            self.cycle.body = body
            body = b""
        super().on_body(body)

    def on_message_begin(self) -> None:
        # Also in the middle of a read, for a client that sends its next request before the answer: that one's head
        # is the parser's alone.
        self._between_requests = False
        super().on_message_begin()

    def on_message_complete(self) -> None:
        self._between_requests = True
        super().on_message_complete()

    def connection_lost(self, exc: Exception | None) -> None:
        # With several requests on their way, uvicorn tells only the last of them.
        if self._running is not None:
            self._running.disconnected = True
            self._running.message_event.set()
        super().connection_lost(exc)

    def send_400_response(self, msg: str) -> None:
        super().send_400_response(NOT_HTTP)

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: Any) -> None:
        self._running = cycle
        super()._start_asgi_task(cycle, app)

    def _refuse(self, status: int, message: str) -> None:
        head = f"content-type: text/plain; charset=utf-8\r\ncontent-length: {len(message)}\r\nconnection: close\r\n\r\n"
        self.transport.write(STATUS_LINE[status] + head.encode() + message.encode())
        self.transport.close()


def _may_be_head(data: bytes) -> bool:
    """Whether this may become a request head. What looks otherwise (a TLS handshake, lines that end without CR) goes to
    the parser at once, which refuses it."""
    first = data.lstrip(b"\r\n")[:1]
    return (not first or first.isupper()) and data.count(b"\n") == data.count(b"\r\n")


def _mended(data: bytes, end: int) -> bytes:
    """A request head that the parser takes: raw UTF-8 in its first line percent-encoded (as curl sends a file name that
    was typed into a terminal), and without `Upgrade`, at which the parser would take the body for another protocol."""
    line = data[: data.find(b"\r\n")]
    if not line.isascii():
        quoted = quote_from_bytes(line, _ASCII).encode()
        data = quoted + data[len(line) :]
        end += len(quoted) - len(line)
    if _UPGRADE.search(data, 0, end + 2):
        data = _UPGRADE.sub(b"\r\n", data[: end + 2]) + data[end + 2 :]
    return data


def protocol(parser: str) -> type[asyncio.Protocol]:
    """The one that parses with `httptools` or `h11`."""
    return _h11() if parser == "h11" else HttpTools


@cache
def _h11() -> type[asyncio.Protocol]:
    # Few want it, and it takes its time to load.
    from uvicorn.protocols.http.h11_impl import H11Protocol

    class H11(_Connected, H11Protocol):  # type: ignore[misc]  # As with HttpTools.
        pass

    return H11
