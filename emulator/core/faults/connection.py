"""The connection below a request, as far as a fault lays hands on it."""

import asyncio
import os
import socket
import struct
import sys
from collections.abc import Mapping
from contextlib import suppress
from typing import Any, Protocol

from starlette.types import Scope

EXTENSION = "emulator.connection"
# An SO_LINGER of no time at all: closing the socket sends RST.
_NO_LINGER = struct.pack("ii", 1, 0)


class Connection(Protocol):
    """A TCP connection, which the server offers among a scope's extensions."""

    async def reset(self) -> None:
        """End it at once, with RST; what was still to be sent is lost. Returns when it has ended."""

    async def close(self) -> None:
        """End it once everything that was written is sent. Returns when it has ended."""

    async def write(self, data: bytes) -> None:
        """Send bytes that no HTTP server would."""

    async def stall(self, seconds: float) -> None:
        """Let nothing move until the client hangs up, at most so many seconds; then reset."""

    async def ends_within(self, seconds: float) -> bool:
        """Wait so many seconds, unless it ends first; whether it did."""

    def spell_headers(self, names: Mapping[bytes, bytes]) -> None:
        """Send the header names of answers as they are spelled here; the keys are in lower case."""


class ResponseTransport:
    """A transport that sends the head of a response together with what follows it, in the vendor's spelling.

    uvicorn writes the two apart, which costs a small answer a sixth of its speed, and all header names in lower case.
    """

    def __init__(self, transport: asyncio.Transport) -> None:
        self._transport = transport
        self._head = b""
        self.head_is_next = False
        """Whether the next bytes that are written are the head of a response."""
        self.header_names: Mapping[bytes, bytes] = {}
        """How header names are spelled, by their names in lower case."""

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)

    def write(self, data: bytes) -> None:
        if self.head_is_next:
            self.head_is_next = False
            self._head = self._respell(data) if self.header_names else data
            asyncio.get_running_loop().call_soon(self.flush)
            return
        head, self._head = self._head, b""
        self._transport.write(head + data if head else data)

    def close(self) -> None:
        self.flush()
        self._transport.close()

    def flush(self) -> None:
        """Send a head that nothing has followed yet."""
        if self._head and not self._transport.is_closing():
            self._transport.write(self._head)
        self._head = b""

    def _respell(self, head: bytes) -> bytes:
        names, lines = self.header_names, head.split(b"\r\n")
        # The status line comes first, and two empty ones last.
        for number in range(1, len(lines) - 2):
            line = lines[number]
            colon = line.index(b":")
            lines[number] = names[line[:colon]] + line[colon:]
        return b"\r\n".join(lines)


class LiveConnection:
    """A TCP connection whose other end a client holds."""

    def __init__(self, transport: ResponseTransport) -> None:
        self._transport = transport
        self.ended = asyncio.Event()
        self.hung_up = asyncio.Event()
        """Whether the client has said that it sends no more."""

    async def reset(self) -> None:
        connected = self._transport.get_extra_info("socket")
        # Once it has ended, its descriptor may be another connection's.
        if connected is not None and not self.ended.is_set():
            # The option is the connection's, not the descriptor's; and a loop's own socket object may not have it.
            with suppress(OSError), socket.socket(fileno=os.dup(connected.fileno())) as duplicate:
                duplicate.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _NO_LINGER)
        self._transport.abort()
        await self.ended.wait()

    async def close(self) -> None:
        self._transport.close()
        await self.ended.wait()

    async def write(self, data: bytes) -> None:
        self._transport.write(data)

    async def stall(self, seconds: float) -> None:
        await _is_set_within(self.hung_up, seconds)
        await self.reset()

    async def ends_within(self, seconds: float) -> bool:
        return await _is_set_within(self.ended, seconds)

    def spell_headers(self, names: Mapping[bytes, bytes]) -> None:
        self._transport.header_names = names

    def end(self) -> None:
        """Tell whoever waits that the connection has ended."""
        self.ended.set()
        self.hung_up.set()


async def _is_set_within(event: asyncio.Event, seconds: float) -> bool:
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await event.wait()
    return event.is_set()


class ConnectionAborted(Exception):
    """The connection is gone, as a fault wanted it."""


class ConnectionAbortedInProcess(ConnectionAborted):
    """The same where there is no connection, because the client calls the application in process.

    `exception` is what the client gets instead, the one that a connection would have given it.
    """

    def __init__(self, name: str, message: str) -> None:
        super().__init__(message)
        httpx = sys.modules.get("httpx")
        self.exception: Exception = getattr(httpx, name)(message) if httpx else ConnectionResetError(message)


class _InProcessConnection:
    """A connection where there is none: each way to end one raises what httpx would say of it."""

    async def reset(self) -> None:
        raise ConnectionAbortedInProcess("ReadError", "Connection reset by peer")

    async def close(self) -> None:
        raise ConnectionAbortedInProcess(
            "RemoteProtocolError", "Server disconnected without sending a complete response."
        )

    async def write(self, data: bytes) -> None:
        raise ConnectionAbortedInProcess("RemoteProtocolError", f"illegal chunk header: {data[-8:]!r}")

    async def stall(self, seconds: float) -> None:
        raise ConnectionAbortedInProcess("ReadTimeout", f"Nothing came for {seconds} seconds.")

    async def ends_within(self, seconds: float) -> bool:
        await asyncio.sleep(seconds)
        return False

    def spell_headers(self, names: Mapping[bytes, bytes]) -> None:
        """Do nothing: an ASGI application sends names in lower case."""


def connection_of(scope: Scope) -> Connection:
    """The connection that a request came by.

    Where there is none, or the server is somebody else's, a fault breaks off the application by an exception; what
    comes of that is up to whoever called it.
    """
    connection: Connection | None = scope.get("extensions", {}).get(EXTENSION)
    return connection or _InProcessConnection()
