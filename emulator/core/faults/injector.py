"""A fault at work: what it does to one request and its answer."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import suppress

from starlette.requests import ClientDisconnect
from starlette.responses import Response
from starlette.types import Message, Receive, Send

from emulator.core.faults.connection import Connection, ConnectionAborted, ConnectionAbortedInProcess, connection_of
from emulator.core.faults.fault import Fault
from emulator.core.request import VendorRequest
from emulator.core.storage.downloads import FileResponse

Answering = Callable[[], Awaitable[Response]]
Refusing = Callable[[int, int | None], Response]
# How often in a second a slow transfer moves.
STEPS = 20


class FaultInjector:
    """One fault, one request."""

    def __init__(self, fault: Fault, request: VendorRequest) -> None:
        self._fault = fault
        self._call = request
        self._connection = connection_of(request.scope)
        request.exchange.fault = fault.kind

    @property
    def leaves_body(self) -> bool:
        """Whether what the client still sends is to stay unread."""
        return self._fault.kind == "early-refusal"

    async def answer(self, carry_out: Answering, refuse: Refusing) -> Response:
        """The answer that the client is to see, or to see some of. Raises ConnectionAborted, ClientDisconnect."""
        fault = self._fault
        if fault.status is not None:
            response = refuse(fault.status, fault.retry_after)
            if self.leaves_body:
                response.headers["Connection"] = "close"
            return response
        if fault.direction == "up":
            await self._hinder_upload()
        await self._break_off()
        response = await carry_out()
        if fault.kind == "delay":
            await _pause(self._connection, fault.seconds or 0)
        if fault.kind == "lost-answer":
            self._call.exchange.status = response.status_code
            await self._reset()
        return response

    async def send(self, response: Response, send: Send) -> None:
        """Send the answer, or as much of it as the fault lets through. Raises ConnectionAborted, ClientDisconnect."""
        fault = self._fault
        size = int(response.headers.get("content-length", "0")) if self._call.method != "HEAD" else 0
        if fault.kind in ("truncated", "malformed-chunk") and not self._call.body_ended:
            # Closing on a client that still sends would be a reset.
            await self._call.drain()
        if fault.kind == "malformed-chunk":
            await self._send_nonsense(response)
        if not size:
            await self._break_off_bodiless()
        await send({"type": "http.response.start", "status": response.status_code, "headers": response.raw_headers})
        async for piece in self._hindered(_pieces(response) if size else (), size):
            await send({"type": "http.response.body", "body": piece, "more_body": True})
        await send({"type": "http.response.body", "body": b""})
        if self.leaves_body and not self._call.body_ended:
            with suppress(ConnectionAbortedInProcess):  # Whoever calls the application has the answer.
                await self._connection.close()
            raise ConnectionAborted

    # --- Up -----------------------------------------------------------------------------------------------------------

    async def _break_off(self) -> None:
        """End the connection before anything is carried out, where that is the fault. Raises ConnectionAborted, and
        ClientDisconnect."""
        fault = self._fault
        if fault.kind == "reset":
            # Of a length that nobody told, the first piece has to do for the half.
            bounds = {"before": 0, "during": self._bound(self._call.declared_length or 2), "after": None}
            await self._read(bounds[fault.when or "during"])
            await self._reset()
        if fault.kind == "empty-reply":
            await self._read(None)
            await self._connection.close()
            raise ConnectionAborted

    async def _hinder_upload(self) -> None:
        """Raises ConnectionAborted, ClientDisconnect, for a stall; slow and corrupted uploads are yet to be read."""
        fault, length = self._fault, self._call.declared_length
        if fault.kind == "stall":
            await self._read(self._bound(length))
            await self._stall()
        elif fault.kind == "slow":
            rate, connection = fault.bytes_per_second or 1, self._connection
            self._call.wrap_receive(lambda receive: _slow_reader(receive, connection, rate))
        else:
            at = min(self._bound(length), max(0, length - 1)) if length else fault.after_bytes or 0
            self._call.wrap_receive(lambda receive: _corrupting_reader(receive, at))

    async def _read(self, most: int | None) -> None:
        """Read so many bytes of the body at least, or (None) all of it. Raises ClientDisconnect."""
        size = 0
        while (most is None or size < most) and (piece := await self._call.read()):
            size += len(piece)

    # --- Down ---------------------------------------------------------------------------------------------------------

    async def _hindered(self, pieces: Iterable[bytes], size: int) -> AsyncIterator[bytes]:
        """An answer's body as the fault lets it through. Raises ConnectionAborted."""
        fault = self._fault
        kind = fault.kind if fault.direction != "up" else ""
        bound = min(self._bound(size), max(0, size - 1))
        at = 0
        for piece in pieces:
            if kind in ("truncated", "stall") and at + len(piece) > bound:
                yield piece[: bound - at]
                break
            if kind == "slow":
                async for step in self._slowly(piece, fault.bytes_per_second or 1):
                    yield step
            else:
                yield _with_another_byte(piece, bound - at) if kind == "corrupted" else piece
            at += len(piece)
        if kind == "truncated":
            await self._connection.close()
            raise ConnectionAborted
        if kind == "stall":
            await self._stall()

    async def _slowly(self, piece: bytes, bytes_per_second: int) -> AsyncIterator[bytes]:
        step = max(1, bytes_per_second // STEPS)
        for at in range(0, len(piece), step):
            part = piece[at : at + step]
            await _pause(self._connection, len(part) / bytes_per_second)
            yield part

    async def _break_off_bodiless(self) -> None:
        """Where there is no body to break off in, it is before the head. Raises ConnectionAborted."""
        if self._fault.kind == "truncated":
            await self._connection.close()
            raise ConnectionAborted
        if self._fault.kind == "stall":
            await self._stall()

    async def _send_nonsense(self, response: Response) -> None:
        """The head, and a chunk whose length is none. Raises ConnectionAborted."""
        kept = [(name, value) for name, value in response.raw_headers if name != b"content-length"]
        lines = b"".join(b"%s: %s\r\n" % header for header in kept)
        head = b"HTTP/1.1 %d \r\n%stransfer-encoding: chunked\r\n\r\n" % (response.status_code, lines)
        await self._connection.write(head + b"4\r\nEmul\r\nno length\r\n")
        await self._connection.close()
        raise ConnectionAborted

    async def _stall(self) -> None:
        """Raises ConnectionAborted."""
        await self._connection.stall(self._fault.seconds or 0)
        raise ConnectionAborted

    async def _reset(self) -> None:
        """Raises ConnectionAborted."""
        await self._connection.reset()
        raise ConnectionAborted

    def _bound(self, size: int) -> int:
        """After how many bytes of so many it happens."""
        return size // 2 if self._fault.after_bytes is None else self._fault.after_bytes


def _pieces(response: Response) -> Iterable[bytes]:
    return response.pieces() if isinstance(response, FileResponse) else (bytes(response.body),)


async def _pause(connection: Connection, seconds: float) -> None:
    """Wait. Raises ClientDisconnect when the connection ends meanwhile."""
    if await connection.ends_within(seconds):
        raise ClientDisconnect


# What a request reads through must not refer to it: a cycle would keep it, and its sandbox's files, beyond its end.
def _slow_reader(receive: Receive, connection: Connection, bytes_per_second: int) -> Receive:
    async def slow() -> Message:
        message = await receive()
        await _pause(connection, len(message.get("body", b"")) / bytes_per_second)
        return message

    return slow


def _corrupting_reader(receive: Receive, at: int) -> Receive:
    async def corrupting() -> Message:
        nonlocal at
        message = await receive()
        if body := message.get("body", b""):
            message = {**message, "body": _with_another_byte(body, at)}
            at -= len(body)
        return message

    return corrupting


def _with_another_byte(data: bytes, at: int) -> bytes:
    """The same but for the byte at a position, where that is one of its own."""
    return data if not 0 <= at < len(data) else data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]
