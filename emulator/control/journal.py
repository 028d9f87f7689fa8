"""The operations on the journal: list, wait for, stream and export exchanges."""

import asyncio

from starlette.responses import PlainTextResponse, Response, StreamingResponse

from emulator.control.documents import FILE, serve_file
from emulator.control.errors import ControlError
from emulator.control.event_stream import stream_events
from emulator.control.exchanges import matches, matching, render_exchange
from emulator.control.har import render_archive
from emulator.control.models import journal as models
from emulator.control.models.har import HttpArchive
from emulator.control.operation import Content, ControlContext, operation
from emulator.control.previews import HEAD, file_headers
from emulator.control.replays import as_curl_command, as_test
from emulator.core.journal import Body, Exchange
from emulator.core.numbers import parse_int
from emulator.core.responses import Reply

MAX_WAIT = 60
_EVENT = 'id: 1\nevent: exchange\ndata: {"number": 1, "vendor": "xero"}\n\n'


@operation("GET", "/sandboxes/{sandbox}/journal", "List the exchanges, oldest first.")
async def list_exchanges(context: ControlContext, query: models.JournalQuery) -> models.Journal:
    """Oldest first. `limit` selects the last ones."""
    exchanges = list(matching(context.sandbox.journal, query))
    if query.limit is not None:
        exchanges = exchanges[-query.limit :] if query.limit else []
    return models.Journal(exchanges=[render_exchange(exchange, context.vendors) for exchange in exchanges])


@operation("DELETE", "/sandboxes/{sandbox}/journal", "Clear the journal.")
async def clear_journal(context: ControlContext) -> None:
    context.sandbox.journal.clear()


@operation("GET", "/sandboxes/{sandbox}/journal/wait", "Wait for an exchange that matches.")
async def wait_for_exchange(context: ControlContext, query: models.JournalWait) -> models.Exchange:
    """Returns the first finished exchange that matches, waiting for one if there is none yet."""
    seconds = min(query.timeout, MAX_WAIT)
    ended: asyncio.Future[Exchange] = asyncio.get_running_loop().create_future()

    def listen(exchange: Exchange) -> None:
        if not ended.done() and matches(exchange, query):
            ended.set_result(exchange)

    with context.registry.listening(context.path_params["sandbox"], listen) as journal:
        if match := next((exchange for exchange in matching(journal, query) if exchange.outcome != "open"), None):
            return render_exchange(match, context.vendors)
        try:
            return render_exchange(await asyncio.wait_for(ended, seconds), context.vendors)
        except TimeoutError:
            raise ControlError(404, "No such exchange", f"No exchange matched within {seconds:g} seconds.") from None


@operation("GET", "/sandboxes/{sandbox}/journal/har", "Export the exchanges as an HTTP Archive.")
async def get_archive(context: ControlContext, query: models.JournalQuery) -> HttpArchive:
    """An HTTP Archive (HAR) can be opened in browsers and other tools."""
    host = context.request.headers.get("host", "localhost")
    return render_archive(matching(context.sandbox.journal, query), host)


@operation(
    "GET",
    "/sandboxes/{sandbox}/journal/events",
    "Stream the exchanges as they end (server-sent events).",
    content=Content(
        "text/event-stream",
        "Events named `exchange`: the data is one exchange, as in the journal, and the id is its number. Events named "
        "`reset`: the sandbox starts anew, and its exchanges are counted from 1 again.",
        _EVENT,
    ),
)
async def stream_exchanges(context: ControlContext, query: models.EventQuery) -> Response:
    """Sends an event for every exchange that matches, when it ends.

    A client that reconnects with the header `Last-Event-ID`, as browsers do, first gets what it missed, as far as the
    journal still has it. The stream ends if the client reads too slowly.
    """
    # Looked up before the answer begins, for the error of a sandbox that cannot be created.
    sandbox = context.sandbox.name
    last = context.request.headers.get("last-event-id", "")
    if last and parse_int(last, -1) < 0:
        detail = f"The header Last-Event-ID is the number of an exchange, not {last!r}."
        raise ControlError(422, "Invalid value", detail)
    after = int(last) if last else query.after
    events = stream_events(context.registry, context.vendors, sandbox, query, after)
    return StreamingResponse(events, media_type="text/event-stream", headers={"Cache-Control": "no-store"})


