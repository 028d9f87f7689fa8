"""calcinai/xero-php 2.8.0, replayed: Packagist cannot be reached where the checks run.

The requests are those of github.com/calcinai/xero-php at c95526a4034dba592b58ac0791c3f21fe1a9cd73:
src/XeroPHP/Application.php, Helpers.php, Remote/Request.php, Remote/Response.php, Remote/URL.php, Remote/Query.php,
Remote/Model.php, Traits/AttachmentTrait.php and Models/Accounting/Attachment.php; and, for tokens, those of
github.com/calcinai/oauth2-xero 1.3.0, src/Provider/Xero.php, on league/oauth2-client.

It writes and reads XML. It sends an attachment's bytes where its Url says, on the host that it is set up with: of the
Url it takes the API, the version and the rest.
"""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode
from xml.etree.ElementTree import Element

import pytest
from defusedxml.ElementTree import fromstring

from emulator.testing import Sandbox
from tests.clients.replay import API, IDENTITY, Response, Wire, form

BASE_URL = API
AGENT = "XeroPHP/v2.8.0 (+https://github.com/calcinai/xero-php)"
_URL = re.compile(r"^http(s)?://[^/]+/(?P<api>[^/]+)/(?P<version>[^/]+)/(?P<endpoint>.+)$", re.IGNORECASE)
SCOPES = "accounting.transactions accounting.contacts accounting.settings accounting.attachments"
# What Guzzle leaves as it is in the values of a query.
_UNQUOTED = "!$'()*+,;:@/?%"
_XML = ("text/xml", "application/xml")


class XeroPhp:
    """`XeroPHP\\Application`, with what its models ask of it."""

    def __init__(self, wire: Wire, client_id: str) -> None:
        self._wire = wire
        self._client_id = client_id
        self._headers = {"User-Agent": AGENT}

    def sign_in(self) -> Any:
        """Get a token and the tenants (`getAccessToken`, `getTenants`), and use the first."""
        app = {"client_id": self._client_id, "client_secret": "secret", "redirect_uri": "http://localhost/callback"}
        headers = {"content-type": "application/x-www-form-urlencoded"}
        body = form(**app, grant_type="client_credentials", scope=SCOPES)
        token = json.loads(self._wire.send("POST", f"{IDENTITY}/connect/token", headers, body).body)
        authorization = {"Authorization": f"Bearer {token['access_token']}"}
        tenants = json.loads(self._wire.send("GET", f"{API}/connections", authorization).body)
        self._headers |= {**authorization, "Xero-tenant-id": tenants[0]["tenantId"]}
        return tenants

    def get(self, endpoint: str, query: Mapping[str, str] | None = None, accept: str = "text/xml") -> Response:
        return self._send("GET", endpoint, query or {}, {"Accept": accept})

    def write(self, method: str, endpoint: str, body: bytes, content_type: str = "text/xml", **query: str) -> Response:
        return self._send(method, endpoint, query, {"Accept": "text/xml", "Content-Type": content_type}, body)

    def _send(
        self,
        method: str,
        endpoint: str,
        query: Mapping[str, str],
        headers: Mapping[str, str],
        body: bytes | None = None,
    ) -> Response:
        if match := _URL.fullmatch(endpoint):
            # Of another API it would raise an exception.
            assert match["api"] == "api.xro"
            endpoint = match["endpoint"]
        parameters = f"?{urlencode(query, safe=_UNQUOTED, quote_via=quote)}" if query else ""
        url = f"{BASE_URL}/api.xro/2.0/{endpoint}{parameters}"
        return self._wire.send(method, url, {**self._headers, **headers}, body)


@pytest.fixture
def xero(wire: Wire, client_id: str) -> XeroPhp:
    application = XeroPhp(wire, client_id)
    application.sign_in()
    return application


def root_of(answer: Response) -> Element:
    """Return the parsed body. The client looks for the header in this letter case, and reads nothing without it."""
    assert answer.headers["Content-Type"].partition(";")[0] in _XML
    return fromstring(answer.body)


def elements(answer: Response) -> list[Element]:
    """Return the children of what has children, whatever it is called: the client's models are made of them."""
    assert answer.status == 200, answer
    return [element for child in root_of(answer) if child.tag not in ("PageInfo", "pagination") for element in child]


INVOICE = (
    b"<Invoice><Type>ACCREC</Type><Contact><Name>Tui &amp; Traders</Name></Contact><LineItems><LineItem>"
    b"<Description>Beans</Description><Quantity>2</Quantity><UnitAmount>12.5</UnitAmount></LineItem></LineItems>"
    b"<Date>2026-02-02</Date></Invoice>"
)


