"""Xero's state in one sandbox: organisations with their documents, apps with their tokens."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cache
from operator import methodcaller
from typing import Any

from emulator.core import seed
from emulator.core.credentials import fingerprint
from emulator.core.idempotency import IdempotencyKeys
from emulator.core.json_reader import JsonObject
from emulator.core.rate_limits import FixedWindow
from emulator.core.routing import UUID
from emulator.core.sandbox import Sandbox
from emulator.core.storage.file_store import Blob
from emulator.core.storage.serialization import SnapshotSchema
from emulator.vendors.xero import rules
from emulator.vendors.xero.document_types import CONTACTS, DOCUMENT_TYPES, DocumentType
from emulator.vendors.xero.rendering import date_strings, normalise


@dataclass(slots=True)
class Attachment:
    id: str
    file_name: str
    mime_type: str
    blob: Blob
    include_online: bool = False


@dataclass(slots=True)
class Note:
    """A record of a document's history."""

    changes: str
    at: datetime
    user: str
    details: str


@dataclass(slots=True)
class Document:
    kind: DocumentType
    id: str
    fields: JsonObject
    """Replaced by an update, never changed in place."""
    attachments: dict[str, Attachment] = field(default_factory=dict)
    """By file name, as `Organisation.file_key` sees it; oldest first."""
    history: list[Note] = field(default_factory=list)

    def attachment(self, attachment_id: str) -> Attachment | None:
        wanted = attachment_id.lower()
        return next((attachment for attachment in self.attachments.values() if attachment.id == wanted), None)


class Organisation:
    """One tenant: its documents, by id and by number, and its rate windows."""

    __slots__ = (
        "_documents",
        "_names",
        "_numbers",
        "about",
        "auth_event_id",
        "connected",
        "connection_id",
        "day",
        "idempotency_keys",
        "minute",
        "name",
        "sandbox",
        "tenant_id",
    )

    tenant_id: str
    name: str
    about: JsonObject
    connection_id: str
    auth_event_id: str
    connected: datetime
    sandbox: Sandbox
    minute: FixedWindow
    day: FixedWindow
    idempotency_keys: IdempotencyKeys
    _documents: dict[str, dict[str, Document]]
    _numbers: dict[str, dict[str, Document]]
    _names: dict[str, Document]

    def __init__(self, name: str, seed_data: JsonObject, sandbox: Sandbox) -> None:
        self.tenant_id = seed_data["organisation"]["OrganisationID"]
        """A UUID in lower case."""
        self.name = name
        """The tenant id as clients send it: this UUID, or a word in place of it such as `demo`."""
        self.about = seed_data["organisation"]
        self.connection_id = seed_data["connection_id"]
        self.auth_event_id = self.connection_id
        """The consent by which the organisation was last connected."""
        self.connected = datetime.fromisoformat(seed_data["connected"])
        self.sandbox = sandbox
        self.minute = FixedWindow(60)
        self.day = FixedWindow(24 * 60 * 60)
        self.idempotency_keys = IdempotencyKeys()
        self._documents = {kind.plural: {} for kind in DOCUMENT_TYPES}
        self._numbers = {kind.plural: {} for kind in DOCUMENT_TYPES}
        self._names = {}
        """Contacts, by name."""
        for kind in DOCUMENT_TYPES:
            for tree in seed_data["documents"].get(kind.plural, ()):
                self._add_seed_document(kind, tree)

    def documents(self, kind: DocumentType) -> Iterable[Document]:
        """Return the documents of a type, the oldest first."""
        return self._documents[kind.plural].values()

    def find(self, kind: DocumentType, key: str) -> Document | None:
        """Return the document with this id or number, in any letter case."""
        key = key.lower()
        return self._documents[kind.plural].get(key) or self._numbers[kind.plural].get(key)

    def with_id(self, kind: DocumentType, document_id: str) -> Document | None:
        """Return the document with this id, in any letter case."""
        return self._documents[kind.plural].get(document_id.lower())

    def numbered(self, kind: DocumentType, number: str) -> Document | None:
        return self._numbers[kind.plural].get(number.lower())

    def contact_named(self, name: str) -> Document | None:
        return self._names.get(name.casefold())

    def add(self, document: Document) -> None:
        self._documents[document.kind.plural][document.id] = document
        self._index(document)

    def update(self, document: Document, fields: JsonObject) -> None:
        """Replace the fields of a document."""
        self._unindex(document)
        document.fields = fields
        self._index(document)

    def next_number(self, kind: DocumentType) -> str:
        """Return a number that no document of the type has."""
        count = len(self._documents[kind.plural])
        while True:
            count += 1
            number = kind.numbering.format(count)
            if not self.numbered(kind, number):
                return number

    def file_key(self, file_name: str) -> str:
        """Return the key under which a file name is stored; names with the same key are one attachment."""
        return file_name if self.sandbox.options.value(rules.FILE_NAME_CASE) else file_name.casefold()

    def _index(self, document: Document) -> None:
        for index, key in self._keys(document):
            # Bills may share a number, which then finds the oldest of them.
            index.setdefault(key, document)

    def check(self, document: Document) -> None:
        """Check that a document can be found by what it is named. Raises KeyError."""
        for index, key in self._keys(document):
            index.get(key)

    def _unindex(self, document: Document) -> None:
        for index, key in self._keys(document):
            if index.get(key) is document:
                del index[key]

    def _keys(self, document: Document) -> Iterator[tuple[dict[str, Document], str]]:
        kind = document.kind
        if kind.number and (number := document.fields.get(kind.number)):
            yield self._numbers[kind.plural], str(number).lower()
        if kind is CONTACTS:
            yield self._names, str(document.fields["Name"]).casefold()

    def _add_seed_document(self, kind: DocumentType, tree: JsonObject) -> None:
        fields = {name: value for name, value in tree.items() if name != "Attachments"}
        fields.update(date_strings(kind.date_strings, fields))
        document = Document(kind, tree[kind.id], fields)
        for seed_attachment in tree.get("Attachments", ()):
            attachment = Attachment(
                seed_attachment["AttachmentID"],
                seed_attachment["FileName"],
                seed_attachment["MimeType"],
                self.sandbox.store.put(seed.file(seed_attachment["file"]), own=True),
                seed_attachment.get("IncludeOnline", False),
            )
            document.attachments[self.file_key(attachment.file_name)] = attachment
        self.add(document)


