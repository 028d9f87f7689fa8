"""Files: staging them, who may see them, downloading, deleting."""

from collections.abc import Callable
from datetime import UTC, datetime
from itertools import permutations

import pytest

from tests.asgi import Answer, Client, Disconnected
from tests.vendors.vrplatform.conftest import (
    FILES,
    FORM,
    INVOICE,
    LINKED,
    LOCKED,
    RECEIPT,
    UNKNOWN,
    VRPlatform,
    error,
    field,
    file_part,
    form,
    issues,
    ok,
)

NOON = datetime(2026, 2, 3, 12, tzinfo=UTC)
CONTENT = bytes(range(256)) * 300
OVERRIDES = (
    file_part(CONTENT, 'name="file"; filename="scan.bin"', "application/x-scan"),
    field("filename", "invoice.pdf"),
    field("contentType", "application/pdf"),
    field("isOwnerAccessible", "true"),
)


def not_found(attachment: str) -> tuple[int, str, str]:
    return 404, "NOT_FOUND", f"Transaction attachment '{attachment}' not found"


def patch(vrplatform: VRPlatform, attachment: str, value: object) -> Answer:
    return vrplatform.send_json("PATCH", f"{FILES}/{attachment}", value)


def download(vrplatform: VRPlatform, attachment: str) -> Answer:
    return vrplatform.get(f"{FILES}/{attachment}/download")


def delete(vrplatform: VRPlatform, attachment: str) -> Answer:
    return vrplatform.request("DELETE", f"{FILES}/{attachment}")


# --- Upload -----------------------------------------------------------------------------------------------------------


@pytest.mark.proves("vrplatform.upload")
def test_an_upload_answers_with_the_staged_file(vrplatform: VRPlatform) -> None:
    answer = vrplatform.upload(file_part(b"12345", content_type="application/pdf"), field("isOwnerAccessible", "true"))

    staged = ok(answer)
    assert answer.text == (
        f'{{"id":"{staged["id"]}","transactionId":null,"filename":"a.pdf","contentType":"application/pdf",'
        '"byteSize":5,"isOwnerAccessible":true}'
    )
    assert vrplatform.staged() == [INVOICE, RECEIPT, staged["id"]]


@pytest.mark.proves("vrplatform.overrides")
@pytest.mark.parametrize("order", list(permutations(range(4))))
def test_fields_outweigh_the_file_part_wherever_they_stand(vrplatform: VRPlatform, order: tuple[int, ...]) -> None:
    staged = ok(vrplatform.upload(*(OVERRIDES[number] for number in order)))

    assert (staged["filename"], staged["contentType"]) == ("invoice.pdf", "application/pdf")
    assert (staged["byteSize"], staged["isOwnerAccessible"]) == (len(CONTENT), True)
    assert vrplatform.content(staged["id"]) == CONTENT


@pytest.mark.proves("vrplatform.overrides")
def test_without_fields_the_file_part_speaks_and_without_a_type_it_is_bytes(vrplatform: VRPlatform) -> None:
    typed, untyped, empty = (
        ok(vrplatform.upload(*parts))
        for parts in (
            [file_part(content_type="text/csv; charset=utf-8")],
            [file_part()],
            [file_part(content_type="text/csv"), field("filename", ""), field("contentType", "")],
        )
    )

    assert (typed["filename"], typed["contentType"]) == ("a.pdf", "text/csv; charset=utf-8")
    assert untyped["contentType"] == "application/octet-stream"
    assert (empty["filename"], empty["contentType"]) == ("a.pdf", "text/csv")


@pytest.mark.proves("vrplatform.visibility")
@pytest.mark.parametrize(
    ("value", "accessible"),
    [("true", True), ("1", True), ("false", False), ("0", False), ("TRUE", False), ("yes", False), ("", False)],
)
def test_owners_see_files_for_true_and_1_only(vrplatform: VRPlatform, value: str, accessible: bool) -> None:
    staged = ok(vrplatform.upload(file_part(), field("isOwnerAccessible", value)))

    assert staged["isOwnerAccessible"] is accessible


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ("Rechnung März.pdf", "Rechnung März.pdf"),
        ("請求書.pdf", "請求書.pdf"),
        ('a "b".pdf', 'a "b".pdf'),
        ("../../etc/passwd", "passwd"),
        (r"C:\scans\a.pdf", "a.pdf"),
        ("line\r\nbreak.pdf", "linebreak.pdf"),
        ("...", "part.bin"),
        ("no-extension", "no-extension"),
        ("100%.pdf", "100%.pdf"),
    ],
)
def test_odd_names_in_the_field_are_made_names_of_files(vrplatform: VRPlatform, given: str, name: str) -> None:
    part = file_part(disposition='name="file"; filename="part.bin"')

    assert ok(vrplatform.upload(part, field("filename", given)))["filename"] == name


