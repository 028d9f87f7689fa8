"""The eleven types of record that have attachments: what each takes, shows and is filtered by, as the contract says.

Texts in the notation of `core.schemas` and of outlines.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from emulator.core.json_reader import JsonObject
from emulator.core.schemas import Schema
from emulator.vendors.dualentry.schemas import PYDANTIC, Blank, Outline, outline

ATTACHMENT = "id!:int file_name!:text file_size!:int download_url?:text upload_url?:text category:text=default"

_PARTS: dict[str, Schema] = {}
for _name, _text in {
    "Attachment": ATTACHMENT,
    "Address": "street!:text city!:text state:text= postal_code!:text country:text= second_line:text= name?:text",
    "Payment": "type?:text id?:int body?:text link?:text",
    "Tax": """code!:text rate!:decimal amount!:decimal is_taxable?:bool tax_exempt_amount?:decimal vat_rate_id?:int
        gst_tax_rate_id?:int""",
    "Class": """id!:int name!:text line_id!:int line_name!:text parent_classification_id?:int
        parent_classification_line_id?:int""",
}.items():
    _PARTS[_name] = PYDANTIC.schema(_text)

# --- Lines: what they take and what they show -------------------------------------------------------------------------

_LINE = "id?:int position!:int"
_ITEM = f"{_LINE} tax?:Tax item_id!:int memo!:text quantity!:decimal rate!:decimal classifications:[Class]="
_DISCOUNT = "discount_type?:PERCENTAGE|FIXED discount_value?:decimal discount_account_id?:int"
_SOURCES = """cash_sale_number?:int customer_payment_number?:int customer_prepayment_number?:int
    vendor_refund_number?:int"""
_LINES_IN: Mapping[str, str] = {
    "InvoiceItem": f"{_ITEM} {_DISCOUNT} record_level_discount_amount?:decimal company_id?:int",
    "BillItem": f"{_ITEM} company_id?:int",
    "BillExpense": f"""{_LINE} tax?:Tax rate!:decimal quantity!:decimal account_number!:int expense_description!:text
        classifications:[Class]= customer_id?:int vendor_id?:int company_id?:int""",
    "JournalItem": f"""{_LINE} account_number!:int debit!:decimal credit!:decimal memo!:text classifications:[Class]=
        customer_id?:int vendor_id?:int currency?:currency""",
    "OrderItem": _ITEM,
    "CashSaleItem": _ITEM,
    "PurchaseItem": _ITEM.replace("classifications:[Class]=", "classifications!:[Class]"),
    "DepositItem": f"""{_LINE} {_SOURCES} account_number?:int customer_id?:int vendor_id?:int description?:text=
        amount!:decimal""",
    "CustomerRefundItem": f"{_LINE} customer_credit_number?:int customer_prepayment_number?:int amount!:decimal",
    "VendorRefundItem": f"{_LINE} vendor_credit_number?:int vendor_prepayment_number?:int amount!:decimal",
    "ExpenseItem": f"""{_LINE} tax?:Tax account_number!:int expense_description:text= rate!:decimal quantity!:decimal
        classifications:[Class]= customer_id?:int vendor_id?:int""",
}
TAKEN = {**_PARTS, **{name: PYDANTIC.schema(text, _PARTS) for name, text in _LINES_IN.items()}}

_TOTALS = "net_amount:decimal tax_amount:decimal gross_amount:decimal amount:decimal"
_ITEM_OUT = f"""classifications:[object] item_type?:text hsn_sac_code?:text tax?:object id:int item_id:int
    quantity:decimal rate:decimal position:int memo:text {_TOTALS}"""
_ASSETS = "amortizable_assets:[object] fixed_assets:[object]"
_EXPENSE_OUT = f"""tax?:object id:int position:int account_number:int expense_description:text rate:decimal
    quantity:decimal classifications:[object] customer_id?:int vendor_id?:int {_ASSETS} customer_name?:text
    vendor_name?:text {_TOTALS}"""
SHOWN = {
    name: outline(text)
    for name, text in {
        "InvoiceItem": f"""{_ITEM_OUT} {_DISCOUNT} record_level_discount_amount?:decimal company_id?:int
            discount_amount:decimal""",
        "BillItem": f"{_ITEM_OUT} {_ASSETS} company_id?:int",
        "BillExpense": f"{_EXPENSE_OUT} company_id?:int",
        "JournalItem": f"""{_ASSETS} debit:decimal credit:decimal classifications:[object] id:int account_number:int
            position:int memo:text customer_id?:int customer_name?:text vendor_id?:int vendor_name?:text""",
        "OrderItem": f"{_ITEM_OUT} quantity_invoiced:decimal quantity_due:decimal",
        "PurchaseItem": f"{_ITEM_OUT} quantity_billed:decimal quantity_due:decimal",
        "DepositItem": f"""classifications:[object] id:int {_SOURCES} account_id?:int description?:text
            customer_id?:int vendor_id?:int""",
        "CustomerRefundItem": """customer_credit_number?:int customer_prepayment_number?:int amount:decimal
            position:int bank_or_credit_card_amount:decimal""",
        "VendorRefundItem": """vendor_credit_number?:int vendor_prepayment_number?:int amount:decimal position:int
            bank_or_credit_card_amount:decimal""",
        "CashSaleItem": f"{_ITEM_OUT} bank_or_undeposited_account_amount:decimal",
        "ExpenseItem": f"{_EXPENSE_OUT} bank_or_credit_card_amount:decimal",
    }.items()
}

# --- Records ----------------------------------------------------------------------------------------------------------

_RECORD_IN = "date!:date attachments:[Attachment]= record_status:status=posted"
_LOOSE_IN = """custom_fields?:[object] company_id?:int currency_iso_4217_code?:currency exchange_rate?:decimal
            memo?:text transaction_date?:date"""
_FIRM_IN = """company_id!:int currency_iso_4217_code!:currency exchange_rate!:decimal"""
_CASH_IN = f"{_FIRM_IN} custom_fields?:[object] memo:text= check_number:text= transaction_date?:date"
_PAID_IN = f"{_CASH_IN} account_number!:int bank_or_credit_card_amount:decimal=0.00 payment_method_id?:int"
_ADDRESSES_IN = """bill_to_address?:text= billing_address?:Address ship_to_address?:text= shipping_address?:Address"""
_TAX_NUMBERS = """company_vat_number?:text counterparty_vat_number?:text company_gst_number?:text
    counterparty_gst_number?:text company_pst_number?:text counterparty_pst_number?:text supply_date?:date
    place_of_supply?:text tax_registration_numbers?:object"""

_RECORD_OUT = """internal_id:int number:int company_id:int company_name:text company_currency:text
    currency_iso_4217_code:currency exchange_rate:decimal amount:decimal memo:text date:date record_status:status
    created_by?:object updated_by?:object attachments:[object]"""
_POSTED_OUT = f"{_RECORD_OUT} custom_fields:[object] transaction_date:date"
_APPROVAL_OUT = "approval_status?:text next_approvers?:[object] rejected_by?:object"
_BANK_OUT = "bank_match_status?:text reconciliation_status?:text"
_TERMS_OUT = "term_id?:int term_name:text reference_number:text"
_DUE_OUT = f"{_TERMS_OUT} amount_due:decimal paid_total:decimal recurring_record_number?:int"
_ADDRESSES_OUT = """bill_to_address:text ship_to_address:text billing_address?:object shipping_address?:object"""
_CUSTOMER_OUT = "customer_id:int customer_name:text"
_VENDOR_OUT = "vendor_id:int vendor_name:text"
_CASH_OUT = f"{_POSTED_OUT} transaction_ids:[int] account_number?:int check_number:text payment_method_id?:int"
_PAID_OUT = f"{_CASH_OUT} classifications:[object] bank_or_credit_card_amount:decimal"

_PAGE = "limit:int=100 offset:int=0 ordering:text=id"
_FILTERS = f"""{_PAGE} search?:text company_id?:[int] number?:[int] start_date?:date end_date?:date
    record_status?:[status] updated_after?:datetime updated_before?:datetime"""
_CUSTOMER_FILTERS = f"{_FILTERS} customer_id?:[int]"
_VENDOR_FILTERS = f"{_FILTERS} vendor_id?:[int]"
_MONEY_FILTERS = f"{_CUSTOMER_FILTERS} transaction_currency?:[currency]"


def lines_total(fields: JsonObject) -> Decimal:
    """Quantity times rate, over all lines."""
    lines = (fields.get("items") or []) + (fields.get("expenses") or [])
    return sum((line["quantity"] * line["rate"] for line in lines), Decimal(0))


def debits(fields: JsonObject) -> Decimal:
    return sum((line["debit"] for line in fields.get("items") or []), Decimal(0))


def amounts(fields: JsonObject) -> Decimal:
    return sum((line["amount"] for line in fields.get("items") or []), Decimal(0))


def stated(fields: JsonObject) -> Decimal:
    found: Decimal = fields["amount"]
    return found


@dataclass(frozen=True, slots=True)
class Kind:
    """One type of record."""

    slug: str
    model: str
    """The name in the contract's operation ids."""
    amount: Callable[[JsonObject], Decimal]
    fields: Schema
    """What create and PUT take."""
    outline: Outline
    filters: Schema
    patchable: bool

    @property
    def changes(self) -> Schema:
        """What PATCH takes: the same, and null everywhere."""
        return {name: replace(field, nullable=True) for name, field in self.fields.items()}

    @property
    def lines(self) -> tuple[str, ...]:
        """The members that are lists of lines."""
        return tuple(name for name, member in self.outline.items() if not isinstance(member, Blank))


