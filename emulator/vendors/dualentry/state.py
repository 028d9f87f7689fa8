"""What the emulator knows of DualEntry in one sandbox: organisations, their records and their files."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from operator import methodcaller

from emulator.core import seed
from emulator.core.credentials import Withdrawn
from emulator.core.idempotency import IdempotencyKeys
from emulator.core.ids import Ids
from emulator.core.json_reader import JsonObject
from emulator.core.rate_limits import TokenBucket
from emulator.core.sandbox import Sandbox
from emulator.core.storage.file_store import Blob
from emulator.core.storage.snapshots import SnapshotSchema
from emulator.vendors.dualentry.models import RECORD_TYPES, RecordType
from emulator.vendors.dualentry.validation import read_fields


@dataclass(slots=True)
class Attachment:
    """A file of an organisation's, on any number of its records."""

    id: int
    file_name: str
    announced_size: int
    """Bytes, by whoever registered it."""
    category: str = "default"
    content_type: str = ""
    blob: Blob | None = None
    """None until the bytes are there."""

    @property
    def file_size(self) -> int:
        return self.blob.size if self.blob else self.announced_size


@dataclass(slots=True)
class Record:
    kind: RecordType
    internal_id: int
    number: int
    fields: JsonObject
    """As the kind's schema reads them, without the attachments. Never changed in place: an update puts a new tree
    here."""
    attachments: tuple[Attachment, ...]
    created: datetime
    updated: datetime


class Organisation:
    """What one key reaches: a copy of the seed data."""

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

    def __init__(self, number: int, sandbox: Sandbox) -> None:
        seed_data = seed.load("dualentry")
        self.number = number
        self.buckets: dict[str, TokenBucket] = {}
        """By operation; that of all of them has no name."""
        self.idempotency_keys = IdempotencyKeys()
        self.companies: dict[int, JsonObject] = {each["id"]: each for each in seed_data["companies"]}
        self.customers: dict[int, str] = {each["id"]: each["name"] for each in seed_data["customers"]}
        self.vendors: dict[int, str] = {each["id"]: each["name"] for each in seed_data["vendors"]}
        self.attachments: dict[int, Attachment] = {}
        self.records: dict[str, dict[int, Record]] = {slug: {} for slug in RECORD_TYPES}
        self._last = {"internal_id": 70000, "line": 90000, "attachment": 0, **dict.fromkeys(RECORD_TYPES, 1000)}
        for each in seed_data["attachments"]:
            blob = sandbox.store.put(seed.file(each["file"]), own=True)
            self.attachments[each["id"]] = Attachment(
                each["id"], each["file_name"], blob.size, each["category"], each["content_type"], blob
            )
        self._last["attachment"] = max(self.attachments)
        created = datetime.fromisoformat(seed_data["created"])
        for slug, trees in seed_data["records"].items():
            for tree in trees:
                fields = read_fields(RECORD_TYPES[slug].model, tree)
                files = [self.attachments[attachment] for attachment in tree["attachment_ids"]]
                self.add(RECORD_TYPES[slug], fields, files, created)

    @property
    def home(self) -> JsonObject:
        """The company of records that name none."""
        return next(iter(self.companies.values()))

    def add(self, kind: RecordType, fields: JsonObject, files: Iterable[Attachment], now: datetime) -> Record:
        of_kind = self.records[kind.slug]
        number = self._next(kind.slug)
        record = Record(kind, self._next("internal_id"), number, self.numbered(kind, fields), tuple(files), now, now)
        of_kind[number] = record
        return record

    def numbered(self, kind: RecordType, fields: JsonObject) -> JsonObject:
        """The same fields, with an id for each line that has none yet."""
        lines = {
            name: [line if line.get("id") else {**line, "id": self._next("line")} for line in fields[name]]
            for name in kind.answer.lines
            if fields.get(name)
        }
        return {**fields, **lines}

    def bucket(self, operation: str, burst: int, per_second: float) -> TokenBucket:
        """How fast the key may call: an operation, or (an empty name) all of them."""
        if operation not in self.buckets:
            self.buckets[operation] = TokenBucket(burst, per_second)
        self.buckets[operation].tune(burst, per_second)
        return self.buckets[operation]

    def attach(self, file_name: str, size: int, category: str = "default") -> Attachment:
        """A new file, on no record yet."""
        attachment = Attachment(self._next("attachment"), file_name, size, category)
        self.attachments[attachment.id] = attachment
        return attachment

    def _next(self, name: str) -> int:
        self._last[name] += 1
        return self._last[name]


class DualEntryState:
    """Everything of one sandbox."""

    __slots__ = ("_by_key", "keys", "organisations", "sandbox", "secret", "withdrawn")

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox
        self.keys: set[str] = set(seed.load("dualentry")["api_keys"])
        self.withdrawn = Withdrawn()
        self.secret = Ids(f"{sandbox.seed}/dualentry").token()
        """What signs the URLs of files."""
        self.organisations: list[Organisation] = []
        self._by_key: dict[str, Organisation] = {}

    def known(self, key: str) -> Organisation | None:
        """The organisation that a key stands for, if it has appeared."""
        return self._by_key.get(key)

    def organisation(self, key: str) -> Organisation:
        """The organisation that a key stands for, which appears on first use."""
        if key not in self._by_key:
            self._by_key[key] = Organisation(len(self.organisations), self.sandbox)
            self.organisations.append(self._by_key[key])
        return self._by_key[key]


SNAPSHOT_SCHEMA = SnapshotSchema(types=(DualEntryState, Organisation, Record, Attachment), constants=RECORD_TYPES)


state_of: Callable[[Sandbox], DualEntryState] = methodcaller("state", "dualentry", DualEntryState)


def total(record: Record) -> Decimal:
    """A record's amount, to the cent."""
    return record.kind.amount(record.fields).quantize(Decimal("0.01"))
