"""Common types for the pydantic models of requests to the emulator itself, and readable validation errors.

Values come from JSON or, as text, from a query string or a header: `3` and `"3"` are the same number.
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Annotated, Any, cast

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    JsonValue,
    ValidationError,
    ValidationInfo,
    WithJsonSchema,
)
from pydantic_core import ErrorDetails, PydanticCustomError

from emulator.core.lazy_model import LazyModel
from emulator.core.suggestions import MAX_LISTED, nearest

# The placeholder in a schema for the list of vendor names, which the server fills in.
VENDOR_NAME_FORMAT = "vendor-name"
VENDORS = "vendors"
"""The key of the vendor names in the validation context."""


class RequestModel(LazyModel):
    """A request body, query or header. Unknown members are errors, so that a typo is not ignored."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


def _integer_from_text(value: object) -> object:
    return int(value) if isinstance(value, str) and re.fullmatch(r"\d{1,9}", value, re.ASCII) else value


def _number_from_text(value: object) -> object:
    if isinstance(value, Decimal):
        return float(value)
    is_number = isinstance(value, str) and re.fullmatch(r"-?\d{1,12}(\.\d{1,9})?", value, re.ASCII)
    return float(cast("str", value)) if is_number else value


def _boolean_from_text(value: object) -> object:
    return {"true": True, "false": False}.get(value, value) if isinstance(value, str) else value


def _moment_from_text(value: object) -> datetime:
    try:
        moment = datetime.fromisoformat(value if isinstance(value, str) else "")
        # A moment near the ends of datetime's range may not exist in UTC.
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise PydanticCustomError("moment", "is a moment, such as 2026-02-01T09:00:00Z") from None


def _check_printable(value: str) -> str:
    if not value.isprintable():
        raise PydanticCustomError("printable", "is printable text")
    return value


def _check_vendor(value: str, info: ValidationInfo) -> str:
    names: Mapping[str, object] = (info.context or {}).get(VENDORS, {})
    if value not in names:
        raise PydanticCustomError("vendor", "is one of {names}", {"names": ", ".join(names)})
    return value


Integer = Annotated[int, BeforeValidator(_integer_from_text)]
Number = Annotated[float, Field(ge=-1e12, le=1e12), BeforeValidator(_number_from_text)]
Boolean = Annotated[bool, BeforeValidator(_boolean_from_text)]
Text = Annotated[str, AfterValidator(_check_printable)]
Moment = Annotated[datetime, BeforeValidator(_moment_from_text)]
"""An ISO 8601 date and time, converted to UTC. Without a time zone it is taken as UTC."""
VendorName = Annotated[
    str, AfterValidator(_check_vendor), WithJsonSchema({"type": "string", "format": VENDOR_NAME_FORMAT})
]
"""One of the vendor names in the validation context."""


def bounds(minimum: float, maximum: float | None = None) -> dict[str, JsonValue]:
    """Return the part of a schema that says what bounds a number has; something else checks them."""
    return {"minimum": minimum} if maximum is None else {"minimum": minimum, "maximum": maximum}


# What the value should have been, by pydantic's error type. pydantic fills in the names in braces.
_EXPECTED = {
    "missing": "is needed",
    "string_type": "is text",
    "string_unicode": "is printable text",
    "int_type": "is a whole number",
    "float_type": "is a number",
    "bool_type": "is true or false",
    "dict_type": "is an object",
    "model_type": "is a JSON object",
    "greater_than_equal": "is at least {ge:.0f}",
    "less_than_equal": "is at most {le:.0f}",
}


def describe_errors(error: ValidationError, model: type[BaseModel], subject: str) -> str:
    """Describe all validation errors of a request in one or more sentences.

    `subject` names the request as a whole: "The body is a JSON object."
    """
    text = ""
    for details in error.errors(include_url=False):
        location = ".".join(str(part) for part in details["loc"] if part != "[key]")
        separator = "" if not text else " " if text.endswith("?") else "; "
        text += f"{separator}{location or subject} {_describe_error(details, model)}"
    return end_sentence(text)


def unknown_name(name: str, known: Mapping[str, object]) -> str:
    """Return the predicate of a sentence about an unknown name, suggesting the nearest known one."""
    if near := nearest(name, known):
        return f"is unknown; did you mean {near}?"
    return "is unknown" if len(known) > MAX_LISTED else f"is unknown; known are {', '.join(known) or 'none'}"


def end_sentence(text: str) -> str:
    """Add a full stop, unless the text is a question."""
    return text if text.endswith("?") else f"{text}."


def _describe_error(details: ErrorDetails, model: type[BaseModel]) -> str:
    kind, context = details["type"], details.get("ctx", {})
    if kind in ("extra_forbidden", "invalid_key"):
        *parents, name = details["loc"]
        return unknown_name(str(name), _model_at(model, parents).model_fields)
    if kind == "string_unicode" and not details["loc"]:
        return "names a member with what is no printable text"
    if kind == "literal_error":
        return "is one of " + ", ".join(re.findall(r"'(.*?)'", context["expected"]))
    return _EXPECTED.get(kind, details["msg"]).format_map(context)


def _model_at(model: type[BaseModel], names: list[Any]) -> type[BaseModel]:
    """Return the model at this location inside a model."""
    for name in names:
        model = cast("type[BaseModel]", model.model_fields[name].annotation)
    return model
