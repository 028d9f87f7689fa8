"""Models of requests to VRPlatform, and VRPlatform's wording, which is that of Zod, for invalid input.

VRPlatform validates the parameters of the path, of the query and the JSON body as one input.
"""

import re
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from types import NoneType
from typing import Annotated, Any, Literal, NamedTuple, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StrictBool,
    StrictInt,
    StrictStr,
    ValidationError,
)
from pydantic_core import PydanticCustomError

from emulator.core.routing import UUID
from emulator.vendors.vrplatform import rules

# JavaScript's Number.MAX_SAFE_INTEGER.
MAX_SAFE_INTEGER = 2**53 - 1
# The most characters of a file name, as most file systems have it.
MAX_NAME = 255
UNDEFINED: Any = object()
"""JavaScript's value of a missing member: the default of every required member, which fails validation by its type."""

# --- The vendor's wording ---------------------------------------------------------------------------------------------

# Zod's code and message for each of pydantic's error types, and for those that this module adds.
_ZOD: Mapping[str, tuple[str, str]] = {
    "string_type": ("invalid_type", "Invalid input: expected string, received {received}"),
    "bool_type": ("invalid_type", "Invalid input: expected boolean, received {received}"),
    "int_type": ("invalid_type", "Invalid input: expected number, received {received}"),
    "int_from_float": ("invalid_type", "Invalid input: expected int, received number"),
    "list_type": ("invalid_type", "Invalid input: expected array, received {received}"),
    "dict_type": ("invalid_type", "Invalid input: expected object, received {received}"),
    "model_type": ("invalid_type", "Invalid input: expected object, received {received}"),
    "file_type": ("invalid_type", "Invalid input: expected file, received {received}"),
    "two_dates": ("invalid_type", "Invalid input: expected two dates"),
    "literal_error": ("invalid_value", "Invalid option: expected one of {options}"),
    "uuid": ("invalid_format", "Invalid UUID"),
    "iso_date": ("invalid_format", "Invalid ISO date"),
    "media_type": ("invalid_format", "Invalid media type"),
    "too_short": ("too_small", "Too small: expected array to have >={min_length} items"),
    "string_too_long": ("too_big", "Too big: expected string to have <={max_length} characters"),
    "greater_than_equal": ("too_small", "Too small: expected {number} to be >={ge}"),
    "less_than_equal": ("too_big", "Too big: expected {number} to be <={le}"),
}


class Issue(NamedTuple):
    """One error of an input, as VRPlatform lists it in `issues`."""

    code: str
    path: tuple[str | int, ...]
    message: str


def to_issue(error_type: str, path: tuple[str | int, ...], value: object, **context: object) -> Issue:
    """Return the issue for one of pydantic's error types. `value` is what was sent, `context` what pydantic adds."""
    code, message = _ZOD[error_type]
    # Zod says `int` if the number exceeds the bounds of its integers, and `number` if it exceeds those of the schema.
    bound = context.get("ge", context.get("le"))
    number = "int" if bound in (MAX_SAFE_INTEGER, -MAX_SAFE_INTEGER) else "number"
    options = "|".join(f'"{option}"' for option in re.findall("'(.*?)'", str(context.get("expected"))))
    return Issue(code, path, message.format(received=_type_name(value), number=number, options=options, **context))


def to_issues(error: ValidationError) -> list[Issue]:
    """Return all issues of a validation error, in the order of the model's fields."""
    return [
        to_issue(details["type"], details["loc"], details["input"], **details.get("ctx", {}))
        for details in error.errors(include_url=False)
    ]


def _type_name(value: object) -> str:
    """Return the name of a value's type in Zod's messages."""
    return "undefined" if value is UNDEFINED else _TYPE_NAMES.get(type(value), "object")


# Numbers of a body are read as int or Decimal. The only float is NaN, which stands for a query value that is no number.
_TYPE_NAMES: Mapping[type, str] = {
    NoneType: "null",
    bool: "boolean",
    str: "string",
    int: "number",
    Decimal: "number",
    float: "NaN",
    list: "array",
}


# --- Values -----------------------------------------------------------------------------------------------------------

T = TypeVar("T")
_DAY = re.compile(r"\d{4}-\d\d-\d\d(?:T|$)", re.ASCII)
_MEDIA_TYPE = re.compile(r"[\w!#$&^.+-]+/[\w!#$&^.+-]+( ?;[ -~]*)?", re.ASCII)


def _to_valid_unicode(value: object) -> object:
    """Replace lone surrogates, because pydantic compares only strings that UTF-8 can encode with literals."""
    return value.encode("utf-8", "replace").decode() if isinstance(value, str) else value


