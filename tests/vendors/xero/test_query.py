"""Which documents a list shows."""

from collections.abc import Callable
from datetime import UTC, datetime
from urllib.parse import quote

import pytest

from emulator.vendors.xero.document_types import DOCUMENT_TYPES, DocumentType
from tests.vendors.xero.conftest import INVOICE, Xero

KOWHAI = "5eed0000-0000-4000-8000-000000000101"


def numbers(xero: Xero, query: str, **headers: str) -> list[str]:
    answer = xero.get(f"/Invoices?{query}", **headers)
    assert answer.status == 200, answer.text
    return [invoice["InvoiceNumber"] for invoice in answer.json()["Invoices"]]


ALL = ["INV-0001", "88213", "INV-0002", "INV-0003"]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ALL),
        ("unitdp=4&summaryOnly=false&includeArchived=true", ALL),
        (f"IDs={INVOICE}", ["INV-0002"]),
        (f"ids={INVOICE.upper()},{KOWHAI}", ["INV-0002"]),
        ("InvoiceNumbers=INV-0003,INV-0001", ["INV-0001", "INV-0003"]),
        ("Statuses=DRAFT,SUBMITTED", ["INV-0002", "INV-0003"]),
        (f"ContactIDs={KOWHAI}", ["INV-0001", "INV-0003"]),
        ("Statuses=none", []),
        ("Statuses=&IDs=,", ALL),
        ("searchTerm=caf%C3%A9", ["INV-0002"]),
        ("where=Type%3D%3D%22ACCPAY%22", ["88213"]),
        ("where=Type!%3D%22ACCPAY%22%20AND%20Status%3D%3D%22DRAFT%22", ["INV-0002"]),
        ("where=Total%3D%3D2150%20%26%26%20SentToContact%3D%3Dfalse", ["88213"]),
        (f"where=Contact.ContactID%3D%3DGuid(%22{KOWHAI}%22)", ["INV-0001", "INV-0003"]),
        ("where=HasAttachments%3D%3Dtrue", ["INV-0001", "88213"]),
        ("where=Contact.AccountNumber%3D%3Dnull%20AND%20Type%3D%3D%22ACCPAY%22", ["88213"]),
        ("order=InvoiceNumber", ["88213", "INV-0001", "INV-0002", "INV-0003"]),
        ("order=Total%20DESC", ["88213", "INV-0001", "INV-0003", "INV-0002"]),
        ("order=Type%20ASC,Date%20DESC", ["88213", "INV-0003", "INV-0002", "INV-0001"]),
        ("order=Contact.AccountNumber", ALL),
        ("order=HasAttachments,InvoiceNumber%20DESC", ["INV-0003", "INV-0002", "INV-0001", "88213"]),
    ],
)
def test_a_list_is_narrowed_and_ordered(xero: Xero, query: str, expected: list[str]) -> None:
    assert numbers(xero, query) == expected


WHERE = [
    ('Type=="ACCREC" AND (Status=="DRAFT" OR Status=="SUBMITTED")', ["INV-0002", "INV-0003"]),
    ('type = "ACCPAY" || InvoiceNumber == "INV-0003"', ["88213", "INV-0003"]),
    ("Total > 1000.50 and total <= 2150", ["88213"]),
    ("Total >= 2150", ["88213"]),
    ("Total < 0", []),
    ('Total > "abc" OR Total > null', []),
    ("Date >= DateTime(2026,01,01) && Date < DateTime(2027, 1, 1, 0, 0, 0)", ALL),
    ('Date < DateTime.Parse("2020-01-01")', []),
    (f'Contact.ContactID == guid("{KOWHAI.upper()}")', ["INV-0001", "INV-0003"]),
    (f'Contact.ContactID == GUID("{KOWHAI}") AND Status != "AUTHORISED"', ["INV-0003"]),
    ('InvoiceNumber.StartsWith("INV") AND InvoiceNumber.EndsWith("3")', ["INV-0003"]),
    ('Contact.Name.ToLower().Contains("caf")', ["INV-0002"]),
    ('Contact.AccountNumber == null && !SentToContact AND Type != "ACCREC"', ["88213"]),
    ('NOT (Type == "ACCREC" OR Total == 0)', ["88213"]),
    ("HasAttachments", ["INV-0001", "88213"]),
    ("(((((HasAttachments)))))", ["INV-0001", "88213"]),
    ('Reference.Contains("x") OR NOT Reference.Contains("x") AND Type == "ACCPAY"', ["88213"]),
    ("", ALL),
]


