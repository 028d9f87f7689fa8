"""Handlers of the attachment endpoints: upload, list and download."""

import re
from functools import lru_cache
from urllib.parse import quote

from starlette.responses import Response

from emulator.core.json_reader import JsonObject
from emulator.core.request import VendorRequest
from emulator.core.rules import Rule
from emulator.core.storage import media_types
from emulator.core.storage.file_store import Blob
from emulator.vendors.xero import errors, rules
from emulator.vendors.xero.document_storage import mark_updated
from emulator.vendors.xero.document_types import CREDIT_NOTES, INVOICES, DocumentType
from emulator.vendors.xero.state import Attachment, Document, Note, Organisation, state_of
from emulator.vendors.xero.validation import NO_ID
from emulator.vendors.xero.webhook_events import send_changes

# The kinds that a customer can look at online, and the types of them that are sales.
ONLINE_TYPES = {INVOICES: "ACCREC", CREDIT_NOTES: "ACCRECCREDIT"}
_FORM_STORED = (
    "The body is a multipart form, and was stored as it is, with its boundaries. Send the bytes of the file "
    "and nothing else."
)
_BRACKET = re.compile(rb"[\[\]]")
_SURROGATE = re.compile("[\ud800-\udfff]")


async def upload(
    request: VendorRequest, organisation: Organisation, kind: DocumentType, document: str, file_name: str
) -> Response:
    """Store a file: a new attachment, or new bytes for the one with this name. PUT and POST do the same."""
    _check_name(request, file_name)
    blob = await request.save_body(
        rules.MAX_REQUEST_BYTES, _find_blob(organisation.find(kind, document), organisation.file_key(file_name))
    )
    # Nothing awaits from here to the end, so no other request runs between the checks and the change.
    parent = organisation.find(kind, document)
    if parent is None:
        raise _rejected(request, rules.UPLOAD_PARENT, file_name, blob, document=document)
    extension = media_types.extension_of(file_name)
    if extension not in _words(request.value(rules.FILE_TYPE)):
        raise _rejected(request, rules.FILE_TYPE, file_name, blob)
    if not blob.size:
        raise _rejected(request, rules.EMPTY_FILE, file_name, blob)
    key = organisation.file_key(file_name)
    attachment = parent.attachments.get(key)
    if attachment is None:
        if len(parent.attachments) >= request.value(rules.MAX_ATTACHMENTS):
            raise _rejected(request, rules.MAX_ATTACHMENTS, file_name, blob)
        attachment = Attachment(request.sandbox.ids.uuid(), file_name, mime_type(extension), blob)
        parent.attachments[key] = attachment
    if request.headers.get("content-type", "").lower().startswith("multipart/form-data"):
        request.exchange.hint = _FORM_STORED
    attachment.blob = blob
    attachment.include_online = _asks_online(request) and _is_sale(parent)
    parent.history.append(_history_note(request, attachment))
    if request.value(rules.ATTACHMENT_UPDATES):
        send_changes(request, organisation, [mark_updated(organisation, parent)])
    return errors.success(request, "Attachments", [render_attachment(request, kind.plural, parent, attachment)])


def _find_blob(document: Document | None, key: str) -> Blob | None:
    """Return the bytes of the attachment with this key, which an upload replaces."""
    attachment = document.attachments.get(key) if document else None
    return attachment.blob if attachment else None


async def list_all(request: VendorRequest, organisation: Organisation, kind: DocumentType, document: str) -> Response:
    parent = find_or_refuse(request, organisation, kind, document)
    items = [render_attachment(request, kind.plural, parent, attachment) for attachment in parent.attachments.values()]
    return errors.success(request, "Attachments", items)


async def download_by_id(
    request: VendorRequest, organisation: Organisation, kind: DocumentType, document: str, attachment_id: str
) -> Response:
    # No file name looks like an id: an upload without an extension is refused.
    return _download(request, find_or_refuse(request, organisation, kind, document).attachment(attachment_id))


async def download_by_name(
    request: VendorRequest, organisation: Organisation, kind: DocumentType, document: str, file_name: str
) -> Response:
    _check_brackets(request, file_name)
    parent = find_or_refuse(request, organisation, kind, document)
    return _download(request, parent.attachments.get(organisation.file_key(file_name)))


