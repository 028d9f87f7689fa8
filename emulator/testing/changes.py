"""What a part of a test changed in a sandbox: documents and attachments, before and after."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Literal, Self, TypeAlias, get_args

from emulator.core.printable import printable
from emulator.testing.arguments import check_choice
from emulator.testing.control import SandboxPart
from emulator.types import VendorName

ChangeKind = Literal["added", "replaced", "removed"]
_SIGNS: Mapping[ChangeKind, str] = {"added": "+", "replaced": "~", "removed": "-"}
# How many digits of a digest are enough to tell files apart.
_DIGITS = 12


@dataclass(frozen=True)
class _State:
    """A document or an attachment at one time."""

    path: str
    content: tuple[str, ...]
    """What tells its versions apart."""
    detail: str


_Key: TypeAlias = tuple[str, ...]
_States: TypeAlias = Mapping[_Key, _State]


@dataclass(frozen=True)
class Change:
    """A document or an attachment that was added, replaced or removed."""

    kind: ChangeKind
    vendor: str
    owner: str
    """The tenant, connection, organisation or team whose it is."""
    subject: Literal["document", "attachment"]
    path: str
    """`xero/Invoices/INV-0002/a.pdf` for an attachment, `xero/Invoices/INV-0002` for a document; a file without a
    document is below `staged`."""
    before: str
    """What it was, for people to read; empty if it was added."""
    after: str
    """What it is now; empty if it was removed."""

    def __str__(self) -> str:
        return f"{_SIGNS[self.kind]} {self.path}"

    def describe(self) -> str:
        """Return a line of the diff, with what it was and is."""
        return f"{self} ({' -> '.join(filter(None, (self.before, self.after)))})"


class Changes(SandboxPart):
    """What the code inside a `with` block changed in a sandbox.

    `str()` gives a diff, a line for each change: `+` added, `~` replaced, `-` removed. It can be compared with a list
    of such lines, without what is in brackets: `changes == ["+ xero/Invoices/INV-0002/a.pdf"]`. Known once the block
    has ended; asked before, everything here raises RuntimeError.
    """

    _before: _States | None = None
    _changes: list[Change] | None = None

    def __enter__(self) -> Self:
        self._changes, self._before = None, self._read()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        # What the block raised is worth more than what it changed.
        if kind is None:
            self._changes = list(_compare(self._before or {}, self._read()))

    def __iter__(self) -> Iterator[Change]:
        if self._changes is None:
            raise RuntimeError("changes are known when the `with` block has ended: look at them after it")
        return iter(self._changes)

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def __eq__(self, other: object) -> bool:
        if isinstance(other, list | tuple):
            return [str(change) for change in self] == [str(line) for line in other]
        return NotImplemented

    __hash__ = None  # type: ignore[assignment]

    def __str__(self) -> str:
        return "\n".join(change.describe() for change in self) or "Nothing was changed."

    def __repr__(self) -> str:
        if self._changes is None:
            return "<Changes, not known yet>"
        return f"<Changes {[str(change) for change in self]}>"

    @property
    def added(self) -> list[Change]:
        return self._of_kind("added")

    @property
    def replaced(self) -> list[Change]:
        """Those with other content or another name than before."""
        return self._of_kind("replaced")

    @property
    def removed(self) -> list[Change]:
        return self._of_kind("removed")

    def of(self, vendor: VendorName) -> list[Change]:
        """Return the changes at one vendor. Raises ValueError for a vendor that does not exist."""
        check_choice("vendor", vendor, get_args(VendorName))
        return [change for change in self if change.vendor == vendor]

    def assert_none(self, vendor: VendorName | None = None) -> None:
        """Assert that nothing was changed, or nothing at this vendor. Raises AssertionError, which shows the diff."""
        __tracebackhide__ = True
        changes = list(self) if vendor is None else self.of(vendor)
        if changes:
            at = f" at {vendor}" if vendor else ""
            lines = (f"  {change.describe()}" for change in changes)
            raise AssertionError("\n".join([f"expected no changes{at}, found {len(changes)}:", *lines]))

    def _of_kind(self, kind: ChangeKind) -> list[Change]:
        return [change for change in self if change.kind == kind]

    def _read(self) -> _States:
        """Return every document, and every attachment once for each document that it is on."""
        states: dict[_Key, _State] = {}
        # Where a file names its document by id, people know it by its number.
        paths: dict[_Key, str] = {}
        for document in self._ask("GET", "/documents")["documents"]:
            vendor, owner, kind, id_ = (document[name] for name in ("vendor", "owner", "kind", "id"))
            path = f"{vendor}/{kind}/{printable(document['number'] or id_)}"
            states[vendor, owner, "document", kind, id_] = _State(path, (document["revision"],), document["revision"])
            paths[vendor, owner, f"{kind}/{id_}"] = path
        for file in self._ask("GET", "/files")["files"]:
            vendor, owner, id_, name = (file[member] for member in ("vendor", "owner", "id", "name"))
            sha256 = file["sha256"]
            detail = f"{file['size']} bytes, sha256 {sha256[:_DIGITS]}" if sha256 else "not uploaded yet"
            for document in file["documents"] or ["staged"]:
                folder = paths.get((vendor, owner, document), f"{vendor}/{document}")
                states[vendor, owner, "attachment", id_, document] = _State(
                    f"{folder}/{printable(name)}", (name, file["content_type"], str(sha256)), detail
                )
        return states


def _compare(before: _States, after: _States) -> Iterator[Change]:
    """Yield what differs, by path."""

    def path_of(key: _Key) -> tuple[str, _Key]:
        return (after.get(key) or before[key]).path, key

    for key in sorted(before.keys() | after.keys(), key=path_of):
        old, new = before.get(key), after.get(key)
        if old and new and (old.path, old.content) == (new.path, new.content):
            continue
        kind: ChangeKind = "added" if old is None else "removed" if new is None else "replaced"
        vendor, owner, subject, *_ = key
        yield Change(
            kind,
            vendor,
            owner,
            "document" if subject == "document" else "attachment",
            (new or before[key]).path,
            old.detail if old else "",
            new.detail if new else "",
        )
