"""What the server turned down as a proxy, counted by host."""

from collections import Counter
from dataclasses import dataclass, field

# The most hosts that are counted by name, and the longest name.
MAX_HOSTS = 100
MAX_NAME = 100
OTHERS = "(others)"


@dataclass(slots=True)
class ProxyCounts:
    """How often a host was refused, and how often a TLS handshake for a vendor's host failed."""

    refused: Counter[str] = field(default_factory=Counter)
    failed_handshakes: Counter[str] = field(default_factory=Counter)

    def refuse(self, target: str) -> None:
        """Count a request to a host that the emulator does not stand in for."""
        name = target[:MAX_NAME]
        self.refused[name if name in self.refused or len(self.refused) < MAX_HOSTS else OTHERS] += 1
