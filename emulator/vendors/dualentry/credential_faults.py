"""How keys go bad, where a test wants it."""

from collections.abc import Mapping

from emulator.core.sandbox import Sandbox
from emulator.core.vendor import CredentialFault, InvalidateCredentials
from emulator.vendors.dualentry.state import state_of


def revoke(sandbox: Sandbox, spoilt: CredentialFault) -> None:
    """A key, or every key, is good no longer."""
    state_of(sandbox).withdrawn.add(spoilt.owner)


CREDENTIAL_FAULTS: Mapping[str, InvalidateCredentials] = {"revoked": revoke}
