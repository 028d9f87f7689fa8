"""The connection below a request, as far as a fault lays hands on it."""

import asyncio
import sys
from typing import Protocol

from starlette.types import Scope

EXTENSION = "emulator.connection"


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


class ConnectionAborted(Exception):
    """The connection is gone, as a fault wanted it."""


class ConnectionAbortedInProcess(ConnectionAborted):
    """The same where there is no connection, because the client calls the application: `seen` is what it gets instead,
    the exception that a connection would have given it."""

    def __init__(self, name: str, message: str) -> None:
        super().__init__(message)
        httpx = sys.modules.get("httpx")
        self.seen: Exception = getattr(httpx, name)(message) if httpx else ConnectionResetError(message)


class _InProcess:
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


def connection_of(scope: Scope) -> Connection:
    """The connection that a request came by.

    Where there is none, or the server is somebody else's, a fault breaks off the application by an exception; what
    comes of that is up to whoever called it.
    """
    found: Connection | None = scope.get("extensions", {}).get(EXTENSION)
    return found or _InProcess()
