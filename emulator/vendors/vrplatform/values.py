"""The values that VRPlatform's bodies and queries consist of: days, months, amounts in cents, ids, ranges."""

import re
from calendar import monthrange
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Annotated, Literal, NamedTuple, TypeVar

from pydantic import AfterValidator, BeforeValidator, Field, PlainValidator, StrictBool, StrictInt, StrictStr
from pydantic_core import PydanticCustomError

from emulator.vendors.vrplatform.zod import MAX_SAFE_INTEGER

T = TypeVar("T")
# Zod's UUIDs have a version and a variant, or are one of the two special ones.
_UUID = re.compile(
    r"[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"
    r"|00000000-0000-0000-0000-000000000000|ffffffff-ffff-ffff-ffff-ffffffffffff",
    re.IGNORECASE,
)
_DATE_OR_TIME = re.compile(r"\d{4}-\d\d-\d\d(?:T|$)", re.ASCII)
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_MONTH = re.compile(r"\d{4}-\d\d", re.ASCII)
_YEAR = re.compile(r"\d{4}", re.ASCII)
_CENTS = re.compile(r"-?\d{1,15}", re.ASCII)
_CURRENCY = re.compile(r"[A-Za-z]{3}", re.ASCII)
_MEDIA_TYPE = re.compile(r"[\w!#$&^.+-]+/[\w!#$&^.+-]+( ?;[ -~]*)?", re.ASCII)


class DateRange(NamedTuple):
    """The first and the last day of a filter by date."""

    start: str
    end: str
    is_period: bool
    """Whether one year, month or day was named, which counts as a whole."""

    def covers(self, first: str, last: str, *, end_inclusive: bool) -> bool:
        """Return whether days from `first` to `last` have one in the range."""
        return last >= self.start and (first < self.end or (first == self.end and (end_inclusive or self.is_period)))


class AmountRange(NamedTuple):
    """The lowest and the highest amount, in cents, of a filter by amount."""

    lowest: int
    highest: int


class Month(NamedTuple):
    """The first and the last day of a month."""

    start: str
    end: str


# --- Values of bodies -------------------------------------------------------------------------------------------------


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
    if not _UUID.fullmatch(text):
        raise PydanticCustomError("uuid", "not a UUID")
    return text.lower()


def _to_day(text: str) -> str:
    """Return the day of an ISO date or date-time. ISO week dates and ordinal dates are refused."""
    try:
        return datetime.fromisoformat(text if _DATE_OR_TIME.match(text) else "").date().isoformat()
    except ValueError:
        raise PydanticCustomError("iso_date", "not an ISO date") from None


def to_month(text: str) -> Month:
    """Return the month `YYYY-MM`. Raises ValueError."""
    if not _MONTH.fullmatch(text):
        raise ValueError(text)
    first = date.fromisoformat(f"{text}-01")
    return Month(first.isoformat(), first.replace(day=monthrange(first.year, first.month)[1]).isoformat())


def _check_month(text: str) -> str:
    try:
        to_month(text)
    except ValueError:
        raise PydanticCustomError("month", "not a month") from None
    return text


def _to_currency(text: str) -> str:
    if not _CURRENCY.fullmatch(text):
        raise PydanticCustomError("currency", "not a currency")
    return text.lower()


def is_media_type(text: str) -> bool:
    return _MEDIA_TYPE.fullmatch(text) is not None


def _check_media_type(text: str) -> str:
    if not is_media_type(text):
        raise PydanticCustomError("media_type", "not a media type")
    return text


