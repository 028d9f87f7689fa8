"""What the emulator knows of Xero in one sandbox: organisations with their documents, apps with their tokens."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any

from emulator.core import seed
from emulator.core.blobs import Blob
from emulator.core.idempotency import IdempotencyKeys
from emulator.core.operations import UUID
from emulator.core.pack import HeldFile
from emulator.core.rates import FixedWindow
from emulator.core.sandbox import Sandbox
from emulator.vendors.xero import rules
from emulator.vendors.xero.kinds import CONTACTS, KINDS, Kind
from emulator.vendors.xero.wire import Tree, normalise


@dataclass(slots=True)
class Attachment:
    id: str
    file_name: str
    mime_type: str
    blob: Blob
    include_online: bool = False


@dataclass(frozen=True, slots=True)
class Note:
    """A record of a document's history."""

    changes: str
    at: datetime
    user: str
    details: str


@dataclass(slots=True)
class Document:
    kind: Kind
    id: str
    fields: Tree
    """Never changed in place: an update puts a new tree here."""
    attachments: dict[str, Attachment] = field(default_factory=dict)
    """By file name, as `Organisation.file_key` sees it; oldest first."""
    history: list[Note] = field(default_factory=list)

    def attachment(self, attachment_id: str) -> Attachment | None:
        wanted = attachment_id.lower()
        return next((each for each in self.attachments.values() if each.id == wanted), None)


class Organisation:
    """One tenant: its documents, by id and by number, and its rate windows."""

    def __init__(self, tenant_id: str, world: Tree, sandbox: Sandbox) -> None:
        self.tenant_id = tenant_id
        self.about: Tree = world["organisation"]
        self.connection_id: str = world["connection_id"]
        self.connected = datetime.fromisoformat(world["connected"])
        self.sandbox = sandbox
        options = sandbox.options
        self.minute = FixedWindow(options.value(rules.RATE_PER_MINUTE), 60)
        self.day = FixedWindow(options.value(rules.RATE_PER_DAY), 24 * 60 * 60)
        self.idempotency_keys = IdempotencyKeys()
        self._documents: dict[str, dict[str, Document]] = {kind.plural: {} for kind in KINDS}
        self._numbers: dict[str, dict[str, Document]] = {kind.plural: {} for kind in KINDS}
        self._contacts: dict[str, Document] = {}
        for kind in KINDS:
            for tree in world["documents"].get(kind.plural, ()):
                self._plant(kind, tree)

    def documents(self, kind: Kind) -> Iterable[Document]:
        """Oldest first."""
        return self._documents[kind.plural].values()

    def find(self, kind: Kind, key: str) -> Document | None:
        """The document with this id or this number."""
        return self.with_id(kind, key) or self.numbered(kind, key)

    def with_id(self, kind: Kind, document_id: str) -> Document | None:
        """In any letter case."""
        return self._documents[kind.plural].get(document_id.lower())

    def numbered(self, kind: Kind, number: str) -> Document | None:
        return self._numbers[kind.plural].get(number.lower())

    def contact_named(self, name: str) -> Document | None:
        return self._contacts.get(name.casefold())

    def add(self, document: Document) -> None:
        self._documents[document.kind.plural][document.id] = document
        self._index(document)

    def update(self, document: Document, fields: Tree) -> None:
        """Give the document a new tree, all at once."""
        self._unindex(document)
        document.fields = fields
        self._index(document)

    def next_number(self, kind: Kind) -> str:
        """A number that no document of the kind has."""
        count = len(self._documents[kind.plural])
        while True:
            count += 1
            number = kind.numbering.format(count)
            if not self.numbered(kind, number):
                return number

    def file_key(self, file_name: str) -> str:
        """What makes two file names the same attachment."""
        return file_name if self.sandbox.options.value(rules.FILE_NAME_CASE) else file_name.casefold()

    def _index(self, document: Document) -> None:
        for index, key in self._keys(document):
            # The first to have a number keeps it: bills may share theirs.
            index.setdefault(key, document)

    def _unindex(self, document: Document) -> None:
        for index, key in self._keys(document):
            if index.get(key) is document:
                del index[key]

    def _keys(self, document: Document) -> Iterator[tuple[dict[str, Document], str]]:
        kind = document.kind
        if kind.number and (number := document.fields.get(kind.number)):
            yield self._numbers[kind.plural], str(number).lower()
        if kind is CONTACTS:
            yield self._contacts, str(document.fields["Name"]).casefold()

    def _plant(self, kind: Kind, tree: Tree) -> None:
        fields = {name: value for name, value in tree.items() if name != "Attachments"}
        document = Document(kind, tree[kind.id], fields)
        for each in tree.get("Attachments", ()):
            blob = self.sandbox.store.put_own(seed.file(each["file"]))
            attachment = Attachment(
                each["AttachmentID"], each["FileName"], each["MimeType"], blob, each.get("IncludeOnline", False)
            )
            document.attachments[self.file_key(attachment.file_name)] = attachment
        self.add(document)


