"""How tokens and connections go bad, where a test wants it."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from emulator.core.sandbox import Sandbox
from emulator.core.vendor import CredentialFault, InvalidateCredentials, UnknownCredential
from emulator.vendors.xero.state import Token, state_of

_NEVER = datetime.max.replace(tzinfo=UTC)


def expire(sandbox: Sandbox, spoilt: CredentialFault) -> None:
    """Access tokens (an app's, or all that were ever shown) are past their time; refresh tokens are good for new
    ones."""
    _change(sandbox, spoilt, expires=sandbox.clock.now())


def revoke(sandbox: Sandbox, spoilt: CredentialFault) -> None:
    """Access tokens and refresh tokens are good no longer; a new consent gives new ones."""
    _change(sandbox, spoilt, revoked=True)


def limit(sandbox: Sandbox, spoilt: CredentialFault) -> None:
    """Tokens, and what they are refreshed to, have these scopes alone; from now on scopes count in any auth mode."""
    _change(sandbox, spoilt, scopes=spoilt.scopes)
    state_of(sandbox).scopes_matter = True


def disconnect(sandbox: Sandbox, spoilt: CredentialFault) -> None:
    """No token reaches an organisation (or any) until the next consent. Raises UnknownCredential."""
    state = state_of(sandbox)
    if spoilt.owner is None:
        state.disconnected |= {each.tenant_id.lower() for each in state}
    elif state.known(spoilt.owner):
        state.disconnected.add(spoilt.owner.lower())
    else:
        raise UnknownCredential(f"no organisation {spoilt.owner} was ever connected")


def _change(sandbox: Sandbox, spoilt: CredentialFault, **fields: Any) -> None:
    state = state_of(sandbox)
    state.tokens_matter = True
    state.change_tokens(lambda token: spoilt.owner in (None, token.client_id), **fields)
    if spoilt.owner is None:
        state.unissued = replace(state.unissued or Token("", "", frozenset(), _NEVER, None), **fields)
    elif not any(token.client_id == spoilt.owner for token in (*state.tokens.values(), *state.refresh_tokens.values())):
        raise UnknownCredential(f"no token was issued to an app {spoilt.owner}")


CREDENTIAL_FAULTS: Mapping[str, InvalidateCredentials] = {
    "expired": expire,
    "revoked": revoke,
    "limited": limit,
    "disconnected": disconnect,
}
