"""Zip archives of files; and snapshots, with `sandbox.json` and, as `blobs/{sha256}`, the bytes of every file once.

Archives are written and read in pieces, so that no file is copied in memory. Nothing is unpacked to disk, so that the
names of the members cannot lead anywhere.
"""

import hashlib
import json
import struct
import zlib
from collections.abc import Iterable, Iterator, Mapping
from math import isinf
from typing import IO, Any
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from emulator.core import seed
from emulator.core.json_reader import JsonObject, refuse_constant
from emulator.core.storage.file_store import CHUNK_SIZE, Blob, FileStore
from emulator.core.storage.serialization import InvalidSnapshot

DOCUMENT = "sandbox.json"
BLOBS = "blobs/"
# About 20,000 of the vendors' largest documents.
MAX_DOCUMENT_BYTES = 64 * 1024 * 1024
# The most lists and objects, and the most values, in it: a small archive can hold a document of nothing else. States
# have one list or object in 80 bytes, one value in 30.
MAX_CONTAINERS = 1_000_000
MAX_VALUES = 4_000_000
# The largest list of members: enough for more than a hundred thousand.
MAX_LIST_BYTES = 16 * 1024 * 1024
# The most bytes beside the files: the document and the list of members.
MAX_OVERHEAD = MAX_DOCUMENT_BYTES + 4 * MAX_LIST_BYTES
# What zipfile and zlib raise for an archive that is damaged or of an unsupported kind.
_DAMAGE_ERRORS = (
    BadZipFile,
    EOFError,
    NotImplementedError,
    OSError,
    RuntimeError,
    ValueError,
    struct.error,
    zlib.error,
)


def pack(document: bytes, blobs: Mapping[str, Blob]) -> Iterator[bytes]:
    """Yield the archive of a document and files (by SHA-256). The same content gives the same bytes."""
    pieces = _PieceBuffer()
    with ZipFile(pieces, "w") as archive:
        starts = range(0, len(document), CHUNK_SIZE)
        yield from _write_member(
            archive, pieces, DOCUMENT, len(document), (document[start : start + CHUNK_SIZE] for start in starts)
        )
        for sha256, blob in sorted(blobs.items()):
            yield from _write_member(archive, pieces, BLOBS + sha256, blob.size, blob.chunks)
    yield from pieces.take()


def zip_files(files: Mapping[str, Blob]) -> Iterator[bytes]:
    """Yield the archive of files, which are stored under their names and not compressed."""
    pieces = _PieceBuffer()
    with ZipFile(pieces, "w") as archive:
        for name, blob in files.items():
            yield from _write_member(archive, pieces, name, blob.size, blob.chunks)
    yield from pieces.take()


def unpack(file: IO[bytes], store: FileStore) -> tuple[Any, dict[str, Blob]]:
    """Return an archive's document and its verified files by SHA-256.

    Raises StoreFull if the files do not fit into the store, and InvalidSnapshot for everything else.
    """
    try:
        with ZipFile(_BoundedFile(file)) as archive:
            return _read_document(archive), _read_blobs(archive, store)
    except _DAMAGE_ERRORS as error:
        raise InvalidSnapshot(f"it is not a zip archive, or a damaged one ({error})") from None


class _BoundedFile:
    """A file for ZipFile that refuses to read a huge list of members into memory."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self.seek = file.seek
        self.seekable = file.seekable
        self.tell = file.tell

    def read(self, size: int = -1) -> bytes:
        if size > MAX_LIST_BYTES:
            raise BadZipFile("it has too many members")
        return self._file.read(size)


class _PieceBuffer:
    """A write-only file for ZipFile, from which the pieces written are taken."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []

    def write(self, data: bytes) -> int:
        self._pieces.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        """Do nothing: nothing is buffered."""

    def close(self) -> None:
        """Do nothing: there is no file to close."""

    def take(self) -> list[bytes]:
        """Return what was written since the last call."""
        written, self._pieces = self._pieces, []
        return written


def _write_member(
    archive: ZipFile, pieces: _PieceBuffer, name: str, size: int, chunks: Iterable[bytes]
) -> Iterator[bytes]:
    info = ZipInfo(name)
    info.file_size = size
    with archive.open(info, "w") as member:
        for chunk in chunks:
            member.write(chunk)
            yield from pieces.take()


def _read_document(archive: ZipFile) -> Any:
    try:
        info = archive.getinfo(DOCUMENT)
    except KeyError:
        raise InvalidSnapshot(f"there is no {DOCUMENT} in it") from None
    with _open_member(archive, info) as member:
        data = bytearray()
        # Whatever size is declared.
        while len(data) <= MAX_DOCUMENT_BYTES and (piece := member.read(CHUNK_SIZE)):
            data += piece
    if reason := reason_too_large(data):
        raise InvalidSnapshot(reason)
    try:
        return json.loads(
            data.decode("utf-8-sig"),
            object_hook=_let_others_run,
            parse_constant=refuse_constant,
            parse_float=_parse_number,
        )
    except RecursionError:
        raise InvalidSnapshot(f"its {DOCUMENT} is nested too deeply") from None
    except ValueError as error:
        raise InvalidSnapshot(f"its {DOCUMENT} is not JSON ({error})") from None


def reason_too_large(document: bytes | bytearray) -> str | None:
    """Return why a document is too large to be restored, as a clause; None if it is not."""
    if len(document) > MAX_DOCUMENT_BYTES:
        return f"its {DOCUMENT} has more than {MAX_DOCUMENT_BYTES} bytes"
    if document.count(b"[") + document.count(b"{") > MAX_CONTAINERS:
        return f"its {DOCUMENT} has more than {MAX_CONTAINERS} lists and objects"
    if document.count(b",") > MAX_VALUES:
        return f"its {DOCUMENT} has more than {MAX_VALUES} values"
    return None


def _let_others_run(value: JsonObject) -> JsonObject:
    """Return the object: a call of Python, at which the parser in its thread lets the event loop go on."""
    return value


def _parse_number(text: str) -> float:
    number = float(text)
    if isinf(number):
        raise ValueError(f"{text} is too large")
    return number


def _read_blobs(archive: ZipFile, store: FileStore) -> dict[str, Blob]:
    blobs: dict[str, Blob] = {}
    for info in archive.infolist():
        if info.filename.startswith(BLOBS) and not info.is_dir():
            sha256 = info.filename.removeprefix(BLOBS)
            with _open_member(archive, info) as member:
                blobs[sha256] = _read_blob(member, sha256, store)
    return blobs


def _read_blob(member: IO[bytes], sha256: str, store: FileStore) -> Blob:
    seed_file = seed.files().get(sha256)
    known = store.get(sha256) if seed_file is None else store.put(seed_file, own=True)
    if known is not None:
        # Only checked, not written: a blob that the store already has needs no space.
        digest, size = hashlib.sha256(), 0
        while size <= known.size and (chunk := member.read(CHUNK_SIZE)):
            digest.update(chunk)
            size += len(chunk)
        blob, actual = known, digest.hexdigest()
    else:
        with store.writer() as writer:
            while chunk := member.read(CHUNK_SIZE):
                writer.write(chunk)
            blob = writer.commit()
        actual = blob.sha256
    if actual != sha256:
        raise InvalidSnapshot(f"{BLOBS}{sha256} does not match the SHA-256 in its name")
    return blob


def _open_member(archive: ZipFile, info: ZipInfo) -> IO[bytes]:
    if info.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
        # zipfile decompresses the other methods without a limit on memory.
        raise InvalidSnapshot(f"{info.filename} has a compression method other than stored or deflated")
    return archive.open(info)
