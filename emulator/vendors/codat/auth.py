"""Authentication of requests to Codat, which use API keys."""

from emulator.core.credentials import basic, key_fingerprint
from emulator.core.request import VendorRequest
from emulator.vendors.codat import rules
from emulator.vendors.codat.state import state_of


def check_key(request: VendorRequest) -> None:
    """Check the API key, sent as the user name of Basic authentication, as the auth mode requires. Raises Refusal."""
    state, mode = state_of(request.sandbox), request.options.auth
    credential = (basic(request.headers.get("authorization", "")) or b"").removesuffix(b":")
    if not credential and mode != "off":
        raise request.refusal(rules.CREDENTIAL)
    key = key_fingerprint(credential.decode("utf-8", "replace"))
    if key in state.revoked or (mode == "strict" and key not in state.keys):
        raise request.refusal(rules.KEY_UNKNOWN)