@pytest.mark.parametrize(
    ("disposition", "name"),
    [
        ('filename="März.pdf"', "März.pdf"),
        (r'filename="a \"b\".pdf"', 'a "b".pdf'),
        ("filename=\"EUR.pdf\"; filename*=UTF-8''%E2%82%AC.pdf", "€.pdf"),
        (r'filename="C:\scans\a.pdf"', "a.pdf"),
    ],
)
def test_odd_names_in_the_part_arrive(vrplatform: VRPlatform, disposition: str, name: str) -> None:
    staged = ok(vrplatform.upload(file_part(disposition=f'name="file"; {disposition}')))

    assert staged["filename"] == name


@pytest.mark.proves("vrplatform.input", "vrplatform.max-name-length")
@pytest.mark.parametrize("given", ["part", "field"])
def test_a_name_has_at_most_255_characters(vrplatform: VRPlatform, given: str) -> None:
    def upload(name: str) -> Answer:
        if given == "part":
            return vrplatform.upload(file_part(disposition=f'name="file"; filename="{name}"'))
        return vrplatform.upload(file_part(), field("filename", name))

    assert ok(upload("ü" * 255))["filename"] == "ü" * 255
    refused = upload("ü" * 256)

    message = "Too big: expected string to have <=255 characters"
    assert issues(refused) == [("too_big", ["filename"], message)]


@pytest.mark.proves("vrplatform.max-name-length")
def test_the_length_of_a_name_is_a_setting(make: Callable[..., VRPlatform]) -> None:
    vrplatform = make(vrplatform_max_name_length=5)

    assert ok(vrplatform.upload(file_part()))["filename"] == "a.pdf"
    refused = vrplatform.upload(file_part(), field("filename", "ab.pdf"), field("contentType", "pdf"))
    assert issues(refused) == [
        ("invalid_format", ["contentType"], "Invalid media type"),
        ("too_big", ["filename"], "Too big: expected string to have <=5 characters"),
    ]


@pytest.mark.proves("vrplatform.overrides")
@pytest.mark.parametrize("odd", ["pdf", "text/µ", "a b/c", ""])
def test_a_part_whose_type_is_none_is_bytes(vrplatform: VRPlatform, odd: str) -> None:
    staged = ok(vrplatform.upload(file_part(content_type=odd)))

    assert staged["contentType"] == "application/octet-stream"
    assert vrplatform.get(f"{FILES}/{staged['id']}/download").headers["content-type"] == "application/octet-stream"


def test_an_empty_file_is_a_file(vrplatform: VRPlatform) -> None:
    staged = ok(vrplatform.upload(file_part(b"")))

    assert (staged["byteSize"], vrplatform.content(staged["id"])) == (0, b"")


def test_the_same_upload_twice_is_two_files_and_one_stretch_of_bytes(vrplatform: VRPlatform) -> None:
    first, second = vrplatform.stage(CONTENT), vrplatform.stage(CONTENT)

    assert first != second
    assert vrplatform.used == len(CONTENT)


# --- Uploads that are none --------------------------------------------------------------------------------------------


@pytest.mark.proves("vrplatform.file-missing")
@pytest.mark.parametrize(
    ("parts", "received"),
    [
        ([field("isOwnerAccessible", "true")], "undefined"),
        ([file_part(disposition='name="document"; filename="a.pdf"')], "undefined"),
        ([field("file", "bytes")], "string"),
        ([file_part(disposition='name="file"; filename=""')], "string"),
    ],
)
def test_an_upload_needs_a_file(vrplatform: VRPlatform, parts: list[bytes], received: str) -> None:
    refused = vrplatform.upload(*parts)

    assert refused.rule == "vrplatform.file-missing"
    assert issues(refused) == [("invalid_type", ["file"], f"Invalid input: expected file, received {received}")]
    assert vrplatform.used == 0


