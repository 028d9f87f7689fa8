"""Handlers that write with Sync for Expenses: expenses, reimbursable expenses, transfers, adjustments, and datasets."""

from collections.abc import Iterable
from typing import Any

from starlette.responses import Response

from emulator.core.request import VendorRequest
from emulator.vendors.codat import errors, models, rules
from emulator.vendors.codat.expense_syncs import start_sync
from emulator.vendors.codat.integrations import supports_expenses
from emulator.vendors.codat.lookups import find_company, find_linked_connection
from emulator.vendors.codat.state import Company, Connection, ExpenseTransaction
from emulator.vendors.codat.validation import read_model, read_object, read_value, validate


async def create_expenses(request: VendorRequest, company: str) -> Response:
    return await _create(request, company, models.NewExpense, "Creating expenses")


async def create_reimbursables(request: VendorRequest, company: str) -> Response:
    return await _create(request, company, models.NewReimbursable, "Creating reimbursable expenses", "Reimbursable")


async def create_adjustments(request: VendorRequest, company: str) -> Response:
    return await _create(request, company, models.NewAdjustment, "Creating adjustments", "Adjustment")


async def create_dataset(request: VendorRequest, company: str) -> Response:
    """Keep expenses of the first version of the API until a sync writes them."""
    owner, _ = _find_platform(request, company, "Creating expenses")
    items = (await read_object(request)).get("items")
    transactions = _new_transactions(request, owner, items, models.DatasetExpense)
    dataset_id = request.sandbox.ids.uuid()
    owner.datasets[dataset_id] = transactions
    owner.transactions |= {transaction.id: transaction for transaction in transactions}
    return errors.success(request, {"datasetId": dataset_id})


async def sync_datasets(request: VendorRequest, company: str) -> Response:
    """Start a sync of the named datasets, or of all that wait."""
    owner, connection = _find_platform(request, company, "Creating expenses")
    body = await read_model(request, models.ExpenseSyncRequest, rules.EXPENSES_BODY)
    named = body.get("datasetIds")
    dataset_ids = list(owner.datasets) if named is None else list(dict.fromkeys(map(str.lower, named)))
    for dataset_id in dataset_ids:
        if dataset_id not in owner.datasets:
            raise request.refusal(rules.EXPENSES_DATASET_UNKNOWN, dataset=dataset_id, company=owner.id)
    transactions = [transaction for dataset_id in dataset_ids for transaction in owner.datasets.pop(dataset_id)]
    return _answer(request, owner, connection, transactions, 202)


async def update_expense(request: VendorRequest, company: str, transaction: str) -> Response:
    owner = find_company(request, company)
    connection = find_linked_connection(request, owner)
    known = _find_transaction(request, owner, transaction, ("Payment", "Refund", "Reward", "Chargeback"))
    fields = await read_model(request, models.Expense, rules.EXPENSES_BODY)
    if not supports_expenses(connection.integration, "Updating expenses"):
        raise request.refusal(rules.EXPENSES_UPDATE, what=f"platform {connection.integration.key}")
    if other := next((kind for kind in (known.kind, fields["type"]) if kind != "Payment"), None):
        raise request.refusal(rules.EXPENSES_UPDATE, what=f"transactions of type {other}")
    changed = ExpenseTransaction(known.id, known.kind, {**known.fields, **fields})
    return _answer(request, owner, connection, [changed], 202)


async def update_reimbursable(request: VendorRequest, company: str, transaction: str) -> Response:
    owner, connection = _find_platform(request, company, "Updating reimbursable expenses")
    known = _find_transaction(request, owner, transaction, ("Reimbursable",))
    fields = await read_model(request, models.Reimbursable, rules.EXPENSES_BODY)
    changed = ExpenseTransaction(known.id, known.kind, {**known.fields, **fields})
    return _answer(request, owner, connection, [changed])


