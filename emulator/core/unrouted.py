"""The last requests that reached no vendor, and so are in no sandbox's journal."""

import re
from dataclasses import dataclass, field
from time import monotonic

# How many of them a server remembers.
MAX_UNROUTED = 10
_IN_PATH = re.compile("/sandbox/([^/?]+)")


@dataclass(frozen=True, slots=True)
class UnroutedRequest:
    """A request that reached no vendor, and the sentence that it was answered with."""

    method: str
    target: str
    """Path and query, without credentials."""
    status: int
    detail: str
    at: float = field(default_factory=monotonic)
    """When it was answered, in seconds of `time.monotonic`."""

    @property
    def sandbox(self) -> str | None:
        """The sandbox that its path names; None where it names none."""
        match = _IN_PATH.search(self.target)
        return match and match[1]
