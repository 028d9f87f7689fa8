"""Models of requests to DualEntry: the thirteen record types, their lines, and the filters of their lists.

DualEntry validates with pydantic (its API is built on Django Ninja), and so does the emulator: the messages of a 422
are those of pydantic. The names and the order of the fields are those of the contract. Unknown fields are ignored.
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any, get_args, get_type_hints

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationInfo, create_model
from pydantic_core import PydanticCustomError, PydanticKnownError

from emulator.core.json_reader import JsonObject
from emulator.core.lazy_model import LazyModel
from emulator.vendors.dualentry import answer_models as answers

# What the most digits of an amount are called in the context of a validation.
MAX_DIGITS = "max_digits"


class RecordStatus(StrEnum):
    DRAFT = "draft"
    POSTED = "posted"
    ARCHIVED = "archived"


class DiscountType(StrEnum):
    PERCENTAGE = "PERCENTAGE"
    FIXED = "FIXED"


class InvoicedStatus(StrEnum):
    INVOICED = "invoiced"
    UNINVOICED = "uninvoiced"
    PARTIALLY_INVOICED = "partially_invoiced"


class BilledStatus(StrEnum):
    BILLED = "billed"
    UNBILLED = "unbilled"
    PARTIALLY_BILLED = "partially_billed"


def _currency(value: object) -> object:
    if not isinstance(value, str) or not (len(value) == 3 and value.isascii() and value.isalpha() and value.isupper()):
        # The contract lists all currencies, but a message with all of them would be of no help.
        raise PydanticCustomError("enum", "Input should be the ISO 4217 code of a currency")
    return value


def _check_digits(value: Decimal, info: ValidationInfo) -> Decimal:
    """Raise pydantic's own error for an amount with too many digits, which it counts like a database does."""
    if info.context and _count_digits(value) > info.context[MAX_DIGITS]:
        raise PydanticKnownError("decimal_max_digits", {MAX_DIGITS: info.context[MAX_DIGITS]})
    return value


def _count_digits(value: Decimal) -> int:
    """Return how many digits an amount has when it is written out, without zeros at the end of its decimals."""
    if not value:
        return 1
    digits, exponent = list(value.as_tuple().digits), int(value.as_tuple().exponent)
    while exponent < 0 and digits and digits[-1] == 0:
        digits.pop()
        exponent += 1
    return max(len(digits) + max(exponent, 0), -exponent)


Currency = Annotated[str, BeforeValidator(_currency)]
Amount = Annotated[Decimal, AfterValidator(_check_digits)]


class Model(LazyModel):
    """The base of all models, configured like Django Ninja's schemas."""

    model_config = ConfigDict(from_attributes=True, use_enum_values=True)


# --- Parts of records -------------------------------------------------------------------------------------------------


class AttachmentReference(Model):
    """A reference to a file, in the form in which responses show it."""

    id: int
    file_name: str
    file_size: int
    download_url: str | None = None
    upload_url: str | None = None
    category: str = "default"


class Address(Model):
    street: str
    city: str
    state: str = ""
    postal_code: str
    country: str = ""
    second_line: str = ""
    name: str | None = None


class Payment(Model):
    type: str | None = None
    id: int | None = None
    body: str | None = None
    link: str | None = None


class Tax(Model):
    code: str
    rate: Amount
    amount: Amount
    is_taxable: bool | None = None
    tax_exempt_amount: Amount | None = None
    vat_rate_id: int | None = None
    gst_tax_rate_id: int | None = None


class Classification(Model):
    id: int
    name: str
    line_id: int
    line_name: str
    parent_classification_id: int | None = None
    parent_classification_line_id: int | None = None


# --- Lines ------------------------------------------------------------------------------------------------------------


class Line(Model):
    id: int | None = None
    position: int


class ItemLine(Line):
    tax: Tax | None = None
    item_id: int
    memo: str
    quantity: Amount
    rate: Amount
    classifications: list[Classification] = []


class Discounted(Model):
    discount_type: DiscountType | None = None
    discount_value: Amount | None = None
    discount_account_id: int | None = None


class InvoiceItem(Discounted, ItemLine):
    record_level_discount_amount: Amount | None = None
    company_id: int | None = None


class BillItem(ItemLine):
    company_id: int | None = None


class BillExpense(Line):
    tax: Tax | None = None
    rate: Amount
    quantity: Amount
    account_number: int
    expense_description: str
    classifications: list[Classification] = []
    customer_id: int | None = None
    vendor_id: int | None = None
    company_id: int | None = None


class JournalItem(Line):
    account_number: int
    debit: Amount
    credit: Amount
    memo: str
    classifications: list[Classification] = []
    customer_id: int | None = None
    vendor_id: int | None = None
    currency: Currency | None = None


class OrderItem(ItemLine):
    pass