async def write_transfer(request: VendorRequest, company: str, transaction: str) -> Response:
    """Create a transfer under the id in the path, or update it."""
    known = find_company(request, company).transactions.get(transaction)
    writing = "Updating transfers" if known and known.kind == "Transfer" else "Creating transfers"
    owner, connection = _find_platform(request, company, writing)
    if known and known.kind != "Transfer":
        raise _duplicate(request, transaction)
    fields = await read_model(request, models.Transfer, rules.EXPENSES_BODY)
    return _answer(request, owner, connection, [ExpenseTransaction(transaction, "Transfer", fields)])


async def get_configuration(request: VendorRequest, company: str) -> Response:
    configured = find_company(request, company).expenses_configuration
    return errors.success(request, configured or {"bankAccount": {}, "supplier": {}, "customer": {}})


async def set_configuration(request: VendorRequest, company: str) -> Response:
    owner = find_company(request, company)
    fields = await read_model(request, models.ExpensesConfiguration, rules.EXPENSES_BODY)
    owner.expenses_configuration = {name: fields[name] for name in ("bankAccount", "supplier", "customer")}
    return errors.success(request, owner.expenses_configuration)


async def _create(
    request: VendorRequest, company: str, model: type[models.CodatModel], writing: str, kind: str | None = None
) -> Response:
    owner, connection = _find_platform(request, company, writing)
    transactions = _new_transactions(request, owner, await read_value(request), model, kind)
    return _answer(request, owner, connection, transactions)


def _answer(
    request: VendorRequest,
    company: Company,
    connection: Connection,
    transactions: list[ExpenseTransaction],
    status: int = 200,
) -> Response:
    """Start a sync of the transactions, and answer with its id."""
    company.transactions |= {transaction.id: transaction for transaction in transactions}
    sync = start_sync(request, company, connection, transactions)
    return errors.success(request, {"syncId": sync.id}, status)


def _find_platform(request: VendorRequest, company: str, writing: str) -> tuple[Company, Connection]:
    """Return a company and the connection that its expenses go to, which supports the write. Raises Refusal."""
    owner = find_company(request, company)
    connection = find_linked_connection(request, owner)
    if not supports_expenses(connection.integration, writing):
        raise request.refusal(rules.EXPENSES_UNSUPPORTED, operation=writing, platform=connection.integration.key)
    return owner, connection


def _find_transaction(
    request: VendorRequest, company: Company, transaction: str, kinds: Iterable[str]
) -> ExpenseTransaction:
    match = company.transactions.get(transaction)
    if match is None or match.kind not in kinds:
        owner = f"company {company.id}"
        raise request.refusal(rules.EXPENSES_TRANSACTION_UNKNOWN, transaction=transaction, owner=owner)
    return match


def _new_transactions(
    request: VendorRequest, company: Company, items: Any, model: type[models.CodatModel], kind: str | None = None
) -> list[ExpenseTransaction]:
    """Return transactions, whose ids are new, from the items of a request; without a kind, an item has a type.

    Raises Refusal.
    """
    if not isinstance(items, list) or not 1 <= len(items) <= models.MAX_TRANSACTIONS:
        reason = f"A request has from 1 to {models.MAX_TRANSACTIONS} transactions."
        raise request.refusal(rules.EXPENSES_BODY, validator=model.__name__, item="items", reason=reason)
    transactions: dict[str, ExpenseTransaction] = {}
    for position, item in enumerate(items):
        fields = validate(request, model, item, rules.EXPENSES_BODY, str(position))
        if fields["id"] in company.transactions or fields["id"] in transactions:
            raise _duplicate(request, fields["id"])
        transactions[fields["id"]] = ExpenseTransaction(fields["id"], kind or fields["type"], fields)
    return list(transactions.values())


def _duplicate(request: VendorRequest, transaction: str) -> Exception:
    return request.refusal(rules.EXPENSES_DUPLICATE, validator="ExpenseTransaction", transaction=transaction)
