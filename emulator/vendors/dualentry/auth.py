"""Authentication of requests to DualEntry: API keys, each of which belongs to one organisation."""

from emulator.core.credentials import strip_sandbox_prefix
from emulator.core.request import VendorRequest
from emulator.vendors.dualentry import rules
from emulator.vendors.dualentry.state import Organisation, state_of


def check_key(request: VendorRequest) -> Organisation:
    """Check the API key as the auth mode requires, and return the organisation it belongs to. Raises Refusal."""
    state, mode = state_of(request.sandbox), request.options.auth
    key = request.headers.get("x-api-key", "").strip()
    if not key and mode != "off":
        raise request.refusal(rules.CREDENTIAL)
    if strip_sandbox_prefix(key) in state.revoked or (mode == "strict" and strip_sandbox_prefix(key) not in state.keys):
        raise request.refusal(rules.KEY_UNKNOWN)
    return state.organisation(strip_sandbox_prefix(key))
