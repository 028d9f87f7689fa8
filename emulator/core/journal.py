"""The journal of a sandbox: every exchange with a vendor, in the order of the requests.

The journal records the digest and size of a file, but refers to its bytes weakly: they can be read only while an
attachment has them. Small bodies that are not files are held in the journal itself. Credentials are redacted.
"""

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import count
from time import monotonic
from typing import Literal
from weakref import ref

from emulator.core.redaction import redact_headers, redact_target
from emulator.core.storage.file_store import Blob

# The most bytes that an exchange holds itself. A longer body is dropped; a longer target is cut off.
MAX_HELD_BODY = 16 * 1024
MAX_HELD_TARGET = 8 * 1024
# The most bytes that all finished exchanges of a sandbox hold together.
MAX_HELD_BYTES = 8 * 1024 * 1024

Headers = list[tuple[bytes, bytes]]
Outcome = Literal["open", "answered", "disconnected", "cut", "failed"]


@dataclass(slots=True)
class Body:
    """The body that one side sent: its size in bytes and, of a file, its SHA-256."""

    size: int
    sha256: str | None = None
    held: bytes | None = None
    """The bytes, where the journal itself holds them."""
    _blob: ref[Blob] | None = None

    @classmethod
    def of_file(cls, blob: Blob) -> "Body":
        return cls(blob.size, blob.sha256, None, ref(blob))

    @classmethod
    def of_bytes(cls, data: bytes) -> "Body":
        return cls(len(data), None, data if len(data) <= MAX_HELD_BODY else None)

    @classmethod
    def measured(cls, size: int) -> "Body":
        """Return a body of which only the size is recorded."""
        return cls(size)

    @property
    def blob(self) -> Blob | None:
        """The file, while an attachment has it."""
        return self._blob() if self._blob else None

    @property
    def is_available(self) -> bool:
        """Whether its bytes can be had."""
        return self.held is not None or self.blob is not None

    def read(self) -> bytes | None:
        """Return the bytes, or None for credentials, for long bodies that are not files, and for deleted files."""
        if self.held is not None:
            return self.held
        return b"".join(blob.chunks) if (blob := self.blob) else None


class Exchange:
    """One request and its answer."""

    operation: str | None = None
    request_body: Body | None = None
    files: tuple[tuple[str, Body], ...] = ()
    """The names and bodies of the files in a form; its other parts are not recorded."""
    status: int | None = None
    response_head = b""
    response_body: Body | None = None
    rules: tuple[str, ...] = ()
    """The ids of the rules that refused the request."""
    held_bytes = 0
    """How many bytes it holds of the journal's budget, once it has ended."""
    forgotten = False
    """Whether the journal has dropped it."""
    outcome: Outcome = "open"
    """`open` until the answer is sent; `disconnected` when the client closed the connection first; `cut` when a fault
    ended the connection; `failed` when the emulator raised an unexpected exception."""
    fault: str | None = None
    """The kind of fault that was injected."""
    hint: str | None = None
    """What the client probably got wrong, though the vendor accepted the request."""
    duration: float | None = None
    """Seconds of real time from the head of the request to the end of the answer; None until then."""
    end_number: int | None = None
    """Its number in the order in which the exchanges of the sandbox ended, counted from 1."""

    def __init__(
        self, number: int, at: datetime, started: float, vendor: str, method: str, target: str, request_head: bytes
    ) -> None:
        self.number = number
        self.at = at
        self.second = int(at.timestamp())
        """The same in whole seconds since 1970."""
        self.started = started
        """When the head of the request was there, in seconds of `time.monotonic`."""
        self.vendor = vendor
        self.method = method
        self.target = target
        """The request target as it was sent: path and query, still percent-encoded, with credentials redacted."""
        self.request_head = request_head
        """The request headers in the form that `redact_headers` returns."""

    @property
    def request_headers(self) -> Headers:
        return _parse_head(self.request_head)

    @property
    def response_headers(self) -> Headers:
        return _parse_head(self.response_head)


Listener = Callable[[Exchange], None]


def _ignore() -> None:
    pass


