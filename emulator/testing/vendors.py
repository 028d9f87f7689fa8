"""The four vendors of a sandbox: where a client is pointed, with which headers, and documents in one line."""

import base64
import hashlib
import ssl
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, ClassVar

from emulator.testing.control import Control

if TYPE_CHECKING:
    import httpx

    from emulator.testing.sandbox import File, Sandbox


@dataclass(frozen=True)
class Document:
    """Something that a file can hang on."""

    vendor: str
    owner: str
    """The tenant, connection, organisation or team whose it is."""
    kind: str
    id: str
    """As paths of the vendor's API have it."""
    number: str
    attachments: int = 0


class Vendor:
    """What is common to the four. Methods raise EmulatorError where the emulator refuses, or is gone."""

    name: ClassVar[str]
    path: ClassVar[str] = ""
    headers: Mapping[str, str]
    """What a plain request needs; good under `auth=strict` too, but for Xero's token."""

    def __init__(self, control: Control, sandbox: "Sandbox") -> None:
        self._control = control
        self._sandbox = sandbox
        self.base_url = f"{sandbox.url}/{self.name}{self.path}"
        """What a client is pointed at."""

    def client(self, **options: Any) -> "httpx.Client":
        """An httpx client with base URL and headers; takes what `httpx.Client` does. Needs httpx."""
        import httpx

        return httpx.Client(**self._options(options))

    def async_client(self, **options: Any) -> "httpx.AsyncClient":
        """The same for async code, an `httpx.AsyncClient`."""
        import httpx

        return httpx.AsyncClient(**self._options(options))

    def _options(self, given: Mapping[str, Any]) -> dict[str, Any]:
        # A proxy of the machine's does not lead to the emulator; and reading the machine's certificates takes longer
        # than most tests, and is for nothing without TLS.
        options: dict[str, Any] = {"base_url": self.base_url, "trust_env": False}
        if self.base_url.startswith("http:"):
            options["verify"] = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        return {**options, **given, "headers": {**self.headers, **given.get("headers", {})}}

    def documents(self, kind: str | None = None) -> list[Document]:
        """What there is that files can hang on; of one kind, or of all."""
        found = self._control.ask_sandbox("GET", self._sandbox.name, "/documents", vendor=self.name, kind=kind)
        return [Document(**each) for each in found["documents"]]

    def files(self) -> "list[File]":
        """Every attachment of this vendor's."""
        return self._sandbox.files.find(vendor=self.name)

    def assert_attached(
        self,
        kind: str,
        document: "Document | str | int",
        name: str | None = None,
        *,
        content: bytes | None = None,
        sha256: str | None = None,
        size: int | None = None,
        times: int | None = None,
    ) -> "list[File]":
        """That a document (or its id, or number) has a file of this name and these bytes: one at least, or so many,
        which it returns. `size` is in bytes, `sha256` hexadecimal.

        Raises AssertionError, also where there is no such document.
        """
        __tracebackhide__ = True
        digest = hashlib.sha256(content).hexdigest() if content is not None else sha256
        wanted = {"name": name, "sha256": digest.lower() if digest else None, "size": size}
        wanted = {member: value for member, value in wanted.items() if value is not None}
        there = self._on(kind, document)
        found = [each for each in there if not _differing(each, wanted)]
        if not found if times is None else len(found) != times:
            asked = ", ".join(f"{member} {value}" for member, value in wanted.items()) or "any file"
            many = "" if times is None else f"{times} time{'s' * (times != 1)} "
            raise AssertionError(
                f"expected {many}on {kind}/{_id(document)}: {asked}.\n"
                f"{_listed(there, wanted)}\n{self._sandbox.journal.report()}"
            )
        return found

    def assert_not_attached(self, kind: str, document: "Document | str | int", name: str | None = None) -> None:
        """That a document, which must be there, has no file, or none of this name. Raises AssertionError."""
        __tracebackhide__ = True
        self.assert_attached(kind, document, name, times=0)

    def _on(self, kind: str, document: "Document | str | int") -> "list[File]":
        """The files on a document. Raises AssertionError where there is no such document."""
        __tracebackhide__ = True
        # Two owners may have documents of the same id.
        owner = document.owner if isinstance(document, Document) else None
        known = [each for each in self.documents() if self._is(each, kind)]
        found = [each for each in known if _id(document) in (each.id, each.number) and owner in (None, each.owner)]
        if not found:
            kinds = ", ".join(sorted({each.kind for each in self.documents()}))
            some = f"There are {', '.join(each.id for each in known[:5])}{', …' * (len(known) > 5)}"
            raise AssertionError(
                f"{self.name} has no {kind}/{_id(document)}. {some if known else f'Kinds are {kinds}'}.\n"
                f"{self._sandbox.journal.report()}"
            )
        places = {(each.owner, f"{self._folder(kind)}/{each.id}") for each in found}
        return [each for each in self.files() if any((each.owner, path) in places for path in each.documents)]

    def _is(self, document: Document, kind: str) -> bool:
        """Whether it is of the kind that an assertion names."""
        return document.kind == kind

    def _folder(self, kind: str) -> str:
        """What stands before the id where a file says what it hangs on."""
        return kind

    def _spoil(self, state: str, owner: str | None = None, scopes: str | None = None) -> None:
        self._control.ask_sandbox(
            "POST", self._sandbox.name, "/credentials", vendor=self.name, state=state, owner=owner, scopes=scopes
        )

    def _plant(self, kind: str, fields: Mapping[str, Any], owner: str | None = None) -> Document:
        found = self._control.ask_sandbox(
            "POST", self._sandbox.name, "/documents", vendor=self.name, kind=kind, owner=owner, fields=fields
        )
        return Document(**found)


