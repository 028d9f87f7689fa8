"""`client()` is an httpx client with base URL and headers set. Both are also available for a client of your own."""

import httpx

from emulator.testing import Sandbox

RECEIPT = {"files": ("receipt.png", b"\x89PNG", "image/png")}


def test_with_the_ready_client(emulator: Sandbox) -> None:
    bill = emulator.dualentry.record("bills")

    with emulator.dualentry.client() as http:
        answer = http.post(f"/bills/{bill.id}/attachments/", files=RECEIPT)

    assert answer.json()["attachments"][0]["file_name"] == "receipt.png"


def test_with_a_client_of_your_own(emulator: Sandbox) -> None:
    bill = emulator.dualentry.record("bills")
    url = f"{emulator.dualentry.base_url}/bills/{bill.id}/attachments/"

    httpx.post(url, headers=emulator.dualentry.headers, files=RECEIPT).raise_for_status()

    emulator.dualentry.assert_attached("bills", bill, "receipt.png", times=1)
