"""The notation of the contract: input held against it in the words of the framework behind DualEntry, and outlines of
what is shown.

An outline is a text like a schema's: `name:kind`, a name that ends in `?` may be null, and `name:kind=value` says what
is shown where nothing else was said.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from emulator.core.json_reader import JsonObject
from emulator.core.schemas import Convert, Language, Problem, Unfit

# The most digits of an amount, before the point or behind it.
MAX_DIGITS = 30
# Enough for the product of two amounts.
PRECISION = 4 * MAX_DIGITS


def said(problem: Problem) -> str:
    """One problem in the vendor's words."""
    return f"{problem.code} {'.'.join(map(str, problem.place))}: {problem.message}"


def integer(value: object) -> int:
    if isinstance(value, Decimal):
        if value.adjusted() >= MAX_DIGITS:
            raise Unfit("int_parsing_size", "Unable to parse input string as an integer, exceeded maximum size")
        if value != value.to_integral_value():
            raise Unfit("int_from_float", "Input should be a valid integer, got a number with a fractional part")
        return int(value)
    if isinstance(value, str):
        if not re.fullmatch(r"\s*[+-]?\d+(_\d+)*(\.0+)?\s*", value, re.ASCII) or len(value) > 4000:
            raise Unfit("int_parsing", "Input should be a valid integer, unable to parse string as an integer")
        return int(value.partition(".")[0])
    if not isinstance(value, int):
        raise Unfit("int_type", "Input should be a valid integer")
    return int(value)


def decimal(value: object) -> Decimal:
    if not isinstance(value, int | Decimal | str) or isinstance(value, bool):
        raise Unfit("decimal_type", "Decimal input should be an integer, float, string or Decimal object")
    try:
        number = Decimal(value.strip() if isinstance(value, str) else value)
    except InvalidOperation:
        raise Unfit("decimal_parsing", "Input should be a valid decimal") from None
    if not number.is_finite():
        raise Unfit("finite_number", "Input should be a finite number")
    exponent = number.as_tuple().exponent
    if number.adjusted() >= MAX_DIGITS or not isinstance(exponent, int) or exponent < -MAX_DIGITS:
        message = f"Decimal input should have no more than {MAX_DIGITS} digits in total"
        raise Unfit("decimal_max_digits", message)
    return number


def text(value: object) -> str:
    if not isinstance(value, str):
        raise Unfit("string_type", "Input should be a valid string")
    return value


def boolean(value: object) -> bool:
    if isinstance(value, bool):
        return value
    if isinstance(value, Decimal) and value == value.to_integral_value():
        value = int(value) if value in (0, 1) else "2"
    known = dict.fromkeys("true t 1 on yes y".split(), True) | dict.fromkeys("false f 0 off no n".split(), False)
    if isinstance(value, str | int) and str(value).lower() in known:
        return known[str(value).lower()]
    if isinstance(value, str | int):
        raise Unfit("bool_parsing", "Input should be a valid boolean, unable to interpret input")
    raise Unfit("bool_type", "Input should be a valid boolean")


def day(value: object) -> date:
    """A date; a moment will do if it is midnight. Seconds since 1970, which the framework takes too, will not."""
    if not isinstance(value, str):
        raise Unfit("date_type", "Input should be a valid date")
    try:
        if re.fullmatch(r"\d{4}-\d\d-\d\d", value, re.ASCII):
            return date.fromisoformat(value)
        found = datetime.fromisoformat(value) if len(value) > 10 else None
    except ValueError:
        found = None
    if found is None:
        reason = _why_no_date(value)
        raise Unfit("date_from_datetime_parsing", f"Input should be a valid date or datetime, {reason}")
    if (found.hour, found.minute, found.second, found.microsecond) != (0, 0, 0, 0):
        message = "Datetimes provided to dates should have zero time - e.g. be exact dates"
        raise Unfit("date_from_datetime_inexact", message)
    return found.date()


def _why_no_date(value: str) -> str:
    if len(value) < 10:
        return "input is too short"
    for at, part in ((0, "year"), (5, "month"), (8, "day")):
        digits = value[at : at + (4 if part == "year" else 2)]
        if not (digits.isascii() and digits.isdecimal()):
            return f"invalid character in {part}"
        if part != "day" and value[at + len(digits)] != "-":
            return "invalid date separator, expected `-`"
    if not 1 <= int(value[5:7]) <= 12:
        return "month value is outside expected range of 1-12"
    if len(value) > 10:
        return _why_no_time(value)
    return "day value is outside expected range"


