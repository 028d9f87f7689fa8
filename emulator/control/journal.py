"""The journal of a sandbox, for those who ask what came and why it was answered as it was."""

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

# How many exchanges a stream of events holds for a client that does not read.
MAX_UNREAD = 1000
# How often (seconds) an idle stream of events says that it is still there.
HEARTBEAT = 15
MAX_WAIT = 60
_EVENT = 'id: 1\nevent: exchange\ndata: {"number": 1, "vendor": "xero"}\n\n'


@operation("GET", "/sandboxes/{sandbox}/journal", "The exchanges, oldest first.")
async def list_exchanges(context: ControlContext, query: models.JournalQuery) -> models.Journal:
    """Oldest first; with a limit the last so many."""
    exchanges = list(_matching(context.sandbox.journal, query))
    if query.limit is not None:
        exchanges = exchanges[-query.limit :] if query.limit else []
    return models.Journal(exchanges=[_render(exchange, context) for exchange in exchanges])


@operation("DELETE", "/sandboxes/{sandbox}/journal", "Forget the exchanges.")
async def clear_journal(context: ControlContext) -> None:
    context.sandbox.journal.clear()


@operation("GET", "/sandboxes/{sandbox}/journal/wait", "Wait for an exchange that matches.")
async def wait_for_exchange(context: ControlContext, query: models.JournalWait) -> models.Exchange:
    """The first exchange that matches: one that has ended already, or the next that does."""
    journal = context.sandbox.journal
    # After a reset, these belong to another journal.
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
            raise ControlError(404, "No such exchange", f"None came within {seconds:g} seconds.") from None
        finally:
            listeners.discard(listen)
    return _render(match, context)


@operation("GET", "/sandboxes/{sandbox}/journal/har", "The exchanges as an HTTP Archive.")
async def get_archive(context: ControlContext, query: models.JournalQuery) -> HttpArchive:
    """The journal as an HTTP Archive, which browsers and other tools open."""
    host = context.request.headers.get("host", "localhost")
    return render_archive(_matching(context.sandbox.journal, query), host)


@operation(
    "GET",
    "/sandboxes/{sandbox}/journal/events",
    "Exchanges as they end (server-sent events).",
    content=Content(
        "text/event-stream", "Events named `exchange`; the data of each is one exchange, as the journal has it.", _EVENT
    ),
)
async def stream_exchanges(context: ControlContext) -> Response:
    """Each exchange as it ends, as server-sent events."""
    # After a reset, these belong to another journal.
    listeners = context.sandbox.journal.listeners

    async def stream() -> AsyncIterator[str]:
        queue: asyncio.Queue[Exchange] = asyncio.Queue(MAX_UNREAD)
        left_behind = False

        def listen(exchange: Exchange) -> None:
            nonlocal left_behind
            try:
                queue.put_nowait(exchange)
            except asyncio.QueueFull:
                left_behind = True

        listeners.add(listen)
        try:
            yield ": listening\n\n"
            # Whoever reads too slowly sees the stream end, and no gap in it.
            while not (left_behind and queue.empty()):
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


@operation("GET", "/sandboxes/{sandbox}/journal/{number}", "One exchange.")
async def get_exchange(context: ControlContext) -> models.Exchange:
    return _render(_find(context), context)


@operation(
    "GET",
    "/sandboxes/{sandbox}/journal/{number}/{side}",
    "The bytes that one side sent: `request` or `response`.",
    content=Content("application/octet-stream", "The bytes.", "%PDF-1.7"),
)
async def get_body(context: ControlContext) -> Response:
    """The bytes that one side sent, while they are to be had."""
    exchange = _find(context)
    bodies = {"request": exchange.request_body, "response": exchange.response_body}
    body = bodies.get(context.path_params["side"])
    data = body.read() if body else None
    if data is None:
        detail = "Those bytes are not to be had: there were none, they are secret, or are gone."
        raise ControlError(404, "Not kept", detail)
    return Response(data, media_type="application/octet-stream")


def _find(context: ControlContext) -> Exchange:
    number = context.path_params["number"]
    match = next((exchange for exchange in context.sandbox.journal if str(exchange.number) == number), None)
    if match is None:
        raise ControlError(404, "No such exchange", f"The journal has no exchange {number}, or has it no longer.")
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
    """`404` means that one, `4xx` all of its kind."""
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
