"""VRPlatform end to end: which checks a request passes, in which order, and who answers it."""

from starlette.responses import Response

from emulator.core.request import VendorRequest
from emulator.core.routing import Router, segments_of
from emulator.vendors.vrplatform import rules
from emulator.vendors.vrplatform.auth import admit
from emulator.vendors.vrplatform.operations import OPERATIONS, SIGNED

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
