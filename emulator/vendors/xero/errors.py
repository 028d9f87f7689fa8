"""Xero's responses: the envelope in JSON or XML, the forms of refusals, and the headers."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from html import escape
from typing import Any

from starlette.responses import Response

from emulator.core.clock import http_date
from emulator.core.json_reader import JsonObject
from emulator.core.request import Fields, VendorRequest
from emulator.core.responses import Reply
from emulator.core.rules import Refusal
from emulator.core.storage.downloads import FileResponse
from emulator.core.storage.file_store import Blob
from emulator.vendors.xero.rendering import EnvelopeTime, Typed, to_json, to_xml
from emulator.vendors.xero.state import state_of

JSON = b"application/json; charset=utf-8"
XML = b"text/xml; charset=utf-8"
# The gateway's JSON is compact and its media type has no charset.
GATEWAY_JSON = b"application/json"
TITLES = {401: "Unauthorized", 403: "Forbidden", 413: "RequestEntityTooLarge", 500: "An error occurred"}
ERROR_NUMBERS = {
    "QueryParseException": 16,
    "ValidationException": 10,
    "PostDataInvalidException": 14,
    "ApiMethodNotImplementedException": 20,
}


def success(
    request: VendorRequest, name: str, items: Sequence[JsonObject], *, details: Mapping[str, object] | None = None
) -> Response:
    """Return a list of documents or attachments in Xero's envelope, as XML unless the client asks for JSON."""
    state = state_of(request.sandbox)
    envelope = {
        "Id": request.correlation_id,
        "Status": "OK",
        "ProviderName": state.app_name,
        "DateTimeUTC": EnvelopeTime(request.sandbox.clock.now()),
        **(details or {}),
        name: items,
    }
    return negotiated(request, 200, "Response", envelope)


def download(request: VendorRequest, blob: Blob, mime_type: str, fields: Fields) -> Response:
    return FileResponse(blob, mime_type, {**common_headers(request), **fields})


def plain(request: VendorRequest, status: int, body: object = None, media_type: bytes = GATEWAY_JSON) -> Response:
    """Return compact JSON without an envelope, as the identity endpoints and /connections do."""
    if body is None:
        return Reply(b"", status, common_headers(request))
    content = json.dumps(body, separators=(",", ":")).encode()
    return Reply(content, status, {**common_headers(request), b"content-type": media_type})


def negotiated(request: VendorRequest, status: int, root: str, tree: JsonObject) -> Response:
    if wants_json(request.headers.get("accept", "")):
        text, media_type = to_json(tree), JSON
    else:
        text, media_type = to_xml(root, tree), XML
    return Reply(text.encode("utf-8", "replace"), status, {**common_headers(request), b"content-type": media_type})


@lru_cache(64)
def wants_json(accept: str) -> bool:
    """Return whether an Accept header prefers JSON, or has it level with XML."""
    weights = {"json": 0.0, "xml": 0.0}
    for part in accept.lower().split(","):
        media_type, _, parameters = part.partition(";")
        form = media_type.strip().rpartition("/")[2]
        if form in weights:
            weights[form] = max(weights[form], _weight(parameters))
    return weights["json"] > 0 and weights["json"] >= weights["xml"]


def _weight(parameters: str) -> float:
    for parameter in parameters.split(";"):
        name, _, value = parameter.partition("=")
        if name.strip() == "q":
            try:
                return float(value)
            except ValueError:
                return 0.0
    return 1.0


def common_headers(request: VendorRequest) -> Fields:
    """Return the headers that every answer has."""
    date = http_date(request.sandbox.clock.now())
    return {
        b"cache-control": b"max-age=0, no-cache, no-store",
        b"connection": b"close" if request.closes_connection else b"keep-alive",
        b"date": date,
        b"expires": date,
        b"pragma": b"no-cache",
        b"server": b"nginx",
        b"x-client-tls-ver": b"tls1.3",
        b"xero-correlation-id": request.correlation_id.encode(),
        **request.answer_headers,
    }


# --- Errors -----------------------------------------------------------------------------------------------------------


def refuse(request: VendorRequest, refusal: Refusal) -> Response:
    """Return the response of a refusal."""
    form = _FORMS.get(refusal.answer.kind, _api_exception)
    response = form(request, refusal)
    response.headers.update(refusal.headers)
    return response


@dataclass(frozen=True, slots=True)
class Rejected:
    """What a validation error is about: a document or attachment, and what is wrong with it (where there is no more to
    say than the refusal does, nothing)."""

    kind: str
    tree: JsonObject
    messages: Sequence[str] = ()

    def in_json(self) -> JsonObject:
        return {**self.tree, "ValidationErrors": self._errors()}

    def in_xml(self) -> Typed:
        # XML lists the errors first, JSON last; and only documents have warnings.
        warnings = {} if self.kind == "Attachment" else {"Warnings": ()}
        return Typed(self.kind, {"ValidationErrors": self._errors(), **warnings, **self.tree})

    def _errors(self) -> list[JsonObject]:
        return [{"Message": message} for message in self.messages]


def _validation(request: VendorRequest, refusal: Refusal) -> Response:
    rejected: Any = refusal.facts["rejected"]
    as_json = wants_json(request.headers.get("accept", ""))
    elements = [element if element.messages else replace(element, messages=[refusal.message]) for element in rejected]
    trees = [element.in_json() if as_json else element.in_xml() for element in elements]
    return _exception(request, 400, "ValidationException", "A validation exception occurred", Elements=trees)


def _api_exception(request: VendorRequest, refusal: Refusal) -> Response:
    return _exception(request, refusal.answer.status, refusal.answer.kind, refusal.message)


def _exception(request: VendorRequest, status: int, kind: str, message: str, **more: object) -> Response:
    return negotiated(
        request, status, "ApiException", {"ErrorNumber": ERROR_NUMBERS[kind], "Type": kind, "Message": message, **more}
    )


def _text(request: VendorRequest, refusal: Refusal) -> Response:
    fields = {**common_headers(request), b"content-type": b"text/html; charset=utf-8"}
    return Reply(refusal.message.encode(), refusal.answer.status, fields)


def _oauth(request: VendorRequest, refusal: Refusal) -> Response:
    status, error = refusal.answer.status, refusal.message
    if request.method == "GET":
        # Consent is asked for by a browser.
        page = f"<!DOCTYPE html><title>Error</title><h1>Sorry, something went wrong</h1><p>Error: {escape(error)}</p>"
        return Reply(page.encode(), status, {**common_headers(request), b"content-type": b"text/html; charset=utf-8"})
    description = {"error_description": refusal.detail} if refusal.detail else {}
    return plain(request, status, {"error": error, **description})


def _problem(request: VendorRequest, refusal: Refusal) -> Response:
    status = refusal.answer.status
    title, detail, instance = TITLES[status], refusal.message, request.correlation_id
    # Each part of the gateway has its own members.
    if status == 500:
        return plain(request, status, {"Title": title, "Detail": detail, "Status": status, "Instance": instance})
    problem = {"Title": title, "Status": status, "Detail": detail, "Instance": instance, "Extensions": {}}
    return plain(request, status, {"Type": None, **problem} if status in (401, 403) else problem)


_FORMS: dict[str, Callable[[VendorRequest, Refusal], Response]] = {
    "validation": _validation,
    "text": _text,
    "gateway": _problem,
    "oauth": _oauth,
    "empty": lambda request, refusal: plain(request, refusal.answer.status),
}
