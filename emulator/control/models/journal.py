"""The journal: exchanges, and what to look for among them."""

from pydantic import Field

from emulator.control.models.base import SHA256, AnswerModel
from emulator.control.models.sandboxes import NOW
from emulator.core.journal import Outcome
from emulator.core.validation import Integer, Number, RequestModel, Text


class ExchangeFilter(RequestModel):
    vendor: Text | None = Field(None, description="Only exchanges with this vendor.", examples=["xero"])
    method: Text | None = Field(None, description="Only requests with this HTTP method.")
    path: Text | None = Field(
        None, description="Only requests whose path contains this text, or matches it where it has a `*`."
    )
    operation: Text | None = Field(None, description="Only requests for this operation of the vendor.")
    status: Text | None = Field(None, description="Only answers with this status: `404`, or `4xx` for all of a kind.")
    rule: Text | None = Field(None, description="Only requests that this rule refused.")
    fault: Text | None = Field(None, description="Only exchanges that a fault of this kind struck.")
    after: Integer | None = Field(None, description="Only exchanges with a higher number.")


class JournalQuery(ExchangeFilter):
    limit: Integer | None = Field(None, description="The last so many of them.")


class JournalWait(ExchangeFilter):
    timeout: Number = Field(5.0, description="How long to wait, in seconds; 60 at most.")


class FormFile(AnswerModel):
    """A file in a request's form."""

    name: str = Field(description="The file name.", examples=["receipt.pdf"])
    size: int = Field(description="Bytes.", examples=[5])
    sha256: str | None = Field(description="Of the bytes, in hexadecimal.", examples=[SHA256])


class ExchangeResponse(AnswerModel):
    """What the server sent."""

    headers: list[tuple[str, str]] = Field(
        description="Names and values, credentials left out.", examples=[[["content-type", "application/json"]]]
    )
    size: int = Field(description="Bytes of the body.", examples=[5])
    sha256: str | None = Field(description="Of a file that is the body, in hexadecimal.", examples=[SHA256])


class ExchangeRequest(ExchangeResponse):
    """What the client sent."""

    files: list[FormFile] = Field(description="The files in a form.", examples=[[]])


class Exchange(AnswerModel):
    """One request of a client and its answer."""

    number: int = Field(description="Its number in this sandbox, counted from 1.", examples=[1])
    at: str = Field(
        description="When the request came, by the sandbox's clock.",
        examples=[NOW],
        json_schema_extra={"format": "date-time"},
    )
    vendor: str = Field(description="The vendor that was asked.", examples=["xero"])
    operation: str | None = Field(
        description="The vendor's name for what was asked; null where no operation has such a path.",
        examples=["createInvoiceAttachmentByFileName"],
    )
    method: str = Field(description="The HTTP method.", examples=["PUT"])
    target: str = Field(
        description="Path and query as they were sent, percent-encoded.",
        examples=["/xero/api.xro/2.0/Invoices/INV-0002/Attachments/receipt.pdf"],
    )
    request: ExchangeRequest = Field(description="What the client sent.")
    status: int | None = Field(description="The answer's status; null where there was no answer.", examples=[200])
    response: ExchangeResponse = Field(description="What the server sent.")
    rules: list[str] = Field(description="The rules that refused the request.", examples=[[]])
    outcome: Outcome = Field(
        description="`open` until the answer is out; `disconnected` when the client went away first; `cut` when a "
        "fault broke the connection; `failed` when the emulator did.",
        examples=["answered"],
    )
    fault: str | None = Field(description="The kind of fault that struck it.", examples=[None])
    hint: str | None = Field(description="What a request that no operation matched probably meant.", examples=[None])


class Journal(AnswerModel):
    """Exchanges of a sandbox."""

    exchanges: list[Exchange] = Field(description="Oldest first.")