class Listeners:
    """Who is told what happens in a sandbox. They outlive its journal, which a reset replaces."""

    def __init__(self) -> None:
        self._on_reset: dict[Listener, Callable[[], None]] = {}

    def add(self, on_end: Listener, on_reset: Callable[[], None] = _ignore) -> None:
        """Call `on_end` with every exchange that ends, and `on_reset` when a new journal replaces the old one."""
        self._on_reset[on_end] = on_reset

    def discard(self, on_end: Listener) -> None:
        """Tell this listener nothing more."""
        self._on_reset.pop(on_end, None)

    def tell_end(self, exchange: Exchange) -> None:
        for on_end in tuple(self._on_reset):
            on_end(exchange)

    def tell_reset(self) -> None:
        for on_reset in tuple(self._on_reset.values()):
            on_reset()

    def __len__(self) -> int:
        return len(self._on_reset)


class Journal:
    """The last exchanges of one sandbox, oldest first. The oldest are dropped beyond a number and a size in bytes."""

    def __init__(self, max_exchanges: int) -> None:
        self._max_exchanges = max_exchanges
        self._exchanges: deque[Exchange] = deque()
        self._held_bytes = 0
        self.last_number = 0
        """The number of the last exchange that was opened."""
        self._end_numbers = count(1)
        self.listeners = Listeners()

    def open(
        self,
        at: datetime,
        vendor: str,
        method: str,
        target: str,
        headers: Sequence[tuple[bytes, bytes]],
        started: float | None = None,
    ) -> Exchange:
        """Record a new request and return its exchange. `started` (`time.monotonic`) is now by default."""
        started = monotonic() if started is None else started
        head = redact_headers(headers)
        self.last_number += 1
        target = redact_target(target[:MAX_HELD_TARGET])
        exchange = Exchange(self.last_number, at, started, vendor, method, target, head)
        self._exchanges.append(exchange)
        self._forget_oldest()
        return exchange

    def close(self, exchange: Exchange) -> None:
        """Record the end of an exchange and tell the listeners."""
        exchange.duration = monotonic() - exchange.started
        exchange.end_number = next(self._end_numbers)
        if not exchange.forgotten:
            exchange.held_bytes = _held_size(exchange)
            self._held_bytes += exchange.held_bytes
            if self._held_bytes > MAX_HELD_BYTES:
                self._forget_oldest()
        if self.listeners:
            self.listeners.tell_end(exchange)

    def ended_after(self, number: int) -> list[Exchange]:
        """Return the exchanges that ended after the one with this number, in the order in which they ended.

        If the journal does not hold that one, these are the ended exchanges with higher numbers.
        """
        ended = {exchange.end_number: exchange for exchange in self._exchanges if exchange.end_number}
        last = next((end_number for end_number, exchange in ended.items() if exchange.number == number), None)
        return [
            ended[end_number]
            for end_number in sorted(ended)
            if (ended[end_number].number > number if last is None else end_number > last)
        ]

    def clear(self) -> None:
        """Drop all exchanges."""
        for exchange in self._exchanges:
            exchange.forgotten = True
        self._exchanges.clear()
        self._held_bytes = 0

    def _forget_oldest(self) -> None:
        """Drop the oldest exchanges until both limits hold."""
        while self._exchanges and (len(self._exchanges) > self._max_exchanges or self._held_bytes > MAX_HELD_BYTES):
            oldest = self._exchanges.popleft()
            oldest.forgotten = True
            self._held_bytes -= oldest.held_bytes

    def __iter__(self) -> Iterator[Exchange]:
        return iter(self._exchanges)

    def __len__(self) -> int:
        return len(self._exchanges)


def _parse_head(head: bytes) -> Headers:
    return [(name, value) for name, _, value in (line.partition(b":") for line in head.split(b"\n")) if name]


def _held_size(exchange: Exchange) -> int:
    """Return how many bytes an exchange holds itself."""
    size = len(exchange.target) + len(exchange.request_head) + len(exchange.response_head)
    for name, _ in exchange.files:
        size += len(name)
    for body in (exchange.request_body, exchange.response_body):
        if body and body.held:
            size += len(body.held)
    return size
