"""A TCP connection as faults see it (core/connection.py)."""

import asyncio
import os
import socket
import struct
from collections.abc import Callable
from contextlib import suppress

# An SO_LINGER of no time at all: closing the socket sends RST.
_NO_LINGER = struct.pack("ii", 1, 0)


def _nothing() -> None:
    pass


class LiveConnection:
    """One that a client holds the other end of."""

    def __init__(self, transport: asyncio.Transport, flush: Callable[[], object] = _nothing) -> None:
        self._transport = transport
        self._flush = flush
        """Hands the transport what was written and not handed to it yet."""
        self.ended = asyncio.Event()
        self.hung_up = asyncio.Event()
        """Whether the client has said that it sends no more."""

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
        self._flush()
        self._transport.close()
        await self.ended.wait()

    async def write(self, data: bytes) -> None:
        self._flush()
        self._transport.write(data)

    async def stall(self, seconds: float) -> None:
        await _comes(self.hung_up, seconds)
        await self.reset()

    async def ends_within(self, seconds: float) -> bool:
        return await _comes(self.ended, seconds)

    def end(self) -> None:
        """It has ended."""
        self.ended.set()
        self.hung_up.set()
        # It refers to whoever has this connection.
        self._flush = _nothing


async def _comes(event: asyncio.Event, seconds: float) -> bool:
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await event.wait()
    return event.is_set()