def find_or_refuse(request: VendorRequest, organisation: Organisation, kind: DocumentType, document: str) -> Document:
    """Return a document that a request reads. Raises a Refusal (404) where there is none."""
    existing = organisation.find(kind, document)
    if existing is None:
        raise request.refusal(rules.UNKNOWN_RECORD)
    return existing


def render_attachment(request: VendorRequest, segment: str, parent: Document, attachment: Attachment) -> JsonObject:
    """Return an attachment as JSON; `segment` is the name of the endpoint in its Url."""
    # Clients follow the Url, so it has the emulator's address in place of api.xero.com.
    name = quote(attachment.file_name, safe="")
    tree: JsonObject = {
        "AttachmentID": attachment.id,
        "FileName": attachment.file_name,
        "Url": f"{request.api_url}/api.xro/2.0/{segment}/{parent.id}/Attachments/{name}",
        "MimeType": attachment.mime_type,
        "ContentLength": attachment.blob.size,
    }
    if attachment.include_online:
        tree["IncludeOnline"] = True
    return tree


def mime_type(extension: str) -> str:
    # Xero's own name for it, which is no registered media type.
    return "image/jpg" if extension == "jpg" else media_types.TYPES.get(extension, media_types.DEFAULT)


def _download(request: VendorRequest, attachment: Attachment | None) -> Response:
    if attachment is None:
        raise request.refusal(rules.UNKNOWN_RECORD)
    fields = {}
    if request.value(rules.CONTENT_DISPOSITION):
        fields[b"content-disposition"] = f"attachment; {attachment.file_name}".encode("latin-1", "replace")
    return errors.download(request, attachment.blob, attachment.mime_type, fields)


def _check_brackets(request: VendorRequest, file_name: str) -> None:
    if _BRACKET.search(request.path):
        raise _rejected(request, rules.FILE_NAME_BRACKETS, file_name)


def _check_name(request: VendorRequest, file_name: str) -> None:
    _check_brackets(request, file_name)
    if _SURROGATE.search(file_name):
        raise _rejected(
            request, rules.FILE_NAME_UTF8, file_name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
        )
    if _control_or(request.value(rules.FILE_NAME_CHARACTERS)).search(file_name):
        raise _rejected(request, rules.FILE_NAME_CHARACTERS, file_name)
    if file_name.endswith(" "):
        raise request.refusal(rules.FILE_NAME_TRAILING_SPACE)


@lru_cache
def _control_or(characters: str) -> re.Pattern[str]:
    return re.compile(f"[\x00-\x1f\x7f{re.escape(characters)}]")


@lru_cache
def _words(text: str) -> frozenset[str]:
    return frozenset(text.lower().split())


def _is_sale(document: Document) -> bool:
    return document.kind in ONLINE_TYPES and document.fields.get("Type") == ONLINE_TYPES[document.kind]


def _asks_online(request: VendorRequest) -> bool:
    """Return whether the query string has IncludeOnline=true, in any letter case."""
    return bool(request.scope["query_string"]) and any(
        name.lower() == "includeonline" and value.lower() == "true"
        for name, value in request.query_params.multi_items()
    )


def _rejected(
    request: VendorRequest, rule: Rule, file_name: str, blob: Blob | None = None, **facts: object
) -> Exception:
    """Return a validation error whose element repeats the file, with the Content-Type that it was sent with."""
    tree: JsonObject = {
        "AttachmentID": NO_ID,
        "FileName": file_name,
        "MimeType": request.headers.get("content-type") or media_types.DEFAULT,
        "ContentLength": blob.size if blob else request.declared_length,
    }
    return request.refusal(rule, rejected=[errors.Rejected("Attachment", tree)], **facts)


def _history_note(request: VendorRequest, attachment: Attachment) -> Note:
    app = state_of(request.sandbox).app_name
    details = f"Attached the file {attachment.file_name} through the Xero API using {app}"
    return Note("Attached a file", request.sandbox.clock.now(), "System Generated", details)
