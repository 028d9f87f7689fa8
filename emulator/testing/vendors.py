"""The four vendors of a sandbox: where a client is pointed, with which headers, and documents in one line."""

import base64
import hashlib
import ssl
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, ClassVar, Generic, Literal, TypeAlias, TypeVar, get_args

from emulator.testing.arguments import check_choice
from emulator.testing.control import Control, SandboxPart
from emulator.testing.files import File, Files
from emulator.testing.journal import Journal
from emulator.types import (
    CodatRecordType,
    DualEntryRecordType,
    VendorName,
    VRPlatformTransactionType,
    XeroDocumentType,
)

if TYPE_CHECKING:
    import httpx

DocumentType_contra = TypeVar("DocumentType_contra", bound=str, contravariant=True)


@dataclass(frozen=True)
class Document:
    """Something that a file can hang on."""

    vendor: str
    owner: str
    """The tenant, connection, organisation or team whose it is."""
    kind: str
    """Its type, in the vendor's words: `Invoices`."""
    id: str
    """Its id, as paths of the vendor's API have it."""
    number: str
    attachments: int = 0
    """How many files hang on it."""
    revision: str = field(default="", compare=False)
    """The same as long as its content is the same; its files are not part of it."""

    @classmethod
    def from_answer(cls, answer: Mapping[str, Any]) -> "Document":
        """Return the document that the control API describes."""
        return cls(**{field.name: answer[field.name] for field in fields(cls)})