def _to_integer(value: object) -> object:
    """Convert a decimal without a fraction: JSON does not tell 5.0 from 5."""
    if isinstance(value, Decimal):
        if value != value.to_integral_value():
            raise PydanticCustomError("int_from_float", "not an integer")
        return int(value)
    return value


def _to_uuid(text: str) -> str:
    if not UUID.fullmatch(text):
        raise PydanticCustomError("uuid", "not a UUID")
    return text.lower()


def _to_day(text: str) -> str:
    """Return the day of an ISO date or date-time. ISO week dates and ordinal dates are refused."""
    try:
        return datetime.fromisoformat(text if _DAY.match(text) else "").date().isoformat()
    except ValueError:
        raise PydanticCustomError("iso_date", "not an ISO date") from None


def is_media_type(text: str) -> bool:
    return _MEDIA_TYPE.fullmatch(text) is not None


def _check_media_type(text: str) -> str:
    if not is_media_type(text):
        raise PydanticCustomError("media_type", "not a media type")
    return text


Cents = Annotated[StrictInt, Field(ge=-MAX_SAFE_INTEGER, le=MAX_SAFE_INTEGER), BeforeValidator(_to_integer)]
Uuid = Annotated[StrictStr, AfterValidator(_to_uuid)]
Day = Annotated[StrictStr, AfterValidator(_to_day)]
MediaType = Annotated[StrictStr, AfterValidator(_check_media_type)]
TransactionType = Annotated[Literal["deposit", "expense", "transfer", "payout"], BeforeValidator(_to_valid_unicode)]
Status = Annotated[Literal["active", "inactive"], BeforeValidator(_to_valid_unicode)]

# --- Query parameters: lists of strings, because a parameter can be repeated ------------------------------------------


def _first(texts: Any) -> Any:
    return texts[0]


def _first_as_number(texts: list[str]) -> float:
    return int(texts[0]) if re.fullmatch(r"-?\d{1,15}", texts[0], re.ASCII) else float("nan")


def _first_as_boolean(texts: list[str]) -> bool | str:
    return {"true": True, "false": False}.get(texts[0], texts[0])


def _split_at_commas(texts: list[str]) -> list[str]:
    return [text for value in texts for text in value.split(",")]


def _to_day_or_none(text: str) -> str:
    """Return the day, or "" for an open end of a range."""
    return _to_day(text) if text else ""


def _check_two_days(days: list[str]) -> list[str]:
    if len(days) != 2:
        raise PydanticCustomError("two_dates", "not two dates")
    return days


QueryText = Annotated[StrictStr, BeforeValidator(_first)]
QueryNumber = Annotated[StrictInt, BeforeValidator(_first_as_number)]
QueryBoolean = Annotated[StrictBool, BeforeValidator(_first_as_boolean)]
QueryStatus = Annotated[Status, BeforeValidator(_first)]
QueryList = Annotated[list[T], BeforeValidator(_split_at_commas)]
DateRange = Annotated[QueryList[Annotated[str, AfterValidator(_to_day_or_none)]], AfterValidator(_check_two_days)]

# --- Requests ---------------------------------------------------------------------------------------------------------


class Input(BaseModel):
    """The base of all models of input. Members with the default UNDEFINED are required; unknown members are ignored."""

    model_config = ConfigDict(validate_default=True)


# An update may leave out any member. Only those that were sent (`model_fields_set`) count, so defaults stay unchecked.
_UPDATE = ConfigDict(validate_default=False)


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


class TransactionQuery(Input):
    """The filters and the page of a list of transactions."""

    limit: Annotated[QueryNumber, Field(ge=1, le=rules.PAGE_SIZE.highest)] | None = None
    page: Annotated[QueryNumber, Field(ge=1)] | None = None
    type: QueryList[TransactionType] | None = None
    status: QueryStatus | None = None
    isOpeningBalance: QueryBoolean | None = None
    isLocked: QueryBoolean | None = None
    includeLines: QueryBoolean | None = None
    accountId: QueryText | None = None
    contactId: QueryText | None = None
    amount: QueryNumber | None = None
    dateRange: DateRange | None = None
    isDateRangeEndInclusive: QueryBoolean | None = None
    ids: QueryList[str] | None = None
    uniqueRefs: QueryList[str] | None = None
    listingIds: QueryList[str] | None = None
    search: QueryText | None = None


class AttachmentPath(Input):
    attachmentId: Uuid = UNDEFINED


class AttachmentUpdate(Input):
    isOwnerAccessible: StrictBool = UNDEFINED


class AttachmentForm(Input):
    """The form fields of an upload; where one is missing, the value that the file part has for it."""

    contentType: MediaType
    filename: Annotated[str, Field(max_length=MAX_NAME)]
    isOwnerAccessible: Annotated[bool, BeforeValidator(lambda text: text in ("true", "1"))]
