"""The comparison of two answers: where the emulator's and the vendor's differ in what a client can see.

Ids, dates, amounts and hosts differ by nature; they are compared by their form. Texts of errors are compared, and so
are those members of other answers that a probe names.
"""

import hashlib
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from emulator.verification.answer import Answer
from emulator.verification.secrets import without_secrets

DifferenceKind = Literal[
    "status",
    "content type",
    "missing header",
    "extra header",
    "header case",
    "header value",
    "body",
    "layout",
    "missing member",
    "extra member",
    "order",
    "type",
    "date form",
    "text form",
    "value",
    "text",
    "count",
    "content",
]
Replacements = tuple[Mapping[str, str], Mapping[str, str]]
# What every server or network adds, and what says nothing about the API's behaviour.
_IGNORED_HEADERS = frozenset(
    "age alt-svc cf-cache-status cf-ray connection content-encoding content-length content-type date keep-alive nel "
    "report-to reporting-endpoints server server-timing set-cookie strict-transport-security trailer transfer-encoding "
    "vary via x-cache x-powered-by x-content-type-options x-frame-options x-xss-protection referrer-policy "
    "content-security-policy permissions-policy traceparent x-envoy-upstream-service-time x-request-id x-runtime "
    "cross-origin-opener-policy emulator-rule emulator-fault".split()
)
_IGNORED_PREFIXES = ("access-control-", "x-amz", "x-azure-", "x-vercel-", "x-served-", "x-timer")
DATES = {
    "/Date(0)/": re.compile(r"/Date\(-?\d+\)/"),
    "/Date(0+0000)/": re.compile(r"/Date\(-?\d+[+-]\d{4}\)/"),
    "2026-01-31": re.compile(r"\d{4}-\d\d-\d\d"),
    "2026-01-31T00:00": re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d"),
    "2026-01-31T00:00:00": re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?"),
    "2026-01-31T00:00:00Z": re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z"),
    "2026-01-31T00:00:00+00:00": re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?[+-]\d\d:?\d\d"),
    "Sat, 31 Jan 2026 00:00:00 GMT": re.compile(r"[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT"),
    "01/31/2026 00:00:00": re.compile(r"\d\d/\d\d/\d{4} \d\d:\d\d:\d\d"),
}
FORMS = {
    "a UUID": re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"),
    "32 hexadecimal digits": re.compile(r"[0-9a-f]{32}"),
    "a decimal number": re.compile(r"-?\d+\.\d+"),
    "a URL": re.compile(r"https?://\S+"),
}
# Longest form first, so that a part of a date is not taken for a shorter one.
_DATE_IN_TEXT = re.compile("|".join(f"(?:{form.pattern})" for form in reversed(DATES.values())))
_ID_IN_TEXT = re.compile("|".join(f"(?:{FORMS[form].pattern})" for form in ("a UUID", "32 hexadecimal digits")))
_ORIGIN = re.compile(r"https?://[^/\s\"'<>]+")


@dataclass(frozen=True, slots=True)
class Difference:
    """One way in which two answers differ."""

    kind: DifferenceKind
    where: str
    """The header, or the path of the member; empty for the answer as such."""
    emulator: str
    vendor: str
    detail: str = ""
    """What else the vendor said."""

    def __str__(self) -> str:
        where = f" {self.where}" if self.where else ""
        sentence = f"{self.kind}{where}: the emulator says {self.emulator}, the vendor said {self.vendor}"
        return f"{sentence}: {self.detail}" if self.detail else sentence


@dataclass(frozen=True, slots=True)
class Expectation:
    """What must be equal, beside what always must."""

    exact: Collection[str] = ()
    """The paths of members of successful answers whose values must be equal."""
    count: Collection[str] = ()
    """The paths of lists that must be of equal length."""
    only: Collection[str] | None = None
    """The members that are compared, with what is in them; None for all."""
    ignored_headers: frozenset[str] = frozenset()
    content: bool = False
    """Whether the bytes of a file must be equal."""


