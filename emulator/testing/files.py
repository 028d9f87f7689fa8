"""The files of a sandbox, whichever vendor's."""

from dataclasses import dataclass
from typing import TypedDict, Unpack

from emulator.testing.arguments import check_keywords
from emulator.testing.control import SandboxPart
from emulator.types import VendorName


@dataclass(frozen=True)
class File:
    """An attachment, whichever vendor's."""

    vendor: str
    owner: str
    """The tenant, connection, organisation or team whose it is."""
    id: str
    name: str
    content_type: str
    size: int | None
    """Bytes; None while they are still to come."""
    sha256: str | None
    """In hexadecimal; None while the bytes are still to come."""
    documents: tuple[str, ...]
    """What it hangs on, as `Invoices/5eed…`."""
    staged: bool
    """Whether it hangs on nothing."""


class FileFilters(TypedDict, total=False):
    """Which files to find; all that are given must match."""

    vendor: VendorName
    owner: str
    """The tenant, connection, organisation or team whose they are."""
    staged: bool
    """Whether they hang on no document."""


class Files(SandboxPart):
    """Every attachment of a sandbox."""

    def find(self, **filters: Unpack[FileFilters]) -> list[File]:
        """Return the files that match the filters `vendor`, `owner` and `staged`.

        Raises TypeError for any other filter, ValueError for a vendor that does not exist, EmulatorError.
        """
        check_keywords("Files.find", filters, FileFilters)
        query = {name: str(value).lower() if isinstance(value, bool) else value for name, value in filters.items()}
        answer = self._ask("GET", "/files", **query)
        return [File(**{**file, "documents": tuple(file["documents"])}) for file in answer["files"]]

    def staged(self, vendor: VendorName | None = None) -> list[File]:
        """Return the files that hang on no document; what a client uploaded and forgot is among them."""
        return self.find(staged=True) if vendor is None else self.find(staged=True, vendor=vendor)

    def read(self, sha256: str) -> bytes:
        """Return the bytes of the file with this digest (hexadecimal). Raises EmulatorError where there is none."""
        data: bytes = self._ask("GET", f"/files/{sha256}")
        return data
