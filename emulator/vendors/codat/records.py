"""Handlers of the records that can have attachments: list, get, create, update."""

from collections.abc import Iterable
from decimal import Decimal
from functools import partial
from typing import Any

from starlette.responses import Response

from emulator.core.clock import ticks
from emulator.core.json_reader import JsonObject
from emulator.core.request import VendorRequest
from emulator.vendors.codat import errors, rendering, rules
from emulator.vendors.codat.lookups import check_linked, find_company, find_connection, find_record
from emulator.vendors.codat.push_operations import push
from emulator.vendors.codat.state import Connection, Record
from emulator.vendors.codat.validation import read_object

# The members that clients rely on in a record of each type, with the default for what the request leaves out.
_AMOUNTS: dict[str, Any] = {"subTotal": 0, "taxAmount": 0, "totalAmount": 0}
_MONEY = {"currency": "NZD", "lineItems": [], "paymentAllocations": [], **_AMOUNTS}
_DEFAULTS: dict[str, dict[str, Any]] = {
    "bills": {"status": "Open", **_AMOUNTS},
    "invoices": {"status": "Draft", "amountDue": 0, "totalAmount": 0, "totalTaxAmount": 0},
    "directCosts": _MONEY,
    "directIncomes": _MONEY,
    "customers": {"status": "Active"},
    "suppliers": {"status": "Active"},
    "purchaseOrders": {},
    "billCreditNotes": {
        "status": "Draft",
        "subTotal": 0,
        "totalAmount": 0,
        "totalTaxAmount": 0,
        "totalDiscount": 0,
        "discountPercentage": 0,
    },
    "transfers": {},
}


async def list_all(request: VendorRequest, company: str, data_type: str, connection: str | None = None) -> Response:
    connections = _find_connections(request, company, connection)
    records = [record.fields for data_connection in connections for record in data_connection.of_type(data_type)]
    return rendering.render_page(request, records)


async def get(
    request: VendorRequest, company: str, record: str, data_type: str, connection: str | None = None
) -> Response:
    for data_connection in _find_connections(request, company, connection):
        if match := data_connection.records.get((data_type, record)):
            return errors.success(request, match.fields)
    owner = f"data connection {connection}" if connection else f"company {company}"
    raise request.refusal(rules.RECORD_UNKNOWN, data_type=data_type, record=record, owner=owner)


async def create(request: VendorRequest, company: str, connection: str, data_type: str) -> Response:
    owner, data_connection = find_connection(request, company, connection)
    check_linked(request, data_connection)
    fields = await _read_fields(request, data_type)
    now, record_id = ticks(request.sandbox.clock.now()), request.sandbox.ids.uuid()
    record = new_record(record_id, data_type, {"issueDate": now, **fields, "id": record_id, "modifiedDate": now})
    operation = push(
        request, owner, data_connection, record, "Created", partial(Connection.add, data_connection, record)
    )
    return errors.success(request, {"data": record.fields, **rendering.render_push_operation(owner, operation)})


async def update(request: VendorRequest, company: str, connection: str, record: str, data_type: str) -> Response:
    owner, data_connection = find_connection(request, company, connection)
    check_linked(request, data_connection)
    target = find_record(request, data_connection, data_type, record)
    fields = await _read_fields(request, data_type)
    changed = {**fields, "id": target.id, "modifiedDate": ticks(request.sandbox.clock.now())}
    operation = push(request, owner, data_connection, target, "Modified", partial(Record.change, target, changed))
    written = {**target.fields, **changed}
    return errors.success(request, {"data": written, **rendering.render_push_operation(owner, operation)})


def new_record(record_id: str, data_type: str, fields: JsonObject) -> Record:
    """Return a new record, with the defaults of its type for what the fields leave out."""
    return Record(record_id, data_type, {"id": record_id, **_DEFAULTS[data_type], **fields})


async def _read_fields(request: VendorRequest, data_type: str) -> JsonObject:
    """Return the JSON object in the body, whose known members have the right types. Raises Refusal."""
    fields = await read_object(request)
    for name, default in {"issueDate": "", **_DEFAULTS[data_type]}.items():
        value = fields.get(name, default)
        expected = (int, Decimal) if default == 0 else type(default)
        if not isinstance(value, expected) or isinstance(value, bool):
            raise request.refusal(
                rules.BAD_BODY, validator=data_type, item=name, reason=f"{name} is of the wrong kind."
            )
    return fields


def _find_connections(request: VendorRequest, company: str, connection: str | None) -> Iterable[Connection]:
    """Return the named connection, or all connections of the company if none is named. Raises Refusal."""
    if connection is not None:
        return [find_connection(request, company, connection)[1]]
    return find_company(request, company).connections.values()