@pytest.mark.proves("vrplatform.one-file")
def test_an_upload_has_one_file(vrplatform: VRPlatform) -> None:
    refused = vrplatform.upload(file_part(b"1"), file_part(b"2"))

    assert error(refused) == (400, "BAD_REQUEST", "Only one file can be uploaded at a time")
    assert vrplatform.used == 0
    assert vrplatform.staged() == [INVOICE, RECEIPT]


def test_files_under_other_names_are_nothing(vrplatform: VRPlatform) -> None:
    other = file_part(b"another", 'name="extra"; filename="b.pdf"')

    staged = ok(vrplatform.upload(other, file_part(b"bytes"), other))

    assert (staged["filename"], vrplatform.used) == ("a.pdf", len(b"bytes"))


@pytest.mark.proves("vrplatform.content-type")
@pytest.mark.parametrize("content_type", ["application/json", "text/plain", "multipart/form-data-2", None, ""])
def test_an_upload_is_a_form(vrplatform: VRPlatform, content_type: str | None) -> None:
    refused = vrplatform.request("POST", FILES, b"{}", {"content-type": content_type})

    message = f'Unsupported content-type "{content_type}"' if content_type else "Missing content-type header"
    assert error(refused) == (415, "UNSUPPORTED_MEDIA_TYPE", message)


@pytest.mark.proves("vrplatform.bad-multipart")
@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        (FORM, b""),
        (FORM, form(file_part())[:-6]),
        (FORM, b"no form at all"),
        ("multipart/form-data", form(file_part())),
        (FORM, form(*[field(str(number), "") for number in range(101)])),
    ],
)
def test_a_form_that_cannot_be_read_is_told_so(vrplatform: VRPlatform, content_type: str, body: bytes) -> None:
    status, code, message = error(vrplatform.post(FILES, body, content_type=content_type))

    assert (status, code) == (400, "BAD_REQUEST")
    assert message.startswith("Failed to parse multipart body: ")
    assert vrplatform.used == 0


@pytest.mark.proves("vrplatform.input", "vrplatform.overrides")
@pytest.mark.parametrize(
    "bad", ["pdf", "application/", "/pdf", "a b/c", "text/plain\r\nX-Evil: 1", "text/plain\r\n\r\n;x", "text/µ"]
)
def test_a_type_must_be_one(vrplatform: VRPlatform, bad: str) -> None:
    refused = vrplatform.upload(file_part(), field("contentType", bad))

    assert issues(refused) == [("invalid_format", ["contentType"], "Invalid media type")]
    assert vrplatform.used == 0


@pytest.mark.proves("vrplatform.max-file-bytes")
@pytest.mark.parametrize("pieces", [1, 3])
def test_a_file_may_be_as_large_as_the_setting_says(make: Callable[..., VRPlatform], pieces: int) -> None:
    vrplatform = make(vrplatform_max_file_bytes=10)

    def upload(size: int) -> Answer:
        body = form(file_part(b"x" * size), field("filename", "longer than ten"))
        step = len(body) // pieces + 1
        return vrplatform.post(FILES, [body[at : at + step] for at in range(0, len(body), step)], content_type=FORM)

    assert ok(upload(10))["byteSize"] == 10
    refused = upload(11)

    assert error(refused) == (413, "PAYLOAD_TOO_LARGE", "File exceeds the maximum size of 10 bytes")
    assert vrplatform.used == 10


@pytest.mark.parametrize("end", [0, 10, 100, 1000, -1])
def test_a_connection_that_breaks_leaves_nothing(vrplatform: VRPlatform, end: int) -> None:
    # Without the last boundary there is always something to come.
    body = form(file_part(CONTENT))[:-20][:end]

    with pytest.raises(Disconnected):
        vrplatform.request("POST", FILES, [body], {"content-type": FORM, "content-length": "99999"}, cut=True)

    assert vrplatform.used == 0
    assert [exchange.outcome for exchange in vrplatform.sandbox.journal] == ["disconnected"]
    vrplatform.get("/transactions")
    assert vrplatform.staged() == [INVOICE, RECEIPT]


