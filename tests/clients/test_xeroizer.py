"""xeroizer 3.0.1, replayed: RubyGems cannot be reached where the checks run.

The requests are those of github.com/waynerobinson/xeroizer at e17d833047ebec7e8c80b538afb47ff02939c8b4:
lib/xeroizer/http.rb, http_response.rb, response.rb, oauth2.rb, oauth2_application.rb, connection.rb,
models/attachment.rb, record/base.rb, record/base_model.rb and record/xml_helper.rb. It leaves tokens and sending to the
gem oauth2, which sends the app's credentials with Basic authentication and a body that is a hash as a form.

It asks for no media type, and reads XML.
"""

import base64
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote_plus, urlsplit
from xml.etree.ElementTree import Element

import pytest
from defusedxml.ElementTree import fromstring

from emulator.testing import Sandbox
from tests.clients.replay import ACCOUNTING, API, IDENTITY, Response, Wire, form


class Xeroizer:
    """`Xeroizer::OAuth2Application`, with the methods that the tests call."""

    def __init__(self, wire: Wire, client_id: str) -> None:
        self._wire = wire
        self._basic = "Basic " + base64.b64encode(f"{client_id}:secret".encode()).decode()
        self._token = ""
        self.tenant_id = ""

    def authorize_from_client_credentials(self) -> None:
        headers = {"Authorization": self._basic, "Content-Type": "application/x-www-form-urlencoded", "Accept": "*/*"}
        fields = form(grant_type="client_credentials")
        answer = self._wire.send("POST", f"{IDENTITY}/connect/token", headers, fields)
        self._token = json.loads(answer.body)["access_token"]

    def current_connections(self) -> Any:
        return json.loads(self._send("GET", f"{API}/connections", {}).body)

    def http_get(self, url: str) -> Response:
        return self._request("GET", url, {})

    def http_put(self, url: str, xml: str) -> Response:
        return self._write("PUT", url, xml)

    def http_post(self, url: str, xml: str) -> Response:
        return self._write("POST", url, xml)

    def attach_data(self, url: str, file_name: str, data: bytes, content_type: str, online: str = "false") -> Response:
        target = f"{url}/Attachments/{quote_plus(file_name)}?IncludeOnline={online}"
        return self._request("PUT", target, {"Content-Type": content_type}, data)

    def _write(self, method: str, url: str, xml: str) -> Response:
        return self._request(method, url, {"Content-Type": "application/x-www-form-urlencoded"}, form(xml=xml))

    def _request(self, method: str, url: str, headers: Mapping[str, str], body: bytes | None = None) -> Response:
        # Of the URL only path and query are used: the host is that of the site.
        parts = urlsplit(url)
        request_uri = f"{parts.path}?{parts.query}" if parts.query else parts.path
        return self._send(method, API + request_uri, {"charset": "utf-8", **headers}, body)

    def _send(self, method: str, url: str, headers: Mapping[str, str], body: bytes | None = None) -> Response:
        tenant = {"Xero-tenant-id": self.tenant_id} if self.tenant_id else {}
        authorization = {"Authorization": f"Bearer {self._token}", "Accept": "*/*"}
        return self._wire.send(method, url, {**headers, **tenant, **authorization}, body)


@pytest.fixture
def xero(wire: Wire, client_id: str) -> Xeroizer:
    application = Xeroizer(wire, client_id)
    application.authorize_from_client_credentials()
    application.tenant_id = application.current_connections()[0]["tenantId"]
    return application


def records(answer: Response, model: str) -> list[Element]:
    """Return the records of this model in an answer. The client yields every child of the root that has children."""
    assert answer.status == 200, answer
    root = fromstring(answer.body)
    assert (root.tag, root.findtext("Status")) == ("Response", "OK")
    return [record for child in root if len(child) and child[0].tag == model for record in child]


def fields(record: Element) -> dict[str, str]:
    return {element.tag: element.text or "" for element in record}


def validation_errors(answer: Response) -> list[str]:
    """Return the text of every ValidationError in an ApiException, stripped."""
    root = fromstring(answer.body)
    assert (answer.status, root.tag) == (400, "ApiException")
    return ["".join(error.itertext()).strip() for error in root.iter("ValidationError")]


# As Builder writes it, with an indent of two.
INVOICE = """<Invoice>
  <Type>ACCREC</Type>
  <Date>2026-02-02</Date>
  <DueDate>2026-03-02</DueDate>
  <LineAmountTypes>Exclusive</LineAmountTypes>
  <Contact>
    <Name>Tui &amp; Traders</Name>
  </Contact>
  <LineItems>
    <LineItem>
      <Description>Beans + bags</Description>
      <Quantity>2</Quantity>
      <UnitAmount>12.5</UnitAmount>
      <LineAmount>25.0</LineAmount>
    </LineItem>
  </LineItems>
</Invoice>
"""


@pytest.fixture
def invoice(xero: Xeroizer) -> str:
    """The URL of an invoice that was created with the client."""
    created = fields(records(xero.http_put(f"{ACCOUNTING}/Invoices", INVOICE), "Invoice")[0])
    return f"{ACCOUNTING}/Invoices/{created['InvoiceID']}"


def id_of(invoice: str) -> str:
    return invoice.rpartition("/")[2]


def rename(xero: Xeroizer, invoice: str, reference: str) -> Element:
    xml = f"<Invoice>\n  <InvoiceID>{id_of(invoice)}</InvoiceID>\n  <Reference>{reference}</Reference>\n</Invoice>\n"
    return records(xero.http_post(f"{ACCOUNTING}/Invoices", xml), "Invoice")[0]


