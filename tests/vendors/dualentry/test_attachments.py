"""Files on records of all thirteen types."""

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from tests.asgi import Answer, Disconnected
from tests.vendors.dualentry.conftest import (
    FORM,
    LEAST,
    PATCHABLE,
    SLUGS,
    DualEntry,
    errors,
    file_part,
    form,
)

INVOICE = "invoices/1002"
UPLOAD = f"/public/v2/{INVOICE}/attachments/"
EXAMPLE = {"id": 4821, "file_name": "march-invoice.pdf", "file_size": 102400, "category": "default"}
MISSING = {"__all__": ["missing file.files: Field required"]}


def named(name: str) -> bytes:
    return file_part(disposition=f'name="files"; {name}')


def ids(files: list[dict[str, Any]]) -> list[int]:
    return [file["id"] for file in files]


def without_urls(files: list[dict[str, Any]]) -> list[dict[str, Any]]:
    # Each read makes a new URL.
    return [{name: value for name, value in file.items() if not name.endswith("_url")} for file in files]


# --- Adding -----------------------------------------------------------------------------------------------------------


@pytest.mark.proves("dualentry.upload")
@pytest.mark.parametrize("slug", SLUGS)
def test_every_type_takes_files_and_answers_with_the_whole_record(dualentry: DualEntry, slug: str) -> None:
    record = f"{slug}/{dualentry.create(slug)['number']}"
    before = dualentry.read(record)

    answer = dualentry.upload(record, file_part(b"one"), file_part(b"", 'name="files"; filename="empty.txt"'))

    updated = dualentry.ok(answer)
    assert answer.headers["content-type"] == "application/json; charset=utf-8"
    assert updated.keys() == before.keys()
    assert [(attachment["file_name"], attachment["file_size"]) for attachment in updated["attachments"]] == [
        ("a.pdf", 3),
        ("empty.txt", 0),
    ]
    assert without_urls(dualentry.files(record)) == without_urls(updated["attachments"])
    (listed,) = [item for item in dualentry.listed(slug) if item["number"] == updated["number"]]
    assert without_urls(listed["attachments"]) == without_urls(updated["attachments"])
    urls = [attachment["download_url"] for attachment in updated["attachments"]]
    assert [dualentry.get(dualentry.at(url)).body for url in urls] == [b"one", b""]


@pytest.mark.proves("dualentry.append", "dualentry.attachment-ids")
def test_files_append_and_the_same_name_twice_is_two_attachments(dualentry: DualEntry) -> None:
    dualentry.upload(INVOICE, file_part(b"same"))
    dualentry.upload("bills/1002", file_part(b"same"))
    dualentry.upload(INVOICE, file_part(b"same"), file_part(b"other"))

    assert [(file["id"], file["file_name"]) for file in dualentry.files(INVOICE)] == [
        (4822, "a.pdf"),
        (4824, "a.pdf"),
        (4825, "a.pdf"),
    ]
    assert ids(dualentry.files("bills/1002")) == [4823]
    # Bytes are stored once all the same.
    assert dualentry.sandbox.store.used_bytes == len(b"same") + len(b"other")


def test_many_files_come_in_one_request_in_their_order(dualentry: DualEntry) -> None:
    dualentry.upload(INVOICE, *[file_part(bytes(number), f'name="files"; filename="{number}"') for number in range(50)])

    files = dualentry.files(INVOICE)
    assert [(file["file_name"], file["file_size"]) for file in files] == [(str(size), size) for size in range(50)]
    assert ids(files) == sorted(set(ids(files)))


@pytest.mark.proves("dualentry.six-fields")
def test_an_attachment_says_what_it_is(make: Callable[..., DualEntry]) -> None:
    (six,) = make().files("invoices/1001")
    (four,) = make(dualentry_six_fields=False).files("invoices/1001")

    assert list(six) == ["id", "file_name", "file_size", "download_url", "upload_url", "category"]
    assert (six["id"], six["file_name"], six["file_size"]) == (4801, "IN-1001.pdf", 1442)
    assert (six["upload_url"], six["category"]) == (None, "default")
    assert list(four) == ["id", "file_name", "file_size", "download_url"]


def test_a_part_without_a_type_gets_that_of_its_name(dualentry: DualEntry) -> None:
    typed = file_part(content_type="text/special; charset=utf-8")
    files = dualentry.ok(dualentry.upload(INVOICE, file_part(), typed, named('filename="a"')))["attachments"]

    types = [dualentry.get(dualentry.at(file["download_url"])).headers["content-type"] for file in files]
    assert types == ["application/pdf", "text/special; charset=utf-8", "application/octet-stream"]