def compare(
    emulator: Answer,
    vendor: Answer,
    expectation: Expectation = Expectation(),
    *,
    replacements: Replacements = ({}, {}),
) -> list[Difference]:
    """Return how the emulator's answer differs from the vendor's.

    `replacements` are texts of the emulator's and of the vendor's answer that stand for the same, such as ids, and what
    to replace them by.
    """
    differences = [*_compare_status(emulator, vendor)]
    differences += _compare_headers(emulator, vendor, expectation.ignored_headers, replacements)
    # Bodies of different statuses have nothing in common.
    if emulator.status == vendor.status and vendor.complete:
        differences += _Bodies(emulator, vendor, expectation, replacements).differences()
    return differences


def quote(value: object) -> str:
    """Return a value as a message shows it: short, on one line, without what looks like a secret."""
    text = without_secrets(str(value).replace("\r", "\\r").replace("\n", "\\n"))
    return repr(text[:120] + "…" * (len(text) > 120)) if isinstance(value, str) else text


def normalise_text(text: str, replacements: Mapping[str, str]) -> str:
    """Return a text without what differs by nature: ids, dates, hosts, and the variables of a probe."""
    for known in sorted(replacements, key=len, reverse=True):
        if len(known) > 1 and known in text:
            # A number is not a part of a longer one.
            boundary = r"\b" if known.isalnum() else ""
            text = re.sub(f"{boundary}{re.escape(known)}{boundary}", replacements[known].replace("\\", r"\\"), text)
    text = _ORIGIN.sub("https://…", text)
    return _ID_IN_TEXT.sub("{id}", _DATE_IN_TEXT.sub("{date}", text))


def _compare_status(emulator: Answer, vendor: Answer) -> Iterator[Difference]:
    if emulator.status != vendor.status:
        # Of an answer that is no error, the status says enough.
        detail = vendor.excerpt() if vendor.status >= 400 else ""
        yield Difference("status", "", str(emulator.status), str(vendor.status), detail)


def _compare_headers(
    emulator: Answer, vendor: Answer, ignored: frozenset[str], replacements: Replacements
) -> Iterator[Difference]:
    ours, theirs = ({name.lower(): name for name, _ in answer.headers} for answer in (emulator, vendor))
    if emulator.status == vendor.status:
        yield from _compare_content_types(emulator, vendor)
        for name in [*ours, *(name for name in theirs if name not in ours)]:
            if is_ignored(name, ignored):
                continue
            if name not in theirs:
                yield Difference("missing header", ours[name], quote(emulator.header(name)), "none")
            elif name not in ours:
                yield Difference("extra header", theirs[name], "none", quote(vendor.header(name)))
        yield from _compare_header_values(emulator, vendor, ignored, replacements)
    if emulator.knows_case and vendor.knows_case:
        for name in sorted(ours.keys() & theirs.keys()):
            if ours[name] != theirs[name] and (not is_ignored(name, ignored) or name == "content-type"):
                yield Difference("header case", ours[name], ours[name], theirs[name])


def _compare_content_types(emulator: Answer, vendor: Answer) -> Iterator[Difference]:
    types = [re.sub(r";\s*", "; ", answer.header("content-type").lower()) for answer in (emulator, vendor)]
    # A body that is not there needs no type.
    if types[0] != types[1] and (emulator.body or vendor.body or all(types)):
        yield Difference("content type", "", types[0] or "none", types[1] or "none")


def _compare_header_values(
    emulator: Answer, vendor: Answer, ignored: frozenset[str], replacements: Replacements
) -> Iterator[Difference]:
    common = {name.lower() for name, _ in emulator.headers} & {name.lower() for name, _ in vendor.headers}
    for name in sorted(common):
        values = [answer.header(name) for answer in (emulator, vendor)]
        forms = [
            re.sub(r"\d+", "0", normalise_text(value, known)) for value, known in zip(values, replacements, strict=True)
        ]
        if forms[0] != forms[1] and not is_ignored(name, ignored):
            yield Difference("header value", name.title(), quote(values[0]), quote(values[1]))


def is_ignored(name: str, ignored: frozenset[str] = frozenset()) -> bool:
    """Return whether a response header, by its name in lower case, says nothing about the API's behaviour."""
    return name in _IGNORED_HEADERS or name in ignored or name.startswith(_IGNORED_PREFIXES)


