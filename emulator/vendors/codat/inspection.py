"""What the control API and the console list of Codat's state, and how they create documents in it."""

from base64 import b64encode
from collections.abc import Iterator
from urllib.parse import quote

from emulator.core import seed
from emulator.core.json_reader import JsonObject
from emulator.core.sandbox import Sandbox
from emulator.core.vendor import DocumentSummary, FileSummary, InvalidDocument, UploadRequest
from emulator.vendors.codat import attachments
from emulator.vendors.codat.integrations import INTEGRATIONS
from emulator.vendors.codat.operations import OPERATIONS
from emulator.vendors.codat.state import Company, Connection, Record, state_of

_WITH_UPLOAD = {operation.context for operation in OPERATIONS if operation.handler is attachments.upload}


def files(sandbox: Sandbox) -> Iterator[FileSummary]:
    """Yield every attachment in a sandbox, and every file that was uploaded through a connection."""
    for _, connection, record in _records(sandbox):
        attached_to = (f"{record.data_type}/{record.id}",)
        for attachment in record.attachments.values():
            yield FileSummary(
                connection.id, attachment.id, attachment.name, attachment.content_type, attachment.blob, attached_to
            )
    for _, connection in state_of(sandbox).connections():
        attached_to = (f"connections/{connection.id}",)
        for file in connection.files.values():
            yield FileSummary(connection.id, file.id, file.name, file.content_type, file.blob, attached_to)


def documents(sandbox: Sandbox) -> Iterator[DocumentSummary]:
    """Yield every connection with its company as owner, and every record that can have attachments."""
    for company, connection in state_of(sandbox).connections():
        yield _summarize_connection(company, connection)
    for company, connection, record in _records(sandbox):
        yield _summarize(company, connection, record)


def create_document(sandbox: Sandbox, owner: str | None, kind: str, fields: JsonObject) -> DocumentSummary:
    """Create a company or a record.

    The kind `companies` creates a company with one linked connection, from the fields `name` and `platform`. Any other
    kind is a data type: it creates a record in the connection `owner` (None: the first connection of the sandbox). The
    record copies the seed data's first record of its type, overridden by the fields. Raises InvalidDocument.
    """
    if kind == "companies":
        if not {*fields} <= {"name", "platform"}:
            raise InvalidDocument("a company takes the fields name and platform only")
        return _create_company(sandbox, str(fields.get("name", "A company")), str(fields.get("platform", "gbol")))
    templates = seed.load("codat")["records"]
    if kind not in templates:
        raise InvalidDocument(f"Codat has no kind {kind!r}: expected companies, {', '.join(templates)}")
    connections = {pair[1].id: pair for pair in state_of(sandbox).connections()}
    pair = connections.get(owner.lower()) if owner else next(iter(connections.values()), None)
    if pair is None:
        raise InvalidDocument(f"there is no connection {owner}: expected the id of a connection of this sandbox")
    company, connection = pair
    template = {name: value for name, value in templates[kind][0].items() if name != "attachments"}
    record_id = fields.get("id") or sandbox.ids.uuid()
    if not isinstance(record_id, str):
        raise InvalidDocument("the field id must be text")
    if (kind, record_id) in connection.records:
        raise InvalidDocument(f"{kind} {record_id} exists already: choose another id, or leave it out")
    record = Record(record_id, kind, {**template, **fields, "id": record_id})
    connection.add(record)
    return _summarize(company, connection, record)


def _create_company(sandbox: Sandbox, name: str, platform: str) -> DocumentSummary:
    if platform not in INTEGRATIONS:
        raise InvalidDocument(f"Codat has no platform {platform!r}: expected {', '.join(INTEGRATIONS)}")
    now = sandbox.clock.now()
    state = state_of(sandbox)
    company = Company(sandbox.ids.uuid(), name, "", now)
    connection = Connection(sandbox.ids.uuid(), INTEGRATIONS[platform], "Linked", now)
    state.add_seed_records(connection)
    company.connections[connection.id] = connection
    state.companies[company.id] = company
    return _summarize_connection(company, connection)


def _records(sandbox: Sandbox) -> Iterator[tuple[Company, Connection, Record]]:
    for company, connection in state_of(sandbox).connections():
        for record in connection.records.values():
            yield company, connection, record


def _summarize(company: Company, connection: Connection, record: Record) -> DocumentSummary:
    upload = None
    if record.data_type in _WITH_UPLOAD:
        upload = upload_request(company.id, connection.id, record.data_type, record.id)
    return DocumentSummary(
        connection.id, record.data_type, record.id, record.id, len(record.attachments), record.fields, upload
    )


def upload_request(company: str, connection: str, data_type: str, record: str) -> UploadRequest:
    """Return the request that pushes an attachment to a record."""
    # Only bills have the plural in the path.
    segment = "attachments" if data_type == "bills" else "attachment"
    path = f"/companies/{company}/connections/{connection}/push/{data_type}/{quote(record, safe='')}/{segment}"
    return UploadRequest("POST", path, {"Authorization": f"Basic {b64encode(b'demo-key').decode()}"}, "file")


def _summarize_connection(company: Company, connection: Connection) -> DocumentSummary:
    platform = connection.integration.key
    return DocumentSummary(
        company.id, "connections", connection.id, platform, 0, {"platform": platform, "status": connection.status}
    )
