"""A request to a vendor: its headers, its streamed body and the sandbox that it belongs to."""

import asyncio
import hashlib
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import cached_property, partial
from typing import Any, TypeVar

from python_multipart.multipart import parse_options_header
from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import Message, Receive, Scope, Send

from emulator.core.journal import Body, Exchange
from emulator.core.numbers import parse_int
from emulator.core.routing import Match, segments_of
from emulator.core.rules import Refusal, Rule, Tunable
from emulator.core.sandbox import Options, RuleValues, Sandbox
from emulator.core.storage.file_store import Blob
from emulator.core.storage.multipart import BadMultipart, FormReader, Part, ReadNames, Watch
from emulator.core.urls import public_url
from emulator.core.usage import Meter

# How many bytes of an unwanted body are read, and for how many seconds, before the connection is closed.
DRAIN_BYTES = 64 * 1024 * 1024
DRAIN_SECONDS = 2
# The longest body, in bytes, that is parsed at once.
LARGE_BODY = 64 * 1024

T = TypeVar("T")

Fields = Mapping[bytes, bytes]
"""The headers of a response: names in lower case, values in Latin-1."""


class IndexedHeaders(Headers):
    """Starlette's headers with an index. A vendor looks up a dozen, and Starlette scans its list for every one."""

    def __init__(self, scope: Scope) -> None:
        super().__init__(scope=scope)
        # The first of several headers with the same name counts.
        self._by_name = {name.decode("latin-1"): value.decode("latin-1") for name, value in reversed(self._list)}

    def __getitem__(self, key: str) -> str:
        return self._by_name[key.lower()]

    def get(self, key: str, default: Any = None) -> Any:
        return self._by_name.get(key.lower(), default)

    def __contains__(self, key: object) -> bool:
        return isinstance(key, str) and key.lower() in self._by_name