@dataclass(frozen=True, slots=True)
class Consent:
    """A user's consent to an app, which Xero calls an authentication event."""

    event_id: str
    session_id: str
    at: datetime
    scopes: frozenset[str]
    nonce: str = ""
    """What the app asked to find in the id token."""


@dataclass(frozen=True, slots=True)
class Token:
    """An access token, or the refresh token that goes with it."""

    value: str
    """Its fingerprint; empty for one that stands for all tokens that the emulator did not issue."""
    client_id: str
    scopes: frozenset[str]
    expires: datetime
    organisation: str | None
    """The tenant id of the only organisation that it reaches (custom connections); None for all that are connected."""
    consent: Consent | None = None
    """None for custom connections."""
    revoked: bool = False


@cache
def _seed_data() -> JsonObject:
    return normalise(seed.load("xero"))


class XeroState:
    """The organisations, apps and tokens of one sandbox."""

    __slots__ = (
        "_organisations",
        "_sandbox",
        "_tenant_ids",
        "app_name",
        "app_windows",
        "clients",
        "codes",
        "disconnected",
        "refresh_tokens",
        "scopes_matter",
        "tokens",
        "tokens_matter",
        "unissued",
        "user",
    )

    _sandbox: Sandbox
    app_name: str
    clients: dict[str, str]
    user: JsonObject
    codes: dict[str, Consent | None]
    tokens: dict[str, Token]
    refresh_tokens: dict[str, Token]
    unissued: Token | None
    tokens_matter: bool
    scopes_matter: bool
    disconnected: set[str]
    app_windows: dict[str, FixedWindow]
    _organisations: dict[str, Organisation]
    _tenant_ids: dict[str, str]

    def __init__(self, sandbox: Sandbox) -> None:
        seed_data = _seed_data()
        self._sandbox = sandbox
        self.app_name = seed_data["app_name"]
        self.clients = {client_id: fingerprint(secret) for client_id, secret in seed_data["clients"].items()}
        """The fingerprints of the secrets of the apps that strict authentication accepts, by client id."""
        self.user = seed_data["user"]
        """Whoever gives consent, as claims of an id token."""
        self.codes = dict.fromkeys(map(fingerprint, seed_data["authorization_codes"]))
        """What authorization codes stand for, by fingerprint; None for those of the seed data."""
        self.tokens = {}
        """By fingerprint."""
        self.refresh_tokens = {}
        """What refresh tokens were issued with, by fingerprint."""
        self.unissued = None
        """How tokens that the emulator did not issue are treated, after a credential fault."""
        self.tokens_matter = False
        """Whether tokens are checked in every auth mode: after a credential fault."""
        self.scopes_matter = False
        """Whether scopes are checked in every auth mode: after a fault that limits them."""
        self.disconnected = set()
        """The tenant ids of organisations that were disconnected."""
        self.app_windows = {}
        self._organisations = {}
        """By tenant id."""
        self._tenant_ids = {}
        """By the names, in lower case, that clients sent in place of a tenant id."""
        for organisation in seed_data["organisations"]:
            self._add(Organisation(organisation["organisation"]["OrganisationID"], organisation, sandbox))

    def __iter__(self) -> Iterator[Organisation]:
        return iter(self._organisations.values())

    @property
    def connected(self) -> Iterator[Organisation]:
        return (organisation for organisation in self if organisation.tenant_id not in self.disconnected)

    @property
    def default_organisation(self) -> Organisation | None:
        """The organisation of a request that names none: the first that is connected."""
        return next(self.connected, None)

    def organisation(self, name: str, *, or_new: bool = False) -> Organisation | None:
        """Return a connected organisation by tenant id; with `or_new`, an unknown one is connected first."""
        existing = self.get_organisation(name)
        if existing is None:
            return self.connect(name) if or_new else None
        return existing if existing.tenant_id not in self.disconnected else None

    def get_organisation(self, name: str) -> Organisation | None:
        """Return an organisation, connected or not, by tenant id or by what clients send in place of it."""
        key = name.lower()
        return self._organisations.get(self._tenant_ids.get(key, key))

    def connect(self, name: str) -> Organisation:
        """Add an organisation, a copy of the seed data's first. A name that is no UUID stands for its tenant id."""
        pattern = _seed_data()["organisations"][0]
        seed_data: JsonObject = {
            **pattern,
            "connection_id": self._sandbox.ids.uuid(),
            "connected": self._sandbox.clock.now().isoformat(),
        }
        tenant_id = name.lower() if UUID.fullmatch(name) else self._sandbox.ids.uuid()
        about: Any = {**pattern["organisation"], "OrganisationID": tenant_id}
        return self._add(Organisation(name, {**seed_data, "organisation": about}, self._sandbox))

    def _add(self, organisation: Organisation) -> Organisation:
        self._organisations[organisation.tenant_id] = organisation
        if organisation.name != organisation.tenant_id:
            self._tenant_ids[organisation.name.lower()] = organisation.tenant_id
        return organisation

    def reconnect(self, consent: Consent) -> None:
        """Connect every organisation by a new consent, also those that were disconnected."""
        for organisation in self:
            organisation.auth_event_id = consent.event_id
        for tenant_id in sorted(self.disconnected):
            organisation = self._organisations[tenant_id]
            organisation.connection_id = self._sandbox.ids.uuid()
            organisation.connected = self._sandbox.clock.now()
        self.disconnected.clear()

    def change_tokens(self, which: Callable[[Token], bool], **fields: Any) -> None:
        """Change fields of the issued access and refresh tokens that `which` selects."""
        for tokens in (self.tokens, self.refresh_tokens):
            for value, token in tokens.items():
                if which(token):
                    tokens[value] = replace(token, **fields)

    def hash_credentials(self) -> None:
        """Replace the credentials that a snapshot of version 1 holds by their fingerprints."""
        self.clients = {client_id: fingerprint(secret) for client_id, secret in self.clients.items()}
        self.codes = {fingerprint(code): consent for code, consent in self.codes.items()}
        tokens = {
            token: replace(token, value=fingerprint(token.value))
            for token in (*self.tokens.values(), *self.refresh_tokens.values())
        }
        self.tokens = {fingerprint(value): tokens[token] for value, token in self.tokens.items()}
        self.refresh_tokens = {fingerprint(value): tokens[token] for value, token in self.refresh_tokens.items()}

    def app_window(self, client_id: str) -> FixedWindow:
        """Return the rate window of one app, over all its organisations."""
        if client_id not in self.app_windows:
            self.app_windows[client_id] = FixedWindow(60)
        return self.app_windows[client_id]


SNAPSHOT_SCHEMA = SnapshotSchema(
    types=(XeroState, Organisation, Document, Attachment, Note, Token, Consent),
    constants={kind.plural: kind for kind in DOCUMENT_TYPES},
    upgrades={1: XeroState.hash_credentials},
)


state_of: Callable[[Sandbox], XeroState] = methodcaller("state", "xero", XeroState)
