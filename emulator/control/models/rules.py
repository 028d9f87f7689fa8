"""The models of rules and of the settings that change them."""

from typing import Literal

from pydantic import Field

from emulator.control.models.base import AnswerModel, VendorQuery
from emulator.core.rules import Grade
from emulator.core.validation import Text

SettingType = Literal["boolean", "integer", "string"]


class RuleQuery(VendorQuery):
    """Which rules to list."""

    grade: Grade | None = Field(None, description="Only rules with this kind of evidence.")
    search: Text | None = Field(
        None,
        description="Only rules that have each of these words in id, sentence, source, message or default, in any "
        "letter case.",
        examples=["jpeg"],
    )


class SettingValues(AnswerModel):
    """The values that a setting takes."""

    type: SettingType = Field(description="The type of a value.", examples=["integer"])
    choices: list[str] | None = Field(description="All values, if they can be listed.", examples=[None])
    lowest: int | None = Field(description="The lowest number.", examples=[0])
    highest: int | None = Field(description="The highest number.", examples=[2**31 - 1])
    pattern: str | None = Field(description="A regular expression that the whole text matches.", examples=[None])


class Verified(AnswerModel):
    """When a comparison with the vendor confirmed a rule."""

    date: str = Field(description="The day.", examples=["2027-01-31"])
    how: Literal["live", "recording"] = Field(description="Against the API itself, or with a recording.")


class Rule(AnswerModel):
    """One sentence of vendor behaviour, with its evidence."""

    id: str = Field(description="Its id, which the header `Emulator-Rule` names.", examples=["xero.max-attachments"])
    vendor: str = Field(description="The vendor that behaves like this.", examples=["xero"])
    sentence: str = Field(description="What the vendor does.", examples=["A document has at most 10 attachments."])
    grade: Grade = Field(description="The kind of evidence.")
    source: str = Field(description="Where the evidence is.", examples=["https://developer.xero.com/documentation"])
    date: str = Field(description="When the evidence is from: a year, a month or a day.", examples=["2026-05"])
    verified: Verified | None = Field(
        description="When `attachment-emulator verify` confirmed it last; null if it never did.", examples=[None]
    )
    on_page: str | None = Field(
        description="What the vendor's documentation says, where real traffic shows something else.", examples=[None]
    )
    status: int | None = Field(description="The status of the answer that refuses a request.", examples=[400])
    message: str | None = Field(
        description="The vendor's message in that answer; what is in braces depends on the request.",
        examples=["You can only upload {value} attachments"],
    )
    setting: str | None = Field(
        description="The setting that changes the rule's value; the value in force is among a sandbox's settings.",
        examples=["xero_max_attachments"],
    )
    default: bool | int | str | None = Field(description="The rule's value by default.", examples=[10])
    values: SettingValues | None = Field(description="The values that the setting takes.")


class RuleList(AnswerModel):
    """Rules of the vendors."""

    rules: list[Rule] = Field(description="By vendor.")


class SettingDescription(AnswerModel):
    """One setting: what it does and which values it takes."""

    name: str = Field(description="Its name.", examples=["xero_max_attachments"])
    description: str = Field(description="What it does.", examples=["A document has at most 10 attachments."])
    default: bool | int | str = Field(description="Its value by default.", examples=[10])
    values: SettingValues = Field(description="The values that it takes.")
    rule: str | None = Field(description="The rule whose value it changes.", examples=["xero.max-attachments"])
    server_wide: bool = Field(description="Whether it is a setting of the whole server, which no sandbox can change.")


class SettingDescriptionList(AnswerModel):
    """The settings that there are."""

    settings: list[SettingDescription] = Field(description="Those of the server, then those of the vendors' rules.")
