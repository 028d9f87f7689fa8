"""VRPlatform's wording, which is that of Zod, for invalid input."""

import re
from collections.abc import Mapping
from decimal import Decimal
from types import NoneType
from typing import Any, NamedTuple

from pydantic import ValidationError

# JavaScript's Number.MAX_SAFE_INTEGER.
MAX_SAFE_INTEGER = 2**53 - 1
UNDEFINED: Any = object()
"""JavaScript's value of a missing member: the default of every required member, which fails validation by its type."""


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
    "literal_error": ("invalid_value", "Invalid option: expected one of {options}"),
    "uuid": ("invalid_format", "Invalid UUID"),
    "iso_date": ("invalid_format", "Invalid ISO date"),
    "media_type": ("invalid_format", "Invalid media type"),
    "month": ("invalid_format", "Invalid month"),
    "date_range": ("invalid_format", "Invalid date range"),
    "amount_range": ("invalid_format", "Invalid amount"),
    "currency": ("invalid_format", "Invalid currency"),
    "time_boundary": ("invalid_format", "Invalid date or time"),
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
    expected = re.findall("'(.*?)'", str(context["expected"])) if "expected" in context else ()
    options = "|".join(f'"{option}"' for option in expected)
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