def _why_no_time(value: str) -> str:
    if value[10] not in "Tt_ ":
        return "invalid datetime separator, expected `T`, `t`, `_` or space"
    if len(value) < 16:
        return "input is too short"
    for at, part, highest in ((11, "hour", 23), (14, "minute", 59)):
        digits = value[at : at + 2]
        if not (digits.isascii() and digits.isdecimal()):
            return f"invalid character in {part}"
        if int(digits) > highest:
            return f"{part} value is outside expected range of 0-{highest}"
    return "invalid timezone sign"


def moment(value: object) -> datetime:
    if not isinstance(value, str):
        raise Unfit("datetime_type", "Input should be a valid datetime")
    try:
        return datetime.fromisoformat(value if re.match(r"\d{4}-\d\d-\d\d", value, re.ASCII) else "")
    except ValueError:
        reason = "input is too short" if len(value) < 10 else "invalid character in it"
        raise Unfit("datetime_from_date_parsing", f"Input should be a valid datetime or date, {reason}") from None


def _choice(words: Sequence[str]) -> Callable[[Any], str]:
    def check(value: object) -> str:
        if not isinstance(value, str) or value not in words:
            quoted = [f"'{word}'" for word in words]
            raise Unfit("enum", f"Input should be {', '.join(quoted[:-1])} or {quoted[-1]}")
        return value

    return check


def currency(value: object) -> str:
    if not isinstance(value, str) or not re.fullmatch("[A-Z]{3}", value, re.ASCII):
        raise Unfit("enum", "Input should be the ISO 4217 code of a currency")
    return value


def anything(value: object) -> Any:
    if not isinstance(value, dict):
        raise Unfit("dict_type", "Input should be a valid dictionary")
    return _numbers(value)


def _numbers(value: Any) -> Any:
    """Free JSON, whose numbers stay numbers where those of the contract become text."""
    if isinstance(value, dict):
        return {name: _numbers(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_numbers(each) for each in value]
    return float(value) if isinstance(value, Decimal) else value


_KINDS: Mapping[str, Convert] = {
    "int": integer,
    "decimal": decimal,
    "text": text,
    "bool": boolean,
    "date": day,
    "datetime": moment,
    "status": _choice(["draft", "posted", "archived"]),
    "currency": currency,
    "object": anything,
}


PYDANTIC = Language(
    kinds=_KINDS,
    choice=_choice,
    missing=lambda _: Unfit("missing", "Field required"),
    no_object=lambda _: Unfit(
        "model_attributes_type", "Input should be a valid dictionary or object to extract fields from"
    ),
    no_list=lambda _: Unfit("list_type", "Input should be a valid list"),
)


# --- What is shown ----------------------------------------------------------------------------------------------------

Outline = Mapping[str, "Blank | Outline"]


@dataclass(frozen=True, slots=True)
class Blank:
    """A member that is shown even where nobody has said anything, and as what."""

    value: Any


_BLANKS: Mapping[str, Any] = {"int": 0, "decimal": Decimal(0), "text": "", "bool": False}


def outline(text: str, nested: "Mapping[str, Outline] | None" = None) -> Outline:
    """An outline from its text; `nested` holds those of lines that it refers to by name."""
    members: dict[str, Blank | Outline] = {}
    for entry in text.split():
        name, _, rest = entry.partition(":")
        kind, given, default = rest.partition("=")
        if kind[1:-1] in (nested or {}):
            members[name] = (nested or {})[kind[1:-1]]
        else:
            blank = [] if kind.startswith("[") else default if given else _BLANKS.get(kind)
            members[name.rstrip("?")] = Blank(None if name.endswith("?") else blank)
    return members


def shown(values: JsonObject, members: Outline) -> JsonObject:
    """What an outline shows of these values; members that are outlines themselves are lists of lines."""
    found: JsonObject = {}
    for name, member in members.items():
        value = values.get(name)
        if not isinstance(member, Blank):
            found[name] = [shown(line, member) for line in value or []]
        else:
            found[name] = member.value if value is None else value
    return found
