"""The journal of a sandbox, for those who ask what came and why it was answered as it was."""

import asyncio
import base64
import json
from collections.abc import AsyncIterator, Iterable
from fnmatch import fnmatchcase
from typing import Any

from starlette.responses import JSONResponse, Response, StreamingResponse

from emulator import __version__
from emulator.control.asking import PLAIN, Asked, Refused
from emulator.control.hints import hint_for
from emulator.core.clock import iso
from emulator.core.journal import Body, Exchange, Headers, Journal
from emulator.core.json_reader import JsonObject
from emulator.vendors import VENDORS

_FILTERS = "vendor?:text method?:text path?:text operation?:text status?:text rule?:text fault?:text after?:whole"
LIST = PLAIN.schema(f"{_FILTERS} limit?:whole")
WAIT = PLAIN.schema(f"{_FILTERS} timeout:number=5")
# How many exchanges a stream of events keeps for a client that does not read.
MAX_UNREAD = 1000
# How often (seconds) an idle stream of events says that it is still there.
HEARTBEAT = 15
MAX_WAIT = 60


async def list_all(asked: Asked) -> Response:
    """Oldest first; with a limit the last so many."""
    found = list(_matching(asked.sandbox.journal, asked.query))
    limit = asked.query["limit"]
    if limit is not None:
        found = found[-limit:] if limit else []
    return JSONResponse({"exchanges": [shown(each) for each in found]})


async def get(asked: Asked) -> Response:
    return JSONResponse(shown(_exchange(asked)))


async def body(asked: Asked) -> Response:
    """The bytes that one side sent, while they are to be had."""
    exchange = _exchange(asked)
    sent = exchange.request_body if asked.params["side"] == "request" else exchange.response_body
    data = sent.read() if sent and asked.params["side"] in ("request", "response") else None
    if data is None:
        raise Refused(404, "Not kept", "Those bytes are not to be had: there were none, they are secret, or are gone.")
    return Response(data, media_type="application/octet-stream")


async def clear(asked: Asked) -> Response:
    asked.sandbox.journal.clear()
    return Response(status_code=204)


async def wait(asked: Asked) -> Response:
    """The first exchange that matches: one that has ended already, or the next that does."""
    journal, query = asked.sandbox.journal, asked.query
    # After a reset, these are another journal's.
    listeners = journal.listeners
    seconds = min(query["timeout"], MAX_WAIT)
    loop = asyncio.get_running_loop()
    ended: asyncio.Future[Exchange] = loop.create_future()

    def listen(exchange: Exchange) -> None:
        if not ended.done() and _matches(exchange, query):
            ended.set_result(exchange)

    found = next((each for each in _matching(journal, query) if each.outcome != "open"), None)
    if found is None:
        listeners.add(listen)
        try:
            found = await asyncio.wait_for(ended, seconds)
        except TimeoutError:
            raise Refused(404, "No such exchange", f"None came within {seconds:g} seconds.") from None
        finally:
            listeners.discard(listen)
    return JSONResponse(shown(found))


async def events(asked: Asked) -> Response:
    """Each exchange as it ends, as server-sent events."""
    # After a reset, these are another journal's.
    listeners = asked.sandbox.journal.listeners

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
            # Who reads too slowly sees the stream end, and no gap in it.
            while not (left_behind and queue.empty()):
                try:
                    exchange = await asyncio.wait_for(queue.get(), HEARTBEAT)
                except TimeoutError:
                    yield ": still here\n\n"
                else:
                    yield f"id: {exchange.number}\nevent: exchange\ndata: {json.dumps(shown(exchange))}\n\n"
        finally:
            listeners.discard(listen)

    return StreamingResponse(stream(), media_type="text/event-stream", headers={"Cache-Control": "no-store"})


async def as_har(asked: Asked) -> Response:
    """The journal as an HTTP Archive, which browsers and other tools open."""
    host = asked.request.headers.get("host", "localhost")
    entries = [_entry(each, host) for each in _matching(asked.sandbox.journal, asked.query)]
    creator = {"name": "attachment-emulator", "version": __version__}
    return JSONResponse({"log": {"version": "1.2", "creator": creator, "entries": entries}})


