"""The documents: create, update, list, read, and their history."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import pytest

from emulator.vendors.xero.document_types import DOCUMENT_TYPES, DocumentType
from tests.asgi import Answer
from tests.vendors.xero.conftest import INVOICE, UNKNOWN, Xero

CONTACT = {"Name": "Tui Traders"}
LINES = [{"Description": "Beans", "Quantity": 2, "UnitAmount": 12.5, "TaxAmount": 3.75}]
SMALLEST: dict[str, dict[str, Any]] = {
    "Accounts": {"Code": "999", "Name": "Petty cash", "Type": "CURRENT"},
    "BankTransactions": {"Type": "SPEND", "BankAccount": {"Code": "090"}, "Contact": CONTACT, "LineItems": LINES},
    "BankTransfers": {"FromBankAccount": {"Code": "090"}, "ToBankAccount": {"Code": "091"}, "Amount": 5},
    "Contacts": CONTACT,
    "CreditNotes": {"Type": "ACCRECCREDIT", "Contact": CONTACT, "LineItems": LINES},
    "Invoices": {"Type": "ACCREC", "Contact": CONTACT, "LineItems": LINES},
    "ManualJournals": {"Narration": "Stock", "JournalLines": [{"LineAmount": 1}, {"LineAmount": -1}]},
    "PurchaseOrders": {"Contact": CONTACT, "LineItems": LINES},
    "Quotes": {"Contact": CONTACT, "LineItems": LINES},
    "Receipts": {"Contact": CONTACT, "LineItems": LINES},
    "RepeatingInvoices": {
        "Type": "ACCREC",
        "Contact": CONTACT,
        "LineItems": LINES,
        "Schedule": {"Period": 1, "Unit": "MONTHLY"},
    },
}
every_kind = pytest.mark.parametrize("kind", DOCUMENT_TYPES, ids=lambda kind: kind.plural)


def create(xero: Xero, plural: str, method: str = "PUT", **members: Any) -> dict[str, Any]:
    answer = xero.send_json(method, f"/{plural}", {plural: [{**SMALLEST[plural], **members}]})
    assert answer.status == 200, answer.text
    document: dict[str, Any] = answer.json()[plural][0]
    return document


@every_kind
@pytest.mark.parametrize("method", ["PUT", "POST"])
def test_a_document_is_created_read_updated_and_attached_to(xero: Xero, kind: DocumentType, method: str) -> None:
    document = create(xero, kind.plural, method)
    path = f"/{kind.plural}/{document[kind.id]}"

    read = xero.get(path).json()[kind.plural][0]
    assert {name: read[name] for name in document} == document
    updated = xero.send_json("POST", path, {kind.plural: [{kind.id: document[kind.id], "Reference": "changed"}]})
    assert updated.json()[kind.plural][0]["Reference"] == "changed"
    assert xero.put(f"{path}/Attachments/a.pdf", b"1").status == 200
    assert xero.get(path).json()[kind.plural][0]["Reference"] == "changed"


@every_kind
def test_documents_come_in_xml_too(xero: Xero, kind: DocumentType) -> None:
    from emulator.vendors.xero.rendering import normalise, to_xml

    body = to_xml(kind.singular, normalise(SMALLEST[kind.plural])).encode()

    answer = xero.put(f"/{kind.plural}", body, content_type="application/xml", accept="application/xml")

    document_id = answer.xml().findtext(f"{kind.plural}/{kind.singular}/{kind.id}")
    assert xero.get(f"/{kind.plural}/{document_id}").status == 200


def test_an_invoice_is_filled_in(xero: Xero) -> None:
    invoice = create(xero, "Invoices", DueDate="2026-03-01")

    assert invoice["Status"] == "DRAFT"
    assert invoice["InvoiceNumber"] == "INV-0005"
    assert (invoice["SubTotal"], invoice["TotalTax"], invoice["Total"], invoice["AmountDue"]) == (
        25,
        3.75,
        28.75,
        28.75,
    )
    assert invoice["DueDateString"] == "2026-03-01T00:00:00"
    assert invoice["DueDate"] == "/Date(1772323200000+0000)/"
    assert invoice["CurrencyCode"] == "NZD"
    assert invoice["LineItems"][0]["LineAmount"] == 25


def test_money_and_dates_stand_in_the_bytes_as_recorded(xero: Xero) -> None:
    body = xero.send_json("PUT", "/Invoices", {**SMALLEST["Invoices"], "Date": "2019-07-22"}).body

    for line in (
        b'"CurrencyRate": 1.000000,',
        b'"SubTotal": 25.00,',
        b'"AmountPaid": 0.00,',
        b'"Quantity": 2.0000',
        b'"DateString": "2019-07-22T00:00:00",\r\n      "Date": "\\/Date(1563753600000+0000)\\/",',
    ):
        assert line in body


def test_prices_may_have_four_decimals(xero: Xero) -> None:
    line = create(xero, "Invoices", LineItems=[{"Quantity": 3, "UnitAmount": 0.1234}])["LineItems"][0]

    assert (line["UnitAmount"], line["LineAmount"]) == (0.1234, 0.37)


def test_amounts_may_include_their_tax(xero: Xero) -> None:
    invoice = create(xero, "Invoices", LineAmountTypes="Inclusive")

    assert (invoice["SubTotal"], invoice["TotalTax"], invoice["Total"]) == (21.25, 3.75, 25)


def test_numbers_beyond_any_ledger_do_no_harm(xero: Xero) -> None:
    line = {"Quantity": "9" * 20, "UnitAmount": "9" * 22}

    assert create(xero, "Invoices", LineItems=[line])["Total"] == 0


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"LineItems": [{"LineAmount": "much"}]}, "LineAmount is no number"),
        ({"LineItems": [{"Quantity": "NaN"}]}, "Quantity is no number"),
        ({"LineItems": [{"TaxAmount": [1]}]}, "TaxAmount is no number"),
        ({"LineItems": [{"UnitAmount": True}]}, "UnitAmount is no number"),
        ({"LineItems": [{"LineAmount": "Infinity"}]}, "LineAmount is larger than any amount"),
        ({"CurrencyRate": {"a": 1}}, "CurrencyRate is no number"),
        ({"Date": "tomorrow"}, "Date is no date"),
        ({"Date": 20}, "Date is no date"),
        ({"DueDate": {"a": 1}}, "DueDate is no date"),
        ({"DateString": "2026-02-30"}, "DateString is no date"),
        ({"SentToContact": "maybe"}, "SentToContact is neither true nor false"),
    ],
)
def test_a_member_of_the_wrong_kind_is_refused(xero: Xero, fields: dict[str, object], reason: str) -> None:
    refused = xero.send_json("PUT", "/Invoices", {"Type": "ACCREC", "Contact": CONTACT, "LineItems": LINES, **fields})

    assert (refused.status, refused.rule) == (400, "xero.bad-body")
    assert refused.json()["Message"] == f"JSON for post data was invalid, its {reason}"


def test_members_that_are_empty_in_xml_are_left_out(xero: Xero) -> None:
    body = b"<Invoice><Type>ACCPAY</Type><Contact><Name>A</Name></Contact><Date/><DueDate/><SentToContact/>"
    body += b"<LineItems><LineItem><Quantity/><UnitAmount>7</UnitAmount></LineItem></LineItems></Invoice>"

    created = xero.put("/Invoices", body, content_type="text/xml")

    assert created.json()["Invoices"][0]["Total"] == 7


def test_a_bank_account_has_the_organisations_currency(xero: Xero) -> None:
    assert create(xero, "Accounts", Type="BANK")["CurrencyCode"] == "NZD"


def test_a_number_that_is_taken_is_not_given_again(xero: Xero) -> None:
    create(xero, "Invoices", InvoiceNumber="INV-0006")

    assert create(xero, "Invoices")["InvoiceNumber"] == "INV-0007"


def test_put_may_name_an_id_and_makes_a_document_of_its_own(xero: Xero) -> None:
    assert create(xero, "Invoices", InvoiceID=UNKNOWN)["InvoiceID"] != UNKNOWN
    assert create(xero, "Invoices", InvoiceID=INVOICE)["InvoiceID"] != INVOICE


def test_a_bill_keeps_its_suppliers_number_or_has_none(xero: Xero) -> None:
    assert create(xero, "Invoices", Type="ACCPAY")["InvoiceNumber"] == ""
    ids = {create(xero, "Invoices", Type="ACCPAY", InvoiceNumber="88213")["InvoiceID"] for _ in range(2)}

    assert len(ids) == 2


@pytest.mark.proves("xero.unknown-fields")
def test_members_that_the_emulator_does_not_know_are_kept(xero: Xero) -> None:
    invoice = create(xero, "Invoices", Wish={"deep": [1, {"deeper": True}]}, Note="é")

    read = xero.get(f"/Invoices/{invoice['InvoiceID']}").json()["Invoices"][0]
    assert (read["Wish"], read["Note"]) == ({"deep": [1, {"deeper": True}]}, "é")


@pytest.mark.proves("xero.create-or-update")
def test_post_updates_what_it_names_and_creates_what_is_not_there(xero: Xero) -> None:
    invoice = create(xero, "Invoices", "POST", InvoiceNumber="A-1")
    by_number = create(xero, "Invoices", "POST", InvoiceNumber="A-1", Reference="by number")
    by_id = create(xero, "Invoices", "POST", InvoiceID=invoice["InvoiceID"], InvoiceNumber="A-2")

    assert by_number["InvoiceID"] == by_id["InvoiceID"] == invoice["InvoiceID"]
    assert by_id["Reference"] == "by number"
    assert xero.get("/Invoices/A-2").status == 200
    assert xero.get("/Invoices/A-1").status == 404


@pytest.mark.proves("xero.number-taken")
def test_put_makes_no_second_document_with_a_number(xero: Xero) -> None:
    refused = xero.send_json("PUT", "/Invoices", {**SMALLEST["Invoices"], "InvoiceNumber": "inv-0001"})

    assert (refused.status, refused.rule) == (400, "xero.number-taken")
    assert xero.message(refused.json()) == "Invoice # must be unique."
    twice = [{**SMALLEST["Invoices"], "InvoiceNumber": number} for number in ("DUP-1", "dup-1", "DUP-2")]
    refused = xero.send_json("PUT", "/Invoices", twice)
    assert (refused.status, len(refused.json()["Elements"])) == (400, 1)
    assert xero.get("/Invoices/DUP-2").status == 404


def test_an_update_takes_no_number_of_another_document(xero: Xero) -> None:
    refused = xero.send_json("POST", f"/Invoices/{INVOICE}", {"InvoiceNumber": "inv-0001"})

    assert (refused.status, refused.rule) == (400, "xero.number-taken")
    assert xero.send_json("POST", f"/Invoices/{INVOICE}", {"InvoiceNumber": "INV-0002"}).status == 200


@pytest.mark.parametrize(
    "body", [b"<invoices>%b</invoices>", b"<INVOICES>%b</INVOICES>", b"<Invoices>%b</Invoices>"], ids=bytes.decode
)
def test_xml_elements_have_any_letter_case(xero: Xero, body: bytes) -> None:
    before = len(xero.get("/Invoices").json()["Invoices"])
    lines = b"<lineitems><LineItem><Description>Beans</Description></LineItem></lineitems>"
    one = b"<invoice><Type>ACCREC</Type><Contact><Name>A</Name></Contact>%b</invoice>" % lines

    assert xero.put("/Invoices", body % (one * 2), content_type="text/xml").status == 200
    assert len(xero.get("/Invoices").json()["Invoices"]) == before + 2


@pytest.mark.parametrize("body", [b"<Invoice><Contact>x</Contact></Invoice>", b"<Invoices></Invoices>"])
def test_an_xml_body_that_does_not_fit_is_told_as_xml(xero: Xero, body: bytes) -> None:
    refused = xero.put("/Invoices", body, content_type="text/xml")

    assert (refused.status, refused.rule) == (400, "xero.bad-body")
    assert "Xml for post data was invalid" in refused.text


@pytest.mark.parametrize(
    ("path", "members"),
    [
        ("Contacts", {"Name": "x", "ContactStatus": ["a"]}),
        ("Invoices", {**SMALLEST["Invoices"], "LineItems": [{"Quantity": True}]}),
    ],
)
def test_a_member_of_the_wrong_kind_is_a_bad_body(xero: Xero, path: str, members: dict[str, Any]) -> None:
    assert xero.send_json("PUT", f"/{path}", members).rule == "xero.bad-body"


def test_a_large_body_is_read_like_a_small_one(xero: Xero) -> None:
    contacts = [{"Name": f"{number} {'x' * 200}"} for number in range(500)]
    body = b"<Contacts>" + b"".join(b"<Contact><Name>%d%0200d</Name></Contact>" % (at, 0) for at in range(500))

    created = xero.send_json("PUT", "/Contacts", {"Contacts": contacts})
    in_xml = xero.put("/Contacts", body + b"</Contacts>", content_type="text/xml")

    assert (created.status, in_xml.status) == (200, 200)
    assert [contact["Name"] for contact in created.json()["Contacts"]] == [contact["Name"] for contact in contacts]
    assert xero.send_json("PUT", "/Contacts", {"Contacts": [{"Name": 3 * [0] * 9000}]}).rule == "xero.bad-body"


def test_what_xero_computes_is_not_taken_from_a_client(xero: Xero) -> None:
    transfer = create(xero, "BankTransfers", CreatedDateUTC="2019-01-01", ID="mine")

    assert transfer["CreatedDateUTC"].startswith("/Date(")
    since = xero.get("/BankTransfers", if_modified_since="2020-01-01T00:00:00")
    assert transfer["BankTransferID"] in [item["BankTransferID"] for item in since.json()["BankTransfers"]]


def test_a_list_shows_documents_with_members_that_xero_has_not(xero: Xero) -> None:
    create(xero, "ManualJournals", Contact={"x": 1})

    assert xero.get("/ManualJournals").status == 200


@pytest.mark.proves("xero.update-unknown")
@pytest.mark.parametrize("path", ["/Invoices", f"/Invoices/{UNKNOWN}", "/Invoices/INV-9999"])
def test_an_update_of_what_is_not_there_is_a_validation_error(xero: Xero, path: str) -> None:
    refused = xero.send_json("POST", path, {"Invoices": [{"InvoiceID": UNKNOWN}]})

    assert (refused.status, refused.rule) == (400, "xero.update-unknown")
    assert xero.message(refused.json()) == "An existing Invoice with the specified InvoiceID could not be found"


@pytest.mark.proves("xero.bad-guid")
@pytest.mark.parametrize("member", [{"InvoiceID": "INV-0001"}, {"Contact": {"ContactID": "KB-01"}}])
@pytest.mark.parametrize("method", ["PUT", "POST"])
def test_an_id_in_the_body_that_is_no_guid_is_refused(xero: Xero, method: str, member: dict[str, Any]) -> None:
    refused = xero.send_json(method, "/Invoices", {**SMALLEST["Invoices"], **member})

    assert (refused.status, refused.rule) == (400, "xero.bad-guid")
    assert refused.json() == {
        "ErrorNumber": 14,
        "Type": "PostDataInvalidException",
        "Message": "Unrecognized Guid format.",
    }


@pytest.mark.proves("xero.bad-body")
@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b"<Invoice>", b"<Invoices>" + b"<Invoice/>" * 400_001 + b"</Invoices>"]
)
def test_a_body_that_cannot_be_read_is_refused(xero: Xero, body: bytes) -> None:
    refused = xero.post("/Invoices", body)

    assert (refused.status, refused.rule) == (400, "xero.bad-body")
    form = "Xml" if body.startswith(b"<") else "JSON"
    assert refused.json()["Message"].startswith(f"{form} for post data was invalid, it ")


@pytest.mark.proves("xero.contact-required", "xero.lines-required", "xero.create-status", "xero.type")
def test_everything_that_is_wrong_with_a_document_is_listed(xero: Xero) -> None:
    refused = xero.send_json("PUT", "/Invoices", {"Invoices": [{"Status": "PAID", "Note": "mine"}]})

    assert refused.status == 400
    assert refused.rule == "xero.type, xero.lines-required, xero.create-status, xero.contact-required"
    element = refused.json()["Elements"][0]
    assert element == {
        "InvoiceID": "00000000-0000-0000-0000-000000000000",
        "Status": "PAID",
        "Note": "mine",
        "ValidationErrors": [
            {"Message": "Invoice Type must be specified"},
            {"Message": "One or more line items must be specified"},
            {"Message": "Invoice not of valid status for creation"},
            {"Message": "A Contact must be specified for this type of transaction"},
        ],
    }


@pytest.mark.proves("xero.field-required")
def test_each_missing_member_is_named(xero: Xero) -> None:
    refused = xero.send_json("PUT", "/Accounts", {"Type": "CURRENT", "Name": ""})

    assert (refused.status, refused.rule) == (400, "xero.field-required")
    assert refused.json()["Elements"][0]["ValidationErrors"] == [
        {"Message": "Code is required"},
        {"Message": "Name is required"},
    ]


@every_kind
def test_a_document_without_anything_is_refused(xero: Xero, kind: DocumentType) -> None:
    before = len(xero.get(f"/{kind.plural}").json()[kind.plural])

    refused = xero.send_json("PUT", f"/{kind.plural}", {}, accept="text/xml")

    assert refused.status == 400
    element = refused.xml().find("Elements/DataContractBase")
    assert element is not None
    assert element.get("{http://www.w3.org/2001/XMLSchema-instance}type") == kind.singular
    assert len(xero.get(f"/{kind.plural}").json()[kind.plural]) == before


@pytest.mark.proves("xero.contact-unknown")
def test_a_document_cannot_be_for_a_contact_that_is_not_there(xero: Xero) -> None:
    refused = xero.send_json("PUT", "/Invoices", {**SMALLEST["Invoices"], "Contact": {"ContactID": UNKNOWN}})

    assert (refused.status, refused.rule) == (400, "xero.contact-unknown")


def test_a_contact_is_found_by_id_or_name_and_made_when_its_name_is_new(xero: Xero) -> None:
    first = create(xero, "Invoices")["Contact"]
    second = create(xero, "Quotes", Contact={"Name": "TUI TRADERS"})["Contact"]
    third = create(xero, "Receipts", Contact={"ContactID": first["ContactID"]})["Contact"]

    assert first == second == third
    assert xero.get(f"/Contacts/{first['ContactID']}").json()["Contacts"][0]["Name"] == "Tui Traders"


def test_a_renamed_contact_is_found_by_its_new_name(xero: Xero) -> None:
    contact = create(xero, "Contacts")
    xero.send_json("POST", f"/Contacts/{contact['ContactID']}", {"Name": "Kea Traders"})

    assert create(xero, "Invoices", Contact={"Name": "Kea Traders"})["Contact"]["ContactID"] == contact["ContactID"]
    assert create(xero, "Invoices")["Contact"]["ContactID"] != contact["ContactID"]


@pytest.mark.proves("xero.summarize-errors")
def test_one_bad_document_refuses_the_list_unless_each_is_to_speak_for_itself(xero: Xero) -> None:
    good, bad = SMALLEST["Contacts"], {"EmailAddress": "x"}
    before = len(xero.get("/Contacts").json()["Contacts"])

    refused = xero.send_json("PUT", "/Contacts", [good, bad])
    assert (refused.status, len(refused.json()["Elements"])) == (400, 1)
    assert len(xero.get("/Contacts").json()["Contacts"]) == before

    mixed = xero.send_json("PUT", "/Contacts?summarizeErrors=false", [good, bad])
    assert mixed.status == 200
    assert [contact["StatusAttributeString"] for contact in mixed.json()["Contacts"]] == ["OK", "ERROR"]
    assert len(xero.get("/Contacts").json()["Contacts"]) == before + 1


@pytest.mark.proves("xero.has-attachments")
def test_only_reading_one_document_shows_its_attachments(xero: Xero) -> None:
    files = f"/Invoices/{INVOICE}/Attachments"

    def shown(answer: Any) -> tuple[object, object]:
        document = next(invoice for invoice in answer.json()["Invoices"] if invoice["InvoiceID"] == INVOICE)
        return document.get("HasAttachments"), document.get("Attachments")

    assert shown(xero.get(f"/Invoices/{INVOICE}")) == (False, None)
    attachment = xero.put(f"{files}/a.pdf", b"1").json()["Attachments"][0]
    assert shown(xero.get("/Invoices")) == (True, None)
    assert shown(xero.get(f"/Invoices/{INVOICE}")) == (True, [attachment])
    update = {"InvoiceID": INVOICE, "Reference": "x", "HasAttachments": False, "Attachments": []}
    assert shown(xero.send_json("POST", "/Invoices", update)) == (None, None)
    assert shown(xero.get(f"/Invoices/{INVOICE}")) == (True, [attachment])


@pytest.mark.proves("xero.embedded-url")
@pytest.mark.parametrize(
    ("plural", "segment"),
    [
        ("BankTransactions", "banktransaction"),
        ("BankTransfers", "banktransfer"),
        ("Contacts", "contact"),
        ("CreditNotes", "creditnotes"),
        ("Invoices", "Invoices"),
        ("ManualJournals", "manualjournal"),
        ("PurchaseOrders", "PurchaseOrders"),
        ("Receipts", "receipts"),
    ],
)
def test_an_embedded_attachment_has_a_url_of_its_own_that_works(xero: Xero, plural: str, segment: str) -> None:
    document = create(xero, plural)
    path = f"/{plural}/{document[next(kind.id for kind in DOCUMENT_TYPES if kind.plural == plural)]}"
    xero.put(f"{path}/Attachments/a.pdf", b"1")

    url = xero.get(path).json()[plural][0]["Attachments"][0]["Url"]

    assert f"/api.xro/2.0/{segment}/" in url
    assert xero.get(url.partition("/api.xro/2.0")[2]).body == b"1"


@pytest.mark.parametrize(("plural", "flag"), [("Accounts", True), ("Quotes", None)])
def test_some_kinds_embed_nothing(xero: Xero, plural: str, flag: bool | None) -> None:
    kind = next(kind for kind in DOCUMENT_TYPES if kind.plural == plural)
    path = f"/{plural}/{create(xero, plural)[kind.id]}"
    xero.put(f"{path}/Attachments/a.pdf", b"1")

    document = xero.get(path).json()[plural][0]
    assert (document.get("HasAttachments"), document.get("Attachments")) == (flag, None)


@pytest.mark.proves("xero.history")
def test_attaching_a_file_leaves_a_history_record(xero: Xero) -> None:
    xero.put("/Invoices/INV-0001/Attachments/a.pdf", b"1")

    record = xero.get("/Invoices/INV-0001/History").json()["HistoryRecords"][0]

    assert (record["Changes"], record["User"]) == ("Attached a file", "System Generated")
    assert record["Details"] == "Attached the file a.pdf through the Xero API using attachment-emulator"


@pytest.mark.proves("xero.history-parent")
def test_notes_are_added_to_documents_that_are_there(xero: Xero) -> None:
    note = {"HistoryRecords": [{"Details": "Paid by cheque"}]}

    assert xero.send_json("PUT", "/Invoices/INV-0001/History", note).status == 200
    assert xero.get("/Invoices/INV-0001/History").json()["HistoryRecords"][0]["Details"] == "Paid by cheque"
    refused = xero.send_json("PUT", f"/Invoices/{UNKNOWN}/History", note)
    assert (refused.status, refused.rule) == (400, "xero.history-parent")
    assert refused.json()["Elements"][0]["Details"] == "Paid by cheque"
    assert xero.get(f"/Invoices/{UNKNOWN}/History").status == 404
    assert xero.get("/Accounts/090/History").status == 404


def test_the_organisation_introduces_itself(xero: Xero) -> None:
    organisation = xero.get("/Organisation").json()["Organisations"][0]

    assert organisation["Name"] == "Harbour Lane Coffee Roasters"
    assert organisation["IsDemoCompany"] is True


def test_organisations_keep_their_documents_apart(xero: Xero) -> None:
    invoice = create(xero, "Invoices")

    assert xero.get(f"/Invoices/{invoice['InvoiceID']}", xero_tenant_id="another").status == 404


@pytest.mark.proves("xero.max-documents")
def test_a_request_holds_so_many_documents(make: Callable[..., Xero]) -> None:
    xero = make(xero_max_documents=2)

    assert xero.send_json("PUT", "/Contacts", [{"Name": str(number)} for number in range(2)]).status == 200
    refused = xero.send_json("PUT", "/Contacts", [{"Name": str(number)} for number in range(3)])
    assert (refused.status, refused.json()["Message"]) == (400, "The request holds more than 2 documents")


def test_a_body_beyond_the_gateways_limit_is_refused(make: Callable[..., Xero]) -> None:
    xero = make(xero_max_request_bytes=100)

    assert xero.post("/Invoices", b" " * 101).status == 413
    assert xero.post("/Invoices", [b" " * 60, b" " * 60]).status == 413


# --- What real clients send -------------------------------------------------------------------------------------------

BEANS = [{"Description": "Beans", "Quantity": 1, "UnitAmount": 20}]
KOWHAI = "5eed0000-0000-4000-8000-000000000101"


def first(answer: Answer, plural: str) -> Any:
    assert answer.status == 200, answer.text
    return answer.json()[plural][0]


def messages(answer: Answer) -> list[str]:
    assert answer.status == 400, answer.text
    return [error["Message"] for error in answer.json()["Elements"][0]["ValidationErrors"]]


@pytest.mark.proves("xero.form-xml")
@pytest.mark.parametrize("method", ["PUT", "POST"])
def test_a_document_may_come_as_xml_in_a_form(xero: Xero, method: str) -> None:
    # As xeroizer writes.
    document = "<Invoice><Type>ACCREC</Type><Contact><Name>Kōwhai &amp; Co</Name></Contact><LineItems><LineItem>"
    document += "<Description>Beans</Description><LineAmount>20.00</LineAmount></LineItem></LineItems></Invoice>"
    form = urlencode({"xml": document}).encode()

    headers = {"content-type": "application/x-www-form-urlencoded; charset=utf-8"}
    created = first(xero.request(method, "/Invoices", form, headers), "Invoices")

    assert (created["Contact"]["Name"], created["Total"]) == ("Kōwhai & Co", 20)


@pytest.mark.proves("xero.member-names")
def test_member_names_match_in_any_letter_case(xero: Xero) -> None:
    sent = {"type": "ACCREC", "contact": {"name": "Tui"}, "Lineitems": [{"description": "Beans", "unitAmount": 20}]}

    created = first(xero.send_json("PUT", "/invoices", {"invoices": [sent]}), "Invoices")

    assert (created["Type"], created["Contact"]["Name"], created["Total"]) == ("ACCREC", "Tui", 20)
    assert created["LineItems"][0]["UnitAmount"] == 20


@pytest.mark.proves("xero.amount-types")
@pytest.mark.parametrize(
    ("plural", "sent", "answered"),
    [
        ("Quotes", "Inclusive", "INCLUSIVE"),
        ("Quotes", None, "EXCLUSIVE"),
        ("PurchaseOrders", "INCLUSIVE", "Inclusive"),
        ("PurchaseOrders", "NOTAX", "NoTax"),
        ("PurchaseOrders", None, "Exclusive"),
    ],
)
def test_line_amount_types_are_spelled_as_the_endpoint_spells_them(
    xero: Xero, plural: str, sent: str | None, answered: str
) -> None:
    document = {"Contact": {"Name": "Tui"}, "LineItems": BEANS} | ({"LineAmountTypes": sent} if sent else {})

    assert first(xero.send_json("PUT", f"/{plural}", document), plural)["LineAmountTypes"] == answered


@pytest.mark.parametrize(
    ("plural", "document", "expected"),
    [
        ("CreditNotes", {"Type": "ACCRECCREDIT"}, []),
        ("PurchaseOrders", {}, []),
        ("CreditNotes", {"Type": "ACCRECCREDIT", "Status": "AUTHORISED"}, ["One or more line items must be specified"]),
        ("Invoices", {"Type": "ACCREC"}, ["One or more line items must be specified"]),
    ],
)
def test_drafts_of_some_documents_need_no_lines(
    xero: Xero, plural: str, document: dict[str, str], expected: list[str]
) -> None:
    answer = xero.send_json("PUT", f"/{plural}", {**document, "Contact": {"Name": "Tui"}})

    assert (messages(answer) if expected else first(answer, plural)["LineItems"]) == expected


@pytest.mark.proves("xero.keeps-lines")
def test_an_update_with_nothing_in_it_keeps_what_was_there(xero: Xero) -> None:
    before = first(xero.get("/Invoices/INV-0002"), "Invoices")

    blank = {"InvoiceID": before["InvoiceID"], "LineItems": [], "Contact": {}, "Reference": "new"}
    first(xero.send_json("POST", "/Invoices", blank), "Invoices")

    after = first(xero.get("/Invoices/INV-0002"), "Invoices")
    assert after["Reference"] == "new"
    assert [line["LineItemID"] for line in after["LineItems"]] == [line["LineItemID"] for line in before["LineItems"]]
    assert (after["Contact"]["ContactID"], after["Total"]) == (before["Contact"]["ContactID"], before["Total"])


def test_a_contact_may_be_named_by_its_number(xero: Xero) -> None:
    document = {"Type": "ACCREC", "Contact": {"ContactNumber": "KB-01"}, "LineItems": BEANS}

    assert first(xero.send_json("PUT", "/Invoices", document), "Invoices")["Contact"]["ContactID"] == KOWHAI
    unknown = {**document, "Contact": {"ContactNumber": "none"}}
    assert messages(xero.send_json("PUT", "/Invoices", unknown)) == [
        "The Contact with the specified ContactID could not be found"
    ]


@pytest.mark.parametrize("value", ["2026-03-04", "2026-03-04T00:00:00", "/Date(1772582400000+0000)/"])
def test_dates_may_come_as_strings(xero: Xero, value: str) -> None:
    document = {"Type": "ACCREC", "Contact": {"Name": "Tui"}, "LineItems": BEANS}

    created = first(xero.send_json("PUT", "/Invoices", {**document, "DueDateString": value}), "Invoices")

    assert (created["DueDateString"], created["DueDate"]) == ("2026-03-04T00:00:00", "/Date(1772582400000+0000)/")


@pytest.mark.proves("xero.contact-name")
def test_two_active_contacts_cannot_have_one_name(xero: Xero) -> None:
    name = first(xero.get(f"/Contacts/{KOWHAI}"), "Contacts")["Name"]
    accepted = (
        f"The contact name {name} is already assigned to another contact. The contact name must be unique across all "
        "active contacts."
    )

    assert messages(xero.send_json("PUT", "/Contacts", {"Name": name})) == [accepted]
    twins = xero.send_json("PUT", "/Contacts", {"Contacts": [{"Name": "Twin"}, {"Name": "twin"}]})
    assert (twins.status, twins.rule) == (400, "xero.contact-name")
    other = first(xero.send_json("PUT", "/Contacts", {"Name": "Other"}), "Contacts")["ContactID"]
    assert messages(xero.send_json("POST", "/Contacts", {"ContactID": other, "Name": name})) == [accepted]
    first(xero.send_json("POST", "/Contacts", {"ContactID": KOWHAI, "Name": name}), "Contacts")
    first(xero.send_json("POST", "/Contacts", {"ContactID": KOWHAI, "ContactStatus": "ARCHIVED"}), "Contacts")
    first(xero.send_json("POST", "/Contacts", {"ContactID": other, "Name": name}), "Contacts")


@pytest.mark.proves("xero.email")
@pytest.mark.parametrize("email", ["nonsense", "a@b", "a b@c.example"])
def test_a_contacts_email_address_must_look_like_one(xero: Xero, email: str) -> None:
    refused = xero.send_json("PUT", "/Contacts", {"Name": "Tui", "EmailAddress": email})

    assert messages(refused) == ["Email address must be valid"]
    for good in ("a@b.example", ""):
        first(xero.send_json("PUT", "/Contacts", {"Name": f"Tui {good}", "EmailAddress": good}), "Contacts")


@pytest.mark.parametrize(
    ("plural", "document", "message"),
    [
        pytest.param(plural, document, message, marks=pytest.mark.proves(f"xero.{rule}"))
        for rule, plural, document, message in (
            ("type", "Invoices", {"Type": "ACCWHAT"}, "Invoice Type must be specified"),
            ("type", "CreditNotes", {}, "Credit Note Type must be specified"),
            ("status", "Invoices", {"Type": "ACCREC", "Status": "OPEN"}, "Invoice Status is not valid"),
            ("status", "Quotes", {"Status": "AUTHORISED"}, "Quote Status is not valid"),
        )
    ],
)
def test_an_unknown_type_or_status_is_a_validation_error(
    xero: Xero, plural: str, document: dict[str, str], message: str
) -> None:
    sent = {"Contact": {"Name": "Tui"}, "LineItems": BEANS, **document}

    assert messages(xero.send_json("PUT", f"/{plural}", sent)) == [message]


@pytest.mark.proves("xero.modification-status")
@pytest.mark.parametrize(
    ("plural", "kind", "steps"),
    [
        ("Invoices", {"Type": "ACCREC"}, ["DELETED", "DRAFT"]),
        ("Invoices", {"Type": "ACCREC"}, ["AUTHORISED", "DELETED"]),
        ("Invoices", {"Type": "ACCREC"}, ["AUTHORISED", "VOIDED", "VOIDED"]),
        ("CreditNotes", {"Type": "ACCRECCREDIT"}, ["AUTHORISED", "VOIDED", "DRAFT"]),
        ("Quotes", {}, ["SENT", "DELETED", "SENT"]),
        ("PurchaseOrders", {}, ["AUTHORISED", "DELETED", "DRAFT"]),
    ],
)
def test_what_is_voided_or_deleted_cannot_be_changed(
    xero: Xero, plural: str, kind: dict[str, str], steps: list[str]
) -> None:
    document = {"Contact": {"Name": "Tui"}, "LineItems": BEANS, **kind}
    created = first(xero.send_json("PUT", f"/{plural}", document), plural)
    target = f"/{plural}/{created[plural.removesuffix('s') + 'ID']}"

    *before, last = [xero.send_json("POST", target, {"Status": status}) for status in steps]

    assert [answer.status for answer in before] == [200] * len(before)
    title = {"CreditNotes": "Credit Note", "PurchaseOrders": "Purchase Order"}.get(plural, plural.removesuffix("s"))
    assert messages(last) == [f"{title} not of valid status for modification"]


@pytest.mark.proves("xero.approval")
def test_approval_needs_a_due_date_and_account_codes_where_a_setting_says_so(make: Callable[..., Xero]) -> None:
    sent = {"Type": "ACCREC", "Status": "AUTHORISED", "Contact": {"Name": "Tui"}, "LineItems": BEANS}

    assert messages(make(xero_approval=True).send_json("PUT", "/Invoices", sent)) == [
        "Due Date must be specified",
        "Account code must be specified",
    ]
    assert make().send_json("PUT", "/Invoices", sent).status == 200
    for complete in (
        {**sent, "Status": "DRAFT"},
        {**sent, "DueDate": "2026-04-01", "LineItems": [{**line, "AccountCode": "200"} for line in BEANS]},
    ):
        assert make(xero_approval=True).send_json("PUT", "/Invoices", complete).status == 200


def test_an_update_of_an_unknown_id_says_which(xero: Xero) -> None:
    unknown = "00000000-0000-4000-8000-00000000dead"

    for target in ("/Invoices", f"/Invoices/{unknown}"):
        refused = xero.send_json("POST", target, {"InvoiceID": unknown, "Reference": "x"})
        assert refused.json()["Elements"][0]["InvoiceID"] == unknown
    by_path = xero.send_json("POST", f"/Invoices/{unknown}", {"Reference": "x"})
    assert by_path.json()["Elements"][0]["InvoiceID"] == unknown


def test_a_failed_element_says_that_it_has_errors(xero: Xero) -> None:
    answer = xero.send_json("PUT", "/Invoices?summarizeErrors=false", {"Type": "ACCREC"})

    element = first(answer, "Invoices")
    assert (element["HasErrors"], element["StatusAttributeString"]) == (True, "ERROR")


@pytest.mark.proves("xero.as-pdf")
@pytest.mark.parametrize("target", ["/Invoices/INV-0001", "/CreditNotes/CN-0001", "/PurchaseOrders/PO-0001"])
def test_a_document_as_pdf_is_not_drawn(xero: Xero, target: str) -> None:
    answer = xero.get(target, accept="application/pdf")

    assert (answer.status, answer.rule) == (501, "xero.as-pdf")
    assert xero.get(f"{target}/pdf").status == 404