Cents = Annotated[StrictInt, Field(ge=-MAX_SAFE_INTEGER, le=MAX_SAFE_INTEGER), BeforeValidator(_to_integer)]
Uuid = Annotated[StrictStr, AfterValidator(_to_uuid)]
Day = Annotated[StrictStr, AfterValidator(_to_day)]
MonthText = Annotated[StrictStr, AfterValidator(_check_month)]
Currency = Annotated[StrictStr, AfterValidator(_to_currency)]
MediaType = Annotated[StrictStr, AfterValidator(_check_media_type)]
TransactionType = Annotated[Literal["deposit", "expense", "transfer", "payout"], BeforeValidator(_to_valid_unicode)]
Status = Annotated[Literal["active", "inactive"], BeforeValidator(_to_valid_unicode)]
StatementStatus = Annotated[Literal["draft", "inReview", "published"], BeforeValidator(_to_valid_unicode)]

# --- Values of queries: lists of strings, because a parameter can be repeated. The first one counts. ------------------


def _first(texts: list[str]) -> str:
    return texts[0]


def _first_as_number(texts: list[str]) -> float:
    return int(texts[0]) if _CENTS.fullmatch(texts[0]) else float("nan")


def _first_as_boolean(texts: list[str]) -> bool | str:
    return {"true": True, "false": False}.get(texts[0], texts[0])


def _first_split_at_commas(texts: list[str]) -> list[str]:
    return texts[0].split(",")


def _to_date_range(texts: list[str]) -> DateRange:
    """Read `YYYY`, `YYYY-MM`, `YYYY-MM-DD` or `YYYY-MM-DD...YYYY-MM-DD`."""
    text = texts[0]
    start, dots, end = text.partition("...")
    try:
        if dots:
            return DateRange(_strict_day(start), _strict_day(end), is_period=False)
        if _YEAR.fullmatch(text):
            year = date(int(text), 1, 1).year
            return DateRange(f"{year:04}-01-01", f"{year:04}-12-31", is_period=True)
        if _MONTH.fullmatch(text):
            return DateRange(*to_month(text), is_period=True)
        return DateRange(_strict_day(text), text, is_period=True)
    except ValueError:
        raise PydanticCustomError("date_range", "not a date range") from None


def _strict_day(text: str) -> str:
    """Return a day `YYYY-MM-DD`. Raises ValueError."""
    return date.fromisoformat(text if _DAY.fullmatch(text) else "").isoformat()


def _to_amount_range(texts: list[str]) -> AmountRange:
    """Read `100` or `100...200`."""
    lowest, dots, highest = texts[0].partition("...")
    if not _CENTS.fullmatch(lowest) or not _CENTS.fullmatch(highest if dots else lowest):
        raise PydanticCustomError("amount_range", "not an amount")
    return AmountRange(int(lowest), int(highest if dots else lowest))


def _to_moment(text: str) -> datetime:
    """Return the moment of an ISO date or date-time, in UTC where no zone is named."""
    try:
        moment = datetime.fromisoformat(text if _DATE_OR_TIME.match(text) else "")
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        raise PydanticCustomError("time_boundary", "not a date or time") from None


def _to_last_moment(text: str) -> datetime:
    """Return the moment, the last one of its day where only a day is named."""
    moment = _to_moment(text)
    return moment + timedelta(days=1, microseconds=-1) if _DAY.fullmatch(text) else moment


QueryText = Annotated[StrictStr, BeforeValidator(_first)]
QueryNumber = Annotated[StrictInt, BeforeValidator(_first_as_number)]
QueryBoolean = Annotated[StrictBool, BeforeValidator(_first_as_boolean)]
# A validator before another one is the later of the two in an annotation.
QueryChoice = Annotated[T, BeforeValidator(_first)]
QueryList = Annotated[list[T], BeforeValidator(_first_split_at_commas)]
QueryDateRange = Annotated[DateRange, PlainValidator(_to_date_range)]
QueryAmountRange = Annotated[AmountRange, PlainValidator(_to_amount_range)]
QueryStart = Annotated[datetime, PlainValidator(lambda texts: _to_moment(texts[0]))]
QueryEnd = Annotated[datetime, PlainValidator(lambda texts: _to_last_moment(texts[0]))]
