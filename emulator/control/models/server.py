"""The models of health and vendor operations."""

from typing import Literal

from pydantic import Field

from emulator.control.models.base import AnswerModel


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
    """What the server refused as a proxy: it stands in for the vendors' hosts only."""

    refused: dict[str, int] = Field(
        description="How often a target was refused, by host and port.", examples=[{"example.com:443": 2}]
    )
    failed_handshakes: dict[str, int] = Field(
        description="How often a TLS handshake failed, by host; mostly the client does not trust the certificate.",
        examples=[{"api.xero.com": 1}],
    )


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
