"""A program without pytest can start a server and create sandboxes too."""

from emulator import Emulator


def test_a_script_has_an_emulator_of_its_own() -> None:
    with Emulator(xero_max_attachments=1) as server:
        box = server.sandbox(now="2026-03-01", frozen=True)
        with box.xero.client() as http:
            statuses = [
                http.put(f"/Invoices/INV-0002/Attachments/{name}", content=b"%PDF-1.7").status_code
                for name in ("a.pdf", "b.pdf")
            ]

    assert statuses == [200, 400]