class BaseVendor(SandboxPart, Generic[DocumentType_contra]):
    """What the four vendors have in common. Its parameter is the vendor's names for types of document.

    Every method raises EmulatorError where the emulator refuses, or does not answer.
    """

    name: ClassVar[VendorName]
    path: ClassVar[str] = ""
    document_types: ClassVar[tuple[str, ...]]
    """The types of document that files hang on, in the vendor's words."""
    headers: Mapping[str, str]
    """What a plain request needs; accepted under `auth=strict` too, except for Xero's token."""

    def __init__(self, control: Control, sandbox: str) -> None:
        super().__init__(control, sandbox)
        self.base_url = f"{control.sandbox_url(sandbox)}/{self.name}{self.path}"
        """The URL that a client is pointed at."""

    def client(self, **options: Any) -> "httpx.Client":
        """Return an httpx client with base URL and headers; takes what `httpx.Client` does."""
        import httpx

        return httpx.Client(**self._client_options(options))

    def async_client(self, **options: Any) -> "httpx.AsyncClient":
        """Return the same for async code, an `httpx.AsyncClient`."""
        import httpx

        return httpx.AsyncClient(**self._client_options(options))

    def _client_options(self, given: Mapping[str, Any]) -> dict[str, Any]:
        # The machine's proxy does not lead to the emulator; and reading the machine's certificates takes longer than
        # most tests, and is useless without TLS.
        options: dict[str, Any] = {"base_url": self.base_url, "trust_env": False}
        if self.base_url.startswith("http:"):
            options["verify"] = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        return {**options, **given, "headers": {**self.headers, **given.get("headers", {})}}

    def documents(self, kind: DocumentType_contra | None = None) -> list[Document]:
        """Return the documents that files can hang on; of one type, or of all.

        Raises ValueError for a type of document that the vendor does not have.
        """
        if kind is not None:
            self._check_document_type(kind)
        return [document for document in self._all_documents() if kind is None or self._is_of_type(document, kind)]

    def files(self) -> list[File]:
        """Return every attachment of this vendor's."""
        return Files(self._control, self._sandbox).find(vendor=self.name)

    def assert_attached(
        self,
        kind: DocumentType_contra,
        document: Document | str | int,
        name: str | None = None,
        *,
        content: bytes | None = None,
        sha256: str | None = None,
        size: int | None = None,
        times: int | None = None,
    ) -> list[File]:
        """Assert that a document (or its id, or number) has so many files with this name and these bytes, or at least
        one; return them. `size` is in bytes, `sha256` hexadecimal.

        Raises AssertionError, also where there is no such document, and ValueError for a type of document that the
        vendor does not have.
        """
        __tracebackhide__ = True
        digest = hashlib.sha256(content).hexdigest() if content is not None else sha256
        expected = {"name": name, "sha256": digest.lower() if digest else None, "size": size}
        expected = {attribute: value for attribute, value in expected.items() if value is not None}
        attached = self._files_on(kind, document)
        matching = [file for file in attached if not _differences(file, expected)]
        if not matching if times is None else len(matching) != times:
            wanted = ", ".join(f"{attribute} {value}" for attribute, value in expected.items())
            count = "a file" if times is None else f"{times or 'no'} file{'s' * (times != 1)}"
            raise AssertionError(
                f"expected {count}{' with ' * bool(wanted)}{wanted} on {kind}/{_id_of(document)}.\n"
                f"{_list_files(attached, expected)}\n{self._report()}"
            )
        return matching

    def assert_not_attached(
        self, kind: DocumentType_contra, document: Document | str | int, name: str | None = None
    ) -> None:
        """Assert that a document, which must exist, has no file, or none with this name.

        Raises as `assert_attached` does.
        """
        __tracebackhide__ = True
        self.assert_attached(kind, document, name, times=0)

    def _files_on(self, kind: DocumentType_contra, document: Document | str | int) -> list[File]:
        """The files on a document. Raises AssertionError where it does not exist."""
        __tracebackhide__ = True
        self._check_document_type(kind)
        if isinstance(document, Document) and (attached := self._files_at([document], kind)):
            # It has files, so it exists, and need not be asked for.
            return attached
        # Two owners may have documents with the same id.
        owner = document.owner if isinstance(document, Document) else None
        candidates = self.documents(kind)
        matches = [
            candidate
            for candidate in candidates
            if _id_of(document) in (candidate.id, candidate.number) and owner in (None, candidate.owner)
        ]
        if not matches:
            ids = ", ".join(candidate.id for candidate in candidates[:5]) + ", …" * (len(candidates) > 5)
            raise AssertionError(
                f"{self.name} has no {kind}/{_id_of(document)}. There {f'are {ids}' if ids else 'is none of them'}.\n"
                f"{self._report()}"
            )
        return self._files_at(matches, kind)

    def _files_at(self, documents: Iterable[Document], kind: str) -> list[File]:
        places = {(document.owner, f"{self._path_segment(kind)}/{document.id}") for document in documents}
        return [file for file in self.files() if any((file.owner, path) in places for path in file.documents)]

    def _report(self) -> str:
        return Journal(self._control, self._sandbox).report()

    def _is_of_type(self, document: Document, kind: str) -> bool:
        return document.kind == kind

    def _path_segment(self, kind: str) -> str:
        """What stands before the id where a file names the document that it hangs on."""
        return kind

    def _check_document_type(self, kind: str, document_types: tuple[str, ...] | None = None) -> None:
        check_choice("document type", kind, document_types or self.document_types, f" in {type(self).__name__}")

    def _all_documents(self) -> list[Document]:
        answer = self._ask("GET", "/documents", vendor=self.name)
        return [Document.from_answer(document) for document in answer["documents"]]

    def _create_document(self, kind: str, fields: Mapping[str, Any], owner: str | None = None) -> Document:
        document = self._ask("POST", "/documents", vendor=self.name, kind=kind, owner=owner, fields=fields)
        return Document.from_answer(document)

    def _invalidate_credentials(self, state: str, owner: str | None = None, scopes: str | None = None) -> None:
        self._ask("POST", "/credentials", vendor=self.name, state=state, owner=owner, scopes=scopes)


