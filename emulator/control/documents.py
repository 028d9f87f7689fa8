"""The operations on documents and files: list both, create documents, download files."""

import json
from hashlib import sha256

from starlette.responses import Response

from emulator.control.errors import ControlError
from emulator.control.models.documents import (
    Document,
    DocumentList,
    DocumentQuery,
    File,
    FileContentQuery,
    FileList,
    FileQuery,
    NewDocument,
    UploadRequest,
)
from emulator.control.operation import Content, ControlContext, operation
from emulator.control.previews import file_headers, head_of
from emulator.core.storage.downloads import FileResponse
from emulator.core.storage.file_store import Blob
from emulator.core.vendor import DocumentSummary, FileSummary, InvalidDocument, Vendor

# How many hexadecimal digits of its content's SHA-256 a revision has.
REVISION_LENGTH = 16
FILE = Content(
    "*/*",
    "The bytes. PNG, JPEG, GIF, WebP and PDF, recognized by their first bytes, and text in UTF-8, always as "
    "`text/plain`, may be shown inline. Anything else is to be saved, with the media type that the client gave, or "
    "`application/octet-stream` for one that a browser could run. A browser runs none of it.",
    "%PDF-1.7",
)


@operation("GET", "/sandboxes/{sandbox}/documents", "List the documents that files can be attached to.")
async def list_documents(context: ControlContext, query: DocumentQuery) -> DocumentList:
    return DocumentList(
        documents=[
            render_document(vendor, document)
            for vendor in context.select_vendors(query.vendor)
            for document in vendor.documents(context.sandbox)
            if query.owner in (None, document.owner) and query.kind in (None, document.kind)
        ]
    )


@operation("POST", "/sandboxes/{sandbox}/documents", "Create a document.", status=201)
async def create_document(context: ControlContext, body: NewDocument) -> Document:
    """The new document is a copy of the seed data's first of its kind, with the given fields changed."""
    vendor = context.vendors[body.vendor]
    try:
        document = vendor.create_document(context.sandbox, body.owner, body.kind, body.fields or {})
    except InvalidDocument as error:
        reason = str(error).rstrip(".")
        raise ControlError(422, "Invalid document", f"{reason[0].upper()}{reason[1:]}.") from None
    return render_document(vendor, document)


@operation("GET", "/sandboxes/{sandbox}/files", "List the attachments.")
async def list_files(context: ControlContext, query: FileQuery) -> FileList:
    """`staged=true` selects attachments without a document, such as files that a client uploaded and never attached."""
    return FileList(
        files=[
            render_file(vendor, file)
            for vendor in context.select_vendors(query.vendor)
            for file in vendor.files(context.sandbox)
            if query.owner in (None, file.owner) and query.staged in (None, not file.documents)
        ]
    )


@operation(
    "GET",
    "/sandboxes/{sandbox}/files/{sha256}",
    "Get the bytes of a file.",
    content=FILE,
)
async def get_file(context: ControlContext, query: FileContentQuery) -> Response:
    """The bytes with this SHA-256, under the name of the first attachment that has them.

    The query selects an attachment, as several can have the same bytes under different names.
    """
    sha256 = context.path_params["sha256"].lower()
    for vendor in context.select_vendors(query.vendor):
        for file in vendor.files(context.sandbox):
            if (
                file.blob
                and file.blob.sha256 == sha256
                and query.owner in (None, file.owner)
                and query.id in (None, file.id)
            ):
                return serve_file(file.blob, file.name, file.content_type)
    raise ControlError(
        404, "No such file", f"No attachment in this sandbox has the SHA-256 {sha256}, or fits the query."
    )


def serve_file(blob: Blob, name: str, content_type: str = "") -> Response:
    """Return the bytes of a file that a client uploaded, with headers that keep a browser from running it."""
    media_type, headers = file_headers(name, head_of(blob), content_type)
    return FileResponse(blob, media_type, headers)


def render_document(vendor: Vendor, document: DocumentSummary) -> Document:
    """Return the model of a document."""
    content = json.dumps(document.content, default=str, sort_keys=True)
    return Document(
        vendor=vendor.name,
        owner=document.owner,
        kind=document.kind,
        id=document.id,
        number=document.number,
        attachments=document.attachments,
        upload=UploadRequest.of(vendor.name, document.upload) if document.upload else None,
        revision=sha256(content.encode("utf-8", "surrogatepass")).hexdigest()[:REVISION_LENGTH],
    )


def render_file(vendor: Vendor, file: FileSummary) -> File:
    """Return the model of a file."""
    return File(
        vendor=vendor.name,
        owner=file.owner,
        id=file.id,
        name=file.name,
        content_type=file.content_type,
        size=file.blob.size if file.blob else None,
        sha256=file.blob.sha256 if file.blob else None,
        documents=list(file.documents),
        staged=not file.documents,
    )
