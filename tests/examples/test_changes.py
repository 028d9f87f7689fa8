"""What the code under test changed, and that it touched nothing else, is one assertion."""

from emulator.testing import Sandbox


def test_the_code_adds_one_file_and_touches_nothing_else(emulator: Sandbox) -> None:
    with emulator.xero.client() as http, emulator.changes() as changes:
        http.put("/Invoices/INV-0002/Attachments/a.pdf", content=b"%PDF-1.7")

    assert changes == ["+ xero/Invoices/INV-0002/a.pdf"]


def test_the_code_only_reads(emulator: Sandbox) -> None:
    with emulator.xero.client() as http, emulator.changes() as changes:
        http.get("/Invoices/INV-0002/Attachments")

    changes.assert_none()
