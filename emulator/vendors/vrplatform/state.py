"""What the emulator knows of VRPlatform in one sandbox: teams, their transactions and their files."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from operator import methodcaller

from emulator.core import seed
from emulator.core.credentials import Withdrawn
from emulator.core.ids import Ids
from emulator.core.json_reader import JsonObject
from emulator.core.sandbox import Sandbox
from emulator.core.storage import media_types
from emulator.core.storage.file_store import Blob
from emulator.core.storage.snapshots import SnapshotSchema

HOME_TEAM = "team_123"


@dataclass(slots=True)
class Attachment:
    id: str
    filename: str
    content_type: str
    blob: Blob
    is_owner_accessible: bool
    transaction_id: str | None = None
    """None while it is staged."""


@dataclass(frozen=True, slots=True)
class Transaction:
    """One state of a transaction: a change puts another in its place, so that it happens whole or not at all."""

    id: str
    fields: JsonObject
    """As the schema reads them, without lines and attachments."""
    lines: tuple[JsonObject, ...]
    attachments: tuple[Attachment, ...] = ()

    @property
    def on_statement(self) -> bool:
        """Whether an owner statement has it, which locks it."""
        return any(line.get("ownerStatementId") for line in self.lines)


class Team:
    """A copy of the seed data, in which nothing of another team's exists."""

    __slots__ = ("accounts", "attachments", "contacts", "currency", "id", "listings", "owners", "transactions")

    def __init__(self, team_id: str, sandbox: Sandbox) -> None:
        seed_data = seed.load("vrplatform")
        self.id = team_id
        self.currency: str = seed_data["currency"]
        self.accounts: dict[str, JsonObject] = {each["id"]: each for each in seed_data["accounts"]}
        self.listings: dict[str, JsonObject] = {each["id"]: each for each in seed_data["listings"]}
        self.contacts: dict[str, JsonObject] = {each["id"]: each for each in seed_data["contacts"]}
        self.owners: dict[str, JsonObject] = {each["id"]: each for each in seed_data["owners"]}
        self.attachments: dict[str, Attachment] = {}
        self.transactions: dict[str, Transaction] = {}
        # Files are known by their ids, and no id is two teams'.
        for each in seed_data["attachments"] if team_id == HOME_TEAM else ():
            blob = sandbox.store.put(seed.file(each["file"]), own=True)
            self.attachments[each["id"]] = Attachment(
                each["id"], each["filename"], media_types.type_of(each["filename"]), blob, each["isOwnerAccessible"]
            )
        for each in seed_data["transactions"]:
            tree = dict(each)
            lines, ids, own_id = tree.pop("lines"), tree.pop("attachmentIds"), tree.pop("id")
            attachments = tuple(self.attachments[each_id] for each_id in ids if each_id in self.attachments)
            self.put(Transaction(own_id, tree, tuple(lines), attachments))

    def put(self, transaction: Transaction, *, delete_removed: bool = False) -> None:
        """Let a transaction be as given, and its files on it and nowhere else. Files that it had and has no longer are
        staged again, or deleted."""
        before = self.transactions.get(transaction.id)
        for attachment in before.attachments if before else ():
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
        del self.transactions[transaction.id]
        for attachment in transaction.attachments:
            del self.attachments[attachment.id]

    def delete_attachment(self, attachment: Attachment) -> None:
        self._unlink(attachment)
        del self.attachments[attachment.id]

    def _unlink(self, attachment: Attachment) -> None:
        holder = self.transactions.get(attachment.transaction_id or "")
        if holder:
            rest = tuple(each for each in holder.attachments if each is not attachment)
            self.transactions[holder.id] = replace(holder, attachments=rest)
        attachment.transaction_id = None


@dataclass(frozen=True, slots=True)
class Key:
    """An API key that was issued."""

    teams: tuple[str, ...]
    active: bool


class VRPlatformState:
    """Everything of one sandbox."""

    __slots__ = ("_teams", "inactive", "keys", "revoked", "sandbox", "secret")

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox
        self.secret = Ids(f"{sandbox.seed}/vrplatform").token()
        """What signs the URLs of files."""
        self.keys = {
            key: Key(tuple(each["teams"]), each["active"]) for key, each in seed.load("vrplatform")["api_keys"].items()
        }
        self.inactive = Withdrawn()
        self.revoked = Withdrawn()
        self._teams = {HOME_TEAM: Team(HOME_TEAM, sandbox)}

    def team(self, team_id: str) -> Team:
        """The team of this id, which appears on first use."""
        if team_id not in self._teams:
            self._teams[team_id] = Team(team_id, self.sandbox)
        return self._teams[team_id]

    def __iter__(self) -> Iterator[Team]:
        return iter(self._teams.values())


SNAPSHOT_SCHEMA = SnapshotSchema(types=(VRPlatformState, Team, Transaction, Attachment, Key))


state_of: Callable[[Sandbox], VRPlatformState] = methodcaller("state", "vrplatform", VRPlatformState)
