"""Uploads and downloads a file, and waits for neither longer than allowed."""

import time
from pathlib import Path

import httpx

XERO = "http://127.0.0.1:4600/xero/api.xro/2.0"
HEADERS = {"Authorization": "Bearer anything", "xero-tenant-id": "demo"}
# Seconds. `read` and `write` limit the pause between bytes, so a large file does not need more.
LIMITS = httpx.Timeout(connect=5, read=60, write=30, pool=5)
TOTAL = 300


class TooSlowError(Exception):
    """The download takes longer than allowed."""


def download(http: httpx.Client, url: str, to: Path, seconds: float) -> None:
    """Download a file within `seconds` in total. Raises TooSlowError."""
    end = time.monotonic() + seconds
    with http.stream("GET", url) as answer, to.open("wb") as file:
        answer.raise_for_status()
        for piece in answer.iter_bytes():
            if time.monotonic() > end:
                raise TooSlowError(url)
            file.write(piece)


if __name__ == "__main__":
    with httpx.Client(base_url=XERO, headers=HEADERS, timeout=LIMITS) as http:
        url = "/Invoices/INV-0002/Attachments/receipt.pdf"
        http.put(url, content=b"%PDF-1.7 a receipt").raise_for_status()
        download(http, url, Path("receipt.pdf"), TOTAL)
    print("downloaded receipt.pdf")
