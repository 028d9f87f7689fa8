"""The models of what clients used of the vendors' limits."""

from pydantic import Field

from emulator.control.models.base import AnswerModel
from emulator.core.usage import Measure


class UsageCounts(AnswerModel):
    """What was counted, for a vendor or for one account."""

    calls: int = Field(description="Requests that ended, refused ones too.", examples=[12])
    rate_limited: int = Field(
        description="Those of them that were answered with 429; they are not counted for minutes and days.",
        examples=[0],
    )
    calls_per_minute: int = Field(description="The most in one minute of the sandbox's clock.", examples=[12])
    calls_per_day: int = Field(description="The most in one day (UTC) of the sandbox's clock.", examples=[12])
    concurrent: int = Field(description="The most in progress at the same time.", examples=[2])
    bytes_up: int = Field(description="Bytes of request bodies.", examples=[48000])
    bytes_down: int = Field(description="Bytes of response bodies.", examples=[9600])


class AccountUsage(UsageCounts):
    """The usage of one account: an organisation, an app, a key."""

    scope: str = Field(description="The kind of account.", examples=["organisation"])
    id: str = Field(description="Which one.", examples=["5eed0000-0000-4000-8000-000000000001"])


class LimitUsage(AnswerModel):
    """How much of one limit was used, by the account that used the most of it."""

    rule: str = Field(description="The rule that states the limit.", examples=["xero.rate-per-minute"])
    measure: Measure = Field(description="What is limited; `burst` is tokens of a bucket.")
    scope: str = Field(description="The kind of account that it applies to.", examples=["organisation"])
    id: str | None = Field(
        description="The account that used the most; null if none used any.",
        examples=["5eed0000-0000-4000-8000-000000000001"],
    )
    used: int = Field(description="How much it used.", examples=[12])
    limit: int = Field(description="The limit in this sandbox.", examples=[60])
    share: float | None = Field(
        description="The share of the limit, 1 for all of it; null for a limit of 0.", examples=[0.2]
    )


class VendorUsage(UsageCounts):
    """The usage of one vendor."""

    vendor: str = Field(description="The vendor.", examples=["xero"])
    limits: list[LimitUsage] = Field(
        description="The vendor's limits, whether requests beyond them are refused or not."
    )
    accounts: list[AccountUsage] = Field(description="The accounts that the vendor counted requests for.")


class UsageReport(AnswerModel):
    """What the clients of a sandbox used."""

    vendors: list[VendorUsage] = Field(description="In the vendors' order.")
