"""Handlers of the document endpoints: create, update, list, read, and history."""

from datetime import datetime

from starlette.responses import Response

from emulator.core.json_reader import JsonObject
from emulator.core.request import VendorRequest
from emulator.core.rules import Refusal
from emulator.vendors.xero import document_storage, errors, query, rules, validation, webhook_events
from emulator.vendors.xero.attachments import find_or_refuse, render_attachment
from emulator.vendors.xero.document_types import CONTACTS, CREDIT_NOTES, INVOICES, PURCHASE_ORDERS, QUOTES, DocumentType
from emulator.vendors.xero.rendering import InvalidBody, OrganisationTime, TooMany, read
from emulator.vendors.xero.state import Document, Note, Organisation


async def create(request: VendorRequest, organisation: Organisation, kind: DocumentType) -> Response:
    """Create documents (PUT)."""
    return await _write(request, organisation, kind, creating=True)


async def create_or_update(request: VendorRequest, organisation: Organisation, kind: DocumentType) -> Response:
    """Create documents, and update those that exist (POST)."""
    return await _write(request, organisation, kind, creating=False)


async def update(request: VendorRequest, organisation: Organisation, kind: DocumentType, document: str) -> Response:
    """Update one document (POST)."""
    return await _write(request, organisation, kind, creating=False, document=document)


async def list_all(request: VendorRequest, organisation: Organisation, kind: DocumentType) -> Response:
    documents = (_with_attachments(request, document, embed=False) for document in organisation.documents(kind))
    items, pagination = query.page(request, query.select(request, kind, documents))
    parameters = query.parameters(request)
    summary_only = parameters.get("summaryonly", "").lower() == "true" and kind in (CONTACTS, INVOICES)
    if summary_only or (kind.lines_when_paged and not pagination):
        items = [_summary(fields) for fields in items]
    return errors.success(request, kind.plural, items, details={"pagination": pagination} if pagination else None)


async def read_one(request: VendorRequest, organisation: Organisation, kind: DocumentType, document: str) -> Response:
    existing = find_or_refuse(request, organisation, kind, document)
    if kind in _PDF_TYPES and "application/pdf" in request.headers.get("accept", "").lower():
        raise request.refusal(rules.AS_PDF)
    return errors.success(request, kind.plural, [_with_attachments(request, existing, embed=kind.embeds)])


# The types of document that Xero can also return as a PDF.
_PDF_TYPES = (CREDIT_NOTES, INVOICES, PURCHASE_ORDERS, QUOTES)


async def read_history(
    request: VendorRequest, organisation: Organisation, kind: DocumentType, document: str
) -> Response:
    existing = find_or_refuse(request, organisation, kind, document)
    # The newest first.
    return errors.success(request, "HistoryRecords", [_note(note) for note in reversed(existing.history)])


async def add_history(
    request: VendorRequest, organisation: Organisation, kind: DocumentType, document: str
) -> Response:
    trees = await _body(request, "HistoryRecords")
    existing = organisation.find(kind, document)
    now = request.sandbox.clock.now()
    notes = [Note("Note", now, "System Generated", str(tree.get("Details", ""))) for tree in trees]
    if existing is None:
        raise request.refusal(rules.HISTORY_PARENT, rejected=[errors.Rejected("HistoryRecord", _note(notes[0]))])
    existing.history.extend(notes)
    return errors.success(request, "HistoryRecords", [_note(note) for note in notes])


async def read_organisation(request: VendorRequest, organisation: Organisation) -> Response:
    about = {**organisation.about}
    if isinstance(created := about.get("CreatedDateUTC"), datetime):
        about["CreatedDateUTC"] = OrganisationTime(created)
    return errors.success(request, "Organisations", [about])


def _summary(fields: JsonObject) -> JsonObject:
    """Return a document as lists show it without a page: no lines, and of the contact who it is."""
    empty: JsonObject = {name: [] for name in ("LineItems", "JournalLines", *_EMPTY_IN_SUMMARIES) if name in fields}
    contact = {name: value for name, value in fields.get("Contact", {}).items() if name in ("ContactID", "Name")}
    return {**fields, **empty, **({"Contact": contact} if contact else {})}


_EMPTY_IN_SUMMARIES = ("Addresses", "Phones", "ContactGroups", "ContactPersons")


def _with_attachments(request: VendorRequest, document: Document, *, embed: bool) -> JsonObject:
    kind, fields = document.kind, document.fields
    if not kind.shows_flag:
        return fields
    fields = {**fields, "HasAttachments": bool(document.attachments)}
    if embed and document.attachments:
        fields["Attachments"] = [
            render_attachment(request, kind.url_segment, document, attachment)
            for attachment in document.attachments.values()
        ]
    return document_storage.in_order(kind, fields)


async def _write(
    request: VendorRequest,
    organisation: Organisation,
    kind: DocumentType,
    *,
    creating: bool,
    document: str | None = None,
) -> Response:
    trees = await _body(request, kind.plural)
    drafts = validation.validate(organisation, kind, trees, creating=creating, named=document)
    each_for_itself = query.parameters(request).get("summarizeerrors", "").lower() == "false"
    failed = [draft for draft in drafts if draft.errors]
    if failed and not each_for_itself:
        raise _all_refused(failed)
    items = []
    changes: list[document_storage.Change] = []
    for draft in drafts:
        if draft.errors:
            items.append({**_rejected(draft).in_json(), "HasErrors": True, "StatusAttributeString": "ERROR"})
            continue
        fields = document_storage.store(organisation, draft, changes).fields
        items.append({**fields, "StatusAttributeString": "OK"} if each_for_itself else fields)
    webhook_events.send_changes(request, organisation, changes)
    return errors.success(request, kind.plural, items)


def _all_refused(failed: list[validation.Draft]) -> Refusal:
    refusals = [refusal for draft in failed for refusal in draft.errors]
    rejected = [_rejected(draft) for draft in failed]
    return Refusal(*(rule for refusal in refusals for rule in refusal.rules), rejected=rejected)


def _rejected(draft: validation.Draft) -> errors.Rejected:
    tree = {draft.kind.id: draft.existing.id if draft.existing else draft.wanted_id, **draft.tree}
    if "HasValidationErrors" in draft.kind.order:
        tree["HasValidationErrors"] = True
    return errors.Rejected(draft.kind.singular, tree, [refusal.message for refusal in draft.errors])


async def _body(request: VendorRequest, name: str) -> list[JsonObject]:
    body = await request.read_body(rules.MAX_REQUEST_BYTES)
    try:
        content_type, most = request.headers.get("content-type", ""), request.value(rules.MAX_DOCUMENTS)
        return await request.parse(read, body, content_type, name, most)
    except TooMany:
        raise request.refusal(rules.MAX_DOCUMENTS) from None
    except InvalidBody as error:
        raise request.refusal(rules.BAD_BODY, format=error.format, reason=str(error)) from None


def _note(note: Note) -> JsonObject:
    return {
        "Changes": note.changes,
        "DateUTCString": note.at.strftime("%Y-%m-%dT%H:%M:%S"),
        "DateUTC": note.at,
        "User": note.user,
        "Details": note.details,
    }
