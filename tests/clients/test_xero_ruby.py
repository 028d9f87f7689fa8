"""xero-ruby 14.0.1, replayed: RubyGems cannot be reached where the checks run.

The requests are those of github.com/XeroAPI/xero-ruby at a1f04ccc273f8755e11b0f1ef3552a1d91bbc437:
lib/xero-ruby/api_client.rb, configuration.rb, where.rb and api/accounting_api.rb. It leaves sending to Faraday, which
writes a space in a query as `+`.
"""

import base64
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import jwt
import pytest

from emulator.testing import Sandbox
from tests.clients.replay import ACCOUNTING, API, IDENTITY, Response, Wire, consent, form

VERSION = "14.0.1"
AGENT = {"User-Agent": f"xero-ruby-{VERSION}"}
REDIRECT = "http://localhost:3000/callback"


class XeroRuby:
    """`XeroRuby::ApiClient`, with the methods of its `AccountingApi` that the tests call."""

    def __init__(self, wire: Wire, client_id: str) -> None:
        self._wire = wire
        self._basic = "Basic " + base64.b64encode(f"{client_id}:secret".encode()).decode()
        self.tokens: dict[str, Any] = {}

    def token_request(self, path: str, **data: str) -> dict[str, Any]:
        headers = {"Authorization": self._basic, "Content-Type": "application/x-www-form-urlencoded", **AGENT}
        answer = self._wire.send("POST", f"{IDENTITY}/connect{path}", headers, form(**data))
        assert answer.status == 200, answer
        self.tokens = json.loads(answer.body) if answer.body else {}
        return self.tokens

    def decode_jwt(self, token: str) -> dict[str, Any]:
        """Verify the signature, as JSON::JWT does; it does not look at the time."""
        answer = self._wire.send("GET", f"{IDENTITY}/.well-known/openid-configuration/jwks", AGENT)
        keys = jwt.PyJWKSet.from_dict(json.loads(answer.body))
        key = keys[jwt.get_unverified_header(token)["kid"]]
        claims: dict[str, Any] = json.loads(jwt.PyJWS().decode(token, key, ["RS256"]))
        return claims

    def call_api(self, method: str, url: str, headers: Mapping[str, str], body: bytes | None = None) -> Response:
        authorization = {"Authorization": f"Bearer {self.tokens['access_token']}"}
        content_type = {"Content-Type": "application/json"}
        return self._wire.send(method, url, {**content_type, **AGENT, **headers, **authorization}, body)

    def connections(self) -> Any:
        # Its path ends in a slash.
        return json.loads(self.call_api("GET", f"{API}/connections/", {"Content-Type": "application/json"}).body)

    def accounting(
        self,
        method: str,
        path: str,
        tenant_id: str,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Response:
        common = {"Accept": "application/json", "xero-tenant-id": tenant_id}
        return self.call_api(method, ACCOUNTING + path, {**common, **(headers or {})}, body)


@pytest.fixture
def xero(wire: Wire, client_id: str) -> XeroRuby:
    return XeroRuby(wire, client_id)


@pytest.fixture
def tenant_id(xero: XeroRuby) -> str:
    xero.token_request("/token", grant_type="client_credentials")
    return str(xero.connections()[0]["tenantId"])


def records(answer: Response, name: str) -> list[dict[str, Any]]:
    """Return the records of an answer, which the client takes for JSON unless Content-Type says that it is none."""
    assert answer.status == 200, answer
    assert answer.headers.get("Content-Type", "application/json").startswith("application/json")
    items: list[dict[str, Any]] = json.loads(answer.body)[name]
    return items


def create_invoice(xero: XeroRuby, tenant_id: str) -> str:
    lines = [{"Description": "Beans", "Quantity": 2, "UnitAmount": 12.5}]
    invoice = {"Type": "ACCREC", "Contact": {"Name": "Tui Traders"}, "LineItems": lines, "Date": "2026-02-02"}
    body = json.dumps({"Invoices": [invoice]}).encode()
    created = records(xero.accounting("PUT", "/Invoices", tenant_id, body), "Invoices")
    return str(created[0]["InvoiceID"])


def test_the_tokens_of_a_consent_verify_with_the_key_set(xero: XeroRuby, wire: Wire, client_id: str) -> None:
    query = {"response_type": "code", "client_id": client_id, "redirect_uri": REDIRECT, "state": "a state"}
    answer = consent(wire, **query, scope="openid profile email offline_access accounting.attachments")

    assert answer["state"] == "a state"
    code = {"code": answer["code"], "redirect_uri": REDIRECT}
    tokens = xero.token_request("/token", grant_type="authorization_code", **code)
    assert xero.decode_jwt(tokens["id_token"])["email"]
    assert "accounting.attachments" in xero.decode_jwt(tokens["access_token"])["scope"]
    refreshed = xero.token_request("/token", grant_type="refresh_token", refresh_token=tokens["refresh_token"])
    assert xero.connections()[0]["tenantName"] == "Harbour Lane Coffee Roasters"
    assert xero.token_request("/revocation", token=refreshed["refresh_token"]) == {}


@pytest.mark.parametrize(
    "where",
    [
        # {name: ['=', 'Tui Traders']}, {name: ['StartsWith', 'Tui']}, and what needs a check for null, as a string.
        'Name = "Tui Traders"',
        'Name.StartsWith("Tui")',
        'EmailAddress !=null&&EmailAddress.StartsWith("tui")',
    ],
)
def test_a_contact_is_found(xero: XeroRuby, tenant_id: str, where: str) -> None:
    body = json.dumps({"Contacts": [{"Name": "Tui Traders", "EmailAddress": "tui@example.com"}]}).encode()
    created = records(xero.accounting("PUT", "/Contacts", tenant_id, body), "Contacts")

    query = urlencode({"order": "UpdatedDateUtc DESC", "where": where})
    contacts = records(xero.accounting("GET", f"/Contacts?{query}", tenant_id), "Contacts")

    assert [contact["ContactID"] for contact in contacts] == [created[0]["ContactID"]]


def test_invoices_of_a_contact_are_found(xero: XeroRuby, tenant_id: str) -> None:
    invoice_id = create_invoice(xero, tenant_id)
    read = records(xero.accounting("GET", f"/Invoices/{invoice_id}", tenant_id), "Invoices")[0]
    contact = read["Contact"]["ContactID"]
    where = (
        f'Type = "ACCREC" AND AmountDue >= 0 AND Contact.ContactID = guid("{contact}") AND Date >= DateTime(2026,01,01)'
    )

    query = urlencode({"page": 1, "where": where})
    invoices = records(xero.accounting("GET", f"/Invoices?{query}", tenant_id), "Invoices")

    assert [invoice["InvoiceID"] for invoice in invoices] == [invoice_id]


# The client puts the name into the path as it is, so the caller has to encode a space.
@pytest.mark.parametrize(("file_name", "expected"), [("a.pdf", "a.pdf"), ("Invoice%201.pdf", "Invoice 1.pdf")])
def test_a_file_goes_up_and_comes_back_unchanged(
    xero: XeroRuby, tenant_id: str, emulator: Sandbox, invoice_pdf: Path, file_name: str, expected: str
) -> None:
    invoice_id = create_invoice(xero, tenant_id)
    files, content = f"/Invoices/{invoice_id}/Attachments", invoice_pdf.read_bytes()

    uploaded = xero.accounting(
        "PUT",
        f"{files}/{file_name}?IncludeOnline=true",
        tenant_id,
        content,
        {"Content-Type": "application/octet-stream", "Idempotency-Key": "1"},
    )

    attachment = records(uploaded, "Attachments")[0]
    assert (attachment["FileName"], attachment["MimeType"]) == (expected, "application/pdf")
    assert attachment["IncludeOnline"] is True
    assert records(xero.accounting("GET", files, tenant_id), "Attachments") == [attachment]
    octets = {"Accept": "application/octet-stream", "contentType": "application/pdf"}
    for identifier in (attachment["AttachmentID"], file_name):
        downloaded = xero.accounting("GET", f"{files}/{identifier}", tenant_id, headers=octets)
        # The client would take the file's name from Content-Disposition.
        assert (downloaded.status, downloaded.headers.get("Content-Disposition")) == (200, None)
        assert downloaded.body == content
    assert emulator.xero.assert_attached("Invoices", invoice_id, expected, content=content, times=1)


def test_a_refused_upload_carries_its_reason_in_the_body(
    xero: XeroRuby, tenant_id: str, emulator: Sandbox, invoice_pdf: Path
) -> None:
    invoice_id = create_invoice(xero, tenant_id)

    refused = xero.accounting(
        "PUT",
        f"/Invoices/{invoice_id}/Attachments/virus.exe",
        tenant_id,
        invoice_pdf.read_bytes(),
        {"Content-Type": "application/octet-stream"},
    )

    assert refused.status == 400
    errors = json.loads(refused.body)["Elements"][0]["ValidationErrors"]
    assert [error["Message"] for error in errors] == [
        "The file couldn't be uploaded because it isn't a supported file type."
    ]
    emulator.xero.assert_not_attached("Invoices", invoice_id)