def _kind(
    slug: str,
    model: str,
    amount: Callable[[JsonObject], Decimal],
    takes: str,
    shows: str,
    filters: str,
    *,
    patchable: bool = False,
) -> Kind:
    fields = PYDANTIC.schema(f"{_RECORD_IN} {takes}", TAKEN)
    return Kind(slug, model, amount, fields, outline(shows, SHOWN), PYDANTIC.schema(filters), patchable)


_ALL = (
    _kind(
        "invoices",
        "Invoice",
        lines_total,
        f"""{_LOOSE_IN} {_ADDRESSES_IN} items?:[InvoiceItem] customer_id?:int due_date?:date
            discount_type?:PERCENTAGE|FIXED discount_value?:decimal sales_order_id?:int contracted:bool=false
            contract_id?:int term_id?:int reference_number:text= ar_account_id?:int payment?:Payment""",
        f"""{_POSTED_OUT} {_APPROVAL_OUT} {_BANK_OUT} {_DUE_OUT} {_ADDRESSES_OUT} transaction_ids:[int]
            items:[InvoiceItem] customer_id?:int customer_name?:text due_date?:date payment?:object""",
        f"""{_MONEY_FILTERS} due_date?:date due_date_until?:date approval_status?:[text] integration_sources?:[text]
            amount_due_gte?:decimal amount_due_lte?:decimal""",
        patchable=True,
    ),
    _kind(
        "bills",
        "Bill",
        lines_total,
        f"""{_LOOSE_IN} items?:[BillItem] expenses?:[BillExpense] vendor_id?:int due_date?:date term_id?:int
            reference_number:text= purchase_order_number?:int""",
        f"""{_POSTED_OUT} {_APPROVAL_OUT} {_BANK_OUT} {_DUE_OUT} {_TAX_NUMBERS} {_VENDOR_OUT} tax?:object
            items:[BillItem] expenses:[BillExpense] transaction_ids:[int] due_date:date purchase_order_number?:int""",
        f"{_VENDOR_FILTERS} due_date?:date approval_status?:[text]",
        patchable=True,
    ),
    _kind(
        "journal-entries",
        "JournalEntry",
        debits,
        f"{_LOOSE_IN} items?:[JournalItem] reversal_date?:date",
        f"{_POSTED_OUT} {_APPROVAL_OUT} {_BANK_OUT} items:[JournalItem] reversal_items:[object]",
        f"""{_CUSTOMER_FILTERS} vendor_id?:[int] account_id?:[int] approval_status?:[text] integration_sources?:[text]
            amount_gte?:decimal amount_lte?:decimal""",
    ),
    _kind(
        "sales-orders",
        "SalesOrder",
        lines_total,
        f"""{_FIRM_IN} {_ADDRESSES_IN} items!:[OrderItem] memo!:text customer_id!:int term_id?:int
            reference_number:text= custom_fields?:[object]""",
        f"""{_RECORD_OUT} {_APPROVAL_OUT} {_TERMS_OUT} {_ADDRESSES_OUT} {_CUSTOMER_OUT} items:[OrderItem]
            created_at:datetime updated_at:datetime custom_fields:[object] invoiced_status:text=uninvoiced
            invoiced_total:decimal due_total:decimal recurring_record_number?:int""",
        f"{_CUSTOMER_FILTERS} approval_status?:[text] invoiced_status?:[invoiced|uninvoiced|partially_invoiced]",
    ),
    _kind(
        "purchase-orders",
        "PurchaseOrder",
        lines_total,
        f"""{_FIRM_IN} {_TAX_NUMBERS} items!:[PurchaseItem] memo!:text vendor_id!:int term_id?:int
            reference_number:text=""",
        f"""{_RECORD_OUT} {_APPROVAL_OUT} {_TERMS_OUT} {_VENDOR_OUT} items:[PurchaseItem]
            billed_status:text=unbilled billed_total:decimal due_total:decimal""",
        f"""{_VENDOR_FILTERS} approval_status?:[text] billed?:bool unbilled?:bool partially_billed?:bool
            billed_status?:[billed|unbilled|partially_billed]""",
    ),
    _kind(
        "customer-prepayments",
        "CustomerPrepayment",
        stated,
        f"""{_CASH_IN} customer_id!:int account_number?:int undeposited_funds_currency?:currency amount!:decimal
            bank_or_undeposited_funds_amount!:decimal payment_method_id?:int""",
        f"""{_CASH_OUT} {_CUSTOMER_OUT} undeposited_funds_currency?:currency bank_or_undeposited_funds_amount:decimal
            used_amount:decimal remaining_amount:decimal customer_deposits:[object] recurring_record_number?:int""",
        f"{_MONEY_FILTERS} id?:[int]",
        patchable=True,
    ),
    _kind(
        "customer-deposits",
        "CustomerDeposit",
        amounts,
        f"{_CASH_IN} items!:[DepositItem] account_number!:int",
        f"{_POSTED_OUT} items:[DepositItem] transaction_id:int account_id:int",
        _MONEY_FILTERS,
    ),
    _kind(
        "customer-refunds",
        "CustomerRefund",
        amounts,
        f"{_PAID_IN} items:[CustomerRefundItem]= customer_id!:int",
        f"{_PAID_OUT} {_CUSTOMER_OUT} items:[CustomerRefundItem] paper_check_status?:text",
        _MONEY_FILTERS,
    ),
    _kind(
        "cash-sales",
        "CashSale",
        lines_total,
        f"""{_CASH_IN} {_ADDRESSES_IN} items:[CashSaleItem]= customer_id!:int account_number?:int
            bank_or_undeposited_account_amount!:decimal undeposited_funds_currency?:currency payment_method_id?:int""",
        f"""{_CASH_OUT} {_CUSTOMER_OUT} {_ADDRESSES_OUT} items:[CashSaleItem] classifications:[object]
            undeposited_funds_currency?:currency bank_or_undeposited_account_amount:decimal""",
        _MONEY_FILTERS,
    ),
    _kind(
        "vendor-refunds",
        "VendorRefund",
        amounts,
        f"{_PAID_IN} items:[VendorRefundItem]= vendor_id!:int",
        f"{_PAID_OUT} {_VENDOR_OUT} items:[VendorRefundItem] paper_check_status?:text",
        f"{_VENDOR_FILTERS} transaction_currency?:[currency] vendor_credit_id?:[int]",
    ),
    _kind(
        "direct-expenses",
        "DirectExpense",
        lines_total,
        """company_id!:int currency_iso_4217_code!:currency exchange_rate:decimal=1.00 memo:text= check_number:text=
            custom_fields?:[object] transaction_date?:date vendor_id!:int account_number!:int
            bank_or_credit_card_amount!:decimal items:[ExpenseItem]= payment_method_id?:int""",
        f"{_PAID_OUT} {_BANK_OUT} {_VENDOR_OUT} {_TAX_NUMBERS} items:[ExpenseItem] tax?:object",
        f"{_VENDOR_FILTERS} transaction_currency?:[currency]",
    ),
)
KINDS = {kind.slug: kind for kind in _ALL}