class VendorRequest(Request):
    """A Starlette request that knows its sandbox, its exchange in the journal and the undecoded path."""

    sandbox: Sandbox
    exchange: Exchange
    options: Options
    """The sandbox's settings at the time of the request; a later change applies to later requests."""
    value: RuleValues
    """Returns the value of a rule in this sandbox."""
    match: Match | None
    """What the vendor's router has found for the path; None if the vendor does not have it."""
    body_ended = False
    """Whether the body has been read to its end."""
    secret = False
    """Whether the bodies hold credentials, and are left out of the journal."""
    by_host_name = False
    """Whether the client reached the vendor by one of the vendor's own host names rather than by a mount."""
    received_bytes = 0
    """How many bytes of the body have been read."""
    sent_bytes = 0
    """How many bytes of the answer's body have been sent."""
    _mount = ""
    _digest: "_Digest | None" = None

    def __init__(self, scope: Scope, receive: Receive, path: bytes) -> None:
        super().__init__(scope, receive)
        self.path = path
        """The path below the vendor's mount, percent-encoded as it was sent."""
        self.segments = segments_of(path)
        """Its segments, each percent-decoded once."""
        self.answer_headers: dict[bytes, bytes] = {}
        """Headers of every answer to this request; the vendor adds to them."""
        self.cleanup_callbacks: list[Callable[[], None]] = []
        """Called when the exchange has ended, however it ended."""
        self.meters: list[Meter] = []
        """The usage meters that count the request."""

    @cached_property
    def headers(self) -> Headers:
        """The request's headers; names in any letter case."""
        return IndexedHeaders(self.scope)

    def bind(self, sandbox: Sandbox, exchange: Exchange, mount: str) -> None:
        """Assign the request to a sandbox, before any vendor sees it.

        `mount` is the path of the vendor's mount below the server's URL.
        """
        self.sandbox = sandbox
        self.exchange = exchange
        self.options = sandbox.options
        self.value = self.options.value
        self._mount = mount

    @cached_property
    def correlation_id(self) -> str:
        """The id that the vendor gives to this exchange."""
        return self.sandbox.ids.uuid()

    @property
    def mount_url(self) -> str:
        """The URL of the vendor's mount as this client sees it, without a trailing slash.

        It leads to the same sandbox without any header or credential.
        """
        return public_url(self.scope, self.headers, self.options.external_url) + self._mount

    @property
    def api_url(self) -> str:
        """The URL of the vendor for a client that sends its credential again, without a trailing slash.

        By a host name of the vendor's it is the vendor's own URL; otherwise it is `mount_url`.
        """
        mount = self.scope["root_path"] if self.by_host_name else self._mount
        return public_url(self.scope, self.headers, self.options.external_url) + mount

    def refusal(self, rule: Rule, **facts: object) -> Refusal:
        """Return the rule's refusal, to be raised. Its fact `value` is the rule's value in this sandbox."""
        if isinstance(rule, Tunable):
            facts["value"] = self.value(rule)
        return Refusal(rule, **facts)

    def acquire_slot(self, of: str, places: int) -> bool:
        """Count this request, until it has ended, among those in flight under this name.

        Return False, and do not count it, if all slots are taken.
        """
        in_flight = self.sandbox.in_flight
        if in_flight[of] >= places:
            return False
        in_flight[of] += 1
        self.cleanup_callbacks.append(partial(self.sandbox.release_slot, of))
        return True

    def meter(self, scope: str, account: str, tokens_per_second: float | None = None) -> None:
        """Count this request for an account of the vendor's. `scope` is the account's kind.

        With `tokens_per_second` it takes a token from a bucket that regains so many.
        """
        meter = self.sandbox.usage.of_account(self.exchange.vendor, scope, account)
        self.start_meter(meter)
        if tokens_per_second is not None:
            meter.take_token(self.exchange.at, tokens_per_second)

    def start_meter(self, meter: Meter) -> None:
        """Count this request with a meter, from now until it has ended."""
        meter.start()
        self.meters.append(meter)

    def end_meters(self) -> None:
        """Tell the meters that the request has ended."""
        minute, rate_limited = self.exchange.second // 60, self.exchange.status == 429
        for meter in self.meters:
            meter.end(minute, self.received_bytes, self.sent_bytes, rate_limited=rate_limited)

    def counting(self, send: Send) -> Send:
        """Wrap the ASGI `send` of the answer, to count the bytes of its body."""

        async def send_and_count(message: Message) -> None:
            await send(message)
            if body := message.get("body"):
                self.sent_bytes += len(body)

        # The server sends no body in answer to HEAD.
        return send if self.method == "HEAD" else send_and_count

    def run_cleanup_callbacks(self) -> None:
        """Call the cleanup callbacks, the last one first."""
        while self.cleanup_callbacks:
            self.cleanup_callbacks.pop()()

    @property
    def closes_connection(self) -> bool:
        """Whether the connection closes after this request."""
        return self.headers.get("connection", "").lower() == "close" or self.scope["http_version"] == "1.0"

    async def read(self) -> bytes:
        """Return the next piece of the body, empty at its end. Raises ClientDisconnect."""
        while not self.body_ended:
            message = await self._receive()
            if message["type"] == "http.disconnect":
                raise ClientDisconnect
            self.body_ended = not message.get("more_body", False)
            if piece := message.get("body", b""):
                if self._digest:
                    self._digest.update(piece)
                data: bytes = piece
                self.received_bytes += len(data)
                return data
        return b""

    async def peek(self, most: int) -> bytes:
        """Return the first `most` bytes of the body or somewhat more, without consuming them.

        Raises ClientDisconnect.
        """
        start = b""
        while len(start) < most and (piece := await self.read()):
            start += piece
        replay: list[Message] = [{"type": "http.request", "body": start, "more_body": not self.body_ended}]
        receive, self.body_ended = self._receive, False
        self.received_bytes -= len(start)

        async def replay_start() -> Message:
            return replay.pop() if replay else await receive()

        self._receive = replay_start
        return start

    def hash_body(self) -> None:
        """Compute the body's digest while the body is read.

        The boundary of a form is left out, because a client that repeats a form generates a new boundary.
        """
        self._digest = _Digest(self.headers.get("content-type", ""))

    def digest_so_far(self) -> str | None:
        """Return the body's SHA-256, or None unless `hash_body` was called first and the body was read to its end."""
        return self._digest.finish() if self._digest is not None and self.body_ended else None

    async def digest(self) -> str:
        """Read and discard the body, and return its SHA-256. Raises ClientDisconnect."""
        self.hash_body()
        while await self.read():
            pass
        return self.digest_so_far() or ""

    def wrap_receive(self, wrap: Callable[[Receive], Receive]) -> None:
        """Wrap the ASGI `receive` that the rest of the body is read from."""
        self._receive = wrap(self._receive)

    @property
    def declared_length(self) -> int:
        """The size in bytes that Content-Length declares; 0 without a valid one."""
        return parse_int(self.headers.get("content-length", ""), 0)

    async def save_body(self, limit: Tunable[int], replaces: Blob | None = None) -> Blob:
        """Stream the body into the file store, in which it may take the place of the blob that it replaces.

        Raises the rule's refusal as soon as the body exceeds the rule's value in bytes (before reading it, if its
        Content-Length is larger), StoreFull, and ClientDisconnect. In each case nothing is stored.
        """
        max_size = self._max_size(limit)
        credit = self.sandbox.store.counted_size(replaces)
        # An upload does not keep the old bytes of a file that another one replaces meanwhile.
        del replaces
        piece = await self.read()
        if self.body_ended and len(piece) <= max_size:
            # Most files are small and arrive in one piece.
            blob = self.sandbox.store.put(piece, credit=credit)
        else:
            with self.sandbox.store.writer(credit) as writer:
                while piece:
                    if writer.size + len(piece) > max_size:
                        raise self.refusal(limit)
                    writer.write(piece)
                    piece = await self.read()
                blob = writer.commit()
        self.exchange.request_body = Body.of_file(blob)
        return blob

    async def read_form(self, watch: Watch, read_names: ReadNames | None = None) -> list[Part]:
        """Read a form, streaming its files into the file store.

        `read_names` reads the names of its parts, for a vendor with a way of its own.

        Raises BadMultipart, StoreFull, ClientDisconnect, and whatever `watch` raises.
        """
        content_type = self.headers.get("content-type", "")
        with FormReader(self.sandbox.store, content_type, watch, read_names) as reader:
            size = 0
            while piece := await self.read():
                size += len(piece)
                self.exchange.request_body = Body.measured(size)
                reader.write(piece)
            parts = reader.finish()
        self.exchange.files = tuple((part.file_name or "", Body.of_file(part.blob)) for part in parts if part.blob)
        return parts

    async def read_files(self, limit: Tunable[int], malformed: Rule, read_names: ReadNames | None = None) -> list[Part]:
        """Read a form, as `read_form` does, each of whose files may have the value of `limit` in bytes.

        Raises the refusal of `limit` as soon as a file is larger, that of `malformed` if the form cannot be read,
        StoreFull, and ClientDisconnect.
        """
        max_size = self.value(limit)

        def check_size(_: Part, size: int) -> None:
            if size > max_size:
                raise self.refusal(limit)

        try:
            return await self.read_form(check_size, read_names)
        except BadMultipart as error:
            raise self.refusal(malformed, reason=str(error)) from None

    async def read_body(self, limit: Tunable[int]) -> bytes:
        """Return the whole of a small body. Raises the rule's refusal, as `save_body` does, and ClientDisconnect."""
        max_size, size = self._max_size(limit), 0
        pieces = []
        while piece := await self.read():
            pieces.append(piece)
            size += len(piece)
            if size > max_size:
                raise self.refusal(limit)
        data = b"".join(pieces)
        self.exchange.request_body = self.journal_body(data)
        return data

    async def parse(self, function: Callable[..., T], *arguments: Any) -> T:
        """Call a function that reads the body and nothing else.

        A large body is read in a thread, so that other requests do not wait.
        """
        if self.received_bytes <= LARGE_BODY:
            return function(*arguments)
        return await asyncio.to_thread(function, *arguments)

    async def drain_or_close(self, response: Response) -> None:
        """Drain an unwanted body or close the connection, so that the client can still read its answer."""
        if self.body_ended:
            return
        if "expect" in self.headers:
            # The client got no 100 Continue; it may send the body or not.
            response.headers["Connection"] = "close"
        elif self.closes_connection:
            # Closing while the client still sends would reset the connection before it reads the answer.
            with suppress(ClientDisconnect):
                await self.drain()

    async def drain(self) -> None:
        """Read and discard the rest of the body, up to DRAIN_BYTES and DRAIN_SECONDS. Raises ClientDisconnect."""
        size = 0
        with suppress(TimeoutError):
            async with asyncio.timeout(DRAIN_SECONDS):
                while size <= DRAIN_BYTES and (piece := await self.read()):
                    size += len(piece)

    def journal_body(self, data: bytes) -> Body:
        """Return a body for the journal, without its bytes if they may hold credentials."""
        return Body.measured(len(data)) if self.secret else Body.of_bytes(data)

    def _max_size(self, limit: Tunable[int]) -> int:
        """Return how many bytes the body may have. Raises the rule's refusal if Content-Length declares more."""
        max_size = self.value(limit)
        if self.declared_length > max_size:
            raise self.refusal(limit)
        return max_size


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
        # A boundary may be split between two pieces.
        *pieces, rest = (self._tail + data).split(self._boundary)
        for piece in pieces:
            self._hash.update(piece)
        end = max(0, len(rest) - len(self._boundary) + 1)
        self._hash.update(rest[:end])
        self._tail = rest[end:]

    def finish(self) -> str:
        self._hash.update(self._tail)
        self._tail = b""
        return self._hash.hexdigest()
