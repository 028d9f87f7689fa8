"""Files of a company that belong to no record."""

import io
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from tests.vendors.codat.conftest import COMPANY, OTHER_COMPANY, QUICKBOOKS, Codat, connection, file_part

UPLOAD, LIST = f"{connection()}/files", f"/companies/{COMPANY}/files"


def file(name: str, content: bytes = b"bytes") -> bytes:
    return file_part(content, f'name="file"; filename="{name}"')


def unzipped(codat: Codat, query: str = "") -> dict[str, bytes]:
    answer = codat.get(f"{LIST}/download{query}")
    assert (answer.status, answer.headers["content-type"]) == (200, "application/octet-stream")
    assert answer.headers["content-length"] == str(len(answer.body))
    with zipfile.ZipFile(io.BytesIO(answer.body)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.mark.proves("codat.files", "codat.files-download")
def test_files_are_uploaded_listed_and_downloaded(codat: Codat) -> None:
    clock = codat.sandbox.clock
    clock.freeze(datetime(2026, 2, 3, 23, 59, tzinfo=UTC))
    assert unzipped(codat) == {}
    content = bytes(range(256)) * 1000

    uploaded = codat.push(UPLOAD, file("a é.PDF", content), file("b.csv", b""), file("b.csv", b"2"))

    assert (uploaded.status, uploaded.body) == (200, b"")
    clock.advance(60)
    codat.push(f"{connection(QUICKBOOKS)}/files", file("a é.PDF", b"3"), file("b (2).csv", b"4"))
    listed = codat.get(LIST).json()
    assert listed[0] == {
        "fileName": "a é.PDF",
        "displayName": None,
        "sourceType": "Accounting",
        "uploaded": "2026-02-03T23:59:00.0000000Z",
    }
    assert len(listed) == 5
    assert unzipped(codat) == {
        "a é.PDF": content,
        "b.csv": b"",
        "b (2).csv": b"2",
        "a é (2).PDF": b"3",
        "b (2) (2).csv": b"4",
    }
    assert unzipped(codat, "?date=2026-02-04") == {"a é.PDF": b"3", "b (2).csv": b"4"}
    assert list(unzipped(codat, "?date=2026-02-03T00:00:00Z")) == ["a é.PDF", "b.csv", "b (2).csv"]
    assert codat.get(f"/companies/{OTHER_COMPANY}/files").json() == []


@pytest.mark.proves("codat.files-date")
@pytest.mark.parametrize("date", ["today", "2026-02-30", "3/2/2026"])
def test_a_date_that_is_none_is_not_valid(codat: Codat, date: str) -> None:
    refused = codat.get(f"{LIST}/download?date={date}")

    assert (refused.status, refused.rule) == (400, "codat.files-date")


@pytest.mark.proves("codat.files-form", "codat.files-per-upload", "codat.files-max-bytes", "codat.files-extensions")
def test_an_upload_that_breaks_a_limit_stores_nothing(make: Callable[..., Codat]) -> None:
    codat = make(codat_files_max_bytes=10)
    for parts, rule in (
        ([], "form"),
        ([file_part(b"x", 'name="field"')], "form"),
        ([file(f"{number}.pdf") for number in range(21)], "per-upload"),
        ([file("a.pdf"), file("b.pdf", b"eleven byte")], "max-bytes"),
        ([file("a.pdf"), file("a.exe")], "extensions"),
        ([file("pdf")], "extensions"),
    ):
        refused = codat.push(UPLOAD, *parts)
        assert (refused.status, refused.rule) == (400, f"codat.files-{rule}")
    assert (codat.get(LIST).json(), codat.sandbox.store.used_bytes) == ([], 0)
    assert codat.push(UPLOAD, *[file(f"{number}.pdf") for number in range(20)]).status == 200


def test_the_archive_is_not_kept(codat: Codat) -> None:
    codat.push(UPLOAD, file("a.pdf", bytes(100_000)))
    unzipped(codat)

    codat.sandbox.journal.clear()

    assert codat.sandbox.store.used_bytes == 100_000


def test_a_connection_that_is_not_linked_takes_no_files(codat: Codat) -> None:
    link = connection("5eed0000-0000-4000-8000-00000000d102", OTHER_COMPANY)
    assert codat.push(f"{link}/files", file("a.pdf")).rule == "codat.not-linked"
