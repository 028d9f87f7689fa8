"""The replay of a recording: each request is sent to the emulator, and its answer compared with the recorded one.

Before a request, the documents and files that it refers to are created, where the recording shows that they existed.
Ids differ between the recording and the emulator; what stands for the same is learnt from answers to the same request.
"""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Protocol
from urllib.parse import quote as percent_encode
from urllib.parse import unquote, urlsplit

from emulator.core.redaction import is_secret, redact_target
from emulator.verification.answer import Answer, find_header
from emulator.verification.comparison import Difference, Expectation, compare, form_of
from emulator.verification.evidence import Evidence, describe_answer, describe_request, repeatable
from emulator.verification.probe import FormPart, ProbeSet, Step
from emulator.verification.recordings import Recorded, Recording
from emulator.verification.runner import Check, Outcome
from emulator.verification.secrets import without_secrets
from emulator.verification.side import CouldNotRun, MissingVariable, Side, encode_form

MAX_FILE_BYTES = 10 * 1024 * 1024
"""The most bytes of a file that is made because a recording refers to it."""
MAX_SEARCHED_BYTES = 1024 * 1024
MAX_SENT_BYTES = 16 * 1024 * 1024
"""The most bytes that are sent in place of a body that a recording left out."""
_HOP_HEADERS = frozenset(
    "host connection content-length transfer-encoding accept-encoding keep-alive te trailer upgrade expect".split()
)
# What says who asks, or how often, and not what is asked: the emulator cannot know it, so it is told to answer so.
_ON_DEMAND = (401, 403, 429, 500, 502, 503, 504)
_NO_SUCH = re.compile(r"not (?:be )?found|cannot be found|no such|unknown|does not exist", re.IGNORECASE)
_ID_FORMS = {"a UUID", "32 hexadecimal digits"}
_ID_NAME = re.compile(r"(?:id|number|key)$", re.IGNORECASE)
_BYTES = "application/octet-stream"
_WORD = re.compile(r"[\w-]+")
_TEXT_TYPES = ("json", "xml", "x-www-form-urlencoded")


@dataclass(frozen=True, slots=True)
class Created:
    """A document in the emulator's sandbox."""

    id: str
    upload: Mapping[str, Any] | None
    """The request that attaches a file to it: `method`, `path` below the mount, `form_field`."""


class Stage(Protocol):
    """What sets up the emulator's sandbox."""

    def documents(self) -> Iterable[str]:
        """Return the ids and numbers of the documents that are there."""

    def create(self, kind: str, owner: str | None, fields: Mapping[str, Any]) -> Created | None:
        """Create a document; return None where the emulator refuses."""

    def refuse_next(self, status: int) -> str | None:
        """Have the next request answered with a status; return the rule, or None if the vendor has no such answer."""


