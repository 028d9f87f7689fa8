"""The fixture `emulator` gives this test its own four vendors. There is nothing to set up."""

from emulator.testing import Sandbox


def test_the_invoice_is_filed(emulator: Sandbox) -> None:
    invoice = emulator.xero.invoice()

    with emulator.xero.client() as http:
        http.put(f"/Invoices/{invoice.id}/Attachments/a.pdf", content=b"%PDF-1.7")

    emulator.xero.assert_attached("Invoices", invoice, "a.pdf", content=b"%PDF-1.7")
