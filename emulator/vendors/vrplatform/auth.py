"""Authentication of requests to VRPlatform: API keys, and the teams that they have access to."""

from emulator.core.credentials import strip_sandbox_prefix
from emulator.core.request import VendorRequest
from emulator.vendors.vrplatform import rules
from emulator.vendors.vrplatform.state import HOME_TEAM, Team, state_of


def authenticate(request: VendorRequest) -> Team:
    """Check the API key of a request, and return the team that the request is for. Raises Refusal."""
    state, mode = state_of(request.sandbox), request.options.auth
    requested = request.headers.get("x-team-id", "").strip()
    key = strip_sandbox_prefix(request.headers.get("x-api-key", "").strip() or _bearer(request))
    if not key and mode != "off":
        raise request.refusal(rules.CREDENTIAL)
    if key in state.revoked:
        raise request.refusal(rules.KEY_UNKNOWN)
    if key in state.inactive:
        raise request.refusal(rules.KEY_INACTIVE)
    return state.team(_allowed_team(request, key, requested) if mode == "strict" else requested or HOME_TEAM)


def _allowed_team(request: VendorRequest, key: str, requested: str) -> str:
    """Return the requested team's id, or that of the key's only team if none is requested. Raises Refusal."""
    api_key = state_of(request.sandbox).keys.get(key)
    if api_key is None:
        raise request.refusal(rules.KEY_UNKNOWN)
    if not api_key.active:
        raise request.refusal(rules.KEY_INACTIVE)
    if not requested and len(api_key.teams) > 1:
        raise request.refusal(rules.TEAM_NEEDED)
    if requested and requested not in api_key.teams:
        raise request.refusal(rules.KEY_TEAM)
    return requested or api_key.teams[0]


def _bearer(request: VendorRequest) -> str:
    """Return the bearer token of a request, or ""."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""
