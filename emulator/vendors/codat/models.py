"""Models of the JSON bodies of Sync for Expenses, Sync for Payables and webhook consumers, as OpenAPI has them.

Members that a model does not name are accepted and kept. Codat's wording for a value of the wrong kind is not known.
"""

from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, ConfigDict, Field, StrictBool, StrictStr, ValidationError
from pydantic_core import PydanticCustomError

from emulator.core.lazy_model import LazyModel

# The largest decimal of .NET, 2**96 - 1.
MAX_AMOUNT = 79228162514264337593543950335


def _check_number(value: Any) -> Any:
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise PydanticCustomError("number", "Input should be a number")
    if not -MAX_AMOUNT <= value <= MAX_AMOUNT:
        raise PydanticCustomError("number_size", "Input is too large")
    return value


Amount = Annotated[Decimal, BeforeValidator(_check_number)]
Text = Annotated[StrictStr, Field(min_length=1)]
CompanyTag = Annotated[StrictStr, Field(max_length=128, pattern="^[^:]+:")]

# The transactions that can be written at once, and the lines that each can have.
MAX_TRANSACTIONS = 50
MAX_LINES = 100


class CodatModel(LazyModel):
    """An object in a request body."""

    model_config = ConfigDict(extra="allow", frozen=True)


class Reference(CodatModel):
    """A reference to a record: a contact, an account, a tax rate."""

    id: Text


# --- Sync for Expenses ------------------------------------------------------------------------------------------------


class ExpenseLine(CodatModel):
    """One line of an expense, without or with tax."""

    netAmount: Amount
    taxAmount: Amount = Decimal(0)
    description: StrictStr | None = None
    accountRef: Reference | None = None
    taxRateRef: Reference | None = None


class ExpenseFields(CodatModel):
    """What every expense has beside its type."""

    issueDate: Text
    currency: Text
    currencyRate: Amount | None = None
    contactRef: Reference | None = None
    lines: Annotated[list[ExpenseLine], Field(min_length=1, max_length=MAX_LINES)] | None = None
    notes: StrictStr | None = None


class Expense(ExpenseFields):
    """An expense as an update has it: its id is in the path."""

    type: Literal["Payment", "Refund", "Reward", "Chargeback"]


class NewExpense(Expense):
    """An expense that is created under an id of the client's."""

    id: Text


class DatasetExpense(ExpenseFields):
    """An expense of the first version of the API, which has transfers and adjustments among them."""

    id: Text
    type: Literal[
        "Payment",
        "Refund",
        "Reward",
        "Chargeback",
        "TransferIn",
        "TransferOut",
        "AdjustmentIn",
        "AdjustmentOut",
    ]


class Reimbursable(CodatModel):
    """What is needed of a reimbursable expense, whether it is created or updated."""

    contactRef: Reference
    issueDate: Text
    dueDate: Text
    currency: Text
    currencyRate: Amount | None = None
    reference: StrictStr | None = None
    lines: Annotated[list[ExpenseLine], Field(min_length=1, max_length=MAX_LINES)] | None = None
    notes: StrictStr | None = None


class NewReimbursable(Reimbursable):
    """A reimbursable expense that is created under an id of the client's."""

    id: Text


class AdjustmentLine(CodatModel):
    """One line of an adjustment: a debit if it is positive, otherwise a credit."""

    amount: Amount
    accountRef: Reference


class NewAdjustment(CodatModel):
    """An adjustment that is created under an id of the client's."""

    id: Text
    date: Text
    currency: Text
    lines: Annotated[list[AdjustmentLine], Field(min_length=1, max_length=MAX_LINES)]


class TransferSide(CodatModel):
    """The account that a transfer leaves or reaches, with the amount in that account's currency."""

    accountRef: Reference
    amount: Amount


class Transfer(CodatModel):
    """A transfer between two accounts."""

    model_config = ConfigDict(populate_by_name=True)

    date: Text
    origin: TransferSide = Field(alias="from")
    to: TransferSide
    description: StrictStr | None = None


class ExpenseSyncRequest(CodatModel):
    """The datasets that a sync of the first version of the API is to write; all of them if there is no list."""

    datasetIds: Annotated[list[Text], Field(min_length=1)] | None = None


class ExpensesConfiguration(CodatModel):
    """The defaults for a company's expenses; each is an object with an id."""

    bankAccount: CodatModel
    supplier: CodatModel
    customer: CodatModel


# --- Sync for Payables ------------------------------------------------------------------------------------------------


class BillLine(CodatModel):
    """One line of a bill."""

    unitAmount: Amount | None = None
    quantity: Amount | None = None
    taxAmount: Amount | None = None
    totalAmount: Amount | None = None


class Bill(CodatModel):
    """A bill to be created, or to replace another."""

    supplierRef: Reference
    issueDate: Text
    dueDate: Text
    currency: Text
    status: Literal["Unknown", "Open", "PartiallyPaid", "Paid", "Void", "Draft"]
    reference: StrictStr | None = None
    currencyRate: Amount | None = None
    lineItems: list[BillLine] | None = None


class Supplier(CodatModel):
    """A supplier to be created, or to replace another."""

    supplierName: Text
    status: Literal["Unknown", "Active", "Archived"]
    contactName: StrictStr | None = None
    emailAddress: StrictStr | None = None
    phone: StrictStr | None = None
    defaultCurrency: StrictStr | None = None


# --- Webhooks ---------------------------------------------------------------------------------------------------------


class WebhookConsumer(CodatModel):
    """An endpoint for events."""

    url: Annotated[StrictStr, Field(pattern=r"^https?://[!-~]+$")]
    eventTypes: Annotated[list[Text], Field(min_length=1)]
    disabled: StrictBool | None = None
    companyTags: Annotated[list[CompanyTag], Field(max_length=10)] | None = None


def first_error(error: ValidationError, location: str = "") -> tuple[str, str]:
    """Return where the first validation error is, as `0.lines.1.netAmount`, and what is wrong there.

    `place` is where the validated value is in the body.
    """
    details = error.errors(include_url=False)[0]
    item = ".".join(str(part) for part in (location, *details["loc"]) if part != "") or "body"
    return item, f"{item}: {details['msg']}."
