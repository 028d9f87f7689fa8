"""What the emulator knows of a vendor: the seam between the core and the vendors."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from emulator.core.rules import Refusal, Rule
from emulator.core.sandbox import Sandbox

if TYPE_CHECKING:
    from collections.abc import Awaitable, Collection, Iterable, Mapping

    from starlette.responses import Response

    from emulator.core.json_reader import JsonObject
    from emulator.core.request import Fields, VendorRequest
    from emulator.core.responses import HeaderNames
    from emulator.core.routing import Operation, Router
    from emulator.core.storage.file_store import Blob
    from emulator.core.storage.snapshots import SnapshotSchema


@dataclass(frozen=True, slots=True)
class FileSummary:
    """An attachment, as the emulator's own pages speak of it."""

    owner: str
    """The tenant, connection, organisation or team whose it is."""
    id: str
    name: str
    content_type: str
    blob: Blob | None
    """None while its bytes are still to come."""
    documents: tuple[str, ...]
    """What it hangs on; nothing, while it is merely staged."""


@dataclass(frozen=True, slots=True)
class DocumentSummary:
    """Something that a file can hang on, as the emulator's own pages speak of it."""

    owner: str
    kind: str
    id: str
    """As paths of the vendor's API have it."""
    number: str
    attachments: int


class InvalidDocument(Exception):
    """Such a document cannot be put into the world; the message says why, as the end of a sentence."""


class UnknownCredential(Exception):
    """Nobody has the credentials that are to go bad; the message says who was meant, as a sentence without its end."""


@dataclass(frozen=True, slots=True)
class CredentialFault:
    """Which credentials are to be good no longer."""

    owner: str | None = None
    """Whose: an app, an organisation, a connection, a company or a key. None: all of them, also those that the emulator
    has not seen yet."""
    scopes: frozenset[str] = frozenset()
    """What is left of them, where it is their scope that shrinks."""


InvalidateCredentials = Callable[[Sandbox, CredentialFault], None]
"""Lets credentials go bad in one way. Raises UnknownCredential."""


@dataclass(frozen=True, slots=True)
class FaultResponse:
    """What a vendor says with a status that a fault has ordered."""

    rule: Rule
    facts: Mapping[str, object] = field(default_factory=dict)
    """Those of the rule's message that a real request would bring along."""
    headers: Mapping[str, str] = field(default_factory=dict)
    """What the vendor sends with it beside the rule's own."""


def by_status(*fault_responses: FaultResponse) -> Mapping[int, FaultResponse]:
    """Failures by the status of their rules' answers. Raises TypeError for a rule that has none."""
    return {Refusal(response.rule).answer.status: response for response in fault_responses}


def _unlimited(_: VendorRequest) -> Fields:
    return {}


@dataclass(frozen=True, slots=True)
class Vendor:
    """One vendor. The vendor decides what is checked, and in which order; the core only carries."""

    name: str
    """The first segment of its mount: `xero` is served below `/xero`."""
    title: str
    base_path: str
    """What a client is pointed at, below the mount."""
    operations: tuple[Operation, ...]
    rules: tuple[Rule, ...]
    example: str
    """A first request, as a curl command for a shell; `{url}` stands for the mount's URL."""
    answer: Callable[[VendorRequest], Awaitable[Response]]
    """Raises Refusal."""
    refuse: Callable[[VendorRequest, Refusal], Response]
    """The dialect: a refusal in the vendor's bytes."""
    files: Callable[[Sandbox], Iterable[FileSummary]]
    """Every attachment that the vendor has in a sandbox."""
    documents: Callable[[Sandbox], Iterable[DocumentSummary]]
    """Everything that the vendor has in a sandbox and that files can hang on."""
    snapshot_schema: SnapshotSchema
    """What its state in a sandbox consists of."""
    create_document: Callable[[Sandbox, str | None, str, JsonObject], DocumentSummary]
    """Put a document of an owner's (None: whoever is first), a kind and with these fields into a sandbox. Raises
    InvalidDocument."""
    router: Router
    """Finds the operation that a request asks for."""
    fault_responses: Mapping[int, FaultResponse]
    """How the vendor says that something went wrong on its side, by status: what a fault can make it say."""
    credential_faults: Mapping[str, InvalidateCredentials]
    """How credentials can stop being good, by name."""
    header_names: HeaderNames
    """How the vendor spells the names of response headers."""
    rate_headers: Callable[[VendorRequest], Fields] = _unlimited
    """What every answer says of how much the client may still ask for. Asking counts nothing."""
    sign_in: Collection[bytes] = ()
    """Paths below the mount that get a form which says who the client is: where it asks for a token."""
