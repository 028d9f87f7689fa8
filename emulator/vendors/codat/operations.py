"""Codat's operations: those that are emulated, and the others, which are answered with 501."""

from collections.abc import Iterator

from emulator.core.routing import Handler, Operation
from emulator.vendors.codat import attachments, companies, push_operations, records

COMPANY = "/companies/{company}"
CONNECTION = f"{COMPANY}/connections/{{connection}}"

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


_PAYABLE = f"{CONNECTION}/payables/bills/{{record}}/attachments"
_PLATFORM = (
    Operation("list-companies", "GET", "/companies", companies.list_all),
    Operation("create-company", "POST", "/companies", companies.create),
    Operation("get-company", "GET", COMPANY, companies.get),
    Operation("list-connections", "GET", f"{COMPANY}/connections", companies.list_connections),
    Operation("create-connection", "POST", f"{COMPANY}/connections", companies.create_connection),
    Operation("get-connection", "GET", CONNECTION, companies.get_connection),
    Operation("unlink-connection", "PATCH", CONNECTION, companies.unlink),
    Operation("get-company-push-history", "GET", f"{COMPANY}/push", push_operations.list_all),
    Operation("get-push-operation", "GET", f"{COMPANY}/push/{{operation}}", push_operations.get),
    Operation(
        "payables-delete-bill-attachment",
        "DELETE",
        f"{CONNECTION}/push/bills/{{record}}/attachments/{{attachment}}",
        attachments.delete,
        "bills",
    ),
    Operation("payables-upload-bill-attachment", "POST", _PAYABLE, attachments.upload_payable, "bills"),
    Operation("payables-list-bill-attachments", "GET", _PAYABLE, attachments.list_payable, "bills"),
    Operation(
        "payables-download-bill-attachment",
        "GET",
        f"{_PAYABLE}/{{attachment}}/download",
        attachments.download,
        "bills",
    ),
    Operation(
        "upload-expense-attachment",
        "POST",
        f"{COMPANY}/sync/expenses/syncs/{{sync}}/transactions/{{transaction}}/attachments",
        attachments.upload_expense,
        "directCosts",
    ),
)
# The emulator's own operations, which have no counterpart at Codat.
EMULATOR_OPERATIONS = (
    Operation(
        "emulator-consent",
        "GET",
        "/link-api/companies/{company}/connections/{connection}/start",
        companies.consent,
    ),
    Operation(
        "emulator-attachment-options",
        "GET",
        "/_emulator/attachment-options/{platform}",
        companies.attachment_options,
    ),
)

