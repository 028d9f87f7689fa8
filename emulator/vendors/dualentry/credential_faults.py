"""The ways in which a test can invalidate API keys."""

from collections.abc import Mapping

from emulator.core.sandbox import Sandbox
from emulator.core.vendor import CredentialFault, InvalidateCredentials
from emulator.vendors.dualentry.state import state_of


def revoke(sandbox: Sandbox, fault: CredentialFault) -> None:
    """Revoke a key, or every key if the fault names none."""
    state_of(sandbox).revoked.add(fault.owner)


CREDENTIAL_FAULTS: Mapping[str, InvalidateCredentials] = {"revoked": revoke}
