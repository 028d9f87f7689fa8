"""Which documents a list shows: the filters of its query string."""

import re
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from email.utils import parsedate_to_datetime
from typing import Any

from emulator.core.request import VendorRequest, parse_int
from emulator.vendors.xero import rules
from emulator.vendors.xero.document_types import CONTACTS, Kind
from emulator.vendors.xero.rendering import DATES, JsonObject

Test = Callable[[JsonObject], bool]

# Parameters that choose no documents, or would choose them all.
_NO_FILTERS = frozenset(
    {"page", "pagesize", "order", "unitdp", "includearchived", "includedeleted", "summaryonly", "createdbymyapp"}
)
_EQUALITY = re.compile(
    r"\s*(?P<path>\w+(?:\.\w+)*)\s*(?P<operator>==|=|!=)\s*"
    r'(?:Guid\("(?P<guid>[^"]*)"\)|"(?P<text>[^"]*)"|(?P<word>[\w.-]+))\s*'
)
_AND = re.compile(r"&&|\bAND\b")


def select(request: VendorRequest, kind: Kind, documents: Iterable[JsonObject]) -> list[JsonObject]:
    """The documents that the query asks for, in its order. Refuses what it cannot judge."""
    tests = list(_tests(request, kind))
    chosen = [document for document in documents if all(test(document) for test in tests)]
    return _ordered(request, kind, chosen)


def page(request: VendorRequest, documents: list[JsonObject]) -> tuple[list[JsonObject], JsonObject | None]:
    """One page of a list and its place in it; all of it, without a place, where no page is asked for."""
    asked = parameters(request)
    if "page" not in asked:
        return documents, None
    number = max(1, parse_int(asked["page"], 1))
    size = max(1, parse_int(asked.get("pagesize", ""), request.value(rules.PAGE_SIZE)))
    first = (number - 1) * size
    place = {
        "page": number,
        "pageSize": size,
        "pageCount": -(-len(documents) // size),
        "itemCount": len(documents),
    }
    return documents[first : first + size], place


def parameters(request: VendorRequest) -> dict[str, str]:
    """The query string, names in lower case."""
    return {name.lower(): value for name, value in request.query_params.multi_items()}


def _tests(request: VendorRequest, kind: Kind) -> Iterator[Test]:
    several = {
        "ids": kind.id,
        "invoicenumbers": "InvoiceNumber",
        "statuses": "Status",
        "status": "Status",
        "contactids": "Contact.ContactID",
        "contactid": "Contact.ContactID",
        "quotenumber": "QuoteNumber",
    }
    asked = parameters(request)
    for name, value in asked.items():
        if name in several:
            yield _one_of(several[name], value)
        elif name == "where":
            yield from _where(request, kind, value)
        elif name == "searchterm":
            yield _mentions(value)
        elif name not in _NO_FILTERS or (name == "createdbymyapp" and value.lower() == "true"):
            raise request.refusal(rules.FILTERS)
    if kind is CONTACTS and asked.get("includearchived", "").lower() != "true":
        yield lambda fields: fields["ContactStatus"] != "ARCHIVED"
    since = _moment(request.headers.get("if-modified-since", ""))
    changed = next((name for name in ("UpdatedDateUTC", "CreatedDateUTC") if name in kind.order), None)
    if since and changed:
        yield lambda fields: fields[changed] > since


def _one_of(path: str, values: str) -> Test:
    wanted = {value.strip().lower() for value in values.split(",")}
    return lambda fields: str(_member(fields, path)).lower() in wanted


def _mentions(term: str) -> Test:
    searched = ("InvoiceNumber", "Reference", "Name", "ContactNumber", "EmailAddress", "Contact.Name")
    return lambda fields: any(term.lower() in str(_member(fields, path) or "").lower() for path in searched)


def _where(request: VendorRequest, kind: Kind, clause: str) -> Iterator[Test]:
    for part in _AND.split(clause):
        found = _EQUALITY.fullmatch(part)
        # Dates are compared with functions of the clause's language, which the emulator does not speak.
        if not found or not _known(kind, found["path"]) or found["path"].rpartition(".")[2] in DATES:
            raise request.refusal(rules.FILTERS)
        path, text = found["path"], found["text"]
        if text is None:
            text = found["guid"] if found["guid"] is not None else found["word"]
        yield _compare(path, text, equal=found["operator"] != "!=")


def _compare(path: str, text: str, *, equal: bool) -> Test:
    return lambda fields: _same(_member(fields, path), text) == equal


def _same(value: Any, text: str) -> bool:
    if isinstance(value, Decimal | int) and not isinstance(value, bool):
        try:
            return value == Decimal(text)
        except InvalidOperation:
            return False
    if isinstance(value, bool) or value is None:
        return {True: "true", False: "false", None: "null"}[value] == text.lower()
    return str(value) == text or (len(text) == 36 and str(value).lower() == text.lower())


def _known(kind: Kind, path: str) -> bool:
    return path.partition(".")[0] in kind.order


def _ordered(request: VendorRequest, kind: Kind, documents: list[JsonObject]) -> list[JsonObject]:
    order = parameters(request).get("order", "")
    for term in reversed([term for term in order.split(",") if term.strip()]):
        path, _, direction = term.strip().partition(" ")
        if direction.strip().upper() not in ("", "ASC", "DESC") or not _known(kind, path):
            raise request.refusal(rules.FILTERS)
        documents = sorted(documents, key=_sort_key(path), reverse=direction.strip().upper() == "DESC")
    return documents


def _sort_key(path: str) -> Callable[[JsonObject], tuple[str, Any]]:
    def key(document: JsonObject) -> tuple[str, Any]:
        value = _member(document, path)
        # Documents without the member come first; values are compared within their kind only.
        kind = "" if value is None else "number" if isinstance(value, Decimal | int) else type(value).__name__
        return kind, 0 if value is None else str(value) if isinstance(value, dict | list | tuple) else value

    return key


def _member(fields: Any, path: str) -> Any:
    for name in path.split("."):
        fields = fields.get(name) if isinstance(fields, dict) else None
    return fields


def _moment(text: str) -> datetime | None:
    """ISO 8601 or an HTTP date."""
    for read in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            moment = read(text)
        except (ValueError, OverflowError):
            continue
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return None
