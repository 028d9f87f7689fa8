"""Arming faults: by the control API, and by a header of the request that is to suffer."""

from dataclasses import asdict
from typing import Any

from starlette.responses import JSONResponse, Response

from emulator.control.asking import PLAIN, Asked, Refused, checked
from emulator.core.faults.fault import KINDS, Fault, InvalidFault
from emulator.core.json_reader import JsonObject
from emulator.core.request import VendorRequest
from emulator.core.routing import segments_of
from emulator.core.vendor import Vendor
from emulator.vendors import VENDOR_NAMES, VENDORS

FAULT = PLAIN.schema(
    f"kind!:{'|'.join(KINDS)} vendor?:{'|'.join(VENDOR_NAMES)} operation?:text method?:text path?:text"
    " times?:whole skip?:whole every?:whole probability?:number"
    " status?:whole retry_after?:whole when?:before|during|after direction?:up|down after_bytes?:whole seconds?:number"
    " bytes_per_second?:whole"
)
HEADER = "x-emulator-fault"


async def list_all(asked: Asked) -> Response:
    return JSONResponse({"faults": [shown(each) for each in asked.sandbox.faults]})


async def arm(asked: Asked) -> Response:
    fault = _fault(asked.body)
    try:
        return JSONResponse(shown(asked.sandbox.faults.arm(fault)), 201)
    except InvalidFault as error:
        raise Refused(409, "Too many faults", _sentence(error)) from None


async def get(asked: Asked) -> Response:
    return JSONResponse(shown(_found(asked)))


async def disarm(asked: Asked) -> Response:
    asked.sandbox.faults.disarm(_found(asked).number)
    return Response(status_code=204)


async def clear(asked: Asked) -> Response:
    asked.sandbox.faults.clear()
    return Response(status_code=204)


def fault_for(call: VendorRequest, pack: Vendor) -> Fault | None:
    """The fault that is to strike a request; None for most. One that the request orders by its header is armed first.
    Raises Refused for a header that orders none that there can be."""
    faults = call.sandbox.faults
    header = call.headers.get(HEADER)
    if header is not None and faults.with_header(header) is None:
        fault = _fault(checked(_fields(header), FAULT, f"The header {HEADER}"))
        fault.header = header
        try:
            faults.arm(fault)
        except InvalidFault as error:
            raise Refused(400, "Too many faults", _sentence(error)) from None
    if not faults.armed:
        return None
    match = pack.router.match(call.method, segments_of(call.path))
    operation = match.operation.id if match and match.operation else None
    struck = faults.next_due(pack.name, operation, call.method, call.path.decode("latin-1"), header)
    if struck:
        # The vendor, which writes this down otherwise, may never see the call.
        call.exchange.operation = operation
    return struck


def shown(fault: Fault) -> dict[str, Any]:
    """A fault without what it does not have."""
    return {name: value for name, value in asdict(fault).items() if value is not None}


def _fields(header: str) -> dict[str, str]:
    """`status; status=503; times=2`: the kind, and what else there is to say."""
    kind, *more = (part.strip() for part in header.split(";"))
    pairs = (part.partition("=") for part in more if part)
    return {"kind": kind, **{name.strip(): value.strip() for name, _, value in pairs}}


def _fault(said: JsonObject) -> Fault:
    """Raises Refused."""
    try:
        fault = Fault(**{name: value for name, value in said.items() if value is not None})
    except InvalidFault as error:
        raise Refused(422, "No such fault", _sentence(error)) from None
    packs = [pack for pack in VENDORS.values() if fault.vendor in (None, pack.name)]
    having = [pack for pack in packs if fault.operation in (None, *(each.id for each in pack.operations))]
    if not having:
        whose = f"{packs[0].title} has no" if fault.vendor else "No vendor has an"
        detail = f"{whose} operation {fault.operation!r}; /_emulator/operations lists them."
        raise Refused(422, "No such fault", detail)
    for pack in having:
        if fault.status is not None and fault.status not in pack.fault_responses:
            known = ", ".join(map(str, pack.fault_responses))
            raise Refused(422, "No such fault", f"{pack.title} is not known to answer {fault.status}, only {known}.")
    return fault


def _found(asked: Asked) -> Fault:
    number = asked.params["number"]
    fault = asked.sandbox.faults.find(int(number)) if number.isdecimal() and len(number) < 10 else None
    if fault is None:
        raise Refused(404, "No such fault", f"There is no fault {number} in this sandbox.")
    return fault


def _sentence(error: Exception) -> str:
    text = str(error)
    return f"{text[0].upper()}{text[1:]}."
