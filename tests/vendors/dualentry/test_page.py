"""The vendor's page "Working with Attachments", example by example, and whole round trips over a real socket."""

import hashlib
import json
import os
import subprocess
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from tests.conftest import LiveServer
from tests.vendors.dualentry.conftest import LEAST, SLUGS, DualEntry, errors, file_part

# As it is printed.
EXAMPLE = """{
  "attachments": [
    {
      "id": 4821,
      "file_name": "march-invoice.pdf",
      "file_size": 102400,
      "category": "default"
    }
  ]
}"""
MIB = 1024 * 1024
NAMES = ['a "quoted" name.pdf', "Rechnung März 請求書.pdf", r"C:\scans\march.pdf", "../../etc/pass wd.pdf"]
# httpx sends a quote as browsers do, and it stays so.
CLEAN = ["a %22quoted%22 name.pdf", "Rechnung März 請求書.pdf", "march.pdf", "pass wd.pdf"]


@pytest.fixture(scope="module")
def base(live: LiveServer) -> str:
    return f"{live.url}/dualentry/public/v2"


@pytest.fixture
def headers(request: pytest.FixtureRequest) -> dict[str, str]:
    """The key of an organisation that no other test has."""
    name: str = request.node.name
    return {"X-API-KEY": hashlib.sha256(f"page {name}".encode()).hexdigest()}


# --- The page ---------------------------------------------------------------------------------------------------------


@pytest.mark.proves("dualentry.body")
def test_the_example_alone_lacks_a_date(dualentry: DualEntry) -> None:
    refused = dualentry.post("/public/v2/invoices/", EXAMPLE.encode(), content_type="application/json")

    assert (refused.status, errors(refused)) == (422, {"__all__": ["missing body.payload.date: Field required"]})


def test_the_example_beside_the_rest_of_the_payload(base: str, headers: dict[str, str]) -> None:
    body = '{\n  "date": "2026-03-31",' + EXAMPLE[1:]

    created = httpx.post(f"{base}/invoices/", content=body, headers={**headers, "Content-Type": "application/json"})

    assert created.status_code == 200
    (file,) = httpx.get(f"{base}/invoices/{created.json()['number']}/", headers=headers).json()["attachments"]
    assert {name: file[name] for name in ("id", "file_name", "file_size", "category")} == (
        json.loads(EXAMPLE)["attachments"][0]
    )
    assert len(httpx.get(file["download_url"]).content) == 102400


def test_the_schema_has_the_pages_fields(dualentry: DualEntry) -> None:
    (file,) = dualentry.files("invoices/1001")

    types = {name: type(value) for name, value in file.items()}
    assert types == {
        "id": int,
        "file_name": str,
        "file_size": int,
        "download_url": str,
        "upload_url": type(None),
        "category": str,
    }


@pytest.mark.proves("dualentry.files-missing")
def test_the_request_as_it_is_printed_has_no_files(dualentry: DualEntry) -> None:
    refused = dualentry.post("/public/v2/invoices/1001/attachments/", b"")

    assert (refused.status, refused.rule) == (422, "dualentry.files-missing")


@pytest.mark.parametrize("slug", SLUGS)
def test_the_call_has_one_shape_for_every_type(dualentry: DualEntry, slug: str) -> None:
    answer = dualentry.upload(f"{slug}/1001", file_part())

    assert (answer.status, answer.json()["attachments"][-1]["file_name"]) == (200, "a.pdf")


@pytest.mark.proves("dualentry.add-only")
def test_nothing_can_be_deleted_or_replaced(dualentry: DualEntry) -> None:
    before = dualentry.everything()

    for method in ("DELETE", "PUT", "PATCH"):
        assert dualentry.request(method, "/public/v2/invoices/1001/attachments/").status == 405
        assert dualentry.request(method, "/public/v2/invoices/1001/attachments/4801/").status == 404
    assert dualentry.everything() == before


