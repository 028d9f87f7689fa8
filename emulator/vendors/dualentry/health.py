"""Handler of the health check."""

from starlette.responses import Response

from emulator.core.request import VendorRequest
from emulator.vendors.dualentry import errors
from emulator.vendors.dualentry.state import Organisation


async def check(request: VendorRequest, _: Organisation) -> Response:
    """Say that the API is healthy, and what time it is by the sandbox's clock."""
    return errors.success(request, {"status": "healthy", "timestamp": request.sandbox.clock.now()})
