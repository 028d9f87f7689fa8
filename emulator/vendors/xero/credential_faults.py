"""The ways in which a test can invalidate tokens and connections."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from emulator.core.sandbox import Sandbox
from emulator.core.vendor import CredentialFault, InvalidateCredentials, UnknownCredential
from emulator.vendors.xero.state import Token, state_of

_NEVER = datetime.max.replace(tzinfo=UTC)


def expire(sandbox: Sandbox, fault: CredentialFault) -> None:
    """Expire access tokens, of one app or of all. Their refresh tokens stay valid."""
    _change(sandbox, fault, expires=sandbox.clock.now())


def revoke(sandbox: Sandbox, fault: CredentialFault) -> None:
    """Revoke access tokens and refresh tokens. A new consent issues new ones."""
    _change(sandbox, fault, revoked=True)


def limit(sandbox: Sandbox, fault: CredentialFault) -> None:
    """Limit tokens, and those they are refreshed to, to some scopes, which are then checked in every auth mode."""
    _change(sandbox, fault, scopes=fault.scopes)
    state_of(sandbox).scopes_matter = True


def disconnect(sandbox: Sandbox, fault: CredentialFault) -> None:
    """Disconnect one organisation, or all, until the next consent. Raises UnknownCredential."""
    state = state_of(sandbox)
    if fault.owner is None:
        state.disconnected |= {organisation.tenant_id for organisation in state}
    elif organisation := state.get_organisation(fault.owner):
        state.disconnected.add(organisation.tenant_id)
    else:
        raise UnknownCredential(f"no organisation {fault.owner} was ever connected")


def _change(sandbox: Sandbox, fault: CredentialFault, **fields: Any) -> None:
    state = state_of(sandbox)
    state.tokens_matter = True
    state.change_tokens(lambda token: fault.owner in (None, token.client_id), **fields)
    if fault.owner is None:
        state.unissued = replace(state.unissued or Token("", "", frozenset(), _NEVER, None), **fields)
    elif not any(token.client_id == fault.owner for token in (*state.tokens.values(), *state.refresh_tokens.values())):
        raise UnknownCredential(f"no token was issued to an app {fault.owner}")


CREDENTIAL_FAULTS: Mapping[str, InvalidateCredentials] = {
    "expired": expire,
    "revoked": revoke,
    "limited": limit,
    "disconnected": disconnect,
}