class Xero(Vendor):
    """Xero: the accounting API, its identity endpoints and connections."""

    name = "xero"
    path = "/api.xro/2.0"
    tenant_id: str = "5eed0000-0000-4000-8000-000000000001"
    """The seed data's organisation."""
    headers = MappingProxyType(
        {"Authorization": "Bearer emulator", "xero-tenant-id": tenant_id, "Accept": "application/json"}
    )

    @property
    def identity_url(self) -> str:
        """What `/connect/token` follows."""
        return f"{self._sandbox.url}/xero/identity"

    def document(self, kind: str, **fields: Any) -> Document:
        """A new document, like the seed data's first of its kind (`Invoices`, `Contacts`, …) but for these fields."""
        return self._plant(kind, fields, self.tenant_id)

    def invoice(self, **fields: Any) -> Document:
        """A new invoice, like the seed data's first but for these fields."""
        return self.document("Invoices", **fields)

    def contact(self, **fields: Any) -> Document:
        """A new contact, like the seed data's first but for these fields, with a name of its own."""
        return self.document("Contacts", **fields)

    def expire_tokens(self, client_id: str | None = None) -> None:
        """The access tokens of all apps, or of one, have expired: the next call with one gets 401. Those issued after
        that are good. Raises EmulatorError for an app that was issued none."""
        self._spoil("expired", client_id)

    def revoke_tokens(self, client_id: str | None = None) -> None:
        """The access tokens and refresh tokens of all apps, or of one, are revoked: only a new consent, or client
        credentials, gives good ones. Raises EmulatorError for an app that was issued none."""
        self._spoil("revoked", client_id)

    def limit_scopes(self, *scopes: str, client_id: str | None = None) -> None:
        """The tokens of all apps, or of one, have these scopes and no others: what they do not cover gets 401. Raises
        EmulatorError for an app that was issued none."""
        self._spoil("limited", client_id, " ".join(scopes))

    def disconnect(self, tenant_id: str | None = None) -> None:
        """No token reaches an organisation (by default the seed data's) until the next consent: calls get 403. Raises
        EmulatorError for one that was never connected."""
        self._spoil("disconnected", tenant_id or self.tenant_id)


