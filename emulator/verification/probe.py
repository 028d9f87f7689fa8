"""Probes: requests that show how a vendor behaves, as data, and the rules that each of them would prove."""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Effect = Literal["read", "refusal", "write"]
Credential = Literal["own", "none"]
_VARIABLE = re.compile(r"\{([a-z_]+)\}")
_UNKNOWN = "{unknown}"


@dataclass(frozen=True, slots=True)
class FormPart:
    """A part of a multipart form."""

    name: str
    content: bytes
    file_name: str | None = None
    content_type: str | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """One request, and what of its answer must be equal.

    Status, content type, header names and the structure of the body are always compared. In `path`, `headers` and
    `json`, `{name}` stands for a variable: one that a step before captured, `{unknown}` (an id that nothing has),
    `{mark}` (the text that marks what verification creates), `{key}` (an idempotency key), or what the target has
    (`{token}`, `{owner}`).
    """

    method: str
    path: str
    """Below the vendor's mount, as it is sent: percent-encoded."""
    headers: Mapping[str, str] = field(default_factory=dict)
    json: Any = None
    body: bytes | None = None
    form: tuple[FormPart, ...] = ()
    credential: Credential = "own"
    capture: Mapping[str, str] = field(default_factory=dict)
    """Variables to set from the answer: `{"attachment": "Attachments[0].AttachmentID"}`."""
    exact: tuple[str, ...] = ()
    """The members of a successful answer whose values must be equal: `Attachments[].MimeType`. In an error, all are."""
    count: tuple[str, ...] = ()
    """The lists of a successful answer that must be of equal length."""
    only: tuple[str, ...] | None = None
    """The members of a successful answer that are compared, with what is in them; None for all."""
    compared: bool = True
    """False for a step that only prepares."""
    until: tuple[str, str] | None = None
    """A member and its value: the request is repeated until the answer has it, a few times at most."""

    @property
    def effect(self) -> Effect:
        """What the request does at a vendor that behaves in the least welcome way."""
        if self.method in ("GET", "HEAD"):
            return "read"
        if self.credential != "own":
            return "refusal"
        segments = self.path.partition("?")[0].strip("/").split("/")
        # PUT and POST may create what they name. Below something that does not exist, there is nothing to create.
        above = segments if self.method in ("DELETE", "PATCH") else segments[:-1]
        return "refusal" if _UNKNOWN in above else "write"

    @property
    def variables(self) -> set[str]:
        """The variables that must be known before it can be sent."""
        texts = [self.path, *self.headers.values(), *_texts(self.json)]
        return {name for text in texts for name in _VARIABLE.findall(text)}


@dataclass(frozen=True, slots=True)
class Probe:
    """A short sequence of requests that would prove rules."""

    rules: tuple[str, ...]
    steps: tuple[Step, ...]

    @property
    def name(self) -> str:
        return self.rules[0]

    @property
    def writes(self) -> bool:
        return any(step.effect == "write" for step in self.steps)


@dataclass(frozen=True, slots=True)
class Removal:
    """How to remove what a write has created."""

    request: str
    """A regular expression for the method and path of the write, or of the read that finds out what it has created."""
    id: str
    """Where its answer names what was created: `Invoices[0].InvoiceID`."""
    step: Step
    """Removes it, or voids it where the vendor removes nothing; `{created}` is its id."""


@dataclass(frozen=True, slots=True)
class SafeTarget:
    """What a target must be before anything is written to it, by the vendor's own word."""

    description: str
    hosts: frozenset[str] = frozenset()
    """Hosts that the vendor documents as free of anybody's books."""
    step: Step | None = None
    """Or a request whose answer says so,"""
    member: str = ""
    """in this member,"""
    value: object = None
    """if it has this value."""


@dataclass(frozen=True, slots=True)
class AttachmentShape:
    """The members of an attachment in answers."""

    id: str
    name: str
    size: str
    content_type: str = ""
    form_field: str = ""
    """The field of the form that has the file; empty where the file is the body."""
    uploaded_id: str = ""
    """The member that has its id in the answer to an upload, if that is not the attachment itself."""


@dataclass(frozen=True, slots=True)
class ProbeSet:
    """Everything that verification asks of one vendor."""

    host: str
    """The host of the vendor's API."""
    credential: Mapping[str, str]
    """The headers of a request, with `{token}`, `{encoded_token}` and `{owner}`."""
    owner: str
    """What the option `--owner` names: a tenant, a company, a team."""
    discovery: tuple[Step, ...]
    """Reads that find out what the target has. The first must succeed, or the target is not this vendor."""
    safe: SafeTarget
    draft: tuple[Step, ...]
    """Creates the one document that the writes are about."""
    removals: tuple[Removal, ...]
    probes: tuple[Probe, ...]
    unprobed: Mapping[str, str]
    """The rules without a probe, by id, and why."""
    concerns: Mapping[str, str]
    """The rule of a difference by the header or member that it is about, where that is not the probe's first rule."""
    exact: tuple[str, ...]
    """The members of successful answers in recordings whose values must be equal."""
    documents: str
    """A regular expression for a path that names a document, with groups `document` and maybe `kind`, `owner` and
    `connection`."""
    document_kinds: Collection[str]
    attachments: AttachmentShape
    """How answers describe a file."""
    references: Mapping[str, str] = field(default_factory=dict)
    """The members of requests that refer to another document, and its kind: `ContactID` to `Contacts`."""
    document_fields: Collection[str] = ()
    """The members of a recorded document that one in its place gets, too."""
    logins: str = ""
    """A regular expression for the method and path of a request whose own secrets decide its answer; empty for none."""
    unknown: str = "00000000-0e57-4000-8000-0000000000ff"
    """An id that nothing has."""
    ignored_headers: frozenset[str] = frozenset()
    """Response headers of the vendor's that say nothing about its behaviour, in lower case."""


def get(path: str, **options: Any) -> Step:
    return Step("GET", path, **options)


def put(path: str, **options: Any) -> Step:
    return Step("PUT", path, **options)


def post(path: str, **options: Any) -> Step:
    return Step("POST", path, **options)


def patch(path: str, **options: Any) -> Step:
    return Step("PATCH", path, **options)


def delete(path: str, **options: Any) -> Step:
    return Step("DELETE", path, **options)


def probe(rules: str, *steps: Step) -> Probe:
    """Return the probe of these rules, by their ids with spaces between."""
    return Probe(tuple(rules.split()), steps)


def substitute(value: Any, variables: Mapping[str, str]) -> Any:
    """Return a text, or JSON, with its variables replaced; those that are not known stay as they are."""
    if isinstance(value, str):
        return _VARIABLE.sub(lambda match: variables.get(match[1], match[0]), value)
    if isinstance(value, dict):
        return {name: substitute(item, variables) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [substitute(item, variables) for item in value]
    return value


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list | tuple):
        for item in value.values() if isinstance(value, dict) else value:
            yield from _texts(item)
