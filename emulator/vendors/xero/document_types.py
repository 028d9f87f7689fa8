"""The eleven types of document that take attachments, and how they differ."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from types import MappingProxyType
from typing import Any

ZERO = Decimal("0.00")
# The members of a line, in Xero's order, as recorded. Others follow.
LINE_ORDER = tuple(
    "Description UnitAmount TaxType TaxAmount LineAmount AccountCode Tracking Quantity LineItemID".split()
)


def _scopes(*names: str) -> tuple[str, ...]:
    return tuple(f"accounting.{name}{ending}" for name in names for ending in ("", ".read"))


@dataclass(frozen=True, slots=True, eq=False)
class DocumentType:
    """One type of document, which is one endpoint of the accounting API."""

    plural: str
    singular: str
    order: tuple[str, ...]
    """The members of an answer, in Xero's order. Members that Xero does not have follow."""
    scopes: tuple[str, ...]
    """The scopes, any of which is enough. Those that end in `.read` are enough for reading only."""
    number: str = ""
    """The member that paths can have in place of the id."""
    numbering: str = ""
    """The format of the number of a document that was sent without one."""
    defaults: Mapping[str, Any] = field(default_factory=dict)
    required: tuple[str, ...] = ()
    needs_contact: bool = False
    needs_lines: bool = False
    drafts_need_lines: bool = True
    """Whether a draft, too, needs line items where the type does."""
    statuses: frozenset[str] = frozenset()
    """The values of Status (ContactStatus of a contact)."""
    final_statuses: frozenset[str] = frozenset()
    """The statuses in which a document can no longer be changed."""
    types: frozenset[str] = frozenset()
    """The values of Type; none, where the type of document has no Type."""
    upper_case_amounts: bool = False
    """Whether LineAmountTypes is EXCLUSIVE rather than Exclusive."""
    lines_when_paged: bool = False
    """Whether a list has line items only if a page is asked for."""
    has_total: bool = False
    date_strings: tuple[str, ...] = ()
    """The dates that JSON has a second time, as text."""
    url_segment: str = ""
    """The endpoint's name in the Url of an embedded attachment."""
    shows_flag: bool = True
    """Whether the document says HasAttachments."""
    embeds: bool = True
    """Whether reading one document shows its Attachments."""
    has_history: bool = True

    @property
    def id(self) -> str:
        """The member that holds the id."""
        return f"{self.singular}ID"

    @property
    def title(self) -> str:
        """The name in messages, such as `Credit Note`."""
        return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", self.singular)

    @property
    def status(self) -> str:
        """The member that holds the status."""
        return "ContactStatus" if self.plural == "Contacts" else "Status"


def _document_type(plural: str, order: str, **rest: Any) -> DocumentType:
    # Apps made since March 2026 have narrower scopes.
    rest["scopes"] = _scopes(*rest.pop("scopes", ("transactions", "invoices")))
    rest["defaults"] = MappingProxyType(rest.get("defaults", {}))
    for words in ("statuses", "final_statuses", "types"):
        rest[words] = frozenset(rest.get(words, "").split())
    rest.setdefault("url_segment", plural)
    return DocumentType(plural, plural.removesuffix("s"), tuple(order.split()), **rest)


def _trade(plural: str, order: str, **rest: Any) -> DocumentType:
    """A document with a contact, lines and a total."""
    amounts = "EXCLUSIVE" if rest.get("upper_case_amounts") else "Exclusive"
    defaults = {"LineAmountTypes": amounts, **rest.pop("defaults")}
    return _document_type(
        plural, order, needs_contact=True, needs_lines=True, has_total=True, defaults=defaults, **rest
    )