@pytest.mark.parametrize("content_type", ["te€t/plain", "té/plain", "no type at all", "text/plain; name=請求書.txt"])
def test_a_type_that_is_none_keeps_no_file_from_being_served(dualentry: DualEntry, content_type: str) -> None:
    part = (
        f'Content-Disposition: form-data; name="files"; filename="a.pdf"\r\nContent-Type: {content_type}\r\n\r\nbytes'
    )

    (file,) = dualentry.ok(dualentry.upload(INVOICE, part.encode()))["attachments"]

    served = dualentry.get(dualentry.at(file["download_url"]))
    assert (served.status, served.body) == (200, b"bytes")


def test_parts_of_other_names_are_let_pass_and_not_kept(dualentry: DualEntry) -> None:
    dualentry.upload(
        INVOICE, file_part(b"other", 'name="file"; filename="b"'), file_part(b"field", 'name="note"'), file_part()
    )

    assert [file["file_name"] for file in dualentry.files(INVOICE)] == ["a.pdf"]
    assert dualentry.sandbox.store.used_bytes == len(b"bytes")


def test_a_record_that_gets_files_is_updated(dualentry: DualEntry) -> None:
    dualentry.sandbox.clock.freeze()
    dualentry.sandbox.clock.advance(60)

    updated = dualentry.ok(dualentry.upload(INVOICE, file_part()))["updated_by"]["timestamp"]

    assert updated == dualentry.read(INVOICE)["updated_by"]["timestamp"]
    assert updated != dualentry.read(INVOICE)["created_by"]["timestamp"]


# --- Refused uploads --------------------------------------------------------------------------------------------------


def refused(dualentry: DualEntry, send: Callable[[], Answer]) -> Answer:
    """The answer to a request that must change nothing."""
    before = dualentry.everything()
    answer = send()
    assert answer.status >= 400
    assert dualentry.everything() == before
    return answer


@pytest.mark.proves("dualentry.files-missing")
@pytest.mark.parametrize(
    "parts",
    [
        [],
        [file_part(disposition='name="file"; filename="a.pdf"')],
        [file_part(disposition='name="files[]"; filename="a.pdf"')],
        [file_part(disposition='name="Files"; filename="a.pdf"')],
        [file_part(disposition='filename="a.pdf"')],
        [file_part(disposition='name="files"')],
        [file_part(disposition='name="files"; filename=""')],
        [file_part(disposition='name="files"; filename=".."')],
    ],
    ids=["nothing", "file", "files[]", "Files", "no name", "a field", "no file chosen", "a directory"],
)
def test_a_form_needs_a_file_in_a_part_of_the_right_name(dualentry: DualEntry, parts: list[bytes]) -> None:
    dualentry.upload(INVOICE, file_part(b"there before"))

    for record in (INVOICE, "invoices/9999"):
        answer = refused(dualentry, partial(dualentry.upload, record, *parts))

        assert (answer.status, answer.rule) == (422, "dualentry.files-missing")
        assert errors(answer) == MISSING


@pytest.mark.proves("dualentry.files-missing")
@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"", None),
        (b"", FORM),
        (b"%PDF", "application/pdf"),
        (b'{"attachments": [{"id": 4821, "file_name": "a", "file_size": 1}]}', "application/json"),
        (b"files=a.pdf", "application/x-www-form-urlencoded"),
        (form(file_part()), "multipart/mixed; boundary=frontier"),
    ],
    ids=["nothing", "an empty form", "a file alone", "JSON", "a form of the other kind", "mixed"],
)
def test_a_body_that_is_no_such_form_has_no_files(dualentry: DualEntry, body: bytes, content_type: str | None) -> None:
    answer = refused(dualentry, lambda: dualentry.request("POST", UPLOAD, body, {"content-type": content_type}))

    assert (answer.status, answer.rule) == (422, "dualentry.files-missing")
    assert errors(answer) == MISSING


@pytest.mark.proves("dualentry.record-number", "dualentry.files-missing")
@pytest.mark.parametrize("number", ["IN-1002", "x", "1002.5", "%20"])
def test_a_number_that_is_none_is_told_together_with_missing_files(dualentry: DualEntry, number: str) -> None:
    words = "int_parsing path.record_number: Input should be a valid integer, unable to parse string as an integer"

    alone = dualentry.upload(f"invoices/{number}", file_part())
    both = dualentry.upload(f"invoices/{number}")

    assert (alone.status, alone.rule) == (400, "dualentry.record-number")
    assert errors(alone) == {"__all__": [words]}
    assert (both.status, both.rule) == (422, "dualentry.files-missing, dualentry.record-number")
    assert errors(both) == {"__all__": [words, *MISSING["__all__"]]}


