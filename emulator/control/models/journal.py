"""The models of exchanges and of filters for them."""

from pydantic import Field

from emulator.control.models.base import SHA256, AnswerModel
from emulator.control.models.sandboxes import NOW
from emulator.core.journal import Outcome
from emulator.core.validation import Integer, Number, RequestModel, Text, bounds

# A query holds at most nine digits.
NUMBERS = bounds(0, 999_999_999)


class ExchangeFilter(RequestModel):
    """Which exchanges to select."""

    vendor: Text | None = Field(None, description="Only exchanges with this vendor.", examples=["xero"])
    method: Text | None = Field(None, description="Only requests with this HTTP method.")
    path: Text | None = Field(
        None, description="Only requests whose path contains this text, or matches it where it has a `*`."
    )
    operation: Text | None = Field(None, description="Only requests for this operation of the vendor.")
    status: Text | None = Field(None, description="Only answers with this status: `404`, or `4xx` for the whole class.")
    rule: Text | None = Field(None, description="Only requests that this rule refused.")
    fault: Text | None = Field(None, description="Only exchanges that triggered a fault of this kind.")
    after: Integer | None = Field(None, description="Only exchanges with a higher number.", json_schema_extra=NUMBERS)


class JournalQuery(ExchangeFilter):
    """Which exchanges to list."""

    limit: Integer | None = Field(None, description="Only the last ones, this many.", json_schema_extra=NUMBERS)


class EventQuery(ExchangeFilter):
    """Which exchanges to stream."""

    after: Integer | None = Field(
        None,
        description="Begin with the exchanges that ended after the one with this number; 0 for all that the journal "
        "has. The header `Last-Event-ID` counts more. By default the stream begins with what ends from now on.",
        json_schema_extra=NUMBERS,
    )


class JournalWait(ExchangeFilter):
    """Which exchange to wait for."""

    timeout: Number = Field(5.0, description="How long to wait, in seconds; at most 60.", json_schema_extra=bounds(0))


AVAILABLE = (
    "Whether the bytes can be had: those of a file while an attachment has them, others if not secret or too long."
)


class FormFile(AnswerModel):
    """A file in a request's form."""

    name: str = Field(description="The file name.", examples=["receipt.pdf"])
    size: int = Field(description="Size in bytes.", examples=[5])
    sha256: str | None = Field(description="SHA-256 of the bytes, in hexadecimal.", examples=[SHA256])
    available: bool = Field(description=AVAILABLE, examples=[True])


class ExchangeResponse(AnswerModel):
    """What the server sent."""

    headers: list[tuple[str, str]] = Field(
        description="Names and values, with credentials redacted.", examples=[[["content-type", "application/json"]]]
    )
    size: int = Field(description="Size of the body in bytes.", examples=[5])
    sha256: str | None = Field(description="SHA-256 of the body if it is a file, in hexadecimal.", examples=[SHA256])
    available: bool = Field(description=AVAILABLE, examples=[True])


class ExchangeRequest(ExchangeResponse):
    """What the client sent."""

    files: list[FormFile] = Field(description="The files in a form.", examples=[[]])


class Exchange(AnswerModel):
    """One request of a client and its answer."""

    number: int = Field(description="Its number in this sandbox, counted from 1.", examples=[1])
    at: str = Field(
        description="Time of the request, by the sandbox's clock.",
        examples=[NOW],
        json_schema_extra={"format": "date-time"},
    )
    vendor: str = Field(description="The vendor that the request was sent to.", examples=["xero"])
    operation: str | None = Field(
        description="The id of the operation; null if no operation has this path.",
        examples=["createInvoiceAttachmentByFileName"],
    )
    method: str = Field(description="The HTTP method.", examples=["PUT"])
    target: str = Field(
        description="Path and query as they were sent, percent-encoded.",
        examples=["/xero/api.xro/2.0/Invoices/INV-0002/Attachments/receipt.pdf"],
    )
    duration: float | None = Field(
        description="Seconds of real time from the head of the request to the end of the answer; null while the "
        "exchange is open.",
        examples=[0.004],
    )
    request: ExchangeRequest = Field(description="What the client sent.")
    status: int | None = Field(description="Status of the answer; null without an answer.", examples=[200])
    response: ExchangeResponse = Field(description="What the server sent.")
    rules: list[str] = Field(description="The rules that refused the request.", examples=[[]])
    outcome: Outcome = Field(
        description="`open` until the answer is sent; `disconnected` if the client closed the connection first; `cut` "
        "if a fault ended the connection; `failed` after an internal error of the emulator.",
        examples=["answered"],
    )
    fault: str | None = Field(description="The kind of fault that it triggered.", examples=[None])
    hint: str | None = Field(
        description="What a request that matches no operation probably meant, or what is probably wrong with one that "
        "the vendor accepted.",
        examples=[None],
    )


class Journal(AnswerModel):
    """Exchanges of a sandbox."""

    exchanges: list[Exchange] = Field(description="Oldest first.")