@pytest.mark.parametrize(("clause", "expected"), WHERE)
def test_a_where_clause_chooses_documents(xero: Xero, clause: str, expected: list[str]) -> None:
    assert numbers(xero, f"where={quote(clause)}") == expected


@pytest.mark.proves("xero.query-syntax")
@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("where=Wish==1", "No property or field 'Wish' exists in type 'Invoice'"),
        ("where=Total==much", "No property or field 'much' exists in type 'Invoice'"),
        ('where=Name.Contains("x")', "No property or field 'Name' exists in type 'Invoice'"),
        ("where=Total==", "Syntax error"),
        ('where=Type=="ACCREC', "Syntax error"),
        ("where=(Total==1", "Syntax error"),
        ("where=Date==DateTime(2026,13,1)", "No applicable method 'datetime' exists with these arguments"),
        ("order=Wish", "No property or field 'Wish' exists in type 'Invoice'"),
        ("order=Date SIDEWAYS", "Syntax error"),
        ("order=Contact.Nope", "No property or field 'Nope' exists in type 'Contact'"),
        ("where=Contact.Nope==null", "No property or field 'Nope' exists in type 'Contact'"),
        ("where=Total", "Expression of type 'Boolean' expected"),
        ("where=5", "Expression of type 'Boolean' expected"),
        ("where=Total OR HasAttachments", "Expression of type 'Boolean' expected"),
        ("where=NOT Reference", "Expression of type 'Boolean' expected"),
        ("where=DateTime==null", "Syntax error"),
        ('where=Total.Contains("1")', "No applicable method 'Contains' exists with these arguments"),
        ("where=Reference.Contains(1)", "No applicable method 'Contains' exists with these arguments"),
        ('where=Contact.ContactID==Guid("x")', "No applicable method 'guid' exists with these arguments"),
        ("where=Date==DateTime(2026,1,1,0)", "No applicable method 'datetime' exists with these arguments"),
        ("where=Date==DateTime(2026,1.5,1)", "No applicable method 'datetime' exists with these arguments"),
    ],
)
def test_a_clause_that_cannot_be_parsed_is_refused_in_xeros_words(xero: Xero, query: str, message: str) -> None:
    answer = xero.get(f"/Invoices?{quote(query, safe='=')}")

    assert (answer.status, answer.rule) == (400, "xero.query-syntax")
    assert answer.json() == {"ErrorNumber": 16, "Type": "QueryParseException", "Message": message}


@pytest.mark.proves("xero.filters")
@pytest.mark.parametrize(
    "query",
    [
        "where=Date > DateTime.Now",
        "where=Reference.Substring(1)==1",
        "where=Date.Year==2026",
        "where=Total==Math(1)",
        "where=InvoiceNumber.Length>5",
        "where=Contact.Name.Length>0",
        "where=InvoiceNumber.Contains(Reference)",
        "where=InvoiceNumber.Contains(null)",
        "where=" + "(HasAttachments||" * 200 + "true" + ")" * 200,
        "where=" + "NOT " * 60 + "true",
        "where=Reference" + ".ToLower()" * 60 + '=="x"',
        "where=Contact.Name" + ".a" * 1000 + "==null",
        "where=" + "true AND " * 500 + "true",
        "order=Contact.Name" + ".a" * 1000,
        "order=" + "Date," * 1000,
        "order=Date.Year",
        "PurchaseOrderNumbers=1",
        "DateFrom=2026-01-01",
        "nonsense=1",
        "createdByMyApp=true",
    ],
)
def test_a_filter_that_cannot_be_judged_is_a_501_and_never_a_wrong_list(xero: Xero, query: str) -> None:
    answer = xero.get(f"/Invoices?{quote(query, safe='=')}")

    assert (answer.status, answer.rule) == (501, "xero.filters")


