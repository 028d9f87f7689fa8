"""Documents, the files that hang on them, and the credentials that give access to both."""

from typing import Any

from pydantic import Field

from emulator.control.models.base import SHA256, AnswerModel, VendorQuery
from emulator.core.validation import Boolean, RequestModel, Text, VendorName

VENDOR = "The vendor whose it is."
OWNER = "The tenant, connection, organisation or team whose it is."


class DocumentQuery(VendorQuery):
    owner: Text | None = Field(None, description="Only those of this tenant, connection, organisation or team.")
    kind: Text | None = Field(None, description="Only those of this kind.", examples=["Invoices"])


class NewDocument(RequestModel):
    """A document to create: like the seed data's first of its kind but for the given fields."""

    vendor: VendorName = Field(description=VENDOR, examples=["xero"])
    kind: Text = Field(description="The kind of document, as the vendor's paths name it.", examples=["Invoices"])
    owner: Text | None = Field(None, description=f"{OWNER} By default the seed data's first.")
    fields: dict[str, Any] | None = Field(
        None, description="Fields of the document, as the vendor names them.", examples=[{"Reference": "PO-7"}]
    )


class Document(AnswerModel):
    """Something that a file can hang on."""

    vendor: str = Field(description=VENDOR, examples=["xero"])
    owner: str = Field(description=OWNER, examples=["5eed0000-0000-4000-8000-000000000001"])
    kind: str = Field(description="The kind of document, as the vendor's paths name it.", examples=["Invoices"])
    id: str = Field(
        description="Its id, as the vendor's paths have it.", examples=["5eed0000-0000-4000-8000-000000000101"]
    )
    number: str = Field(description="The number that people know it by.", examples=["INV-0002"])
    attachments: int = Field(description="How many files hang on it.", examples=[1])


class DocumentList(AnswerModel):
    """Documents of a sandbox."""

    documents: list[Document] = Field(description="In the vendors' order.")


class FileQuery(VendorQuery):
    owner: Text | None = Field(None, description="Only those of this tenant, connection, organisation or team.")
    staged: Boolean | None = Field(
        None, description="Only those that hang on no document (true), or only those that do (false)."
    )


class File(AnswerModel):
    """An attachment."""

    vendor: str = Field(description=VENDOR, examples=["xero"])
    owner: str = Field(description=OWNER, examples=["5eed0000-0000-4000-8000-000000000001"])
    id: str = Field(description="The vendor's id of it.", examples=["5eed0000-0000-4000-8000-000000000201"])
    name: str = Field(description="The file name.", examples=["receipt.pdf"])
    content_type: str = Field(description="Its media type.", examples=["application/pdf"])
    size: int | None = Field(description="Bytes; null while they are still to come.", examples=[5])
    sha256: str | None = Field(description="Of the bytes, in hexadecimal.", examples=[SHA256])
    documents: list[str] = Field(
        description="The documents that it hangs on.", examples=[["5eed0000-0000-4000-8000-000000000101"]]
    )
    staged: bool = Field(description="Whether it hangs on none, and is merely uploaded.", examples=[False])


class FileList(AnswerModel):
    """Files of a sandbox."""

    files: list[File] = Field(description="In the vendors' order.")


class CredentialChange(RequestModel):
    """Credentials that are to be good no longer."""

    vendor: VendorName = Field(description=VENDOR, examples=["xero"])
    state: Text = Field(description="The state to bring them into; each vendor knows its own.", examples=["expired"])
    owner: Text | None = Field(
        None, description="Whose: an app, an organisation, a connection, a company or a key. By default all of them."
    )
    scopes: Text | None = Field(None, description="What the state `limited` leaves them, separated by spaces.")


class CredentialState(AnswerModel):
    """The state that credentials are in now."""

    vendor: str = Field(description=VENDOR, examples=["xero"])
    state: str = Field(description="The state that they are in.", examples=["expired"])
    owner: str | None = Field(description="Whose they are; null for everybody's.", examples=[None])
