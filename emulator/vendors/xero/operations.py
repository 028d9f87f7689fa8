"""Xero's operations: those that are emulated, and the others, which are answered with 501."""

from collections.abc import Iterator
from dataclasses import dataclass

from emulator.core.routing import Handler, Operation
from emulator.vendors.xero import attachments, connections, documents, identity
from emulator.vendors.xero.document_types import DOCUMENT_TYPES, DocumentType

API = "/api.xro/2.0"


@dataclass(frozen=True, slots=True)
class Access:
    """The scopes that an operation of the accounting API needs."""

    kind: DocumentType | None
    scopes: tuple[str, ...]


ATTACHMENT_SCOPES = ("accounting.attachments", "accounting.attachments.read")
SETTINGS_SCOPES = ("accounting.settings", "accounting.settings.read")

# Xero's operation ids that do not follow the pattern.
_IDS = {
    "createAccounts": "createAccount",
    "createBankTransfers": "createBankTransfer",
    "createReceipts": "createReceipt",
    "updateOrCreateBankTransfers": "deleteBankTransfers",
    "updateBankTransfer": "deleteBankTransfer",
    "getBankTransactionHistory": "getBankTransactionsHistory",
    "getManualJournalHistory": "getManualJournalsHistory",
    "createBankTransactionHistory": "createBankTransactionHistoryRecord",
    "createBankTransferHistory": "createBankTransferHistoryRecord",
    "createManualJournalHistory": "createManualJournalHistoryRecord",
}


def _of_kind(kind: DocumentType) -> Iterator[Operation]:
    one, many = kind.singular, kind.plural
    record = f"{API}/{many}/{{document}}"
    files = f"{record}/Attachments"

    def operation(name: str, method: str, path: str, handler: Handler, scopes: tuple[str, ...]) -> Operation:
        return Operation(_IDS.get(name, name), method, path, handler, Access(kind, scopes))

    yield operation(f"get{many}", "GET", f"{API}/{many}", documents.list_all, kind.scopes)
    yield operation(f"create{many}", "PUT", f"{API}/{many}", documents.create, kind.scopes)
    yield operation(f"updateOrCreate{many}", "POST", f"{API}/{many}", documents.create_or_update, kind.scopes)
    yield operation(f"get{one}", "GET", record, documents.read_one, kind.scopes)
    yield operation(f"update{one}", "POST", record, documents.update, kind.scopes)
    if kind.has_history:
        yield operation(f"get{one}History", "GET", f"{record}/History", documents.read_history, kind.scopes)
        yield operation(f"create{one}History", "PUT", f"{record}/History", documents.add_history, kind.scopes)
    by_id, by_name = f"{files}/{{attachment_id:uuid}}", f"{files}/{{file_name:rest}}"
    yield operation(f"get{one}Attachments", "GET", files, attachments.list_all, ATTACHMENT_SCOPES)
    yield operation(f"get{one}AttachmentById", "GET", by_id, attachments.download_by_id, ATTACHMENT_SCOPES)
    yield operation(f"get{one}AttachmentByFileName", "GET", by_name, attachments.download_by_name, ATTACHMENT_SCOPES)
    yield operation(f"create{one}AttachmentByFileName", "PUT", by_name, attachments.upload, ATTACHMENT_SCOPES)
    yield operation(f"update{one}AttachmentByFileName", "POST", by_name, attachments.upload, ATTACHMENT_SCOPES)


_IDENTITY = (
    Operation("token", "POST", "/identity/connect/token", identity.issue_token),
    Operation("revocation", "POST", "/identity/connect/revocation", identity.revoke_token),
    Operation("authorize", "GET", "/identity/connect/authorize", identity.authorize),
    Operation("openid-configuration", "GET", "/identity/.well-known/openid-configuration", identity.discover),
    Operation("jwks", "GET", "/identity/.well-known/openid-configuration/jwks", identity.list_keys),
    Operation("getConnections", "GET", "/connections", connections.list_connections),
    Operation("deleteConnection", "DELETE", "/connections/{connection_id}", connections.delete_connection),
)

