"""One request and its answer, as an ASGI application sees them: what it receives, and what it sends."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from functools import lru_cache
from http import HTTPStatus
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Scope

    from emulator.protocols.http import HttpProtocol

logger = logging.getLogger("emulator")
# So long a body's first piece is joined to the head; a longer one is not worth the copy.
MAX_JOINED_BYTES = 16 * 1024
_NO_BODY = (204, 304)


class Cycle:
    """From the end of a request's head to the end of its answer."""

    __slots__ = (
        "_answered",
        "_chunked",
        "_ended",
        "_expects",
        "_head",
        "_left",
        "_lost",
        "_news",
        "_pieces",
        "_protocol",
        "_scope",
        "_started",
        "coming",
        "keep_alive",
    )

    def __init__(self, protocol: HttpProtocol, scope: Scope, *, keep_alive: bool, expects: bool) -> None:
        self.keep_alive = keep_alive
        """Whether the connection goes on after it."""
        self.coming = True
        """Whether more of the body is to come."""
        self._protocol = protocol
        self._scope = scope
        self._expects = expects
        """Whether the client waits to be told that it may send the body."""
        self._pieces: deque[bytes] = deque()
        self._ended = False
        """Whether the application has been told that the body has ended."""
        self._lost = False
        self._news: asyncio.Event | None = None
        """Set when there is something to receive, if somebody waits for it."""
        self._started = False
        self._answered = False
        self._head = b""
        """The head of the answer, while it waits for the body."""
        self._chunked = False
        self._left: int | None = None
        """How many bytes of the answer are to follow, where its head says so."""

    async def run(self, app: ASGIApp) -> None:
        """Let the application answer."""
        try:
            await app(self._scope, self.receive, self.send)
        except Exception:
            logger.exception("%s %s", self._scope["method"], self._scope["path"])
        self._protocol.unread_bytes -= sum(map(len, self._pieces))
        self._pieces.clear()
        if self._answered or self._lost:
            return
        self.keep_alive = False
        if not self._started or self._head:
            self._head = b""
            headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"content-length", b"21")]
            await self.send({"type": "http.response.start", "status": 500, "headers": headers})
            await self.send({"type": "http.response.body", "body": b"Internal Server Error"})

    @property
    def broken_off(self) -> bool:
        """Whether the answer has begun and will not end."""
        return self._started and not self._answered and not self._head

    # --- What the connection has for it -------------------------------------------------------------------------------

    def feed(self, piece: bytes, *, last: bool) -> None:
        """More of the body has come, or the rest of it."""
        if last:
            self.coming = False
        if piece and not (self._answered or self._lost):
            self._pieces.append(piece)
            self._protocol.unread_bytes += len(piece)
        if self._news:
            self._news.set()

    def lose(self) -> None:
        """Nothing more comes of it, and nobody waits for the answer."""
        self._lost = True
        self.keep_alive = False
        if self._news:
            self._news.set()

    # --- What the application calls -----------------------------------------------------------------------------------

    async def receive(self) -> Message:
        """The next piece of the body; after its end, and when the client has gone, the end of the connection."""
        if self._expects:
            self._expects = False
            self._protocol.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        while not (self._pieces or self._lost or self._answered or not (self.coming or self._ended)):
            self._news = self._news or asyncio.Event()
            self._news.clear()
            await self._news.wait()
        if self._lost or self._answered:
            return {"type": "http.disconnect"}
        piece = self._pieces.popleft() if self._pieces else b""
        self._ended = not self.coming and not self._pieces
        self._protocol.unread_bytes -= len(piece)
        if self._protocol.paused:
            self._protocol.regulate()
        return {"type": "http.request", "body": piece, "more_body": not self._ended}

    async def send(self, message: Message) -> None:
        """The head of the answer, then its body. Raises RuntimeError where the two do not fit."""
        if self._protocol.congested:
            await self._protocol.room()
        if self._lost:
            return
        if message["type"] == "http.response.start":
            self._start(message["status"], message["headers"])
        else:
            self._continue(message.get("body", b""), last=not message.get("more_body", False))

    def _start(self, status: int, headers: list[tuple[bytes, bytes]]) -> None:
        self._expects = False
        fields = dict(headers)
        lines = [status_line(status), *map(b": ".join, headers)]
        if b"close" in fields.get(b"connection", b"").lower():
            self.keep_alive = False
        elif not self.keep_alive:
            lines.append(b"connection: close")
        if self._scope["method"] == "HEAD" or status in _NO_BODY:
            self._left = 0
        elif b"content-length" in fields:
            self._left = int(fields[b"content-length"])
        elif self._scope["http_version"] == "1.1":
            self._chunked = True
            lines.append(b"transfer-encoding: chunked")
        else:
            self.keep_alive = False
        head = b"\r\n".join(lines) + b"\r\n\r\n"
        if not head.count(b"\r") == head.count(b"\n") == len(lines) + 1 or b"\0" in head:
            raise RuntimeError("A header of the answer has a line break or a NUL in it.")
        self._started = True
        if self._left:
            # It goes out with the body's first piece.
            self._head = head
        else:
            self._protocol.write(head)

    def _continue(self, body: bytes, *, last: bool) -> None:
        if self._left is not None:
            if self._scope["method"] == "HEAD":
                body = b""
            self._left -= len(body)
            if self._left < 0 or (last and self._left):
                raise RuntimeError("The answer is not as long as its head says.")
        elif self._chunked:
            body = (b"%x\r\n%b\r\n" % (len(body), body) if body else b"") + (b"0\r\n\r\n" if last else b"")
        head, self._head = self._head, b""
        if len(body) <= MAX_JOINED_BYTES:
            body = head + body
        elif head:
            self._protocol.write(head)
        self._protocol.write(body)
        if last:
            self._answered = True
            if self._news:
                self._news.set()


@lru_cache
def status_line(status: int) -> bytes:
    """The first line of an answer."""
    phrase = HTTPStatus(status).phrase if status in HTTPStatus._value2member_map_ else ""
    return f"HTTP/1.1 {status} {phrase}".encode()
