"""Codat's state in one sandbox: companies, their connections, records, push operations, expenses and files."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from operator import methodcaller
from typing import Any

from emulator.core import seed
from emulator.core.credentials import RevokedKeys, fingerprints
from emulator.core.idempotency import IdempotencyKeys
from emulator.core.json_reader import JsonObject
from emulator.core.rate_limits import FixedWindow
from emulator.core.sandbox import Sandbox
from emulator.core.storage.file_store import Blob
from emulator.core.storage.serialization import SnapshotSchema
from emulator.vendors.codat import rules
from emulator.vendors.codat.integrations import INTEGRATIONS, Integration


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file on a record, or one that was uploaded through a connection."""

    id: str
    name: str
    content_type: str
    blob: Blob
    created: datetime
    include_when_sent: bool


@dataclass(slots=True)
class Record:
    """A record of an accounting platform: a bill, an invoice, a customer and so on."""

    id: str
    data_type: str
    fields: JsonObject
    """As in Codat's JSON. Never changed in place: an update assigns a new object."""
    attachments: dict[str, Attachment] = field(default_factory=dict)
    """By id, oldest first."""

    def attach(self, attachment: Attachment) -> None:
        self.attachments[attachment.id] = attachment

    def detach(self, attachment_id: str) -> None:
        """Remove an attachment if the record still has it."""
        self.attachments.pop(attachment_id, None)

    def change(self, fields: JsonObject) -> None:
        self.fields = {**self.fields, **fields}


@dataclass(slots=True)
class Connection:
    """A company's data connection to one accounting platform."""

    id: str
    integration: Integration
    status: str
    """Linked, PendingAuth, Unlinked or Deauthorized."""
    created: datetime
    records: dict[tuple[str, str], Record] = field(default_factory=dict)
    """By data type and id."""
    files: dict[str, Attachment] = field(default_factory=dict)
    """The files uploaded through it that belong to no record: by id, oldest first."""

    def add(self, record: Record) -> None:
        self.records[record.data_type, record.id] = record

    def add_files(self, files: Iterable[Attachment]) -> None:
        self.files |= {file.id: file for file in files}

    def of_type(self, data_type: str) -> Iterable[Record]:
        return (record for record in self.records.values() if record.data_type == data_type)


@dataclass(slots=True)
class PushOperation:
    """A write to an accounting platform, which is pending until it has been polled often enough."""

    key: str
    connection_id: str
    data_type: str
    change: str
    """Created, Modified, Deleted or AttachmentUploaded."""
    requested: datetime
    record_id: str
    attachment_id: str | None
    apply: Callable[[], object] | None
    """Carries out the write when the operation succeeds, and is None afterwards, so that it keeps no object alive.

    It is a partial of one of the calls in SNAPSHOT_SCHEMA, so that a snapshot can name it.
    """
    polls_left: int
    timeout_minutes: int | None = None
    completed: datetime | None = None

    def poll(self, now: datetime) -> bool:
        """Count one poll, and carry out the write if it was the last one needed, unless it comes after the time-out.

        Return whether the operation has ended with this poll.
        """
        self.polls_left = max(0, self.polls_left - 1)
        if self.apply is None or (self.polls_left and not self._is_late(now)):
            return False
        if not self._is_late(now):
            self.apply()
        self.apply = None
        self.completed = now
        return True

    @property
    def timed_out(self) -> bool:
        """Whether the operation ended after its time-out, without writing anything."""
        return self.completed is not None and self._is_late(self.completed)

    def _is_late(self, now: datetime) -> bool:
        minutes = self.timeout_minutes
        return minutes is not None and (now - self.requested).total_seconds() >= minutes * 60


@dataclass(slots=True)
class ExpenseTransaction:
    """A transaction of Sync for Expenses."""

    id: str
    kind: str
    """The type that an expense has, such as Payment; otherwise Reimbursable, Transfer or Adjustment."""
    fields: JsonObject
    """As in the request. Never changed in place."""


@dataclass(slots=True)
class ExpenseSync:
    """A write of transactions to an accounting platform, which is pending until it has been polled often enough."""

    id: str
    connection_id: str
    requested: datetime
    transactions: list[ExpenseTransaction]
    polls_left: int
    completed: datetime | None = None


