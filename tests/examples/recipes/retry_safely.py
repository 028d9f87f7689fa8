"""Uploads a file once, however often it has to be sent."""

import contextlib
import uuid
from typing import Any

import httpx

CODAT = "http://127.0.0.1:4600/codat"
HEADERS = {"Authorization": "Basic YW55dGhpbmc="}
CONNECTION = "/companies/5eed0000-0000-4000-8000-00000000c001/connections/5eed0000-0000-4000-8000-00000000d001"


def upload_safely(http: httpx.Client, method: str, url: str, *, tries: int = 3, **body: Any) -> httpx.Response:
    """Upload once, however often it is sent: every attempt carries the same key."""
    headers = {"Idempotency-Key": str(uuid.uuid4())}
    for _ in range(tries - 1):
        with contextlib.suppress(httpx.TransportError):
            return http.request(method, url, headers=headers, **body).raise_for_status()
    return http.request(method, url, headers=headers, **body).raise_for_status()


if __name__ == "__main__":
    receipt = {"file": ("receipt.pdf", b"%PDF-1.7 a receipt", "application/pdf")}
    with httpx.Client(base_url=CODAT, headers=HEADERS) as http:
        upload_safely(http, "POST", f"{CONNECTION}/push/invoices/inv-2/attachment", files=receipt)
    print("uploaded receipt.pdf")