class CashSaleItem(ItemLine):
    pass


class PurchaseItem(ItemLine):
    classifications: list[Classification]


class DepositItem(Line):
    cash_sale_number: int | None = None
    customer_payment_number: int | None = None
    customer_prepayment_number: int | None = None
    vendor_refund_number: int | None = None
    account_number: int | None = None
    customer_id: int | None = None
    vendor_id: int | None = None
    description: str | None = ""
    amount: Amount


class CustomerRefundItem(Line):
    customer_credit_number: int | None = None
    customer_prepayment_number: int | None = None
    amount: Amount


class VendorRefundItem(Line):
    vendor_credit_number: int | None = None
    vendor_prepayment_number: int | None = None
    amount: Amount


class ApplicationItem(Line):
    invoice_number: int
    amount: Amount


class StatisticalItem(Line):
    account_number: int | None = None
    quantity: Amount
    memo: str = ""
    classifications: list[Classification] = []
    company_id: int | None = None
    customer_id: int | None = None
    vendor_id: int | None = None


class ExpenseItem(Line):
    tax: Tax | None = None
    account_number: int
    expense_description: str = ""
    rate: Amount
    quantity: Amount
    classifications: list[Classification] = []
    customer_id: int | None = None
    vendor_id: int | None = None


# --- Records ----------------------------------------------------------------------------------------------------------

# Pydantic orders the fields of base classes from the right to the left.


class Record(Model):
    date: dt.date
    attachments: list[AttachmentReference] = []
    record_status: RecordStatus = Field(RecordStatus.POSTED, validate_default=True)


class OptionalCompanyRecord(Record):
    """A record whose company, currency and exchange rate are optional."""

    custom_fields: list[JsonObject] | None = None
    company_id: int | None = None
    currency_iso_4217_code: Currency | None = None
    exchange_rate: Amount | None = None
    memo: str | None = None
    transaction_date: dt.date | None = None


class RequiredCompanyRecord(Record):
    """A record whose company, currency and exchange rate are required."""

    company_id: int
    currency_iso_4217_code: Currency
    exchange_rate: Amount


class CashRecord(RequiredCompanyRecord):
    custom_fields: list[JsonObject] | None = None
    memo: str = ""
    check_number: str = ""
    transaction_date: dt.date | None = None


class PaidRecord(CashRecord):
    account_number: int
    bank_or_credit_card_amount: Amount = Decimal("0.00")
    payment_method_id: int | None = None


class Addressed(Model):
    bill_to_address: str | None = ""
    billing_address: Address | None = None
    ship_to_address: str | None = ""
    shipping_address: Address | None = None


class TaxNumbers(Model):
    company_vat_number: str | None = None
    counterparty_vat_number: str | None = None
    company_gst_number: str | None = None
    counterparty_gst_number: str | None = None
    company_pst_number: str | None = None
    counterparty_pst_number: str | None = None
    supply_date: dt.date | None = None
    place_of_supply: str | None = None
    tax_registration_numbers: JsonObject | None = None


class Invoice(Addressed, OptionalCompanyRecord):
    items: list[InvoiceItem] | None = None
    customer_id: int | None = None
    due_date: dt.date | None = None
    discount_type: DiscountType | None = None
    discount_value: Amount | None = None
    sales_order_id: int | None = None
    contracted: bool = False
    contract_id: int | None = None
    term_id: int | None = None
    reference_number: str = ""
    ar_account_id: int | None = None
    payment: Payment | None = None


class Bill(OptionalCompanyRecord):
    items: list[BillItem] | None = None
    expenses: list[BillExpense] | None = None
    vendor_id: int | None = None
    due_date: dt.date | None = None
    term_id: int | None = None
    reference_number: str = ""
    purchase_order_number: int | None = None


class JournalEntry(OptionalCompanyRecord):
    items: list[JournalItem] | None = None
    reversal_date: dt.date | None = None


class SalesOrder(Addressed, RequiredCompanyRecord):
    items: list[OrderItem]
    memo: str
    customer_id: int
    term_id: int | None = None
    reference_number: str = ""
    custom_fields: list[JsonObject] | None = None


class PurchaseOrder(TaxNumbers, RequiredCompanyRecord):
    items: list[PurchaseItem]
    memo: str
    vendor_id: int
    term_id: int | None = None
    reference_number: str = ""


class CustomerPrepayment(CashRecord):
    customer_id: int
    account_number: int | None = None
    undeposited_funds_currency: Currency | None = None
    amount: Amount
    bank_or_undeposited_funds_amount: Amount
    payment_method_id: int | None = None


class CustomerPrepaymentApplication(RequiredCompanyRecord):
    custom_fields: list[JsonObject] | None = None
    transaction_date: dt.date | None = None
    customer_prepayment_number: int | None = None
    customer_credit_number: int | None = None
    memo: str = ""
    items: list[ApplicationItem] = []


