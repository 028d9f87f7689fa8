"""Codat's operations: those that are emulated, and the others, which are answered with 501."""

from collections.abc import Iterator

from emulator.core.routing import Handler, Operation
from emulator.vendors.codat import (
    attachments,
    companies,
    expense_syncs,
    expenses,
    files,
    payables,
    push_operations,
    receipts,
    records,
    webhook_consumers,
)
from emulator.vendors.codat.other_operations import COMPANY, CONNECTION, not_emulated

# By data type: the singular in operation ids, the path below which records are read, and the supported actions.
_TYPES = {
    "bills": ("bill", COMPANY, "read push update"),
    "invoices": ("invoice", COMPANY, "read push update"),
    "directCosts": ("direct-cost", CONNECTION, "read push"),
    "directIncomes": ("direct-income", CONNECTION, "read push"),
    "customers": ("customer", COMPANY, "read update"),
    "suppliers": ("supplier", COMPANY, "read update"),
    "purchaseOrders": ("purchase-order", COMPANY, "read update"),
    "billCreditNotes": ("bill-credit-note", COMPANY, "push update"),
    "transfers": ("transfer", CONNECTION, "push"),
}
# Codat's operation ids that do not follow the pattern.
_IRREGULAR_IDS = {
    "upload-bill-credit-note-attachment": "upload-billCreditNote-attachment",
}


def _data_type_operations(data_type: str) -> Iterator[Operation]:
    singular, home, actions = _TYPES[data_type]

    def operation(name: str, method: str, path: str, handler: Handler) -> Operation:
        return Operation(_IRREGULAR_IDS.get(name, name), method, path, handler, data_type)

    yield operation(f"list-{singular}s", "GET", f"{home}/data/{data_type}", records.list_all)
    yield operation(f"get-{singular}", "GET", f"{home}/data/{data_type}/{{record}}", records.get)
    yield operation(f"create-{singular}", "POST", f"{CONNECTION}/push/{data_type}", records.create)
    pushed = f"{CONNECTION}/push/{data_type}/{{record}}"
    if "update" in actions:
        yield operation(f"update-{singular}", "PUT", pushed, records.update)
    if "read" in actions:
        files = f"{CONNECTION}/data/{data_type}/{{record}}/attachments"
        yield operation(f"list-{singular}-attachments", "GET", files, attachments.list_all)
        yield operation(f"get-{singular}-attachment", "GET", f"{files}/{{attachment}}", attachments.get)
        download = f"{files}/{{attachment}}/download"
        yield operation(f"download-{singular}-attachment", "GET", download, attachments.download)
    if "push" in actions:
        # Only bills have the plural in the path.
        segment = "attachments" if data_type == "bills" else "attachment"
        yield operation(f"upload-{singular}-attachment", "POST", f"{pushed}/{segment}", attachments.upload)


_PLATFORM = (
    Operation("list-companies", "GET", "/companies", companies.list_all),
    Operation("create-company", "POST", "/companies", companies.create),
    Operation("get-company", "GET", COMPANY, companies.get),
    Operation("update-company", "PATCH", COMPANY, companies.update),
    Operation("replace-company", "PUT", COMPANY, companies.replace),
    Operation("list-connections", "GET", f"{COMPANY}/connections", companies.list_connections),
    Operation("create-connection", "POST", f"{COMPANY}/connections", companies.create_connection),
    Operation("get-connection", "GET", CONNECTION, companies.get_connection),
    Operation("unlink-connection", "PATCH", CONNECTION, companies.unlink),
    Operation("get-company-push-history", "GET", f"{COMPANY}/push", push_operations.list_all),
    Operation("get-push-operation", "GET", f"{COMPANY}/push/{{operation}}", push_operations.get),
    Operation("upload-files", "POST", f"{CONNECTION}/files", files.upload),
    Operation("list-files", "GET", f"{COMPANY}/files", files.list_all),
    Operation("download-files", "GET", f"{COMPANY}/files/download", files.download),
    Operation("list-webhook-consumers", "GET", "/webhooks", webhook_consumers.list_all),
    Operation("create-webhook-consumer", "POST", "/webhooks", webhook_consumers.create),
    Operation("delete-webhook-consumer", "DELETE", "/webhooks/{webhook}", webhook_consumers.delete),
)


