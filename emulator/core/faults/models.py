"""The request for a fault as a pydantic model, for the control API and for the request header."""

from collections.abc import Mapping
from typing import Any, cast

from pydantic import ConfigDict, Field, ValidationError

from emulator.core.faults.fault import (
    KINDS,
    MAX_WEBHOOK_DELAY,
    SENTENCES,
    WEBHOOK_KINDS,
    Direction,
    Fault,
    InvalidFault,
    InvalidFaultRequest,
    Kind,
    Moment,
)
from emulator.core.validation import VENDORS, Integer, Number, RequestModel, Text, VendorName, bounds, describe_errors
from emulator.core.vendor import Vendor


class FaultRequest(RequestModel):
    """An instruction to misbehave."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"kind": "status", "status": 503, "times": 2}],
            # Which parameters each kind takes, with their defaults, for forms made from this schema.
            "x-kinds": {
                kind: {"description": SENTENCES[kind], "parameters": cast("dict[str, Any]", dict(KINDS[kind]))}
                for kind in KINDS
            },
        }
    )

    kind: Kind = Field(description="What goes wrong.")
    vendor: VendorName | None = Field(None, description="Only requests to this vendor.")
    operation: Text | None = Field(
        None, description="Only requests for the operation with this id, as in the list of operations."
    )
    method: Text | None = Field(None, description="Only requests with this HTTP method.")
    path: Text | None = Field(
        None, description="Only requests whose path contains this text, or matches it where it has a `*`."
    )
    event_type: Text | None = Field(
        None, description="Only webhooks of this event type, for the kinds that begin with `webhook-`."
    )
    times: Integer | None = Field(
        None,
        description="How often it triggers; 0 for always. By default once, or always with `every` or `probability`.",
        json_schema_extra=bounds(0),
    )
    skip: Integer | None = Field(
        None, description="How many matching requests pass unharmed first.", json_schema_extra=bounds(0)
    )
    every: Integer | None = Field(
        None, description="It triggers on every n-th matching request.", json_schema_extra=bounds(1)
    )
    probability: Number | None = Field(
        None,
        description="Probability of triggering, above 0 and at most 1; the same seed gives the same sequence.",
        json_schema_extra={"exclusiveMinimum": 0, **bounds(0, 1)},
    )
    status: Integer | None = Field(None, description="Status of the answer, one that the vendor is known to send.")
    retry_after: Integer | None = Field(
        None,
        description="Retry-After of the answer, in seconds; by default the vendor's own value.",
        json_schema_extra=bounds(0),
    )
    when: Moment | None = Field(None, description="When the connection is reset: before, during or after the upload.")
    direction: Direction | None = Field(
        None, description="`up` for what the client sends, `down` for what it receives."
    )
    after_bytes: Integer | None = Field(
        None,
        description="After how many bytes of the body it triggers; by default half of them.",
        json_schema_extra=bounds(0),
    )
    seconds: Number | None = Field(
        None,
        description="Duration in real seconds, at most 60; for `webhook-late` in seconds of the sandbox's clock.",
        json_schema_extra=bounds(0, MAX_WEBHOOK_DELAY),
    )
    bytes_per_second: Integer | None = Field(None, description="Transfer rate.", json_schema_extra=bounds(1))

    def to_fault(self, vendors: Mapping[str, Vendor]) -> Fault:
        """Return the fault, not yet armed. Raises InvalidFault for an operation or status that no vendor has."""
        fault = Fault(**self.model_dump(exclude_none=True))
        candidates = [vendor for vendor in vendors.values() if fault.vendor in (None, vendor.name)]
        targets = [
            vendor
            for vendor in candidates
            if fault.operation in (None, *(operation.id for operation in vendor.operations))
        ]
        if not targets:
            whose = f"{candidates[0].title} has no" if fault.vendor else "No vendor has an"
            raise InvalidFault(f"{whose} operation {fault.operation!r}; /_emulator/operations lists them")
        if fault.kind in WEBHOOK_KINDS and all(vendor.webhooks is None for vendor in targets):
            raise InvalidFault(f"the webhooks of {targets[0].title} are not emulated, so no fault can apply to them")
        for vendor in targets:
            if fault.status is not None and fault.status not in vendor.fault_responses:
                known = ", ".join(map(str, vendor.fault_responses))
                raise InvalidFault(f"{vendor.title} is not known to answer {fault.status}, only {known}")
        return fault


def fault_from_header(header: str, vendors: Mapping[str, Vendor], name: str) -> Fault:
    """Return the fault that a request header describes; `name` is the header's. Raises InvalidFault."""
    try:
        request = FaultRequest.model_validate(_members(header), context={VENDORS: vendors})
    except ValidationError as error:
        raise InvalidFaultRequest(describe_errors(error, FaultRequest, f"The header {name}")) from None
    fault = request.to_fault(vendors)
    fault.header = header
    return fault


def _members(header: str) -> dict[str, Any]:
    """Parse a header like `status; status=503; times=2`: the kind, then the other members."""
    kind, *more = (part.strip() for part in header.split(";"))
    pairs = (part.partition("=") for part in more if part)
    return {"kind": kind, **{name.strip(): value.strip() for name, _, value in pairs}}
