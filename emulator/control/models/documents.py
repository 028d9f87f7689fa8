"""The models of documents, files and credentials."""

from typing import Any

from pydantic import Field

from emulator.control.models.base import SHA256, AnswerModel, VendorQuery
from emulator.core.validation import Boolean, RequestModel, Text, VendorName
from emulator.core.vendor import UploadRequest as VendorUpload

VENDOR = "The vendor that it belongs to."
OWNER = "The tenant, connection, organisation or team that owns it."


class DocumentQuery(VendorQuery):
    owner: Text | None = Field(None, description="Only those of this tenant, connection, organisation or team.")
    kind: Text | None = Field(None, description="Only those of this kind.", examples=["Invoices"])


class NewDocument(RequestModel):
    """A document to create: a copy of the seed data's first of its kind, with the given fields changed."""

    vendor: VendorName = Field(description=VENDOR, examples=["xero"])
    kind: Text = Field(description="The kind of document, as the vendor's paths name it.", examples=["Invoices"])
    owner: Text | None = Field(None, description=f"{OWNER} By default the seed data's first.")
    fields: dict[str, Any] | None = Field(
        None, description="Fields of the document, as the vendor names them.", examples=[{"Reference": "PO-7"}]
    )


class UploadRequest(AnswerModel):
    """The request of the vendor's own API that uploads a file."""

    method: str = Field(description="The HTTP method.", examples=["PUT"])
    path: str = Field(
        description="The path on this server, where `{file_name}` stands for the percent-encoded name of the file.",
        examples=["/xero/api.xro/2.0/Invoices/5eed0000-0000-4000-8000-000000000101/Attachments/{file_name}"],
    )
    headers: dict[str, str] = Field(
        description="Its headers, with a credential of the seed data.", examples=[{"Authorization": "Bearer anything"}]
    )
    form_field: str | None = Field(
        description="The name of the form's part that is the file; null where the file is the body.", examples=["file"]
    )
    form_fields: dict[str, str] = Field(description="The other fields of the form.", examples=[{}])

    @classmethod
    def of(cls, vendor: str, request: VendorUpload) -> "UploadRequest":
        return cls(
            method=request.method,
            path=f"/{vendor}{request.path}",
            headers=dict(request.headers),
            form_field=request.form_field,
            form_fields=dict(request.form_fields),
        )


class Document(AnswerModel):
    """A document that files can be attached to."""

    vendor: str = Field(description=VENDOR, examples=["xero"])
    owner: str = Field(description=OWNER, examples=["5eed0000-0000-4000-8000-000000000001"])
    kind: str = Field(description="The kind of document, as the vendor's paths name it.", examples=["Invoices"])
    id: str = Field(description="Its id in the vendor's paths.", examples=["5eed0000-0000-4000-8000-000000000101"])
    number: str = Field(description="Its human-readable number.", examples=["INV-0002"])
    attachments: int = Field(description="How many files are attached to it.", examples=[1])
    revision: str = Field(
        description="The same as long as its content is the same; its files are not part of it.",
        examples=["9f86d081884c7d65"],
    )
    upload: UploadRequest | None = Field(
        description="How a client uploads a file for it; null if it takes none. At VRPlatform a file is staged first."
    )


class DocumentList(AnswerModel):
    """Documents of a sandbox."""

    documents: list[Document] = Field(description="In the vendors' order.")


class FileQuery(VendorQuery):
    owner: Text | None = Field(None, description="Only those of this tenant, connection, organisation or team.")
    staged: Boolean | None = Field(
        None, description="Only those attached to no document (true), or only those attached to one (false)."
    )


class FileContentQuery(VendorQuery):
    """Which attachment is meant."""

    owner: Text | None = Field(None, description="The tenant, connection, organisation or team that owns it.")
    id: Text | None = Field(None, description="Its id at the vendor.")


class File(AnswerModel):
    """An attachment."""

    vendor: str = Field(description=VENDOR, examples=["xero"])
    owner: str = Field(description=OWNER, examples=["5eed0000-0000-4000-8000-000000000001"])
    id: str = Field(description="Its id at the vendor.", examples=["5eed0000-0000-4000-8000-000000000201"])
    name: str = Field(description="The file name.", examples=["receipt.pdf"])
    content_type: str = Field(description="Its media type.", examples=["application/pdf"])
    size: int | None = Field(description="Size in bytes; null until the file is uploaded.", examples=[5])
    sha256: str | None = Field(description="SHA-256 of the bytes, in hexadecimal.", examples=[SHA256])
    documents: list[str] = Field(
        description="The documents that it is attached to, each with its type.",
        examples=[["Invoices/5eed0000-0000-4000-8000-000000000101"]],
    )
    staged: bool = Field(description="Whether it is uploaded and not attached to a document.", examples=[False])


class FileList(AnswerModel):
    """Files of a sandbox."""

    files: list[File] = Field(description="In the vendors' order.")


class CredentialChange(RequestModel):
    """Credentials to invalidate."""

    vendor: VendorName = Field(description=VENDOR, examples=["xero"])
    state: Text = Field(description="The state to bring them into; each vendor knows its own.", examples=["expired"])
    owner: Text | None = Field(
        None,
        description="Their owner: an app, an organisation, a connection, a company or a key. By default all of them.",
    )
    scopes: Text | None = Field(None, description="The scopes that remain in the state `limited`, separated by spaces.")


class CredentialState(AnswerModel):
    """The new state of the credentials."""

    vendor: str = Field(description=VENDOR, examples=["xero"])
    state: str = Field(description="Their state.", examples=["expired"])
    owner: str | None = Field(description="Their owner; null for all.", examples=[None])
