"""What the emulator knows of Codat in one sandbox: companies, their connections, records and push operations."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from operator import methodcaller
from typing import Any

from emulator.core import seed
from emulator.core.credentials import Withdrawn
from emulator.core.idempotency import IdempotencyKeys
from emulator.core.json_reader import JsonObject
from emulator.core.rate_limits import FixedWindow
from emulator.core.sandbox import Sandbox
from emulator.core.storage.file_store import Blob
from emulator.core.storage.snapshots import SnapshotSchema
from emulator.vendors.codat import rules
from emulator.vendors.codat.integrations import INTEGRATIONS, Integration


@dataclass(frozen=True, slots=True)
class Attachment:
    id: str
    name: str
    content_type: str
    blob: Blob
    created: datetime
    include_when_sent: bool


@dataclass(slots=True)
class Record:
    """A bill, an invoice, a customer ..."""

    id: str
    data_type: str
    fields: JsonObject
    """Never changed in place: an update puts a new tree here."""
    attachments: dict[str, Attachment] = field(default_factory=dict)
    """By id, oldest first."""

    def attach(self, attachment: Attachment) -> None:
        self.attachments[attachment.id] = attachment

    def detach(self, attachment_id: str) -> None:
        """Let a file go, if it is still there."""
        self.attachments.pop(attachment_id, None)

    def change(self, fields: JsonObject) -> None:
        self.fields = {**self.fields, **fields}


@dataclass(slots=True)
class Connection:
    id: str
    integration: Integration
    status: str
    """Linked, PendingAuth, Unlinked or Deauthorized."""
    created: datetime
    records: dict[tuple[str, str], Record] = field(default_factory=dict)
    """By data type and id."""

    def add(self, record: Record) -> None:
        self.records[record.data_type, record.id] = record

    def of_type(self, data_type: str) -> Iterable[Record]:
        return (record for record in self.records.values() if record.data_type == data_type)


@dataclass(slots=True)
class PushOperation:
    """A write on its way to the accounting platform."""

    key: str
    connection_id: str
    data_type: str
    change: str
    """Created, Modified, Deleted or AttachmentUploaded."""
    requested: datetime
    record_id: str
    attachment_id: str | None
    apply: Callable[[], object] | None
    """What happens once it succeeds, as a partial of what a snapshot has a name for; afterwards None, so that it no
    longer holds anything alive."""
    polls_left: int
    timeout_minutes: int | None = None
    completed: datetime | None = None

    def poll(self, now: datetime) -> None:
        """Somebody looks at it, which may bring it to its end."""
        self.polls_left = max(0, self.polls_left - 1)
        if self.apply and self.polls_left == 0:
            self.apply()
            self.apply = None
            self.completed = now


@dataclass(slots=True)
class Company:
    id: str
    name: str
    description: str
    created: datetime
    connections: dict[str, Connection] = field(default_factory=dict)
    operations: dict[str, PushOperation] = field(default_factory=dict)


class CodatState:
    """Everything of one sandbox."""

    __slots__ = ("companies", "day", "idempotency_keys", "keys", "minute", "sandbox", "withdrawn")

    def __init__(self, sandbox: Sandbox) -> None:
        seed_data = seed.load("codat")
        self.sandbox = sandbox
        self.keys: set[str] = set(seed_data["api_keys"])
        self.companies: dict[str, Company] = {}
        self.idempotency_keys = IdempotencyKeys()
        self.day = FixedWindow(24 * 60 * 60)
        self.minute = FixedWindow(60)
        self.withdrawn = Withdrawn()
        for each in seed_data["companies"]:
            created = datetime.fromisoformat(each["created"])
            company = Company(each["id"], each["name"], each["description"], created)
            self.companies[company.id] = company
            for one in each["connections"]:
                connection = Connection(one["id"], INTEGRATIONS[one["integrationKey"]], one["status"], created)
                if connection.status != "PendingAuth":
                    # Ids are unique within a company: the first connection has them as they are written.
                    planted = any(other.records for other in company.connections.values())
                    self.furnish(connection, f"-{connection.integration.key}" if planted else "")
                company.connections[connection.id] = connection

    def connections(self) -> Iterator[tuple[Company, Connection]]:
        """Those of every company."""
        for company in self.companies.values():
            for connection in company.connections.values():
                yield company, connection

    @property
    def requests_a_day(self) -> int:
        """How many there may be: so many for the account, and for each company with a linked connection."""
        active = sum(
            any(connection.status == "Linked" for connection in company.connections.values())
            for company in self.companies.values()
        )
        return self.sandbox.options.value(rules.RATE_PER_DAY) * (1 + active)

    def furnish(self, connection: Connection, suffix: str = "") -> None:
        """Give a connection the seed data's records, with a suffix to their ids."""
        for data_type, trees in seed.load("codat")["records"].items():
            for tree in trees:
                fields = {name: _renamed(value, suffix) for name, value in tree.items() if name != "attachments"}
                record = Record(tree["id"] + suffix, data_type, {**fields, "id": tree["id"] + suffix})
                for each in tree.get("attachments", ()):
                    blob = self.sandbox.store.put(seed.file(each["file"]), own=True)
                    attachment_id, name, content_type = each["id"] + suffix, each["name"], each["contentType"]
                    record.attachments[attachment_id] = Attachment(
                        attachment_id, name, content_type, blob, connection.created, each["includeWhenSent"]
                    )
                connection.add(record)


def _renamed(value: Any, suffix: str) -> Any:
    # What refers to another record of the connection.
    return {**value, "id": value["id"] + suffix} if isinstance(value, dict) and "id" in value else value


SNAPSHOT_SCHEMA = SnapshotSchema(
    types=(CodatState, Company, Connection, Record, Attachment, PushOperation),
    constants=INTEGRATIONS,
    calls=(Connection.add, Record.attach, Record.detach, Record.change),
)


state_of: Callable[[Sandbox], CodatState] = methodcaller("state", "codat", CodatState)
