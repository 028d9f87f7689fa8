"""What the clients of a sandbox used of the vendors' limits, and assertions about it."""

from collections.abc import Iterator
from dataclasses import dataclass
from math import inf
from typing import Any, Unpack, get_args

from emulator.testing.arguments import check_choice, check_keywords
from emulator.testing.control import SandboxPart
from emulator.types import UsageBudget, VendorName

_COUNTS = {
    "calls": "calls",
    "rate_limited": "answered with 429",
    "calls_per_minute": "busiest minute",
    "calls_per_day": "busiest day",
    "concurrent": "at the same time",
    "bytes_up": "bytes up",
    "bytes_down": "bytes down",
}
_LIMITS = {
    "calls_per_minute": "calls per minute",
    "calls_per_day": "calls per day",
    "concurrent": "calls at the same time",
    "burst": "calls at once",
    "bytes_down_per_month": "bytes down per month",
}


@dataclass(frozen=True)
class LimitUsage:
    """How much of one limit was used, by the account that used the most of it."""

    rule: str
    """The rule that states the limit; a setting with its name changes it."""
    measure: str
    """What is limited: `calls_per_minute`, `calls_per_day`, `concurrent`, `burst` or `bytes_down_per_month`."""
    scope: str
    """The kind of account that it applies to: `organisation`, `app`, …"""
    id: str | None
    """The account that used the most; None if none used any."""
    used: int
    limit: int
    share: float | None
    """The share of the limit, 1 for all of it; None for a limit of 0."""

    def __str__(self) -> str:
        share = "" if self.share is None else f" ({self.share:.2%})"
        return f"{self.used:,} of {self.limit:,} {_LIMITS[self.measure]} and {self.scope}{share}: {self.rule}"


@dataclass(frozen=True)
class UsageCounts:
    """What was counted."""

    calls: int
    """Requests that ended, refused ones too."""
    rate_limited: int
    """Those of them that were answered with 429; they are not counted for minutes and days."""
    calls_per_minute: int
    """The most in one minute of the sandbox's clock."""
    calls_per_day: int
    """The most in one day (UTC) of the sandbox's clock."""
    concurrent: int
    """The most in progress at the same time."""
    bytes_up: int
    """Bytes of request bodies."""
    bytes_down: int
    """Bytes of response bodies."""


@dataclass(frozen=True)
class AccountUsage(UsageCounts):
    """The usage of one account that a vendor counts requests for."""

    scope: str
    """The kind of account: `organisation`, `app`, …"""
    id: str


@dataclass(frozen=True)
class VendorUsage(UsageCounts):
    """The usage of one vendor."""

    vendor: str
    limits: tuple[LimitUsage, ...]
    """The vendor's limits, whether requests beyond them are refused or not."""
    accounts: tuple[AccountUsage, ...]
    """The organisations, apps and keys that requests were counted for."""

    def __str__(self) -> str:
        counts = ", ".join(
            f"{name} {getattr(self, measure):,}"
            for measure, name in _COUNTS.items()
            if measure != "rate_limited" or self.rate_limited
        )
        return "\n".join([f"{self.vendor}: {counts}", *(f"  {limit}" for limit in self.limits if limit.used)])


class Usage(SandboxPart):
    """What the clients of a sandbox used, counted since the sandbox was reset or `clear` was called.

    `str()` gives a table: a line for each vendor that was called, and for each of its limits that was used.
    """

    def of(self, vendor: VendorName) -> VendorUsage:
        """Return the usage of one vendor. Raises ValueError for a vendor that does not exist, EmulatorError."""
        check_choice("vendor", vendor, get_args(VendorName))
        (usage,) = self._read(vendor=vendor)
        return usage

    def __iter__(self) -> Iterator[VendorUsage]:
        return self._read()

    def __str__(self) -> str:
        return "\n".join(str(usage) for usage in self if usage.calls) or "No vendor was called."

    def clear(self) -> None:
        """Begin to count anew. The windows of the vendors' rate limits, which answers report, stay as they are."""
        self._ask("DELETE", "/usage")

    def assert_within(self, *, share: float | None = None, **budget: Unpack[UsageBudget]) -> None:
        """Assert that no more was used than this: `xero_calls=20`, `codat_bytes_up=1_000_000`, …

        With `share`, assert for every limit of every vendor that at most this share of it was used: 0.5 for half.
        Raises AssertionError, which names what was exceeded and shows the usage; TypeError for a name that is not in
        the budget.
        """
        __tracebackhide__ = True
        check_keywords("Usage.assert_within", budget, UsageBudget, "share")
        usages = {usage.vendor: usage for usage in self}
        exceeded = [*_exceeded(usages, budget), *_beyond_share(usages, share)]
        if exceeded:
            table = "\n".join(f"  {line}" for line in str(self).splitlines())
            raise AssertionError("\n".join([*exceeded, "Used:", table]))

    def _read(self, **query: Any) -> Iterator[VendorUsage]:
        for usage in self._ask("GET", "/usage", **query)["vendors"]:
            limits = tuple(LimitUsage(**limit) for limit in usage.pop("limits"))
            accounts = tuple(AccountUsage(**account) for account in usage.pop("accounts"))
            yield VendorUsage(limits=limits, accounts=accounts, **usage)


def _exceeded(usages: dict[str, VendorUsage], budget: UsageBudget) -> Iterator[str]:
    """Yield a sentence for every member of a budget that was exceeded."""
    for name, most in budget.items():
        vendor, _, measure = name.partition("_")
        used = getattr(usages[vendor], measure)
        if isinstance(most, int) and used > most:
            yield f"{name}: expected at most {most:,}, found {used:,}."


def _beyond_share(usages: dict[str, VendorUsage], share: float | None) -> Iterator[str]:
    """Yield a sentence for every limit of which more than a share was used."""
    for usage in usages.values() if share is not None else ():
        for limit in usage.limits:
            used = limit.share if limit.share is not None else inf if limit.used else 0
            if share is not None and used > share:
                yield f"{limit.rule}: expected at most {share:.0%} of the limit, found {limit}."
