"""Files on documents. The names that can be had are in `test_file_names.py`."""

import asyncio
from collections.abc import Callable, Coroutine
from hashlib import sha256
from typing import Any

import pytest

from emulator.vendors.xero.document_types import DOCUMENT_TYPES, DocumentType
from tests.asgi import Answer, Client, Disconnected, scope_of, send
from tests.vendors.xero.conftest import BASE, INVOICE, UNKNOWN, Xero

FILES = f"/Invoices/{INVOICE}/Attachments"
PDF = b"%PDF-1.4\n" + bytes(range(256)) * 40
MIB = 1024 * 1024


def any_document(xero: Xero, kind: DocumentType) -> str:
    listed = xero.get(f"/{kind.plural}").json()[kind.plural]
    return f"/{kind.plural}/{listed[0][kind.id]}"


@pytest.mark.parametrize("kind", DOCUMENT_TYPES, ids=lambda kind: kind.plural)
@pytest.mark.parametrize("method", ["PUT", "POST"])
def test_every_kind_of_document_takes_and_gives_back_a_file(xero: Xero, kind: DocumentType, method: str) -> None:
    document = any_document(xero, kind)

    uploaded = xero.request(method, f"{document}/Attachments/a.pdf", PDF).json()["Attachments"]

    assert len(uploaded) == 1
    listed = xero.get(f"{document}/Attachments").json()["Attachments"]
    assert uploaded[0] in listed
    for last in ("a.pdf", uploaded[0]["AttachmentID"], uploaded[0]["AttachmentID"].upper()):
        answer = xero.get(f"{document}/Attachments/{last}")
        assert (answer.status, answer.body) == (200, PDF)


@pytest.mark.proves("xero.upload-answer")
def test_an_upload_is_answered_with_that_file_alone(xero: Xero) -> None:
    xero.put(f"{FILES}/a.pdf", PDF)
    answer = xero.put(f"{FILES}/b.pdf", PDF)

    assert answer.status == 200
    assert [attachment["FileName"] for attachment in answer.json()["Attachments"]] == ["b.pdf"]


def test_an_attachment_says_what_it_is(xero: Xero) -> None:
    attachment = xero.put(f"{FILES}/a%20b.pdf", PDF).json()["Attachments"][0]

    assert attachment == {
        "AttachmentID": attachment["AttachmentID"],
        "FileName": "a b.pdf",
        "Url": f"http://emulator.test{BASE}{FILES}/a%20b.pdf",
        "MimeType": "application/pdf",
        "ContentLength": len(PDF),
    }


@pytest.mark.proves("xero.content-length")
def test_content_length_is_an_integer_on_the_wire(xero: Xero) -> None:
    assert f'"ContentLength": {len(PDF)}\r\n'.encode() in xero.put(f"{FILES}/a.pdf", PDF).body


@pytest.mark.proves("xero.url")
def test_the_url_of_an_attachment_leads_to_its_bytes(xero: Xero) -> None:
    url = xero.put(f"{FILES}/caf%C3%A9%20%231%20(a)%5Bb%5D.pdf", PDF).json()["Attachments"][0]["Url"]

    assert xero.get(url.removeprefix(f"http://emulator.test{BASE}")).body == PDF


@pytest.mark.proves("xero.url")
@pytest.mark.parametrize(
    ("path", "headers", "prefix"),
    [
        ("", {}, "http://api.xero.com"),
        ("", {"x-forwarded-proto": "https"}, "https://api.xero.com"),
        ("", {"host": "api.xero.com:8443"}, "http://api.xero.com:8443"),
        ("", {"x-emulator-sandbox": "orders"}, "http://api.xero.com"),
        ("/sandbox/orders", {}, "http://api.xero.com/sandbox/orders"),
    ],
)
def test_by_xeros_host_name_the_url_is_xeros_own(xero: Xero, path: str, headers: dict[str, str], prefix: str) -> None:
    client = Client(xero.app, path, {**xero.headers, "host": "api.xero.com", **headers})

    uploaded = client.request("PUT", f"/api.xro/2.0{FILES}/a%20b.pdf", PDF).json()["Attachments"][0]

    assert uploaded["Url"] == f"{prefix}/api.xro/2.0{FILES}/a%20b.pdf"
    assert client.get(uploaded["Url"].removeprefix(prefix)).body == PDF


