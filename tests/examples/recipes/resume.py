"""Uploads the files of a batch that have not arrived yet. Run it again after a failure.

The argument is `codat`, which it is without one, `dualentry` or `xero`.
"""

import hashlib
import sys
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import NamedTuple

import httpx

EMULATOR = "http://127.0.0.1:4600"


class There(NamedTuple):
    """An attachment, as a vendor lists it."""

    name: str
    size: int
    read: Callable[[], httpx.Response]


def at_codat(http: httpx.Client, record: str) -> Iterable[There]:
    """`record` is /companies/…/connections/…/data/bills/…"""
    for attachment in http.get(f"{record}/attachments").raise_for_status().json()["attachments"]:
        url = f"{record}/attachments/{attachment['id']}/download"
        yield There(attachment["name"], attachment["fileSize"], partial(http.get, url))


def at_dualentry(http: httpx.Client, record: str) -> Iterable[There]:
    """`record` is /bills/…"""
    for attachment in http.get(f"{record}/").raise_for_status().json()["attachments"]:
        # A signed URL on another host: do not send it the key.
        yield There(attachment["file_name"], attachment["file_size"], partial(httpx.get, attachment["download_url"]))


def at_xero(http: httpx.Client, record: str) -> Iterable[There]:
    """`record` is /Invoices/…"""
    for attachment in http.get(f"{record}/Attachments").raise_for_status().json()["Attachments"]:
        url = f"{record}/Attachments/{attachment['AttachmentID']}"
        yield There(attachment["FileName"], attachment["ContentLength"], partial(http.get, url))


def missing(files: Mapping[str, bytes], there: Iterable[There]) -> dict[str, bytes]:
    """Return the files that are not there yet with this name and these bytes."""
    attachments = {
        (stored.name, hashlib.sha256(stored.read().raise_for_status().content).digest())
        for stored in there
        # A file of another size differs; no need to download it.
        if stored.name in files and stored.size == len(files[stored.name])
    }
    return {name: data for name, data in files.items() if (name, hashlib.sha256(data).digest()) not in attachments}


def main(vendor: str, files: Mapping[str, bytes]) -> None:
    connection = "/companies/5eed0000-0000-4000-8000-00000000c001/connections/5eed0000-0000-4000-8000-00000000d001"
    url, headers, listed, record = {
        "codat": (
            f"{EMULATOR}/codat",
            {"Authorization": "Basic YW55dGhpbmc="},
            at_codat,
            f"{connection}/data/invoices/inv-2",
        ),
        "dualentry": (f"{EMULATOR}/dualentry/public/v2", {"X-API-KEY": "anything"}, at_dualentry, "/invoices/1001"),
        "xero": (
            f"{EMULATOR}/xero/api.xro/2.0",
            {"Authorization": "Bearer anything", "xero-tenant-id": "demo", "Accept": "application/json"},
            at_xero,
            "/Invoices/INV-0002",
        ),
    }[vendor]
    with httpx.Client(base_url=url, headers=headers) as http:
        for name, data in missing(files, listed(http, record)).items():
            if vendor == "codat":
                answer = http.post(f"{connection}/push/invoices/inv-2/attachment", files={"file": (name, data)})
            elif vendor == "dualentry":
                answer = http.post(f"{record}/attachments/", files={"files": (name, data)})
            else:
                answer = http.put(f"{record}/Attachments/{name}", content=data)
            answer.raise_for_status()
            print("uploaded", name)


if __name__ == "__main__":
    batch = {f"receipt-{number}.pdf": f"%PDF-1.7 receipt {number}".encode() for number in range(1, 5)}
    main(sys.argv[1] if len(sys.argv) > 1 else "codat", batch)
