"""How keys and connections go bad, where a test wants it."""

from collections.abc import Mapping

from emulator.core.sandbox import Sandbox
from emulator.core.vendor import CredentialFault, InvalidateCredentials, UnknownCredential
from emulator.vendors.codat.state import state_of


def revoke(sandbox: Sandbox, spoilt: CredentialFault) -> None:
    """A key, or every key, is good no longer."""
    state_of(sandbox).withdrawn.add(spoilt.owner)


def deauthorise(sandbox: Sandbox, spoilt: CredentialFault) -> None:
    """The customer takes back the consent to a connection, a company's, or all, until the linkUrl is opened again.
    Raises UnknownCredential."""
    linked = [
        connection
        for company, connection in state_of(sandbox).connections()
        if connection.status == "Linked"
        and (spoilt.owner is None or spoilt.owner.lower() in (company.id, connection.id))
    ]
    if not linked:
        raise UnknownCredential(f"nothing is linked of {spoilt.owner or 'any company'}")
    for connection in linked:
        connection.status = "Deauthorized"


CREDENTIAL_FAULTS: Mapping[str, InvalidateCredentials] = {"revoked": revoke, "deauthorised": deauthorise}
