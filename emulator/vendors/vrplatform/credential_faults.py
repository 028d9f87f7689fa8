"""The ways in which a test can invalidate API keys."""

from collections.abc import Mapping

from emulator.core.sandbox import Sandbox
from emulator.core.vendor import CredentialFault, InvalidateCredentials
from emulator.vendors.vrplatform.state import state_of


def revoke(sandbox: Sandbox, fault: CredentialFault) -> None:
    """Revoke a key, or every key if the fault names none."""
    state_of(sandbox).revoked.add(fault.owner)


def deactivate(sandbox: Sandbox, fault: CredentialFault) -> None:
    """Deactivate a key, or every key if the fault names none."""
    state_of(sandbox).inactive.add(fault.owner)


def limit(sandbox: Sandbox, fault: CredentialFault) -> None:
    """Limit a key, or every key, to some scopes, which are then checked in every auth mode."""
    state_of(sandbox).scope_limits.set(fault.owner, fault.scopes)


CREDENTIAL_FAULTS: Mapping[str, InvalidateCredentials] = {"revoked": revoke, "inactive": deactivate, "limited": limit}
