"""What the server did as a proxy, counted by host."""

from collections import Counter
from dataclasses import dataclass, field

# The most hosts that are counted by name, and the longest name.
MAX_HOSTS = 100
MAX_NAME = 100
OTHERS = "(others)"


@dataclass(slots=True)
class ProxyCounts:
    """How often a host was refused or passed through, and how often a TLS handshake for a vendor's host failed."""

    hosts: tuple[str, ...] = ()
    """The vendors' hosts, at which the server answers."""
    refused: Counter[str] = field(default_factory=Counter)
    failed_handshakes: Counter[str] = field(default_factory=Counter)
    passed_through: Counter[str] = field(default_factory=Counter)

    def refuse(self, target: str) -> None:
        """Count a request to a host that the emulator does not stand in for."""
        _count(self.refused, target)

    def pass_through(self, target: str) -> None:
        """Count a tunnel to a real host."""
        _count(self.passed_through, target)


def _count(counter: Counter[str], target: str) -> None:
    name = target[:MAX_NAME]
    counter[name if name in counter or len(counter) < MAX_HOSTS else OTHERS] += 1
