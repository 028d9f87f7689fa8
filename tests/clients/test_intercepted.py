"""The vendors' SDKs with nothing about them changed: no base URL, no token endpoint, no certificate, no client."""

from typing import Any

from codat_accounting import CodatAccounting
from codat_accounting.models import shared
from xero.api import Xero
from xero.auth import OAuth2Credentials
from xero_python.accounting import AccountingApi, Contact, Invoice, Invoices, LineItem
from xero_python.api_client import ApiClient
from xero_python.api_client.configuration import Configuration
from xero_python.api_client.oauth2 import OAuth2Token
from xero_python.identity import IdentityApi

from emulator.testing import Sandbox

CONTENT = b"%PDF-1.7 intercepted"


def test_xero_python_gets_a_token_an_invoice_and_a_file(emulator: Sandbox) -> None:
    tokens: dict[str, Any] = {}
    client = ApiClient(
        Configuration(oauth2_token=OAuth2Token(client_id="own-app", client_secret="own-secret")),
        oauth2_token_getter=lambda: tokens,
        oauth2_token_saver=tokens.update,
    )
    with emulator.intercept(block_others=True):
        client.get_client_credentials_token()
        tenant = IdentityApi(client).get_connections()[0].tenant_id
        xero = AccountingApi(client)
        lines = [LineItem(description="Filter", quantity=1, unit_amount=10, account_code="200")]
        draft = Invoice(type="ACCREC", contact=Contact(name="Tui Traders"), line_items=lines)
        invoice = xero.create_invoices(tenant, Invoices(invoices=[draft])).invoices[0].invoice_id
        uploaded = xero.create_invoice_attachment_by_file_name(tenant, invoice, "a.pdf", CONTENT).attachments[0]
        path = xero.get_invoice_attachment_by_id(tenant, invoice, uploaded.attachment_id, "application/pdf")

    with open(path, "rb") as file:  # noqa: PTH123 - the SDK's own temporary file.
        assert file.read() == CONTENT
    assert uploaded.url.startswith(f"https://api.xero.com/api.xro/2.0/Invoices/{invoice}/Attachments/")
    emulator.xero.assert_attached("Invoices", invoice, "a.pdf", content=CONTENT)


def test_codat_uploads_and_downloads(emulator: Sandbox) -> None:
    codat: Any = CodatAccounting(security=shared.Security(auth_header="Basic b3duLWtleQ=="))
    ids = {
        "company_id": "5eed0000-0000-4000-8000-00000000c001",
        "connection_id": "5eed0000-0000-4000-8000-00000000d001",
        "bill_id": "bill-1",
    }
    file = {"content": CONTENT, "file_name": "a.pdf", "content_type": "application/pdf"}
    with emulator.intercept(block_others=True):
        codat.bills.upload_attachment(request={**ids, "attachment_upload": {"file": file}})
        newest = codat.bills.list_attachments(request=ids).attachments[-1]
        downloaded = codat.bills.download_attachment(request={**ids, "attachment_id": newest.id}).read()

    assert downloaded == CONTENT


def test_pyxero_uploads(emulator: Sandbox) -> None:
    token = {"access_token": "own", "token_type": "Bearer", "expires_in": 1800, "expires_at": 4e9}
    credentials = OAuth2Credentials("own-app", "own-secret", token=token)
    with emulator.intercept(block_others=True):
        credentials.set_default_tenant()
        xero = Xero(credentials)
        invoice = xero.invoices.all()[0]["InvoiceID"]
        xero.invoices.put_attachment_data(invoice, "a.pdf", CONTENT, "application/pdf")

    emulator.xero.assert_attached("Invoices", invoice, "a.pdf", content=CONTENT)
