"""The time of a sandbox."""

from datetime import datetime
from typing import Any

from emulator.testing.control import SandboxPart


class Clock(SandboxPart):
    """The sandbox's own time. Every method that changes it returns the new time, in UTC."""

    def now(self) -> datetime:
        """Return what time it is in the sandbox, in UTC."""
        return datetime.fromisoformat(self._ask("GET", "/clock")["now"])

    def set(self, at: datetime | str) -> datetime:
        """Set the clock to a moment: a datetime or ISO 8601, in UTC where it names no time zone.

        Raises EmulatorError for text that is no moment, and for a moment that the clock cannot go to.
        """
        return self._change(now=at if isinstance(at, str) else at.isoformat())

    def advance(self, seconds: float = 0, *, minutes: float = 0, hours: float = 0, days: float = 0) -> datetime:
        """Move the clock on by the sum of these, or back where that is negative.

        Raises EmulatorError where the clock cannot go that far.
        """
        return self._change(advance=seconds + 60 * (minutes + 60 * (hours + 24 * days)))

    def freeze(self) -> datetime:
        """Stop the clock."""
        return self._change(frozen=True)

    def resume(self) -> datetime:
        """Let the clock go on from where it stands."""
        return self._change(frozen=False)

    def _change(self, **change: Any) -> datetime:
        return datetime.fromisoformat(self._ask("PATCH", "/clock", **change)["now"])
