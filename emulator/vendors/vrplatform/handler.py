"""VRPlatform end to end: which checks a request passes, in which order, and who answers it."""

from starlette.responses import Response

from emulator.core.credentials import bare
from emulator.core.request import VendorRequest
from emulator.core.routing import Router, segments_of
from emulator.vendors.vrplatform import rules
from emulator.vendors.vrplatform.operations import OPERATIONS, SIGNED
from emulator.vendors.vrplatform.state import HOME_TEAM, Team, state_of

ROUTER = Router(OPERATIONS)


async def answer(request: VendorRequest) -> Response:
    """The vendor's answer. Raises Refusal."""
    match = ROUTER.match(request.method, segments_of(request.path))
    operation = match.operation if match else None
    if match is None or operation is None:
        raise request.refusal(rules.UNKNOWN_PATH)
    request.exchange.operation = operation.id
    if operation is SIGNED and operation.handler:
        return await operation.handler(request, **match.params)
    team = admit(request)
    if operation.handler is None:
        raise request.refusal(rules.NOT_EMULATED)
    return await operation.handler(request, team, **match.params)


def admit(request: VendorRequest) -> Team:
    """The team that the request is for, as far as its key reaches."""
    state, mode = state_of(request.sandbox), request.options.auth
    wanted = request.headers.get("x-team-id", "").strip()
    key = bare(request.headers.get("x-api-key", "").strip() or _bearer(request))
    if not key and mode != "off":
        raise request.refusal(rules.CREDENTIAL)
    if key in state.revoked:
        raise request.refusal(rules.KEY_UNKNOWN)
    if key in state.inactive:
        raise request.refusal(rules.KEY_INACTIVE)
    return state.team(_team_of(request, key, wanted) if mode == "strict" else wanted or HOME_TEAM)


def _team_of(request: VendorRequest, key: str, wanted: str) -> str:
    """The team that a key which was issued reaches."""
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
