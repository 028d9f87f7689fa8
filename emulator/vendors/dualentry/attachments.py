"""Handlers of attachments: add files to a record, replace them, and register a file before its upload."""

from functools import partial

from starlette.responses import Response

from emulator.core.request import VendorRequest
from emulator.core.rules import Refusal
from emulator.core.storage import media_types
from emulator.core.storage.multipart import Part
from emulator.vendors.dualentry import errors, rendering, rules
from emulator.vendors.dualentry.file_names import clean_file_name, read_names
from emulator.vendors.dualentry.models import FileAnnouncement, RecordType
from emulator.vendors.dualentry.records import find_record, mark_updated
from emulator.vendors.dualentry.state import Attachment, Organisation, Record
from emulator.vendors.dualentry.validation import ValidationErrors


async def add(
    request: VendorRequest, organisation: Organisation, record_type: RecordType, record_number: str
) -> Response:
    """Add the files of a form to a record."""
    record, files = await _receive(request, organisation, record_type, record_number)
    record.attachments += files
    return mark_updated(request, organisation, record)


async def replace(
    request: VendorRequest, organisation: Organisation, record_type: RecordType, record_number: str
) -> Response:
    """Replace all files of an invoice: in V1, and in V2 if the setting `dualentry.replace-attachments` is on."""
    record, files = await _receive(request, organisation, record_type, record_number)
    record.attachments = files
    return mark_updated(request, organisation, record)


async def register(request: VendorRequest, organisation: Organisation) -> Response:
    """Register a file whose bytes are uploaded later. The route is the emulator's own."""
    validation_errors = ValidationErrors(request.value(rules.AMOUNT_DIGITS))
    fields = await rendering.read_payload(request, FileAnnouncement, validation_errors)
    name = clean_file_name(fields.get("file_name") or "", request.value(rules.FILE_NAME_LENGTH))
    if not name and not validation_errors:
        validation_errors.add("value_error", ("body", "payload", "file_name"), "Value error, it names no file")
    if validation_errors:
        raise request.refusal(rules.BODY, errors=validation_errors)
    attachment = organisation.new_attachment(name, fields["file_size"], fields["category"])
    return errors.success(request, rendering.render_attachment(request, organisation, attachment))


async def _receive(
    request: VendorRequest, organisation: Organisation, record_type: RecordType, record_number: str
) -> tuple[Record, tuple[Attachment, ...]]:
    """Store the files of a form, and return them with the record that they are for.

    Raises Refusal before anything is stored.
    """
    validation_errors = ValidationErrors(request.value(rules.AMOUNT_DIGITS))
    number = rendering.read_number(record_number, validation_errors)
    bad_number = bool(validation_errors)
    parts = await _read_files(request)
    if not parts:
        validation_errors.add("missing", ("file", "files"), "Field required")
        raise Refusal(rules.FILES_MISSING, *((rules.NUMBER,) if bad_number else ()), errors=validation_errors)
    if bad_number:
        raise request.refusal(rules.NUMBER, errors=validation_errors)
    record = find_record(request, organisation, record_type, number)
    return record, tuple(_store_attachment(organisation, part) for part in parts)


def _store_attachment(organisation: Organisation, part: Part) -> Attachment:
    """Return a new attachment with the file of a form's part."""
    name = part.file_name or ""
    attachment = organisation.new_attachment(name, 0)
    attachment.blob = part.blob
    attachment.content_type = part.stored_type or media_types.type_of(name)
    return attachment


async def _read_files(request: VendorRequest) -> list[Part]:
    """Return the file parts named `files`, or an empty list if the body is not a form. Raises Refusal."""
    content_type = request.headers.get("content-type", "").lower()
    if not content_type.startswith("multipart/form-data") or request.headers.get("content-length") == "0":
        return []
    read_names_of_part = partial(read_names, max_characters=request.value(rules.FILE_NAME_LENGTH))
    parts = await request.read_files(rules.MAX_FILE_BYTES, rules.BAD_MULTIPART, read_names_of_part)
    return [part for part in parts if part.name == "files" and part.blob is not None]
