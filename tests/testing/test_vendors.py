"""The four vendors of a sandbox: where they are, documents in one line, and assertions about files."""

import asyncio
import ssl
from dataclasses import replace
from typing import Any

import httpx
import pytest
import requests

from emulator.testing import Document, EmulatorError, Sandbox, Vendor
from emulator.testing.control import Control
from emulator.types import XeroDocumentType

PDF = b"%PDF-1.7"
# Of each vendor: a kind, and what is below the vendor's base URL to look at a document of it.
KINDS = {
    "xero": ("Invoices", "/Invoices/{id}"),
    "codat": ("invoices", "/companies/5eed0000-0000-4000-8000-00000000c001/data/invoices/{id}"),
    "dualentry": ("invoices", "/invoices/{id}/"),
    "vrplatform": ("expense", "/transactions/{id}"),
}
VENDORS = tuple(KINDS)


def vendor_of(emulator: Sandbox, name: str) -> Vendor:
    vendor: Vendor = getattr(emulator, name)
    return vendor


def created(emulator: Sandbox, name: str) -> Document:
    if name == "xero":
        return emulator.xero.invoice()
    if name == "vrplatform":
        return emulator.vrplatform.expense()
    return (emulator.codat if name == "codat" else emulator.dualentry).record("invoices")


def attach(emulator: Sandbox, name: str, document: str = "INV-0002", content: bytes = PDF) -> None:
    with emulator.xero.client() as http:
        assert http.put(f"/Invoices/{document}/Attachments/{name}", content=content).status_code == 200


def rejection_reason(vendor: Vendor, *arguments: Any, **wanted: Any) -> str:
    with pytest.raises(AssertionError) as failed:
        vendor.assert_attached(*arguments, **wanted)
    return str(failed.value)


# --- Clients ----------------------------------------------------------------------------------------------------------


@pytest.mark.emulator(auth="strict")
@pytest.mark.parametrize("name", ["codat", "dualentry", "vrplatform"])
def test_headers_are_good_under_strict_auth(emulator: Sandbox, name: str) -> None:
    path = KINDS[name][1].format(id=created(emulator, name).id)

    with vendor_of(emulator, name).client() as http:
        assert http.get(path).status_code == 200


@pytest.mark.parametrize("name", VENDORS)
def test_a_document_in_one_line_is_there_for_every_kind_of_client(emulator: Sandbox, name: str) -> None:
    vendor = vendor_of(emulator, name)
    path = KINDS[name][1].format(id=created(emulator, name).id)

    async def ask() -> int:
        async with vendor.async_client() as http:
            return (await http.get(path)).status_code

    with vendor.client() as http:
        statuses = [http.get(path).status_code, asyncio.run(ask())]
    statuses.append(requests.get(f"{vendor.base_url}{path}", headers=vendor.headers).status_code)

    assert statuses == [200] * 3
    assert [exchange.vendor for exchange in emulator.journal] == [name] * 3


def test_a_client_takes_what_httpx_does_and_keeps_the_headers(emulator: Sandbox) -> None:
    with emulator.xero.client(headers={"xero-tenant-id": "other", "X-Mine": "1"}, timeout=7) as http:
        sent = http.get("/Invoices").request.headers

        assert (sent["xero-tenant-id"], sent["x-mine"], sent["authorization"]) == ("other", "1", "Bearer emulator")
        assert http.timeout == httpx.Timeout(7)
    with pytest.raises(TypeError):
        emulator.xero.client(nonsense=1)


