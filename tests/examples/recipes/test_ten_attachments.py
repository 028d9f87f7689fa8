"""A Xero document holds ten attachments: a client counts them, overwrites existing files and merges the rest."""

import io
import zipfile

import pytest

from emulator.testing import Sandbox
from tests.examples.recipes.ten_attachments import attach


def receipts(numbers: range) -> dict[str, bytes]:
    return {f"{number}.pdf": b"%%PDF-1.7 %d" % number for number in numbers}


def test_the_eleventh_is_refused(emulator: Sandbox) -> None:
    invoice = emulator.xero.invoice()

    with emulator.xero.client() as http:
        attach(http, f"Invoices/{invoice.id}", receipts(range(10)))
        refused = http.put(f"/Invoices/{invoice.id}/Attachments/11.pdf", content=b"%PDF-1.7")

    assert refused.status_code == 400
    (error,) = refused.json()["Elements"][0]["ValidationErrors"]
    assert error["Message"].startswith("The file couldn't be uploaded because the API limit of 10 attachments")


def test_what_has_no_room_goes_into_a_zip(emulator: Sandbox) -> None:
    invoice = emulator.xero.invoice()

    with emulator.xero.client() as http:
        attach(http, f"Invoices/{invoice.id}", receipts(range(2)))
        attach(http, f"Invoices/{invoice.id}", receipts(range(2, 16)))

    emulator.xero.assert_attached("Invoices", invoice, times=10)
    (more,) = emulator.xero.assert_attached("Invoices", invoice, "more-1.zip")
    archive = zipfile.ZipFile(io.BytesIO(emulator.files.read(str(more.sha256))))
    assert {name: archive.read(name) for name in archive.namelist()} == receipts(range(9, 16))
    emulator.journal.assert_not_called(status="4xx")


def test_a_full_document_takes_a_new_version_and_nothing_new(emulator: Sandbox) -> None:
    invoice = emulator.xero.invoice()

    with emulator.xero.client() as http:
        attach(http, f"Invoices/{invoice.id}", receipts(range(10)))
        attach(http, f"Invoices/{invoice.id}", {"3.pdf": b"%PDF-1.7 corrected"})
        with pytest.raises(ValueError, match="room for no more"):
            attach(http, f"Invoices/{invoice.id}", receipts(range(10, 11)))

    emulator.xero.assert_attached("Invoices", invoice, "3.pdf", content=b"%PDF-1.7 corrected")
    emulator.xero.assert_attached("Invoices", invoice, times=10)
