"""How keys go bad, where a test wants it."""

from collections.abc import Mapping

from emulator.core.sandbox import Sandbox
from emulator.core.vendor import CredentialFault, InvalidateCredentials
from emulator.vendors.vrplatform.state import state_of


def revoke(sandbox: Sandbox, spoilt: CredentialFault) -> None:
    """A key, or every key, is known no longer."""
    state_of(sandbox).revoked.add(spoilt.owner)


def deactivate(sandbox: Sandbox, spoilt: CredentialFault) -> None:
    """A key, or every key, is switched off."""
    state_of(sandbox).inactive.add(spoilt.owner)


CREDENTIAL_FAULTS: Mapping[str, InvalidateCredentials] = {"revoked": revoke, "inactive": deactivate}