@pytest.fixture
def invoice_id(xero: XeroPhp) -> str:
    created = elements(xero.write("PUT", "Invoices", INVOICE))
    return str(created[0].findtext("InvoiceID"))


def test_documents_are_written_and_read_in_xml(xero: XeroPhp, invoice_id: str) -> None:
    read = elements(xero.get(f"Invoices/{invoice_id}"))[0]

    assert (read.findtext("Contact/Name"), read.findtext("Total")) == ("Tui & Traders", "25.00")
    # An update names the document in the path and in the body.
    body = f"<Invoice><InvoiceID>{invoice_id}</InvoiceID><Reference>A&amp;B</Reference></Invoice>".encode()
    assert elements(xero.write("POST", f"Invoices/{invoice_id}", body))[0].findtext("Reference") == "A&B"


def test_documents_are_found(xero: XeroPhp, invoice_id: str) -> None:
    contact_id = elements(xero.get(f"Invoices/{invoice_id}"))[0].findtext("Contact/ContactID")
    where = f'Contact.ContactID=Guid("{contact_id}") AND Type=="ACCREC" AND Date==DateTime(2026,02,02)'

    invoices = elements(xero.get("Invoices", {"where": where, "order": "Date DESC", "page": "1"}))

    assert [element.findtext("InvoiceID") for element in invoices] == [invoice_id]
    contacts = elements(xero.get("Contacts", {"where": 'Name=="Tui & Traders"', "includeArchived": "true"}))
    assert [contact.findtext("ContactID") for contact in contacts] == [contact_id]


@pytest.mark.proves("xero.header-names")
def test_a_file_goes_up_and_comes_back_unchanged(
    xero: XeroPhp, emulator: Sandbox, invoice_id: str, invoice_pdf: Path
) -> None:
    files, content, name = f"Invoices/{invoice_id}/Attachments", invoice_pdf.read_bytes(), "Invoice 1 (final) #2 é.pdf"

    answer = xero.write("POST", f"{files}/{quote(name, safe='')}", content, "application/pdf", IncludeOnline="true")

    uploaded = elements(answer)[0]
    assert (uploaded.findtext("FileName"), uploaded.findtext("IncludeOnline")) == (name, "true")
    listed = elements(xero.get(files))
    assert [element.findtext("AttachmentID") for element in listed] == [uploaded.findtext("AttachmentID")]
    downloaded = xero.get(str(listed[0].findtext("Url")), accept="*/*")
    assert (downloaded.status, downloaded.headers["Content-Type"]) == (200, "application/pdf")
    assert downloaded.body == content
    emulator.xero.assert_attached("Invoices", invoice_id, name, content=content, times=1)


def test_a_refused_upload_says_what_is_wrong_with_the_element(
    xero: XeroPhp, emulator: Sandbox, invoice_id: str, invoice_pdf: Path
) -> None:
    endpoint = f"Invoices/{invoice_id}/Attachments/virus.exe"

    refused = xero.write("POST", endpoint, invoice_pdf.read_bytes(), "application/pdf")

    root = root_of(refused)
    assert (refused.status, root.findtext("ErrorNumber"), root.findtext("Type")) == (400, "10", "ValidationException")
    # Each element is an array whose ValidationErrors are a list of arrays with a Message.
    errors = [error.findtext("Message") for error in root.findall("Elements/*/ValidationErrors/ValidationError")]
    assert errors == ["The file couldn't be uploaded because it isn't a supported file type."]
    emulator.xero.assert_not_attached("Invoices", invoice_id)


def test_saving_several_reports_what_failed_by_element(xero: XeroPhp) -> None:
    body = b"<Contacts><Contact><Name>Kea</Name></Contact><Contact><FirstName>Kea</FirstName></Contact></Contacts>"

    stored, failed = elements(xero.write("PUT", "Contacts", body, SummarizeErrors="false"))

    assert stored.findall("ValidationErrors/ValidationError") == []
    assert failed.findtext("ValidationErrors/ValidationError/Message")


def test_limits_and_missing_documents_become_its_exceptions(xero: XeroPhp, emulator: Sandbox) -> None:
    missing = xero.get("Invoices/5eed0000-0000-4000-8000-00000000dead")
    # Of text/html it reads OAuth's errors, as a query string.
    assert (missing.status, missing.headers["Content-Type"].partition(";")[0]) == (404, "text/html")
    # It always takes both limits of the tenant together.
    assert int(missing.headers["X-AppMinLimit-Remaining"]) > 0
    assert missing.headers.keys() >= {"X-DayLimit-Remaining", "X-MinLimit-Remaining"}
    emulator.xero.expire_tokens()
    assert xero.get("Organisation").status == 401
