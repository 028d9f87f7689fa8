"""Uploads a file and compares what was stored with what was sent."""

import hashlib

import httpx

XERO = "http://127.0.0.1:4600/xero/api.xro/2.0"
HEADERS = {"Authorization": "Bearer anything", "xero-tenant-id": "demo"}


class DamagedError(Exception):
    """The stored bytes differ from those that were sent."""


def upload_checked(http: httpx.Client, url: str, data: bytes, tries: int = 2) -> None:
    """Upload to Xero and compare the stored bytes. Raises DamagedError."""
    wanted = hashlib.sha256(data).digest()
    for _ in range(tries):
        http.put(url, content=data).raise_for_status()
        if hashlib.sha256(http.get(url).raise_for_status().content).digest() == wanted:
            return
    raise DamagedError(url)


if __name__ == "__main__":
    with httpx.Client(base_url=XERO, headers=HEADERS) as http:
        upload_checked(http, "/Invoices/INV-0002/Attachments/receipt.pdf", b"%PDF-1.7 a receipt")
    print("uploaded receipt.pdf")
