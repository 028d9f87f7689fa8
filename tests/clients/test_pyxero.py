"""pyxero against the live server: it writes XML, reads JSON and asks for lists with a trailing slash."""

import io
import uuid
from typing import Any

import pytest
from xero import Xero
from xero.auth import OAuth2Credentials
from xero.exceptions import XeroBadRequest, XeroForbidden, XeroNotFound

from tests.conftest import ROOT, LiveServer

PDF = (ROOT / "fixtures/files/invoice.pdf").read_bytes()


@pytest.fixture
def credentials(live: LiveServer, monkeypatch: pytest.MonkeyPatch) -> Any:
    # Its OAuth library sends tokens over plain HTTP only when told that this is a test.
    monkeypatch.setenv("OAUTHLIB_INSECURE_TRANSPORT", "1")
    credentials = OAuth2Credentials(
        "id", "secret", token={"access_token": "local", "expires_in": 1800, "token_type": "Bearer"}
    )
    credentials.base_url = f"{live.url}/xero"
    credentials.tenant_id = str(uuid.uuid4())
    return credentials


@pytest.fixture
def xero(credentials: Any) -> Any:
    return Xero(credentials)


@pytest.fixture
def invoice(xero: Any) -> str:
    invoices = xero.invoices.put(
        {
            "Type": "ACCREC",
            "Contact": {"Name": "Tui & Traders"},
            "LineItems": [{"Description": "Beans", "Quantity": "2", "UnitAmount": "12.50"}],
        }
    )
    return str(invoices[0]["InvoiceID"])


@pytest.mark.parametrize("name", ["a.pdf", "Invoice 1 (final).pdf"])
def test_a_file_goes_up_and_comes_back_unchanged(xero: Any, invoice: str, name: str) -> None:
    uploaded = xero.invoices.put_attachment_data(invoice, name, PDF, "application/pdf")

    assert uploaded["Attachments"][0]["FileName"] == name
    assert [attachment["FileName"] for attachment in xero.invoices.get_attachments(invoice)["Attachments"]] == [name]
    assert xero.invoices.get_attachment_data(invoice, name) == PDF
    file = io.BytesIO()
    xero.invoices.get_attachment(invoice, name, file)
    assert file.getvalue() == PDF


def test_documents_are_written_in_xml_and_read_in_json(xero: Any, invoice: str) -> None:
    read = xero.invoices.get(invoice)[0]

    assert (read["Contact"]["Name"], float(read["Total"])) == ("Tui & Traders", 25.0)
    assert read["HasAttachments"] is False
    updated = xero.invoices.save({"InvoiceID": invoice, "Reference": "PO 1"})
    assert updated[0]["Reference"] == "PO 1"
    assert [item["InvoiceID"] for item in xero.invoices.filter(Reference="PO 1")] == [invoice]
    xero.invoices.put_attachment_data(invoice, "a.pdf", PDF, "application/pdf")
    xero.invoices.put_history(invoice, "Sent by post")
    assert [record["Changes"] for record in xero.invoices.get_history(invoice)["HistoryRecords"]] == [
        "Note",
        "Attached a file",
    ]


def test_refusals_become_its_exceptions(xero: Any, credentials: Any, invoice: str) -> None:
    with pytest.raises(XeroBadRequest) as refused:
        xero.invoices.put_attachment_data(invoice, "a.exe", PDF, "application/pdf")
    assert "isn't a supported file type" in str(refused.value.errors)
    with pytest.raises(XeroNotFound):
        xero.invoices.get_attachment_data(invoice, "nowhere.pdf")
    with pytest.raises(XeroBadRequest):
        xero.invoices.put({"Type": "ACCREC"})
    credentials.tenant_id = " "
    with pytest.raises((XeroForbidden, ValueError)):
        xero.invoices.get_attachments(invoice)