class Xero(BaseVendor[XeroDocumentType]):
    """Xero: the accounting API, its identity endpoints and connections."""

    name = "xero"
    path = "/api.xro/2.0"
    document_types = get_args(XeroDocumentType)
    tenant_id: str = "5eed0000-0000-4000-8000-000000000001"
    """The seed data's organisation."""
    headers = MappingProxyType(
        {"Authorization": "Bearer emulator", "xero-tenant-id": tenant_id, "Accept": "application/json"}
    )

    @property
    def identity_url(self) -> str:
        """The URL that `/connect/token` is below."""
        return f"{self._control.sandbox_url(self._sandbox)}/xero/identity"

    def document(self, kind: XeroDocumentType, **fields: Any) -> Document:
        """Create a document, like the seed data's first of its type (`Invoices`, `Contacts`, …) but for these fields.

        Raises ValueError for a type of document that Xero does not have.
        """
        self._check_document_type(kind)
        return self._create_document(kind, fields, self.tenant_id)

    def invoice(self, **fields: Any) -> Document:
        """Create an invoice, like the seed data's first but for these fields."""
        return self.document("Invoices", **fields)

    def contact(self, **fields: Any) -> Document:
        """Create a contact, like the seed data's first but for these fields, with a name of its own."""
        return self.document("Contacts", **fields)

    def expire_tokens(self, client_id: str | None = None) -> None:
        """Expire the access tokens of all apps, or of one: the next request with one gets 401. Tokens that are issued
        afterwards are good.

        Raises EmulatorError for an app that was issued none.
        """
        self._invalidate_credentials("expired", client_id)

    def revoke_tokens(self, client_id: str | None = None) -> None:
        """Revoke the access tokens and refresh tokens of all apps, or of one: only a new consent, or client
        credentials, gives good ones.

        Raises EmulatorError for an app that was issued none.
        """
        self._invalidate_credentials("revoked", client_id)

    def limit_scopes(self, *scopes: str, client_id: str | None = None) -> None:
        """Limit the tokens of all apps, or of one, to these scopes: requests that they do not cover get 401.

        Raises EmulatorError for an app that was issued none.
        """
        self._invalidate_credentials("limited", client_id, " ".join(scopes))

    def disconnect(self, tenant_id: str | None = None) -> None:
        """Disconnect an organisation, by default the seed data's, from all tokens: requests get 403 until the next
        consent.

        Raises EmulatorError for one that was never connected.
        """
        self._invalidate_credentials("disconnected", tenant_id or self.tenant_id)


class Codat(BaseVendor[CodatRecordType | Literal["connections"]]):
    """Codat: the accounting API, Sync for Payables and Sync for Expenses."""

    name = "codat"
    document_types = (*get_args(CodatRecordType), "connections")
    headers = MappingProxyType({"Authorization": f"Basic {base64.b64encode(b'demo-key').decode()}"})

    def company(self, *, platform: str = "gbol", name: str = "A company") -> Document:
        """Create a company with one linked connection to the accounting platform with this key.

        The document's owner is the company's id, its id the connection's.
        """
        return self._create_document("companies", {"platform": platform, "name": name})

    def record(self, kind: CodatRecordType, connection: Document | str | None = None, **fields: Any) -> Document:
        """Create a record (`invoices`, `bills`, …) of a connection, by default the seed data's first; like the seed
        data's first of its type but for these fields.

        Raises ValueError for a type of record that Codat does not have.
        """
        self._check_document_type(kind, get_args(CodatRecordType))
        return self._create_document(kind, fields, None if connection is None else _id_of(connection))

    def deauthorise(self, of: Document | str | None = None) -> None:
        """Withdraw the customer's consent to a connection, to those of a company, or (None) to all, until the linkUrl
        is opened again.

        Raises EmulatorError where none of them is linked.
        """
        self._invalidate_credentials("deauthorised", None if of is None else _id_of(of))

    def revoke_key(self, key: str | None = None) -> None:
        """Revoke a key, or every key: requests get 401."""
        self._invalidate_credentials("revoked", key)


