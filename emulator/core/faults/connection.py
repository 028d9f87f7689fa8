"""The connection of a request, with what faults do to it: reset, close, stall, raw writes."""

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
# With an SO_LINGER of zero seconds, closing the socket sends RST.
_NO_LINGER = struct.pack("ii", 1, 0)


class Connection(Protocol):
    """The TCP connection of a request, which the server adds to the scope's extensions."""

    async def reset(self) -> None:
        """Reset the connection (RST), discarding unsent bytes. Returns when it has ended."""

    async def close(self) -> None:
        """Close the connection after sending everything written. Returns when it has ended."""

    async def write(self, data: bytes) -> None:
        """Send raw bytes, which need not be valid HTTP."""

    async def stall(self, seconds: float) -> None:
        """Send and read nothing until the client hangs up or this many seconds have passed; then reset."""

    async def ends_within(self, seconds: float) -> bool:
        """Wait this many seconds or until the connection ends. Return whether it ended."""

    def spell_headers(self, names: Mapping[bytes, bytes]) -> None:
        """Send response header names in this spelling; the keys are in lower case."""


class ResponseTransport:
    """A transport that sends a response's head together with its body, with header names in the vendor's spelling.

    uvicorn writes head and body separately, which makes small responses a sixth slower, and all names in lower case.
    """

    def __init__(self, transport: asyncio.Transport) -> None:
        self._transport = transport
        self._head = b""
        self.head_is_next = False
        """Whether the next bytes written are the head of a response."""
        self.header_names: Mapping[bytes, bytes] = {}
        """The spelling of header names, by name in lower case."""

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
        """Send a head that is still waiting for its body."""
        if self._head and not self._transport.is_closing():
            self._transport.write(self._head)
        self._head = b""

    def _respell(self, head: bytes) -> bytes:
        names, lines = self.header_names, head.split(b"\r\n")
        # The first line is the status line; the last two are empty.
        for number in range(1, len(lines) - 2):
            line = lines[number]
            colon = line.index(b":")
            lines[number] = names[line[:colon]] + line[colon:]
        return b"\r\n".join(lines)


class LiveConnection:
    """A TCP connection to a client."""

    def __init__(self, transport: ResponseTransport) -> None:
        self._transport = transport
        self.ended = asyncio.Event()
        self.hung_up = asyncio.Event()
        """Set when the client has closed its sending side."""

    async def reset(self) -> None:
        connected = self._transport.get_extra_info("socket")
        # The descriptor of an ended connection may have been reused.
        if connected is not None and not self.ended.is_set():
            # The option applies to the connection, so a duplicate descriptor sets it; a loop's own socket object may
            # have no setsockopt.
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
        """Wake up all tasks that wait for the end of the connection."""
        self.ended.set()
        self.hung_up.set()


async def _is_set_within(event: asyncio.Event, seconds: float) -> bool:
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await event.wait()
    return event.is_set()


class ConnectionAborted(Exception):
    """A fault has ended the connection."""


class ConnectionAbortedInProcess(ConnectionAborted):
    """A fault has ended an exchange of a client that calls the application in process, without a connection.

    `exception` is the one that the client would have got from a connection.
    """

    def __init__(self, name: str, message: str) -> None:
        super().__init__(message)
        httpx = sys.modules.get("httpx")
        self.exception: Exception = getattr(httpx, name)(message) if httpx else ConnectionResetError(message)


class _InProcessConnection:
    """The stand-in for a connection in process: every way to end it raises httpx's exception for it."""

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
    """Return the connection of a request.

    In process or on another server there is none: a fault then raises an exception from the application.
    """
    connection: Connection | None = scope.get("extensions", {}).get(EXTENSION)
    return connection or _InProcessConnection()
