"""Bytes: the envelope, and trees in JSON and XML."""

import json
from datetime import UTC, datetime
from decimal import Decimal
from xml.etree.ElementTree import fromstring

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator import create_app
from emulator.vendors.xero.errors import wants_json
from emulator.vendors.xero.rendering import EnvelopeTime, InvalidBody, iso, read, to_json, to_xml
from tests.vendors.xero.conftest import INVOICE, Xero

FILES = f"/Invoices/{INVOICE}/Attachments"
MOMENT = datetime(2020, 5, 4, 23, 3, 18, 797000, UTC)


@pytest.mark.proves("xero.envelope")
def test_the_envelope_is_the_recorded_one_to_the_byte(xero: Xero) -> None:
    xero.sandbox.clock.freeze(MOMENT)

    answer = xero.put(f"{FILES}/inv-0032.pdf", bytes(54574))

    attachment = answer.json()["Attachments"][0]
    assert answer.headers["content-type"] == "application/json; charset=utf-8"
    assert (
        answer.body
        == "\r\n".join(
            [
                "{",
                f'  "Id": "{answer.headers["xero-correlation-id"]}",',
                '  "Status": "OK",',
                '  "ProviderName": "attachment-emulator",',
                '  "DateTimeUTC": "\\/Date(1588633398797)\\/",',
                '  "Attachments": [',
                "    {",
                f'      "AttachmentID": "{attachment["AttachmentID"]}",',
                '      "FileName": "inv-0032.pdf",',
                f'      "Url": "http://emulator.test/xero/api.xro/2.0{FILES}/inv-0032.pdf",',
                '      "MimeType": "application/pdf",',
                '      "ContentLength": 54574',
                "    }",
                "  ]",
                "}",
            ]
        ).encode()
    )


@pytest.mark.parametrize("accept", [None, "*/*", "text/xml", "application/xml", "text/html"])
def test_the_envelope_is_xml_unless_json_is_asked_for(xero: Xero, accept: str | None) -> None:
    xero.sandbox.clock.freeze(MOMENT)

    answer = xero.put(f"{FILES}/a%26b.pdf?IncludeOnline=true", b"12345", accept=accept)

    assert answer.headers["content-type"] == "text/xml; charset=utf-8"
    attachment_id = answer.xml().findtext(".//AttachmentID")
    assert answer.text == "\r\n".join(
        [
            '<Response xmlns:xsd="http://www.w3.org/2001/XMLSchema" '
            'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">',
            f"  <Id>{answer.headers['xero-correlation-id']}</Id>",
            "  <Status>OK</Status>",
            "  <ProviderName>attachment-emulator</ProviderName>",
            "  <DateTimeUTC>2020-05-04T23:03:18.7970000Z</DateTimeUTC>",
            "  <Attachments>",
            "    <Attachment>",
            f"      <AttachmentID>{attachment_id}</AttachmentID>",
            "      <FileName>a&amp;b.pdf</FileName>",
            f"      <Url>http://emulator.test/xero/api.xro/2.0{FILES}/a%26b.pdf</Url>",
            "      <MimeType>application/pdf</MimeType>",
            "      <ContentLength>5</ContentLength>",
            "      <IncludeOnline>true</IncludeOnline>",
            "    </Attachment>",
            "  </Attachments>",
            "</Response>",
        ]
    )


def test_an_error_in_xml_lists_what_is_wrong_first(xero: Xero) -> None:
    refused = xero.put(f"{FILES}/a.exe", b"12345", accept="text/xml", content_type="application/jpeg")

    assert refused.text == "\r\n".join(
        [
            '<ApiException xmlns:xsd="http://www.w3.org/2001/XMLSchema" '
            'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">',
            "  <ErrorNumber>10</ErrorNumber>",
            "  <Type>ValidationException</Type>",
            "  <Message>A validation exception occurred</Message>",
            "  <Elements>",
            '    <DataContractBase xsi:type="Attachment">',
            "      <ValidationErrors>",
            "        <ValidationError>",
            "          <Message>The file couldn't be uploaded because it isn't a supported file type.</Message>",
            "        </ValidationError>",
            "      </ValidationErrors>",
            "      <AttachmentID>00000000-0000-0000-0000-000000000000</AttachmentID>",
            "      <FileName>a.exe</FileName>",
            "      <MimeType>application/jpeg</MimeType>",
            "      <ContentLength>5</ContentLength>",
            "    </DataContractBase>",
            "  </Elements>",
            "</ApiException>",
        ]
    )