def _payables_operations() -> Iterator[Operation]:
    for data_type, singular in (("bills", "bill"), ("suppliers", "supplier")):
        path = f"{CONNECTION}/payables/{data_type}"
        yield Operation(f"payables-list-{data_type}", "GET", path, payables.list_all, data_type)
        yield Operation(f"payables-create-{singular}", "POST", path, payables.create, data_type)
        yield Operation(f"payables-update-{singular}", "PUT", f"{path}/{{record}}", payables.update, data_type)
    pushed = f"{CONNECTION}/push/bills/{{record}}/attachments/{{attachment}}"
    yield Operation("payables-delete-bill-attachment", "DELETE", pushed, attachments.delete, "bills")
    path = f"{CONNECTION}/payables/bills/{{record}}/attachments"
    yield Operation("payables-upload-bill-attachment", "POST", path, attachments.upload_payable, "bills")
    yield Operation("payables-list-bill-attachments", "GET", path, attachments.list_payable, "bills")
    download = f"{path}/{{attachment}}/download"
    yield Operation("payables-download-bill-attachment", "GET", download, attachments.download, "bills")


def _expenses_operations() -> Iterator[Operation]:
    home = f"{COMPANY}/sync/expenses"
    syncs = f"{home}/syncs"
    transactions = f"{syncs}/{{sync}}/transactions"
    for name, method, path, handler in (
        ("get-company-configuration", "GET", f"{home}/config", expenses.get_configuration),
        ("set-company-configuration", "POST", f"{home}/config", expenses.set_configuration),
        ("create-expense-dataset", "POST", f"{home}/data/expense-transactions", expenses.create_dataset),
        ("initiate-sync", "POST", syncs, expenses.sync_datasets),
        ("create-expense-transaction", "POST", f"{home}/expense-transactions", expenses.create_expenses),
        (
            "update-expense-transaction",
            "PUT",
            f"{home}/expense-transactions/{{transaction}}",
            expenses.update_expense,
        ),
        (
            "create-reimbursable-expense-transaction",
            "POST",
            f"{home}/reimbursable-expense-transactions",
            expenses.create_reimbursables,
        ),
        (
            "update-reimbursable-expense-transaction",
            "PUT",
            f"{home}/reimbursable-expense-transactions/{{transaction}}",
            expenses.update_reimbursable,
        ),
        (
            "create-transfer-transaction",
            "PUT",
            f"{home}/transfer-transactions/{{transaction}}",
            expenses.write_transfer,
        ),
        ("create-adjustment-transaction", "POST", f"{home}/adjustment-transactions", expenses.create_adjustments),
        ("list-syncs", "GET", f"{syncs}/list/status", expense_syncs.list_statuses),
        ("get-latest-sync", "GET", f"{syncs}/latest/status", expense_syncs.get_latest_status),
        (
            "get-last-successful-sync",
            "GET",
            f"{syncs}/lastSuccessful/status",
            expense_syncs.get_last_successful_status,
        ),
        ("get-sync-by-id", "GET", f"{syncs}/{{sync}}/status", expense_syncs.get_status),
        ("list-sync-transactions", "GET", transactions, expense_syncs.list_transactions),
        ("get-sync-transaction", "GET", f"{transactions}/{{transaction}}", expense_syncs.get_transaction),
        ("upload-expense-attachment", "POST", f"{transactions}/{{transaction}}/attachments", receipts.upload),
    ):
        yield Operation(name, method, path, handler)


# The emulator's own operations, which have no counterpart at Codat.
EMULATOR_OPERATIONS = (
    Operation(
        "emulator-consent",
        "GET",
        "/link-api/companies/{company}/connections/{connection}/start",
        companies.consent,
    ),
    Operation("emulator-link-page", "GET", "/link/company/{company}", companies.link_page),
    Operation(
        "emulator-attachment-options",
        "GET",
        "/_emulator/attachment-options/{platform}",
        companies.attachment_options,
    ),
)

OPERATIONS = (
    *_PLATFORM,
    *_payables_operations(),
    *_expenses_operations(),
    *(operation for data_type in _TYPES for operation in _data_type_operations(data_type)),
    *EMULATOR_OPERATIONS,
    *not_emulated(),
)
