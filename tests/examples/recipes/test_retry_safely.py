"""Uploading again after a lost response leaves one file, two files or an orphan, depending on the vendor."""

import time
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any, NamedTuple

import httpx
import pytest

from emulator.testing import Document, Sandbox, Vendor
from tests.examples.recipes.codat_accounting_key import upload_with_codats_sdk
from tests.examples.recipes.retry_safely import upload_safely

PDF = b"%PDF-1.7"


def upload_naively(http: httpx.Client, method: str, url: str, **body: Any) -> httpx.Response:
    try:
        return http.request(method, url, **body).raise_for_status()
    except httpx.TransportError:
        return http.request(method, url, **body).raise_for_status()


Upload = Callable[..., httpx.Response]


class Place(NamedTuple):
    """Where a file goes, and how it is sent there."""

    vendor: Vendor
    kind: str
    document: Document
    method: str
    url: str
    body: dict[str, Any]


def at_xero(emulator: Sandbox) -> Place:
    invoice = emulator.xero.invoice()
    url = f"/Invoices/{invoice.id}/Attachments/a.pdf"
    return Place(emulator.xero, "Invoices", invoice, "PUT", url, {"content": PDF})


def at_codat(emulator: Sandbox) -> Place:
    company = emulator.codat.company()
    bill = emulator.codat.record("bills", company)
    url = f"/companies/{company.owner}/connections/{company.id}/push/bills/{bill.id}/attachments"
    return Place(emulator.codat, "bills", bill, "POST", url, {"files": {"file": ("a.pdf", PDF)}})


def at_dualentry(emulator: Sandbox) -> Place:
    bill = emulator.dualentry.record("bills")
    url = f"/bills/{bill.id}/attachments/"
    return Place(emulator.dualentry, "bills", bill, "POST", url, {"files": {"files": ("a.pdf", PDF)}})


@pytest.mark.parametrize(
    ("place", "upload", "files"),
    [
        (at_xero, upload_naively, 1),
        (at_xero, upload_safely, 1),
        (at_codat, upload_naively, 2),
        (at_codat, upload_safely, 1),
        (at_dualentry, upload_naively, 2),
        (at_dualentry, upload_safely, 1),
    ],
)
def test_how_many_files_there_are_after_a_lost_answer(
    emulator: Sandbox, place: Callable[[Sandbox], Place], upload: Upload, files: int
) -> None:
    vendor, kind, document, method, url, body = place(emulator)
    lost = emulator.faults.lost_answer(method=method)

    with vendor.client() as http:
        upload(http, method, url, **body)

    lost.assert_triggered()
    vendor.assert_attached(kind, document, "a.pdf", times=files)


@pytest.mark.parametrize("upload", [upload_naively, upload_safely])
def test_vrplatform_keeps_a_file_that_hangs_on_nothing(emulator: Sandbox, upload: Upload) -> None:
    expense = emulator.vrplatform.expense()
    before = emulator.files.staged("vrplatform")
    emulator.faults.lost_answer(vendor="vrplatform", operation="post-transaction-attachments")

    with emulator.vrplatform.client() as http:
        staged = upload(http, "POST", "/transaction-attachments", files={"file": ("a.pdf", PDF)}).json()
        upload(http, "PUT", f"/transactions/{expense.id}", json={"attachmentIds": [staged["id"]]})

    emulator.vrplatform.assert_attached("expense", expense, "a.pdf", times=1)
    assert [file.name for file in emulator.files.staged("vrplatform") if file not in before] == ["a.pdf"]


@pytest.mark.parametrize(("place", "minutes"), [(at_codat, 90), (at_dualentry, 24 * 60)])
def test_a_key_is_forgotten(emulator: Sandbox, place: Callable[[Sandbox], Place], minutes: int) -> None:
    vendor, kind, document, method, url, body = place(emulator)

    with vendor.client(headers={"Idempotency-Key": "the same"}) as http:
        http.request(method, url, **body)
        emulator.clock.advance(minutes=minutes - 1)
        http.request(method, url, **body)
        vendor.assert_attached(kind, document, times=1)
        emulator.clock.advance(minutes=2)
        http.request(method, url, **body)

    vendor.assert_attached(kind, document, times=2)


def test_codats_sdk_sends_again_what_timed_out(emulator: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    patient = SimpleNamespace(time=time.time, sleep=lambda _: None)
    monkeypatch.setattr("codat_accounting.utils.retries.time", patient)
    company = emulator.codat.company()
    bill = emulator.codat.record("bills", company)
    late = emulator.faults.delay(0.25, vendor="codat")

    upload_with_codats_sdk(
        emulator.codat.base_url,
        emulator.codat.headers["Authorization"],
        {
            "company_id": company.owner,
            "connection_id": company.id,
            "bill_id": bill.id,
            "attachment_upload": {"file": {"content": PDF, "file_name": "a.pdf"}},
        },
        timeout_ms=150,
    )

    late.assert_triggered()
    assert len(emulator.journal.find(vendor="codat", method="POST")) > 1
    emulator.codat.assert_attached("bills", bill, "a.pdf", times=1)
