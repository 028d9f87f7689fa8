"""The ways in which a test can invalidate API keys and connections."""

from collections.abc import Mapping

from emulator.core.sandbox import Sandbox
from emulator.core.vendor import CredentialFault, InvalidateCredentials, UnknownCredential
from emulator.vendors.codat.state import state_of


def revoke(sandbox: Sandbox, fault: CredentialFault) -> None:
    """Revoke a key, or every key if the fault names none."""
    state_of(sandbox).revoked.add(fault.owner)


def deauthorise(sandbox: Sandbox, fault: CredentialFault) -> None:
    """Deauthorise one connection, all connections of a company, or all there are, until the linkUrl is opened again.

    Raises UnknownCredential if no connection that the fault covers is linked.
    """
    linked = [
        connection
        for company, connection in state_of(sandbox).connections()
        if connection.status == "Linked" and (fault.owner is None or fault.owner.lower() in (company.id, connection.id))
    ]
    if not linked:
        raise UnknownCredential(f"no connection of {fault.owner or 'any company'} is linked")
    for connection in linked:
        connection.status = "Deauthorized"


CREDENTIAL_FAULTS: Mapping[str, InvalidateCredentials] = {"revoked": revoke, "deauthorised": deauthorise}