@pytest.mark.proves("dualentry.bad-multipart")
@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (form(file_part()), "multipart/form-data"),
        (form(file_part()), "multipart/form-data; boundary="),
        (form(file_part()), "multipart/form-data; boundary=other"),
        (form(file_part())[:-20], FORM),
        (b"--frontier\r\n", FORM),
        (form(*[file_part()] * 101), FORM),
    ],
    ids=["no boundary", "an empty boundary", "another boundary", "cut", "its start alone", "too many parts"],
)
def test_a_form_that_cannot_be_read_is_a_bad_request(dualentry: DualEntry, body: bytes, content_type: str) -> None:
    answer = refused(dualentry, lambda: dualentry.request("POST", UPLOAD, body, {"content-type": content_type}))

    assert (answer.status, answer.rule) == (400, "dualentry.bad-multipart")
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert "<title>Bad Request (400)</title>" in answer.text


@pytest.mark.parametrize("first", [file_part(b"whole"), file_part(b"", 'name="note"')])
def test_a_connection_that_breaks_keeps_nothing(dualentry: DualEntry, first: bytes) -> None:
    before = dualentry.everything()
    body = form(first, file_part(bytes(500_000)))

    with pytest.raises(Disconnected):
        dualentry.request("POST", UPLOAD, [body[:200_000], body[200_000:300_000]], {"content-type": FORM}, cut=True)

    assert dualentry.everything() == before
    assert dualentry.ok(dualentry.upload(INVOICE, file_part()))["attachments"][0]["id"] == 4822


@pytest.mark.proves("dualentry.max-file-bytes")
def test_a_file_that_is_too_large_is_refused_by_what_stands_before_the_api(make: Callable[..., DualEntry]) -> None:
    dualentry = make(dualentry_max_file_bytes=10)

    fits = dualentry.upload(INVOICE, file_part(bytes(10)), file_part(bytes(10)))
    answer = refused(dualentry, lambda: dualentry.upload(INVOICE, file_part(bytes(10)), file_part(bytes(11))))

    assert fits.status == 200
    assert (answer.status, answer.rule) == (413, "dualentry.max-file-bytes")
    assert answer.headers["content-type"] == "text/html"
    assert answer.text == (
        "<html>\r\n<head><title>413 Request Entity Too Large</title></head>\r\n<body>\r\n"
        "<center><h1>413 Request Entity Too Large</h1></center>\r\n</body>\r\n</html>\r\n"
    )


def test_a_full_store_keeps_nothing_of_an_upload(make: Callable[..., DualEntry]) -> None:
    dualentry = make(max_store_bytes=1000)

    answer = refused(dualentry, lambda: dualentry.upload(INVOICE, file_part(bytes(600)), file_part(bytes(600))))

    assert answer.status == 507


@pytest.mark.proves("dualentry.record-unknown")
@pytest.mark.parametrize("number", ["9999", "0", "-1", "99999999999999999"])
def test_an_unknown_record_takes_no_files(dualentry: DualEntry, number: str) -> None:
    answer = refused(dualentry, lambda: dualentry.upload(f"invoices/{number}", file_part()))

    assert (answer.status, answer.rule) == (404, "dualentry.record-unknown")
    assert errors(answer) == {"__all__": ["Not found"]}


# --- Add-only ---------------------------------------------------------------------------------------------------------


