"""VRPlatform's request handling: which checks a request passes, in which order, and which handler answers it."""

from starlette.responses import Response

from emulator.core.request import VendorRequest
from emulator.vendors.vrplatform import rules
from emulator.vendors.vrplatform.auth import NO_TEAM_SCOPE, check_key, check_scope, select_team
from emulator.vendors.vrplatform.operations import OTHER_RESOURCES, SIGNED_DOWNLOAD


async def answer(request: VendorRequest) -> Response:
    """Answer a request as VRPlatform would. Raises Refusal."""
    match = request.match
    operation = match.operation if match else None
    if operation is None and request.segments[0] not in OTHER_RESOURCES:
        raise request.refusal(rules.UNKNOWN_PATH)
    params = match.params if match else {}
    if operation is SIGNED_DOWNLOAD and operation.handler:
        return await operation.handler(request, **params)
    key = check_key(request)
    needs_team = operation is None or operation.context is not NO_TEAM_SCOPE
    team = select_team(request, key) if needs_team else None
    if team:
        request.meter("team", team.id)
    check_scope(request, key, request.segments[0])
    if operation is None or operation.handler is None:
        raise request.refusal(rules.NOT_EMULATED)
    return await operation.handler(request, team or key, **params)