# The operations of Xero that are not emulated.
_OTHERS = """
DELETE /Accounts/{id} deleteAccount
GET    /BatchPayments getBatchPayments
PUT    /BatchPayments createBatchPayment
POST   /BatchPayments deleteBatchPayment
GET    /BatchPayments/{id} getBatchPayment
POST   /BatchPayments/{id} deleteBatchPaymentByUrlParam
GET    /BatchPayments/{id}/History getBatchPaymentHistory
PUT    /BatchPayments/{id}/History createBatchPaymentHistoryRecord
GET    /BrandingThemes getBrandingThemes
GET    /BrandingThemes/{id} getBrandingTheme
GET    /BrandingThemes/{id}/PaymentServices getBrandingThemePaymentServices
POST   /BrandingThemes/{id}/PaymentServices createBrandingThemePaymentServices
GET    /Budgets getBudgets
GET    /Budgets/{id} getBudget
GET    /ContactGroups getContactGroups
PUT    /ContactGroups createContactGroup
GET    /ContactGroups/{id} getContactGroup
POST   /ContactGroups/{id} updateContactGroup
PUT    /ContactGroups/{id}/Contacts createContactGroupContacts
DELETE /ContactGroups/{id}/Contacts deleteContactGroupContacts
DELETE /ContactGroups/{id}/Contacts/{contact} deleteContactGroupContact
GET    /Contacts/{id}/CISSettings getContactCISSettings
PUT    /CreditNotes/{id}/Allocations createCreditNoteAllocation
DELETE /CreditNotes/{id}/Allocations/{allocation} deleteCreditNoteAllocations
GET    /Currencies getCurrencies
PUT    /Currencies createCurrency
GET    /ExpenseClaims getExpenseClaims
PUT    /ExpenseClaims createExpenseClaims
GET    /ExpenseClaims/{id} getExpenseClaim
POST   /ExpenseClaims/{id} updateExpenseClaim
GET    /ExpenseClaims/{id}/History getExpenseClaimHistory
PUT    /ExpenseClaims/{id}/History createExpenseClaimHistory
GET    /InvoiceReminders/Settings getInvoiceReminders
GET    /Invoices/{id}/OnlineInvoice getOnlineInvoice
POST   /Invoices/{id}/Email emailInvoice
GET    /Items getItems
PUT    /Items createItems
POST   /Items updateOrCreateItems
GET    /Items/{id} getItem
POST   /Items/{id} updateItem
DELETE /Items/{id} deleteItem
GET    /Items/{id}/History getItemHistory
PUT    /Items/{id}/History createItemHistory
GET    /Journals getJournals
GET    /Journals/{id} getJournal
GET    /LinkedTransactions getLinkedTransactions
PUT    /LinkedTransactions createLinkedTransaction
GET    /LinkedTransactions/{id} getLinkedTransaction
POST   /LinkedTransactions/{id} updateLinkedTransaction
DELETE /LinkedTransactions/{id} deleteLinkedTransaction
GET    /Organisation/Actions getOrganisationActions
GET    /Organisation/{id}/CISSettings getOrganisationCISSettings
GET    /Overpayments getOverpayments
GET    /Overpayments/{id} getOverpayment
PUT    /Overpayments/{id}/Allocations createOverpaymentAllocations
DELETE /Overpayments/{id}/Allocations/{allocation} deleteOverpaymentAllocations
GET    /Overpayments/{id}/History getOverpaymentHistory
PUT    /Overpayments/{id}/History createOverpaymentHistory
GET    /PaymentServices getPaymentServices
PUT    /PaymentServices createPaymentService
GET    /Payments getPayments
PUT    /Payments createPayments
POST   /Payments createPayment
GET    /Payments/{id} getPayment
POST   /Payments/{id} deletePayment
GET    /Payments/{id}/History getPaymentHistory
PUT    /Payments/{id}/History createPaymentHistory
GET    /Prepayments getPrepayments
GET    /Prepayments/{id} getPrepayment
PUT    /Prepayments/{id}/Allocations createPrepaymentAllocations
DELETE /Prepayments/{id}/Allocations/{allocation} deletePrepaymentAllocations
GET    /Prepayments/{id}/History getPrepaymentHistory
PUT    /Prepayments/{id}/History createPrepaymentHistory
GET    /Reports getReportsList
GET    /Reports/{report} getReportFromId
POST   /Setup postSetup
GET    /TaxRates getTaxRates
PUT    /TaxRates createTaxRates
POST   /TaxRates updateTaxRate
GET    /TaxRates/{type} getTaxRateByTaxType
GET    /TrackingCategories getTrackingCategories
PUT    /TrackingCategories createTrackingCategory
GET    /TrackingCategories/{id} getTrackingCategory
POST   /TrackingCategories/{id} updateTrackingCategory
DELETE /TrackingCategories/{id} deleteTrackingCategory
PUT    /TrackingCategories/{id}/Options createTrackingOptions
POST   /TrackingCategories/{id}/Options/{option} updateTrackingOptions
DELETE /TrackingCategories/{id}/Options/{option} deleteTrackingOptions
GET    /Users getUsers
GET    /Users/{id} getUser
"""


def _others() -> Iterator[Operation]:
    for line in _OTHERS.strip().splitlines():
        method, path, name = line.split()
        yield Operation(name, method, API + path, None, Access(None, ()))
    # Xero's other products, none of whose operations are emulated.
    for product in ("assets.xro", "bankfeeds.xro", "files.xro", "payroll.xro", "projects.xro"):
        for method in ("GET", "POST", "PUT", "DELETE"):
            yield Operation(product, method, f"/{product}/{{path:rest}}", None, Access(None, ()))


OPERATIONS = (
    *(operation for kind in DOCUMENT_TYPES for operation in _of_kind(kind)),
    Operation(
        "getOrganisations", "GET", f"{API}/Organisation", documents.read_organisation, Access(None, SETTINGS_SCOPES)
    ),
    *_IDENTITY,
    *_others(),
)
