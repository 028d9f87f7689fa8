"""The models of armed faults. The model of a request for one is `emulator.core.faults.models.FaultRequest`."""

from pydantic import Field

from emulator.control.models.base import AnswerModel
from emulator.core.faults.fault import Direction, Kind, Moment


class Fault(AnswerModel):
    """An armed fault. Parameters that its kind does not have are left out."""

    kind: Kind = Field(description="What goes wrong.")
    vendor: str | None = Field(None, description="Only requests to this vendor.", examples=["xero"])
    operation: str | None = Field(None, description="Only requests for this operation.")
    method: str | None = Field(None, description="Only requests with this HTTP method.")
    path: str | None = Field(None, description="Only requests whose path contains or matches this.")
    event_type: str | None = Field(None, description="Only webhooks of this event type.")
    times: int = Field(description="How often it triggers; 0 for always.", examples=[2])
    skip: int = Field(description="How many matching requests pass unharmed first.", examples=[0])
    every: int = Field(description="It triggers on every n-th matching request.", examples=[1])
    probability: float = Field(description="Probability of triggering.", examples=[1.0])
    status: int | None = Field(None, description="The answer's status.", examples=[503])
    retry_after: int | None = Field(None, description="Retry-After of the answer, in seconds.")
    when: Moment | None = Field(None, description="When the connection is reset.")
    direction: Direction | None = Field(
        None, description="`up` for what the client sends, `down` for what it receives."
    )
    after_bytes: int | None = Field(None, description="After how many bytes of the body it triggers.")
    seconds: float | None = Field(None, description="Duration in real seconds.")
    bytes_per_second: int | None = Field(None, description="Transfer rate.")
    header: str | None = Field(None, description="The request header that armed it.")
    number: int = Field(description="Its number in this sandbox.", examples=[1])
    matched: int = Field(description="How many requests it matched before it was spent.", examples=[1])
    triggered: int = Field(description="How many requests triggered it.", examples=[1])


class FaultList(AnswerModel):
    """The faults of a sandbox."""

    faults: list[Fault] = Field(description="All of them, spent ones included.")