def test_documents_are_written_as_a_form_that_holds_xml(xero: Xeroizer, invoice: str) -> None:
    read = records(xero.http_get(invoice), "Invoice")[0]

    assert (read.findtext("Contact/Name"), read.findtext("Total")) == ("Tui & Traders", "25.00")
    assert read.findtext("LineItems/LineItem/Description") == "Beans + bags"
    assert fields(rename(xero, invoice, "A+B"))["Reference"] == "A+B"


@pytest.mark.parametrize("where", ['Reference=="A+B"', 'Date>=DateTime.Parse("2026-02-02")&&Reference=="A+B"'])
def test_documents_are_found(xero: Xeroizer, invoice: str, where: str) -> None:
    rename(xero, invoice, "A+B")

    invoices = records(xero.http_get(f"{ACCOUNTING}/Invoices?where={quote_plus(where)}&page=1"), "Invoice")

    assert [fields(record)["InvoiceID"] for record in invoices] == [id_of(invoice)]


@pytest.mark.proves("xero.status-attribute")
@pytest.mark.usefixtures("invoice")
def test_a_batch_says_with_an_attribute_which_records_failed(xero: Xeroizer) -> None:
    # The invoice's contact has the second name.
    names = "".join(f"  <Contact>\n    <Name>{name}</Name>\n  </Contact>\n" for name in ("Kea", "Tui &amp; Traders"))
    batch = f"<Contacts>\n{names}</Contacts>\n"

    stored, failed = records(xero.http_put(f"{ACCOUNTING}/Contacts?summarizeErrors=false", batch), "Contact")

    assert (stored.get("status"), failed.get("status")) == ("OK", "ERROR")
    assert failed.find(".//ValidationError") is not None
    assert stored.find("StatusAttributeString") is None


def test_a_file_goes_up_and_comes_back_unchanged(
    xero: Xeroizer, emulator: Sandbox, invoice: str, invoice_pdf: Path
) -> None:
    content = invoice_pdf.read_bytes()

    uploaded = records(xero.attach_data(invoice, "a(1).pdf", content, "application/pdf"), "Attachment")

    attachment = fields(uploaded[0])
    assert (attachment["FileName"], attachment["MimeType"]) == ("a(1).pdf", "application/pdf")
    assert int(attachment["ContentLength"]) == len(content)
    listed = records(xero.http_get(f"{invoice}/Attachments"), "Attachment")
    assert [fields(record) for record in listed] == [attachment]
    # It follows the attachment's Url.
    assert attachment["Url"].startswith("http")
    downloaded = xero.http_get(attachment["Url"])
    assert (downloaded.status, downloaded.body) == (200, content)
    emulator.xero.assert_attached("Invoices", id_of(invoice), "a(1).pdf", content=content, times=1)


def test_whatever_stands_in_content_type_is_accepted(xero: Xeroizer, invoice: str) -> None:
    # As the README has it.
    uploaded = records(xero.attach_data(invoice, "example.txt", b"This is raw data", "txt", "true"), "Attachment")

    assert fields(uploaded[0])["MimeType"] == "text/plain"
    assert fields(uploaded[0])["IncludeOnline"] == "true"


def test_a_document_without_files_has_none(xero: Xeroizer, invoice: str) -> None:
    # The client yields no records where the list has no children.
    assert records(xero.http_get(f"{invoice}/Attachments"), "Attachment") == []


def test_a_blank_in_a_name_becomes_a_plus_and_is_not_found(
    xero: Xeroizer, emulator: Sandbox, invoice: str, invoice_pdf: Path
) -> None:
    refused = xero.attach_data(invoice, "Invoice 1.pdf", invoice_pdf.read_bytes(), "application/pdf")

    # The body is no JSON, so the client raises by status: InvoiceNotFoundError.
    assert (refused.status, refused.body[:1]) == (404, b"T")
    emulator.xero.assert_not_attached("Invoices", id_of(invoice))


def test_refusals_become_its_exceptions(xero: Xeroizer, emulator: Sandbox, invoice: str) -> None:
    refused = xero.attach_data(invoice, "virus.exe", b"MZ", "application/octet-stream")

    assert validation_errors(refused) == ["The file couldn't be uploaded because it isn't a supported file type."]
    assert fromstring(refused.body).findtext("Type") == "ValidationException"
    emulator.xero.expire_tokens()
    expired = xero.http_get(f"{invoice}/Attachments")
    # From this word it makes OAuth::TokenExpired.
    assert (expired.status, "TokenExpired" in json.loads(expired.body)["Detail"]) == (401, True)


@pytest.mark.emulator(xero_rate_limits=True, xero_rate_per_minute=1)
def test_a_rate_limit_has_the_headers_that_it_reads(wire: Wire, client_id: str) -> None:
    application = Xeroizer(wire, client_id)
    application.authorize_from_client_credentials()
    application.tenant_id = application.current_connections()[0]["tenantId"]
    application.http_get(f"{ACCOUNTING}/Invoices")

    limited = application.http_get(f"{ACCOUNTING}/Invoices")

    headers = {name.lower(): value for name, value in limited.headers.items()}
    assert (limited.status, limited.body) == (429, b"")
    assert int(headers["retry-after"]) > 0
    assert int(headers["x-daylimit-remaining"]) > 0
