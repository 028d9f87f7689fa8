"""Who may ask VRPlatform: API keys, and the teams that they reach."""

from emulator.core.credentials import strip_sandbox_prefix
from emulator.core.request import VendorRequest
from emulator.vendors.vrplatform import rules
from emulator.vendors.vrplatform.state import HOME_TEAM, Team, state_of


def admit(request: VendorRequest) -> Team:
    """The team that a request is for, once its API key is checked. Raises Refusal."""
    state, mode = state_of(request.sandbox), request.options.auth
    wanted = request.headers.get("x-team-id", "").strip()
    key = strip_sandbox_prefix(request.headers.get("x-api-key", "").strip() or _bearer(request))
    if not key and mode != "off":
        raise request.refusal(rules.CREDENTIAL)
    if key in state.revoked:
        raise request.refusal(rules.KEY_UNKNOWN)
    if key in state.inactive:
        raise request.refusal(rules.KEY_INACTIVE)
    return state.team(_team_of(request, key, wanted) if mode == "strict" else wanted or HOME_TEAM)


def _team_of(request: VendorRequest, key: str, wanted: str) -> str:
    """The team that an issued key reaches: the wanted one or, where none is named, its only one. Raises Refusal."""
    issued = state_of(request.sandbox).keys.get(key)
    if issued is None:
        raise request.refusal(rules.KEY_UNKNOWN)
    if not issued.active:
        raise request.refusal(rules.KEY_INACTIVE)
    if not wanted and len(issued.teams) > 1:
        raise request.refusal(rules.TEAM_NEEDED)
    if wanted and wanted not in issued.teams:
        raise request.refusal(rules.KEY_TEAM)
    return wanted or issued.teams[0]


def _bearer(request: VendorRequest) -> str:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""
