"""Handlers of the bills and suppliers of Sync for Payables, which are written without push operations."""

import base64
import binascii
from decimal import Decimal
from typing import Any, NamedTuple

from starlette.responses import Response

from emulator.core.clock import ticks
from emulator.core.json_reader import JsonObject, read_json
from emulator.core.request import VendorRequest
from emulator.vendors.codat import errors, models, rules
from emulator.vendors.codat.integrations import Integration
from emulator.vendors.codat.lookups import check_linked, find_connection, find_record
from emulator.vendors.codat.records import new_record
from emulator.vendors.codat.state import Record
from emulator.vendors.codat.validation import read_model


class _Shape(NamedTuple):
    """What requests and answers have of a type of record."""

    model: type[models.CodatModel]
    written: tuple[str, ...]
    """The members that a request may set."""
    computed: tuple[str, ...]
    """The members that an answer has beside them."""
    listed: frozenset[str]
    """The statuses that lists have."""


_SHAPES = {
    "bills": _Shape(
        models.Bill,
        (
            "reference",
            "supplierRef",
            "issueDate",
            "dueDate",
            "currency",
            "currencyRate",
            "lineItems",
            "status",
        ),
        ("totalAmount", "amountDue"),
        frozenset({"Open", "PartiallyPaid"}),
    ),
    "suppliers": _Shape(
        models.Supplier,
        ("supplierName", "contactName", "emailAddress", "phone", "addresses", "status", "balance", "defaultCurrency"),
        (),
        frozenset({"Unknown", "Active", "Archived"}),
    ),
}
_UPDATING = frozenset({"fbrh", "qhyg", "ndsk", "gbol", "mqjo"})


async def list_all(request: VendorRequest, company: str, connection: str, data_type: str) -> Response:
    """List the bills that are to be paid, or all suppliers."""
    _, data_connection = find_connection(request, company, connection)
    if request.query_params.get("query"):
        raise request.refusal(rules.QUERY)
    listed = _SHAPES[data_type].listed
    records = [record for record in data_connection.of_type(data_type) if record.fields.get("status") in listed]
    size = request.value(rules.PAGING)
    pages = max(1, -(-len(records) // size)) if size else 1
    page = _read_page(request, pages)
    results = [_render(record) for record in records[(page - 1) * size : page * size]]
    pagination = {"continuationToken": _token(page + 1, size, pages)} if page < pages else {}
    return errors.success(request, {"results": results, "pagination": pagination})


async def create(request: VendorRequest, company: str, connection: str, data_type: str) -> Response:
    _, data_connection = find_connection(request, company, connection)
    check_linked(request, data_connection)
    fields = await _read_fields(request, data_type)
    record = new_record(request.sandbox.ids.uuid(), data_type, fields)
    data_connection.add(record)
    return errors.success(request, _render(record), 201)


async def update(request: VendorRequest, company: str, connection: str, record: str, data_type: str) -> Response:
    """Replace what the contract names of a record; its attachments stay."""
    _, data_connection = find_connection(request, company, connection)
    check_linked(request, data_connection)
    target = find_record(request, data_connection, data_type, record)
    integration = data_connection.integration
    _check_update(request, integration, target)
    fields = await _read_fields(request, data_type)
    if data_type == "suppliers" and integration.typed_files and "defaultCurrency" in target.fields:
        # QuickBooks Online sets a supplier's currency once.
        fields["defaultCurrency"] = target.fields["defaultCurrency"]
    unchanged = {name: value for name, value in target.fields.items() if name not in _SHAPES[data_type].written}
    target.fields = {**unchanged, **fields}
    return errors.success(request, _render(target))


def _check_update(request: VendorRequest, integration: Integration, record: Record) -> None:
    if integration.key not in _UPDATING:
        raise request.refusal(rules.PAYABLES_UPDATE, data_type=record.data_type, platform=integration.key)
    if integration.key == "gbol" and record.fields.get("status") == "Archived":
        raise request.refusal(rules.PAYABLES_ARCHIVED, record=record.id)


async def _read_fields(request: VendorRequest, data_type: str) -> JsonObject:
    """Return the members that the request sets, and those that follow from them. Raises Refusal."""
    shape = _SHAPES[data_type]
    body = await read_model(request, shape.model)
    fields = {name: body[name] for name in shape.written if body.get(name) is not None}
    now = ticks(request.sandbox.clock.now())
    fields |= {"modifiedDate": now, "sourceModifiedDate": now}
    if data_type == "bills":
        total = sum((line.get("totalAmount") or 0 for line in fields.get("lineItems", ())), Decimal(0))
        tax = sum((line.get("taxAmount") or 0 for line in fields.get("lineItems", ())), Decimal(0))
        due = 0 if fields["status"] in ("Paid", "Void") else total
        fields |= {"subTotal": total - tax, "taxAmount": tax, "totalAmount": total, "amountDue": due}
    return fields


def _render(record: Record) -> JsonObject:
    shape = _SHAPES[record.data_type]
    members = ("id", *shape.written, *shape.computed, "sourceModifiedDate")
    return {name: record.fields[name] for name in members if name in record.fields}


def _token(page: int, size: int, pages: int) -> str:
    text = f'{{"page":{page},"pageSize":{size},"pageCount":{pages}}}'
    return base64.b64encode(text.encode()).decode()


def _read_page(request: VendorRequest, pages: int) -> int:
    """Return the page that the continuationToken names; the first one without a token. Raises Refusal."""
    token = request.query_params.get("continuationToken")
    if not token:
        return 1
    try:
        position: Any = read_json(base64.b64decode(token, validate=True))
    except (ValueError, binascii.Error):
        position = None
    page = position.get("page") if isinstance(position, dict) else None
    if not isinstance(page, int) or not 1 <= page <= pages:
        raise request.refusal(rules.PAGE)
    return page