class Replay:
    """A replay of one vendor's recorded requests."""

    def __init__(
        self,
        probes: ProbeSet,
        emulator: Side,
        stage: Stage,
        path_at_vendor: Callable[[str], str | None],
        refusals: Collection[str],
    ) -> None:
        """`path_at_vendor` returns the path below the vendor's mount for a URL, or None for one of somebody else's;
        `refusals` are the rules that refuse a request."""
        self.probes = probes
        self.emulator = emulator
        self.stage = stage
        self.outcome = Outcome()
        self._path_at_vendor = path_at_vendor
        self._ids: dict[str, str] = {}
        """The emulator's ids, by those of the recording."""
        self._own_ids: set[str] = set()
        self._uploads: dict[str, Mapping[str, Any]] = {}
        """How a file is attached to a document that was created here, by the document's id in the recording."""
        self._contents: dict[str, bytes] = {}
        """The bytes of downloads in the recording, by the last part of their path."""
        self._recorded_headers: set[str] = set()
        """The names of all request headers in the recording, in lower case."""
        self._fields: dict[str, dict[str, Any]] = {}
        """What the recording tells of documents, by id."""
        self._existing: set[str] = set()
        """The ids of the documents that answers are about;"""
        self._refused: set[str] = set()
        """of those about which something was refused,"""
        self._missing: set[str] = set()
        """and of those that are said not to exist."""
        self._files: dict[str, list[dict[str, Any]]] = {}
        """The attachments that the recording's answers list, by the document that the request names."""
        self._templates = [
            (step, probe.name, probe.name in refusals)
            for probe in probes.probes
            for step in probe.steps
            if step.compared and not step.until
        ]

    def run(self, recordings: list[Recording]) -> Outcome:
        """Replay recordings, one after the other."""
        self._discover()
        for known in self.stage.documents():
            self._learn_id(known, known)
        for recording in recordings:
            exchanges = [
                (path, exchange) for exchange in recording.exchanges if (path := self._path_at_vendor(exchange.url))
            ]
            others = len(recording.exchanges) - len(exchanges)
            if others:
                self.outcome.notes.append(f"{others} requests in {recording.name} are to other hosts, and left out")
            if recording.unreadable:
                self.outcome.notes.append(
                    f"{len(recording.unreadable)} entries of {recording.name} lack a request or an answer, and are "
                    f"left out; the first is entry {recording.unreadable[0]}"
                )
            for path, exchange in exchanges:
                self._learn_of_documents(path, exchange)
            for path, exchange in exchanges:
                self._replay(path, exchange)
        self.outcome.requests = self.emulator.allowance.used
        return self.outcome

    def _discover(self) -> None:
        for step in self.probes.discovery:
            try:
                self.emulator.capture(step, self.emulator.send(step))
            except MissingVariable:
                continue

    def _learn_of_documents(self, path: str, exchange: Recorded) -> None:
        answer = exchange.answer
        self._recorded_headers |= {name.lower() for name, _ in exchange.headers}
        match = re.search(self.probes.documents, path)
        document = unquote(match["document"] or "") if match else ""
        if answer.status == 404 or _NO_SUCH.search(answer.body.decode("utf-8", "replace")):
            self._missing.add(document)
        elif answer.status in (400, 413, 415, 422):
            self._refused.add(document)
        elif answer.status < 400:
            self._existing.add(document)
        if answer.status >= 400:
            return
        tree = answer.tree()
        for item in _objects(tree):
            facts = {name: item[name] for name in self.probes.document_fields if _is_text(item.get(name))}
            for value in {str(value) for name, value in item.items() if _ID_NAME.search(name) and _is_text(value)}:
                self._fields.setdefault(value, {}).update(facts)
            if {self.probes.attachments.id, self.probes.attachments.name} <= item.keys():
                self._files.setdefault(document, []).append(item)
        if tree is None and exchange.method == "GET" and answer.complete and (segments := _segments(path)):
            self._contents[segments[-1]] = answer.body

    def _replay(self, path: str, exchange: Recorded) -> None:
        theirs = exchange.answer
        check = Check((), f"{exchange.method} {without_secrets(redact_target(path))}", concerns=self.probes.concerns)
        self.outcome.checks.append(check)
        if re.fullmatch(self.probes.logins, f"{exchange.method} {path}"):
            check.skipped = "it is a login, whose secrets are never sent"
            return
        exchange = self._with_file(exchange)
        if exchange.body is None:
            check.skipped = "the recording left out what was sent"
            return
        rule: str | None = None
        credential = self._credential(exchange)
        # A credential that is missing or empty, the emulator refuses by itself.
        on_demand = theirs.status in _ON_DEMAND and (theirs.status > 403 or self._is_complete(credential))
        if on_demand:
            rule = self.stage.refuse_next(theirs.status)
            if rule is None:
                check.skipped = f"the emulator never answers {theirs.status}"
                return
        else:
            self._set_up(path, exchange)
            self._set_up_references(exchange)
        try:
            ours = self._send(path, exchange, credential)
        except CouldNotRun:
            check.skipped = "the request is no HTTP that can be sent"
            return
        check.differences = self._compare(ours, theirs, exchange.url.removesuffix(path), on_demand=on_demand)
        if check.differences:
            check.evidence = self._evidence(exchange, ours)
        if not on_demand:
            self._learn_ids(ours, theirs)
            refused = ours.header("emulator-rule").partition(",")[0]
            check.rules = (refused,) if refused else ()
            if ours.status == 501 and refused.endswith(".not-emulated"):
                check.skipped = "the emulator does not emulate it"
                check.rules, check.differences, check.evidence = (), [], None
                return
        check.likely_rule = rule or self._rule_for(path, exchange)

    def _compare(self, ours: Answer, theirs: Answer, base: str, *, on_demand: bool) -> list[Difference]:
        # The same word for all ids: what a recording leaves out need not be known.
        fixed = {known: name and "{id}" for known, name in self.emulator.captured().items()}
        known = (
            dict.fromkeys(_words(ours) & self._own_ids, "{id}"),
            dict.fromkeys(_words(theirs) & self._ids.keys(), "{id}"),
        )
        # Where the vendor's paths are below, in the recording.
        bases = {base: "", urlsplit(base).path: ""} if base != "" else {}
        expectation = Expectation(exact=self.probes.exact, ignored_headers=self.probes.ignored_headers)
        differences = compare(
            ours, theirs, expectation, replacements=({**fixed, **known[0]}, {**fixed, **bases, **known[1]})
        )
        if on_demand:
            # Which of the reasons for this status it was is not known.
            return [one for one in differences if one.kind not in ("text", "value", "header value")]
        return differences

    def _evidence(self, exchange: Recorded, ours: Answer) -> Evidence:
        sent = describe_request(exchange.method, exchange.url, exchange.headers, exchange.body, own=False)
        exact = self.probes.exact
        repeated = repeatable(exchange.body)
        return Evidence(sent, *(describe_answer(answer, exact, repeated) for answer in (ours, exchange.answer)))

    # --- What is sent -------------------------------------------------------------------------------------------------

    def _send(self, path: str, exchange: Recorded, credential: Mapping[str, str]) -> Answer:
        left_out = _HOP_HEADERS | {name.lower() for name in self.probes.credential}
        headers = {
            name: self._translate(value)
            for name, value in exchange.headers
            if name.lower() not in left_out and not is_secret(name) and name.isascii() and value.isascii()
        }
        body = exchange.body or b""
        content_type = find_header(headers.items(), "content-type")
        if any(kind in content_type for kind in _TEXT_TYPES):
            body = self._translate(body.decode("utf-8", "surrogateescape")).encode("utf-8", "surrogateescape")
        return self.emulator.exchange(exchange.method, self._translate(path), {**headers, **credential}, body)

    def _with_file(self, exchange: Recorded) -> Recorded:
        """Return a request with a file in place of one that the recording left out, if its answer describes it."""
        shape, answer = self.probes.attachments, exchange.answer
        if exchange.body is not None or exchange.method not in ("POST", "PUT"):
            return exchange
        headers = [(name, value) for name, value in exchange.headers if name.lower() != "content-type"]
        content_type = find_header(exchange.headers, "content-type")
        sent_form = content_type.startswith("multipart/form-data")
        if not shape.form_field and not any(kind in content_type for kind in _TEXT_TYPES):
            # What is in a file makes no difference; how large it is, may.
            length = find_header(headers, "content-length")
            if length.isdecimal() and int(length) <= MAX_SENT_BYTES:
                return replace(exchange, body=bytes(int(length)))
        if sent_form != bool(shape.form_field) or answer.status >= 300:
            return exchange
        parts = []
        for item in _objects(answer.tree()):
            if shape.name in item and str(item.get(shape.id, "")) not in self._ids:
                size = item.get(shape.size)
                content = bytes(min(size, MAX_FILE_BYTES)) if isinstance(size, int) else b""
                file_type = str(item.get(shape.content_type) or _BYTES)
                parts.append(FormPart(shape.form_field, content, str(item[shape.name]), file_type))
        if not parts:
            return exchange
        body, content_type = encode_form(parts) if sent_form else (parts[0].content, _BYTES)
        return replace(exchange, headers=(*headers, ("Content-Type", content_type)), body=body)

    def _credential(self, exchange: Recorded) -> Mapping[str, str]:
        """Return the headers that say who asks: the emulator's own, where the recording has them."""
        recorded = {name.lower(): value for name, value in exchange.headers}
        credential = {}
        for name, own in self.emulator.credential().items():
            if name.lower() not in recorded:
                # In a recording without any, they were filtered.
                if name.lower() not in self._recorded_headers:
                    credential[name] = own
            elif not recorded[name.lower()].strip():
                credential[name] = ""
            elif is_secret(name) or not recorded[name.lower()].isascii():
                credential[name] = own
            else:
                credential[name] = self._translate(recorded[name.lower()])
        return credential

    def _is_complete(self, credential: Mapping[str, str]) -> bool:
        return all(credential.get(name) for name in self.emulator.credential())

    def _translate(self, text: str) -> str:
        """Return a text with the emulator's ids in place of the recording's."""
        return _WORD.sub(lambda match: self._ids.get(match[0], match[0]), text)

    # --- What exists before -------------------------------------------------------------------------------------------

    def _set_up(self, path: str, exchange: Recorded) -> None:
        match = re.search(self.probes.documents, path)
        if match is None:
            return
        named = {name: unquote(value) for name, value in match.groupdict().items() if value}
        for name in ("owner", "connection"):
            if name in named and name in self.emulator.variables and exchange.answer.status < 400:
                self._learn_id(named[name], self.emulator.variables[name])
        document = named.get("document", "")
        if not document:
            return
        if document not in self._ids and document in self._existing | (self._refused - self._missing):
            self._create(document, named, exchange)
        if exchange.method == "GET" and document in self._uploads and exchange.answer.status < 400:
            self._attach(document, path, exchange.answer)

    def _set_up_references(self, exchange: Recorded) -> None:
        """Create the documents that a request refers to in its body, if it succeeded."""
        if (
            not self.probes.references
            or exchange.answer.status >= 400
            or len(exchange.body or b"") > MAX_SEARCHED_BYTES
        ):
            return
        text = (exchange.body or b"").decode("utf-8", "replace")
        for member, kind in self.probes.references.items():
            # In JSON and in XML.
            for document in re.findall(rf"\b{member}\"?\s*[:>]\s*\"?([\w-]+)", text):
                if document not in self._ids:
                    self._create(document, {"kind": kind}, exchange)

    def _create(self, document: str, named: Mapping[str, str], exchange: Recorded) -> None:
        kind = self._kind(named.get("kind", ""))
        fields = self._fields.get(document, {})
        owner = self._owner(named, exchange)
        created = self.stage.create(kind, owner, fields) or (self.stage.create(kind, owner, {}) if fields else None)
        if created:
            self._learn_id(document, created.id)
            # Elsewhere a file is staged first.
            if created.upload and created.id in created.upload["path"]:
                self._uploads[document] = created.upload

    def _kind(self, name: str) -> str:
        """Return the vendor's name of a kind of document, for a path's spelling of it."""
        for kind in self.probes.document_kinds:
            if name.lower().rstrip("s") == kind.lower().rstrip("s"):
                return kind
        return name or next(iter(self.probes.document_kinds))

    def _owner(self, named: Mapping[str, str], exchange: Recorded) -> str | None:
        if "connection" in named:
            return self._translate(named["connection"])
        header = next((name.lower() for name, value in self.probes.credential.items() if value == "{owner}"), "")
        given = find_header(exchange.headers, header)
        if header:
            return given or self.emulator.variables.get("owner")
        return self.emulator.variables.get("connection") or self.emulator.variables["token"]

    def _attach(self, document: str, path: str, answer: Answer) -> None:
        """Upload the files that a request is about, and that nothing in the recording has uploaded before."""
        shape = self.probes.attachments
        wanted = {unquote(segment) for segment in _segments(path)}
        wanted |= {str(item[shape.id]) for item in _objects(answer.tree()) if shape.id in item}
        for item in self._files.get(document, []):
            if str(item[shape.id]) not in self._ids and wanted & {str(item[shape.id]), str(item[shape.name])}:
                self._upload(document, item)

    def _upload(self, document: str, item: Mapping[str, Any]) -> None:
        upload, shape = self._uploads[document], self.probes.attachments
        identifier, name, size = str(item[shape.id]), str(item[shape.name]), item.get(shape.size)
        size = size if isinstance(size, int) else 0
        content = self._contents.get(identifier) or self._contents.get(name) or bytes(min(size, MAX_FILE_BYTES))
        path = str(upload["path"]).replace("{file_name}", percent_encode(name, safe=""))
        if not shape.form_field:
            step = Step(upload["method"], path, body=content)
        else:
            part = FormPart(shape.form_field, content, name, str(item.get(shape.content_type) or _BYTES))
            step = Step(upload["method"], path, form=(part,))
        answer = self.emulator.send(step)
        for uploaded in _objects(answer.tree() if answer.status < 300 else None):
            if uploaded.get(shape.uploaded_id):
                self._learn_id(identifier, str(uploaded[shape.uploaded_id]))
            elif uploaded.get(shape.name) == name and shape.id in uploaded:
                self._learn_id(identifier, str(uploaded[shape.id]))
        # Not a second time, whatever came of it.
        self._learn_id(identifier, identifier)

    # --- What is learnt -----------------------------------------------------------------------------------------------

    def _learn_ids(self, ours: Answer, theirs: Answer) -> None:
        if ours.status < 300 and theirs.status < 300:
            for mine, recorded in _pairs(ours.tree(), theirs.tree(), ""):
                self._learn_id(recorded, mine)

    def _learn_id(self, recorded: str, own: str) -> None:
        self._own_ids.add(self._ids.setdefault(recorded, own))

    def _rule_for(self, path: str, exchange: Recorded) -> str:
        """Return the first rule of the probe whose request is most like this one."""
        segments, query = _segments(path), _query_names(path)
        for step, rule, refuses in self._templates:
            if step.method == exchange.method and refuses == (exchange.answer.status >= 400):
                template = _segments(step.path)
                similar = len(template) == len(segments) and _query_names(step.path) <= query
                if similar and all(map(self._fits, template, segments)):
                    return rule
        return ""

    def _fits(self, template: str, segment: str) -> bool:
        if "{" in template or "verify" in template.lower() or template.lower() == segment.lower():
            return True
        return all(self._kind(name) in self.probes.document_kinds for name in (template, segment))