def test_a_full_store_says_so_in_the_emulators_own_name(make: Callable[..., VRPlatform]) -> None:
    vrplatform = make(max_store_bytes=len(CONTENT) - 1)

    refused = vrplatform.upload(file_part(CONTENT))

    assert (refused.status, refused.headers["content-type"]) == (507, "application/problem+json")
    assert vrplatform.used == 0


# --- Visibility -------------------------------------------------------------------------------------------------------


@pytest.mark.proves("vrplatform.patch")
@pytest.mark.parametrize(
    ("attachment", "transaction"), [(RECEIPT, None), (LINKED, "txn-124"), (LOCKED, "txn-128")], ids=str
)
def test_patch_changes_who_sees_a_file_wherever_it_is(
    vrplatform: VRPlatform, attachment: str, transaction: str | None
) -> None:
    for accessible in (True, False, True):
        changed = ok(patch(vrplatform, attachment, {"isOwnerAccessible": accessible, "filename": "ignored"}))

        assert list(changed) == ["id", "transactionId", "filename", "contentType", "byteSize", "isOwnerAccessible"]
        assert (changed["id"], changed["transactionId"]) == (attachment, transaction)
        assert changed["isOwnerAccessible"] is accessible
        assert changed["filename"] != "ignored"
        assert transaction is None or vrplatform.read(transaction)["attachments"] == [changed]


def test_patch_reads_ids_in_any_letter_case(vrplatform: VRPlatform) -> None:
    assert ok(patch(vrplatform, INVOICE.upper(), {"isOwnerAccessible": False}))["id"] == INVOICE


@pytest.mark.proves("vrplatform.input")
@pytest.mark.parametrize(
    ("body", "path", "message"),
    [
        ({}, ["isOwnerAccessible"], "Invalid input: expected boolean, received undefined"),
        ({"isOwnerAccessible": None}, ["isOwnerAccessible"], "Invalid input: expected boolean, received null"),
        ({"isOwnerAccessible": "true"}, ["isOwnerAccessible"], "Invalid input: expected boolean, received string"),
        ({"isOwnerAccessible": 1}, ["isOwnerAccessible"], "Invalid input: expected boolean, received number"),
        ([], [], "Invalid input: expected object, received array"),
        (None, [], "Invalid input: expected object, received null"),
    ],
)
def test_patch_needs_a_boolean(vrplatform: VRPlatform, body: object, path: list[str], message: str) -> None:
    assert issues(patch(vrplatform, INVOICE, body)) == [("invalid_type", path, message)]


@pytest.mark.proves("vrplatform.bad-json", "vrplatform.content-type", "vrplatform.max-json-bytes")
def test_patch_reads_json_only(make: Callable[..., VRPlatform]) -> None:
    vrplatform = make(vrplatform_max_json_bytes=30)
    path = f"{FILES}/{INVOICE}"

    for body in (b"", b"{", b"isOwnerAccessible=true", b'{"isOwnerAccessible":NaN}', b"\xff"):
        refused = vrplatform.request("PATCH", path, body, {"content-type": "application/json"})
        assert error(refused) == (400, "PARSE_ERROR", "Failed to parse request body")
    form_encoded = {"content-type": "application/x-www-form-urlencoded"}
    refused = vrplatform.request("PATCH", path, b"isOwnerAccessible=true", form_encoded)
    assert refused.rule == "vrplatform.content-type"
    for pieces in (b"{}" + b" " * 29, [b"{}", b" " * 29]):
        refused = vrplatform.request("PATCH", path, pieces, {"content-type": "application/json"})
        assert error(refused) == (413, "PAYLOAD_TOO_LARGE", "Request body too large")


# --- Ids --------------------------------------------------------------------------------------------------------------


@pytest.mark.proves("vrplatform.attachment-unknown", "vrplatform.input")
def test_paths_name_a_file_that_is_there(vrplatform: VRPlatform) -> None:
    def all_three(attachment: str) -> list[Answer]:
        changed = patch(vrplatform, attachment, {"isOwnerAccessible": True})
        return [changed, download(vrplatform, attachment), delete(vrplatform, attachment)]

    assert [error(answer) for answer in all_three(UNKNOWN)] == [not_found(UNKNOWN)] * 3
    for malformed in ("1", "txn-123", f"{INVOICE}0", "%ff", "%00"):
        for answer in all_three(malformed):
            assert issues(answer) == [("invalid_format", ["attachmentId"], "Invalid UUID")]


