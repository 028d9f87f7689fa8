"""What the control API and the console list of Xero's state, and how they create documents in it."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

from emulator.core import seed
from emulator.core.json_reader import JsonObject
from emulator.core.sandbox import Sandbox
from emulator.core.vendor import DocumentSummary, FileSummary, InvalidDocument, UploadRequest
from emulator.vendors.xero import document_storage, validation
from emulator.vendors.xero.document_types import CONTACTS, DOCUMENT_TYPES, DocumentType
from emulator.vendors.xero.rendering import InvalidBody, normalise
from emulator.vendors.xero.state import Document, Organisation, state_of

_DOCUMENT_TYPES = {kind.plural: kind for kind in DOCUMENT_TYPES}


def files(sandbox: Sandbox) -> Iterator[FileSummary]:
    """Yield every attachment."""
    for organisation in state_of(sandbox):
        for kind in DOCUMENT_TYPES:
            for document in organisation.documents(kind):
                on = (f"{kind.plural}/{document.id}",)
                for attachment in document.attachments.values():
                    yield FileSummary(
                        organisation.name,
                        attachment.id,
                        attachment.file_name,
                        attachment.mime_type,
                        attachment.blob,
                        on,
                    )


def documents(sandbox: Sandbox) -> Iterator[DocumentSummary]:
    """Yield every document that takes attachments."""
    for organisation in state_of(sandbox):
        for kind in DOCUMENT_TYPES:
            for document in organisation.documents(kind):
                yield _held(organisation, document)


def check_state(sandbox: Sandbox) -> None:
    """Look up the names and the contact of every document, and what was disconnected, as requests do."""
    state = state_of(sandbox)
    if unknown := state.disconnected - {organisation.tenant_id for organisation in state}:
        raise KeyError(*unknown)
    for organisation in state:
        for kind in DOCUMENT_TYPES:
            for document in organisation.documents(kind):
                organisation.check(document)
                document.fields.get("Contact", {}).get("ContactID")


def create_document(sandbox: Sandbox, owner: str | None, kind: str, fields: JsonObject) -> DocumentSummary:
    """Create a document with these fields; the others are those of the seed data's first of its type. Raises
    InvalidDocument."""
    if kind not in _DOCUMENT_TYPES:
        raise InvalidDocument(f"Xero's kinds of document are {', '.join(_DOCUMENT_TYPES)}")
    state = state_of(sandbox)
    organisation = (state.get_organisation(owner) or state.connect(owner)) if owner else state.default_organisation
    if organisation is None:
        raise InvalidDocument("every organisation was disconnected")
    try:
        drafts = validation.validate(
            organisation,
            _DOCUMENT_TYPES[kind],
            [{**_pattern(sandbox, _DOCUMENT_TYPES[kind]), **normalise(fields)}],
            creating=True,
        )
    except InvalidBody as error:
        raise InvalidDocument(f"Xero cannot read it: {error}") from None
    if errors := drafts[0].errors:
        raise InvalidDocument("Xero would refuse it: " + " ".join(error.message for error in errors))
    return _held(organisation, document_storage.store(organisation, drafts[0], []))


def _pattern(sandbox: Sandbox, kind: DocumentType) -> JsonObject:
    first: JsonObject = normalise(seed.load("xero")["organisations"][0]["documents"][kind.plural][0])
    own = {kind.id, kind.number, "UpdatedDateUTC", *(("Status",) if kind.needs_lines else ())}
    tree = {name: value for name, value in first.items() if name not in own}
    if kind is CONTACTS:
        # No two contacts share a name.
        tree["Name"] = f"{tree['Name']} {sandbox.ids.uuid()[:8]}"
    return tree


def _held(organisation: Organisation, document: Document) -> DocumentSummary:
    kind = document.kind
    number: Any = document.fields.get(kind.number or "Name") or document.fields.get("Name", "")
    upload = upload_request(organisation.name, kind.plural, document.id)
    count = len(document.attachments)
    return DocumentSummary(organisation.name, kind.plural, document.id, str(number), count, document.fields, upload)


def upload_request(tenant: str, kind: str, document: str) -> UploadRequest:
    """Return the request that attaches a file to a document."""
    path = f"/api.xro/2.0/{kind}/{quote(document, safe='')}/Attachments/{{file_name}}"
    headers = {"Authorization": "Bearer anything", "xero-tenant-id": tenant, "Accept": "application/json"}
    return UploadRequest("PUT", path, headers)
