"""The recording that a verification saves: an HTTP archive without credentials, names and amounts, and without files.

What is left is what a comparison needs: members, types, forms, order, layout, and the texts of errors.
"""

import hashlib
import json
import re
from collections.abc import Collection, Iterable
from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit

from emulator.core.redaction import is_secret
from emulator.verification.answer import Answer, find_header
from emulator.verification.comparison import DATES, FORMS, form_of, layout_of
from emulator.verification.probe import ProbeSet, Step
from emulator.verification.secrets import without_secrets
from emulator.verification.side import Exchange
from emulator.version import __version__

REDACTED = "redacted"
MAX_REQUEST_BYTES = 10_000
_ID_NAME = re.compile(r"(?:\bid|Id|ID|_id|\bnumber)$")
_DELIMITED = re.compile(r"(?<=>)[^<>]*[^<>\s][^<>]*(?=<)")
_KEPT_FORMS = {*DATES, *FORMS} - {"a URL"}


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
        "url": _url(exchange),
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


def _url(exchange: Exchange) -> str:
    parts = urlsplit(exchange.url)
    if not exchange.step.path.startswith("{"):
        return exchange.url
    # What an answer leads to may be signed: whoever has the URL has the file.
    return f"{parts.scheme}://{parts.netloc}/{REDACTED}"


def _headers(headers: Iterable[tuple[str, str]]) -> list[dict[str, str]]:
    """Return headers; of a credential only that it was there."""
    return [
        {"name": name, "value": REDACTED if value and is_secret(name) else _header_value(value)}
        for name, value in headers
    ]


def _header_value(value: str) -> str:
    return without_secrets(re.sub(r"(https?://[^\s?]+)\?\S+", r"\1?redacted", value))


def _request_text(exchange: Exchange) -> dict[str, Any]:
    """Return what was sent, which is verification's own; a digest if it is large, or no text."""
    if len(exchange.body) < MAX_REQUEST_BYTES:
        with suppress(UnicodeDecodeError):
            return {"text": exchange.body.decode()}
    return {"text": "", "comment": _digest(exchange.body)}


def _content(probes: ProbeSet, step: Step, answer: Answer) -> dict[str, Any]:
    if not answer.body:
        return {"size": 0, "text": ""}
    size = {"size": len(answer.body)}
    tree = answer.tree()
    if answer.is_json and tree is not None:
        return {**size, "text": _laid_out(answer, _redact(tree, {*probes.exact, *step.exact}, "", answer.status))}
    if answer.is_xml and tree is not None:
        text = answer.body.decode("utf-8", "replace")
        return {**size, "text": text if answer.status >= 400 else _DELIMITED.sub(_redact_element, text)}
    if answer.status >= 400 and not answer.is_html:
        return {**size, "text": without_secrets(answer.body.decode("utf-8", "replace"))}
    return {**size, "comment": _digest(answer.body)}


def _digest(body: bytes) -> str:
    return f"{len(body)} bytes, sha256 {hashlib.sha256(body).hexdigest()}"


def _redact(value: Any, exact: Collection[str], path: str, status: int) -> Any:
    match value:
        case dict():
            return {name: _redact(item, exact, f"{path}.{name}".lstrip("."), status) for name, item in value.items()}
        case list():
            return [_redact(item, exact, f"{path}[]", status) for item in value]
        case int() | str() if _ID_NAME.search(path):
            return value
        case str() if path not in exact:
            return without_secrets(value) if status >= 400 else _redact_text(value)
        case int() | float() if path not in exact and status < 400 and not isinstance(value, bool):
            return type(value)()
    return value


def _redact_text(text: str) -> str:
    form = form_of(text)
    if form == "a decimal number":
        return re.sub(r"\d", "0", text)
    if form == "a URL":
        return re.sub(r"(https?://[^/?]+).*", rf"\1/{REDACTED}", text)
    return text if form in _KEPT_FORMS else REDACTED


def _redact_element(match: re.Match[str]) -> str:
    value = match[0]
    if value in ("true", "false"):
        return value
    if re.fullmatch(r"-?\d+(\.\d+)?", value):
        return re.sub(r"\d", "0", value)
    return value if form_of(value) in _KEPT_FORMS else REDACTED


def _laid_out(answer: Answer, tree: Any) -> str:
    """Return JSON as the answer laid it out."""
    match = re.search(r"indented by (\d+)", layout_of(answer))
    if match is None:
        return json.dumps(tree, ensure_ascii=False, separators=(",", ":"))
    text = json.dumps(tree, ensure_ascii=False, indent=int(match[1]))
    return text.replace("\n", "\r\n") if "CRLF" in layout_of(answer) else text