# --- Download ---------------------------------------------------------------------------------------------------------


@pytest.mark.proves("vrplatform.download")
def test_a_download_is_the_bytes_under_the_files_name_and_type(vrplatform: VRPlatform) -> None:
    attachment = ok(vrplatform.upload(*OVERRIDES))["id"]

    answer = download(vrplatform, attachment)

    assert (answer.status, answer.body) == (200, CONTENT)
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["content-length"] == str(len(CONTENT))
    assert answer.headers["content-disposition"] == 'attachment; filename="invoice.pdf"'


@pytest.mark.parametrize(
    ("name", "saved"),
    [
        ("a b.pdf", 'filename="a b.pdf"'),
        ("€.pdf", "filename=\"_.pdf\"; filename*=UTF-8''%E2%82%AC.pdf"),
        ('a "b".pdf', "filename=\"a _b_.pdf\"; filename*=UTF-8''a%20%22b%22.pdf"),
        ("100%.pdf", "filename=\"100_.pdf\"; filename*=UTF-8''100%25.pdf"),
    ],
)
def test_a_download_is_saved_under_the_files_own_name(vrplatform: VRPlatform, name: str, saved: str) -> None:
    attachment = ok(vrplatform.upload(file_part(), field("filename", name)))["id"]

    assert download(vrplatform, attachment).headers["content-disposition"] == f"attachment; {saved}"


@pytest.mark.parametrize("attachment", [INVOICE, RECEIPT, LINKED, LOCKED])
def test_every_file_of_the_seed_data_can_be_downloaded(vrplatform: VRPlatform, attachment: str) -> None:
    (size,) = [item["size"] for item in vrplatform.held() if item["id"] == attachment] or [None]
    answer = download(vrplatform, attachment)

    assert answer.status == 200
    assert len(answer.body) == size or size is None


@pytest.mark.proves("vrplatform.download-redirects", "vrplatform.url-lifetime")
def test_a_download_can_lead_to_a_signed_url_that_expires(make: Callable[..., VRPlatform]) -> None:
    vrplatform = make(vrplatform_download_redirects=True, vrplatform_url_lifetime=60, auth="strict").of_team("team_123")
    vrplatform.headers["x-api-key"] = "vrp_demo"
    vrplatform.sandbox.clock.freeze(NOON)
    attachment = ok(vrplatform.upload(*OVERRIDES))["id"]

    led = download(vrplatform, attachment)

    assert (led.status, led.body) == (302, b"")
    url = led.headers["location"]
    assert url.startswith("http://emulator.test/vrplatform/_emulator/files/")
    anyone, target = Client(vrplatform.app), url.removeprefix("http://emulator.test")
    vrplatform.sandbox.clock.advance(59)
    answer = anyone.get(target)
    assert (answer.status, answer.body, answer.headers["content-type"]) == (200, CONTENT, "application/pdf")
    assert answer.headers["content-disposition"] == 'attachment; filename="invoice.pdf"'
    vrplatform.sandbox.clock.advance(1)
    assert error(anyone.get(target)) == (403, "FORBIDDEN", "The URL is not valid, or has expired")


@pytest.mark.proves("vrplatform.url-lifetime")
def test_a_signed_url_cannot_be_made_up(make: Callable[..., VRPlatform]) -> None:
    vrplatform = make(vrplatform_download_redirects=True)
    target = download(vrplatform, INVOICE).headers["location"].removeprefix("http://emulator.test/vrplatform")
    *_, token = target.split("/")

    for wrong in ("x", f"{token}AAAA", token[:-4], f"A{token[1:]}" if token[0] != "A" else f"B{token[1:]}", "%ff"):
        assert vrplatform.get(f"/_emulator/files/{wrong}").rule == "vrplatform.url-lifetime"
    assert make(seed="another").get(target).status == 403
    assert vrplatform.get(target).status == 200