@pytest.mark.proves("xero.overwrite")
@pytest.mark.parametrize(("first", "second"), [("PUT", "PUT"), ("PUT", "POST"), ("POST", "PUT"), ("POST", "POST")])
def test_an_upload_to_a_name_that_is_there_replaces_its_bytes(xero: Xero, first: str, second: str) -> None:
    before = xero.request(first, f"{FILES}/a.pdf", PDF).json()["Attachments"][0]
    store = xero.sandbox.store
    used = store.used_bytes

    after = xero.request(second, f"{FILES}/a.pdf", b"new bytes").json()["Attachments"][0]

    assert after["AttachmentID"] == before["AttachmentID"]
    assert xero.get(f"{FILES}").json()["Attachments"] == [after]
    assert xero.get(f"{FILES}/A.pdf").body == b"new bytes"
    assert xero.get(f"/Invoices/{INVOICE}").json()["Invoices"][0]["UpdatedDateUTC"] == "/Date(1770149700000+0000)/"
    assert store.used_bytes == used - len(PDF) + len(b"new bytes")


@pytest.mark.proves("xero.file-names-case-sensitive")
def test_names_that_differ_in_letter_case_are_one_unless_set_otherwise(make: Callable[..., Xero]) -> None:
    for sensitive, expected in ((False, ["Scan.PDF"]), (True, ["Scan.PDF", "scan.pdf"])):
        xero = make(xero_file_names_case_sensitive=sensitive)
        xero.put(f"{FILES}/Scan.PDF", b"1")
        xero.put(f"{FILES}/scan.pdf", b"2")

        assert xero.names() == expected
        assert xero.get(f"{FILES}/scan.pdf").body == b"2"


@pytest.mark.proves("xero.max-attachments")
def test_the_eleventh_attachment_is_refused_and_an_overwrite_is_not(xero: Xero) -> None:
    for number in range(10):
        assert xero.put(f"{FILES}/{number}.pdf", PDF).status == 200
    used = xero.sandbox.store.used_bytes

    refused = xero.put(f"{FILES}/11.pdf", PDF + b"more")

    assert (refused.status, refused.rule) == (400, "xero.max-attachments")
    assert xero.message(refused.json()) == (
        "The file couldn't be uploaded because the API limit of 10 attachments has been exceeded for the document."
    )
    assert xero.sandbox.store.used_bytes == used
    assert xero.put(f"{FILES}/9.pdf", b"new").status == 200
    assert len(xero.names()) == 10


def test_the_number_of_attachments_is_a_setting(make: Callable[..., Xero]) -> None:
    xero = make(xero_max_attachments=1)
    xero.put(f"{FILES}/1.pdf", PDF)

    assert "limit of 1 attachments" in xero.message(xero.put(f"{FILES}/2.pdf", PDF).json())


@pytest.mark.proves("xero.max-request-bytes")
@pytest.mark.parametrize("declared", [True, False], ids=["content-length", "chunked"])
def test_a_body_beyond_ten_mebibytes_is_stopped_by_the_gateway(xero: Xero, declared: bool) -> None:
    piece = bytes(MIB)
    length = {"content-length": str(10 * MIB + 1)} if declared else {}

    refused = xero.request("PUT", f"{FILES}/a.pdf", [piece] * 10 + [b"x"], length)

    assert (refused.status, refused.headers["content-type"]) == (413, "application/json")
    correlation_id = refused.headers["xero-correlation-id"]
    assert refused.text == (
        '{"Title":"RequestEntityTooLarge","Status":413,"Detail":"PayloadTooLarge",'
        f'"Instance":"{correlation_id}","Extensions":{{}}}}'
    )
    assert xero.names() == []


@pytest.mark.parametrize("length", ["9" * 5000, "-1", "many", "٣"])
def test_a_content_length_that_is_none_does_no_harm(xero: Xero, length: str) -> None:
    scope = scope_of("PUT", f"{BASE}{FILES}/a.pdf", xero.headers)
    scope["headers"].append((b"content-length", length.encode()))

    assert asyncio.run(send(xero.app, scope, [b"1"])).status == 200