@dataclass(slots=True)
class _Structure:
    """What values at one path have in common."""

    types: set[str] = field(default_factory=set)
    forms: set[str] = field(default_factory=set)
    values: list[str] = field(default_factory=list)
    lengths: list[int] = field(default_factory=list)
    members: dict[str, "_Structure"] = field(default_factory=dict)
    names: list[str] = field(default_factory=list)
    """The members of the first object, in order."""
    items: "_Structure | None" = None

    def add(self, value: object) -> None:
        match value:
            case None:
                return
            case dict():
                self.types.add("an object")
                self.names = self.names or list(value)
                for name, member in value.items():
                    self.members.setdefault(name, _Structure()).add(member)
            case list():
                self.types.add("a list")
                self.lengths.append(len(value))
                self.items = self.items or _Structure()
                for item in value:
                    self.items.add(item)
            case bool():
                self._add_scalar("a boolean", str(value).lower())
            case int() | float():
                self._add_scalar("an integer" if isinstance(value, int) else "a number", str(value))
            case _:
                self._add_scalar("a text", str(value))
                self.forms.add(form_of(str(value)))

    def _add_scalar(self, type_: str, value: str) -> None:
        self.types.add(type_)
        self.values.append(value)


class _Bodies:
    """The comparison of two bodies."""

    def __init__(
        self,
        emulator: Answer,
        vendor: Answer,
        expectation: Expectation,
        replacements: Replacements,
    ) -> None:
        self.emulator = emulator
        self.vendor = vendor
        self.expectation = expectation
        self.replacements = replacements
        self.is_error = vendor.status >= 400

    def differences(self) -> list[Difference]:
        trees = self.emulator.tree(), self.vendor.tree()
        if trees[0] is None and trees[1] is None:
            return [*self._compare_texts()]
        if trees[0] is None or trees[1] is None:
            described = [
                _describe(answer, tree) for answer, tree in zip((self.emulator, self.vendor), trees, strict=True)
            ]
            return [Difference("body", "", *described)]
        structures = _Structure(), _Structure()
        for structure, tree in zip(structures, trees, strict=True):
            structure.add(self._selected(tree))
        differences = [*self._compare_structures(*structures, "")]
        layouts = layout_of(self.emulator), layout_of(self.vendor)
        if all(layouts) and layouts[0] != layouts[1]:
            differences.append(Difference("layout", "", layouts[0], layouts[1]))
        return differences

    def _selected(self, tree: Any) -> Any:
        only = self.expectation.only
        return tree if only is None or self.is_error else _prune(tree, only, "")

    def _compare_texts(self) -> Iterator[Difference]:
        answers = self.emulator, self.vendor
        if all(answer.media_type.startswith("text/") or self.is_error for answer in answers):
            texts = [answer.body.decode("utf-8", "replace") for answer in answers]
            normal = [normalise_text(text, known) for text, known in zip(texts, self.replacements, strict=True)]
            if normal[0] != normal[1] and (self.is_error or self.expectation.content):
                yield Difference("text", "", quote(texts[0]), quote(texts[1]))
        elif self.expectation.content and self.emulator.body != self.vendor.body:
            yield Difference("content", "", *(_describe_bytes(answer.body) for answer in answers))

    def _compare_structures(self, ours: _Structure, theirs: _Structure, path: str) -> Iterator[Difference]:
        if ours.types and theirs.types and not ours.types & theirs.types:
            yield Difference("type", path, _listed(ours.types), _listed(theirs.types))
            return
        yield from self._compare_scalars(ours, theirs, path)
        if "an object" in ours.types & theirs.types:
            yield from self._compare_members(ours, theirs, path)
        if ours.items and theirs.items:
            yield from self._compare_lists(ours, theirs, path)

    def _compare_scalars(self, ours: _Structure, theirs: _Structure, path: str) -> Iterator[Difference]:
        if len(ours.forms) == len(theirs.forms) == 1 and ours.forms != theirs.forms:
            forms = next(iter(ours.forms)), next(iter(theirs.forms))
            if any(form in DATES for form in forms):
                yield Difference("date form", path, *(_example(form) for form in forms))
                return
            if self.is_error or all(form in FORMS for form in forms):
                yield Difference("text form", path, *(_example(form) for form in forms))
                return
        if ours.values and theirs.values and (self.is_error or path in self.expectation.exact):
            values = [
                sorted({normalise_text(value, known) for value in structure.values})
                for structure, known in zip((ours, theirs), self.replacements, strict=True)
            ]
            if values[0] != values[1]:
                kind: DifferenceKind = "text" if self.is_error and "a text" in theirs.types else "value"
                yield Difference(kind, path, *(", ".join(map(quote, one)) for one in values))

    def _compare_members(self, ours: _Structure, theirs: _Structure, path: str) -> Iterator[Difference]:
        for name in ours.members:
            if name not in theirs.members:
                yield Difference("missing member", _member(path, name), "that it is there", "nothing of it")
        for name in theirs.members:
            if name not in ours.members:
                yield Difference("extra member", _member(path, name), "nothing of it", "that it is there")
        common = ours.members.keys() & theirs.members.keys()
        order = [[name for name in names if name in common] for names in (ours.names, theirs.names)]
        shared = [[name for name in names if name in order[1 - side]] for side, names in enumerate(order)]
        if shared[0] != shared[1]:
            yield Difference("order", path, ", ".join(shared[0]), ", ".join(shared[1]))
        for name in ours.members:
            if name in common:
                yield from self._compare_structures(ours.members[name], theirs.members[name], _member(path, name))

    def _compare_lists(self, ours: _Structure, theirs: _Structure, path: str) -> Iterator[Difference]:
        if (path in self.expectation.count or self.is_error) and set(ours.lengths) != set(theirs.lengths):
            yield Difference("count", path, *(_listed(map(str, set(one.lengths))) for one in (ours, theirs)))
        if ours.items and theirs.items and any(ours.lengths) and any(theirs.lengths):
            yield from self._compare_structures(ours.items, theirs.items, f"{path}[]")


