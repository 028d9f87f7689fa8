"""DualEntry's state in one sandbox: organisations, their records and their files."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from operator import methodcaller

from emulator.core import seed
from emulator.core.credentials import RevokedKeys, fingerprints, key_fingerprint
from emulator.core.idempotency import IdempotencyKeys
from emulator.core.ids import Ids
from emulator.core.json_reader import JsonObject
from emulator.core.rate_limits import TokenBucket
from emulator.core.sandbox import Sandbox
from emulator.core.storage.file_store import Blob
from emulator.core.storage.serialization import SnapshotSchema
from emulator.vendors.dualentry.models import RECORD_TYPES, RecordType
from emulator.vendors.dualentry.validation import read_fields


@dataclass(slots=True)
class Attachment:
    """A file of an organisation, attached to any number of its records."""

    id: int
    file_name: str
    announced_size: int
    """The size in bytes that the file was registered with."""
    category: str = "default"
    content_type: str = ""
    blob: Blob | None = None
    """None until the bytes are uploaded."""

    @property
    def file_size(self) -> int:
        """The size in bytes: the announced size until the bytes are uploaded."""
        return self.blob.size if self.blob else self.announced_size


@dataclass(slots=True)
class Record:
    """A record of an organisation: an invoice, a bill and so on."""

    kind: RecordType
    internal_id: int
    number: int
    fields: JsonObject
    """The validated fields, without the attachments. Never changed in place: an update assigns a new object."""
    attachments: tuple[Attachment, ...]
    created: datetime
    updated: datetime


class Organisation:
    """The organisation of one API key, which starts as a copy of the seed data."""

    __slots__ = (
        "_last",
        "attachments",
        "buckets",
        "companies",
        "customers",
        "idempotency_keys",
        "number",
        "records",
        "vendors",
    )

    number: int
    buckets: dict[str, TokenBucket]
    idempotency_keys: IdempotencyKeys
    companies: dict[int, JsonObject]
    customers: dict[int, str]
    vendors: dict[int, str]
    attachments: dict[int, Attachment]
    records: dict[str, dict[int, Record]]
    _last: dict[str, int]

    def __init__(self, number: int, sandbox: Sandbox) -> None:
        seed_data = seed.load("dualentry")
        self.number = number
        self.buckets = {}
        """The rate limit buckets by operation; the bucket of all operations has the key ""."""
        self.idempotency_keys = IdempotencyKeys()
        self.companies = {company["id"]: company for company in seed_data["companies"]}
        self.customers = {customer["id"]: customer["name"] for customer in seed_data["customers"]}
        self.vendors = {vendor["id"]: vendor["name"] for vendor in seed_data["vendors"]}
        self.attachments = {}
        self.records = {slug: {} for slug in RECORD_TYPES}
        self._last = {"internal_id": 70000, "line": 90000, "attachment": 0, **dict.fromkeys(RECORD_TYPES, 1000)}
        for data in seed_data["attachments"]:
            blob = sandbox.store.put(seed.file(data["file"]), own=True)
            self.attachments[data["id"]] = Attachment(
                data["id"], data["file_name"], blob.size, data["category"], data["content_type"], blob
            )
        self._last["attachment"] = max(self.attachments)
        created = datetime.fromisoformat(seed_data["created"])
        for slug, records in seed_data["records"].items():
            for record_data in records:
                fields = read_fields(RECORD_TYPES[slug].model, record_data)
                files = [self.attachments[attachment_id] for attachment_id in record_data["attachment_ids"]]
                self.add(RECORD_TYPES[slug], fields, files, created)

    @property
    def default_company(self) -> JsonObject:
        """The company of records that do not name one."""
        return next(iter(self.companies.values()))

    def add(self, record_type: RecordType, fields: JsonObject, files: Iterable[Attachment], now: datetime) -> Record:
        """Add a new record, with the next number of its type."""
        number = self._next(record_type.slug)
        record = Record(
            record_type,
            self._next("internal_id"),
            number,
            self.add_line_ids(record_type, fields),
            tuple(files),
            now,
            now,
        )
        self.records[record_type.slug][number] = record
        return record

    def add_line_ids(self, record_type: RecordType, fields: JsonObject) -> JsonObject:
        """Return the fields with an id added to each line that has none."""
        lines = {
            name: [line if line.get("id") else {**line, "id": self._next("line")} for line in fields[name]]
            for name in record_type.answer.lines
            if fields.get(name)
        }
        return {**fields, **lines}

    @property
    def public_name(self) -> str:
        """How it is called where it is shown: its API key is a credential."""
        return f"organisation {self.number}"

    def bucket(self, operation: str, burst: int, per_second: float) -> TokenBucket:
        """Return the rate limit bucket of an operation (or "", of all operations), set to these limits."""
        if operation not in self.buckets:
            self.buckets[operation] = TokenBucket(burst, per_second)
        self.buckets[operation].tune(burst, per_second)
        return self.buckets[operation]

    def new_attachment(self, file_name: str, size: int, category: str = "default") -> Attachment:
        """Return a new file without bytes, not attached to a record yet."""
        attachment = Attachment(self._next("attachment"), file_name, size, category)
        self.attachments[attachment.id] = attachment
        return attachment

    def last_number(self, name: str) -> int:
        """Return the last number that was given to a type of record, or to something else that is counted."""
        return self._last[name]

    def _next(self, name: str) -> int:
        self._last[name] += 1
        return self._last[name]


class DualEntryState:
    """The DualEntry state of one sandbox."""

    __slots__ = ("_by_key", "keys", "organisations", "revoked", "sandbox", "secret")

    sandbox: Sandbox
    keys: set[str]
    revoked: RevokedKeys
    secret: str
    organisations: list[Organisation]
    _by_key: dict[str, Organisation]

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox
        self.keys = fingerprints(seed.load("dualentry")["api_keys"])
        """The fingerprints of the API keys that strict authentication accepts."""
        self.revoked = RevokedKeys()
        self.secret = Ids(f"{sandbox.seed}/dualentry").token()
        """The secret that signs the URLs of files."""
        self.organisations = [Organisation(0, sandbox)]
        """The organisations in order. The first, which is there from the start, becomes that of the first key used."""
        self._by_key = {}
        """By the fingerprint of the API key."""

    def get_organisation(self, key: str) -> Organisation | None:
        """Return the organisation of the API key with this fingerprint, or None if the key has not been used yet."""
        return self._by_key.get(key)

    def organisation(self, key: str) -> Organisation:
        """Return the organisation of the API key with this fingerprint, creating it on first use."""
        if key not in self._by_key:
            if self._by_key:
                self.organisations.append(Organisation(len(self.organisations), self.sandbox))
            self._by_key[key] = self.organisations[-1]
        return self._by_key[key]

    def hash_credentials(self) -> None:
        """Replace the keys that a snapshot of version 1 holds by their fingerprints."""
        self.keys = fingerprints(self.keys)
        self.revoked.hash_keys()
        self._by_key = {key_fingerprint(key): organisation for key, organisation in self._by_key.items()}


SNAPSHOT_SCHEMA = SnapshotSchema(
    types=(DualEntryState, Organisation, Record, Attachment),
    constants=RECORD_TYPES,
    upgrades={1: DualEntryState.hash_credentials},
)


state_of: Callable[[Sandbox], DualEntryState] = methodcaller("state", "dualentry", DualEntryState)


def record_amount(record: Record) -> Decimal:
    """Return the amount of a record, to the cent."""
    return record.kind.amount(record.fields).quantize(Decimal("0.01"))