@pytest.mark.parametrize(
    ("accept", "wanted"),
    [
        ("application/json", True),
        ("application/json; charset=utf-8", True),
        ("Application/JSON", True),
        ("text/html, application/json;q=0.9, */*;q=0.8", True),
        ("application/json;q=0.5, application/xml", False),
        ("application/xml;q=0.5, application/json", True),
        ("application/json;q=0", False),
        ("application/json;q=x", False),
        ("", False),
        ("*/*", False),
    ],
)
def test_json_is_for_those_who_ask_for_it(accept: str, wanted: bool) -> None:
    assert wants_json(accept) is wanted


def test_values_are_written_as_xero_writes_them() -> None:
    tree = {
        "Text": 'a "b" / \\ é \n',
        "Flag": True,
        "Off": False,
        "Count": 3,
        "Money": Decimal("12.50"),
        "At": MOMENT,
        "Sent": EnvelopeTime(MOMENT),
        "Empty": [],
        "None": {},
        "List": [None, 1],
    }

    assert to_json(tree) == "\r\n".join(
        [
            "{",
            '  "Text": "a \\"b\\" / \\\\ é \\n",',
            '  "Flag": true,',
            '  "Off": false,',
            '  "Count": 3,',
            '  "Money": 12.50,',
            '  "At": "\\/Date(1588633398797+0000)\\/",',
            '  "Sent": "\\/Date(1588633398797)\\/",',
            '  "Empty": [],',
            '  "None": {},',
            '  "List": [',
            "    null,",
            "    1",
            "  ]",
            "}",
        ]
    )
    assert to_xml("R", tree).split("\r\n")[1:-1] == [
        '  <Text>a "b" / \\ é \n</Text>',
        "  <Flag>true</Flag>",
        "  <Off>false</Off>",
        "  <Count>3</Count>",
        "  <Money>12.50</Money>",
        "  <At>2020-05-04T23:03:18.797</At>",
        "  <Sent>2020-05-04T23:03:18.7970000Z</Sent>",
        "  <Empty />",
        "  <None />",
        "  <List>",
        "    <List></List>",
        "    <List>1</List>",
        "  </List>",
    ]


def test_xml_leaves_out_what_only_json_shows_and_what_it_cannot_name() -> None:
    lines = to_xml("R", {"DateString": "x", "Date": MOMENT, "a b": "x", "<c": "x", "Note\u0301": "x"}).split("\r\n")

    assert lines[1:-1] == ["  <Date>2020-05-04T23:03:18.797</Date>"]


def test_a_member_of_the_clients_cannot_change_the_form_of_an_element() -> None:
    lines = to_xml("R", {"Invoices": [{"xsi:type": '"><x', "Type": "ACCREC"}]}).split("\r\n")

    assert lines[2:-2] == ["    <Invoice>", "      <Type>ACCREC</Type>", "    </Invoice>"]


def test_dates_of_long_ago_are_dates() -> None:
    (tree,) = read(b'{"Date": "0099-01-01"}', "application/json", "Invoices", 9)

    assert iso(tree["Date"]) == "0099-01-01T00:00:00"
    assert to_json(tree["Date"]) == '"\\/Date(-59042995200000+0000)\\/"'


def test_milliseconds_appear_where_there_are_some() -> None:
    assert iso(MOMENT) == "2020-05-04T23:03:18.797"
    assert iso(MOMENT.replace(microsecond=0)) == "2020-05-04T23:03:18"


JSON_INVOICES = [
    b'{"Invoices": [{"Type": "ACCREC", "Date": "2019-07-22"}]}',
    b'{"Type": "ACCREC", "Date": "2019-07-22T00:00:00"}',
    b'[{"Type": "ACCREC", "Date": "/Date(1563753600000+0000)/"}]',
    b'{"Invoices": {"Type": "ACCREC", "Date": "/Date(1563753600000)/"}}',
    b'{"invoice": {"Type": "ACCREC", "Date": "2019-07-22T12:00:00+12:00"}}',
    b'\xef\xbb\xbf{"Type": "ACCREC", "Date": "2019-07-22", "Reference": null}',
]
XML_INVOICES = [
    b"<Invoice><Type>ACCREC</Type><Date>2019-07-22</Date></Invoice>",
    b"<Invoices><Invoice><Type>ACCREC</Type><Date>2019-07-22T00:00:00</Date></Invoice></Invoices>",
    b'<?xml version="1.0"?><Invoice xmlns="http://x.example/"><Type>ACCREC</Type><Date>2019-07-22</Date></Invoice>',
    b"<Request><Invoices><Invoice><Type>ACCREC</Type><Date>2019-07-22</Date></Invoice></Invoices></Request>",
]


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        *((body, "application/json") for body in JSON_INVOICES),
        *((body, "") for body in JSON_INVOICES),
        *((body, "text/xml; charset=utf-8") for body in XML_INVOICES),
        *((body, "application/x-www-form-urlencoded") for body in XML_INVOICES),
    ],
)
def test_documents_come_alone_or_in_lists_in_json_or_xml(body: bytes, content_type: str) -> None:
    assert read(body, content_type, "Invoices", 9) == [{"Type": "ACCREC", "Date": datetime(2019, 7, 22, tzinfo=UTC)}]


