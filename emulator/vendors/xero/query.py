"""The query string of a list: filters, order and pages."""

from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from decimal import Decimal
from email.utils import parsedate_to_datetime
from typing import Any

from emulator.core.json_reader import JsonObject
from emulator.core.numbers import parse_int
from emulator.core.request import VendorRequest
from emulator.vendors.xero import rules
from emulator.vendors.xero.document_types import CONTACTS, DocumentType

Test = Callable[[JsonObject], bool]

# Parameters that are no filters, or whose filter every document of the emulator passes.
_NO_FILTERS = frozenset(
    {"page", "pagesize", "order", "unitdp", "includearchived", "includedeleted", "summaryonly", "createdbymyapp"}
)


def select(request: VendorRequest, kind: DocumentType, documents: Iterable[JsonObject]) -> list[JsonObject]:
    """Return the documents that pass the filters of a query, in its order.

    Raises a Refusal (501) for a filter that is not emulated.
    """
    tests = list(_tests(request, kind))
    chosen = [document for document in documents if all(test(document) for test in tests)]
    return _ordered(request, kind, chosen)


def page(request: VendorRequest, documents: list[JsonObject]) -> tuple[list[JsonObject], JsonObject | None]:
    """Return one page of a list and its `pagination`; or, without the parameter `page`, the whole list and None."""
    query = parameters(request)
    if "page" not in query:
        return documents, None
    number = max(1, parse_int(query["page"], 1))
    size = max(1, parse_int(query.get("pagesize", ""), request.value(rules.PAGE_SIZE)))
    first = (number - 1) * size
    pagination = {
        "page": number,
        "pageSize": size,
        "pageCount": -(-len(documents) // size),
        "itemCount": len(documents),
    }
    return documents[first : first + size], pagination


def parameters(request: VendorRequest) -> dict[str, str]:
    """Return the parameters of the query string, their names in lower case."""
    return {name.lower(): value for name, value in request.query_params.multi_items()}


def _tests(request: VendorRequest, kind: DocumentType) -> Iterator[Test]:
    several = {
        "ids": kind.id,
        "invoicenumbers": "InvoiceNumber",
        "statuses": kind.status,
        "status": kind.status,
        "contactids": "Contact.ContactID",
        "contactid": "Contact.ContactID",
        "quotenumber": "QuoteNumber",
    }
    query = parameters(request)
    for name, value in query.items():
        if name in several and several[name].partition(".")[0] in kind.order:
            if value.strip(" ,"):
                yield _one_of(several[name], value)
        elif name == "where":
            if value.strip():
                yield _where(request, kind, value)
        elif name == "searchterm":
            yield _mentions(value)
        elif name not in _NO_FILTERS or (name == "createdbymyapp" and value.lower() == "true"):
            raise request.refusal(rules.FILTERS)
    if kind is CONTACTS and query.get("includearchived", "").lower() != "true":
        yield lambda fields: fields["ContactStatus"] != "ARCHIVED"
    since = _moment(request.headers.get("if-modified-since", ""))
    changed = next((name for name in ("UpdatedDateUTC", "CreatedDateUTC") if name in kind.order), None)
    if since and changed:
        yield lambda fields: fields[changed] > since


def _one_of(path: str, values: str) -> Test:
    wanted = {value.strip().lower() for value in values.split(",")} - {""}
    return lambda fields: str(_member(fields, path) or "").lower() in wanted


def _mentions(term: str) -> Test:
    searched = ("InvoiceNumber", "Reference", "Name", "ContactNumber", "EmailAddress", "Contact.Name")
    return lambda fields: any(term.lower() in str(_member(fields, path) or "").lower() for path in searched)


def _where(request: VendorRequest, kind: DocumentType, clause: str) -> Test:
    # The parser loads with the first clause.
    from emulator.vendors.xero.where import InvalidClause, UnsupportedClause, parse_where

    try:
        return parse_where(clause, frozenset(kind.order), kind.singular)
    except InvalidClause as error:
        raise request.refusal(rules.QUERY_SYNTAX, reason=str(error)) from None
    except UnsupportedClause:
        raise request.refusal(rules.FILTERS) from None


def _ordered(request: VendorRequest, kind: DocumentType, documents: list[JsonObject]) -> list[JsonObject]:
    clause = parameters(request).get("order", "")
    if not clause.strip():
        return documents
    from emulator.vendors.xero.where import InvalidClause, UnsupportedClause, parse_order

    try:
        terms = parse_order(clause, frozenset(kind.order), kind.singular)
    except InvalidClause as error:
        raise request.refusal(rules.QUERY_SYNTAX, reason=str(error)) from None
    except UnsupportedClause:
        raise request.refusal(rules.FILTERS) from None
    for read, descending in reversed(terms):
        documents = sorted(documents, key=lambda document: _sort_key(read(document)), reverse=descending)
    return documents


def _sort_key(value: Any) -> tuple[str, Any]:
    # Documents without the member come first. Values of different types are not compared.
    type_name = "" if value is None else "number" if isinstance(value, Decimal | int) else type(value).__name__
    return type_name, 0 if value is None else str(value) if isinstance(value, dict | list | tuple) else value


def _member(fields: Any, path: str) -> Any:
    for name in path.split("."):
        fields = fields.get(name) if isinstance(fields, dict) else None
    return fields


def _moment(text: str) -> datetime | None:
    """Parse an ISO 8601 or HTTP date."""
    for read in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            moment = read(text)
        except (ValueError, OverflowError):
            continue
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return None
