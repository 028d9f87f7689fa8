"""One request on its way through a vendor's pack."""

import asyncio
import hashlib
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import suppress
from functools import cached_property
from typing import TypeVar

from python_multipart.multipart import parse_options_header
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import Message, Receive, Scope

from emulator.core.blobs import Blob
from emulator.core.journal import Body, Exchange
from emulator.core.multipart import FormReader, Part, Watch
from emulator.core.rules import Refusal, Rule, Tunable
from emulator.core.sandbox import Sandbox

# How much of an unwanted body is read, and for how long, before the connection closes on it.
DRAIN_BYTES = 64 * 1024 * 1024
DRAIN_SECONDS = 2

T = TypeVar("T", bound=bool | int | str)


def whole(text: str, default: int) -> int:
    """A whole number that a client wrote, or the default where it is none."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else default


class Call(Request):
    """A Starlette request that knows its sandbox, its place in the journal and the undecoded path."""

    def __init__(
        self, scope: Scope, receive: Receive, *, sandbox: Sandbox, exchange: Exchange, path: bytes, mount_url: str
    ) -> None:
        async def watched() -> Message:
            message = await receive()
            if message["type"] == "http.request" and not message.get("more_body", False):
                self._body_ended = True
            return message

        super().__init__(scope, watched)
        self.sandbox = sandbox
        self.exchange = exchange
        self.path = path
        """The path below the vendor's mount, as it was sent."""
        self.mount_url = mount_url
        """The URL of the vendor's mount as this client sees it, without a trailing slash."""
        self.answer_headers: dict[str, str] = {}
        """What every answer to this call carries; the pack adds to it as it learns more."""
        self.secret = False
        """Whether bodies hold credentials, and stay out of the journal."""
        self._body_ended = False
        self._digest: _Digest | None = None

    @cached_property
    def correlation_id(self) -> str:
        """The vendor's own name for this exchange."""
        return self.sandbox.ids.uuid()

    def value(self, rule: Tunable[T]) -> T:
        """The value of a rule in this sandbox."""
        return self.sandbox.options.value(rule)

    def refusal(self, rule: Rule, **facts: object) -> Refusal:
        """The rule's refusal of this call, to be raised; its `value` is the one in force in this sandbox."""
        if isinstance(rule, Tunable):
            facts["value"] = self.value(rule)
        return Refusal(rule, **facts)

    @property
    def closes(self) -> bool:
        """Whether the connection ends with this call."""
        return self.headers.get("connection", "").lower() == "close" or self.scope["http_version"] == "1.0"

    async def stream(self) -> AsyncGenerator[bytes, None]:
        async for chunk in super().stream():
            if self._digest is not None:
                self._digest.update(chunk)
            yield chunk

    def hash_body(self) -> None:
        """Work out the body's digest while it is read. The boundary of a form is left out: a client that sends a form
        again makes up another one."""
        self._digest = _Digest(self.headers.get("content-type", ""))

    def digest_so_far(self) -> str | None:
        """The body's SHA-256, if `hash_body` was called in time and the body has been read to its end."""
        return self._digest.finish() if self._digest is not None and self._body_ended else None

    async def digest(self) -> str:
        """Read a body that nobody keeps, and say its SHA-256. Raises ClientDisconnect."""
        self.hash_body()
        async for _ in self.stream():
            pass
        return self.digest_so_far() or ""

    @property
    def declared_length(self) -> int:
        """What Content-Length says of the body (bytes); 0 where it says nothing."""
        return whole(self.headers.get("content-length", ""), 0)

    async def save_body(self, limit: int, too_large: Refusal) -> Blob:
        """Stream the body into the file store.

        Raises `too_large` the moment the body passes `limit` bytes (at once, if its Content-Length says so), StoreFull,
        and Starlette's ClientDisconnect when the client goes away first. In each case nothing is kept.
        """
        with self.sandbox.store.writer() as writer:
            async for chunk in self._chunks(limit, too_large):
                writer.write(chunk)
            blob = writer.commit()
        self.exchange.request_body = Body.of_file(blob)
        return blob

    async def read_form(self, watch: Watch) -> list[Part]:
        """Stream a form in, its files into the file store. Raises BadMultipart, StoreFull, ClientDisconnect, and
        whatever `watch` raises."""
        with FormReader(self.sandbox.store, self.headers.get("content-type", ""), watch) as reader:
            size = 0
            async for chunk in self.stream():
                size += len(chunk)
                self.exchange.request_body = Body.measured(size)
                reader.write(chunk)
            parts = reader.finish()
        self.exchange.files = tuple((part.file_name or "", Body.of_file(part.blob)) for part in parts if part.blob)
        return parts

    async def read_body(self, limit: int, too_large: Refusal) -> bytes:
        """The whole of a small body, within the same bounds."""
        data = b"".join([chunk async for chunk in self._chunks(limit, too_large)])
        self.exchange.request_body = self.remembered(data)
        return data

    async def settle(self, response: Response) -> None:
        """See to a body that was not wanted, so that the client still reads its answer."""
        if self._body_ended:
            return
        if "expect" in self.headers:
            # The client was never told to send it; whether it will is for nobody to know.
            response.headers["Connection"] = "close"
        elif self.closes:
            # Closing on a client that still sends would reset the connection under its answer.
            with suppress(ClientDisconnect, TimeoutError):
                async with asyncio.timeout(DRAIN_SECONDS):
                    await self._drain()

    def remembered(self, data: bytes) -> Body:
        """A body as the journal gets it."""
        return Body.measured(len(data)) if self.secret else Body.of_bytes(data)

    async def _chunks(self, limit: int, too_large: Refusal) -> AsyncIterator[bytes]:
        if self.declared_length > limit:
            raise too_large
        size = 0
        async for chunk in self.stream():
            size += len(chunk)
            if size > limit:
                raise too_large
            yield chunk

    async def _drain(self) -> None:
        size = 0
        async for chunk in self.stream():
            size += len(chunk)
            if size > DRAIN_BYTES:
                break


class _Digest:
    """SHA-256 of a body, without the boundary that its content type names."""

    def __init__(self, content_type: str) -> None:
        self._hash = hashlib.sha256()
        self._boundary: bytes = parse_options_header(content_type)[1].get(b"boundary", b"")
        self._tail = b""

    def update(self, data: bytes) -> None:
        if not self._boundary:
            self._hash.update(data)
            return
        # A boundary may lie across two pieces.
        *whole_ones, rest = (self._tail + data).split(self._boundary)
        for piece in whole_ones:
            self._hash.update(piece)
        kept = max(0, len(rest) - len(self._boundary) + 1)
        self._hash.update(rest[:kept])
        self._tail = rest[kept:]

    def finish(self) -> str:
        self._hash.update(self._tail)
        self._tail = b""
        return self._hash.hexdigest()
