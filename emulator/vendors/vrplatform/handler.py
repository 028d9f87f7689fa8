"""VRPlatform end to end: which checks a request passes, in which order, and who answers it."""

from starlette.responses import Response

from emulator.core.credentials import bare
from emulator.core.request import Call
from emulator.core.routing import Router, segments_of
from emulator.vendors.vrplatform import rules
from emulator.vendors.vrplatform.operations import OPERATIONS, SIGNED
from emulator.vendors.vrplatform.state import HOME_TEAM, Team, state_of

ROUTER = Router(OPERATIONS)


async def answer(call: Call) -> Response:
    """The vendor's answer. Raises Refusal."""
    match = ROUTER.match(call.method, segments_of(call.path))
    operation = match.operation if match else None
    if match is None or operation is None:
        raise call.refusal(rules.UNKNOWN_PATH)
    call.exchange.operation = operation.id
    if operation is SIGNED and operation.handler:
        return await operation.handler(call, **match.params)
    team = admit(call)
    if operation.handler is None:
        raise call.refusal(rules.NOT_EMULATED)
    return await operation.handler(call, team, **match.params)


def admit(call: Call) -> Team:
    """The team that the call is for, as far as its key reaches."""
    state, mode = state_of(call.sandbox), call.options.auth
    wanted = call.headers.get("x-team-id", "").strip()
    key = bare(call.headers.get("x-api-key", "").strip() or _bearer(call))
    if not key and mode != "off":
        raise call.refusal(rules.CREDENTIAL)
    if key in state.revoked:
        raise call.refusal(rules.KEY_UNKNOWN)
    if key in state.inactive:
        raise call.refusal(rules.KEY_INACTIVE)
    return state.team(_team_of(call, key, wanted) if mode == "strict" else wanted or HOME_TEAM)


def _team_of(call: Call, key: str, wanted: str) -> str:
    """The team that a key which was issued reaches."""
    issued = state_of(call.sandbox).keys.get(key)
    if issued is None:
        raise call.refusal(rules.KEY_UNKNOWN)
    if not issued.active:
        raise call.refusal(rules.KEY_INACTIVE)
    if not wanted and len(issued.teams) > 1:
        raise call.refusal(rules.TEAM_NEEDED)
    if wanted and wanted not in issued.teams:
        raise call.refusal(rules.KEY_TEAM)
    return wanted or issued.teams[0]


def _bearer(call: Call) -> str:
    scheme, _, token = call.headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""
