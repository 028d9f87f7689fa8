"""The models of health and vendor operations."""

from typing import Literal

from pydantic import Field

from emulator.control.models.base import AnswerModel
from emulator.control.models.documents import UploadRequest
from emulator.core.validation import RequestModel


class Store(AnswerModel):
    """The file store, which all sandboxes share."""

    blobs: int = Field(description="How many different files it holds.", examples=[2])
    bytes: int = Field(description="How many bytes of its capacity they use.", examples=[41234])
    max_bytes: int = Field(description="Its capacity in bytes.", examples=[1024**3])


class Health(AnswerModel):
    """The health of a running server."""

    status: Literal["ok"] = Field(description="Always `ok`; a server that is not healthy does not answer.")
    version: str = Field(description="The emulator's version.", examples=["1.0.0"])
    uptime: float = Field(description="How long it has been running, in seconds of real time.", examples=[12.5])
    vendors: list[str] = Field(description="The vendors that it emulates.", examples=[["xero", "codat"]])
    sandboxes: int = Field(description="How many sandboxes there are.", examples=[1])
    store: Store = Field(description="How full the file store is.")


class Proxy(AnswerModel):
    """What the server did as a proxy, which stands in for the vendors' hosts."""

    hosts: list[str] = Field(
        description="The vendors' hosts, at which it answers by the header `Host` too.", examples=[["api.xero.com"]]
    )
    refused: dict[str, int] = Field(
        description="How often a target was refused, by host and port.", examples=[{"example.com:443": 2}]
    )
    failed_handshakes: dict[str, int] = Field(
        description="How often a TLS handshake failed, by host; mostly the client does not trust the certificate.",
        examples=[{"api.xero.com": 1}],
    )
    passed_through: dict[str, int] = Field(
        description="How often a tunnel led to a real host, by host and port; only to hosts that the setting "
        "`passthrough` names.",
        examples=[{"telemetry.example.com:443": 1}],
    )


class UnroutedRequest(AnswerModel):
    """A request that reached no vendor."""

    method: str = Field(description="Its method.", examples=["PUT"])
    target: str = Field(
        description="Its path and query, without credentials.", examples=["/Invoices/INV-0002/Attachments/a.pdf"]
    )
    status: int = Field(description="The status of the answer.", examples=[404])
    detail: str = Field(
        description="Why it reached none, and what was probably meant.",
        examples=["You probably meant http://127.0.0.1:4600/xero/api.xro/2.0/Invoices …"],
    )
    seconds_ago: float = Field(description="How long ago it was answered, in seconds of real time.", examples=[2.5])


class UnroutedQuery(RequestModel):
    """Which of the requests that reached no vendor to list."""

    sandbox: str | None = Field(
        None,
        description="Only those since this sandbox was made or reset, and that name no other one.",
        examples=["orders"],
    )


class UnroutedRequests(AnswerModel):
    """The last requests that reached no vendor."""

    requests: list[UnroutedRequest] = Field(description="The last ten at most, the newest last.")


class Programs(AnswerModel):
    """The same request in several languages."""

    curl: str = Field(description="A curl command for a shell.", examples=["curl -X PUT …"])
    python: str = Field(description="A Python program that uses httpx.", examples=["import httpx …"])
    javascript: str = Field(description="A JavaScript module that uses fetch.", examples=["await fetch(…)"])


class VendorAccess(AnswerModel):
    """How a client reaches a vendor in a sandbox."""

    name: str = Field(description="The vendor.", examples=["xero"])
    title: str = Field(description="Its name.", examples=["Xero"])
    base_url: str = Field(
        description="The base URL for a client.", examples=["http://127.0.0.1:4600/sandbox/orders/xero/api.xro/2.0"]
    )
    credential_states: list[str] = Field(
        description="The states that credentials can be brought into.", examples=[["expired", "revoked"]]
    )
    upload: UploadRequest = Field(description="A first request, which uploads a file.")
    programs: Programs = Field(description="This request with a small file, as programs.")


class VendorAccessList(AnswerModel):
    """The vendors."""

    vendors: list[VendorAccess] = Field(description="Every vendor.")


class VendorOperation(AnswerModel):
    """One method on one path of a vendor's API."""

    vendor: str = Field(description="The vendor that it belongs to.", examples=["xero"])
    id: str = Field(description="The vendor's id of it.", examples=["getInvoices"])
    method: str = Field(description="The HTTP method.", examples=["GET"])
    path: str = Field(
        description="The path on this server, with parameters in braces.", examples=["/xero/api.xro/2.0/Invoices"]
    )
    backing: Literal["emulated", "not emulated"] = Field(
        description="Operations that are not emulated are answered with status 501."
    )


class VendorOperationList(AnswerModel):
    """Operations of the vendors."""

    operations: list[VendorOperation] = Field(description="By vendor.")