@dataclass(slots=True)
class Company:
    """A customer of Codat's client, with its data connections."""

    id: str
    name: str
    description: str
    created: datetime
    tags: dict[str, str] = field(default_factory=dict)
    connections: dict[str, Connection] = field(default_factory=dict)
    operations: dict[str, PushOperation] = field(default_factory=dict)
    transactions: dict[str, ExpenseTransaction] = field(default_factory=dict)
    """Those of Sync for Expenses, by id, as they were last written or sent to be."""
    datasets: dict[str, list[ExpenseTransaction]] = field(default_factory=dict)
    """The transactions that wait for a sync, by dataset id."""
    syncs: dict[str, ExpenseSync] = field(default_factory=dict)
    """By id, oldest first."""
    expenses_configuration: JsonObject = field(default_factory=dict)

    @property
    def is_active(self) -> bool:
        """Whether one of its connections is linked."""
        return any(connection.status == "Linked" for connection in self.connections.values())


class CodatState:
    """The Codat state of one sandbox, which starts as a copy of the seed data."""

    __slots__ = ("companies", "day", "idempotency_keys", "keys", "minute", "revoked", "sandbox")

    sandbox: Sandbox
    keys: set[str]
    companies: dict[str, Company]
    idempotency_keys: IdempotencyKeys
    day: FixedWindow
    minute: FixedWindow
    revoked: RevokedKeys

    def __init__(self, sandbox: Sandbox) -> None:
        seed_data = seed.load("codat")
        self.sandbox = sandbox
        self.keys = fingerprints(seed_data["api_keys"])
        """The fingerprints of the API keys that strict authentication accepts."""
        self.companies = {}
        self.idempotency_keys = IdempotencyKeys()
        self.day = FixedWindow(24 * 60 * 60)
        self.minute = FixedWindow(60)
        self.revoked = RevokedKeys()
        for company_data in seed_data["companies"]:
            created = datetime.fromisoformat(company_data["created"])
            company = Company(company_data["id"], company_data["name"], company_data["description"], created)
            self.companies[company.id] = company
            for data in company_data["connections"]:
                connection = Connection(data["id"], INTEGRATIONS[data["integrationKey"]], data["status"], created)
                if connection.status != "PendingAuth":
                    # Record ids are unique within a company, so every connection but the first adds a suffix to them.
                    has_records = any(other.records for other in company.connections.values())
                    self.add_seed_records(connection, f"-{connection.integration.key}" if has_records else "")
                company.connections[connection.id] = connection

    def hash_credentials(self) -> None:
        """Replace the keys that a snapshot of version 1 holds by their fingerprints."""
        self.keys = fingerprints(self.keys)
        self.revoked.hash_keys()

    def connections(self) -> Iterator[tuple[Company, Connection]]:
        """Yield every connection of every company, with its company."""
        for company in self.companies.values():
            for connection in company.connections.values():
                yield company, connection

    @property
    def active_companies(self) -> int:
        """How many companies have a linked connection."""
        return sum(company.is_active for company in self.companies.values())

    @property
    def daily_limit(self) -> int:
        """The requests allowed a day: a quota for the account and another for each active company."""
        return self.sandbox.options.value(rules.RATE_PER_DAY) * (1 + self.active_companies)

    @property
    def concurrent_limit(self) -> int:
        """The concurrent requests allowed: a quota for each active company, and one if there is none."""
        return self.sandbox.options.value(rules.RATE_CONCURRENT) * max(1, self.active_companies)

    def add_seed_records(self, connection: Connection, suffix: str = "") -> None:
        """Add the seed data's records and attachments to a connection, with a suffix to their ids."""
        for data_type, records in seed.load("codat")["records"].items():
            for record_data in records:
                fields = {
                    name: _add_suffix(value, suffix) for name, value in record_data.items() if name != "attachments"
                }
                record = Record(record_data["id"] + suffix, data_type, {**fields, "id": record_data["id"] + suffix})
                for data in record_data.get("attachments", ()):
                    blob = self.sandbox.store.put(seed.file(data["file"]), own=True)
                    attachment_id, name, content_type = data["id"] + suffix, data["name"], data["contentType"]
                    record.attachments[attachment_id] = Attachment(
                        attachment_id, name, content_type, blob, connection.created, data["includeWhenSent"]
                    )
                connection.add(record)


def _add_suffix(value: Any, suffix: str) -> Any:
    """Return a field's value, with the suffix added to the id if it refers to another record."""
    return {**value, "id": value["id"] + suffix} if isinstance(value, dict) and "id" in value else value


SNAPSHOT_SCHEMA = SnapshotSchema(
    types=(CodatState, Company, Connection, Record, Attachment, PushOperation, ExpenseTransaction, ExpenseSync),
    constants=INTEGRATIONS,
    calls=(Connection.add, Record.attach, Record.detach, Record.change),
    upgrades={1: CodatState.hash_credentials},
)


state_of: Callable[[Sandbox], CodatState] = methodcaller("state", "codat", CodatState)
