"""Fault injection: what a fault does to one request and its answer."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import suppress

from starlette.requests import ClientDisconnect
from starlette.responses import Response
from starlette.types import Message, Receive, Send

from emulator.core.faults.connection import Connection, ConnectionAborted, ConnectionAbortedInProcess, connection_of
from emulator.core.faults.fault import Fault
from emulator.core.request import VendorRequest
from emulator.core.storage.downloads import FileResponse

Respond = Callable[[], Awaitable[Response]]
RespondWithStatus = Callable[[int, int | None], Response]
# How many pieces a throttled transfer sends in a second.
STEPS = 20


class FaultInjector:
    """Applies one fault to one request."""

    def __init__(self, fault: Fault, request: VendorRequest) -> None:
        self._fault = fault
        self._request = request
        self._connection = connection_of(request.scope)
        request.exchange.fault = fault.kind

    @property
    def leaves_body_unread(self) -> bool:
        """Whether the rest of the request body is not read."""
        return self._fault.kind == "early-refusal"

    async def answer(self, carry_out: Respond, refuse: RespondWithStatus) -> Response:
        """Return the answer, or end the connection if the fault triggers before it.

        Raises ConnectionAborted and ClientDisconnect.
        """
        fault = self._fault
        if fault.status is not None:
            response = refuse(fault.status, fault.retry_after)
            if self.leaves_body_unread:
                response.headers["Connection"] = "close"
            return response
        if fault.direction == "up":
            await self._alter_upload()
        await self._abort_early()
        response = await carry_out()
        if fault.kind == "delay":
            await _pause(self._connection, fault.seconds or 0)
        if fault.kind == "lost-answer":
            self._request.exchange.status = response.status_code
            await self._reset()
        return response

    async def send(self, response: Response, send: Send) -> None:
        """Send the answer as far as the fault allows. Raises ConnectionAborted and ClientDisconnect."""
        fault = self._fault
        size = int(response.headers.get("content-length", "0")) if self._request.method != "HEAD" else 0
        if fault.kind in ("truncated", "malformed-chunk") and not self._request.body_ended:
            # Closing the connection while the client still sends would reset it.
            await self._request.drain()
        if fault.kind == "malformed-chunk":
            await self._send_malformed_chunk(response, send)
        if not size:
            await self._abort_without_body()
        await send({"type": "http.response.start", "status": response.status_code, "headers": response.raw_headers})
        async for piece in self._alter_body(_pieces(response) if size else (), size):
            await send({"type": "http.response.body", "body": piece, "more_body": True})
        await send({"type": "http.response.body", "body": b""})
        if self.leaves_body_unread and not self._request.body_ended:
            with suppress(ConnectionAbortedInProcess):  # In process, the caller already has the answer.
                await self._connection.close()
            raise ConnectionAborted

    # --- Up -----------------------------------------------------------------------------------------------------------

    async def _abort_early(self) -> None:
        """End the connection before the request is carried out, if the fault does so.

        Raises ConnectionAborted and ClientDisconnect.
        """
        fault = self._fault
        if fault.kind == "reset":
            # Without a declared length, the first piece counts as half of the body.
            bounds = {"before": 0, "during": self._fault_position(self._request.declared_length or 2), "after": None}
            await self._read(bounds[fault.when or "during"])
            await self._reset()
        if fault.kind == "empty-reply":
            await self._read(None)
            await self._connection.close()
            raise ConnectionAborted

    async def _alter_upload(self) -> None:
        """Stall the upload, or slow it down or corrupt it by wrapping `receive`.

        A stall raises ConnectionAborted or ClientDisconnect.
        """
        fault, length = self._fault, self._request.declared_length
        if fault.kind == "stall":
            await self._read(self._fault_position(length))
            await self._stall()
        elif fault.kind == "slow":
            rate, connection = fault.bytes_per_second or 1, self._connection
            self._request.wrap_receive(lambda receive: _slow_reader(receive, connection, rate))
        else:
            position = min(self._fault_position(length), max(0, length - 1)) if length else fault.after_bytes or 0
            self._request.wrap_receive(lambda receive: _corrupting_reader(receive, position))

    async def _read(self, min_bytes: int | None) -> None:
        """Read at least this many bytes of the body, or all of it (None). Raises ClientDisconnect."""
        size = 0
        while (min_bytes is None or size < min_bytes) and (piece := await self._request.read()):
            size += len(piece)

    # --- Down ---------------------------------------------------------------------------------------------------------

    async def _alter_body(self, pieces: Iterable[bytes], size: int) -> AsyncIterator[bytes]:
        """Yield the body of the answer as the fault alters it. Raises ConnectionAborted."""
        fault = self._fault
        kind = fault.kind if fault.direction != "up" else ""
        bound = min(self._fault_position(size), max(0, size - 1))
        sent = 0
        for piece in pieces:
            if kind in ("truncated", "stall") and sent + len(piece) > bound:
                yield piece[: bound - sent]
                break
            if kind == "slow":
                async for step in self._throttle(piece, fault.bytes_per_second or 1):
                    yield step
            else:
                yield _flip_bit(piece, bound - sent) if kind == "corrupted" else piece
            sent += len(piece)
        if kind == "truncated":
            await self._connection.close()
            raise ConnectionAborted
        if kind == "stall":
            await self._stall()

    async def _throttle(self, piece: bytes, bytes_per_second: int) -> AsyncIterator[bytes]:
        step = max(1, bytes_per_second // STEPS)
        for start in range(0, len(piece), step):
            part = piece[start : start + step]
            await _pause(self._connection, len(part) / bytes_per_second)
            yield part

    async def _abort_without_body(self) -> None:
        """Abort before the head of an answer without a body. Raises ConnectionAborted."""
        if self._fault.kind == "truncated":
            await self._connection.close()
            raise ConnectionAborted
        if self._fault.kind == "stall":
            await self._stall()

    async def _send_malformed_chunk(self, response: Response, send: Send) -> None:
        """Send the head and a chunk whose length is not a number. Raises ConnectionAborted."""
        # Without a length the server sends the body in chunks.
        headers = [(name, value) for name, value in response.raw_headers if name != b"content-length"]
        await send({"type": "http.response.start", "status": response.status_code, "headers": headers})
        await self._connection.write(b"4\r\nEmul\r\nno length\r\n")
        await self._connection.close()
        raise ConnectionAborted

    async def _stall(self) -> None:
        """Stall the connection, then reset it. Raises ConnectionAborted."""
        await self._connection.stall(self._fault.seconds or 0)
        raise ConnectionAborted

    async def _reset(self) -> None:
        """Reset the connection. Raises ConnectionAborted."""
        await self._connection.reset()
        raise ConnectionAborted

    def _fault_position(self, size: int) -> int:
        """Return after how many bytes of a body the fault triggers, by default after half of them."""
        return size // 2 if self._fault.after_bytes is None else self._fault.after_bytes


def _pieces(response: Response) -> Iterable[bytes]:
    return response.pieces() if isinstance(response, FileResponse) else (bytes(response.body),)


async def _pause(connection: Connection, seconds: float) -> None:
    """Wait this many seconds. Raises ClientDisconnect if the connection ends meanwhile."""
    if await connection.ends_within(seconds):
        raise ClientDisconnect


# These wrappers must not refer to the request: a cycle would keep it, and its sandbox's files, in memory.
def _slow_reader(receive: Receive, connection: Connection, bytes_per_second: int) -> Receive:
    async def slow() -> Message:
        message = await receive()
        await _pause(connection, len(message.get("body", b"")) / bytes_per_second)
        return message

    return slow


def _corrupting_reader(receive: Receive, position: int) -> Receive:
    async def corrupting() -> Message:
        nonlocal position
        message = await receive()
        if body := message.get("body", b""):
            message = {**message, "body": _flip_bit(body, position)}
            position -= len(body)
        return message

    return corrupting


def _flip_bit(data: bytes, position: int) -> bytes:
    """Return the data with one bit flipped in the byte at a position, if that lies within it."""
    if not 0 <= position < len(data):
        return data
    return data[:position] + bytes([data[position] ^ 1]) + data[position + 1 :]
