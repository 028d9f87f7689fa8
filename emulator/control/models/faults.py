"""Faults, as they are armed in a sandbox. What orders one is `emulator.core.faults.models.FaultRequest`."""

from pydantic import Field

from emulator.control.models.base import AnswerModel
from emulator.core.faults.fault import Direction, Kind, Moment


class Fault(AnswerModel):
    """An armed fault, without the members that its kind does not have."""

    kind: Kind = Field(description="What goes wrong.")
    vendor: str | None = Field(None, description="Only requests to this vendor.", examples=["xero"])
    operation: str | None = Field(None, description="Only requests for this operation.")
    method: str | None = Field(None, description="Only requests with this HTTP method.")
    path: str | None = Field(None, description="Only requests whose path contains or matches this.")
    times: int = Field(description="How often it strikes; 0 is always.", examples=[2])
    skip: int = Field(description="How many matching requests pass unharmed first.", examples=[0])
    every: int = Field(description="It strikes every n-th matching request.", examples=[1])
    probability: float = Field(description="How likely it is to strike.", examples=[1.0])
    status: int | None = Field(None, description="The answer's status.", examples=[503])
    retry_after: int | None = Field(None, description="Seconds that the answer's Retry-After names.")
    when: Moment | None = Field(None, description="When the connection is reset.")
    direction: Direction | None = Field(None, description="`up` is what the client sends, `down` what it gets.")
    after_bytes: int | None = Field(None, description="After how many bytes of the body it strikes.")
    seconds: float | None = Field(None, description="Real seconds.")
    bytes_per_second: int | None = Field(None, description="How fast bytes move.")
    header: str | None = Field(None, description="The request header that it came with.")
    number: int = Field(description="Its number in this sandbox.", examples=[1])
    matched: int = Field(
        description="How many requests it might have struck, while there were strikes left.", examples=[1]
    )
    triggered: int = Field(description="How many requests it struck.", examples=[1])


class FaultList(AnswerModel):
    """The faults of a sandbox."""

    faults: list[Fault] = Field(description="Those that are spent, too.")
