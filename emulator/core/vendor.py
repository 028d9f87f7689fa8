"""Vendor: the interface between the core and the vendor packages."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from emulator.core.rules import Refusal, Rule
from emulator.core.sandbox import Sandbox

if TYPE_CHECKING:
    from collections.abc import Awaitable, Collection, Iterable, Mapping

    from starlette.responses import Response

    from emulator.core.header_names import HeaderNames
    from emulator.core.json_reader import JsonObject
    from emulator.core.request import Fields, VendorRequest
    from emulator.core.routing import Operation, Router
    from emulator.core.storage.file_store import Blob
    from emulator.core.storage.serialization import SnapshotSchema
    from emulator.core.usage import UsageLimit
    from emulator.webhooks.models import WebhookFormat


@dataclass(frozen=True, slots=True)
class FileSummary:
    """An attachment as the control API and the console show it."""

    owner: str
    """The tenant, connection, organisation or team that owns it."""
    id: str
    name: str
    content_type: str
    blob: Blob | None
    """None until its bytes are uploaded."""
    documents: tuple[str, ...]
    """The documents that it is attached to, as `Invoices/{id}`; empty while it is staged."""


@dataclass(frozen=True, slots=True)
class DocumentSummary:
    """A document as the control API and the console show it."""

    owner: str
    kind: str
    id: str
    """The id in the paths of the vendor's API."""
    number: str
    attachments: int
    content: object
    """What is written in it, as JSON values or what `str` tells apart; its files are not part of it."""
    upload: UploadRequest | None = None
    """How a file is attached to it; None if it takes none."""


@dataclass(frozen=True, slots=True)
class UploadRequest:
    """The request of the vendor's own API that attaches a file to a document, or stages one."""

    method: str
    path: str
    """The path below the mount, where `{file_name}` stands for the percent-encoded name of the file."""
    headers: Mapping[str, str]
    """With the seed data's credential."""
    form_field: str | None = None
    """The name of the form's part that is the file; None where the file is the body."""
    form_fields: Mapping[str, str] = field(default_factory=dict)
    """The other fields of the form."""


class InvalidDocument(Exception):
    """The document cannot be created; the message is a sentence, without its full stop, that says why."""


class UnknownCredential(Exception):
    """The credentials to invalidate do not exist; the message names them, as a sentence without its full stop."""


@dataclass(frozen=True, slots=True)
class CredentialFault:
    """Which credentials to invalidate."""

    owner: str | None = None
    """Their owner: an app, an organisation, a connection, a company or a key. None for all of them, including
    those that the emulator has not seen yet."""
    scopes: frozenset[str] = frozenset()
    """The scopes that remain, where the fault limits their scope."""


InvalidateCredentials = Callable[[Sandbox, CredentialFault], None]
"""Brings credentials into one invalid state. Raises UnknownCredential."""


@dataclass(frozen=True, slots=True)
class FaultResponse:
    """The vendor's answer for a status that a fault asks for."""

    rule: Rule
    facts: Mapping[str, object] = field(default_factory=dict)
    """The facts in the rule's message that a real request would supply."""
    headers: Mapping[str, str] = field(default_factory=dict)
    """Headers beside those of the rule's answer."""


def by_status(*fault_responses: FaultResponse) -> Mapping[int, FaultResponse]:
    """Index fault responses by status. Raises TypeError for a rule without an answer."""
    return {Refusal(response.rule).answer.status: response for response in fault_responses}


def _accept(_: Sandbox) -> None:
    pass


def _unlimited(_: VendorRequest) -> Fields:
    return {}


def _without_limits(_: Sandbox) -> Iterable[UsageLimit]:
    return ()


@dataclass(frozen=True, slots=True)
class Vendor:
    """One vendor, as its package describes it to the core.

    The package decides what is checked, and in which order.
    """

    name: str
    """The path segment that it is mounted at: `xero` is served below `/xero`."""
    title: str
    base_path: str
    """The path below the mount that clients use as their base URL."""
    operations: tuple[Operation, ...]
    rules: tuple[Rule, ...]
    sample: UploadRequest
    """A request that succeeds in a new sandbox, unless its authentication is strict."""
    answer: Callable[[VendorRequest], Awaitable[Response]]
    """Answers a request. Raises Refusal."""
    refuse: Callable[[VendorRequest, Refusal], Response]
    """Renders a refusal in the vendor's error format."""
    files: Callable[[Sandbox], Iterable[FileSummary]]
    """Returns every attachment of the vendor in a sandbox."""
    documents: Callable[[Sandbox], Iterable[DocumentSummary]]
    """Returns every document of the vendor in a sandbox."""
    snapshot_schema: SnapshotSchema
    """How its state is written to a snapshot."""
    create_document: Callable[[Sandbox, str | None, str, JsonObject], DocumentSummary]
    """Creates a document of this owner (None for the first), kind and fields. Raises InvalidDocument."""
    router: Router
    """Finds the operation for a request."""
    fault_responses: Mapping[int, FaultResponse]
    """The vendor's answers that a fault can ask for, by status."""
    credential_faults: Mapping[str, InvalidateCredentials]
    """The invalid states that credentials can be brought into, by name."""
    header_names: HeaderNames
    """The letter case of response header names."""
    check_state: Callable[[Sandbox], None] = _accept
    """Renders what a restored state holds; raises whatever a request would fail with that asked for it."""
    rate_headers: Callable[[VendorRequest], Fields] = _unlimited
    """Returns the rate limit headers of an answer, without counting a request."""
    usage_limits: Callable[[Sandbox], Iterable[UsageLimit]] = _without_limits
    """Returns the limits that are in force in a sandbox, whether requests beyond them are refused or not."""
    webhooks: WebhookFormat | None = None
    """How it sends webhooks; None if the emulator sends none for it."""
    sign_in: Collection[bytes] = ()
    """Paths below the mount of consent and token requests, which identify the client in the query or in a form."""