@pytest.mark.proves("dualentry.add-only")
@pytest.mark.parametrize("method", ["GET", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"])
def test_attachments_take_post_alone(dualentry: DualEntry, method: str) -> None:
    body, before = form(file_part()), dualentry.everything()

    for slug in SLUGS:
        for headers in ({"content-type": FORM}, {"content-type": FORM, "x-api-key": None}):
            answer = dualentry.request(method, f"/public/v2/{slug}/1001/attachments/", body, headers)

            assert (answer.status, answer.rule) == (405, "dualentry.add-only"), slug
            assert (answer.body, answer.headers["allow"]) == (b"Method not allowed", "POST")
            assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert dualentry.everything() == before


@pytest.mark.proves("dualentry.replace-attachments")
def test_with_the_setting_put_replaces_all_files_of_an_invoice(make: Callable[..., DualEntry]) -> None:
    dualentry = make(dualentry_replace_attachments=True)
    dualentry.upload("invoices/1001", file_part(b"1"))
    target = "/public/v2/invoices/1001/attachments/"

    def replace(*parts: bytes, to: str = target) -> Answer:
        return dualentry.request("PUT", to, form(*parts), {"content-type": FORM})

    replaced = dualentry.ok(replace(file_part(b"2"), file_part(b"3")))

    assert ids(replaced["attachments"]) == ids(dualentry.files("invoices/1001")) == [4823, 4824]
    assert refused(dualentry, replace).rule == "dualentry.files-missing"
    assert refused(dualentry, lambda: dualentry.get(target)).headers["allow"] == "POST, PUT"
    bills = "/public/v2/bills/1001/attachments/"
    assert refused(dualentry, lambda: replace(file_part(), to=bills)).headers["allow"] == "POST"


@pytest.mark.proves("dualentry.immutable")
def test_nothing_changes_an_attachment_once_its_bytes_are_there(make: Callable[..., DualEntry]) -> None:
    dualentry = make(dualentry_replace_attachments=True)
    announced = dualentry.ok(
        dualentry.send_json(
            "POST", "/_emulator/attachments/", {"file_name": "a.pdf", "file_size": 9, "category": "own"}
        )
    )
    upload_url = dualentry.at(announced["upload_url"])
    assert dualentry.request("PUT", upload_url, b"the first", {"content-type": "application/pdf"}).status == 200
    changed = {**announced, "file_name": "b.pdf", "file_size": 7, "category": "default", "download_url": None}

    def state() -> tuple[list[dict[str, Any]], bytes, str]:
        # Referred to by a new record, as the changes below take it off the other one.
        created = dualentry.create("bills", attachments=[announced])
        answer = dualentry.get(dualentry.at(created["attachments"][0]["download_url"]))
        return without_urls(created["attachments"]), answer.body, answer.headers["content-type"]

    before = state()
    assert before[0][0] == {"id": announced["id"], "file_name": "a.pdf", "file_size": 9, "category": "own"}

    payload = {**LEAST["invoices"], "attachments": [changed]}
    for method in ("PUT", "PATCH"):
        assert dualentry.send_json(method, f"/public/v2/{INVOICE}/", payload).status == 200
        assert state() == before
    dualentry.upload(INVOICE, named('filename="a.pdf"'))
    assert dualentry.request("PUT", upload_url, b"a second time").status == 403
    assert dualentry.request("PUT", UPLOAD, form(named('filename="a.pdf"')), {"content-type": FORM}).status == 200
    assert state() == before


# --- References in payloads -------------------------------------------------------------------------------------------


@pytest.mark.proves("dualentry.attachment-reference")
@pytest.mark.parametrize("slug", SLUGS)
def test_every_type_is_created_with_files_that_are_there(dualentry: DualEntry, slug: str) -> None:
    created = dualentry.create(slug, attachments=[EXAMPLE])

    (file,) = dualentry.files(f"{slug}/{created['number']}")
    assert {**file, "download_url": None} == {**EXAMPLE, "download_url": None, "upload_url": None}
    assert len(dualentry.get(dualentry.at(file["download_url"])).body) == 102400
    assert without_urls(created["attachments"]) == without_urls([file])


def test_what_is_read_can_be_sent_back(dualentry: DualEntry) -> None:
    for four in (False, True):
        files = dualentry.files("invoices/1001")
        if four:
            files = [{name: file[name] for name in list(file)[:4]} for file in files]
        created = dualentry.create("bills", attachments=files)
        assert ids(created["attachments"]) == [4801]


@pytest.mark.proves("dualentry.attachment-reference", "dualentry.unknown-fields")
def test_the_files_own_name_and_size_outweigh_the_payloads(dualentry: DualEntry) -> None:
    entry = {"id": "4821", "file_name": "mine.txt", "file_size": 1, "category": "receipt", "owner": "me"}

    (file,) = dualentry.create("invoices", attachments=[entry])["attachments"]

    assert (file["file_name"], file["file_size"], file["category"]) == ("march-invoice.pdf", 102400, "default")
    assert "owner" not in file


def test_several_records_may_show_one_file(dualentry: DualEntry) -> None:
    for slug in ("invoices", "bills"):
        dualentry.create(slug, attachments=[EXAMPLE])
    dualentry.send_json("PATCH", "/public/v2/invoices/1003/", {"attachments": []})

    assert (dualentry.files("invoices/1003"), ids(dualentry.files("bills/1003"))) == ([], [4821])


def test_a_file_that_a_payload_names_twice_is_there_once(dualentry: DualEntry) -> None:
    other = {**EXAMPLE, "id": 4801}

    created = dualentry.create("invoices", attachments=[EXAMPLE, other, EXAMPLE])

    assert ids(created["attachments"]) == [4821, 4801]


@pytest.mark.proves("dualentry.attachment-unknown")
@pytest.mark.parametrize("slug", SLUGS)
def test_a_file_that_is_not_there_is_refused_and_nothing_written(dualentry: DualEntry, slug: str) -> None:
    payload = {**LEAST[slug], "memo": "changed", "attachments": [EXAMPLE, {**EXAMPLE, "id": 77}]}
    writes = [("POST", ""), ("PUT", "1001/"), *([("PATCH", "1001/")] if slug in PATCHABLE else [])]

    for method, record in writes:
        target = f"/public/v2/{slug}/{record}"
        answer = refused(dualentry, partial(dualentry.send_json, method, target, payload))

        assert (answer.status, answer.rule) == (422, "dualentry.attachment-unknown")
        assert errors(answer) == {"attachments": ["Attachment 77 does not exist"]}
    created = dualentry.create(slug)
    assert created["number"] == max(item["number"] for item in dualentry.listed(slug))


@pytest.mark.proves("dualentry.body")
@pytest.mark.parametrize(
    ("attachments", "problems"),
    [
        (
            [{}],
            [f"missing body.payload.attachments.0.{name}: Field required" for name in ("id", "file_name", "file_size")],
        ),
        (None, ["list_type body.payload.attachments: Input should be a valid list"]),
        ({}, ["list_type body.payload.attachments: Input should be a valid list"]),
        (
            [EXAMPLE, 4821],
            [
                "model_attributes_type body.payload.attachments.1: "
                "Input should be a valid dictionary or object to extract fields from"
            ],
        ),
        (
            [{**EXAMPLE, "id": "x"}],
            [
                "int_parsing body.payload.attachments.0.id: "
                "Input should be a valid integer, unable to parse string as an integer"
            ],
        ),
        (
            [{**EXAMPLE, "category": None}],
            ["string_type body.payload.attachments.0.category: Input should be a valid string"],
        ),
    ],
    ids=["empty", "null", "no list", "a number", "no number", "no category"],
)
def test_a_reference_has_the_form_that_the_page_shows(
    dualentry: DualEntry, attachments: object, problems: list[str]
) -> None:
    payload = {**LEAST["invoices"], "attachments": attachments}

    answer = refused(dualentry, lambda: dualentry.send_json("POST", "/public/v2/invoices/", payload))

    assert (answer.status, answer.rule) == (422, "dualentry.body")
    assert errors(answer) == {"__all__": problems}


@pytest.mark.proves("dualentry.detach", "dualentry.put")
@pytest.mark.parametrize("slug", SLUGS)
def test_put_without_attachments_takes_them_off_and_the_files_stay(dualentry: DualEntry, slug: str) -> None:
    created = dualentry.create(slug, attachments=[EXAMPLE])
    record = f"{slug}/{created['number']}"
    added = dualentry.ok(dualentry.upload(record, file_part(b"added")))["attachments"]

    cleared = dualentry.ok(dualentry.send_json("PUT", f"/public/v2/{record}/", LEAST[slug]))

    assert cleared["attachments"] == dualentry.files(record) == []
    assert dualentry.get(dualentry.at(added[1]["download_url"])).body == b"added"
    again = dualentry.ok(dualentry.send_json("PUT", f"/public/v2/{record}/", {**LEAST[slug], "attachments": added[1:]}))
    assert ids(again["attachments"]) == ids(added[1:])


@pytest.mark.proves("dualentry.detach", "dualentry.patch")
@pytest.mark.parametrize("slug", PATCHABLE)
def test_patch_takes_off_what_a_list_leaves_out_and_nothing_without_one(dualentry: DualEntry, slug: str) -> None:
    created = dualentry.create(slug, attachments=[EXAMPLE, {**EXAMPLE, "id": 4803}])
    target = f"/public/v2/{slug}/{created['number']}/"

    def patched(**fields: object) -> list[int]:
        return ids(dualentry.ok(dualentry.send_json("PATCH", target, fields))["attachments"])

    assert patched(memo="new") == [4821, 4803]
    assert patched(attachments=None) == [4821, 4803]
    assert patched(attachments=[{**EXAMPLE, "id": 4803}]) == [4803]
    assert patched(attachments=[]) == []
    assert patched(attachments=[EXAMPLE]) == [4821]


def test_the_journal_knows_the_files_of_a_form(dualentry: DualEntry) -> None:
    dualentry.upload(INVOICE, file_part(b"content"))

    exchange = next(iter(dualentry.sandbox.journal))
    ((name, file),) = exchange.files
    assert (name, file.size, file.read()) == ("a.pdf", 7, b"content")
