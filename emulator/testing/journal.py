"""What came to a sandbox, and assertions about it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from emulator.testing.control import SandboxPart


@dataclass(frozen=True)
class Exchange:
    """One request and its answer."""

    number: int
    vendor: str
    operation: str | None
    method: str
    target: str
    status: int | None
    """None where no answer was given."""
    rules: tuple[str, ...]
    """Which refused it; `attachment-emulator rules` tells of them."""
    outcome: str
    """`answered`, `disconnected`, `cut` (by a fault), `failed` or `open`."""
    fault: str | None
    """The kind of fault that struck it."""
    hint: str | None
    """A sentence on what a request that missed every route probably meant."""
    files: tuple[Mapping[str, Any], ...]
    """The files of a form, each with `name`, `size` (bytes) and `sha256`."""
    request: Mapping[str, Any]
    """`headers` (pairs of name and value), and of the body `size` (bytes) and `sha256` (None where it is not known)."""
    response: Mapping[str, Any]
    """The same of the answer."""

    def __str__(self) -> str:
        words = [f"#{self.number}", self.method, self.target, "->", str(self.status or self.outcome)]
        words += [f"[{', '.join(self.rules)}]"] if self.rules else []
        words += [f"[fault: {self.fault}]"] if self.fault else []
        words += [f"{each['name']} ({each['size']} bytes)" for each in self.files]
        if not self.files and self.request["sha256"]:
            words.append(f"({self.request['size']} bytes)")
        return " ".join(words) + (f"\n    {self.hint}" if self.hint else "")


class Journal(SandboxPart):
    """The exchanges of one sandbox, oldest first.

    Filters are `vendor`, `method`, `path` (a part of it, or a pattern with `*`), `operation`, `status` (404, or "4xx"),
    `rule`, `fault` (its kind) and `after` (a number).
    """

    def find(self, **filters: Any) -> list[Exchange]:
        """The exchanges that match. Raises EmulatorError for a filter that does not exist."""
        found = self._ask("GET", "/journal", **filters)
        return [_read(each) for each in found["exchanges"]]

    def __iter__(self) -> Iterator[Exchange]:
        return iter(self.find())

    def __len__(self) -> int:
        return len(self.find())

    def __getitem__(self, at: int) -> Exchange:
        return self.find()[at]

    def wait_for(self, timeout: float = 5, **filters: Any) -> Exchange:
        """The first exchange that matches: one that has ended already, or ends within so many seconds (60 at most).

        Raises EmulatorError where none does.
        """
        return _read(self._ask("GET", "/journal/wait", timeout=timeout, **filters))

    def body_of(self, exchange: Exchange, side: str = "request") -> bytes:
        """The bytes that one side (`request` or `response`) sent. Raises EmulatorError where they are not kept."""
        data: bytes = self._ask("GET", f"/journal/{exchange.number}/{side}")
        return data

    def har(self) -> Mapping[str, Any]:
        """All of it as an HTTP Archive, which browsers and other tools open."""
        found: Mapping[str, Any] = self._ask("GET", "/journal/har")
        return found

    def clear(self) -> None:
        """Forget the exchanges."""
        self._ask("DELETE", "/journal")

    def assert_called(self, times: int | None = None, **filters: Any) -> list[Exchange]:
        """That there were such exchanges, so many or at least one; they are what it returns. Raises AssertionError."""
        __tracebackhide__ = True
        found = self.find(**filters)
        if not found if times is None else len(found) != times:
            wanted = "at least one exchange" if times is None else f"{times} exchange{'s' * (times != 1)}"
            raise AssertionError(f"expected {wanted} with {_said(filters)}, found {len(found)}.\n{self.report()}")
        return found

    def assert_not_called(self, **filters: Any) -> None:
        """That there were no such exchanges. Raises AssertionError."""
        __tracebackhide__ = True
        self.assert_called(times=0, **filters)

    def report(self, last: int = 10) -> str:
        """The last exchanges, a line each, as a failed test shows them."""
        found = self.find(limit=last)
        if not found:
            return "No request reached the sandbox."
        return "\n".join(["The last exchanges:", *(f"  {each}" for each in found)])


def _read(found: Mapping[str, Any]) -> Exchange:
    return Exchange(
        found["number"],
        found["vendor"],
        found["operation"],
        found["method"],
        found["target"],
        found["status"],
        tuple(found["rules"]),
        found["outcome"],
        found["fault"],
        found["hint"],
        tuple(found["request"]["files"]),
        found["request"],
        found["response"],
    )


def _said(filters: Mapping[str, Any]) -> str:
    return ", ".join(f"{name}={value!r}" for name, value in filters.items()) or "anything"
