"""The recording that a verification saves: an HTTP archive without credentials, names and amounts, and without files.

What is left is what a comparison needs: members, types, forms, order, layout, and the texts of errors.
"""

from collections.abc import Iterable
from contextlib import suppress
from typing import Any

from emulator.verification.answer import Answer, find_header
from emulator.verification.probe import ProbeSet, Step
from emulator.verification.redaction import digest, redact_answer, redact_header
from emulator.verification.side import Exchange
from emulator.version import __version__

MAX_REQUEST_BYTES = 10_000


def archive(probes: ProbeSet, exchanges: Iterable[Exchange], date: str) -> dict[str, Any]:
    """Return exchanges with a vendor as an HTTP Archive (HAR 1.2); `date` is an ISO 8601 time."""
    creator = {"name": "attachment-emulator verify", "version": __version__}
    entries = [_entry(probes, exchange, date) for exchange in exchanges]
    return {"log": {"version": "1.2", "creator": creator, "entries": entries}}


def _entry(probes: ProbeSet, exchange: Exchange, date: str) -> dict[str, Any]:
    step, answer = exchange.step, exchange.answer
    content_type = find_header(exchange.headers.items(), "content-type")
    request: dict[str, Any] = {
        "method": step.method,
        "url": exchange.shown_url,
        "httpVersion": "HTTP/1.1",
        "cookies": [],
        "headers": _headers(exchange.headers.items()),
        "queryString": [],
        "headersSize": -1,
        "bodySize": len(exchange.body),
    }
    if exchange.body:
        request["postData"] = {"mimeType": content_type, **_request_text(exchange)}
    return {
        "startedDateTime": date,
        "time": 0,
        "request": request,
        "response": {
            "status": answer.status,
            "statusText": "",
            "httpVersion": "HTTP/1.1" if answer.knows_case else "HTTP/2",
            "cookies": [],
            "headers": _headers(answer.headers),
            "content": {"mimeType": answer.header("content-type"), **_content(probes, step, answer)},
            "redirectURL": "",
            "headersSize": -1,
            "bodySize": len(answer.body),
        },
        "cache": {},
        "timings": {"send": 0, "wait": 0, "receive": 0},
    }


def _headers(headers: Iterable[tuple[str, str]]) -> list[dict[str, str]]:
    return [{"name": name, "value": redact_header(name, value)} for name, value in headers]


def _request_text(exchange: Exchange) -> dict[str, Any]:
    """Return what was sent, which is verification's own; a digest if it is large, or no text."""
    if len(exchange.body) < MAX_REQUEST_BYTES:
        with suppress(UnicodeDecodeError):
            return {"text": exchange.body.decode()}
    return {"text": "", "comment": digest(exchange.body)}


def _content(probes: ProbeSet, step: Step, answer: Answer) -> dict[str, Any]:
    text = redact_answer(answer, {*probes.exact, *step.exact})
    size = {"size": len(answer.body)}
    return {**size, "comment": digest(answer.body)} if text is None else {**size, "text": text}