def test_a_signed_url_is_one_whatever_the_server_is_called(make: Callable[..., VRPlatform]) -> None:
    vrplatform = make(vrplatform_download_redirects=True, external_url="http://日.test/a b")

    assert download(vrplatform, INVOICE).headers["location"].startswith("http://%E6%97%A5.test/a%20b/vrplatform/")


@pytest.mark.proves("vrplatform.attachment-unknown")
@pytest.mark.parametrize("team", ["team_123", "a team of ours", "größe"])
def test_a_signed_url_is_of_its_team_and_ends_with_the_file(make: Callable[..., VRPlatform], team: str) -> None:
    vrplatform = make(vrplatform_download_redirects=True).of_team(team)
    attachment = vrplatform.stage(b"ours")
    target = download(vrplatform, attachment).headers["location"].removeprefix("http://emulator.test")
    anyone = Client(vrplatform.app)

    assert anyone.get(target).body == b"ours"
    ok(delete(vrplatform, attachment))
    assert error(anyone.get(target)) == not_found(attachment)


# --- Delete -----------------------------------------------------------------------------------------------------------


@pytest.mark.proves("vrplatform.delete", "vrplatform.attachment-unknown")
def test_a_deleted_file_is_gone_for_good(vrplatform: VRPlatform) -> None:
    attachment = vrplatform.stage(CONTENT)

    assert ok(delete(vrplatform, attachment)) == {"id": attachment}

    after = [
        delete(vrplatform, attachment),
        download(vrplatform, attachment),
        patch(vrplatform, attachment, {"isOwnerAccessible": True}),
        vrplatform.post_transaction(attachmentIds=[attachment]),
        vrplatform.change("txn-123", attachmentIds=[attachment]),
    ]
    assert [error(answer) for answer in after] == [not_found(attachment)] * 5
    assert vrplatform.used == 0
    assert vrplatform.staged() == [INVOICE, RECEIPT]


@pytest.mark.proves("vrplatform.delete-linked")
def test_a_linked_file_leaves_its_transaction_or_stays(make: Callable[..., VRPlatform]) -> None:
    vrplatform = make()
    first, second, third = (vrplatform.stage(text) for text in (b"1", b"22", b"333"))
    expense = vrplatform.create(first, second, third)
    assert ok(delete(vrplatform, second)) == {"id": second}
    assert vrplatform.attached(expense) == [first, third]
    assert vrplatform.used == 4

    strict = make(vrplatform_delete_linked=False)
    before = strict.everything()
    message = f"Transaction attachment '{LINKED}' is attached to a transaction"
    assert error(delete(strict, LINKED)) == (400, "BAD_REQUEST", message)
    assert strict.everything() == before
    assert ok(delete(strict, INVOICE))
    strict.change("txn-124", attachmentIds=[])
    assert ok(delete(strict, LINKED))


@pytest.mark.proves("vrplatform.books-closed-at")
def test_a_file_of_a_closed_period_stays_unless_told_otherwise(vrplatform: VRPlatform) -> None:
    attachment, override = vrplatform.stage(b"old"), {"x_ignore_books_closed_at": "true"}
    ok(vrplatform.send_json("PUT", "/transactions/txn-129", {"attachmentIds": [attachment]}, **override))
    before = vrplatform.everything()

    refused = delete(vrplatform, attachment)

    assert error(refused) == (400, "BAD_REQUEST", "The books are closed up to 2020-01-01")
    assert vrplatform.everything() == before
    headers = {"x-ignore-books-closed-at": "true"}
    assert ok(vrplatform.request("DELETE", f"{FILES}/{attachment}", headers=headers)) == {"id": attachment}


@pytest.mark.proves("vrplatform.statement-lock")
@pytest.mark.parametrize("setting", [True, False])
def test_a_file_of_a_locked_transaction_stays(make: Callable[..., VRPlatform], setting: bool) -> None:
    vrplatform = make(vrplatform_delete_linked=setting)
    before = vrplatform.everything()

    refused = delete(vrplatform, LOCKED)

    message = "Transaction 'txn-128' is locked"
    assert error(refused) == (400, "BAD_REQUEST", message)
    assert refused.json()["issues"] == [{"code": "locked", "message": message}]
    assert vrplatform.everything() == before
