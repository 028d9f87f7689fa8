"""The records that files hang on: list, get, create, update."""

from collections.abc import Iterable
from decimal import Decimal
from functools import partial
from typing import Any

from starlette.responses import Response

from emulator.core.clock import ticks
from emulator.core.json_reader import JsonObject
from emulator.core.request import VendorRequest
from emulator.vendors.codat import errors, rendering, rules
from emulator.vendors.codat.finding import check_linked, company_of, connection_of, record_of
from emulator.vendors.codat.pushing import push
from emulator.vendors.codat.state import Connection, Record

# What clients rely on finding in a record, and what it is where nobody says.
_AMOUNTS: dict[str, Any] = {"subTotal": 0, "taxAmount": 0, "totalAmount": 0}
_MONEY = {"currency": "NZD", "lineItems": [], "paymentAllocations": [], **_AMOUNTS}
_MEMBERS: dict[str, dict[str, Any]] = {
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
    connections = _connections(request, company, connection)
    return rendering.page(request, [record.fields for link in connections for record in link.of_type(data_type)])


async def get(
    request: VendorRequest, company: str, record: str, data_type: str, connection: str | None = None
) -> Response:
    connections = list(_connections(request, company, connection))
    for link in connections:
        if found := link.records.get((data_type, record)):
            return errors.success(request, found.fields)
    raise request.refusal(
        rules.RECORD_UNKNOWN, data_type=data_type, record=record, connection=", ".join(link.id for link in connections)
    )


async def create(request: VendorRequest, company: str, connection: str, data_type: str) -> Response:
    owner, link = connection_of(request, company, connection)
    check_linked(request, link)
    tree = await _read(request, data_type)
    now, record_id = ticks(request.sandbox.clock.now()), request.sandbox.ids.uuid()
    filled_in = {"issueDate": now, **_MEMBERS[data_type], **tree}
    record = Record(record_id, data_type, {**filled_in, "id": record_id, "modifiedDate": now})
    operation = push(request, owner, link, record, "Created", partial(Connection.add, link, record))
    return errors.success(request, {"data": None, **rendering.operation(owner, operation)})


async def update(request: VendorRequest, company: str, connection: str, record: str, data_type: str) -> Response:
    owner, link = connection_of(request, company, connection)
    check_linked(request, link)
    found = record_of(request, link, data_type, record)
    tree = await _read(request, data_type)
    changed = {**tree, "id": found.id, "modifiedDate": ticks(request.sandbox.clock.now())}
    operation = push(request, owner, link, found, "Modified", partial(Record.change, found, changed))
    return errors.success(request, {"data": None, **rendering.operation(owner, operation)})


def expense(transaction: str, at: str) -> Record:
    """A transaction of Sync for Expenses, as the direct cost that it becomes."""
    return Record(transaction, "directCosts", {"id": transaction, "issueDate": at, **_MEMBERS["directCosts"]})


async def _read(request: VendorRequest, data_type: str) -> JsonObject:
    tree = await rendering.read_object(request)
    for name, default in {"issueDate": "", **_MEMBERS[data_type]}.items():
        value = tree.get(name, default)
        kind = (int, Decimal) if default == 0 else type(default)
        if not isinstance(value, kind) or isinstance(value, bool):
            raise request.refusal(
                rules.BAD_BODY, validator=data_type, item=name, reason=f"{name} is of the wrong kind."
            )
    return tree


def _connections(request: VendorRequest, company: str, connection: str | None) -> Iterable[Connection]:
    """One connection, or all of a company's."""
    if connection is not None:
        return [connection_of(request, company, connection)[1]]
    return company_of(request, company).connections.values()
