"""xero-php-oauth2 16.0.0, replayed: Packagist cannot be reached where the checks run.

The requests are those of github.com/XeroAPI/xero-php-oauth2 at 0c7e07640136e8695b64e516e722341800fea3c5:
lib/Api/AccountingApi.php, lib/Api/IdentityApi.php, lib/AccountingObjectSerializer.php, lib/HeaderSelector.php,
lib/Configuration.php, lib/JWTClaims.php, and README.md for tokens, which it leaves to league/oauth2-client. What it
sends has Content-Type application/json, requests without a body too, unless it is a file.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import jwt
import pytest

from emulator.testing import Sandbox
from tests.clients.replay import ACCOUNTING, API, IDENTITY, Response, Wire, consent, form

REDIRECT = "http://localhost:8888/callback.php"


class XeroPhp:
    """`AccountingApi` and `IdentityApi`, with the methods that the tests call."""

    def __init__(self, wire: Wire, client_id: str) -> None:
        self._wire = wire
        self._client_id = client_id
        self._token = ""

    def access_token(self, grant_type: str, **options: str) -> dict[str, Any]:
        """`GenericProvider::getAccessToken`: the app's credentials are in the form."""
        app = {"client_id": self._client_id, "client_secret": "secret", "redirect_uri": REDIRECT}
        body = form(**app, grant_type=grant_type, **options)
        headers = {"content-type": "application/x-www-form-urlencoded"}
        answer = self._wire.send("POST", f"{IDENTITY}/connect/token", headers, body)
        tokens: dict[str, Any] = json.loads(answer.body)
        self._token = tokens["access_token"]
        return tokens

    def connections(self, **query: str) -> Any:
        parameters = f"?{urlencode(query)}" if query else ""
        answer = self._request("GET", f"{API}/Connections{parameters}", {"Accept": "application/json"})
        return json.loads(answer.body)

    def accounting(
        self,
        method: str,
        path: str,
        tenant_id: str,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Response:
        return self._request(
            method,
            ACCOUNTING + path,
            {"xero-tenant-id": tenant_id, "Accept": "application/json", **(headers or {})},
            body,
        )

    def _request(self, method: str, url: str, headers: Mapping[str, str], body: bytes | None = None) -> Response:
        first = {"User-Agent": "[xero-php-oauth2 (16.0.0)]", "Content-Type": "application/json"}
        return self._wire.send(method, url, {**first, **headers, "Authorization": f"Bearer {self._token}"}, body)


@pytest.fixture
def xero(wire: Wire, client_id: str) -> XeroPhp:
    return XeroPhp(wire, client_id)


@pytest.fixture
def tenant_id(xero: XeroPhp) -> str:
    xero.access_token("client_credentials")
    return str(xero.connections()[0]["tenantId"])


INVOICE = {
    "Type": "ACCREC",
    "Contact": {"Name": "Tui Traders"},
    "LineItems": [{"Description": "Beans", "Quantity": 2, "UnitAmount": 12.5}],
    "Date": "2026-02-02",
    "LineAmountTypes": "Exclusive",
}


def create_invoices(xero: XeroPhp, tenant_id: str, *invoices: object) -> list[dict[str, Any]]:
    # The parameter is always sent, and by default false.
    body = json.dumps({"Invoices": invoices}).encode()
    answer = xero.accounting("PUT", "/Invoices?summarizeErrors=false", tenant_id, body)
    assert answer.status == 200, answer
    created: list[dict[str, Any]] = json.loads(answer.body)["Invoices"]
    return created


def attach(xero: XeroPhp, tenant_id: str, invoice_id: str, name: str, body: bytes, online: str = "false") -> Response:
    path = f"/Invoices/{invoice_id}/Attachments/{quote(name, safe='')}?IncludeOnline={online}"
    return xero.accounting("PUT", path, tenant_id, body, {"Content-Type": "application/octet-stream"})


def test_the_tokens_of_a_consent_have_the_claims_that_it_reads(xero: XeroPhp, wire: Wire, client_id: str) -> None:
    query = {"response_type": "code", "client_id": client_id, "redirect_uri": REDIRECT, "state": "s"}
    answer = consent(wire, **query, scope="openid email profile offline_access accounting.attachments")
    tokens = xero.access_token("authorization_code", code=answer["code"])

    access, identity = claims_of(tokens["access_token"]), claims_of(tokens["id_token"])

    # It reads each without asking whether it is there.
    assert access.keys() >= set(
        "nbf exp iss aud client_id auth_time xero_userid global_session_id jti authentication_event_id scope".split()
    )
    assert identity.keys() >= set(
        "nbf exp iss aud iat at_hash sid sub auth_time preferred_username email given_name family_name".split()
    )
    assert [connection["tenantName"] for connection in xero.connections(authEventId=access["authentication_event_id"])]
    assert xero.access_token("refresh_token", refresh_token=tokens["refresh_token"])["expires_in"] == 1800


def claims_of(token: str) -> dict[str, Any]:
    claims: dict[str, Any] = jwt.decode(token, options={"verify_signature": False})
    return claims


def test_contacts_are_found(xero: XeroPhp, tenant_id: str) -> None:
    query = urlencode(
        {"where": 'Name=="Rata Print Studio"', "order": "Name ASC", "summaryOnly": "false"}, quote_via=quote
    )
    body = json.dumps({"Contacts": [{"Name": "Rata Print Studio"}]}).encode()
    created = json.loads(xero.accounting("PUT", "/Contacts?summarizeErrors=false", tenant_id, body).body)["Contacts"]

    contacts = json.loads(xero.accounting("GET", f"/Contacts?{query}", tenant_id).body)["Contacts"]

    assert [contact["ContactID"] for contact in contacts] == [created[0]["ContactID"]]


def test_a_file_goes_up_and_comes_back_unchanged(
    xero: XeroPhp, tenant_id: str, emulator: Sandbox, invoice_pdf: Path
) -> None:
    invoice_id = create_invoices(xero, tenant_id, INVOICE)[0]["InvoiceID"]
    files, content, name = f"/Invoices/{invoice_id}/Attachments", invoice_pdf.read_bytes(), "Invoice 1 (final) #2 é.pdf"

    uploaded = json.loads(attach(xero, tenant_id, invoice_id, name, content, "true").body)["Attachments"]

    types = {"AttachmentID": str, "FileName": str, "Url": str, "MimeType": str, "ContentLength": int}
    assert {member: type(value) for member, value in uploaded[0].items()} == {**types, "IncludeOnline": bool}
    assert (uploaded[0]["FileName"], uploaded[0]["ContentLength"]) == (name, len(content))
    assert json.loads(xero.accounting("GET", files, tenant_id).body)["Attachments"] == uploaded
    octets = {"Accept": "application/octet-stream", "contentType": "application/pdf"}
    for identifier in (uploaded[0]["AttachmentID"], quote(name, safe="")):
        downloaded = xero.accounting("GET", f"{files}/{identifier}", tenant_id, headers=octets)
        assert (downloaded.status, downloaded.body) == (200, content)
    emulator.xero.assert_attached("Invoices", invoice_id, name, content=content, times=1)


def test_a_document_that_failed_comes_back_with_its_errors(xero: XeroPhp, tenant_id: str) -> None:
    stored, failed = create_invoices(xero, tenant_id, INVOICE, {"Type": "ACCREC"})

    assert (stored["HasErrors"], stored["StatusAttributeString"]) == (False, "OK")
    assert (failed["HasErrors"], failed["StatusAttributeString"]) == (True, "ERROR")
    assert failed["ValidationErrors"][0]["Message"]


def test_a_refused_upload_is_an_error_of_its_own_type(
    xero: XeroPhp, tenant_id: str, emulator: Sandbox, invoice_pdf: Path
) -> None:
    invoice_id = create_invoices(xero, tenant_id, INVOICE)[0]["InvoiceID"]

    refused = attach(xero, tenant_id, invoice_id, "virus.exe", invoice_pdf.read_bytes())

    # ApiException::getResponseObject() is the model Error of the body.
    error = json.loads(refused.body)
    assert (refused.status, error["ErrorNumber"], error["Type"]) == (400, 10, "ValidationException")
    assert "isn't a supported file type" in error["Elements"][0]["ValidationErrors"][0]["Message"]
    emulator.xero.assert_not_attached("Invoices", invoice_id)