def test_a_client_goes_past_the_machines_proxy(emulator: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")

    with emulator.xero.client() as http:
        assert http.get("/Invoices").status_code == 200


def test_certificates_are_read_where_there_are_any_and_none_is_trusted_elsewhere(emulator: Sandbox) -> None:
    context = emulator.xero._client_options({})["verify"]
    by_tls = Sandbox(Control("https://emulator"), "mine").xero

    assert context.verify_mode is ssl.CERT_REQUIRED
    assert context.get_ca_certs() == []
    assert "verify" not in by_tls._client_options({})


@pytest.mark.parametrize("name", VENDORS)
def test_headers_cannot_be_changed_for_everybody(emulator: Sandbox, name: str) -> None:
    with pytest.raises(TypeError):
        vendor_of(emulator, name).headers["x"] = "1"  # type: ignore[index]  # Its type says so too.


# --- Documents --------------------------------------------------------------------------------------------------------


def test_documents_have_the_fields_that_are_given(emulator: Sandbox) -> None:
    invoice = emulator.xero.invoice(InvoiceNumber="INV-9", Reference="PO 9")
    bill = emulator.dualentry.record("bills", memo="Beans")
    expense = emulator.vrplatform.expense(id="txn-9", description="Filters")
    record = emulator.codat.record("bills", id="bill-9", reference="PO 9")

    assert emulator.xero.contact(Name="Tui").number == "Tui"
    assert (invoice.kind, invoice.number, invoice.attachments) == ("Invoices", "INV-9", 0)
    assert (expense.id, expense.kind, record.id) == ("txn-9", "expense", "bill-9")
    with emulator.xero.client() as http:
        assert http.get("/Invoices/INV-9").json()["Invoices"][0]["Reference"] == "PO 9"
    with emulator.dualentry.client() as http:
        assert http.get(f"/bills/{bill.id}/").json()["memo"] == "Beans"
    with emulator.vrplatform.client() as http:
        assert http.get("/transactions/txn-9").json()["description"] == "Filters"
    with emulator.codat.client() as http:
        company = "/companies/5eed0000-0000-4000-8000-00000000c001"
        assert http.get(f"{company}/data/bills/bill-9").json()["reference"] == "PO 9"


def test_codat_has_a_company_of_any_platform(emulator: Sandbox) -> None:
    link = emulator.codat.company(platform="qhyg", name="Tui Traders")

    assert (link.kind, link.number) == ("connections", "qhyg")
    with emulator.codat.client() as http:
        assert http.get(f"/companies/{link.owner}").json()["name"] == "Tui Traders"
        assert http.get(f"/companies/{link.owner}/connections/{link.id}").json()["status"] == "Linked"
    assert emulator.codat.record("invoices", link).owner == link.id
    assert emulator.codat.record("invoices", link.id).owner == link.id


@pytest.mark.parametrize("name", VENDORS)
def test_every_type_of_document_can_be_created_and_found(emulator: Sandbox, name: str) -> None:
    vendor: Any = vendor_of(emulator, name)
    create = {"xero": "document", "vrplatform": "transaction"}.get(name, "record")
    # Those that are no type of their own: they come with a company, or stand for all types.
    creatable = [kind for kind in vendor.document_types if kind not in ("connections", "transactions")]
    # No two accounts share a code, which the seed data's account has.
    fields = {"Accounts": {"Code": "999"}}

    created = [getattr(vendor, create)(kind, **fields.get(kind, {})) for kind in creatable]

    assert [document.kind for document in created] == creatable
    for document in created:
        assert document.id in {other.id for other in vendor.documents(document.kind)}
    assert {document.kind for document in vendor.documents()} <= set(vendor.document_types)


def test_a_field_that_does_not_fit_is_told_of_in_the_vendors_words(emulator: Sandbox) -> None:
    with pytest.raises(EmulatorError, match="VRPlatform would refuse this transaction: date: Invalid input"):
        emulator.vrplatform.expense(date=5)
    with pytest.raises(EmulatorError, match="VRPlatform would refuse this transaction: lines: Too small"):
        emulator.vrplatform.expense(lines=[])
    with pytest.raises(EmulatorError, match="Codat has no platform"):
        emulator.codat.company(platform="none")
    with pytest.raises(EmulatorError, match="The field id must be text"):
        emulator.codat.record("bills", id=["b-1"])


# --- Assertions -------------------------------------------------------------------------------------------------------


def test_a_document_may_be_named_by_itself_its_id_or_its_number(emulator: Sandbox) -> None:
    invoice = emulator.xero.invoice(InvoiceNumber="INV-9")
    attach(emulator, "a.pdf", invoice.id)

    for document in (invoice, invoice.id, "INV-9"):
        (file,) = emulator.xero.assert_attached("Invoices", document, "a.pdf")
        assert (file.name, file.size, file.documents) == ("a.pdf", len(PDF), (f"Invoices/{invoice.id}",))


def test_name_bytes_digest_size_and_number_of_files_are_asserted(emulator: Sandbox) -> None:
    attach(emulator, "a.pdf")
    attach(emulator, "b.pdf", content=b"other")
    on: tuple[XeroDocumentType, str] = ("Invoices", "INV-0002")
    (file,) = emulator.xero.assert_attached(*on, "a.pdf", content=PDF, size=8, times=1)

    emulator.xero.assert_attached(*on, sha256=str(file.sha256).upper())
    emulator.xero.assert_attached(*on, times=2)
    for wanted in ({"content": b"x"}, {"sha256": "0" * 64}, {"size": 9}, {"times": 2}, {"times": 0}):
        assert "expected " in rejection_reason(emulator.xero, *on, "a.pdf", **wanted)
    with pytest.raises(AssertionError, match=r"expected no files with name a\.pdf on Invoices/INV-0002\."):
        emulator.xero.assert_not_attached(*on, "a.pdf")
    with pytest.raises(AssertionError, match=r"expected no files on Invoices/INV-0002\."):
        emulator.xero.assert_not_attached(*on)
    emulator.xero.assert_not_attached(*on, "c.pdf")


@pytest.mark.parametrize(
    ("there", "wanted", "hint"),
    [
        ("A.pdf", {"name": "a.pdf"}, "<- the name differs in case"),
        ("e\u0301.pdf", {"name": "\u00e9.pdf"}, "<- the name is composed differently (Unicode)"),
        ("a.pdf", {"name": "a.pdf", "content": b"x"}, "<- differs in sha256"),
        ("a.pdf", {"name": "a.pdf", "content": b"x", "size": 1}, "<- differs in sha256 and size"),
        ("b.pdf", {"name": "a.pdf", "content": PDF}, "<- with these bytes, but of another name"),
    ],
)
def test_what_is_nearly_right_is_pointed_at(emulator: Sandbox, there: str, wanted: dict[str, Any], hint: str) -> None:
    attach(emulator, there)

    message = rejection_reason(emulator.xero, "Invoices", "INV-0002", **wanted)

    assert f"It has:\n  {there} (8 bytes, sha256 " in message
    assert hint in message


def test_what_is_not_near_is_listed_without_a_hint_and_the_last_exchanges_after_it(emulator: Sandbox) -> None:
    attach(emulator, "b.pdf")

    message = rejection_reason(emulator.xero, "Invoices", "INV-0002", "a.pdf", content=b"x")

    assert "b.pdf (8 bytes" in message
    assert "<-" not in message
    assert message.endswith("/Invoices/INV-0002/Attachments/b.pdf -> 200 (8 bytes)")


def test_a_document_without_files_is_said_to_have_none(emulator: Sandbox) -> None:
    message = rejection_reason(emulator.xero, "Invoices", "INV-0002", "a.pdf")

    assert "It has no files.\nNo request reached the sandbox." in message


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("Invoices", r"xero has no Invoices/INV-9\. There are 5eed"),
        ("Quotes", r"xero has no Quotes/INV-9\. There "),
    ],
)
def test_a_document_that_is_not_there_passes_no_assertion(
    emulator: Sandbox, kind: XeroDocumentType, words: str
) -> None:
    for check in (emulator.xero.assert_attached, emulator.xero.assert_not_attached):
        with pytest.raises(AssertionError, match=words):
            check(kind, "INV-9", "a.pdf")


