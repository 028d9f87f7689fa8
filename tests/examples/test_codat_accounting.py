"""Codat's own SDK uploads a file for a company that uses QuickBooks Online."""

import httpx
from codat_accounting import CodatAccounting
from codat_accounting.models import shared

from emulator.testing import Sandbox


def test_a_bill_gets_its_receipt(emulator: Sandbox) -> None:
    link = emulator.codat.company(platform="qhyg", name="Tui Traders")
    bill = emulator.codat.record("bills", link)
    security = shared.Security(auth_header=emulator.codat.headers["Authorization"])

    with httpx.Client() as client:
        codat = CodatAccounting(security=security, server_url=emulator.codat.base_url, client=client)
        codat.bills.upload_attachment(
            request={
                "company_id": link.owner,
                "connection_id": link.id,
                "bill_id": bill.id,
                "attachment_upload": {"file": {"content": b"%PDF-1.7", "file_name": "receipt.pdf"}},
            }
        )

    emulator.codat.assert_attached("bills", bill, "receipt.pdf", content=b"%PDF-1.7")
