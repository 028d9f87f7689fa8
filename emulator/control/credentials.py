"""The operation that invalidates credentials: expired, revoked, limited in scope, or what else a vendor knows."""

from emulator.control.errors import ControlError
from emulator.control.models.documents import CredentialChange, CredentialState
from emulator.control.operation import ControlContext, operation
from emulator.core.vendor import CredentialFault, UnknownCredential


@operation("POST", "/sandboxes/{sandbox}/credentials", "Invalidate credentials.")
async def invalidate_credentials(context: ControlContext, body: CredentialChange) -> CredentialState:
    """Bring credentials into a state, in every auth mode, until a reset or until the client gets new ones."""
    states = context.vendors[body.vendor].credential_faults
    if body.state not in states:
        raise ControlError(
            422, "Invalid value", f"state is one of {', '.join(states)} for {body.vendor}, not {body.state!r}."
        )
    invalidate = states[body.state]
    try:
        invalidate(context.sandbox, CredentialFault(body.owner, frozenset((body.scopes or "").split())))
    except UnknownCredential as error:
        raise ControlError(422, "Unknown credential", f"{error}.") from None
    return CredentialState(vendor=body.vendor, state=body.state, owner=body.owner)
