"""Authentication of requests to VRPlatform: API keys, their scopes, and the teams that they have access to."""

from emulator.core.credentials import key_fingerprint
from emulator.core.request import VendorRequest
from emulator.vendors.vrplatform import rules
from emulator.vendors.vrplatform.state import HOME_TEAM, Team, TeamProfile, state_of

NO_TEAM_SCOPE = "no team scope"
"""The context of an operation that needs no team: its handler gets the API key instead of one."""


def check_key(request: VendorRequest) -> str:
    """Return the fingerprint of the API key of a request, which needs one unless `auth` is off. Raises Refusal."""
    state, mode = state_of(request.sandbox), request.options.auth
    sent = request.headers.get("x-api-key", "").strip() or _bearer(request)
    if not sent and mode != "off":
        raise request.refusal(rules.CREDENTIAL)
    key = key_fingerprint(sent)
    if key in state.revoked or (mode == "strict" and key not in state.keys):
        raise request.refusal(rules.KEY_UNKNOWN)
    if key in state.inactive or (mode == "strict" and not state.keys[key].active):
        raise request.refusal(rules.KEY_INACTIVE)
    return key


def check_scope(request: VendorRequest, key: str, resource: str) -> None:
    """Check that an API key may read or write a resource, once a test has limited its scopes. Raises Refusal."""
    scopes = state_of(request.sandbox).scope_limits.of(key)
    scope = f"{resource}:{'read' if request.method == 'GET' else 'write'}"
    if scopes is not None and scope not in scopes:
        raise request.refusal(rules.SCOPE)


def select_team(request: VendorRequest, key: str) -> Team:
    """Return the team that a request is for. Raises Refusal."""
    state = state_of(request.sandbox)
    requested = request.headers.get("x-team-id", "").strip()
    if request.options.auth != "strict":
        return state.team(requested or HOME_TEAM)
    teams = state.keys[key].teams
    if not requested and len(teams) > 1:
        raise request.refusal(rules.TEAM_NEEDED)
    if requested and requested not in teams:
        raise request.refusal(rules.KEY_TEAM)
    return state.team(requested or teams[0])


def accessible_teams(request: VendorRequest, key: str) -> list[TeamProfile]:
    """Return the teams that an API key has access to: those that it was issued for, or any if auth is not strict."""
    state = state_of(request.sandbox)
    if request.options.auth != "strict":
        return list(state.profiles.values())
    return [state.profile(team_id) for team_id in state.keys[key].teams]


def _bearer(request: VendorRequest) -> str:
    """Return the bearer token of a request, or ""."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""
