"""VRPlatform's state in one sandbox: teams, their transactions and their files."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from operator import methodcaller

from emulator.core import seed
from emulator.core.credentials import RevokedKeys, key_fingerprint
from emulator.core.ids import Ids
from emulator.core.json_reader import JsonObject
from emulator.core.sandbox import Sandbox
from emulator.core.storage import media_types
from emulator.core.storage.file_store import Blob
from emulator.core.storage.serialization import SnapshotSchema
from emulator.vendors.vrplatform.audit_log import Action, AuditLog, Mutation

HOME_TEAM = "team_123"
"""The team of requests that name none."""


@dataclass(slots=True)
class Attachment:
    """A file of a team, which is staged or on one transaction."""

    id: str
    filename: str
    content_type: str
    blob: Blob
    is_owner_accessible: bool
    transaction_id: str | None = None
    """None while the file is staged."""


@dataclass(frozen=True, slots=True)
class Transaction:
    """An immutable version of a transaction. A change replaces it with a new version, and is therefore atomic."""

    id: str
    fields: JsonObject
    """The validated members, without lines and attachments."""
    lines: tuple[JsonObject, ...]
    attachments: tuple[Attachment, ...] = ()

    @property
    def on_statement(self) -> bool:
        """Whether one of its lines is on an owner statement, which locks the transaction."""
        return any(line.get("ownerStatementId") for line in self.lines)


@dataclass(frozen=True, slots=True)
class Statement:
    """An owner statement that was saved. The lines of transactions that are on it name it."""

    id: str
    period_id: str
    """The ownership period, which says whose listing it is for."""
    month: str
    """As `YYYY-MM`."""
    currency: str
    """In lower case."""
    status: str


class Team:
    """A team, which starts as a copy of the seed data and shares nothing with other teams."""

    __slots__ = (
        "accounts",
        "attachments",
        "audit_log",
        "contacts",
        "currency",
        "id",
        "listings",
        "owners",
        "ownership_periods",
        "statements",
        "transactions",
    )

    id: str
    currency: str
    accounts: dict[str, JsonObject]
    listings: dict[str, JsonObject]
    contacts: dict[str, JsonObject]
    owners: dict[str, JsonObject]
    ownership_periods: dict[str, JsonObject]
    statements: dict[str, Statement]
    audit_log: AuditLog
    attachments: dict[str, Attachment]
    transactions: dict[str, Transaction]

    def __init__(self, team_id: str, sandbox: Sandbox) -> None:
        seed_data = seed.load("vrplatform")
        self.id = team_id
        self.currency = seed_data["currency"]
        self.accounts = _by_id(seed_data["accounts"])
        self.listings = _by_id(seed_data["listings"])
        self.contacts = _by_id(seed_data["contacts"])
        self.owners = _by_id(seed_data["owners"])
        self.ownership_periods = _by_id(seed_data["ownership_periods"])
        self.statements = {
            data["id"]: Statement(data["id"], data["periodId"], data["month"], data["currency"], data["status"])
            for data in seed_data["statements"]
        }
        self.audit_log = AuditLog()
        self.attachments = {}
        self.transactions = {}
        # Attachment ids are unique across teams, so only the home team has the seed data's files.
        for data in seed_data["attachments"] if team_id == HOME_TEAM else ():
            blob = sandbox.store.put(seed.file(data["file"]), own=True)
            self.attachments[data["id"]] = Attachment(
                data["id"], data["filename"], media_types.type_of(data["filename"]), blob, data["isOwnerAccessible"]
            )
        for data in seed_data["transactions"]:
            fields = dict(data)
            lines, attachment_ids, transaction_id = fields.pop("lines"), fields.pop("attachmentIds"), fields.pop("id")
            attachments = tuple(self.attachments[key] for key in attachment_ids if key in self.attachments)
            self.put(Transaction(transaction_id, fields, tuple(lines), attachments))

    def put(self, transaction: Transaction, *, delete_removed: bool = False) -> None:
        """Store a new version of a transaction, and move its files to it.

        Files that only the old version had are staged again or, with `delete_removed`, deleted.
        """
        old = self.transactions.get(transaction.id)
        for attachment in old.attachments if old else ():
            if attachment not in transaction.attachments:
                attachment.transaction_id = None
                if delete_removed:
                    del self.attachments[attachment.id]
        for attachment in transaction.attachments:
            if attachment.transaction_id not in (None, transaction.id):
                self._unlink(attachment)
            attachment.transaction_id = transaction.id
        self.transactions[transaction.id] = transaction

    def delete_transaction(self, transaction: Transaction) -> None:
        """Delete a transaction and its files."""
        del self.transactions[transaction.id]
        for attachment in transaction.attachments:
            del self.attachments[attachment.id]

    def delete_attachment(self, attachment: Attachment) -> None:
        """Delete a file, and remove it from its transaction."""
        self._unlink(attachment)
        del self.attachments[attachment.id]

    def _unlink(self, attachment: Attachment) -> None:
        transaction = self.transactions.get(attachment.transaction_id or "")
        if transaction:
            remaining = tuple(other for other in transaction.attachments if other is not attachment)
            self.transactions[transaction.id] = replace(transaction, attachments=remaining)
        attachment.transaction_id = None


def _by_id(records: Iterable[JsonObject]) -> dict[str, JsonObject]:
    return {record["id"]: record for record in records}


@dataclass(frozen=True, slots=True)
class Key:
    """An issued API key."""

    teams: tuple[str, ...]
    """The ids of the teams that the key has access to."""
    active: bool


@dataclass(frozen=True, slots=True)
class TeamProfile:
    """What is known of a team beside its data."""

    id: str
    name: str
    created_at: datetime


@dataclass(slots=True)
class ScopeLimits:
    """The scopes that remain to API keys after a test has limited them."""

    every: frozenset[str] | None = None
    by_key: dict[str, frozenset[str]] = field(default_factory=dict)
    """By the fingerprint of the key."""

    def set(self, key: str | None, scopes: frozenset[str]) -> None:
        """Limit a key, or every key (None)."""
        if key is None:
            self.every = scopes
            self.by_key.clear()
        else:
            self.by_key[key_fingerprint(key)] = scopes

    def of(self, key: str) -> frozenset[str] | None:
        """Return the scopes of the key with this fingerprint (`key_fingerprint`), None for all."""
        return self.by_key.get(key, self.every)


class VRPlatformState:
    """The VRPlatform state of one sandbox."""

    __slots__ = ("_teams", "inactive", "keys", "profiles", "revoked", "sandbox", "scope_limits", "secret")

    sandbox: Sandbox
    secret: str
    keys: dict[str, Key]
    profiles: dict[str, TeamProfile]
    scope_limits: ScopeLimits
    inactive: RevokedKeys
    revoked: RevokedKeys
    _teams: dict[str, Team]

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox
        self.secret = Ids(f"{sandbox.seed}/vrplatform").token()
        """The secret that signs the URLs of files."""
        seed_data = seed.load("vrplatform")
        self.keys = {
            key_fingerprint(key): Key(tuple(data["teams"]), data["active"])
            for key, data in seed_data["api_keys"].items()
        }
        """The API keys that strict authentication accepts, by fingerprint."""
        self.profiles = {
            data["id"]: TeamProfile(data["id"], data["name"], datetime.fromisoformat(data["createdAt"]))
            for data in seed_data["teams"]
        }
        """The teams of the seed data and those that were named in a request, whose data may not be needed yet."""
        self.scope_limits = ScopeLimits()
        self.inactive = RevokedKeys()
        self.revoked = RevokedKeys()
        self._teams = {HOME_TEAM: Team(HOME_TEAM, sandbox)}

    def team(self, team_id: str) -> Team:
        """Return the team with this id, creating it on first use."""
        if team_id not in self._teams:
            self.profile(team_id)
            self._teams[team_id] = Team(team_id, self.sandbox)
        return self._teams[team_id]

    def profile(self, team_id: str) -> TeamProfile:
        """Return the profile of the team with this id, creating it on first use."""
        if team_id not in self.profiles:
            self.profiles[team_id] = TeamProfile(team_id, team_id, self.sandbox.clock.now())
        return self.profiles[team_id]

    def hash_credentials(self) -> None:
        """Replace the keys that a snapshot of version 1 holds by their fingerprints."""
        self.keys = {key_fingerprint(key): issued for key, issued in self.keys.items()}
        self.scope_limits.by_key = {key_fingerprint(key): scopes for key, scopes in self.scope_limits.by_key.items()}
        self.inactive.hash_keys()
        self.revoked.hash_keys()

    def __iter__(self) -> Iterator[Team]:
        return iter(self._teams.values())


SNAPSHOT_SCHEMA = SnapshotSchema(
    types=(
        VRPlatformState,
        Team,
        TeamProfile,
        Transaction,
        Attachment,
        Statement,
        Key,
        ScopeLimits,
        AuditLog,
        Action,
        Mutation,
    ),
    upgrades={1: VRPlatformState.hash_credentials},
)


state_of: Callable[[Sandbox], VRPlatformState] = methodcaller("state", "vrplatform", VRPlatformState)
