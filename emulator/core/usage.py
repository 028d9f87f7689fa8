"""The usage meter of a sandbox: how much its clients used of what vendors limit and charge for."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from math import ceil
from typing import Literal, NamedTuple

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
MINUTES_A_DAY = 24 * 60
EPOCH = date(1970, 1, 1)


class _Peak:
    """The most that a counter, which only rises, rose within one window of time."""

    __slots__ = ("_earlier", "_most", "_start", "_window")

    def __init__(self) -> None:
        self._window = -1
        self._start = 0
        """Where the counter would have stood when the window began, if all of its rise had come since."""
        self._most = 0
        self._earlier: dict[int, int] = {}
        """What the counter rose in windows that were left, by their numbers."""

    def enter(self, window: int, counter: int) -> None:
        """Let what comes belong to the window with this number; `counter` is where the counter stands."""
        if window == self._window:
            return
        rise = counter - self._start
        self._most = max(self._most, rise)
        self._earlier[self._window] = rise
        if len(self._earlier) > MAX_WINDOWS:
            del self._earlier[next(iter(self._earlier))]
        self._window, self._start = window, counter - self._earlier.pop(window, 0)

    def most(self, counter: int) -> int:
        return max(self._most, counter - self._start)


class Meter:
    """Counts the requests and bytes of one account, or of all of a vendor's.

    It does little for a request: what was the most in a minute is found out when the minute changes.
    """

    __slots__ = (
        "_days",
        "_emptied",
        "_in_flight",
        "_minute",
        "_minutes",
        "_months",
        "_refilled",
        "burst",
        "bytes_down",
        "bytes_up",
        "calls",
        "concurrent",
        "rate_limited",
    )

    def __init__(self) -> None:
        self.calls = 0
        """The requests that ended."""
        self.rate_limited = 0
        """Those of them that were answered with 429. They use up nothing of a window."""
        self.concurrent = 0
        """The most requests in progress at the same time."""
        self.bytes_up = 0
        """The bytes of request bodies."""
        self.bytes_down = 0
        """The bytes of response bodies."""
        self.burst = 0
        """The most tokens that were missing from its bucket at one time; more than it holds if that was not enough."""
        self._in_flight = 0
        self._minute = -1
        self._minutes, self._days, self._months = _Peak(), _Peak(), _Peak()
        self._emptied = self._refilled = 0.0

    @property
    def calls_per_minute(self) -> int:
        """The most requests in one minute of the sandbox's clock."""
        return self._minutes.most(self.calls - self.rate_limited)

    @property
    def calls_per_day(self) -> int:
        """The most requests in one day (UTC)."""
        return self._days.most(self.calls - self.rate_limited)

    @property
    def bytes_down_per_month(self) -> int:
        """The most bytes that were sent to clients in one month (UTC)."""
        return self._months.most(self.bytes_down)

    def start(self) -> None:
        """Count a request in progress."""
        self._in_flight += 1
        self.concurrent = max(self.concurrent, self._in_flight)

    def end(self, minute: int, bytes_up: int, bytes_down: int, *, rate_limited: bool) -> None:
        """Count a request that is in progress no longer.

        `minute` (since 1970) is that of the sandbox's clock in which it began.
        """
        if minute != self._minute:
            self._enter(minute)
        self._in_flight -= 1
        self.calls += 1
        self.bytes_up += bytes_up
        self.bytes_down += bytes_down
        if rate_limited:
            self.rate_limited += 1

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

    def _enter(self, minute: int) -> None:
        counted, day = self.calls - self.rate_limited, minute // MINUTES_A_DAY
        today = EPOCH + timedelta(days=day)
        self._minute = minute
        self._minutes.enter(minute, counted)
        self._days.enter(day, counted)
        self._months.enter(today.year * 12 + today.month, self.bytes_down)


@dataclass(frozen=True, slots=True)
class UsageLimit:
    """A limit of a vendor's, as it is in one sandbox."""

    rule: Rule
    measure: Measure
    scope: str
    """What it applies to: to each account of this kind."""
    value: int


class Account(NamedTuple):
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
        self._accounts: dict[tuple[str, str, str], Meter] = {}
        """By the fields of the account."""

    def of_vendor(self, vendor: str) -> Meter:
        """Return the meter of all requests to a vendor."""
        meter = self._vendors.get(vendor)
        if meter is None:
            meter = self._vendors[vendor] = Meter()
        return meter

    def of_account(self, vendor: str, scope: str, account: str) -> Meter:
        """Return the meter of an account."""
        key = (vendor, scope, account)
        meter = self._accounts.get(key)
        if meter is None:
            meter = self._accounts[key] = Meter()
        return meter

    def accounts(self, vendor: str) -> Iterator[tuple[Account, Meter]]:
        """Yield the accounts of a vendor, the first one that was seen first."""
        return ((Account(*key), meter) for key, meter in self._accounts.items() if key[0] == vendor)

    def clear(self) -> None:
        """Begin to count anew. Requests in progress are not counted."""
        self._vendors.clear()
        self._accounts.clear()
