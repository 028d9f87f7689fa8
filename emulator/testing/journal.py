"""The journal of a sandbox: what was requested and answered, and assertions about it."""

from collections.abc import Iterator, Mapping
from typing import Any, Literal, TypedDict, Unpack

from emulator.testing.arguments import check_keywords
from emulator.testing.control import SandboxPart
from emulator.testing.exchange import Exchange, parse_exchange
from emulator.types import FaultKind, Operation, RuleId, VendorName


class ExchangeFilters(TypedDict, total=False):
    """Which exchanges are meant; all filters that are given must match."""

    vendor: VendorName
    method: str
    """The HTTP method."""
    path: str
    """A part of the path, or a pattern with `*`."""
    operation: Operation
    status: int | Literal["1xx", "2xx", "3xx", "4xx", "5xx"]
    rule: RuleId
    """The rule that refused the request."""
    fault: FaultKind
    """The kind of fault that the exchange triggered."""
    after: int
    """Only exchanges with a higher number."""


class Journal(SandboxPart):
    """The exchanges of one sandbox, oldest first.

    Filters are `vendor`, `method`, `path` (a part of it, or a pattern with `*`), `operation`, `status` (404, or "4xx"),
    `rule`, `fault` (its kind) and `after` (a number). Every method that takes them raises TypeError for any other
    filter, and ValueError for a vendor, an operation, a rule or a kind of fault that does not exist.
    """

    def find(self, *, limit: int | None = None, **filters: Unpack[ExchangeFilters]) -> list[Exchange]:
        """Return the exchanges that match; with a limit, the last so many of them. Raises EmulatorError."""
        _check("find", filters, "limit")
        answer = self._ask("GET", "/journal", limit=limit, **filters)
        return [parse_exchange(exchange) for exchange in answer["exchanges"]]

    def __iter__(self) -> Iterator[Exchange]:
        return iter(self.find())

    def __len__(self) -> int:
        return len(self.find())

    def __getitem__(self, at: int) -> Exchange:
        return self.find()[at]

    def wait_for(self, timeout: float = 5, **filters: Unpack[ExchangeFilters]) -> Exchange:
        """Return the first exchange that matches: one that has ended already, or ends within `timeout` seconds (60 at
        most).

        Raises EmulatorError where none does.
        """
        _check("wait_for", filters, "timeout")
        return parse_exchange(self._ask("GET", "/journal/wait", timeout=timeout, **filters))

    def body_of(self, exchange: Exchange, side: Literal["request", "response"] = "request") -> bytes:
        """Return the bytes that one side sent. Raises EmulatorError where the journal does not have them."""
        data: bytes = self._ask("GET", f"/journal/{exchange.number}/{side}")
        return data

    def har(self) -> Mapping[str, Any]:
        """Return all of it as an HTTP Archive, which browsers and other tools open."""
        archive: Mapping[str, Any] = self._ask("GET", "/journal/har")
        return archive

    def clear(self) -> None:
        """Forget the exchanges."""
        self._ask("DELETE", "/journal")

    def assert_called(self, times: int | None = None, **filters: Unpack[ExchangeFilters]) -> list[Exchange]:
        """Assert that there were so many matching exchanges, or at least one; return them. Raises AssertionError."""
        __tracebackhide__ = True
        return self._assert_called("assert_called", times, filters, "times")

    def assert_not_called(self, **filters: Unpack[ExchangeFilters]) -> None:
        """Assert that there were no matching exchanges. Raises AssertionError."""
        __tracebackhide__ = True
        self._assert_called("assert_not_called", 0, filters)

    def report(self, last: int = 10) -> str:
        """Return the last exchanges as a failed test shows them: a line each, and what explains a refusal.

        That is the sentence of its rule, the setting that changes it and the beginning of the vendor's answer, once for
        each rule.
        """
        # Loaded only for a failure.
        from emulator.testing.report import render_report

        return render_report(self._control, self._sandbox, self.find(limit=last))

    def _assert_called(self, method: str, times: int | None, filters: ExchangeFilters, *others: str) -> list[Exchange]:
        __tracebackhide__ = True
        _check(method, filters, *others)
        exchanges = self.find(**filters)
        if not exchanges if times is None else len(exchanges) != times:
            wanted = "at least one exchange" if times is None else f"{times} exchange{'s' * (times != 1)}"
            raise AssertionError(
                f"expected {wanted} with {_describe(filters)}, found {len(exchanges)}.\n{self.report()}"
            )
        return exchanges


def _check(method: str, filters: ExchangeFilters, *others: str) -> None:
    check_keywords(f"Journal.{method}", filters, ExchangeFilters, *others)


def _describe(filters: ExchangeFilters) -> str:
    return ", ".join(f"{name}={value!r}" for name, value in filters.items()) or "anything"