def _prune(tree: Any, paths: Collection[str], at: str) -> Any:
    """Return a tree with only the members at these paths, what is in them, and what they are in."""
    if any(f"{at}.".startswith((f"{path}.", f"{path}[")) for path in paths if at):
        return tree
    if isinstance(tree, list):
        return [_prune(item, paths, f"{at}[]") for item in tree]
    if not isinstance(tree, dict):
        return tree
    members = {name: _member(at, name) for name in tree}
    wanted = {name: path for name, path in members.items() if _leads_to(path, paths) or path in paths}
    return {name: _prune(tree[name], paths, path) for name, path in wanted.items()}


def _leads_to(path: str, paths: Collection[str]) -> bool:
    return any(other.startswith((f"{path}.", f"{path}[")) for other in paths)


def form_of(text: str) -> str:
    for forms in (DATES, FORMS):
        for name, form in forms.items():
            if form.fullmatch(text):
                return name
    return "text"


def _example(form: str) -> str:
    return f"a date like {form}" if form in DATES else form


def _member(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def _listed(texts: Any) -> str:
    return " or ".join(sorted(texts))


def layout_of(answer: Answer) -> str:
    """Return how JSON is laid out; empty where nothing can be told."""
    if not answer.is_json or len(answer.body) < 3:
        return ""
    match = re.match(rb"\s*[\[{](\r?\n)?( *)", answer.body)
    if match is None or not match[1]:
        # `{"a": 1}`, as Python writes it, is no other layout for a client than `{"a":1}`.
        return "one line"
    ends = "CRLF" if match[1] == b"\r\n" else "LF"
    return f"lines that end in {ends}, indented by {len(match[2])}"


def _describe(answer: Answer, tree: object) -> str:
    if tree is not None:
        return "XML" if answer.is_xml else "JSON"
    if not answer.body:
        return "no body"
    return (
        "an HTML page" if answer.is_html else f"what is not JSON ({quote(answer.body[:60].decode('utf-8', 'replace'))})"
    )


def _describe_bytes(body: bytes) -> str:
    return f"{len(body)} bytes, sha256 {hashlib.sha256(body).hexdigest()[:12]}"
