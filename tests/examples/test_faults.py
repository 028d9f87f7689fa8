"""A fault takes one line, and reports whether it was triggered."""

import httpx
import pytest

from emulator.testing import Sandbox


def test_an_upload_succeeds_after_a_503(emulator: Sandbox) -> None:
    busy = emulator.faults.status(503, vendor="xero", method="PUT")

    with emulator.xero.client() as http:
        statuses = [http.put("/Invoices/INV-0002/Attachments/a.pdf", content=b"%PDF-1.7").status_code for _ in "ab"]

    assert statuses == [503, 200]
    busy.assert_triggered(times=1)


@pytest.mark.emulator(faults=[{"kind": "lost-answer", "method": "PUT"}])
def test_an_upload_arrives_though_its_answer_is_lost(emulator: Sandbox) -> None:
    with emulator.xero.client() as http, pytest.raises(httpx.TransportError):
        http.put("/Invoices/INV-0002/Attachments/a.pdf", content=b"%PDF-1.7")

    emulator.xero.assert_attached("Invoices", "INV-0002", "a.pdf", times=1)