@dataclass(frozen=True, slots=True)
class Token:
    """An access token, or the refresh token that goes with it."""

    value: str
    client_id: str
    scopes: frozenset[str]
    expires: datetime
    organisation: str | None
    """The tenant id of the one organisation it reaches (custom connections); None: every one that is connected."""


@cache
def _world() -> Tree:
    return normalise(seed.world("xero"))


class XeroState:
    """Everything of one sandbox."""

    def __init__(self, sandbox: Sandbox) -> None:
        world = _world()
        self._sandbox = sandbox
        self._world = world["organisations"][0]
        self.app_name: str = world["app_name"]
        self.clients: dict[str, str] = dict(world["clients"])
        self.codes: set[str] = set(world["authorization_codes"])
        self.tokens: dict[str, Token] = {}
        self.refresh_tokens: dict[str, Token] = {}
        self.app_windows: dict[str, FixedWindow] = {}
        self._organisations: dict[str, Organisation] = {}
        for each in world["organisations"]:
            self._organisations[each["tenant_id"]] = Organisation(each["tenant_id"], each, sandbox)

    def __iter__(self) -> Iterator[Organisation]:
        return iter(self._organisations.values())

    @property
    def home(self) -> Organisation | None:
        """The organisation of those who name none: the first that is connected."""
        return next(iter(self), None)

    def organisation(self, tenant_id: str) -> Organisation | None:
        return self._organisations.get(tenant_id.lower())

    def connect(self, tenant_id: str) -> Organisation:
        """A tenant seen for the first time: a copy of the seed organisation."""
        connected = self._sandbox.clock.now().isoformat()
        world: Tree = {**self._world, "connection_id": self._sandbox.ids.uuid(), "connected": connected}
        about: Any = {**self._world["organisation"]}
        about["OrganisationID"] = tenant_id if UUID.fullmatch(tenant_id) else self._sandbox.ids.uuid()
        organisation = Organisation(tenant_id, {**world, "organisation": about}, self._sandbox)
        self._organisations[tenant_id.lower()] = organisation
        return organisation

    def disconnect(self, connection_id: str) -> bool:
        """Whether there was such a connection."""
        for tenant_id, organisation in self._organisations.items():
            if organisation.connection_id == connection_id.lower():
                del self._organisations[tenant_id]
                return True
        return False

    def app_window(self, client_id: str) -> FixedWindow:
        """Counts what one app sends, over all its organisations."""
        if client_id not in self.app_windows:
            limit = self._sandbox.options.value(rules.RATE_PER_APP)
            self.app_windows[client_id] = FixedWindow(limit, 60)
        return self.app_windows[client_id]


def state_of(sandbox: Sandbox) -> XeroState:
    return sandbox.state("xero", XeroState)


def files(sandbox: Sandbox) -> Iterator[HeldFile]:
    """Every attachment there is."""
    for organisation in state_of(sandbox):
        for kind in KINDS:
            for document in organisation.documents(kind):
                on = (f"{kind.plural}/{document.id}",)
                for each in document.attachments.values():
                    yield HeldFile(organisation.tenant_id, each.id, each.file_name, each.mime_type, each.blob, on)
