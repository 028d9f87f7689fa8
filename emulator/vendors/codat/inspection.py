"""What the emulator's own pages see of Codat, and put into it."""

from collections.abc import Iterator

from emulator.core import seed
from emulator.core.json_reader import JsonObject
from emulator.core.sandbox import Sandbox
from emulator.core.vendor import DocumentSummary, FileSummary, InvalidDocument
from emulator.vendors.codat.integrations import INTEGRATIONS
from emulator.vendors.codat.state import Company, Connection, Record, state_of


def files(sandbox: Sandbox) -> Iterator[FileSummary]:
    """Every attachment there is."""
    for connection, record in _records(sandbox):
        on = (f"{record.data_type}/{record.id}",)
        for each in record.attachments.values():
            yield FileSummary(connection.id, each.id, each.name, each.content_type, each.blob, on)


def documents(sandbox: Sandbox) -> Iterator[DocumentSummary]:
    """Everything that a file can hang on, and the companies that have it."""
    for company, connection in state_of(sandbox).connections():
        yield DocumentSummary(company.id, "connections", connection.id, connection.integration.key, 0)
    for connection, record in _records(sandbox):
        yield _held(connection, record)


def create_document(sandbox: Sandbox, owner: str | None, kind: str, fields: JsonObject) -> DocumentSummary:
    """A company with one linked connection (kind `companies`, fields `name` and `platform`), or a record of a
    connection (`owner`; by default the seed data's first), like the seed data's first of its type but for these
    fields. Raises InvalidDocument."""
    if kind == "companies":
        if not {*fields} <= {"name", "platform"}:
            raise InvalidDocument("the fields of companies are name and platform")
        return _company(sandbox, str(fields.get("name", "A company")), str(fields.get("platform", "gbol")))
    patterns = seed.load("codat")["records"]
    if kind not in patterns:
        raise InvalidDocument(f"Codat's kinds are companies, {', '.join(patterns)}")
    connections = {connection.id: connection for _, connection in state_of(sandbox).connections()}
    connection = connections.get(owner.lower()) if owner else next(iter(connections.values()), None)
    if connection is None:
        raise InvalidDocument(f"there is no connection {owner}")
    pattern = {name: value for name, value in patterns[kind][0].items() if name != "attachments"}
    record_id = fields.get("id") or sandbox.ids.uuid()
    if not isinstance(record_id, str):
        raise InvalidDocument("an id of Codat's is text")
    if (kind, record_id) in connection.records:
        raise InvalidDocument(f"there is {kind} {record_id} already")
    record = Record(record_id, kind, {**pattern, **fields, "id": record_id})
    connection.add(record)
    return _held(connection, record)


def _company(sandbox: Sandbox, name: str, platform: str) -> DocumentSummary:
    if platform not in INTEGRATIONS:
        raise InvalidDocument(f"platforms are {', '.join(INTEGRATIONS)}")
    now = sandbox.clock.now()
    state = state_of(sandbox)
    company = Company(sandbox.ids.uuid(), name, "", now)
    connection = Connection(sandbox.ids.uuid(), INTEGRATIONS[platform], "Linked", now)
    state.furnish(connection)
    company.connections[connection.id] = connection
    state.companies[company.id] = company
    return DocumentSummary(company.id, "connections", connection.id, platform, 0)


def _records(sandbox: Sandbox) -> Iterator[tuple[Connection, Record]]:
    for _, connection in state_of(sandbox).connections():
        for record in connection.records.values():
            yield connection, record


def _held(connection: Connection, record: Record) -> DocumentSummary:
    return DocumentSummary(connection.id, record.data_type, record.id, record.id, len(record.attachments))
