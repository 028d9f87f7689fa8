"""What clients of the four vendors send: files, lists, downloads and changes of documents that the seed data has."""

import json
from functools import cache
from typing import Any
from urllib.parse import urlsplit

from bench.load import Request
from bench.soak.target import prefix
from emulator import create_app
from tests.asgi import Client
from tests.vendor_clients import SEED, VENDOR_NAMES, client_of, request_of
from tests.vendors.codat import conftest as codat
from tests.vendors.dualentry import conftest as dualentry

WEBHOOK_VENDORS = ("xero", "codat", "dualentry")
# Room for all that a run attaches to one document.
ROOM = {"xero_max_attachments": 1_000_000}
_SEND_JSON = {"content-type": "application/json"}


def upload(vendor: str, sandbox: str, name: str, content: bytes) -> Request:
    """What sends a file to the seed data's document, or stages it at VRPlatform."""
    method, target, body, headers = request_of(vendor, SEED[vendor], content, name)
    client = _client(vendor)
    return Request(method, prefix(sandbox) + client.base + target, {**client.headers, **headers}, body)


def listing(vendor: str, sandbox: str) -> Request:
    """What asks for the document and its files."""
    document, own_id = SEED[vendor], SEED[vendor]["id"]
    targets = {
        "xero": f"/Invoices/{own_id}/Attachments",
        "codat": f"{codat.connection()}/data/invoices/{own_id}/attachments",
        "dualentry": f"/public/v2/invoices/{own_id}/",
        "vrplatform": f"/transactions/{own_id}",
    }
    own = {"xero": "xero-tenant-id", "vrplatform": "x-team-id"}
    return _request(vendor, sandbox, "GET", targets[vendor], {own[vendor]: document["owner"]} if vendor in own else {})


def downloads(vendor: str, sandbox: str, answer: Any) -> dict[str, Request]:
    """What gets the files that a listing shows, by name; of VRPlatform those that an upload's answer shows."""
    if vendor == "vrplatform":
        return {
            answer["filename"]: _request(vendor, sandbox, "GET", f"/transaction-attachments/{answer['id']}/download")
        }
    if vendor == "xero":
        at = listing(vendor, sandbox)
        files = answer["Attachments"]
        return {file["FileName"]: Request("GET", f"{at.target}/{file['AttachmentID']}", at.headers) for file in files}
    if vendor == "codat":
        at = listing(vendor, sandbox)
        files = answer["attachments"]
        return {file["name"]: Request("GET", f"{at.target}/{file['id']}/download", at.headers) for file in files}
    return {
        file["file_name"]: Request("GET", urlsplit(file["download_url"]).path, _client(vendor).headers)
        for file in answer["attachments"]
    }


def change(vendor: str, sandbox: str) -> Request:
    """What changes a document, of which a webhook tells; at VRPlatform, which sends none, what asks for one."""
    if vendor == "xero":
        invoice = {"Type": "ACCREC", "Contact": {"Name": "Tui"}, "LineItems": [{"LineAmount": 1}]}
        return _request(vendor, sandbox, "PUT", "/Invoices", _SEND_JSON, invoice)
    if vendor == "codat":
        return _request(vendor, sandbox, "POST", f"{codat.connection()}/push/bills", _SEND_JSON, {"reference": "new"})
    if vendor == "dualentry":
        return _request(vendor, sandbox, "POST", "/public/v2/invoices/", _SEND_JSON, dualentry.LEAST["invoices"])
    return listing(vendor, sandbox)


def nonsense(vendor: str, sandbox: str) -> Request:
    """What is refused: a file for a document that is not there, without an end to its form."""
    method, target, body, headers = request_of(vendor, {**SEED[vendor], "id": "never"}, b"bytes", "a.pdf")
    return _request(vendor, sandbox, method, target, headers, body[:-4])


def _request(
    vendor: str, sandbox: str, method: str, target: str, headers: dict[str, str] | None = None, value: object = None
) -> Request:
    client = _client(vendor)
    body = value if isinstance(value, bytes) else b"" if value is None else json.dumps(value).encode()
    return Request(method, prefix(sandbox) + client.base + target, {**client.headers, **(headers or {})}, body)


@cache
def _client(vendor: str) -> Client:
    return client_of(create_app(), vendor)


__all__ = ["ROOM", "VENDOR_NAMES", "WEBHOOK_VENDORS", "change", "downloads", "listing", "nonsense", "upload"]
