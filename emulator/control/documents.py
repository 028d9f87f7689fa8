"""The operations on documents and files: list both, create documents, download files."""

from dataclasses import asdict

from starlette.responses import Response

from emulator.control.errors import ControlError
from emulator.control.models.documents import (
    Document,
    DocumentList,
    DocumentQuery,
    File,
    FileList,
    FileQuery,
    NewDocument,
)
from emulator.control.operation import Content, ControlContext, operation
from emulator.core.storage.downloads import FileResponse, disposition
from emulator.core.vendor import FileSummary, InvalidDocument, Vendor


@operation("GET", "/sandboxes/{sandbox}/documents", "List the documents that files can be attached to.")
async def list_documents(context: ControlContext, query: DocumentQuery) -> DocumentList:
    return DocumentList(
        documents=[
            Document(vendor=vendor.name, **asdict(document))
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
        raise ControlError(422, "Invalid document", f"{error}.") from None
    return Document(vendor=vendor.name, **asdict(document))


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
    content=Content("application/octet-stream", "The bytes.", "%PDF-1.7"),
)
async def get_file(context: ControlContext) -> Response:
    """The bytes with this SHA-256, if an attachment of the sandbox has them."""
    sha256 = context.path_params["sha256"].lower()
    for vendor in context.vendors.values():
        for file in vendor.files(context.sandbox):
            if file.blob and file.blob.sha256 == sha256:
                headers = {b"content-disposition": disposition(file.name)}
                return FileResponse(file.blob, "application/octet-stream", headers)
    raise ControlError(404, "No such file", f"No attachment in this sandbox has the SHA-256 {sha256}.")


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
