"""A damaged upload has the right name and size, so a client has to compare the bytes."""

from typing import Literal

import httpx
import pytest

from emulator.testing import Sandbox
from tests.examples.recipes.check_what_arrived import DamagedError, upload_checked

PDF = b"%PDF-1.7" + bytes(5000)


def test_a_damaged_file_looks_like_a_good_one(emulator: Sandbox) -> None:
    emulator.faults.corrupted("up")

    with emulator.xero.client() as http:
        uploaded = http.put("/Invoices/INV-0002/Attachments/a.pdf", content=PDF).json()["Attachments"][0]

    assert (uploaded["FileName"], uploaded["ContentLength"]) == ("a.pdf", len(PDF))
    with pytest.raises(AssertionError, match="differs in sha256"):
        emulator.xero.assert_attached("Invoices", "INV-0002", "a.pdf", content=PDF)


@pytest.mark.parametrize(("direction", "method"), [("up", "PUT"), ("down", "GET")])
def test_what_was_damaged_on_the_way_is_sent_again(
    emulator: Sandbox, direction: Literal["up", "down"], method: str
) -> None:
    fault = emulator.faults.arm("corrupted", direction=direction, method=method)

    with emulator.xero.client() as http:
        upload_checked(http, "/Invoices/INV-0002/Attachments/a.pdf", PDF)

    fault.assert_triggered()
    emulator.journal.assert_called(times=2, method="PUT")
    emulator.xero.assert_attached("Invoices", "INV-0002", "a.pdf", content=PDF, times=1)


def test_what_is_damaged_each_time_is_told_of(emulator: Sandbox) -> None:
    emulator.faults.corrupted("up", method="PUT", times=0)

    with emulator.xero.client() as http, pytest.raises(DamagedError):
        upload_checked(http, "/Invoices/INV-0002/Attachments/a.pdf", PDF)


def test_httpx_sees_for_itself_that_a_download_ended_too_soon(emulator: Sandbox) -> None:
    with emulator.xero.client() as http:
        http.put("/Invoices/INV-0002/Attachments/a.pdf", content=PDF)
        emulator.faults.truncated()
        with pytest.raises(httpx.RemoteProtocolError):
            http.get("/Invoices/INV-0002/Attachments/a.pdf")