@pytest.mark.proves("xero.list-without-page")
@pytest.mark.parametrize(
    ("plural", "lines"),
    [
        ("Invoices", "LineItems"),
        ("CreditNotes", "LineItems"),
        ("BankTransactions", "LineItems"),
        ("ManualJournals", "JournalLines"),
    ],
)
def test_a_list_has_lines_only_where_a_page_is_asked_for(xero: Xero, plural: str, lines: str) -> None:
    summary, *_ = xero.get(f"/{plural}").json()[plural]
    paged, *_ = xero.get(f"/{plural}?page=1").json()[plural]

    assert summary[lines] == []
    assert paged[lines]
    if "Contact" in summary:
        assert list(summary["Contact"]) == ["ContactID", "Name"]
        assert summary["Contact"].items() <= paged["Contact"].items()
    one = xero.get(f"/{plural}/{summary[plural.removesuffix('s') + 'ID']}").json()[plural][0]
    assert one[lines] == paged[lines]


def test_a_summary_has_no_lines_on_a_page_either(xero: Xero) -> None:
    (invoice, *_) = xero.get("/Invoices?page=1&summaryOnly=true").json()["Invoices"]
    (contact, *_) = xero.get("/Contacts?page=1&summaryOnly=true").json()["Contacts"]

    assert invoice["LineItems"] == []
    assert contact["Addresses"] == contact["Phones"] == []


def test_if_modified_since_leaves_out_what_has_not_changed(xero: Xero) -> None:
    xero.sandbox.clock.freeze(datetime(2026, 5, 1, tzinfo=UTC))
    xero.send_json("POST", "/Invoices", {"InvoiceID": INVOICE, "Reference": "x"})

    for since in ("2026-04-01T00:00:00", "Wed, 01 Apr 2026 00:00:00 GMT", "2026-04-01T12:00:00+12:00"):
        assert numbers(xero, "", if_modified_since=since) == ["INV-0002"]
    assert numbers(xero, "", if_modified_since="2026-06-01") == []
    for nonsense in ("the other day", "Mon, 01 Jan 99999999999999999999 00:00:00 GMT"):
        assert numbers(xero, "", if_modified_since=nonsense) == ALL


@pytest.mark.proves("xero.page-size")
def test_a_list_comes_in_pages_where_a_page_is_asked_for(make: Callable[..., Xero]) -> None:
    xero = make(xero_page_size=3)

    assert numbers(xero, "page=1") == ALL[:3]
    assert numbers(xero, "page=2") == ALL[3:]
    assert numbers(xero, "page=3") == []
    assert numbers(xero, "page=2&pageSize=1") == [ALL[1]]
    assert numbers(xero, "page=x&pageSize=0") == ALL[:1]
    page = xero.get("/Invoices?page=2").json()["pagination"]
    assert page == {"page": 2, "pageSize": 3, "pageCount": 2, "itemCount": 4}
    assert "pagination" not in xero.get("/Invoices").json()


@pytest.mark.parametrize("kind", DOCUMENT_TYPES, ids=lambda kind: kind.plural)
def test_every_kind_can_be_listed_since_a_moment(xero: Xero, kind: DocumentType) -> None:
    xero.sandbox.clock.freeze(datetime(2026, 5, 1, tzinfo=UTC))

    listed = xero.get(f"/{kind.plural}", if_modified_since="2026-04-01").json()[kind.plural]

    # Repeating invoices have no date of change to go by.
    assert bool(listed) is (kind.plural == "RepeatingInvoices")


def test_archived_contacts_are_listed_on_request(xero: Xero) -> None:
    xero.send_json("POST", "/Contacts/KB-01", {"ContactStatus": "ARCHIVED"})

    assert len(xero.get("/Contacts").json()["Contacts"]) == 3
    assert len(xero.get("/Contacts?includeArchived=true").json()["Contacts"]) == 4
    assert xero.get("/Contacts/KB-01").status == 200


def test_contacts_are_narrowed_by_their_own_status(xero: Xero) -> None:
    assert len(xero.get("/Contacts?statuses=active").json()["Contacts"]) == len(
        xero.get("/Contacts").json()["Contacts"]
    )
    assert xero.get("/Contacts?statuses=none").json()["Contacts"] == []


def test_a_filter_by_a_member_that_the_type_has_not_is_a_501(xero: Xero) -> None:
    assert xero.get("/Contacts?InvoiceNumbers=1").rule == "xero.filters"
