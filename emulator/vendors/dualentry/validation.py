"""Validation of input with a model, and the validation errors in DualEntry's form."""

from collections.abc import Mapping
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from emulator.core.json_reader import JsonObject
from emulator.vendors.dualentry.models import MAX_DIGITS

M = TypeVar("M", bound=BaseModel)


class ValidationErrors(list[str]):
    """The validation errors of a request, as DualEntry lists them: pydantic's error type, location and message."""

    def __init__(self, max_digits: int) -> None:
        """`max_digits` is the most digits that an amount may have."""
        super().__init__()
        self._context = {MAX_DIGITS: max_digits}

    def add(self, type_: str, location: tuple[str | int, ...], message: str) -> None:
        """Add an error."""
        self.append(f"{type_} {'.'.join(map(str, location))}: {message}")

    def validate(self, model: type[M], value: Mapping[str, Any], *location: str) -> M | None:
        """Return the value as the model reads it, or None if it is invalid and errors were added."""
        try:
            return model.model_validate(value, context=self._context)
        except ValidationError as invalid:
            for error in invalid.errors(include_url=False, include_context=False, include_input=False):
                self.add(error["type"], (*location, *error["loc"]), error["msg"])
            return None


def read_fields(model: type[BaseModel], value: Mapping[str, Any]) -> JsonObject:
    """Return the fields of a value that is known to be valid."""
    return model.model_validate(value).model_dump()
