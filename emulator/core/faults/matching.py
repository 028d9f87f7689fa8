"""Selection of a request's fault: one armed in its sandbox, or one in its own header. `injector.py` injects it."""

from collections.abc import Mapping

from emulator.core.faults.fault import Fault, TooManyFaults
from emulator.core.request import VendorRequest
from emulator.core.vendor import Vendor

HEADER = "x-emulator-fault"


def fault_for(request: VendorRequest, vendor: Vendor, vendors: Mapping[str, Vendor]) -> Fault | None:
    """Return the fault that a request triggers, or None. A fault in the request's header is armed first.

    Raises InvalidFault for a header that does not describe a valid fault.
    """
    faults = request.sandbox.faults
    header = request.headers.get(HEADER)
    if header is not None and faults.with_header(header) is None:
        _arm(request, header, vendors)
    if not faults.armed:
        return None
    path = request.path.decode("latin-1")
    return faults.next_due(vendor.name, request.exchange.operation, request.method, path, header)


def _arm(request: VendorRequest, header: str, vendors: Mapping[str, Vendor]) -> None:
    # Imported here because it loads pydantic, which requests without the header do not need.
    from emulator.core.faults.models import fault_from_header

    fault = fault_from_header(header, vendors, HEADER)
    try:
        request.sandbox.faults.arm(fault)
    except TooManyFaults as error:
        # The client of a vendor made a bad request; there is no conflict.
        error.status = 400
        raise
