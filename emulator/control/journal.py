"""The operations on the journal: list, wait for, stream and export exchanges."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterable
from fnmatch import fnmatchcase
from typing import TypedDict

from starlette.responses import Response, StreamingResponse

from emulator.control.errors import ControlError
from emulator.control.har import render_archive
from emulator.control.hints import hint_for
from emulator.control.models import journal as models
from emulator.control.models.har import HttpArchive
from emulator.control.operation import Content, ControlContext, operation
from emulator.core.clock import iso
from emulator.core.journal import Body, Exchange, Headers, Journal

# The most exchanges that an event stream buffers for a slow client.
MAX_UNREAD = 1000
# How often (seconds) an idle event stream sends a comment, so that the connection stays open.
HEARTBEAT = 15
MAX_WAIT = 60
_EVENT = 'id: 1\nevent: exchange\ndata: {"number": 1, "vendor": "xero"}\n\n'


@operation("GET", "/sandboxes/{sandbox}/journal", "List the exchanges, oldest first.")
async def list_exchanges(context: ControlContext, query: models.JournalQuery) -> models.Journal:
    """Oldest first. `limit` selects the last ones."""
    exchanges = list(_matching(context.sandbox.journal, query))
    if query.limit is not None:
        exchanges = exchanges[-query.limit :] if query.limit else []
    return models.Journal(exchanges=[_render(exchange, context) for exchange in exchanges])


@operation("DELETE", "/sandboxes/{sandbox}/journal", "Clear the journal.")
async def clear_journal(context: ControlContext) -> None:
    context.sandbox.journal.clear()


@operation("GET", "/sandboxes/{sandbox}/journal/wait", "Wait for an exchange that matches.")
async def wait_for_exchange(context: ControlContext, query: models.JournalWait) -> models.Exchange:
    """Returns the first finished exchange that matches, waiting for one if there is none yet."""
    journal = context.sandbox.journal
    # Bound here: a reset moves the listeners to a new journal.
    listeners = journal.listeners
    seconds = min(query.timeout, MAX_WAIT)
    ended: asyncio.Future[Exchange] = asyncio.get_running_loop().create_future()

    def listen(exchange: Exchange) -> None:
        if not ended.done() and _matches(exchange, query):
            ended.set_result(exchange)

    match = next((exchange for exchange in _matching(journal, query) if exchange.outcome != "open"), None)
    if match is None:
        listeners.add(listen)
        try:
            match = await asyncio.wait_for(ended, seconds)
        except TimeoutError:
            raise ControlError(404, "No such exchange", f"No exchange matched within {seconds:g} seconds.") from None
        finally:
            listeners.discard(listen)
    return _render(match, context)


@operation("GET", "/sandboxes/{sandbox}/journal/har", "Export the exchanges as an HTTP Archive.")
async def get_archive(context: ControlContext, query: models.JournalQuery) -> HttpArchive:
    """An HTTP Archive (HAR) can be opened in browsers and other tools."""
    host = context.request.headers.get("host", "localhost")
    return render_archive(_matching(context.sandbox.journal, query), host)


@operation(
    "GET",
    "/sandboxes/{sandbox}/journal/events",
    "Stream the exchanges as they end (server-sent events).",
    content=Content(
        "text/event-stream",
        "Events named `exchange`; the data of every event is one exchange, as in the journal.",
        _EVENT,
    ),
)
async def stream_exchanges(context: ControlContext) -> Response:
    """Sends an event for every exchange that ends. The stream ends if the client reads too slowly."""
    # Bound here: a reset moves the listeners to a new journal.
    listeners = context.sandbox.journal.listeners

    async def stream() -> AsyncIterator[str]:
        queue: asyncio.Queue[Exchange] = asyncio.Queue(MAX_UNREAD)
        overflowed = False

        def listen(exchange: Exchange) -> None:
            nonlocal overflowed
            try:
                queue.put_nowait(exchange)
            except asyncio.QueueFull:
                overflowed = True

        listeners.add(listen)
        try:
            yield ": listening\n\n"
            # After an overflow the stream ends, so that a slow client never misses an exchange unnoticed.
            while not (overflowed and queue.empty()):
                try:
                    exchange = await asyncio.wait_for(queue.get(), HEARTBEAT)
                except TimeoutError:
                    yield ": still here\n\n"
                else:
                    data = json.dumps(_render(exchange, context).to_dict())
                    yield f"id: {exchange.number}\nevent: exchange\ndata: {data}\n\n"
        finally:
            listeners.discard(listen)

    return StreamingResponse(stream(), media_type="text/event-stream", headers={"Cache-Control": "no-store"})


@operation("GET", "/sandboxes/{sandbox}/journal/{number}", "Get an exchange.")
async def get_exchange(context: ControlContext) -> models.Exchange:
    return _render(_find(context), context)


@operation(
    "GET",
    "/sandboxes/{sandbox}/journal/{number}/{side}",
    "Get the body of a `request` or `response`.",
    content=Content("application/octet-stream", "The bytes.", "%PDF-1.7"),
)
async def get_body(context: ControlContext) -> Response:
    """Bodies that are secret or too long are not recorded; those of files exist as long as the file does."""
    exchange = _find(context)
    bodies = {"request": exchange.request_body, "response": exchange.response_body}
    body = bodies.get(context.path_params["side"])
    data = body.read() if body else None
    if data is None:
        detail = "The body is empty, was not recorded because it is secret or too long, or its file was deleted."
        raise ControlError(404, "Body not available", detail)
    return Response(data, media_type="application/octet-stream")


def _find(context: ControlContext) -> Exchange:
    number = context.path_params["number"]
    match = next((exchange for exchange in context.sandbox.journal if str(exchange.number) == number), None)
    if match is None:
        raise ControlError(404, "No such exchange", f"The journal has no exchange {number}; it may have been dropped.")
    return match


def _matching(journal: Journal, query: models.ExchangeFilter) -> Iterable[Exchange]:
    return (exchange for exchange in journal if _matches(exchange, query))


def _matches(exchange: Exchange, query: models.ExchangeFilter) -> bool:
    path = exchange.target.partition("?")[0]
    return (
        query.vendor in (None, exchange.vendor)
        and (query.method or exchange.method).upper() == exchange.method
        and query.operation in (None, exchange.operation)
        and (query.path is None or query.path in path or fnmatchcase(path, query.path))
        and (query.status is None or _has_status(exchange, query.status))
        and (query.rule is None or query.rule in exchange.rules)
        and query.fault in (None, exchange.fault)
        and exchange.number > (query.after or 0)
    )


def _has_status(exchange: Exchange, wanted: str) -> bool:
    """Return whether the status is the wanted one (`404`) or in the wanted class (`4xx`)."""
    status = str(exchange.status or "")
    return status == wanted or (wanted.endswith("xx") and status[:1] == wanted[:1])


def _render(exchange: Exchange, context: ControlContext) -> models.Exchange:
    hint = None
    if exchange.operation is None:
        hint = hint_for(context.vendors[exchange.vendor], exchange.method, exchange.target)
    return models.Exchange(
        number=exchange.number,
        at=iso(exchange.at),
        vendor=exchange.vendor,
        operation=exchange.operation,
        method=exchange.method,
        target=exchange.target,
        duration=None if exchange.duration is None else round(exchange.duration, 6),
        request=models.ExchangeRequest(
            headers=_render_headers(exchange.request_headers),
            **_measure(exchange.request_body),
            files=[models.FormFile(name=name, **_measure(file)) for name, file in exchange.files],
        ),
        status=exchange.status,
        response=models.ExchangeResponse(
            headers=_render_headers(exchange.response_headers), **_measure(exchange.response_body)
        ),
        rules=list(exchange.rules),
        outcome=exchange.outcome,
        fault=exchange.fault,
        hint=hint,
    )


def _render_headers(headers: Headers) -> list[tuple[str, str]]:
    return [(name.decode("latin-1"), value.decode("latin-1")) for name, value in headers]


class _Measured(TypedDict):
    size: int
    sha256: str | None


def _measure(body: Body | None) -> _Measured:
    return {"size": body.size if body else 0, "sha256": body.sha256 if body else None}
