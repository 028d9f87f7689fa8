"""Who may ask DualEntry: the API key, and the organisation that it stands for."""

from emulator.core.credentials import strip_sandbox_prefix
from emulator.core.request import VendorRequest
from emulator.vendors.dualentry import rules
from emulator.vendors.dualentry.state import Organisation, state_of


def check_key(request: VendorRequest) -> Organisation:
    """Return the organisation whose key the request shows, as far as the auth mode asks for one. Raises Refusal."""
    state, mode = state_of(request.sandbox), request.options.auth
    key = request.headers.get("x-api-key", "").strip()
    if not key and mode != "off":
        raise request.refusal(rules.CREDENTIAL)
    if strip_sandbox_prefix(key) in state.withdrawn or (
        mode == "strict" and strip_sandbox_prefix(key) not in state.keys
    ):
        raise request.refusal(rules.KEY_UNKNOWN)
    return state.organisation(strip_sandbox_prefix(key))