def test_a_body_of_ten_mebibytes_passes(xero: Xero) -> None:
    assert xero.put(f"{FILES}/a.pdf", [bytes(MIB)] * 10).json()["Attachments"][0]["ContentLength"] == 10 * MIB


@pytest.mark.proves("xero.file-type")
@pytest.mark.parametrize("name", ["report", "report.exe", "report.", "report.html", "pdf", "..."])
def test_a_name_without_a_known_extension_is_refused(xero: Xero, name: str) -> None:
    refused = xero.put(f"{FILES}/{name}", b"12345", content_type="application/jpeg")

    assert (refused.status, refused.rule) == (400, "xero.file-type")
    assert refused.text == "\r\n".join(
        [
            "{",
            '  "ErrorNumber": 10,',
            '  "Type": "ValidationException",',
            '  "Message": "A validation exception occurred",',
            '  "Elements": [',
            "    {",
            '      "AttachmentID": "00000000-0000-0000-0000-000000000000",',
            f'      "FileName": "{name}",',
            '      "MimeType": "application/jpeg",',
            '      "ContentLength": 5,',
            '      "ValidationErrors": [',
            "        {",
            '          "Message": "The file couldn\'t be uploaded because it isn\'t a supported file type."',
            "        }",
            "      ]",
            "    }",
            "  ]",
            "}",
        ]
    )
    assert xero.names() == []


def test_extensions_count_in_any_letter_case(xero: Xero) -> None:
    assert xero.put(f"{FILES}/SCAN.PDF", PDF).json()["Attachments"][0]["MimeType"] == "application/pdf"


@pytest.mark.proves("xero.mime-type")
@pytest.mark.parametrize(
    ("name", "mime_type"),
    [
        ("a.pdf", "application/pdf"),
        ("a.jpg", "image/jpg"),
        ("a.jpeg", "image/jpeg"),
        ("a.png", "image/png"),
        ("a.gif", "image/gif"),
        ("a.csv", "text/csv"),
        ("a.xzip", "application/octet-stream"),
    ],
)
def test_the_mime_type_follows_from_the_name_alone(xero: Xero, name: str, mime_type: str) -> None:
    uploaded = xero.put(f"{FILES}/{name}", PDF, content_type="video/mp4").json()["Attachments"][0]

    assert uploaded["MimeType"] == mime_type
    assert xero.get(f"{FILES}/{name}").headers["content-type"] == mime_type


@pytest.mark.proves("xero.any-content-type")
@pytest.mark.parametrize(
    "content_type", [None, "application/x-www-form-urlencoded", "multipart/form-data", "application/json", "text/xml"]
)
def test_the_body_is_the_file_whatever_its_content_type_claims(xero: Xero, content_type: str | None) -> None:
    body = b'{"not": "parsed"}&a=%20\r\n'

    assert xero.put(f"{FILES}/a.txt", body, content_type=content_type).status == 200
    assert xero.get(f"{FILES}/a.txt").body == body


@pytest.mark.proves("xero.empty-file")
def test_an_upload_without_a_body_is_refused(xero: Xero) -> None:
    refused = xero.put(f"{FILES}/a.pdf", b"")

    assert (refused.status, refused.rule) == (400, "xero.empty-file")
    assert refused.json()["Elements"][0]["MimeType"] == "application/octet-stream"


@pytest.mark.proves("xero.upload-parent")
@pytest.mark.parametrize("document", [UNKNOWN, "132132"])
def test_uploading_to_a_document_that_is_not_there_is_a_validation_error(xero: Xero, document: str) -> None:
    refused = xero.post(f"/Invoices/{document}/Attachments/a.jpg", PDF)

    assert (refused.status, refused.rule) == (400, "xero.upload-parent")
    assert xero.message(refused.json()) == f"A document with id '{document}' could not be found"
    assert xero.sandbox.store.get(sha256(PDF).hexdigest()) is None


