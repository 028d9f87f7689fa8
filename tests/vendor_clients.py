"""Attaching a file to a document of any vendor, the way that vendor's own API has it."""

from collections.abc import Mapping
from typing import Any

from emulator.core.emulator_app import EmulatorApp
from tests.asgi import Answer, Client
from tests.vendors.codat import conftest as codat
from tests.vendors.dualentry import conftest as dualentry
from tests.vendors.vrplatform import conftest as vrplatform
from tests.vendors.xero import conftest as xero

VENDOR_NAMES = ("xero", "codat", "dualentry", "vrplatform")
# A document of each vendor's seed data: owner, kind and id, as the control API has them.
SEED = {
    "xero": {"owner": "5eed0000-0000-4000-8000-000000000001", "kind": "Invoices", "id": xero.INVOICE},
    "codat": {"owner": codat.XERO, "kind": "invoices", "id": "inv-2"},
    "dualentry": {"owner": dualentry.KEY, "kind": "invoices", "id": "1002"},
    "vrplatform": {"owner": "team_123", "kind": "expense", "id": "txn-123"},
}
# What Codat can be pushed a file for.
PUSHABLE = {"bills", "invoices", "directCosts", "directIncomes", "billCreditNotes", "transfers"}


def client_of(app: EmulatorApp, vendor: str, prefix: str = "", **headers: str) -> Client:
    """The vendor's client, its mount below a prefix such as `/sandbox/orders`."""
    makers = {
        "xero": xero.Xero,
        "codat": codat.Codat,
        "dualentry": dualentry.DualEntry,
        "vrplatform": vrplatform.VRPlatform,
    }
    client: Client = makers[vendor](app, **{name.replace("_", "-"): value for name, value in headers.items()})
    client.base = prefix + client.base
    return client


def showing(vendor: str, credential: str) -> dict[str, str]:
    """The header in which a client of the vendor shows a credential."""
    if vendor in ("xero", "codat"):
        return {"authorization": f"Bearer {credential}" if vendor == "xero" else basic(credential)}
    return {"x-api-key": credential}


def basic(user: str, password: str = "") -> str:
    import base64

    pair = f"{user}:{password}" if password else user
    return f"Basic {base64.b64encode(pair.encode()).decode()}"


def request_of(
    vendor: str, document: Mapping[str, Any], content: bytes = b"bytes", name: str = "a.pdf", company: str = ""
) -> tuple[str, str, bytes, dict[str, str]]:
    """What sends a file: method, target, body and headers. At VRPlatform it is staged, and then still on nothing."""
    owner, kind, own_id = document["owner"], document["kind"], document["id"]
    if vendor == "xero":
        return "PUT", f"/{kind}/{own_id}/Attachments/{name}", content, {"xero-tenant-id": owner}
    form = {"content-type": "multipart/form-data; boundary=frontier"}
    if vendor == "codat":
        target = codat.connection(owner, company or codat.COMPANY)
        word = "attachments" if kind == "bills" else "attachment"
        part = codat.file_part(content, f'name="file"; filename="{name}"', "application/pdf")
        return "POST", f"{target}/push/{kind}/{own_id}/{word}", codat.form(part), form
    if vendor == "dualentry":
        part = dualentry.file_part(content, f'name="files"; filename="{name}"')
        return "POST", f"/public/v2/{kind}/{own_id}/attachments/", dualentry.form(part), form
    part = vrplatform.file_part(content, f'name="file"; filename="{name}"')
    return "POST", vrplatform.FILES, vrplatform.form(part), {**form, "x-team-id": owner}


def attach(
    client: Client,
    vendor: str,
    document: Mapping[str, Any] | None = None,
    content: bytes = b"bytes",
    name: str = "a.pdf",
    company: str = "",
) -> Answer:
    """Sends a file, by default to the seed data's document; asserts that it was taken."""
    document = document or SEED[vendor]
    answer = client.request(*request_of(vendor, document, content, name, company))
    assert answer.status == 200, answer.text
    if vendor == "vrplatform":
        target, team = f"/transactions/{document['id']}", {"x_team_id": document["owner"]}
        had = [attachment["id"] for attachment in client.get(target, **team).json()["attachments"]]
        changed = {"attachmentIds": [*had, answer.json()["id"]]}
        assert client.send_json("PUT", target, changed, **team).status == 200
    return answer
