"""The official SDK, xero-python, against the live server."""

import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from xero_python.accounting import AccountingApi
from xero_python.accounting.models import (
    Account,
    BankTransaction,
    BankTransactions,
    Contact,
    Contacts,
    CreditNote,
    CreditNotes,
    Invoice,
    Invoices,
    LineItem,
    PurchaseOrder,
    PurchaseOrders,
)
from xero_python.api_client import ApiClient
from xero_python.api_client.configuration import Configuration
from xero_python.api_client.oauth2 import OAuth2Token, TokenApi
from xero_python.exceptions import AccountingBadRequestException, HTTPStatusException, NotFoundException
from xero_python.identity import IdentityApi

from tests.conftest import ROOT, LiveServer

PDF = (ROOT / "fixtures/files/invoice.pdf").read_bytes()
BIG = bytes(range(256)) * 38_672
SDK = dict[str, Any]
LINES = [LineItem(description="Beans", quantity=1, unit_amount=20)]


@pytest.fixture
def client() -> Iterator[ApiClient]:
    token: SDK = {
        "access_token": "local",
        "scope": ["accounting.attachments"],
        "expires_in": 1800,
        "token_type": "Bearer",
    }
    client = ApiClient(
        Configuration(oauth2_token=OAuth2Token(client_id="id", client_secret="secret")),
        pool_threads=1,
        oauth2_token_getter=lambda: token,
        oauth2_token_saver=token.update,
    )
    yield client
    client.rest_client.pool_manager.clear()


@pytest.fixture
def xero(client: ApiClient, live: LiveServer) -> AccountingApi:
    return AccountingApi(client, base_url=live.xero)


@pytest.fixture
def tenant() -> str:
    return str(uuid.uuid4())


@pytest.fixture
def invoice(xero: AccountingApi, tenant: str) -> str:
    invoice = Invoice(type="ACCREC", contact=Contact(name="Tui Traders"), line_items=LINES)
    return str(xero.create_invoices(tenant, Invoices(invoices=[invoice])).invoices[0].invoice_id)


def document(xero: AccountingApi, tenant: str, stem: str) -> str:
    contact = Contact(name="Tui Traders")
    if stem == "contact":
        return str(xero.create_contacts(tenant, Contacts(contacts=[contact])).contacts[0].contact_id)
    if stem == "credit_note":
        note = CreditNote(type="ACCRECCREDIT", contact=contact, line_items=LINES)
        return str(xero.create_credit_notes(tenant, CreditNotes(credit_notes=[note])).credit_notes[0].credit_note_id)
    if stem == "bank_transaction":
        account = Account(code="090")
        spent = BankTransaction(type="SPEND", contact=contact, line_items=LINES, bank_account=account)
        created = xero.create_bank_transactions(tenant, BankTransactions(bank_transactions=[spent]))
        return str(created.bank_transactions[0].bank_transaction_id)
    if stem == "purchase_order":
        order = PurchaseOrder(contact=contact, line_items=LINES)
        created = xero.create_purchase_orders(tenant, PurchaseOrders(purchase_orders=[order]))
        return str(created.purchase_orders[0].purchase_order_id)
    invoice = Invoice(type="ACCPAY", contact=contact, line_items=LINES)
    return str(xero.create_invoices(tenant, Invoices(invoices=[invoice])).invoices[0].invoice_id)


@pytest.mark.parametrize("stem", ["invoice", "credit_note", "bank_transaction", "contact", "purchase_order"])
@pytest.mark.parametrize("verb", ["create", "update"])
def test_a_file_goes_up_and_comes_back_unchanged(xero: AccountingApi, tenant: str, stem: str, verb: str) -> None:
    parent = document(xero, tenant, stem)
    upload = getattr(xero, f"{verb}_{stem}_attachment_by_file_name")

    uploaded = upload(tenant, parent, "Invoice 1 (final) #2 é.pdf", PDF).attachments[0]

    assert (uploaded.file_name, uploaded.mime_type) == ("Invoice 1 (final) #2 é.pdf", "application/pdf")
    assert uploaded.content_length == len(PDF)
    listed = getattr(xero, f"get_{stem}_attachments")(tenant, parent).attachments
    assert [entry.attachment_id for entry in listed] == [uploaded.attachment_id]
    by_id = getattr(xero, f"get_{stem}_attachment_by_id")(tenant, parent, uploaded.attachment_id, "application/pdf")
    by_name = getattr(xero, f"get_{stem}_attachment_by_file_name")(
        tenant, parent, uploaded.file_name, "application/pdf"
    )
    assert Path(by_id).read_bytes() == Path(by_name).read_bytes() == PDF


def test_an_overwrite_keeps_the_id(xero: AccountingApi, tenant: str, invoice: str) -> None:
    upload = xero.create_invoice_attachment_by_file_name
    first = upload(tenant, invoice, "a.pdf", PDF).attachments[0]
    second = upload(tenant, invoice, "a.pdf", b"%PDF new").attachments[0]

    assert second.attachment_id == first.attachment_id
    assert [attachment.content_length for attachment in xero.get_invoice_attachments(tenant, invoice).attachments] == [
        8
    ]
    assert xero.get_invoice(tenant, invoice).invoices[0].has_attachments is True


