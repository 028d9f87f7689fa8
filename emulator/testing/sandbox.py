"""One sandbox, as a test holds it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from emulator.testing.control import Control, SandboxPart, path_of
from emulator.testing.faults import Faults
from emulator.testing.journal import Journal
from emulator.testing.vendors import Codat, DualEntry, VRPlatform, Xero


@dataclass(frozen=True)
class File:
    """An attachment, whichever vendor's."""

    vendor: str
    owner: str
    id: str
    name: str
    content_type: str
    size: int | None
    """Bytes; None while they are still to come."""
    sha256: str | None
    documents: tuple[str, ...]
    """What it hangs on, as `Invoices/5eed…`."""
    staged: bool
    """Whether it hangs on nothing."""


class Files(SandboxPart):
    """Every attachment of a sandbox."""

    def find(self, **filters: Any) -> list[File]:
        """Those that match. Filters are `vendor`, `owner` and `staged`. Raises EmulatorError for any other."""
        asked = {name: str(value).lower() if isinstance(value, bool) else value for name, value in filters.items()}
        found = self._ask("GET", "/files", **asked)
        return [File(**{**each, "documents": tuple(each["documents"])}) for each in found["files"]]

    def staged(self, vendor: str | None = None) -> list[File]:
        """Those that hang on nothing: what a client uploaded and forgot is among them."""
        return self.find(vendor=vendor, staged=True)

    def read(self, sha256: str) -> bytes:
        """The bytes of a file. Raises EmulatorError where there is none."""
        data: bytes = self._ask("GET", f"/files/{sha256}")
        return data


class Clock(SandboxPart):
    """The sandbox's own time. Whatever changes it returns what time it is then."""

    def now(self) -> datetime:
        """What time it is in the sandbox, in UTC."""
        return datetime.fromisoformat(self._ask("GET", "/clock")["now"])

    def set(self, at: datetime | str) -> datetime:
        """Go to a moment: a datetime, or ISO 8601; UTC where it names no zone. Raises EmulatorError for none of these,
        and for one that the clock cannot go to."""
        return self._change(now=at if isinstance(at, str) else at.isoformat())

    def advance(self, seconds: float = 0, *, minutes: float = 0, hours: float = 0, days: float = 0) -> datetime:
        """Go on by so much, or (less than 0) back. Raises EmulatorError where the clock cannot go that far."""
        return self._change(advance=seconds + 60 * (minutes + 60 * (hours + 24 * days)))

    def freeze(self) -> datetime:
        """Stand still."""
        return self._change(frozen=True)

    def resume(self) -> datetime:
        """Go on from where it stands."""
        return self._change(frozen=False)

    def _change(self, **change: Any) -> datetime:
        return datetime.fromisoformat(self._ask("PATCH", "/clock", **change)["now"])


class Sandbox:
    """A private world on a server: four vendors, their files, a journal, faults and a clock that nobody else has."""

    def __init__(self, control: Control, name: str) -> None:
        self._control = control
        self.name = name
        self.url = control.url if name == "default" else f"{control.url}/sandbox/{name}"
        """What the vendors' mounts follow."""
        self.journal = Journal(control, name)
        self.files = Files(control, name)
        self.clock = Clock(control, name)
        self.faults = Faults(control, name)
        self.xero = Xero(control, self)
        self.codat = Codat(control, self)
        self.dualentry = DualEntry(control, self)
        self.vrplatform = VRPlatform(control, self)

    def __repr__(self) -> str:
        return f"<Sandbox {self.name} at {self.url}>"

    def reset(
        self, *, seed: str | None = None, now: datetime | str | None = None, frozen: bool | None = None, **settings: Any
    ) -> None:
        """Start anew, with a seed for the ids, a time and settings of its own. Raises EmulatorError."""
        at = now if isinstance(now, str | None) else now.isoformat()
        self._control.ask_sandbox(
            "POST", self.name, "/reset", seed=seed, now=at, frozen=frozen, settings=settings or None
        )

    def configure(self, **settings: Any) -> Mapping[str, Any]:
        """Change settings of this sandbox; returns all that are in force. Raises EmulatorError."""
        found = self._control.ask_sandbox("PATCH", self.name, "/settings", settings=settings)
        values: Mapping[str, Any] = found["settings"]
        return values

    def snapshot(self) -> bytes:
        """All that it has, as one zip archive: the documents readable, each file once."""
        archive: bytes = self._control.ask("GET", path_of(self.name, "/snapshot"))
        return archive

    def restore(self, archive: bytes) -> None:
        """Be as in a snapshot, of whichever sandbox it is, and go on from there: all of it, or EmulatorError and
        nothing. Journal, faults and idempotency keys start anew."""
        self._control.ask("PUT", path_of(self.name, "/snapshot"), body=archive)

    def delete(self) -> None:
        """Let it go, and its files with it; `default` starts anew. Raises EmulatorError where it is gone already."""
        self._control.ask_sandbox("DELETE", self.name)
