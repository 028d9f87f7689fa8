"""The operations on faults: arm, list and disarm them."""

from dataclasses import asdict

from emulator.control.errors import ControlError
from emulator.control.models import faults as models
from emulator.control.operation import ControlContext, operation
from emulator.core.faults.fault import Fault
from emulator.core.faults.models import FaultRequest


@operation("GET", "/sandboxes/{sandbox}/faults", "List the armed faults with their counters.")
async def list_faults(context: ControlContext) -> models.FaultList:
    return models.FaultList(faults=[_render(fault) for fault in context.sandbox.faults])


@operation("POST", "/sandboxes/{sandbox}/faults", "Arm a fault.", status=201, problems=(409,))
async def arm_fault(context: ControlContext, body: FaultRequest) -> models.Fault:
    return _render(context.sandbox.faults.arm(body.to_fault(context.vendors)))


@operation("DELETE", "/sandboxes/{sandbox}/faults", "Disarm all faults.")
async def disarm_all_faults(context: ControlContext) -> None:
    context.sandbox.faults.clear()


@operation("GET", "/sandboxes/{sandbox}/faults/{number}", "Get a fault.")
async def get_fault(context: ControlContext) -> models.Fault:
    return _render(_find(context))


@operation("DELETE", "/sandboxes/{sandbox}/faults/{number}", "Disarm a fault.")
async def disarm_fault(context: ControlContext) -> None:
    context.sandbox.faults.disarm(_find(context).number)


def _find(context: ControlContext) -> Fault:
    number = context.path_params["number"]
    fault = context.sandbox.faults.find(int(number)) if number.isdecimal() and len(number) < 10 else None
    if fault is None:
        raise ControlError(404, "No such fault", f"There is no fault {number} in this sandbox.")
    return fault


def _render(fault: Fault) -> models.Fault:
    return models.Fault(**{name: value for name, value in asdict(fault).items() if value is not None})