@pytest.mark.proves("xero.unknown-record")
@pytest.mark.parametrize(
    "target",
    [
        f"/Invoices/{UNKNOWN}/Attachments",
        f"/Invoices/{UNKNOWN}/Attachments/a.pdf",
        f"/Invoices/{UNKNOWN}/Attachments/{UNKNOWN}",
        f"{FILES}/a.pdf",
        f"{FILES}/{UNKNOWN}",
    ],
)
def test_reading_what_is_not_there_is_a_plain_404(xero: Xero, target: str) -> None:
    missing = xero.get(target)

    assert (missing.status, missing.rule) == (404, "xero.unknown-record")
    assert missing.headers["content-type"] == "text/html; charset=utf-8"
    assert missing.body == b"The resource you're looking for cannot be found"


def test_an_attachment_belongs_to_its_document_only(xero: Xero) -> None:
    attachment_id = xero.put(f"{FILES}/a.pdf", PDF).json()["Attachments"][0]["AttachmentID"]

    assert xero.get(f"/Invoices/INV-0001/Attachments/{attachment_id}").status == 404


@pytest.mark.proves("xero.download")
@pytest.mark.parametrize("accept", ["application/json", "application/xml", "application/octet-stream", "*/*", None])
def test_a_download_is_the_raw_file_whatever_accept_says(xero: Xero, accept: str | None) -> None:
    xero.put(f"{FILES}/a.pdf", PDF)

    answer = xero.get(f"{FILES}/a.pdf", accept=accept, contentType="text/plain")

    assert answer.body == PDF
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["content-length"] == str(len(PDF))
    assert not {"content-disposition", "etag", "last-modified"} & set(answer.headers)


@pytest.mark.proves("xero.content-disposition")
def test_the_pages_malformed_header_can_be_had(make: Callable[..., Xero]) -> None:
    xero = make(xero_content_disposition=True)
    xero.put(f"{FILES}/Image00394.png", PDF)
    xero.put(f"{FILES}/%E2%82%AC.png", PDF)

    assert xero.get(f"{FILES}/Image00394.png").headers["content-disposition"] == "attachment; Image00394.png"
    assert xero.get(f"{FILES}/%E2%82%AC.png").headers["content-disposition"] == "attachment; ?.png"


SALES = {"Invoices": "INV-0001", "CreditNotes": "CN-0001"}
OTHERS = {
    "Invoices": "5eed0000-0000-4000-8000-000000000402",
    "CreditNotes": "SGB-CR-7",
    "Quotes": "QU-0001",
    "Contacts": "KB-01",
}


@pytest.mark.proves("xero.include-online")
@pytest.mark.parametrize("query", ["IncludeOnline=true", "includeonline=True", "INCLUDEONLINE=TRUE"])
@pytest.mark.parametrize("method", ["PUT", "POST"])
def test_include_online_takes_effect_on_sales_documents_only(xero: Xero, method: str, query: str) -> None:
    for endpoint, number in SALES.items():
        files = f"/{endpoint}/{number}/Attachments"
        assert xero.request(method, f"{files}/a.pdf?{query}", PDF).json()["Attachments"][0]["IncludeOnline"] is True
        assert xero.get(files).json()["Attachments"][-1]["IncludeOnline"] is True
    for endpoint, number in OTHERS.items():
        uploaded = xero.request(method, f"/{endpoint}/{number}/Attachments/a.pdf?{query}", PDF)
        assert "IncludeOnline" not in uploaded.json()["Attachments"][0]


def test_an_overwrite_without_include_online_clears_it(xero: Xero) -> None:
    xero.put(f"{FILES}/a.pdf?IncludeOnline=true", PDF)

    for query in ("", "?IncludeOnline=false", "?IncludeOnline=maybe"):
        assert "IncludeOnline" not in xero.put(f"{FILES}/a.pdf{query}", PDF).json()["Attachments"][0]


@pytest.mark.proves("xero.list-order")
def test_attachments_are_listed_in_the_order_they_came(xero: Xero) -> None:
    for name in ("c.pdf", "a.pdf", "b.pdf", "c.pdf"):
        xero.put(f"{FILES}/{name}", PDF)

    assert xero.names() == ["c.pdf", "a.pdf", "b.pdf"]


