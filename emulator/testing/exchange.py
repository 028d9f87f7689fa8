"""An exchange in the journal, as a test sees it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from emulator.core.printable import printable

if TYPE_CHECKING:
    from emulator.core.journal import Outcome


@dataclass(frozen=True)
class Exchange:
    """One request and its answer."""

    number: int
    vendor: str
    operation: str | None
    """The vendor's name for what was asked; None where no operation has such a path."""
    method: str
    target: str
    """Path and query, as they were sent."""
    status: int | None
    """None where no answer was given."""
    rules: tuple[str, ...]
    """The rules that refused it; `attachment-emulator rules` lists them."""
    outcome: "Outcome"
    """`answered`, `disconnected`, `cut` (by a fault), `failed` or `open`."""
    fault: str | None
    """The kind of fault that it triggered."""
    hint: str | None
    """A sentence on what a request that missed every route probably meant, or on what is probably wrong with one that
    the vendor accepted."""
    files: tuple[Mapping[str, Any], ...]
    """The files of a form, each with `name`, `size` (bytes) and `sha256`."""
    request: Mapping[str, Any]
    """`headers` (pairs of name and value), and of the body `size` (bytes) and `sha256` (None where it is not known)."""
    response: Mapping[str, Any]
    """The same of the answer."""
    duration: float | None = None
    """Seconds of real time from the head of the request to the end of the answer; None while it is open."""

    def __str__(self) -> str:
        words = [f"#{self.number}", self.method, self.target, "->", str(self.status or self.outcome)]
        words += [f"[{', '.join(self.rules)}]"] if self.rules else []
        words += [f"[fault: {self.fault}]"] if self.fault else []
        words += [f"{printable(file['name'])} ({file['size']} bytes)" for file in self.files]
        if not self.files and self.request["sha256"]:
            words.append(f"({self.request['size']} bytes)")
        return " ".join(words) + (f"\n    {self.hint}" if self.hint else "")


def parse_exchange(answer: Mapping[str, Any]) -> Exchange:
    """Return an exchange from the control API's answer."""
    return Exchange(
        number=answer["number"],
        vendor=answer["vendor"],
        operation=answer["operation"],
        method=answer["method"],
        target=answer["target"],
        status=answer["status"],
        rules=tuple(answer["rules"]),
        outcome=answer["outcome"],
        fault=answer["fault"],
        hint=answer["hint"],
        files=tuple(answer["request"]["files"]),
        request=answer["request"],
        response=answer["response"],
        duration=answer["duration"],
    )
