"""What the emulator's own pages see of DualEntry, and put into it."""

from collections.abc import Iterator

from emulator.core import seed
from emulator.core.json_reader import JsonObject
from emulator.core.sandbox import Sandbox
from emulator.core.vendor import DocumentSummary, FileSummary, InvalidDocument
from emulator.vendors.dualentry.models import RECORD_TYPES
from emulator.vendors.dualentry.state import Organisation, Record, state_of
from emulator.vendors.dualentry.validation import ValidationErrors


def files(sandbox: Sandbox) -> Iterator[FileSummary]:
    """Every attachment there is."""
    for organisation in state_of(sandbox).organisations:
        on: dict[int, list[str]] = {}
        for slug, records in organisation.records.items():
            for record in records.values():
                for each in record.attachments:
                    on.setdefault(each.id, []).append(f"{slug}/{record.number}")
        for each in organisation.attachments.values():
            yield FileSummary(
                _name(organisation),
                str(each.id),
                each.file_name,
                each.content_type,
                each.blob,
                tuple(on.get(each.id, ())),
            )


def documents(sandbox: Sandbox) -> Iterator[DocumentSummary]:
    """Everything that a file can hang on."""
    for organisation in state_of(sandbox).organisations:
        for records in organisation.records.values():
            for record in records.values():
                yield _held(organisation, record)


def create_document(sandbox: Sandbox, owner: str | None, kind: str, fields: JsonObject) -> DocumentSummary:
    """A new record in the organisation of a key (`owner`), like the seed data's first of its type but for these
    fields. Raises InvalidDocument."""
    if kind not in RECORD_TYPES:
        raise InvalidDocument(f"DualEntry's types of record are {', '.join(RECORD_TYPES)}")
    if not owner:
        raise InvalidDocument("owner is the key of an organisation")
    errors = ValidationErrors()
    pattern = seed.load("dualentry")["records"][kind][0]
    record = errors.validate(RECORD_TYPES[kind].model, {**pattern, **fields})
    if record is None:
        raise InvalidDocument("DualEntry would refuse it: " + "; ".join(errors))
    organisation = state_of(sandbox).organisation(owner)
    sent = record.model_dump(exclude={"attachments"})
    return _held(organisation, organisation.add(RECORD_TYPES[kind], sent, (), sandbox.clock.now()))


def _held(organisation: Organisation, record: Record) -> DocumentSummary:
    number = str(record.number)
    return DocumentSummary(_name(organisation), record.kind.slug, number, number, len(record.attachments))


def _name(organisation: Organisation) -> str:
    # Its key is a credential.
    return f"organisation {organisation.number}"