class CustomerDeposit(CashRecord):
    items: list[DepositItem]
    account_number: int


class CustomerRefund(PaidRecord):
    items: list[CustomerRefundItem] = []
    customer_id: int


class CashSale(Addressed, CashRecord):
    items: list[CashSaleItem] = []
    customer_id: int
    account_number: int | None = None
    bank_or_undeposited_account_amount: Amount
    undeposited_funds_currency: Currency | None = None
    payment_method_id: int | None = None


class VendorRefund(PaidRecord):
    items: list[VendorRefundItem] = []
    vendor_id: int


class DirectExpense(Record):
    company_id: int
    currency_iso_4217_code: Currency
    exchange_rate: Amount = Decimal("1.00")
    memo: str = ""
    check_number: str = ""
    custom_fields: list[JsonObject] | None = None
    transaction_date: dt.date | None = None
    vendor_id: int
    account_number: int
    bank_or_credit_card_amount: Amount
    items: list[ExpenseItem] = []
    payment_method_id: int | None = None


class StatisticalJournal(Record):
    """A journal of quantities, such as heads or square metres, on a statistical account."""

    company_id: int | None = None
    account_number: int | None = None
    period: dt.date | None = None
    memo: str = ""
    custom_fields: list[JsonObject] | None = None
    items: list[StatisticalItem] = []


# --- Filters of lists -------------------------------------------------------------------------------------------------

_ORDERED_BY = ("amount", "created_at", "date", "due_date", "id", "number", "transaction_date", "updated_at")
Ordering = StrEnum("Ordering", {name: name for name in (*_ORDERED_BY, *(f"-{name}" for name in _ORDERED_BY))})  # type: ignore[misc] # mypy wants a literal.


class Filters(Model):
    limit: int = Field(100, ge=1)
    offset: int = Field(0, ge=0)
    ordering: Ordering = Field(Ordering("id"), validate_default=True)
    search: str | None = None
    company_id: list[int] | None = None
    number: list[int] | None = None
    start_date: dt.date | None = None
    end_date: dt.date | None = None
    record_status: list[RecordStatus] | None = None
    updated_after: dt.datetime | None = None
    updated_before: dt.datetime | None = None


class CustomerFilters(Filters):
    customer_id: list[int] | None = None


class VendorFilters(Filters):
    vendor_id: list[int] | None = None


class CurrencyFilters(CustomerFilters):
    transaction_currency: list[Currency] | None = None


class InvoiceFilters(CurrencyFilters):
    due_date: dt.date | None = None
    due_date_until: dt.date | None = None
    approval_status: list[str] | None = None
    integration_sources: list[str] | None = None
    amount_due_gte: Amount | None = None
    amount_due_lte: Amount | None = None


class BillFilters(VendorFilters):
    due_date: dt.date | None = None
    approval_status: list[str] | None = None


class JournalEntryFilters(CustomerFilters):
    vendor_id: list[int] | None = None
    account_id: list[int] | None = None
    approval_status: list[str] | None = None
    integration_sources: list[str] | None = None
    amount_gte: Amount | None = None
    amount_lte: Amount | None = None


class SalesOrderFilters(CustomerFilters):
    approval_status: list[str] | None = None
    invoiced_status: list[InvoicedStatus] | None = None


class PurchaseOrderFilters(VendorFilters):
    approval_status: list[str] | None = None
    billed: bool | None = None
    unbilled: bool | None = None
    partially_billed: bool | None = None
    billed_status: list[BilledStatus] | None = None


class CustomerPrepaymentFilters(CurrencyFilters):
    id: list[int] | None = None


class VendorRefundFilters(VendorFilters):
    transaction_currency: list[Currency] | None = None
    vendor_credit_id: list[int] | None = None


class DirectExpenseFilters(VendorFilters):
    transaction_currency: list[Currency] | None = None


class StatisticalJournalFilters(Filters):
    date_start: dt.date | None = None
    date_end: dt.date | None = None
    period_start: dt.date | None = None
    period_end: dt.date | None = None
    account_id: list[int] | None = None
    account_number: list[int] | None = None
    line_account_id: list[int] | None = None
    line_account_number: list[int] | None = None


# --- Other input ------------------------------------------------------------------------------------------------------


class FileAnnouncement(Model):
    """A file that is registered before its bytes are sent."""

    file_name: str
    file_size: int
    category: str = "default"


class RecordPath(Model):
    record_number: int


class Page(Model):
    """Which part of a list is asked for."""

    limit: int = Field(100, ge=1)
    offset: int = Field(0, ge=0)


class Webhook(Model):
    """An endpoint for events."""

    url: str = Field(pattern=r"^https?://[!-~]+$")
    topics: list[str] = Field(min_length=1)
    is_active: bool = True


# --- The types of record ----------------------------------------------------------------------------------------------


