"""Authentication of requests to DualEntry: API keys, each of which belongs to one organisation."""

from emulator.core.credentials import key_fingerprint
from emulator.core.request import VendorRequest
from emulator.vendors.dualentry import rules
from emulator.vendors.dualentry.state import Organisation, state_of


def check_key(request: VendorRequest) -> Organisation:
    """Check the API key as the auth mode requires, and return the organisation it belongs to. Raises Refusal."""
    state, mode = state_of(request.sandbox), request.options.auth
    sent = request.headers.get("x-api-key", "").strip()
    if not sent and mode != "off":
        raise request.refusal(rules.CREDENTIAL)
    key = key_fingerprint(sent)
    if key in state.revoked or (mode == "strict" and key not in state.keys):
        raise request.refusal(rules.KEY_UNKNOWN)
    return state.organisation(key)
