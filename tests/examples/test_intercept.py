"""Code with Xero's own address in it reaches this test's sandbox; nothing about the code changes."""

import httpx
import pytest
import requests

from emulator.testing import RequestBlocked, Sandbox

FILES = "https://api.xero.com/api.xro/2.0/Invoices/INV-0002/Attachments"
HEADERS = {"Authorization": "Bearer of-our-own", "xero-tenant-id": "demo", "Accept": "application/json"}


def test_for_the_length_of_a_block(emulator: Sandbox) -> None:
    with emulator.intercept():
        answer = httpx.put(f"{FILES}/a.pdf", headers=HEADERS, content=b"%PDF-1.7")

    assert answer.json()["Attachments"][0]["Url"].startswith(FILES.removesuffix("INV-0002/Attachments"))
    emulator.xero.assert_attached("Invoices", "INV-0002", "a.pdf")


@pytest.mark.intercept(block_others=True)
def test_for_the_whole_test_and_no_other_host() -> None:
    assert requests.get(FILES, headers=HEADERS, timeout=10).status_code == 200

    with pytest.raises(RequestBlocked, match=r"example\.com"):
        requests.get("https://example.com", timeout=10)