class Codat(Vendor):
    """Codat: the accounting API, Sync for Payables and Sync for Expenses."""

    name = "codat"
    headers = MappingProxyType({"Authorization": f"Basic {base64.b64encode(b'demo-key').decode()}"})

    def company(self, *, platform: str = "gbol", name: str = "A company") -> Document:
        """A company with one linked connection, to the accounting platform with this key: the company's id is the
        document's owner, the connection's its id."""
        return self._plant("companies", {"platform": platform, "name": name})

    def record(self, kind: str, connection: "Document | str | None" = None, **fields: Any) -> Document:
        """A new record (`invoices`, `bills`, …) of a connection, by default the seed data's first; like the seed
        world's first of its type but for these fields."""
        return self._plant(kind, fields, None if connection is None else _id(connection))

    def deauthorise(self, of: "Document | str | None" = None) -> None:
        """The customer takes back the consent to a connection, a company's, or (None) all connections, until the
        linkUrl is opened again. Raises EmulatorError where none of them is linked."""
        self._spoil("deauthorised", None if of is None else _id(of))

    def revoke_key(self, key: str | None = None) -> None:
        """A key, or every key, is good no longer: calls get 401."""
        self._spoil("revoked", key)


class DualEntry(Vendor):
    """DualEntry: its public API, version 2."""

    name = "dualentry"
    path = "/public/v2"
    key: str = "org_live_demo_secret"
    """The seed data's key."""
    headers = MappingProxyType({"X-API-KEY": key})

    def record(self, kind: str, **fields: Any) -> Document:
        """A new record (`invoices`, `bills`, `direct-expenses`, …), like the seed data's first of its type but for
        these fields."""
        return self._plant(kind, fields, self.key)

    def revoke_key(self, key: str | None = None) -> None:
        """A key, or every key, is good no longer: calls get 403."""
        self._spoil("revoked", key)


class VRPlatform(Vendor):
    """VRPlatform: transactions and their attachments."""

    name = "vrplatform"
    team_id: str = "team_123"
    """The seed data's team."""
    headers = MappingProxyType({"x-api-key": "vrp_demo", "x-team-id": team_id})

    def transaction(self, kind: str, **fields: Any) -> Document:
        """A new transaction (an `expense`, `deposit`, `transfer` or `payout`), like the seed data's first of its type
        but for these fields."""
        return self._plant(kind, fields, self.team_id)

    def expense(self, **fields: Any) -> Document:
        """A new expense, like the seed data's first but for these fields."""
        return self.transaction("expense", **fields)

    def deactivate_key(self, key: str | None = None) -> None:
        """A key, or every key, is switched off: calls get 401."""
        self._spoil("inactive", key)

    def revoke_key(self, key: str | None = None) -> None:
        """A key, or every key, is known no longer: calls get 401, in other words."""
        self._spoil("revoked", key)

    def _is(self, document: Document, kind: str) -> bool:
        return kind in ("transactions", document.kind)

    def _folder(self, kind: str) -> str:
        # Whatever its type.
        return "transactions"


def _id(document: "Document | str | int") -> str:
    return document.id if isinstance(document, Document) else str(document)


def _listed(files: "list[File]", wanted: Mapping[str, Any]) -> str:
    if not files:
        return "It has no files."
    lines = (f"  {each.name} ({each.size} bytes, sha256 {each.sha256}){_hint(each, wanted)}" for each in files)
    return "\n".join(["It has:", *lines])


def _hint(file: "File", wanted: Mapping[str, Any]) -> str:
    """What keeps a file from being the wanted one, where that is little."""
    differing = _differing(file, wanted)
    if "name" in differing:
        if _alike(file.name) != _alike(wanted["name"]):
            return " <- with these bytes, but of another name" if differing == ["name"] and len(wanted) > 1 else ""
        same_case = unicodedata.normalize("NFC", file.name) == unicodedata.normalize("NFC", wanted["name"])
        return " <- the name is composed differently (Unicode)" if same_case else " <- the name differs in case"
    return f" <- differs in {' and '.join(differing)}" if differing else ""


def _differing(file: "File", wanted: Mapping[str, Any]) -> list[str]:
    return [member for member, value in wanted.items() if getattr(file, member) != value]


def _alike(name: str) -> str:
    return unicodedata.normalize("NFC", name).casefold()
