"""Files on records: adding them, and the two ways to register and to replace them that the guide does not speak of."""

from starlette.responses import Response

from emulator.core.request import VendorRequest
from emulator.core.rules import Refusal
from emulator.core.storage import media_types
from emulator.core.storage.multipart import BadMultipart, Part, clean_file_name
from emulator.vendors.dualentry import errors, rendering, rules
from emulator.vendors.dualentry.models import FileAnnouncement, RecordType
from emulator.vendors.dualentry.records import find
from emulator.vendors.dualentry.state import Attachment, Organisation, Record
from emulator.vendors.dualentry.validation import ValidationErrors


async def add(request: VendorRequest, organisation: Organisation, kind: RecordType, record_number: str) -> Response:
    record, files = await _receive(request, organisation, kind, record_number)
    record.attachments += files
    return _updated(request, organisation, record)


async def replace(request: VendorRequest, organisation: Organisation, kind: RecordType, record_number: str) -> Response:
    """For invoices, where a setting allows it."""
    record, files = await _receive(request, organisation, kind, record_number)
    record.attachments = files
    return _updated(request, organisation, record)


async def register(request: VendorRequest, organisation: Organisation) -> Response:
    """Announce a file whose bytes are still to come: the emulator's own route."""
    errors_found = ValidationErrors()
    fields = await rendering.read_payload(request, FileAnnouncement, errors_found)
    name = clean_file_name(fields.get("file_name") or "")
    if not name and not errors_found:
        errors_found.add("value_error", ("body", "payload", "file_name"), "Value error, it names no file")
    if errors_found:
        raise request.refusal(rules.BODY, errors=errors_found)
    attachment = organisation.attach(name, fields["file_size"], fields["category"])
    return errors.success(request, rendering.attachment(request, organisation, attachment))


def _updated(request: VendorRequest, organisation: Organisation, record: Record) -> Response:
    record.updated = request.sandbox.clock.now()
    return errors.success(request, rendering.record(request, organisation, record))


async def _receive(
    request: VendorRequest, organisation: Organisation, kind: RecordType, record_number: str
) -> tuple[Record, tuple[Attachment, ...]]:
    """The record, and the files that were sent for it, kept. Refuses what does not fit before anything is kept."""
    errors_found = ValidationErrors()
    number = rendering.read_number(record_number, errors_found)
    bad_number = bool(errors_found)
    parts = await _files(request)
    if not parts:
        errors_found.add("missing", ("file", "files"), "Field required")
        raise Refusal(rules.FILES_MISSING, *((rules.NUMBER,) if bad_number else ()), errors=errors_found)
    if bad_number:
        raise request.refusal(rules.NUMBER, errors=errors_found)
    record = find(request, organisation, kind, number)
    return record, tuple(_kept(organisation, part) for part in parts)


def _kept(organisation: Organisation, part: Part) -> Attachment:
    name = part.file_name or ""
    attachment = organisation.attach(name, 0)
    attachment.blob = part.blob
    attachment.content_type = part.stored_type or media_types.type_of(name)
    return attachment


async def _files(request: VendorRequest) -> list[Part]:
    """The parts named `files`; none, if the body is no form at all."""
    content_type = request.headers.get("content-type", "").lower()
    if not content_type.startswith("multipart/form-data") or request.headers.get("content-length") == "0":
        return []
    limit = request.value(rules.MAX_FILE_BYTES)

    def watch(_: Part, size: int) -> None:
        if size > limit:
            raise request.refusal(rules.MAX_FILE_BYTES)

    try:
        parts = await request.read_form(watch)
    except BadMultipart as error:
        raise request.refusal(rules.BAD_MULTIPART, reason=str(error)) from None
    return [part for part in parts if part.name == "files" and part.blob is not None]