@operation("GET", "/sandboxes/{sandbox}/journal/{number}", "Get an exchange.")
async def get_exchange(context: ControlContext) -> models.Exchange:
    return render_exchange(_find(context), context.vendors)


@operation(
    "GET",
    "/sandboxes/{sandbox}/journal/{number}/curl",
    "Get an exchange as a curl command.",
    content=Content(
        "text/plain", "A command for a shell such as bash.", "curl -X GET http://127.0.0.1:4600/codat/companies"
    ),
)
async def get_curl_command(context: ControlContext) -> Response:
    """The command sends the request again.

    Redacted credentials are replaced by the seed data's, bytes that are no longer held by zeros.
    """
    exchange = _find(context)
    vendor, sandbox = context.vendors[exchange.vendor], context.path_params["sandbox"]
    needs_token = bool(context.registry.options.control_token)
    return PlainTextResponse(
        as_curl_command(exchange, vendor, sandbox, context.public_url, tuple(context.vendors), needs_token=needs_token)
    )


@operation(
    "GET",
    "/sandboxes/{sandbox}/journal/{number}/test",
    "Get an exchange as a test.",
    content=Content("text/plain", "A pytest function.", "def test_xero_file_type_is_refused(emulator): ..."),
)
async def get_test(context: ControlContext) -> Response:
    """The test sends the request with the fixture's client, and asserts the status and the rule of the answer."""
    exchange = _find(context)
    vendor = context.vendors[exchange.vendor]
    rule = next((rule for rule in vendor.rules if rule.id in exchange.rules), None)
    return PlainTextResponse(as_test(exchange, vendor, rule, context.public_url))


@operation(
    "GET", "/sandboxes/{sandbox}/journal/{number}/{side}", "Get the body of a `request` or `response`.", content=FILE
)
async def get_body(context: ControlContext) -> Response:
    """Bodies that are secret or too long are not recorded; those of files exist as long as the file does."""
    exchange = _find(context)
    side = context.path_params["side"]
    bodies = {"request": exchange.request_body, "response": exchange.response_body}
    headers = {"request": exchange.request_headers, "response": exchange.response_headers}.get(side, ())
    content_type = next((value.decode("latin-1") for name, value in headers if name == b"content-type"), "")
    return _serve(bodies.get(side), f"{side}-{exchange.number}", content_type)


@operation(
    "GET", "/sandboxes/{sandbox}/journal/{number}/files/{index}", "Get a file of the form in a request.", content=FILE
)
async def get_form_file(context: ControlContext) -> Response:
    """A file exists as long as an attachment has its bytes."""
    exchange = _find(context)
    index = parse_int(context.path_params["index"], len(exchange.files))
    if index >= len(exchange.files):
        detail = f"The request's form has {len(exchange.files)} files, counted from 0."
        raise ControlError(404, "No such file", detail)
    name, body = exchange.files[index]
    return _serve(body, name)


def _serve(body: Body | None, name: str, content_type: str = "") -> Response:
    """Return a body, under a name for whoever saves it."""
    if body and (blob := body.blob):
        return serve_file(blob, name, content_type)
    if body is None or body.held is None:
        detail = "The body is empty, was not recorded because it is secret or too long, or its file was deleted."
        raise ControlError(404, "Body not available", detail)
    media_type, headers = file_headers(name, body.held[:HEAD], content_type)
    return Reply(body.held, 200, {b"content-type": media_type.encode(), **headers})


def _find(context: ControlContext) -> Exchange:
    number = context.path_params["number"]
    match = next((exchange for exchange in context.sandbox.journal if str(exchange.number) == number), None)
    if match is None:
        raise ControlError(404, "No such exchange", f"The journal has no exchange {number}; it may have been dropped.")
    return match