def test_a_file_of_nearly_ten_megabytes_passes(xero: AccountingApi, tenant: str, invoice: str) -> None:
    uploaded = xero.create_invoice_attachment_by_file_name(tenant, invoice, "big.zip", BIG).attachments[0]

    assert uploaded.content_length == len(BIG) > 9_900_000
    path = xero.get_invoice_attachment_by_id(tenant, invoice, uploaded.attachment_id, "application/zip")
    assert Path(path).read_bytes() == BIG


def test_a_file_of_more_than_ten_megabytes_does_not(xero: AccountingApi, tenant: str, invoice: str) -> None:
    with pytest.raises(HTTPStatusException) as refused:
        xero.create_invoice_attachment_by_file_name(tenant, invoice, "big.zip", BIG + bytes(10**6))

    assert refused.value.status == 413


def test_the_eleventh_file_is_refused(xero: AccountingApi, tenant: str, invoice: str) -> None:
    for number in range(10):
        xero.create_invoice_attachment_by_file_name(tenant, invoice, f"{number}.pdf", PDF)

    with pytest.raises(AccountingBadRequestException) as refused:
        xero.create_invoice_attachment_by_file_name(tenant, invoice, "11.pdf", PDF)

    assert "limit of 10 attachments" in str(refused.value.reason)


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("virus.exe", PDF, "isn't a supported file type"),
        ("noextension", PDF, "isn't a supported file type"),
        ("a:b.pdf", PDF, "characters that are not allowed"),
        ("a/b.pdf", PDF, "characters that are not allowed"),
        ("a.pdf", b"", "it is empty"),
    ],
)
def test_what_is_refused_has_its_reason(
    xero: AccountingApi, tenant: str, invoice: str, name: str, content: bytes, reason: str
) -> None:
    with pytest.raises(AccountingBadRequestException) as refused:
        xero.create_invoice_attachment_by_file_name(tenant, invoice, name, content)

    assert reason in str(refused.value.reason)


def test_uploading_to_a_document_that_is_not_there_is_a_bad_request(xero: AccountingApi, tenant: str) -> None:
    with pytest.raises(AccountingBadRequestException) as refused:
        xero.create_invoice_attachment_by_file_name(tenant, str(uuid.uuid4()), "a.pdf", PDF)

    assert "could not be found" in str(refused.value.reason)


def test_reading_what_is_not_there_is_a_404(xero: AccountingApi, tenant: str, invoice: str) -> None:
    with pytest.raises(NotFoundException):
        xero.get_invoice_attachments(tenant, str(uuid.uuid4()))
    with pytest.raises(NotFoundException):
        xero.get_invoice_attachment_by_file_name(tenant, invoice, "a.pdf", "application/pdf")


def test_a_missing_token_and_a_missing_organisation_are_told_apart(
    xero: AccountingApi, client: ApiClient, tenant: str, invoice: str
) -> None:
    with pytest.raises(HTTPStatusException) as forbidden:
        xero.get_invoice_attachments("", invoice)
    client.get_oauth2_token()["access_token"] = ""
    with pytest.raises(HTTPStatusException) as unauthorised:
        xero.get_invoice_attachments(tenant, invoice)

    assert (forbidden.value.status, unauthorised.value.status) == (403, 401)


@pytest.mark.parametrize(("kind", "expected"), [("ACCREC", True), ("ACCPAY", None)])
def test_include_online_comes_back_for_sales_only(
    xero: AccountingApi, tenant: str, kind: str, expected: bool | None
) -> None:
    invoice = Invoice(type=kind, contact=Contact(name="Tui Traders"), line_items=LINES)
    parent = xero.create_invoices(tenant, Invoices(invoices=[invoice])).invoices[0].invoice_id

    uploaded = xero.create_invoice_attachment_by_file_name(tenant, parent, "a.pdf", PDF, include_online=True)

    assert uploaded.attachments[0].include_online is expected


def test_embedded_attachments_and_history_are_read(xero: AccountingApi, tenant: str, invoice: str) -> None:
    xero.create_invoice_attachment_by_file_name(tenant, invoice, "a.pdf", PDF)

    assert xero.get_invoice(tenant, invoice).invoices[0].attachments[0].file_name == "a.pdf"
    record = xero.get_invoice_history(tenant, invoice).history_records[0]
    assert record.changes == "Attached a file"
    assert record.date_utc is not None


def test_every_list_of_the_seed_data_can_be_read(xero: AccountingApi, tenant: str) -> None:
    for plural in (
        "accounts bank_transactions bank_transfers contacts credit_notes invoices manual_journals purchase_orders "
        "quotes receipts repeating_invoices organisations"
    ).split():
        assert getattr(getattr(xero, f"get_{plural}")(tenant), plural)


def test_the_sdks_own_token_calls_work(client: ApiClient, live: LiveServer, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("client_credentials_token_url", "refresh_token_url"):
        monkeypatch.setattr(TokenApi, name, f"{live.url}/xero/identity/connect/token")
    monkeypatch.setattr(TokenApi, "revoke_token_url", f"{live.url}/xero/identity/connect/revocation")
    tokens = TokenApi(client, "id", "secret")

    assert tokens.get_client_credentials_token(app_store_billing=False)["expires_in"] == 1800
    refreshed = tokens.refresh_token("any", ["offline_access", "accounting.attachments"])
    assert tokens.refresh_token(refreshed["refresh_token"], ["offline_access"])["token_type"] == "Bearer"
    assert tokens.revoke_token("any") == 200
    connections = IdentityApi(client, base_url=f"{live.url}/xero").get_connections()
    assert connections[0].tenant_name == "Harbour Lane Coffee Roasters"
