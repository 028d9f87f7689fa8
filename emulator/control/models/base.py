"""Base classes of the control API's models."""

from typing import Any

from pydantic import ConfigDict, Field

from emulator.core.lazy_model import LazyModel
from emulator.core.validation import RequestModel, VendorName

SHA256 = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"


class AnswerModel(LazyModel):
    """A response body. Members that were not set are left out."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    def to_dict(self) -> dict[str, Any]:
        return self.model_dump(by_alias=True, exclude_unset=True)

    def to_json(self) -> str:
        return self.model_dump_json(by_alias=True, exclude_unset=True)


class Problem(AnswerModel):
    """An error (RFC 9457)."""

    type: str = Field(description="Always `about:blank`; `title` says what happened.", examples=["about:blank"])
    title: str = Field(description="What happened, the same for every error of its kind.")
    status: int = Field(description="The HTTP status.")
    detail: str = Field(description="What was wrong with this request, and what to do about it.")


class NoQuery(RequestModel):
    """The query of an operation that takes none."""


class VendorQuery(RequestModel):
    """A query that can be limited to one vendor."""

    vendor: VendorName | None = Field(None, description="Only entries of this vendor.", examples=["xero"])
