"""A snapshot's file: written and read in pieces, and refused where it is damaged."""

import hashlib
import io
import os
import tracemalloc
from tempfile import TemporaryFile
from typing import Any
from zipfile import ZIP_BZIP2, ZIP_DEFLATED, ZIP_STORED, ZipFile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.core import seed
from emulator.core.storage import archives
from emulator.core.storage.archives import pack, unpack
from emulator.core.storage.file_store import CHUNK_SIZE, Blob, FileStore, StoreFull
from emulator.core.storage.serialization import InvalidSnapshot

DOCUMENT = b'{"a": 1}'
CONTENTS = [b"", b"one", b"\0" * (CHUNK_SIZE + 1)]


def kept(store: FileStore, *contents: bytes) -> dict[str, Blob]:
    blobs = {}
    for data in contents:
        with store.writer() as writer:
            writer.write(data)
            blob = writer.commit()
        blobs[blob.sha256] = blob
    return blobs


def packed(*contents: bytes, document: bytes = DOCUMENT) -> bytes:
    return b"".join(pack(document, kept(FileStore(10**8), *contents)))


def made(members: dict[str, bytes], method: int = ZIP_STORED) -> bytes:
    """An archive as somebody else would make it."""
    file = io.BytesIO()
    with ZipFile(file, "w", method) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return file.getvalue()


def opened(data: bytes, store: FileStore | None = None) -> tuple[Any, dict[str, bytes]]:
    document, blobs = unpack(io.BytesIO(data), store or FileStore(10**8))
    return document, {sha256: b"".join(blob.chunks) for sha256, blob in blobs.items()}


def by_digest(*contents: bytes) -> dict[str, bytes]:
    return {hashlib.sha256(data).hexdigest(): data for data in contents}


@given(st.lists(st.binary(), max_size=4))
def test_an_archive_holds_the_document_and_every_file_once(contents: list[bytes]) -> None:
    assert opened(packed(*contents, *contents)) == ({"a": 1}, by_digest(*contents))


def test_an_archive_is_a_plain_zip_that_any_tool_reads() -> None:
    archive = ZipFile(io.BytesIO(packed(*CONTENTS)))

    assert archive.testzip() is None
    assert archive.namelist() == ["sandbox.json", *(f"blobs/{sha256}" for sha256 in sorted(by_digest(*CONTENTS)))]
    assert {member.compress_type for member in archive.infolist()} == {ZIP_STORED}
    assert archive.read("sandbox.json") == DOCUMENT


def test_the_same_files_give_the_same_bytes() -> None:
    assert packed(*CONTENTS) == packed(*reversed(CONTENTS))


def test_an_archive_that_a_person_has_packed_again_is_good() -> None:
    members = {
        "blobs/": b"",
        "README": b"What this is.",
        "sandbox.json": b"\xef\xbb\xbf" + DOCUMENT,
        **{f"blobs/{sha256}": data for sha256, data in by_digest(*CONTENTS).items()},
    }

    assert opened(made(members, ZIP_DEFLATED)) == ({"a": 1}, by_digest(*CONTENTS))


ONE = f"blobs/{hashlib.sha256(b'one').hexdigest()}"
DAMAGED = {
    "it is not a zip archive": b"not a zip",
    "it is not a zip archive, or a damaged one": b"",
    "there is no sandbox.json in it": made({ONE: b"one"}),
    "its sandbox.json is not JSON": made({"sandbox.json": b"{"}),
    "its sandbox.json is not JSON (NaN is no number)": made({"sandbox.json": b"[NaN]"}),
    "its sandbox.json is not JSON ('utf-8'": made({"sandbox.json": b'"\xff"'}),
    "its sandbox.json is nested too deeply": made({"sandbox.json": b"[" * 10**5}),
    f"{ONE} does not match the SHA-256 in its name": made({"sandbox.json": DOCUMENT, ONE: b"two"}),
    "blobs/ONE does not match the SHA-256": made({"sandbox.json": DOCUMENT, "blobs/ONE": b"one"}),
    "blobs/../../etc/passwd does not match the SHA-256": made(
        {"sandbox.json": DOCUMENT, "blobs/../../etc/passwd": b"root"}
    ),
    "sandbox.json has a compression method other": made({"sandbox.json": DOCUMENT}, ZIP_BZIP2),
}


@pytest.mark.parametrize("reason", DAMAGED)
def test_an_archive_that_is_damaged_is_refused_and_nothing_of_it_kept(reason: str) -> None:
    store = FileStore(10**8)

    with pytest.raises(InvalidSnapshot) as refused:
        unpack(io.BytesIO(DAMAGED[reason]), store)

    assert str(refused.value).startswith(reason)
    # It holds the frames in which the store's blobs were.
    del refused
    assert (len(store), store.used_bytes) == (0, 0)


