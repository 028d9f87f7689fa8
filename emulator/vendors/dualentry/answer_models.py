"""Models of DualEntry's responses: every member of a record, in the contract's order.

A default is the value of a member that was neither sent nor derived.
"""

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from typing import get_args

from pydantic import BaseModel

from emulator.core.json_reader import JsonObject
from emulator.core.lazy_model import LazyModel


class Answer:
    """The members and defaults of a model, for rendering without validation: the values were validated when sent."""

    def __init__(self, model: type[BaseModel]) -> None:
        self.model = model
        self.lines = {name: Answer(lines) for name, lines in _line_models(model)}
        """The members that are lists of lines, by name."""
        self._defaults = {name: field.get_default() for name, field in model.model_fields.items()}

    def render(self, values: JsonObject) -> JsonObject:
        """Return the members of the model with these values, and with the defaults where a value is missing."""
        rendered: JsonObject = {}
        for name, default in self._defaults.items():
            value = values.get(name)
            if name in self.lines:
                rendered[name] = [self.lines[name].render(line) for line in value or ()]
            else:
                rendered[name] = default if value is None else value
        return rendered


def _line_models(model: type[BaseModel]) -> Iterator[tuple[str, type[BaseModel]]]:
    for name, field in model.model_fields.items():
        for argument in get_args(field.annotation):
            if isinstance(argument, type) and issubclass(argument, BaseModel):
                yield name, argument


class Model(LazyModel):
    """The base of the response models. The emulator only reads their fields; tests validate responses with them."""


# --- Lines ------------------------------------------------------------------------------------------------------------


class ItemLine(Model):
    classifications: list[JsonObject] = []
    item_type: str | None = None
    hsn_sac_code: str | None = None
    tax: JsonObject | None = None
    id: int = 0
    item_id: int = 0
    quantity: Decimal = Decimal(0)
    rate: Decimal = Decimal(0)
    position: int = 0
    memo: str = ""
    net_amount: Decimal = Decimal(0)
    tax_amount: Decimal = Decimal(0)
    gross_amount: Decimal = Decimal(0)
    amount: Decimal = Decimal(0)


class Assets(Model):
    amortizable_assets: list[JsonObject] = []
    fixed_assets: list[JsonObject] = []


class ExpenseLine(Model):
    tax: JsonObject | None = None
    id: int = 0
    position: int = 0
    account_number: int = 0
    expense_description: str = ""
    rate: Decimal = Decimal(0)
    quantity: Decimal = Decimal(0)
    classifications: list[JsonObject] = []
    customer_id: int | None = None
    vendor_id: int | None = None
    amortizable_assets: list[JsonObject] = []
    fixed_assets: list[JsonObject] = []
    customer_name: str | None = None
    vendor_name: str | None = None
    net_amount: Decimal = Decimal(0)
    tax_amount: Decimal = Decimal(0)
    gross_amount: Decimal = Decimal(0)
    amount: Decimal = Decimal(0)


class InvoiceItem(ItemLine):
    discount_type: str | None = None
    discount_value: Decimal | None = None
    discount_account_id: int | None = None
    record_level_discount_amount: Decimal | None = None
    company_id: int | None = None
    discount_amount: Decimal = Decimal(0)


class BillItem(Assets, ItemLine):
    company_id: int | None = None


class BillExpense(ExpenseLine):
    company_id: int | None = None


class JournalItem(Assets):
    debit: Decimal = Decimal(0)
    credit: Decimal = Decimal(0)
    classifications: list[JsonObject] = []
    id: int = 0
    account_number: int = 0
    position: int = 0
    memo: str = ""
    customer_id: int | None = None
    customer_name: str | None = None
    vendor_id: int | None = None
    vendor_name: str | None = None


class OrderItem(ItemLine):
    quantity_invoiced: Decimal = Decimal(0)
    quantity_due: Decimal = Decimal(0)


class PurchaseItem(ItemLine):
    quantity_billed: Decimal = Decimal(0)
    quantity_due: Decimal = Decimal(0)


class DepositItem(Model):
    classifications: list[JsonObject] = []
    id: int = 0
    cash_sale_number: int | None = None
    customer_payment_number: int | None = None
    customer_prepayment_number: int | None = None
    vendor_refund_number: int | None = None
    account_id: int | None = None
    description: str | None = None
    customer_id: int | None = None
    vendor_id: int | None = None


class CustomerRefundItem(Model):
    customer_credit_number: int | None = None
    customer_prepayment_number: int | None = None
    amount: Decimal = Decimal(0)
    position: int = 0
    bank_or_credit_card_amount: Decimal = Decimal(0)


class VendorRefundItem(Model):
    vendor_credit_number: int | None = None
    vendor_prepayment_number: int | None = None
    amount: Decimal = Decimal(0)
    position: int = 0
    bank_or_credit_card_amount: Decimal = Decimal(0)


class ApplicationItem(Model):
    invoice_number: int | None = None
    amount: Decimal = Decimal(0)
    amount_due: Decimal = Decimal(0)
    position: int = 0


class StatisticalItem(Model):
    id: int = 0
    position: int = 0
    account_id: int | None = None
    account_number: int | None = None
    quantity: Decimal = Decimal(0)
    memo: str = ""
    classifications: list[JsonObject] = []
    company_id: int | None = None
    customer_id: int | None = None
    customer_name: str | None = None
    vendor_id: int | None = None
    vendor_name: str | None = None


class CashSaleItem(ItemLine):
    bank_or_undeposited_account_amount: Decimal = Decimal(0)


class ExpenseItem(ExpenseLine):
    bank_or_credit_card_amount: Decimal = Decimal(0)