def test_documents_of_one_id_and_two_owners_are_kept_apart(emulator: Sandbox) -> None:
    one, two = (emulator.codat.record("invoices", emulator.codat.company(), id="same") for _ in range(2))
    link = next(document for document in emulator.codat.documents("connections") if document.id == one.owner)
    with emulator.codat.client() as http:
        path = f"/companies/{link.owner}/connections/{link.id}/push/invoices/same/attachment"
        http.post(path, files={"file": ("a.pdf", PDF)}).raise_for_status()

    emulator.codat.assert_attached("invoices", one, "a.pdf")
    emulator.codat.assert_not_attached("invoices", two)


def test_at_vrplatform_a_transaction_needs_no_type(emulator: Sandbox) -> None:
    expense, deposit = emulator.vrplatform.expense(), emulator.vrplatform.transaction("deposit")
    with emulator.vrplatform.client() as http:
        staged = http.post("/transaction-attachments", files={"file": ("a.pdf", PDF)}).json()["id"]
        http.put(f"/transactions/{expense.id}", json={"attachmentIds": [staged]}).raise_for_status()

    emulator.vrplatform.assert_attached("expense", expense, "a.pdf")
    emulator.vrplatform.assert_attached("transactions", expense, "a.pdf")
    assert {expense, deposit} <= {
        replace(document, attachments=0) for document in emulator.vrplatform.documents("transactions")
    }
    emulator.vrplatform.assert_not_attached("deposit", deposit)
    assert [file.name for file in emulator.vrplatform.files() if file.documents == (f"transactions/{expense.id}",)] == [
        "a.pdf"
    ]


def test_at_dualentry_a_record_is_asserted_by_its_number(emulator: Sandbox) -> None:
    bill = emulator.dualentry.record("bills")
    with emulator.dualentry.client() as http:
        http.post(f"/bills/{bill.id}/attachments/", files={"files": ("a.pdf", PDF)}).raise_for_status()

    emulator.dualentry.assert_attached("bills", int(bill.number), "a.pdf", content=PDF)
