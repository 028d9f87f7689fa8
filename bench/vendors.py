"""Uploading a file to each vendor and getting it back, as requests."""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import urlsplit

from bench.load import MARK, Client, LargeBody, Request
from bench.servers import Server
from emulator.testing import Sandbox
from emulator.testing.control import Control

# Over so many documents the uploads of a run are spread.
DOCUMENTS = 64
BOUNDARY = "bench-boundary"
FORM = {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"}
# What is uploaded.
CONTENT = (MARK + b"attachments" * 1000)[:10_000]


@dataclass(frozen=True, slots=True)
class Traffic:
    """What a client of one vendor sends."""

    uploads: list[Request]
    download: Request
    listing: Request
    """Of the attachments of one document."""


Make = Callable[[Sandbox, Client], Traffic]


def form(*files: bytes, field: str = "file") -> bytes:
    head, tail = form_ends(field)
    return b"\r\n".join(head + content for content in files) + tail


def form_ends(field: str = "file") -> tuple[bytes, bytes]:
    """What a form has before a file and after it."""
    head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{field}"; filename="scan.pdf"\r\n'
    return (head + "Content-Type: application/pdf\r\n\r\n").encode(), f"\r\n--{BOUNDARY}--\r\n".encode()


def xero(box: Sandbox, client: Client) -> Traffic:
    """Files of one name, so that each takes the place of the one before: a document takes ten at most."""
    base, headers = urlsplit(box.xero.base_url).path, box.xero.headers
    paths = [f"{base}/Invoices/{box.xero.invoice().id}/Attachments" for _ in range(DOCUMENTS)]
    typed = {**headers, "Content-Type": "application/octet-stream"}
    uploads = [Request("PUT", f"{path}/scan.pdf", typed, CONTENT) for path in paths]
    client.send(uploads[0])
    return Traffic(uploads, Request("GET", f"{paths[0]}/scan.pdf", headers), Request("GET", paths[0], headers))


def codat(box: Sandbox, client: Client, platform: str = "trji") -> Traffic:
    """By default at Dynamics 365 Business Central, which takes the largest files."""
    base, headers = urlsplit(box.codat.base_url).path, box.codat.headers
    link = box.codat.company(platform=platform)
    at = f"{base}/companies/{link.owner}/connections/{link.id}"
    records = [box.codat.record("invoices", link).id for _ in range(DOCUMENTS)]
    uploads = [
        Request("POST", f"{at}/push/invoices/{record}/attachment", {**headers, **FORM}, form(CONTENT))
        for record in records
    ]
    client.send(uploads[0])
    listing = Request("GET", f"{at}/data/invoices/{records[0]}/attachments", headers)
    attachment_id = json.loads(client.send(listing))["attachments"][0]["id"]
    return Traffic(uploads, Request("GET", f"{listing.target}/{attachment_id}/download", headers), listing)


def dualentry(box: Sandbox, client: Client) -> Traffic:
    """An answer shows all files of its record, of which there are more and more."""
    base, headers = urlsplit(box.dualentry.base_url).path, box.dualentry.headers
    paths = [f"{base}/invoices/{box.dualentry.record('invoices').id}/" for _ in range(DOCUMENTS)]
    uploads = [
        Request("POST", f"{path}attachments/", {**headers, **FORM}, form(CONTENT, field="files")) for path in paths
    ]
    download_url = json.loads(client.send(uploads[0]))["attachments"][0]["download_url"]
    return Traffic(uploads, Request("GET", urlsplit(download_url).path), Request("GET", paths[0], headers))


def vrplatform(box: Sandbox, client: Client) -> Traffic:
    base, headers = urlsplit(box.vrplatform.base_url).path, box.vrplatform.headers
    upload = Request("POST", f"{base}/transaction-attachments", {**headers, **FORM}, form(CONTENT))
    file_id = json.loads(client.send(upload))["id"]
    expense = f"{base}/transactions/{box.vrplatform.expense().id}"
    attached = json.dumps({"attachmentIds": [file_id]}).encode()
    client.send(Request("PUT", expense, {**headers, "Content-Type": "application/json"}, attached))
    listing = Request("GET", expense, headers)
    return Traffic([upload], Request("GET", f"{upload.target}/{file_id}/download", headers), listing)


TRAFFIC: Mapping[str, Make] = {
    "Xero": xero,
    "Codat": codat,
    "DualEntry": dualentry,
    "VRPlatform": vrplatform,
}


@contextmanager
def opened(server: Server) -> Iterator[tuple[Sandbox, Client]]:
    """The default sandbox, started anew, and a client of the server."""
    control, client = Control(server.url), Client(server.port)
    box = Sandbox(control, "default")
    try:
        box.reset()
        yield box, client
    finally:
        control.close()
        client.close()


def prepared(server: Server, make: Make) -> Traffic:
    """What to send to a server, whose default sandbox has been started anew for it."""
    with opened(server) as (box, client):
        return make(box, client)


def large_form(size: int) -> LargeBody:
    """A form with a file of so many bytes."""
    return LargeBody(size, *form_ends())
