"""Files on records, through every product that has them."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.asgi import Disconnected
from tests.vendors.codat.conftest import (
    COMPANY,
    CONNECTIONS,
    FORM,
    META,
    OTHER_COMPANY,
    QUICKBOOKS,
    XERO,
    Codat,
    connection,
    file_part,
    form,
    own,
)
from tests.vendors.xero.conftest import Xero

UPLOAD = f"{connection()}/push/invoices/inv-2/attachment"
MIB = 1024 * 1024


def invoice_upload(link: str) -> str:
    return f"{connection(link)}/push/invoices/{own('inv-2', link)}/attachment"


READABLE = {
    "bills": "bill-1",
    "invoices": "inv-2",
    "directCosts": "dc-1",
    "directIncomes": "di-1",
    "customers": "cus-1",
    "suppliers": "sup-1",
    "purchaseOrders": "po-1",
}
WRITABLE = {
    "bills": ("bill-1", "attachments"),
    "invoices": ("inv-2", "attachment"),
    "directCosts": ("dc-1", "attachment"),
    "directIncomes": ("di-1", "attachment"),
    "billCreditNotes": ("bcn-1", "attachment"),
    "transfers": ("tr-1", "attachment"),
}


@pytest.mark.proves("codat.upload-path")
@pytest.mark.parametrize("data_type", WRITABLE)
def test_every_writable_type_takes_a_file_on_its_own_path(codat: Codat, data_type: str) -> None:
    record, word = WRITABLE[data_type]
    pushed = f"{connection()}/push/{data_type}/{record}"

    answer = codat.push(f"{pushed}/{word}", file_part(b"content", content_type="application/pdf"))

    assert answer.status == 200
    other = "attachment" if word == "attachments" else "attachments"
    assert codat.push(f"{pushed}/{other}", file_part()).rule in ("codat.unknown-path", "codat.method")
    if data_type in READABLE:
        attachment = codat.listed(f"/data/{data_type}/{record}")[-1]
        path = f"{connection()}/data/{data_type}/{record}/attachments/{attachment['id']}"
        assert codat.get(path).json() == attachment
        assert codat.get(f"{path}/download").body == b"content"


@pytest.mark.parametrize("data_type", READABLE)
def test_every_readable_type_lists_its_files(codat: Codat, data_type: str) -> None:
    names = [item["name"] for item in codat.listed(f"/data/{data_type}/{READABLE[data_type]}")]

    assert names == (["88213.pdf"] if data_type == "bills" else [])


@pytest.mark.proves("codat.attachment", "codat.list")
def test_an_attachment_says_what_it_is(codat: Codat) -> None:
    assert codat.get(f"{connection()}/data/invoices/inv-1/attachments").json() == {
        "attachments": [
            {
                "id": "att-1",
                "name": "INV-0001.pdf",
                "contentType": "application/pdf",
                "dateCreated": "2026-01-05T08:00:00.0000000Z",
                "fileSize": 1442,
                "includeWhenSent": True,
            }
        ]
    }
    assert codat.get(f"{connection()}/data/invoices/inv-2/attachments").body == b'{"attachments":[]}'
    codat.push(UPLOAD, file_part())
    assert codat.listed()[0]["includeWhenSent"] is False
    for _ in range(100):
        codat.push(UPLOAD, file_part())
    assert len(codat.listed()) == 101


@pytest.mark.proves("codat.upload-answer")
def test_a_push_is_answered_with_its_operation(codat: Codat) -> None:
    answer = codat.push(UPLOAD, file_part())

    operation = answer.json()
    attachment = codat.listed()[0]
    assert (answer.status, answer.headers["content-type"]) == (200, "application/json")
    assert operation == {
        "changes": [
            {
                "type": "AttachmentUploaded",
                "recordRef": {"id": "inv-2", "dataType": "invoices"},
                "attachmentId": attachment["id"],
            }
        ],
        "dataType": "invoices",
        "companyId": COMPANY,
        "pushOperationKey": operation["pushOperationKey"],
        "dataConnectionKey": XERO,
        "requestedOnUtc": operation["requestedOnUtc"],
        "completedOnUtc": operation["requestedOnUtc"],
        "timeoutInMinutes": None,
        "status": "Success",
        "validation": {"errors": [], "warnings": []},
        "statusCode": 200,
    }


# --- The form ---------------------------------------------------------------------------------------------------------


def test_the_pages_example_works_as_it_is_printed(codat: Codat) -> None:
    # Its file starts with a byte order mark.
    body = (
        b"--yourBoundaryString\r\n"
        b"Content-Type: application/json\r\n"
        b'Content-Disposition: form-data; name="yourFileMetaData"\r\n\r\n'
        b'{ "includeWhenSent": false }\r\n'
        b"--yourBoundaryString\r\n"
        b"Content-Type: application/octet-stream\r\n"
        b'Content-Disposition: form-data; name="yourFileData"; filename="TEST_SEND_FILE.txt"\r\n\r\n'
        b"\xef\xbb\xbfHELLO WORLD!\r\n"
        b"--yourBoundaryString--"
    )

    answer = codat.request("POST", UPLOAD, body, {"content-type": "multipart/form-data; boundary=yourBoundaryString"})

    assert answer.status == 200
    attachment = codat.listed()[0]
    assert (attachment["name"], attachment["contentType"]) == ("TEST_SEND_FILE.txt", "application/octet-stream")
    path = f"{connection()}/data/invoices/inv-2/attachments/{attachment['id']}/download"
    assert codat.get(path).body == b"\xef\xbb\xbfHELLO WORLD!"


@pytest.mark.parametrize("name", ["yourFileData", "fileName", "file", "test", "", "report 1.pdf"])
def test_the_part_may_have_any_name(codat: Codat, name: str) -> None:
    # Postman users write the file's own name there.
    assert codat.push(UPLOAD, file_part(disposition=f'name="{name}"; filename="report 1.pdf"')).status == 200
    assert codat.listed()[0]["name"] == "report 1.pdf"


@pytest.mark.proves("codat.metadata")
@pytest.mark.parametrize("first", [True, False])
def test_metadata_may_come_before_or_after_the_file(codat: Codat, first: bool) -> None:
    meta = (META + '{"includeWhenSent": true, "contentType": "text/special", "more": 1}').encode()
    parts = [meta, file_part()] if first else [file_part(), meta]

    assert codat.push(UPLOAD, *parts).status == 200

    attachment = codat.listed()[0]
    assert (attachment["includeWhenSent"], attachment["contentType"]) == (True, "text/special")
    # And it is held to its form.
    for bad in ("[]", "{", "", '{"includeWhenSent": "yes"}', '{"contentType": 5}', "[" * 100_000):
        refused = codat.push(UPLOAD, (META + bad).encode(), file_part())
        assert (refused.status, refused.rule) == (400, "codat.metadata")
        assert refused.json()["validation"]["errors"][0]["itemId"].startswith("metadata")
    assert len(codat.listed()) == 1


@pytest.mark.proves("codat.other-fields")
def test_untyped_fields_are_let_pass(codat: Codat) -> None:
    # As Sage Intacct's integration asks for.
    field = b'Content-Disposition: form-data; name="attachment"\r\n\r\n{"id": "ID", "name": "Folder/SubFolder"'

    assert codat.push(UPLOAD, field, file_part()).status == 200


@pytest.mark.proves("codat.content-type")
@pytest.mark.parametrize(
    ("metadata", "typed", "expected"),
    [
        ('{"contentType": "a/b"}', "image/png", "a/b"),
        ("{}", "image/png", "image/png"),
        ('{"contentType": ""}', "text/plain; charset=utf-8", "text/plain; charset=utf-8"),
        ("{}", None, "application/pdf"),
    ],
)
def test_the_content_type_is_the_metadatas_the_parts_or_the_names(
    codat: Codat, metadata: str, typed: str | None, expected: str
) -> None:
    codat.push(UPLOAD, (META + metadata).encode(), file_part(content_type=typed))

    assert codat.listed()[0]["contentType"] == expected


@pytest.mark.proves("codat.one-file")
@pytest.mark.parametrize(
    "parts",
    [
        [],
        [(META + "{}").encode()],
        [file_part(disposition='name="a"')],
        [file_part(disposition='name="a"; filename=""')],
        [file_part(), file_part()],
    ],
    ids=["nothing", "metadata alone", "a field", "no file chosen", "two files"],
)
def test_there_is_exactly_one_file_to_an_upload(codat: Codat, parts: list[bytes]) -> None:
    refused = codat.push(UPLOAD, *parts)

    assert (refused.status, refused.rule) == (400, "codat.one-file")
    assert (codat.listed(), codat.sandbox.store.used_bytes) == ([], 0)


@pytest.mark.proves("codat.bad-multipart")
@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"", "application/octet-stream"),
        (b"", FORM),
        (b"{}", "application/json"),
        (form(file_part())[:-20], FORM),
        (form(file_part()), "multipart/form-data"),
        (form(file_part(b"x", more="X: " + "y" * 70_000)), FORM),
        (form(*[file_part(disposition="name=a")] * 3000), FORM),
    ],
    ids=["no form", "empty", "JSON", "cut", "no boundary", "huge header", "thousands of parts"],
)
def test_a_body_that_is_no_form_is_not_valid(codat: Codat, body: bytes, content_type: str) -> None:
    refused = codat.request("POST", UPLOAD, body, {"content-type": content_type})

    assert (refused.status, refused.rule) == (400, "codat.bad-multipart")
    error = refused.json()
    assert error.pop("validation")["errors"][0]["message"].startswith("The request body cannot be read: it")
    assert error == {
        "statusCode": 400,
        "service": "PublicApi",
        "error": "Error processing request - not valid.",
        "correlationId": error["correlationId"],
        "canBeRetried": "Unknown",
        "detailedErrorCode": 0,
    }
    assert len(error["correlationId"]) == 32
    assert (codat.listed(), codat.sandbox.store.used_bytes) == ([], 0)


def test_a_connection_that_breaks_stores_nothing(codat: Codat) -> None:
    with pytest.raises(Disconnected):
        codat.request("POST", UPLOAD, [form(file_part(bytes(500_000)))[:300_000]], {"content-type": FORM}, cut=True)

    assert (codat.listed(), codat.sandbox.store.used_bytes) == ([], 0)


@pytest.mark.proves("codat.file-name")
@pytest.mark.parametrize(
    ("disposition", "name"),
    [
        ('filename="café 1.pdf"', "café 1.pdf"),
        (r'filename="a \"b\".pdf"', 'a "b".pdf'),
        # Written by httpx, requests and browsers for a quote, and decoded by few servers.
        ('filename="a %22b%22.pdf"', "a %22b%22.pdf"),
        ('filename="a%2Fb%0A.pdf"', "a%2Fb%0A.pdf"),
        ('filename="a;b=c.pdf"', "a;b=c.pdf"),
        (r'filename="a\\b.pdf"', "b.pdf"),
        ("filename=plain.pdf", "plain.pdf"),
        ('filename="日本語.pdf"', "日本語.pdf"),
        (r'filename="C:\scans\a.pdf"', "a.pdf"),
        ('filename="../../a.pdf"', "a.pdf"),
        ("filename*=utf-8''%e2%82%ac.pdf", "€.pdf"),
        ("filename=\"old.pdf\"; filename*=UTF-8''a%20%22b%22.pdf", 'a "b".pdf'),
        ("filename*=UTF-8''..%2Fc.pdf; filename=old.pdf", "c.pdf"),
    ],
)
def test_file_names_arrive_in_every_form(codat: Codat, disposition: str, name: str) -> None:
    codat.push(UPLOAD, file_part(disposition=disposition))

    assert codat.listed()[0]["name"] == name


@pytest.mark.proves("codat.file-name")
def test_exact_drops_the_extension_on_bills(codat: Codat) -> None:
    exact = CONNECTIONS["qudb"]
    codat.push(f"{connection(exact)}/push/bills/bill-1-qudb/attachments", file_part())
    codat.push(f"{connection(exact)}/push/bills/bill-1-qudb/attachments", file_part(disposition='filename="v 1.2"'))
    codat.push(invoice_upload(exact), file_part())

    assert [item["name"] for item in codat.listed("/data/bills/bill-1", exact)[-2:]] == ["a", "v 1.2"]
    assert codat.listed("/data/bills/bill-1", exact)[-2]["contentType"] == "application/pdf"
    assert codat.listed(of=exact)[-1]["name"] == "a.pdf"


@pytest.mark.proves("codat.duplicates")
def test_two_uploads_under_one_name_are_two_attachments(codat: Codat) -> None:
    codat.push(UPLOAD, file_part(b"1"))
    codat.push(UPLOAD, file_part(b"2"))

    first, second = codat.listed()
    assert first["name"] == second["name"]
    assert first["id"] != second["id"]


# --- What each integration takes --------------------------------------------------------------------------------------

SIZES = {
    "gbol": (4, "codat.xero-max-bytes"),
    "qhyg": (100, "codat.quickbooks-online-max-bytes"),
    "akxx": (100, "codat.netsuite-max-bytes"),
    "trji": (350, "codat.dynamics-max-bytes"),
    "fbrh": (5, "codat.freeagent-max-bytes"),
    "rwuv": (5, "codat.zoho-books-max-bytes"),
}


def large(megabytes: int, extra: int = 0) -> Iterator[bytes]:
    yield b'--frontier\r\nContent-Disposition: form-data; filename="a.pdf"\r\nContent-Type: application/pdf\r\n\r\n'
    yield from [bytes(MIB)] * megabytes
    yield bytes(extra) + b"\r\n--frontier--"


@pytest.mark.proves(
    "codat.xero-max-bytes",
    "codat.quickbooks-online-max-bytes",
    "codat.netsuite-max-bytes",
    "codat.dynamics-max-bytes",
    "codat.freeagent-max-bytes",
    "codat.zoho-books-max-bytes",
)
def test_a_file_beyond_the_integrations_size_is_refused(make: Callable[..., Codat]) -> None:
    extensions = {f"codat_{name}_extensions": "pdf" for name in ("freeagent", "zoho_books")}
    codat = make(**extensions, max_store_bytes=2**32)
    for key, (megabytes, rule) in SIZES.items():
        upload = invoice_upload(CONNECTIONS[key])

        refused = codat.request("POST", upload, large(megabytes, 1), {"content-type": FORM})

        assert (refused.status, refused.rule) == (400, rule)
        assert refused.json()["validation"]["errors"][0]["message"] == f"File size may not exceed {megabytes} MB."
    assert codat.sandbox.store.used_bytes == 0


def test_a_file_of_exactly_the_size_passes(codat: Codat) -> None:
    assert codat.request("POST", UPLOAD, large(4), {"content-type": FORM}).status == 200


def test_the_size_is_a_setting(make: Callable[..., Codat]) -> None:
    codat = make(codat_xero_max_bytes=10)

    refused = codat.push(UPLOAD, file_part(b"eleven byte"))

    assert refused.json()["validation"]["errors"][0]["message"] == "File size may not exceed 10 bytes."


def test_a_limit_is_enforced_while_the_bytes_come(codat: Codat) -> None:
    # The rest of the body never arrives, and is not waited for.
    refused = codat.request("POST", UPLOAD, list(large(50))[:6], {"content-type": FORM}, cut=True)

    assert refused.rule == "codat.xero-max-bytes"


def test_a_body_whose_length_betrays_it_is_refused_at_its_first_piece(codat: Codat) -> None:
    headers = {"content-type": FORM, "content-length": "900000000"}

    refused = codat.request("POST", UPLOAD, list(large(1))[:1], headers, cut=True)

    assert refused.rule == "codat.xero-max-bytes"


@pytest.mark.proves(
    "codat.xero-extensions",
    "codat.quickbooks-online-extensions",
    "codat.netsuite-extensions",
    "codat.freeagent-extensions",
    "codat.zoho-books-extensions",
)
@pytest.mark.parametrize(
    ("key", "good", "bad"),
    [
        ("gbol", "ZIP", "exe"),
        ("qhyg", "xml", "zip"),
        ("qhyg", "tif", "tiff"),
        ("akxx", "svg", "jpg"),
        ("fbrh", "x-pdf", "pdf"),
        ("rwuv", "bmp", "txt"),
    ],
)
def test_each_integration_has_its_extensions(codat: Codat, key: str, good: str, bad: str) -> None:
    upload = invoice_upload(CONNECTIONS[key])

    def push(name: str) -> Any:
        return codat.push(upload, file_part(disposition=f'filename="{name}"', content_type="image/png"))

    assert push(f"a.{good}").status == 200
    for name in (f"a.{bad}", good, "a."):
        refused = push(name)
        assert (refused.status, refused.json()["validation"]["errors"][0]["itemId"]) == (400, "fileExtension")
    # One test proves five rules, and each of them is met in it.
    for other, name, rule in (
        ("gbol", "exe", "xero"),
        ("qhyg", "zip", "quickbooks-online"),
        ("akxx", "jpg", "netsuite"),
        ("fbrh", "pdf", "freeagent"),
        ("rwuv", "txt", "zoho-books"),
    ):
        path = invoice_upload(CONNECTIONS[other])
        answer = codat.push(path, file_part(disposition=f'filename="a.{name}"', content_type="image/png"))
        assert answer.rule == f"codat.{rule}-extensions"


@pytest.mark.parametrize("key", ["trji", "mqjo"])
@pytest.mark.parametrize("name", ["a.exe", "noextension", ".hidden"])
def test_some_integrations_take_anything(codat: Codat, key: str, name: str) -> None:
    upload = invoice_upload(CONNECTIONS[key])

    assert codat.push(upload, file_part(disposition=f'filename="{name}"')).status == 200


@pytest.mark.proves("codat.quickbooks-online-content-type")
@pytest.mark.parametrize("typed", [None, "application/octet-stream", "Application/Octet-Stream; a=b"])
def test_quickbooks_online_wants_its_files_typed(codat: Codat, typed: str | None) -> None:
    upload = invoice_upload(QUICKBOOKS)
    metadata = (META + '{"contentType": "application/pdf"}').encode()

    refused = codat.push(upload, metadata, file_part(content_type=typed))

    assert (refused.status, refused.rule) == (400, "codat.quickbooks-online-content-type")
    assert codat.push(upload, file_part(content_type="application/pdf")).status == 200


@pytest.mark.proves("codat.quickbooks-desktop")
def test_quickbooks_desktop_has_no_attachments(codat: Codat) -> None:
    desktop = connection(CONNECTIONS["pqsw"])

    for data_type, record in READABLE.items():
        listed = codat.get(f"{desktop}/data/{data_type}/{record}-pqsw/attachments")
        assert listed.rule == "codat.quickbooks-desktop"
    for answer in (
        codat.push(f"{desktop}/push/invoices/inv-2/attachment", file_part()),
        codat.get(f"{desktop}/data/invoices/inv-2/attachments"),
    ):
        assert (answer.status, answer.rule) == (400, "codat.quickbooks-desktop")
        assert answer.json()["error"] == "Datatype 'invoices' attachments not supported by platform pqsw"


# --- Reading ----------------------------------------------------------------------------------------------------------


@pytest.mark.proves("codat.download")
@pytest.mark.parametrize(
    "accept", ["application/octet-stream", "application/json;q=1, application/octet-stream;q=0", "*/*"]
)
def test_a_download_is_an_octet_stream_whatever_is_asked_for(codat: Codat, accept: str) -> None:
    path = f"{connection()}/data/invoices/inv-1/attachments/att-1/download"

    answer = codat.get(path, accept=accept, content_type="application/octet-stream")

    assert (answer.status, answer.headers["content-type"]) == (200, "application/octet-stream")
    assert answer.headers["content-length"] == "1442"
    assert answer.body.startswith(b"%PDF")


@pytest.mark.proves("codat.record-unknown")
@pytest.mark.parametrize("rest", ["attachments", "attachments/att-1", "attachments/att-1/download"])
def test_an_unknown_record_is_not_found(codat: Codat, rest: str) -> None:
    missing = codat.get(f"{connection()}/data/invoices/nope/{rest}")

    assert (missing.status, missing.rule) == (404, "codat.record-unknown")
    assert missing.json()["error"] == f"invoices nope not found for data connection {XERO}"
    assert codat.push(f"{connection()}/push/invoices/nope/attachment", file_part()).rule == "codat.record-unknown"


@pytest.mark.proves("codat.attachment-unknown")
@pytest.mark.parametrize("rest", ["att-2", "att-2/download"])
def test_an_unknown_attachment_is_not_found(codat: Codat, rest: str) -> None:
    missing = codat.get(f"{connection()}/data/invoices/inv-1/attachments/{rest}")

    assert (missing.status, missing.rule) == (404, "codat.attachment-unknown")


@pytest.mark.proves("codat.not-linked", "codat.not-linked-read")
@pytest.mark.parametrize(("number", "state"), [(1, "PendingAuth"), (2, "Unlinked"), (3, "Deauthorized")])
def test_nothing_can_be_done_on_a_connection_that_is_not_linked(
    make: Callable[..., Codat], number: int, state: str
) -> None:
    link = connection(f"5eed0000-0000-4000-8000-00000000d10{number}", OTHER_COMPANY)
    for written, read in ((400, 404), (403, 409)):
        codat = make(codat_not_linked=written, codat_not_linked_read=read)
        for answer, status, rule in (
            (codat.push(f"{link}/push/invoices/inv-2/attachment", file_part()), written, "codat.not-linked"),
            (codat.get(f"{link}/data/invoices/inv-1/attachments"), read, "codat.not-linked-read"),
            (codat.get(f"{link}/data/invoices/inv-1/attachments/att-1/download"), read, "codat.not-linked-read"),
        ):
            assert (answer.status, answer.rule) == (status, rule)
            assert answer.json()["statusCode"] == status
            assert f" is {state}:" in answer.json()["error"]


# --- Other products ---------------------------------------------------------------------------------------------------


@pytest.mark.proves("codat.payables-delete")
def test_payables_deletes_at_quickbooks_online_only(codat: Codat) -> None:
    for link, status in ((QUICKBOOKS, 200), (XERO, 400)):
        bill = f"{connection(link)}/push/bills/{own('bill-1', link)}/attachments"

        deleted = codat.request("DELETE", f"{bill}/{own('att-2', link)}")

        assert deleted.status == status
        assert bool(codat.listed("/data/bills/bill-1", link)) is (status == 400)
    assert codat.request("DELETE", f"{connection(QUICKBOOKS)}/push/bills/bill-1-qhyg/attachments/none").status == 404


def test_a_deleted_attachment_gives_its_bytes_back(codat: Codat) -> None:
    bill = f"{connection(QUICKBOOKS)}/push/bills/bill-1-qhyg/attachments"
    pushed = codat.push(bill, file_part(bytes(5000), content_type="application/pdf")).json()
    assert codat.sandbox.store.used_bytes == 5000

    codat.request("DELETE", f"{bill}/{pushed['changes'][0]['attachmentId']}")

    assert codat.sandbox.store.used_bytes == 0


@pytest.mark.proves("codat.payables-v2")
def test_payables_v2_answers_with_the_attachment_and_bare_lists(codat: Codat) -> None:
    path = f"{connection()}/payables/bills/bill-1/attachments"

    uploaded = codat.push(path, file_part(b"content"))

    assert uploaded.status == 201
    assert codat.get(path).json() == [*codat.listed("/data/bills/bill-1")]
    assert codat.get(path).json()[-1] == uploaded.json()
    assert codat.get(f"{path}/{uploaded.json()['id']}/download").body == b"content"


def test_the_journal_knows_the_files_of_a_form(codat: Codat) -> None:
    body = form((META + "{}").encode(), file_part(b"content"))
    codat.request("POST", UPLOAD, body, {"content-type": FORM})

    exchange = next(iter(codat.sandbox.journal))
    ((name, file),) = exchange.files
    assert (name, file.size, file.read()) == ("a.pdf", 7, b"content")
    assert exchange.request_body
    assert exchange.request_body.size == len(body)


def test_a_file_pushed_here_and_put_on_a_xero_invoice_is_stored_once(codat: Codat) -> None:
    file = bytes(range(256)) * 1000
    codat.push(UPLOAD, file_part(file))
    xero = Xero(codat.gateway)

    xero.put("/Invoices/INV-0002/Attachments/a.pdf", file)

    assert codat.sandbox.store.used_bytes == len(file)
