"""The stream of server-sent events: the exchanges of a sandbox as they end, and its resets."""

import asyncio
from collections.abc import AsyncIterator, Iterator, Mapping
from enum import Enum
from weakref import WeakKeyDictionary

from emulator.control.exchanges import matches, render_exchange
from emulator.control.models.journal import EventQuery
from emulator.core.journal import Exchange, Journal
from emulator.core.sandbox import SandboxRegistry
from emulator.core.vendor import Vendor

# The most events that a stream buffers for a slow client.
MAX_UNREAD = 1000
# The most events that are sent as one piece.
MAX_AT_ONCE = 50
# How often (seconds) an idle stream sends a comment, so that the connection stays open.
HEARTBEAT = 15
# How long (milliseconds) a browser waits until it reconnects.
RETRY = 1000
# The id leads a client that reconnects to the first exchange after the reset.
RESET = "id: 0\nevent: reset\ndata: {}\n\n"


class _Mark(Enum):
    """What stands among the exchanges of a stream."""

    RESET = RESET
    END = ""


# Of every exchange, as several clients may get it, for as long as a journal holds it.
_encoded: WeakKeyDictionary[Exchange, bytes] = WeakKeyDictionary()


async def stream_events(
    registry: SandboxRegistry, vendors: Mapping[str, Vendor], sandbox: str, query: EventQuery, after: int | None
) -> AsyncIterator[bytes]:
    """Yield the events of a sandbox as they are sent, beginning with those that ended after the exchange `after`.

    The iterator ends when the server stops, and when its reader falls behind, so that it never misses an event
    unnoticed.
    """
    queue: asyncio.Queue[Exchange | _Mark] = asyncio.Queue(MAX_UNREAD)
    ended = False
    query = query.model_copy(update={"after": None})

    def put(event: Exchange | _Mark) -> None:
        nonlocal ended
        ended |= event is _Mark.END or queue.full()
        if not queue.full():
            queue.put_nowait(event)

    def on_end(exchange: Exchange) -> None:
        if not ended and matches(exchange, query):
            put(exchange)

    with (
        registry.listening(sandbox, on_end, lambda: put(_Mark.RESET)) as journal,
        registry.closing(lambda: put(_Mark.END)),
    ):
        missed = [] if after is None else list(_missed(journal, query, after))
        yield b": listening\nretry: %d\n\n" % RETRY
        for start in range(0, len(missed), MAX_AT_ONCE):
            yield b"".join(_encode(event, vendors) for event in missed[start : start + MAX_AT_ONCE])
        while not (ended and queue.empty()):
            try:
                events = [await asyncio.wait_for(queue.get(), HEARTBEAT)]
            except TimeoutError:
                yield b": still here\n\n"
                continue
            while len(events) < MAX_AT_ONCE and not queue.empty():
                events.append(queue.get_nowait())
            yield b"".join(_encode(event, vendors) for event in events)


def _missed(journal: Journal, query: EventQuery, after: int) -> Iterator[Exchange | _Mark]:
    """Yield what a client did not get that got the exchange `after` last."""
    if after > journal.last_number:
        # The client's number is from before a reset.
        yield _Mark.RESET
        after = 0
    yield from (exchange for exchange in journal.ended_after(after) if matches(exchange, query))


def _encode(event: Exchange | _Mark, vendors: Mapping[str, Vendor]) -> bytes:
    if isinstance(event, _Mark):
        return event.value.encode()
    encoded = _encoded.get(event)
    if encoded is None:
        data = render_exchange(event, vendors).to_json()
        encoded = _encoded[event] = f"id: {event.number}\nevent: exchange\ndata: {data}\n\n".encode()
    return encoded