def shown(exchange: Exchange) -> dict[str, Any]:
    missed = exchange.operation is None
    return {
        "number": exchange.number,
        "at": iso(exchange.at),
        "vendor": exchange.vendor,
        "operation": exchange.operation,
        "method": exchange.method,
        "target": exchange.target,
        "request": {
            "headers": _texts(exchange.request_headers),
            **_measured(exchange.request_body),
            "files": [{"name": name, **_measured(file)} for name, file in exchange.files],
        },
        "status": exchange.status,
        "response": {"headers": _texts(exchange.response_headers), **_measured(exchange.response_body)},
        "rules": list(exchange.rules),
        "outcome": exchange.outcome,
        "fault": exchange.fault,
        "hint": hint_for(VENDORS[exchange.vendor], exchange.method, exchange.target) if missed else None,
    }


def _exchange(asked: Asked) -> Exchange:
    number = asked.params["number"]
    found = next((each for each in asked.sandbox.journal if str(each.number) == number), None)
    if found is None:
        raise Refused(404, "No such exchange", f"The journal has no exchange {number}, or has it no longer.")
    return found


def _matching(journal: Journal, query: JsonObject) -> Iterable[Exchange]:
    return (each for each in journal if _matches(each, query))


def _matches(exchange: Exchange, query: JsonObject) -> bool:
    path = exchange.target.partition("?")[0]
    return (
        query["vendor"] in (None, exchange.vendor)
        and (query["method"] or exchange.method).upper() == exchange.method
        and query["operation"] in (None, exchange.operation)
        and (query["path"] is None or query["path"] in path or fnmatchcase(path, query["path"]))
        and (query["status"] is None or _has_status(exchange, query["status"]))
        and (query["rule"] is None or query["rule"] in exchange.rules)
        and query["fault"] in (None, exchange.fault)
        and exchange.number > (query["after"] or 0)
    )


def _has_status(exchange: Exchange, wanted: str) -> bool:
    """`404` means that one, `4xx` all of its kind."""
    status = str(exchange.status or "")
    return status == wanted or (wanted.endswith("xx") and status[:1] == wanted[:1])


def _texts(headers: Headers) -> list[list[str]]:
    return [[name.decode("latin-1"), value.decode("latin-1")] for name, value in headers]


def _measured(sent: Body | None) -> dict[str, Any]:
    return {"size": sent.size if sent else 0, "sha256": sent.sha256 if sent else None}


def _entry(exchange: Exchange, host: str) -> dict[str, Any]:
    request, response = exchange.request_body, exchange.response_body
    url = f"http://{host}{exchange.target}"
    blank: dict[str, Any] = {"cookies": [], "headersSize": -1, "httpVersion": "HTTP/1.1"}
    sent: dict[str, Any] = {
        "method": exchange.method,
        "url": url,
        "headers": _pairs(exchange.request_headers),
        "queryString": [],
        "bodySize": request.size if request else 0,
        **blank,
    }
    if request and (data := request.read()) is not None:
        sent["postData"] = {"mimeType": _type_of(exchange.request_headers), "text": data.decode("utf-8", "replace")}
    content = {"size": response.size if response else 0, "mimeType": _type_of(exchange.response_headers)}
    if response and (data := response.read()) is not None:
        content |= {"text": base64.b64encode(data).decode(), "encoding": "base64"}
    return {
        "startedDateTime": exchange.at.isoformat(),
        "time": 0,
        "request": sent,
        "response": {
            "status": exchange.status or 0,
            "statusText": "",
            "headers": _pairs(exchange.response_headers),
            "content": content,
            "redirectURL": "",
            "bodySize": response.size if response else 0,
            **blank,
        },
        "cache": {},
        "timings": {"send": 0, "wait": 0, "receive": 0},
        "comment": ", ".join(exchange.rules) or exchange.operation or exchange.outcome,
    }


def _pairs(headers: Headers) -> list[dict[str, str]]:
    return [{"name": name, "value": value} for name, value in _texts(headers)]


def _type_of(headers: Headers) -> str:
    return next((value.decode("latin-1") for name, value in headers if name == b"content-type"), "")