ACCOUNTS = _document_type(
    "Accounts",
    "AccountID Code Name Status Type TaxType Description Class SystemAccount EnablePaymentsToAccount "
    "ShowInExpenseClaims BankAccountNumber BankAccountType CurrencyCode ReportingCode ReportingCodeName "
    "HasAttachments UpdatedDateUTC AddToWatchlist",
    number="Code",
    scopes=("settings",),
    defaults={"Status": "ACTIVE", "TaxType": "NONE", "EnablePaymentsToAccount": False},
    statuses="ACTIVE ARCHIVED DELETED",
    final_statuses="DELETED",
    types="BANK CURRENT CURRLIAB DEPRECIATN DIRECTCOSTS EQUITY EXPENSE FIXED INVENTORY LIABILITY NONCURRENT "
    "OTHERINCOME OVERHEADS PREPAYMENT REVENUE SALES TERMLIAB PAYG",
    required=("Code", "Name"),
    embeds=False,
    has_history=False,
)
BANK_TRANSACTIONS = _trade(
    "BankTransactions",
    "BankTransactionID BankAccount Type Reference IsReconciled CurrencyRate HasAttachments Attachments Contact "
    "DateString Date Status LineAmountTypes LineItems SubTotal TotalTax Total UpdatedDateUTC CurrencyCode",
    scopes=("transactions", "banktransactions"),
    defaults={"Status": "AUTHORISED", "IsReconciled": False},
    statuses="AUTHORISED DELETED VOIDED",
    final_statuses="DELETED VOIDED",
    types="RECEIVE RECEIVE-OVERPAYMENT RECEIVE-PREPAYMENT SPEND SPEND-OVERPAYMENT SPEND-PREPAYMENT RECEIVE-TRANSFER "
    "SPEND-TRANSFER",
    lines_when_paged=True,
    required=("BankAccount",),
    date_strings=("Date",),
    url_segment="banktransaction",
)
BANK_TRANSFERS = _document_type(
    "BankTransfers",
    "BankTransferID CreatedDateUTC DateString Date Status FromBankAccount ToBankAccount Amount FromBankTransactionID "
    "ToBankTransactionID FromIsReconciled ToIsReconciled Reference CurrencyRate HasAttachments Attachments",
    scopes=("transactions", "banktransactions"),
    defaults={"Status": "AUTHORISED", "FromIsReconciled": False, "ToIsReconciled": False},
    statuses="AUTHORISED DELETED",
    final_statuses="DELETED",
    required=("FromBankAccount", "ToBankAccount", "Amount"),
    date_strings=("Date",),
    url_segment="banktransfer",
)
CONTACTS = _document_type(
    "Contacts",
    "ContactID ContactNumber AccountNumber ContactStatus Name FirstName LastName CompanyNumber EmailAddress "
    "BankAccountDetails TaxNumber Addresses Phones UpdatedDateUTC ContactGroups IsSupplier IsCustomer DefaultCurrency "
    "ContactPersons HasAttachments Attachments HasValidationErrors",
    number="ContactNumber",
    scopes=("contacts",),
    defaults={
        "ContactStatus": "ACTIVE",
        "EmailAddress": "",
        "BankAccountDetails": "",
        "Addresses": (),
        "Phones": (),
        "ContactGroups": (),
        "IsSupplier": False,
        "IsCustomer": False,
        "ContactPersons": (),
        "HasValidationErrors": False,
    },
    statuses="ACTIVE ARCHIVED GDPRREQUEST",
    required=("Name",),
    url_segment="contact",
)
CREDIT_NOTES = _trade(
    "CreditNotes",
    "CreditNoteID CreditNoteNumber ID HasErrors CurrencyRate Type Reference SentToContact RemainingCredit "
    "HasAttachments Attachments Contact DateString Date Status LineAmountTypes LineItems SubTotal TotalTax Total "
    "UpdatedDateUTC CurrencyCode",
    number="CreditNoteNumber",
    numbering="CN-{:04d}",
    defaults={"Status": "DRAFT", "SentToContact": False, "HasErrors": False},
    statuses="DRAFT SUBMITTED DELETED AUTHORISED PAID VOIDED",
    final_statuses="DELETED VOIDED",
    types="ACCPAYCREDIT ACCRECCREDIT",
    drafts_need_lines=False,
    lines_when_paged=True,
    date_strings=("Date",),
    url_segment="creditnotes",
)
INVOICES = _trade(
    "Invoices",
    "Type InvoiceID InvoiceNumber Reference Payments CreditNotes Prepayments Overpayments AmountDue AmountPaid "
    "AmountCredited SentToContact CurrencyRate IsDiscounted HasAttachments Attachments HasErrors Contact DateString "
    "Date DueDateString DueDate Status LineAmountTypes LineItems SubTotal TotalTax Total UpdatedDateUTC CurrencyCode",
    number="InvoiceNumber",
    numbering="INV-{:04d}",
    defaults={
        "Status": "DRAFT",
        "Reference": "",
        "Payments": (),
        "CreditNotes": (),
        "Prepayments": (),
        "Overpayments": (),
        "AmountPaid": ZERO,
        "AmountCredited": ZERO,
        "SentToContact": False,
        "IsDiscounted": False,
        "HasErrors": False,
    },
    statuses="DRAFT SUBMITTED DELETED AUTHORISED PAID VOIDED",
    final_statuses="DELETED VOIDED",
    types="ACCPAY ACCREC",
    lines_when_paged=True,
    date_strings=("Date", "DueDate"),
)
MANUAL_JOURNALS = _document_type(
    "ManualJournals",
    "Date Status LineAmountTypes UpdatedDateUTC ManualJournalID Narration JournalLines ShowOnCashBasisReports "
    "HasAttachments Attachments",
    scopes=("transactions", "manualjournals"),
    defaults={"Status": "DRAFT", "LineAmountTypes": "NoTax", "ShowOnCashBasisReports": True},
    statuses="DRAFT POSTED DELETED VOIDED ARCHIVED",
    final_statuses="DELETED VOIDED",
    lines_when_paged=True,
    required=("Narration", "JournalLines"),
    url_segment="manualjournal",
)
PURCHASE_ORDERS = _trade(
    "PurchaseOrders",
    "PurchaseOrderID PurchaseOrderNumber DateString Date DeliveryDateString DeliveryDate Reference CurrencyRate "
    "Contact Status LineAmountTypes LineItems SubTotal TotalTax Total UpdatedDateUTC CurrencyCode SentToContact "
    "HasAttachments Attachments HasErrors IsDiscounted",
    number="PurchaseOrderNumber",
    numbering="PO-{:04d}",
    defaults={"Status": "DRAFT", "SentToContact": False, "HasErrors": False, "IsDiscounted": False},
    statuses="DRAFT SUBMITTED AUTHORISED BILLED DELETED",
    final_statuses="BILLED DELETED",
    drafts_need_lines=False,
    date_strings=("Date", "DeliveryDate"),
)
QUOTES = _trade(
    "Quotes",
    "QuoteID QuoteNumber Reference Terms Contact LineItems Date DateString ExpiryDate ExpiryDateString Status "
    "CurrencyRate CurrencyCode SubTotal TotalTax Total Title Summary UpdatedDateUTC LineAmountTypes",
    number="QuoteNumber",
    numbering="QU-{:04d}",
    defaults={"Status": "DRAFT", "Terms": ""},
    statuses="DRAFT SENT DECLINED ACCEPTED INVOICED DELETED",
    final_statuses="DELETED INVOICED",
    upper_case_amounts=True,
    date_strings=("Date", "ExpiryDate"),
    shows_flag=False,
    embeds=False,
)
RECEIPTS = _trade(
    "Receipts",
    "ReceiptID ReceiptNumber Status User Contact Date UpdatedDateUTC Reference LineAmountTypes LineItems SubTotal "
    "TotalTax Total ID HasAttachments Attachments",
    number="ReceiptNumber",
    numbering="{}",
    statuses="DRAFT SUBMITTED AUTHORISED DECLINED VOIDED",
    final_statuses="VOIDED",
    defaults={"Status": "DRAFT", "Reference": ""},
    url_segment="receipts",
)
REPEATING_INVOICES = _trade(
    "RepeatingInvoices",
    "Schedule RepeatingInvoiceID Type Reference HasAttachments Attachments ApprovedForSending SendCopy MarkAsSent "
    "IncludePDF ID Contact Status LineAmountTypes LineItems SubTotal TotalTax Total CurrencyCode",
    defaults={
        "Status": "DRAFT",
        "ApprovedForSending": False,
        "SendCopy": False,
        "MarkAsSent": False,
        "IncludePDF": False,
    },
    statuses="DRAFT AUTHORISED DELETED",
    final_statuses="DELETED",
    types="ACCPAY ACCREC",
    required=("Schedule",),
)

DOCUMENT_TYPES = (
    ACCOUNTS,
    BANK_TRANSACTIONS,
    BANK_TRANSFERS,
    CONTACTS,
    CREDIT_NOTES,
    INVOICES,
    MANUAL_JOURNALS,
    PURCHASE_ORDERS,
    QUOTES,
    RECEIPTS,
    REPEATING_INVOICES,
)
