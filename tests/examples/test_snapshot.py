"""A snapshot is a sandbox as one archive: save it once, restore it as often as needed."""

from pathlib import Path

from emulator.testing import Sandbox


def test_a_test_begins_where_another_left_off(emulator: Sandbox, tmp_path: Path) -> None:
    archive = tmp_path / "ten-files.zip"
    with emulator.xero.client() as http:
        for number in range(10):
            http.put(f"/Invoices/INV-0002/Attachments/{number}.pdf", content=b"%PDF-1.7")
    archive.write_bytes(emulator.snapshot())

    emulator.reset()
    emulator.xero.assert_not_attached("Invoices", "INV-0002")

    emulator.restore(archive.read_bytes())
    emulator.xero.assert_attached("Invoices", "INV-0002", times=10)