GOOD = packed(b"one", b"two")


@given(st.integers(0, len(GOOD) - 1), st.integers(1, 255), st.booleans())
def test_wherever_an_archive_is_damaged_it_is_refused_or_says_the_same(at: int, by: int, cut: bool) -> None:
    damaged = GOOD[:at] if cut else GOOD[:at] + bytes([GOOD[at] ^ by]) + GOOD[at + 1 :]

    try:
        document, files = opened(damaged)
    except InvalidSnapshot:
        return
    assert document == {"a": 1}
    assert files.items() <= by_digest(b"one", b"two").items()


def test_a_document_without_end_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "MAX_DOCUMENT_BYTES", 1000)

    with pytest.raises(InvalidSnapshot, match=r"its sandbox.json has more than 1000 bytes"):
        opened(made({"sandbox.json": b"[" + b" " * 10**6 + b"]"}, ZIP_DEFLATED))


@pytest.mark.parametrize(
    ("bound", "repeated"), [("MAX_CONTAINERS", b"[],"), ("MAX_CONTAINERS", b"{},"), ("MAX_VALUES", b"1,")]
)
def test_a_small_archive_cannot_hold_more_than_states_need(
    monkeypatch: pytest.MonkeyPatch, bound: str, repeated: bytes
) -> None:
    monkeypatch.setattr(archives, bound, 1000)

    with pytest.raises(InvalidSnapshot, match=r"its sandbox.json has more than 1000 (lists and objects|values)"):
        opened(made({"sandbox.json": b"[" + repeated * 1001 + b"1]"}, ZIP_DEFLATED))
    assert len(opened(made({"sandbox.json": b"[" + repeated * 900 + b"1]"}))[0]) == 901


def test_a_document_may_be_longer_than_a_list_of_members(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "MAX_LIST_BYTES", 100_000)
    document = b'"' + b"x" * 200_000 + b'"'

    assert len(opened(packed(document=document))[0]) == 200_000


def test_a_list_of_members_without_end_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "MAX_LIST_BYTES", 10_000)

    assert opened(made({"sandbox.json": DOCUMENT, "x" * 9000: b""}))
    with pytest.raises(InvalidSnapshot, match="it has too many members"):
        opened(made({"sandbox.json": DOCUMENT, "x" * 10_000: b""}))


def test_files_that_unpack_to_more_than_fits_are_not_kept() -> None:
    store = FileStore(10**5)
    bomb = bytes(10**6)
    archive = made({"sandbox.json": DOCUMENT, f"blobs/{hashlib.sha256(bomb).hexdigest()}": bomb}, ZIP_DEFLATED)

    with pytest.raises(StoreFull):
        unpack(io.BytesIO(archive), store)

    assert (len(store), store.used_bytes) == (0, 0)


def test_what_the_store_has_already_needs_no_room() -> None:
    store = FileStore(100)
    there = kept(store, b"x" * 100)

    _, blobs = unpack(io.BytesIO(packed(b"x" * 100)), store)

    assert blobs == there


def test_what_the_store_has_already_is_checked_all_the_same() -> None:
    store = FileStore(100)
    (sha256,) = there = kept(store, b"one")

    for other in (b"two", b"", b"one, and more"):
        with pytest.raises(InvalidSnapshot, match="does not match the SHA-256"):
            unpack(io.BytesIO(made({"sandbox.json": DOCUMENT, f"blobs/{sha256}": other})), store)
    assert b"".join(there[sha256].chunks) == b"one"


def test_the_seed_datas_files_count_for_nothing() -> None:
    store = FileStore(0)

    _, files = opened(packed(*seed.files().values()), store)

    assert files == seed.files()
    assert store.used_bytes == 0


def test_a_large_file_is_never_in_memory_a_second_time() -> None:
    size, store = 30 * 1024 * 1024, FileStore(10**9)
    chunks = [os.urandom(CHUNK_SIZE) for _ in range(size // CHUNK_SIZE)]
    with store.writer() as writer:
        for chunk in chunks:
            writer.write(chunk)
        blob = writer.commit()

    with TemporaryFile() as file:
        tracemalloc.start()
        try:
            file.writelines(pack(DOCUMENT, {blob.sha256: blob}))
            _, written = tracemalloc.get_traced_memory()
            tracemalloc.reset_peak()
            _, blobs = unpack(file, FileStore(10**9))
            _, unpacked = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()

    assert blobs[blob.sha256].size == size
    assert written < size // 4
    assert unpacked < size * 5 // 4
