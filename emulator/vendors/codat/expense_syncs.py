"""Syncs of Sync for Expenses: starting them, carrying them out, and the handlers that report on them."""

from decimal import Decimal
from typing import Any

from starlette.responses import Response

from emulator.core.json_reader import JsonObject
from emulator.core.request import VendorRequest
from emulator.vendors.codat import errors, rendering, rules
from emulator.vendors.codat.lookups import find_company
from emulator.vendors.codat.records import new_record
from emulator.vendors.codat.state import Company, Connection, ExpenseSync, ExpenseTransaction
from emulator.vendors.codat.webhook_events import send_sync_event

LATEST = "latest"
LAST_SUCCESSFUL = "lastSuccessful"

# What each kind of transaction becomes in the accounting platform. An adjustment becomes a journal entry, of which the
# emulator has none.
DATA_TYPES = {
    **dict.fromkeys(("Payment", "Refund", "Reward", "Chargeback"), "directCosts"),
    "Reimbursable": "bills",
    "Transfer": "transfers",
}


def start_sync(
    request: VendorRequest, company: Company, connection: Connection, transactions: list[ExpenseTransaction]
) -> ExpenseSync:
    """Start a sync, and complete it unless the setting `codat.push-polls` makes clients poll for it first."""
    polls, now = request.value(rules.PUSH_POLLS), request.sandbox.clock.now()
    sync = ExpenseSync(request.sandbox.ids.uuid(), connection.id, now, transactions, polls)
    company.syncs[sync.id] = sync
    if polls == 0:
        _poll(request, company, sync)
    return sync


def find_sync(request: VendorRequest, company: Company, sync: str) -> ExpenseSync:
    """Return the company's sync with this id, in any letter case. Raises Refusal."""
    match = company.syncs.get(sync.lower())
    if match is None:
        raise request.refusal(rules.EXPENSES_SYNC_UNKNOWN, sync=sync, company=company.id)
    return match


def find_transaction(request: VendorRequest, sync: ExpenseSync, transaction: str) -> ExpenseTransaction:
    """Return the transaction of a sync with this id. Raises Refusal."""
    match = next((item for item in sync.transactions if item.id == transaction), None)
    if match is None:
        raise request.refusal(rules.EXPENSES_TRANSACTION_UNKNOWN, transaction=transaction, owner=f"sync {sync.id}")
    return match


# --- Handlers ---------------------------------------------------------------------------------------------------------


async def list_statuses(request: VendorRequest, company: str) -> Response:
    """List the statuses of a company's syncs, the newest first."""
    owner = find_company(request, company)
    return errors.success(request, [rendering.render_sync(owner, sync) for sync in reversed(owner.syncs.values())])


async def get_status(request: VendorRequest, company: str, sync: str) -> Response:
    """Return the status of a sync. This counts as a poll."""
    owner = find_company(request, company)
    match = find_sync(request, owner, sync)
    _poll(request, owner, match)
    return errors.success(request, rendering.render_sync(owner, match))


async def get_latest_status(request: VendorRequest, company: str) -> Response:
    """Return the status of the newest sync. This counts as a poll."""
    owner = find_company(request, company)
    newest = next(reversed(owner.syncs), LATEST)
    return await get_status(request, company, newest)


async def get_last_successful_status(request: VendorRequest, company: str) -> Response:
    """Return the status of the newest sync that is complete."""
    owner = find_company(request, company)
    complete = (sync.id for sync in reversed(owner.syncs.values()) if sync.completed)
    match = find_sync(request, owner, next(complete, LAST_SUCCESSFUL))
    return errors.success(request, rendering.render_sync(owner, match))


async def list_transactions(request: VendorRequest, company: str, sync: str) -> Response:
    """List the transactions of a sync with their statuses. This counts as a poll."""
    owner = find_company(request, company)
    match = find_sync(request, owner, sync)
    _poll(request, owner, match)
    return rendering.render_page(request, rendering.render_sync_transactions(match))


async def get_transaction(request: VendorRequest, company: str, sync: str, transaction: str) -> Response:
    """Return the statuses of one transaction of a sync, as an array. This counts as a poll."""
    owner = find_company(request, company)
    match = find_sync(request, owner, sync)
    find_transaction(request, match, transaction)
    _poll(request, owner, match)
    statuses = rendering.render_sync_transactions(match)
    return errors.success(request, [status for status in statuses if status["transactionId"] == transaction])


# --- Carrying out a sync ----------------------------------------------------------------------------------------------


def _poll(request: VendorRequest, company: Company, sync: ExpenseSync) -> None:
    """Count one poll, and carry out the sync if it was the last one needed."""
    sync.polls_left = max(0, sync.polls_left - 1)
    if sync.completed is None and sync.polls_left == 0:
        connection = company.connections[sync.connection_id]
        for transaction in sync.transactions:
            _write(connection, transaction)
        sync.completed = request.sandbox.clock.now()
        send_sync_event(request, company, sync)


def _write(connection: Connection, transaction: ExpenseTransaction) -> None:
    """Write a transaction to the accounting platform, as a new record or over the one that it has become before."""
    data_type = DATA_TYPES.get(transaction.kind)
    if data_type is None:
        return
    fields = _transfer_fields(transaction.fields) if data_type == "transfers" else _expense_fields(transaction.fields)
    record = connection.records.get((data_type, transaction.id))
    if record:
        record.change(fields)
    else:
        connection.add(new_record(transaction.id, data_type, fields))


def _transfer_fields(transfer: JsonObject) -> JsonObject:
    return {name: transfer[name] for name in ("date", "description", "from", "to") if name in transfer}


def _expense_fields(expense: JsonObject) -> JsonObject:
    """Return the members of the direct cost or bill that an expense becomes."""
    lines = [_line(line) for line in expense.get("lines") or ()]
    copied = ("reference", "issueDate", "dueDate", "currency", "currencyRate")
    fields = {name: expense[name] for name in copied if expense.get(name) is not None}
    renamed = (("notes", "note"), ("contactRef", "supplierRef" if "dueDate" in expense else "contactRef"))
    fields |= {new: expense[name] for name, new in renamed if expense.get(name) is not None}
    return {
        **fields,
        "lineItems": lines,
        "subTotal": _total(lines, "subTotal"),
        "taxAmount": _total(lines, "taxAmount"),
        "totalAmount": _total(lines, "totalAmount"),
    }


def _line(line: JsonObject) -> JsonObject:
    net, tax = line["netAmount"], line.get("taxAmount", 0)
    copied = ("description", "accountRef", "taxRateRef", "trackingRefs")
    return {
        **{name: line[name] for name in copied if line.get(name) is not None},
        "quantity": 1,
        "unitAmount": net,
        "subTotal": net,
        "taxAmount": tax,
        "totalAmount": net + tax,
    }


def _total(lines: list[JsonObject], member: str) -> Any:
    return sum((line[member] for line in lines), Decimal(0))
