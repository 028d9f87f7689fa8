"""What a test can let become of keys."""

from collections.abc import Callable, Mapping

from emulator.core.pack import Spoilt
from emulator.core.sandbox import Sandbox
from emulator.vendors.dualentry.state import state_of


def revoke(sandbox: Sandbox, spoilt: Spoilt) -> None:
    """A key, or every key, is good no longer."""
    state_of(sandbox).withdrawn.add(spoilt.owner)


STATES: Mapping[str, Callable[[Sandbox, Spoilt], None]] = {"revoked": revoke}
