"""Two sandboxes of one server are isolated. A path, a header or a credential chooses the sandbox."""

import httpx

from emulator.testing import Emulator


def test_a_credential_chooses_the_sandbox(emulator_server: Emulator) -> None:
    orders, receipts = emulator_server.sandbox(), emulator_server.sandbox()
    url = f"{emulator_server.url}/dualentry/public/v2/invoices/1001/attachments/"

    for box, name in ((orders, "order.pdf"), (receipts, "receipt.pdf")):
        headers = {"X-API-KEY": f"sbx_{box.name}.{box.dualentry.key}"}
        httpx.post(url, headers=headers, files={"files": (name, b"%PDF-1.7")}).raise_for_status()

    orders.dualentry.assert_attached("invoices", 1001, "order.pdf")
    orders.dualentry.assert_not_attached("invoices", 1001, "receipt.pdf")
    receipts.dualentry.assert_attached("invoices", 1001, "receipt.pdf")
