"""Authentication of requests to Xero: bearer tokens, their scopes, and the organisations that they have access to."""

from emulator.core.credentials import fingerprint
from emulator.core.request import VendorRequest
from emulator.vendors.xero import rules
from emulator.vendors.xero.state import Organisation, Token, XeroState


def check_token(request: VendorRequest, state: XeroState) -> Token | None:
    """Return the token of a request, or None for one that is accepted although the emulator did not issue it.

    Raises Refusal.
    """
    mode = request.options.auth
    scheme, _, value = request.headers.get("authorization", "").partition(" ")
    value = value.strip()
    issued = state.tokens.get(fingerprint(value))
    if mode == "off" and not state.tokens_matter:
        return issued
    if mode != "off" and (scheme.lower() != "bearer" or not value):
        raise request.refusal(rules.CREDENTIAL)
    token = issued or state.unissued
    if token and token.revoked:
        raise request.refusal(rules.TOKEN_UNKNOWN)
    if token and token.expires <= request.sandbox.clock.now():
        raise request.refusal(rules.TOKEN_EXPIRED, expired=f"{token.expires:%m/%d/%Y %H:%M:%S}")
    if mode == "strict" and issued is None:
        raise request.refusal(rules.TOKEN_UNKNOWN)
    return token


def check_organisation(request: VendorRequest, state: XeroState, token: Token | None) -> Organisation:
    """Return the organisation that the tenant header, or else the token, names. Raises Refusal."""
    mode = request.options.auth
    own = token.organisation if token else None
    tenant_id = request.headers.get("xero-tenant-id", "").strip()
    if not tenant_id:
        organisation = state.default_organisation if mode == "off" else state.organisation(own or "")
    elif mode == "strict":
        organisation = state.organisation(tenant_id)
        if organisation and own not in (None, organisation.tenant_id):
            organisation = None
    else:
        organisation = state.organisation(tenant_id, or_new=True)
    if organisation is None:
        raise request.refusal(rules.TENANT)
    return organisation


def check_scope(request: VendorRequest, state: XeroState, token: Token, scopes: tuple[str, ...]) -> None:
    """Check that a token has one of these scopes. Those that end in `.read` are for reading alone. Raises Refusal."""
    was_issued = bool(token.value)
    if not state.scopes_matter and (not was_issued or request.options.auth == "off"):
        return
    enough = {scope for scope in scopes if request.method == "GET" or not scope.endswith(".read")}
    if not enough & token.scopes:
        raise request.refusal(rules.SCOPE)