class DualEntry(BaseVendor[DualEntryRecordType]):
    """DualEntry: its public API, version 2."""

    name = "dualentry"
    path = "/public/v2"
    document_types = get_args(DualEntryRecordType)
    key: str = "org_live_demo_secret"
    """The seed data's key."""
    headers = MappingProxyType({"X-API-KEY": key})

    def record(self, kind: DualEntryRecordType, **fields: Any) -> Document:
        """Create a record (`invoices`, `bills`, `direct-expenses`, …), like the seed data's first of its type but for
        these fields.

        Raises ValueError for a type of record that DualEntry does not have.
        """
        self._check_document_type(kind)
        return self._create_document(kind, fields, self.key)

    def revoke_key(self, key: str | None = None) -> None:
        """Revoke a key, or every key: requests get 403."""
        self._invalidate_credentials("revoked", key)


class VRPlatform(BaseVendor[VRPlatformTransactionType | Literal["transactions"]]):
    """VRPlatform: transactions and their attachments. `transactions` are those of every type."""

    name = "vrplatform"
    document_types = (*get_args(VRPlatformTransactionType), "transactions")
    team_id: str = "team_123"
    """The seed data's team."""
    headers = MappingProxyType({"x-api-key": "vrp_demo", "x-team-id": team_id})

    def transaction(self, kind: VRPlatformTransactionType, **fields: Any) -> Document:
        """Create a transaction (an `expense`, `deposit`, `transfer` or `payout`), like the seed data's first of its
        type but for these fields.

        Raises ValueError for a type of transaction that VRPlatform does not have.
        """
        self._check_document_type(kind, get_args(VRPlatformTransactionType))
        return self._create_document(kind, fields, self.team_id)

    def expense(self, **fields: Any) -> Document:
        """Create an expense, like the seed data's first but for these fields."""
        return self.transaction("expense", **fields)

    def deactivate_key(self, key: str | None = None) -> None:
        """Deactivate a key, or every key: requests get 401."""
        self._invalidate_credentials("inactive", key)

    def revoke_key(self, key: str | None = None) -> None:
        """Revoke a key, or every key: requests get 401, with another message than for an inactive key."""
        self._invalidate_credentials("revoked", key)

    def limit_scopes(self, *scopes: str, key: str | None = None) -> None:
        """Limit a key, or every key, to these scopes (`transactions:read`, `transaction-attachments:write`, …).

        Requests that they do not cover get 403.
        """
        self._invalidate_credentials("limited", key, " ".join(scopes))

    def _is_of_type(self, document: Document, kind: str) -> bool:
        return kind in ("transactions", document.kind)

    def _path_segment(self, kind: str) -> str:
        # The same for every type.
        return "transactions"


Vendor: TypeAlias = BaseVendor[Any]
"""Any of the four vendors, for code that is the same for all; a type checker takes any type of document."""


def _id_of(document: Document | str | int) -> str:
    return document.id if isinstance(document, Document) else str(document)


def _list_files(files: list[File], expected: Mapping[str, Any]) -> str:
    if not files:
        return "It has no files."
    lines = (f"  {file.name} ({file.size} bytes, sha256 {file.sha256}){_hint(file, expected)}" for file in files)
    return "\n".join(["It has:", *lines])


def _hint(file: File, expected: Mapping[str, Any]) -> str:
    """What keeps a file from being the expected one, where that is little."""
    differences = _differences(file, expected)
    if "name" in differences:
        if _fold(file.name) != _fold(expected["name"]):
            same_bytes = differences == ["name"] and len(expected) > 1
            return " <- with these bytes, but of another name" if same_bytes else ""
        same_case = unicodedata.normalize("NFC", file.name) == unicodedata.normalize("NFC", expected["name"])
        return " <- the name is composed differently (Unicode)" if same_case else " <- the name differs in case"
    return f" <- differs in {' and '.join(differences)}" if differences else ""


def _differences(file: File, expected: Mapping[str, Any]) -> list[str]:
    return [attribute for attribute, value in expected.items() if getattr(file, attribute) != value]


def _fold(name: str) -> str:
    return unicodedata.normalize("NFC", name).casefold()