def test_a_document_without_files_has_an_empty_list(xero: Xero) -> None:
    assert b'"Attachments": []' in xero.get(FILES).body


def test_a_body_on_a_get_is_tolerated(xero: Xero) -> None:
    answer = xero.request("GET", FILES, b"{}", {"content-type": "application/json"})

    assert answer.status == 200


@pytest.mark.parametrize("pieces", [[b"half of "], [b"half", b" of", b" it"], []], ids=len)
def test_a_connection_that_breaks_mid_upload_leaves_everything_as_it_was(xero: Xero, pieces: list[bytes]) -> None:
    xero.put(f"{FILES}/a.pdf", PDF)
    used = xero.sandbox.store.used_bytes

    with pytest.raises(Disconnected):
        xero.request("PUT", f"{FILES}/a.pdf", pieces, {"content-length": "1000"}, cut=True)

    assert xero.get(f"{FILES}/a.pdf").body == PDF
    assert xero.sandbox.store.used_bytes == used
    assert [exchange.outcome for exchange in xero.sandbox.journal] == ["answered", "disconnected", "answered"]


def test_a_thousand_parallel_uploads_leave_exactly_ten(xero: Xero) -> None:
    async def upload_all() -> list[int]:
        def upload(number: int) -> Coroutine[Any, Any, Answer]:
            scope = scope_of("PUT", f"{BASE}{FILES}/{number}.pdf", xero.headers)
            return send(xero.app, scope, [b"file ", str(number).encode()])

        answers = await asyncio.gather(*(upload(number) for number in range(1000)))
        return [answer.status for answer in answers]

    statuses = asyncio.run(upload_all())

    assert sorted(set(statuses)) == [200, 400]
    assert statuses.count(200) == len(xero.names()) == 10


def test_a_full_store_says_so_in_the_emulators_own_name(make: Callable[..., Xero]) -> None:
    xero = make(max_store_bytes=19_999)

    refused = xero.put(f"{FILES}/a.pdf", [bytes(10_000)] * 2)

    assert (refused.status, refused.headers["content-type"]) == (507, "application/problem+json")
    assert "max_store_bytes" in refused.json()["detail"]
    assert xero.sandbox.store.used_bytes == 0
    assert xero.names() == []


def test_organisations_keep_their_files_apart(xero: Xero) -> None:
    xero.put(f"{FILES}/a.pdf", PDF)

    assert xero.get(f"{FILES}/a.pdf", xero_tenant_id="another").status == 404


def test_the_same_file_on_two_documents_is_stored_once(xero: Xero) -> None:
    xero.put(f"{FILES}/a.pdf", PDF)
    used = xero.sandbox.store.used_bytes

    xero.put("/Quotes/QU-0001/Attachments/b.pdf", PDF)

    assert xero.sandbox.store.used_bytes == used


@pytest.mark.parametrize("pieces", [1, 4])
def test_a_file_can_be_overwritten_in_a_store_that_is_full(make: Callable[..., Xero], pieces: int) -> None:
    xero = make(max_store_bytes=10_000)
    store = xero.sandbox.store
    piece = 9000 // pieces

    for content in (b"a", b"b", b"c"):
        body = [content * piece] * pieces
        assert xero.put(f"{FILES}/one.txt", body).status == 200
        assert store.used_bytes == 9000
    assert xero.put(f"{FILES}/two.txt", b"d" * 9000).status == 507
    assert xero.put(f"{FILES}/one.txt", b"e" * 19_001).status == 507
    assert xero.get(f"{FILES}/one.txt").body == b"c" * 9000
    # Another document has the bytes, too: they are not freed, and the cap is exceeded by one file and no more.
    other = FILES.replace(INVOICE, "INV-0001")
    assert xero.put(f"{other}/same.txt", b"c" * 9000).status == 200
    assert xero.put(f"{FILES}/one.txt", b"f" * 9000).status == 200
    assert xero.put(f"{FILES}/one.txt", b"g" * 9000).status == 507
    assert store.used_bytes == 18_000
    assert xero.put(f"{other}/more.txt", b"h").status == 507