def test_values_are_read_as_what_they_are() -> None:
    xml = (
        b"<Invoice><LineItems><LineItem><Quantity>2</Quantity><UnitAmount>1.5</UnitAmount></LineItem></LineItems>"
        b"<SentToContact>true</SentToContact><Total>7</Total><DueDate>2026-02-03</DueDate><Date/><Note/></Invoice>"
    )

    assert read(xml, "text/xml", "Invoices", 9) == [
        {
            "LineItems": [{"Quantity": Decimal("2.0000"), "UnitAmount": Decimal("1.50")}],
            "SentToContact": True,
            "Total": Decimal("7.00"),
            "DueDate": datetime(2026, 2, 3, tzinfo=UTC),
            "Note": "",
        }
    ]


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"", "application/json"),
        (b"{", "application/json"),
        (b"5", "application/json"),
        (b"[]", "application/json"),
        (b"[5]", "application/json"),
        (b'{"Invoices": []}', "application/json"),
        (b'{"Total": NaN}', "application/json"),
        (b'{"Foo": 1e99999999999999999999}', "application/json"),
        (b'{"LineItems": [{"LineAmount": 1e9999999}]}', "application/json"),
        (b'{"Total": ' + b"9" * 40 + b"}", "application/json"),
        (b'<?xml version="1.0" encoding="foo"?><Invoice/>', "text/xml"),
        (b"\xff", "application/json"),
        (b"[" * 100_000, "application/json"),
        (b'{"a":' * 500 + b"1" + b"}" * 500, "application/json"),
        (b'{"Invoices": [{"a": ' + b"[" * 100 + b"]" * 100 + b"}]}", "application/json"),
        (b"", "text/xml"),
        (b"<Invoice>", "text/xml"),
        (b"<Invoices/>", "text/xml"),
        (b'{"Date": "0001-01-01T00:00:00+14:00"}', "application/json"),
        (b'{"Date": "9999-12-31T23:59:59-14:00"}', "application/json"),
        (b'{"Date": "/Date(9999999999999999)/"}', "application/json"),
        (b'{"Date": "10"}', "application/json"),
        (b'{"Schedule": {"Period": "often"}}', "application/json"),
        (b'{"Type": {}}', "application/json"),
        (b'{"Contact": {"ContactID": [1]}}', "application/json"),
        (b'{"Contact": "me"}', "application/json"),
        (b'{"LineItems": [1]}', "application/json"),
        (b"<Invoice><LineItems>text</LineItems><Contact/></Invoice>", "text/xml"),
        (b'<!DOCTYPE a [<!ENTITY b "c">]><Invoice>&b;</Invoice>', "text/xml"),
        (b"<a>" * 5000 + b"</a>" * 5000, "text/xml"),
    ],
)
def test_a_body_that_cannot_be_read_is_refused_with_a_reason(body: bytes, content_type: str) -> None:
    with pytest.raises(InvalidBody, match=r"^its? "):
        read(body, content_type, "Invoices", 9)


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=12,
)
FIELDS = st.sampled_from(["Type", "Contact", "LineItems", "Date", "Total", "InvoiceNumber", "Status", "Payments", "X"])
GOOD = {"Type": "ACCREC", "Contact": {"Name": "Tui"}, "LineItems": [{"LineAmount": 1}]}


@given(st.dictionaries(FIELDS, JSON_VALUES), st.booleans())
def test_no_document_however_odd_breaks_the_answer(fields: dict[str, object], good: bool) -> None:
    xero = Xero(create_app())
    answer = xero.send_json("PUT", "/Invoices", {"Invoices": [{**(GOOD if good else {}), **fields}]})

    assert answer.status in (200, 400)
    json.loads(answer.body)
    for accept in ("application/json", "text/xml"):
        listed = xero.get("/Invoices", accept=accept)
        assert listed.status == 200
        json.loads(listed.body) if accept == "application/json" else fromstring(listed.body)