def lines_total(fields: JsonObject) -> Decimal:
    """Return the sum of quantity times rate over all lines."""
    lines = (fields.get("items") or []) + (fields.get("expenses") or [])
    return sum((line["quantity"] * line["rate"] for line in lines), Decimal(0))


def debits_total(fields: JsonObject) -> Decimal:
    """Return the sum of the lines' debits."""
    return sum((line["debit"] for line in fields.get("items") or []), Decimal(0))


def amounts_total(fields: JsonObject) -> Decimal:
    """Return the sum of the lines' amounts."""
    return sum((line["amount"] for line in fields.get("items") or []), Decimal(0))


def quantities_total(fields: JsonObject) -> Decimal:
    """Return the sum of the lines' quantities."""
    return sum((line["quantity"] for line in fields.get("items") or []), Decimal(0))


def stated_amount(fields: JsonObject) -> Decimal:
    """Return the amount that the record itself states."""
    amount: Decimal = fields["amount"]
    return amount


@dataclass(frozen=True, slots=True)
class RecordType:
    """One record type: the models of its requests, responses and filters."""

    slug: str
    """The name in paths."""
    model: type[Record]
    """The body of create and PUT."""
    changes: type["Changes"]
    """The body of PATCH: the same fields, each of which may be missing or null."""
    answer: answers.Answer
    filters: type[Filters]
    amount: Callable[[JsonObject], Decimal]
    """Computes the record's amount from its fields."""
    patchable: bool
    """Whether the API has PATCH for it."""
    deletable: bool
    """Whether the API has DELETE for it."""

    @property
    def name(self) -> str:
        """The name in the contract's operation ids."""
        return self.model.__name__

    @property
    def nullable(self) -> frozenset[str]:
        """The fields that may be null."""
        return frozenset(name for name, field in self.model.model_fields.items() if _is_optional(field.annotation))


def _is_optional(annotation: Any) -> bool:
    return type(None) in get_args(annotation)


class Changes(Model):
    """The base of the bodies of PATCH."""


def _all_optional(model: type[Record]) -> type[Changes]:
    fields: dict[str, Any] = {
        name: (hint | None, None)
        for name, hint in get_type_hints(model, include_extras=True).items()
        if name in model.model_fields
    }
    return create_model(f"{model.__name__}Changes", __base__=Changes, **fields)


class WebhookChanges(Changes):
    """The fields of a webhook that PATCH can change; null leaves them as they are."""

    url: str | None = Field(None, pattern=r"^https?://[!-~]+$")
    topics: list[str] | None = Field(None, min_length=1)
    is_active: bool | None = None


def _record_type(
    slug: str,
    model: type[Record],
    answer: type[BaseModel],
    filters: type[Filters],
    amount: Callable[[JsonObject], Decimal] = lines_total,
    *,
    patchable: bool = False,
    deletable: bool = False,
) -> RecordType:
    return RecordType(slug, model, _all_optional(model), answers.Answer(answer), filters, amount, patchable, deletable)


RECORD_TYPES = {
    record_type.slug: record_type
    for record_type in (
        _record_type("invoices", Invoice, answers.Invoice, InvoiceFilters, patchable=True),
        _record_type("bills", Bill, answers.Bill, BillFilters, patchable=True),
        _record_type("journal-entries", JournalEntry, answers.JournalEntry, JournalEntryFilters, debits_total),
        _record_type("sales-orders", SalesOrder, answers.SalesOrder, SalesOrderFilters),
        _record_type("purchase-orders", PurchaseOrder, answers.PurchaseOrder, PurchaseOrderFilters),
        _record_type(
            "customer-prepayments",
            CustomerPrepayment,
            answers.CustomerPrepayment,
            CustomerPrepaymentFilters,
            stated_amount,
            patchable=True,
        ),
        _record_type("customer-deposits", CustomerDeposit, answers.CustomerDeposit, CurrencyFilters, amounts_total),
        _record_type("customer-refunds", CustomerRefund, answers.CustomerRefund, CurrencyFilters, amounts_total),
        _record_type("cash-sales", CashSale, answers.CashSale, CurrencyFilters),
        _record_type("vendor-refunds", VendorRefund, answers.VendorRefund, VendorRefundFilters, amounts_total),
        _record_type("direct-expenses", DirectExpense, answers.DirectExpense, DirectExpenseFilters),
        _record_type(
            "customer-prepayment-applications",
            CustomerPrepaymentApplication,
            answers.CustomerPrepaymentApplication,
            CurrencyFilters,
            amounts_total,
            patchable=True,
        ),
        _record_type(
            "statistical-journals",
            StatisticalJournal,
            answers.StatisticalJournal,
            StatisticalJournalFilters,
            quantities_total,
            deletable=True,
        ),
    )
}
"""All record types, by the name in paths."""
