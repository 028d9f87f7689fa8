"""The usage meter of a sandbox: how much its clients used of what vendors limit and charge for."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from math import ceil
from typing import Literal

from emulator.core.rules import Rule

Measure = Literal[
    "calls",
    "calls_per_minute",
    "calls_per_day",
    "concurrent",
    "burst",
    "bytes_up",
    "bytes_down",
    "bytes_down_per_month",
]
# How many minutes, days and months a meter distinguishes: enough for requests that end in another order.
MAX_WINDOWS = 16
SECONDS_A_DAY = 24 * 60 * 60


class Meter:
    """Counts the requests and bytes of one account, or of all of a vendor's."""

    __slots__ = (
        "_days",
        "_emptied",
        "_in_flight",
        "_minutes",
        "_months",
        "_refilled",
        "burst",
        "bytes_down",
        "bytes_down_per_month",
        "bytes_up",
        "calls",
        "calls_per_day",
        "calls_per_minute",
        "concurrent",
        "rate_limited",
    )

    def __init__(self) -> None:
        self.calls = 0
        """The requests that ended."""
        self.rate_limited = 0
        """Those of them that were answered with 429. They use up nothing of a window."""
        self.calls_per_minute = 0
        """The most requests in one minute of the sandbox's clock."""
        self.calls_per_day = 0
        """The most requests in one day (UTC)."""
        self.bytes_down_per_month = 0
        """The most bytes that were sent to clients in one month (UTC)."""
        self.concurrent = 0
        """The most requests in progress at the same time."""
        self.bytes_up = 0
        """The bytes of request bodies."""
        self.bytes_down = 0
        """The bytes of response bodies."""
        self.burst = 0
        """The most tokens that were missing from its bucket at one time; more than it holds if that was not enough."""
        self._in_flight = 0
        self._minutes: dict[int, int] = {}
        self._days: dict[int, int] = {}
        self._months: dict[int, int] = {}
        self._emptied = self._refilled = 0.0

    def start(self) -> None:
        """Count a request in progress."""
        self._in_flight += 1
        self.concurrent = max(self.concurrent, self._in_flight)

    def end(self, at: datetime, bytes_up: int, bytes_down: int, *, rate_limited: bool) -> None:
        """Count a request that began at this time of the sandbox's clock, and is in progress no longer."""
        self._in_flight -= 1
        self.calls += 1
        self.bytes_up += bytes_up
        self.bytes_down += bytes_down
        month = at.year * 12 + at.month
        self.bytes_down_per_month = max(self.bytes_down_per_month, _add(self._months, month, bytes_down))
        if rate_limited:
            self.rate_limited += 1
            return
        second = int(at.timestamp())
        self.calls_per_minute = max(self.calls_per_minute, _add(self._minutes, second // 60, 1))
        self.calls_per_day = max(self.calls_per_day, _add(self._days, second // SECONDS_A_DAY, 1))

    def take_token(self, at: datetime, per_second: float) -> None:
        """Take a token from a bucket without bottom, which regains this many a second."""
        second = at.timestamp()
        # A clock that was moved back must not empty the bucket.
        self._emptied = max(0.0, self._emptied - max(0.0, second - self._refilled) * per_second) + 1
        self._refilled = second
        # Sums of fractions miss whole numbers by a hair.
        self.burst = max(self.burst, ceil(self._emptied - 1e-6))

    def value(self, measure: Measure) -> int:
        """Return how much was used of what is measured."""
        used: int = getattr(self, measure)
        return used


def _add(windows: dict[int, int], number: int, amount: int) -> int:
    """Add to a window and return what it has now. The windows that were opened first are forgotten."""
    if number in windows:
        windows[number] += amount
        return windows[number]
    if len(windows) >= MAX_WINDOWS:
        del windows[next(iter(windows))]
    windows[number] = amount
    return amount


@dataclass(frozen=True, slots=True)
class UsageLimit:
    """A limit of a vendor's, as it is in one sandbox."""

    rule: Rule
    measure: Measure
    scope: str
    """What it applies to: to each account of this kind."""
    value: int


@dataclass(frozen=True, slots=True)
class Account:
    """Whom a vendor counts a request for: an organisation, an app, a key."""

    vendor: str
    scope: str
    """The kind of account."""
    id: str
    """Its name in the sandbox; never a credential."""


class Usage:
    """The meters of one sandbox: one for each vendor, and one for each account that a vendor counts requests for."""

    def __init__(self) -> None:
        self._vendors: dict[str, Meter] = {}
        self._accounts: dict[Account, Meter] = {}

    def of_vendor(self, vendor: str) -> Meter:
        """Return the meter of all requests to a vendor."""
        meter = self._vendors.get(vendor)
        if meter is None:
            meter = self._vendors[vendor] = Meter()
        return meter

    def of_account(self, account: Account) -> Meter:
        """Return the meter of an account."""
        meter = self._accounts.get(account)
        if meter is None:
            meter = self._accounts[account] = Meter()
        return meter

    def accounts(self, vendor: str) -> Iterator[tuple[Account, Meter]]:
        """Yield the accounts of a vendor, the first one that was seen first."""
        return ((account, meter) for account, meter in self._accounts.items() if account.vendor == vendor)

    def clear(self) -> None:
        """Begin to count anew. Requests in progress are not counted."""
        self._vendors.clear()
        self._accounts.clear()
