"""Models of the bodies, forms and paths of requests to VRPlatform.

VRPlatform validates the parameters of the path, of the query and the JSON body as one input.
"""

from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StrictBool,
    StrictStr,
    ValidationInfo,
)
from pydantic_core import PydanticCustomError

from emulator.vendors.vrplatform.values import (
    Cents,
    Currency,
    Day,
    MediaType,
    MonthText,
    QueryBoolean,
    StatementStatus,
    Status,
    TransactionType,
    Uuid,
)
from emulator.vendors.vrplatform.zod import UNDEFINED


class Input(BaseModel):
    """The base of all models of input. Members with the default UNDEFINED are required; unknown members are ignored."""

    model_config = ConfigDict(validate_default=True)


# An update may leave out any member. Only those that were sent (`model_fields_set`) count, so defaults stay unchecked.
_UPDATE = ConfigDict(validate_default=False)

# --- Transactions -----------------------------------------------------------------------------------------------------


class Line(Input):
    accountId: StrictStr = UNDEFINED
    amount: Cents = UNDEFINED
    description: StrictStr | None = None
    listingId: StrictStr | None = None
    reservationId: StrictStr | None = None
    uniqueRef: StrictStr | None = None
    assignment: StrictStr | None = None
    ownerStatementId: StrictStr | None = None


class LineId(Input):
    """The id of a line. It is a base class of its own so that its issue comes first."""

    id: StrictStr = Field(default=UNDEFINED, validate_default=True)


class LineUpdate(Line, LineId):
    model_config = _UPDATE


class DryRun(Input):
    """The query parameter of every write of a transaction."""

    dryRun: QueryBoolean | None = None


class NewTransaction(DryRun):
    description: StrictStr | None = None
    status: Status = "active"
    accountId: StrictStr | None = None
    contactId: StrictStr | None = None
    uniqueRef: StrictStr | None = None
    isOpeningBalance: StrictBool = False
    type: TransactionType = UNDEFINED
    date: Day = UNDEFINED
    currency: StrictStr | None = None
    attachmentIds: list[Uuid] | None = None
    payment: dict[str, Any] | None = None
    connectionId: StrictStr | None = None
    sourceId: StrictStr | None = None
    recurringTemplateId: StrictStr | None = None
    matchBankAccountLast4: StrictStr | None = None
    lines: Annotated[list[Line], Field(min_length=1)] = UNDEFINED


class TransactionUpdate(NewTransaction):
    model_config = _UPDATE

    lines_create: list[Line] = []
    lines_update: list[LineUpdate] = []
    lines_delete: list[StrictStr] = []


# --- Attachments ------------------------------------------------------------------------------------------------------


class AttachmentPath(Input):
    attachmentId: Uuid = UNDEFINED


class AttachmentUpdate(Input):
    isOwnerAccessible: StrictBool = UNDEFINED


def _check_length(name: str, info: ValidationInfo) -> str:
    """Check the length of a file name. The limit is the sandbox's, so the context of the validation has it."""
    limit = (info.context or {})["max_name_length"]
    if len(name) > limit:
        raise PydanticCustomError("string_too_long", "too long", {"max_length": limit})
    return name


class AttachmentForm(Input):
    """The form fields of an upload; where one is missing, the value that the file part has for it."""

    contentType: MediaType
    filename: Annotated[str, AfterValidator(_check_length)]
    isOwnerAccessible: Annotated[bool, BeforeValidator(lambda text: text in ("true", "1"))]


# --- Statements, and what else is named by an id ----------------------------------------------------------------------


class NewStatements(Input):
    month: MonthText = UNDEFINED
    currency: Currency | None = None
    status: StatementStatus = "inReview"
    listingPeriodIds: list[StrictStr] | None = None
    sync: StrictBool | None = None
    emailDelivery: Any = None


class IdPath(Input):
    id: Uuid = UNDEFINED
