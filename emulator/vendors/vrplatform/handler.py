"""VRPlatform's request handling: which checks a request passes, in which order, and which handler answers it."""

from starlette.responses import Response

from emulator.core.request import VendorRequest
from emulator.core.routing import Router, segments_of
from emulator.vendors.vrplatform import rules
from emulator.vendors.vrplatform.auth import authenticate
from emulator.vendors.vrplatform.operations import OPERATIONS, SIGNED_DOWNLOAD

ROUTER = Router(OPERATIONS)


async def answer(request: VendorRequest) -> Response:
    """Answer a request as VRPlatform would. Raises Refusal."""
    match = ROUTER.match(request.method, segments_of(request.path))
    operation = match.operation if match else None
    if match is None or operation is None:
        raise request.refusal(rules.UNKNOWN_PATH)
    if operation is SIGNED_DOWNLOAD and operation.handler:
        return await operation.handler(request, **match.params)
    team = authenticate(request)
    if operation.handler is None:
        raise request.refusal(rules.NOT_EMULATED)
    return await operation.handler(request, team, **match.params)
