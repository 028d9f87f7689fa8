"""Waits as long as Retry-After says, and sends the request again."""

import time
from collections.abc import Callable

import httpx

XERO = "http://127.0.0.1:4600/xero/api.xro/2.0"
HEADERS = {"Authorization": "Bearer anything", "xero-tenant-id": "demo"}


def patiently(
    send: Callable[[], httpx.Response], *, most: float = 300, sleep: Callable[[float], object] = time.sleep
) -> httpx.Response:
    """Send a request, again after each 429 or 503, until `most` seconds of waiting; return the last response."""
    waited = 0.0
    while (answer := send()).status_code in (429, 503):
        given = answer.headers.get("Retry-After", "")
        seconds = max(1, int(given)) if given.isdecimal() else 1
        waited += seconds
        if waited > most:
            break
        sleep(seconds)
    return answer


if __name__ == "__main__":
    with httpx.Client(base_url=XERO, headers=HEADERS) as http:
        url = "/Invoices/INV-0002/Attachments/receipt.pdf"
        patiently(lambda: http.put(url, content=b"%PDF-1.7 a receipt")).raise_for_status()
    print("uploaded receipt.pdf")
