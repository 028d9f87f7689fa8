"""Attaches files to a Xero document, which holds ten: those that have no room go into a zip archive."""

import io
import itertools
import zipfile
from collections.abc import Mapping
from urllib.parse import quote

import httpx

XERO = "http://127.0.0.1:4600/xero/api.xro/2.0"
HEADERS = {"Authorization": "Bearer anything", "xero-tenant-id": "demo", "Accept": "application/json"}


def merged(files: Mapping[str, bytes], room: int, name: str) -> dict[str, bytes]:
    """Return the files as at most `room` (one or more); a zip archive of this name holds the excess."""
    if len(files) <= room:
        return dict(files)
    listed = list(files.items())
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as written:
        for file_name, data in listed[room - 1 :]:
            written.writestr(file_name, data)
    return {**dict(listed[: room - 1]), name: archive.getvalue()}


def attach(http: httpx.Client, document: str, files: Mapping[str, bytes], most: int = 10) -> None:
    """Attach files to a document, `Invoices/…`. Raises ValueError, before sending anything, if it is full."""
    answer = http.get(f"/{document}/Attachments").raise_for_status()
    there = {attachment["FileName"] for attachment in answer.json()["Attachments"]}
    overwriting = {name: data for name, data in files.items() if name in there}
    new = {name: data for name, data in files.items() if name not in there}
    if new and len(there) >= most:
        raise ValueError(f"{document} has {len(there)} attachments, and room for no more")
    unused = next(name for name in map("more-{}.zip".format, itertools.count(1)) if name not in {*there, *files})
    for name, data in {**overwriting, **merged(new, most - len(there), unused)}.items():
        http.put(f"/{document}/Attachments/{quote(name)}", content=data).raise_for_status()
        print("uploaded", name)


if __name__ == "__main__":
    receipts = {f"receipt-{number}.pdf": f"%PDF-1.7 receipt {number}".encode() for number in range(1, 15)}
    with httpx.Client(base_url=XERO, headers=HEADERS) as http:
        attach(http, "Invoices/INV-0002", receipts)
