"""What a test can let become of keys and connections."""

from collections.abc import Callable, Mapping

from emulator.core.pack import NobodyThere, Spoilt
from emulator.core.sandbox import Sandbox
from emulator.vendors.codat.state import state_of


def revoke(sandbox: Sandbox, spoilt: Spoilt) -> None:
    """A key, or every key, is good no longer."""
    state_of(sandbox).withdrawn.add(spoilt.owner)


def deauthorise(sandbox: Sandbox, spoilt: Spoilt) -> None:
    """The customer takes back what was consented to: for a connection, a company, or all. It lasts until the linkUrl is
    opened again. Raises NobodyThere."""
    companies = state_of(sandbox).companies.values()
    linked = [
        connection
        for company in companies
        for connection in company.connections.values()
        if connection.status == "Linked"
        and (spoilt.owner is None or spoilt.owner.lower() in (company.id, connection.id))
    ]
    if not linked:
        raise NobodyThere(f"nothing is linked of {spoilt.owner or 'any company'}")
    for connection in linked:
        connection.status = "Deauthorized"


STATES: Mapping[str, Callable[[Sandbox, Spoilt], None]] = {"revoked": revoke, "deauthorised": deauthorise}
