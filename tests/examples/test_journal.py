"""The journal records every request, what was sent, and which rule refused it."""

from emulator.testing import Sandbox


def test_what_was_refused_and_why(emulator: Sandbox) -> None:
    with emulator.xero.client() as http:
        http.put("/Invoices/INV-0002/Attachments/virus.exe", content=b"MZ")
        http.put("/Invoices/INV-0002/Attachments/a.pdf", content=b"%PDF-1.7")

    refused, stored = emulator.journal.assert_called(times=2, vendor="xero", method="PUT")
    assert (refused.status, refused.rules) == (400, ("xero.file-type",))
    assert emulator.journal.body_of(stored) == b"%PDF-1.7"
    emulator.journal.assert_not_called(method="DELETE")


def test_an_unknown_path_gets_a_hint(emulator: Sandbox) -> None:
    with emulator.dualentry.client() as http:
        http.get("/invoice/1002/")

    (missed,) = emulator.journal.find(status="4xx")
    assert str(missed.hint).startswith("Did you mean GET /dualentry/public/v2/invoices/{record_number}/?")