# --- Round trips ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("slug", SLUGS)
def test_a_round_trip_with_httpx(base: str, headers: dict[str, str], slug: str) -> None:
    files = [bytes([number]) * (number * 70_000) for number in range(len(NAMES))]
    with httpx.Client(headers=headers) as client:
        number = client.post(f"{base}/{slug}/", json=LEAST[slug]).raise_for_status().json()["number"]
        record = f"{base}/{slug}/{number}/"
        parts = [("files", (name, file, "application/pdf")) for name, file in zip(NAMES, files, strict=True)]

        added = client.post(f"{record}attachments/", files=parts).raise_for_status().json()
        read = client.get(record).raise_for_status().json()

        assert [attachment["file_name"] for attachment in added["attachments"]] == CLEAN
        assert [attachment["id"] for attachment in read["attachments"]] == [
            attachment["id"] for attachment in added["attachments"]
        ]
        assert client.delete(f"{record}attachments/").status_code == 405
    # Without the key, which the URLs take the place of.
    with httpx.Client() as anybody:
        downloads = [anybody.get(attachment["download_url"]) for attachment in read["attachments"]]
    assert [download.content for download in downloads] == files
    assert {download.headers["content-type"] for download in downloads} == {"application/pdf"}


def test_a_client_that_follows_a_redirect_reads_instead_of_adding(base: str, headers: dict[str, str]) -> None:
    parts = [("files", ("a.pdf", b"bytes", "application/pdf"))]

    followed = httpx.post(f"{base}/bills", headers=headers, files=parts, follow_redirects=True)
    stopped = httpx.post(f"{base}/invoices/1002/attachments", headers=headers, files=parts)

    assert (followed.status_code, followed.json()["count"]) == (200, 2)
    location = f"{urlsplit(base).path}/invoices/1002/attachments/"
    assert (stopped.status_code, stopped.headers["location"]) == (301, location)
    assert httpx.get(f"{base}/invoices/1002/", headers=headers).json()["attachments"] == []


def test_an_announced_file_over_a_socket(live: LiveServer, base: str, headers: dict[str, str]) -> None:
    content = bytes(range(256)) * 1000
    announced = httpx.post(
        f"{live.url}/dualentry/_emulator/attachments/",
        headers=headers,
        json={"file_name": "signed.pdf", "file_size": len(content)},
    ).json()

    put = httpx.put(announced["upload_url"], content=content)

    assert put.status_code == 200
    payload = {**LEAST["bills"], "attachments": [announced]}
    (file,) = httpx.post(f"{base}/bills/", headers=headers, json=payload).json()["attachments"]
    part = httpx.get(file["download_url"], headers={"Range": "bytes=255999-"})
    assert (part.status_code, part.content) == (206, b"\xff")
    head = httpx.head(file["download_url"])
    assert (head.headers["content-length"], head.headers["etag"]) == ("256000", put.headers["etag"])


def curl(*arguments: str) -> bytes:
    return subprocess.run(
        ["curl", "--silent", "--show-error", "--fail", *arguments], capture_output=True, check=True
    ).stdout


def test_a_round_trip_with_curl_and_fifty_megabytes(base: str, headers: dict[str, str], tmp_path: Path) -> None:
    large, small, back = tmp_path / "large scan.pdf", tmp_path / "kleine Übersicht.txt", tmp_path / "back"
    block = hashlib.sha256(b"block").digest() * (MIB // 32)
    with large.open("wb") as file:
        for number in range(50):
            file.write(number.to_bytes(4, "big") + block[4:])
    small.write_bytes(b"small")
    key = ["-H", f"X-API-KEY: {headers['X-API-KEY']}"]

    def record(*arguments: str) -> list[dict[str, Any]]:
        attachments: list[dict[str, Any]] = json.loads(curl(*key, *arguments))["attachments"]
        return attachments

    upload = ["-F", f"files=@{large};type=application/pdf", "-F", f"files=@{small}"]
    added = record(*upload, f"{base}/invoices/1002/attachments/")
    read = record(f"{base}/invoices/1002/")

    assert [(item["file_name"], item["file_size"]) for item in added] == [(large.name, 50 * MIB), (small.name, 5)]
    assert [item["id"] for item in read] == [item["id"] for item in added]
    curl("-o", str(back), read[0]["download_url"])
    with large.open("rb") as sent, back.open("rb") as received:
        assert hashlib.file_digest(received, "sha256").digest() == hashlib.file_digest(sent, "sha256").digest()
    assert curl(read[1]["download_url"]) == b"small"
    # A download that broke off is taken up again.
    os.truncate(back, 30 * MIB + 7)
    curl("-C", "-", "-o", str(back), read[0]["download_url"])
    with large.open("rb") as sent, back.open("rb") as received:
        assert hashlib.file_digest(received, "sha256").digest() == hashlib.file_digest(sent, "sha256").digest()
