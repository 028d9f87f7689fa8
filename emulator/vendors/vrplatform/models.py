"""VRPlatform's words for what does not fit a schema: those of the Zod library."""

import re
from collections.abc import Callable, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from emulator.core.routing import UUID
from emulator.core.schemas import Convert, Language, Unfit

# The whole numbers that JavaScript tells apart.
MAX_INT = 2**53 - 1


def _of_type(expected: str, *types: type) -> Convert:
    def convert(value: object) -> Any:
        if not isinstance(value, types) or (isinstance(value, bool) and bool not in types):
            raise _invalid_type(expected, value)
        return value

    return convert


def _invalid_type(expected: str, value: object) -> Unfit:
    return Unfit("invalid_type", f"Invalid input: expected {expected}, received {_type_of(value)}")


def _type_of(value: object) -> str:
    if isinstance(value, bool):
        return "boolean"
    names: Sequence[tuple[type, str]] = ((str, "string"), (int, "number"), (Decimal, "number"), (list, "array"))
    return next((name for type_, name in names if isinstance(value, type_)), "null" if value is None else "object")


def _integer(value: object) -> int:
    if isinstance(value, Decimal) and value == value.to_integral_value():
        value = int(value)
    if isinstance(value, Decimal):
        raise Unfit("invalid_type", "Invalid input: expected int, received number")
    if not isinstance(value, int) or isinstance(value, bool):
        raise _invalid_type("number", value)
    if abs(value) > MAX_INT:
        code, bound = ("too_big", f"<={MAX_INT}") if value > 0 else ("too_small", f">=-{MAX_INT}")
        raise Unfit(code, f"{'Too big' if value > 0 else 'Too small'}: expected int to be {bound}")
    return value


def _uuid(value: object) -> str:
    text: str = _of_type("string", str)(value)
    if not UUID.fullmatch(text):
        raise Unfit("invalid_format", "Invalid UUID")
    return text.lower()


def _date(value: object) -> str:
    """A day; of a moment, its day."""
    text: str = _of_type("string", str)(value)
    try:
        # Neither weeks nor days of the year.
        return datetime.fromisoformat(text if _DAY.match(text) else "").date().isoformat()
    except ValueError:
        raise Unfit("invalid_format", "Invalid ISO date") from None


_DAY = re.compile(r"\d{4}-\d\d-\d\d(?:T|$)", re.ASCII)


def _date_in_query(value: str) -> str:
    """A day, or nothing for a range that is open on that side."""
    return _date(value) if value else ""


def _number_in_query(value: str) -> int:
    if not re.fullmatch(r"-?\d{1,15}", value, re.ASCII):
        raise Unfit("invalid_type", "Invalid input: expected number, received NaN")
    return int(value)


def _boolean_in_query(value: str) -> bool:
    if value not in ("true", "false"):
        raise _invalid_type("boolean", value)
    return value == "true"


def _choice(words: Sequence[str]) -> Callable[[Any], str]:
    def convert(value: object) -> str:
        if not isinstance(value, str) or value not in words:
            options = "|".join(f'"{word}"' for word in words)
            raise Unfit("invalid_value", f"Invalid option: expected one of {options}")
        return value

    return convert


_EXPECTED = {"text": "string", "bool": "boolean", "int": "number", "uuid": "string", "date": "string"}


def _missing(kind: str) -> Unfit:
    if "|" in kind:
        options = "|".join(f'"{word}"' for word in kind.split("|"))
        return Unfit("invalid_value", f"Invalid option: expected one of {options}")
    expected = "array" if kind.startswith("[") else _EXPECTED.get(kind, "object")
    return Unfit("invalid_type", f"Invalid input: expected {expected}, received undefined")


ZOD = Language(
    kinds={
        "text": _of_type("string", str),
        "bool": _of_type("boolean", bool),
        "int": _integer,
        "uuid": _uuid,
        "date": _date,
        "object": _of_type("object", dict),
        "query-date": _date_in_query,
        "query-int": _number_in_query,
        "query-bool": _boolean_in_query,
    },
    choice=_choice,
    missing=_missing,
    no_object=lambda value: _invalid_type("object", value),
    no_list=lambda value: _invalid_type("array", value),
)