# --- Records ----------------------------------------------------------------------------------------------------------

# Pydantic orders the fields of base classes from the right to the left.


class Record(Model):
    internal_id: int = 0
    number: int = 0
    company_id: int = 0
    company_name: str = ""
    company_currency: str = ""
    currency_iso_4217_code: str | None = None
    exchange_rate: Decimal = Decimal(0)
    amount: Decimal = Decimal(0)
    memo: str = ""
    date: dt.date | None = None
    record_status: str | None = None
    created_by: JsonObject | None = None
    updated_by: JsonObject | None = None
    attachments: list[JsonObject] = []


class PostedRecord(Record):
    custom_fields: list[JsonObject] = []
    transaction_date: dt.date | None = None


class Approval(Model):
    approval_status: str | None = None
    next_approvers: list[JsonObject] | None = None
    rejected_by: JsonObject | None = None


class BankMatch(Model):
    bank_match_status: str | None = None
    reconciliation_status: str | None = None


class Terms(Model):
    term_id: int | None = None
    term_name: str = ""
    reference_number: str = ""


class Due(Terms):
    amount_due: Decimal = Decimal(0)
    paid_total: Decimal = Decimal(0)
    recurring_record_number: int | None = None


class Addressed(Model):
    bill_to_address: str = ""
    ship_to_address: str = ""
    billing_address: JsonObject | None = None
    shipping_address: JsonObject | None = None


class CustomerMembers(Model):
    customer_id: int = 0
    customer_name: str = ""


class VendorMembers(Model):
    vendor_id: int = 0
    vendor_name: str = ""


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


class CashRecord(PostedRecord):
    transaction_ids: list[int] = []
    account_number: int | None = None
    check_number: str = ""
    payment_method_id: int | None = None


class PaidRecord(CashRecord):
    classifications: list[JsonObject] = []
    bank_or_credit_card_amount: Decimal = Decimal(0)


class Invoice(Addressed, Due, BankMatch, Approval, PostedRecord):
    transaction_ids: list[int] = []
    items: list[InvoiceItem] = []
    customer_id: int | None = None
    customer_name: str | None = None
    due_date: dt.date | None = None
    payment: JsonObject | None = None


class Bill(VendorMembers, TaxNumbers, Due, BankMatch, Approval, PostedRecord):
    tax: JsonObject | None = None
    items: list[BillItem] = []
    expenses: list[BillExpense] = []
    transaction_ids: list[int] = []
    due_date: dt.date | None = None
    purchase_order_number: int | None = None


class JournalEntry(BankMatch, Approval, PostedRecord):
    items: list[JournalItem] = []
    reversal_items: list[JsonObject] = []


class SalesOrder(CustomerMembers, Addressed, Terms, Approval, Record):
    items: list[OrderItem] = []
    created_at: dt.datetime | None = None
    updated_at: dt.datetime | None = None
    custom_fields: list[JsonObject] = []
    invoiced_status: str = "uninvoiced"
    invoiced_total: Decimal = Decimal(0)
    due_total: Decimal = Decimal(0)
    recurring_record_number: int | None = None


class PurchaseOrder(VendorMembers, Terms, Approval, Record):
    items: list[PurchaseItem] = []
    billed_status: str = "unbilled"
    billed_total: Decimal = Decimal(0)
    due_total: Decimal = Decimal(0)


class CustomerPrepayment(CustomerMembers, CashRecord):
    undeposited_funds_currency: str | None = None
    bank_or_undeposited_funds_amount: Decimal = Decimal(0)
    used_amount: Decimal = Decimal(0)
    remaining_amount: Decimal = Decimal(0)
    customer_deposits: list[JsonObject] = []
    recurring_record_number: int | None = None


class CustomerPrepaymentApplication(CustomerMembers, Record):
    classifications: list[JsonObject] = []
    transaction_ids: list[int] = []
    items: list[ApplicationItem] = []
    customer_prepayment_number: int | None = None
    customer_credit_number: int | None = None
    transaction_date: dt.date | None = None


class StatisticalJournal(Model):
    id: int = 0
    number: int = 0
    company_id: int | None = None
    company_name: str = ""
    account_id: int | None = None
    account_name: str | None = None
    account_number: int | None = None
    period: dt.date | None = None
    date: dt.date | None = None
    memo: str = ""
    record_status: str | None = None
    total_quantity: Decimal = Decimal(0)
    unique_account_count: int = 0
    unique_company_count: int = 0
    items: list[StatisticalItem] = []
    custom_fields: list[JsonObject] = []
    attachments: list[JsonObject] = []
    created_by: JsonObject | None = None
    updated_by: JsonObject | None = None
    created_at: dt.datetime | None = None
    updated_at: dt.datetime | None = None


class CustomerDeposit(PostedRecord):
    items: list[DepositItem] = []
    transaction_id: int = 0
    account_id: int = 0


class CustomerRefund(CustomerMembers, PaidRecord):
    items: list[CustomerRefundItem] = []
    paper_check_status: str | None = None


class CashSale(Addressed, CustomerMembers, CashRecord):
    items: list[CashSaleItem] = []
    classifications: list[JsonObject] = []
    undeposited_funds_currency: str | None = None
    bank_or_undeposited_account_amount: Decimal = Decimal(0)


class VendorRefund(VendorMembers, PaidRecord):
    items: list[VendorRefundItem] = []
    paper_check_status: str | None = None


class DirectExpense(TaxNumbers, VendorMembers, BankMatch, PaidRecord):
    items: list[ExpenseItem] = []
    tax: JsonObject | None = None