def _words(answer: Answer) -> set[str]:
    """Return everything in an answer that may be an id."""
    texts = [answer.body.decode("utf-8", "replace"), *(value for _, value in answer.headers)]
    return {word for text in texts for word in _WORD.findall(text)}


def _segments(path: str) -> list[str]:
    return [segment for segment in path.partition("?")[0].split("/") if segment]


def _query_names(path: str) -> set[str]:
    return {name.partition("=")[0].lower() for name in path.partition("?")[2].split("&")} - {""}


def _objects(value: Any) -> Iterator[dict[str, Any]]:
    """Yield every object in a tree."""
    if isinstance(value, dict):
        yield value
    if isinstance(value, dict | list):
        for item in value.values() if isinstance(value, dict) else value:
            yield from _objects(item)


def _is_text(value: object) -> bool:
    return isinstance(value, str | int) and not isinstance(value, bool) and value != ""


def _pairs(ours: Any, theirs: Any, name: str) -> Iterator[tuple[str, str]]:
    """Yield the ids that stand at the same place of two answers: the emulator's, and the recording's."""
    if isinstance(ours, dict) and isinstance(theirs, dict):
        for member in ours.keys() & theirs.keys():
            yield from _pairs(ours[member], theirs[member], member)
    elif isinstance(ours, list) and isinstance(theirs, list) and len(ours) == len(theirs):
        for mine, other in zip(ours, theirs, strict=True):
            yield from _pairs(mine, other, name)
    elif _is_text(ours) and _is_text(theirs) and type(ours) is type(theirs):
        forms = {form_of(str(value)) for value in (ours, theirs)}
        if forms == {"a URL"}:
            # The last part of a signed URL.
            ours, theirs = (_segments(urlsplit(value).path)[-1:] for value in (ours, theirs))
            yield from ((mine, other) for mine, other in zip(ours, theirs, strict=False) if len(other) > 24)
        # A short number may stand for anything.
        elif len(str(theirs)) > 2 and (_ID_NAME.search(name) or (len(forms) == 1 and forms <= _ID_FORMS)):
            yield str(ours), str(theirs)