# Codat's operations that are not emulated. K stands for the path of a company, C for that of a connection.
_NOT_EMULATED = """
POST   C/payables/bankAccounts payables-create-bank-account
GET    C/payables/bills payables-list-bills
POST   C/payables/bills payables-create-bill
POST   C/payables/bills/{billId}/payment payables-create-bill-payment
GET    C/payables/info payables-get-company-information
GET    C/payables/mappingOptions/bills payables-get-mapping-options-bills
GET    C/payables/mappingOptions/payments payables-get-mapping-options-payments
GET    C/payables/suppliers payables-list-suppliers
POST   C/payables/suppliers payables-create-supplier
GET    /apiKeys list-api-keys
POST   /apiKeys create-api-key
DELETE /apiKeys/{apiKeyId} delete-api-key
DELETE K delete-company
PUT    K update-company
GET    K/accessToken get-company-access-token
GET    K/connectionManagement/accessToken get-connection-management-access-token
DELETE C delete-connection
PUT    C/authorization update-connection-authorization
GET    C/data/accountTransactions list-account-transactions
GET    C/data/accountTransactions/{accountTransactionId} get-account-transaction
GET    C/data/bankAccounts list-bank-accounts
GET    C/data/bankAccounts/{accountId} get-bank-account
GET    C/data/bankAccounts/{accountId}/bankTransactions list-bank-account-transactions
GET    C/data/custom/{customDataIdentifier} list-custom-data-type-records
GET    C/data/itemReceipts list-item-receipts
GET    C/data/itemReceipts/{itemReceiptId} get-item-receipt
GET    C/data/payments payments
POST   C/data/queue/custom/{customDataIdentifier} refresh-custom-data-type
GET    C/options/bankAccounts get-create-update-bankAccounts-model
GET    C/options/bankAccounts/{accountId}/bankTransactions get-create-bank-transactions-model
GET    C/options/billCreditNotes get-create-update-billCreditNotes-model
GET    C/options/billPayments get-create-billPayments-model
GET    C/options/bills get-create-update-bills-model
GET    C/options/chartOfAccounts get-create-chartOfAccounts-model
GET    C/options/creditNotes get-create-update-creditNotes-model
GET    C/options/customers get-create-update-customers-model
GET    C/options/directCosts get-create-directCosts-model
GET    C/options/directIncomes get-create-directIncomes-model
GET    C/options/invoices get-create-update-invoices-model
GET    C/options/items get-create-items-model
GET    C/options/journalEntries get-create-journalEntries-model
GET    C/options/journals get-create-journals-model
GET    C/options/payments get-create-payments-model
GET    C/options/purchaseOrders get-create-update-purchaseOrders-model
GET    C/options/suppliers get-create-update-suppliers-model
GET    C/options/transfers get-create-transfers-model
GET    C/options/{dataType} get-create-update-model-options-by-data-type
POST   C/push/accounts create-account
POST   C/push/bankAccounts create-bank-account
POST   C/push/bankAccounts/{accountId}/bankTransactions create-bank-transactions
PUT    C/push/bankAccounts/{bankAccountId} update-bank-account
POST   C/push/billPayments create-bill-payment
DELETE C/push/billPayments/{billPaymentId} delete-billPayment
DELETE C/push/bills/{billId} delete-bill
POST   C/push/creditNotes create-credit-note
PUT    C/push/creditNotes/{creditNoteId} update-credit-note
DELETE C/push/directCosts/{directCostId} delete-direct-cost
DELETE C/push/invoices/{invoiceId} delete-invoice
POST   C/push/items create-item
POST   C/push/journalEntries create-journal-entry
DELETE C/push/journalEntries/{journalEntryId} delete-journal-entry
POST   C/push/journals create-journal
POST   C/push/payments create-payment
GET    K/data/accounts list-accounts
GET    K/data/accounts/{accountId} get-account
POST   K/data/all refresh-company-data
GET    K/data/billPayments list-bill-payments
GET    K/data/billPayments/{billPaymentId} get-bill-payments
GET    K/data/creditNotes list-credit-notes
GET    K/data/creditNotes/{creditNoteId} get-credit-note
GET    K/data/financials/balanceSheet get-balance-sheet
GET    K/data/financials/cashFlowStatement get-cash-flow-statement
GET    K/data/financials/profitAndLoss get-profit-and-loss
GET    K/data/history list-pull-operations
GET    K/data/history/{datasetId} get-pull-operation
GET    K/data/info get-company-info
POST   K/data/info refresh-company-info
GET    K/data/invoices/{invoiceId}/pdf download-invoice-pdf
GET    K/data/items list-items
GET    K/data/items/{itemId} get-item
GET    K/data/journalEntries list-journal-entries
GET    K/data/journalEntries/{journalEntryId} get-journal-entry
GET    K/data/journals list-journals
GET    K/data/journals/{journalId} get-journal
GET    K/data/paymentMethods list-payment-methods
GET    K/data/paymentMethods/{paymentMethodId} get-payment-method
GET    K/data/payments list-payments
GET    K/data/payments/{paymentId} get-payment
GET    K/data/purchaseOrders/{purchaseOrderId}/pdf download-purchase-order-pdf
POST   K/data/queue/{dataType} refresh-data-type
GET    K/data/salesOrders list-sales-orders
GET    K/data/salesOrders/{salesOrderId} get-sales-order
GET    K/data/taxRates list-tax-rates
GET    K/data/taxRates/{taxRateId} get-tax-rate
GET    K/data/trackingCategories list-tracking-categories
GET    K/data/trackingCategories/{trackingCategoryId} get-tracking-category
GET    K/dataStatus get-company-data-status
DELETE K/products/{productIdentifier} remove-product
PUT    K/products/{productIdentifier} add-product
GET    K/reports/agedCreditor get-aged-creditors-report
GET    K/reports/agedCreditor/available is-aged-creditors-report-available
GET    K/reports/agedDebtor get-aged-debtors-report
GET    K/reports/agedDebtor/available is-aged-debtor-report-available
GET    /connectionManagement/corsSettings get-connection-management-cors-settings
POST   /connectionManagement/corsSettings set-connection-management-cors-settings
GET    /integrations list-integrations
GET    /integrations/{platformKey} get-integration
GET    /integrations/{platformKey}/branding get-integrations-branding
GET    /integrations/{platformKey}/dataTypes/custom/{customDataIdentifier} get-custom-data-type-configuration
PUT    /integrations/{platformKey}/dataTypes/custom/{customDataIdentifier} configure-custom-data-type
GET    /integrations/{platformKey}/dataTypes/{dataType}/supplementalDataConfig get-supplemental-data-configuration
PUT    /integrations/{platformKey}/dataTypes/{dataType}/supplementalDataConfig configure-supplemental-data
GET    /profile get-profile
PUT    /profile update-profile
GET    /profile/syncSettings get-profile-syncSettings
POST   /profile/syncSettings update-profile-syncSettings
GET    /rules list-rules
POST   /rules create-rule
GET    /rules/{ruleId} get-webhook
GET    /webhooks list-webhook-consumers
POST   /webhooks create-webhook-consumer
DELETE /webhooks/{webhookId} delete-webhook-consumer
"""


def _not_emulated() -> Iterator[Operation]:
    for line in _NOT_EMULATED.strip().splitlines():
        method, path, name = line.split()
        if path.startswith("C"):
            path = CONNECTION + path[1:]
        elif path.startswith("K"):
            path = COMPANY + path[1:]
        yield Operation(name, method, path, None)


OPERATIONS = (
    *_PLATFORM,
    *(operation for data_type in _TYPES for operation in _data_type_operations(data_type)),
    *EMULATOR_OPERATIONS,
    *_not_emulated(),
)
