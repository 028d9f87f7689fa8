"""What the control API and the console list of DualEntry's state, and how they create documents in it."""

from collections.abc import Iterator

from emulator.core import seed
from emulator.core.credentials import key_fingerprint
from emulator.core.json_reader import JsonObject
from emulator.core.sandbox import Sandbox
from emulator.core.vendor import DocumentSummary, FileSummary, InvalidDocument, UploadRequest
from emulator.vendors.dualentry.models import RECORD_TYPES
from emulator.vendors.dualentry.rendering import render_members
from emulator.vendors.dualentry.rules import AMOUNT_DIGITS
from emulator.vendors.dualentry.state import Organisation, Record, state_of
from emulator.vendors.dualentry.validation import ValidationErrors


def files(sandbox: Sandbox) -> Iterator[FileSummary]:
    """Yield every attachment in a sandbox."""
    for organisation in state_of(sandbox).organisations:
        attached_to: dict[int, list[str]] = {}
        for slug, records in organisation.records.items():
            for record in records.values():
                for attachment in record.attachments:
                    attached_to.setdefault(attachment.id, []).append(f"{slug}/{record.number}")
        for attachment in organisation.attachments.values():
            yield FileSummary(
                organisation.public_name,
                str(attachment.id),
                attachment.file_name,
                attachment.content_type,
                attachment.blob,
                tuple(attached_to.get(attachment.id, ())),
            )


def documents(sandbox: Sandbox) -> Iterator[DocumentSummary]:
    """Yield every record in a sandbox."""
    for organisation in state_of(sandbox).organisations:
        for records in organisation.records.values():
            for record in records.values():
                yield _summarize(organisation, record)


def check_state(sandbox: Sandbox) -> None:
    """Render every record, and look up the last number of every type, as requests do."""
    for organisation in state_of(sandbox).organisations:
        for slug in RECORD_TYPES:
            organisation.last_number(slug)
            for record in organisation.records[slug].values():
                render_members(organisation, record)


def create_document(sandbox: Sandbox, owner: str | None, kind: str, fields: JsonObject) -> DocumentSummary:
    """Create a record of the type `kind` in the organisation of the API key `owner`.

    The record copies the seed data's first one of its type, overridden by the fields. Raises InvalidDocument.
    """
    if kind not in RECORD_TYPES:
        raise InvalidDocument(f"DualEntry has no record type {kind!r}: expected {', '.join(RECORD_TYPES)}")
    if not owner:
        raise InvalidDocument("owner is missing: expected the API key of an organisation")
    errors = ValidationErrors(sandbox.options.value(AMOUNT_DIGITS))
    template = seed.load("dualentry")["records"][kind][0]
    record = errors.validate(RECORD_TYPES[kind].model, {**template, **fields})
    if record is None:
        raise InvalidDocument("DualEntry would refuse this record: " + "; ".join(errors))
    organisation = state_of(sandbox).organisation(key_fingerprint(owner))
    record_fields = record.model_dump(exclude={"attachments"})
    return _summarize(organisation, organisation.add(RECORD_TYPES[kind], record_fields, (), sandbox.clock.now()))


def _summarize(organisation: Organisation, record: Record) -> DocumentSummary:
    number = str(record.number)
    upload = upload_request(record.kind.slug, number)
    return DocumentSummary(
        organisation.public_name, record.kind.slug, number, number, len(record.attachments), record.fields, upload
    )


def upload_request(slug: str, number: str) -> UploadRequest:
    """Return the request that adds a file to a record."""
    return UploadRequest(
        "POST", f"/public/v2/{slug}/{number}/attachments/", {"X-API-KEY": "org_live_demo_secret"}, "files"
    )
