"""The URLs of files: what they serve, what they take, and until when."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.asgi import Answer, Client, Disconnected
from tests.vendors.dualentry.conftest import DualEntry, errors, file_part

NOON = datetime(2026, 2, 3, 12, tzinfo=UTC)
INVOICE = "invoices/1002"
REGISTER = "/_emulator/attachments/"
CONTENT = bytes(range(256)) * 4
SIGNED = {"file_name": "signed.pdf", "file_size": 11}


@pytest.fixture
def target(dualentry: DualEntry) -> str:
    """Of a file with CONTENT."""
    return uploaded(dualentry)


def uploaded(dualentry: DualEntry, content: bytes = CONTENT, disposition: str = 'filename="a.bin"') -> str:
    answer = dualentry.upload(INVOICE, file_part(content, f'name="files"; {disposition}', "application/x-thing"))
    return dualentry.at(dualentry.ok(answer)["attachments"][-1]["download_url"])


@pytest.mark.proves("dualentry.url-file")
def test_a_url_of_a_file_that_a_reset_removed_gets_404(dualentry: DualEntry, target: str) -> None:
    assert anyone(dualentry).get(target).status == 200
    dualentry.gateway.registry.reset("default")

    assert storage_error(anyone(dualentry).get(target)) == (404, "dualentry.url-file", "NoSuchKey")


def anyone(dualentry: DualEntry) -> Client:
    """A client without a key."""
    return Client(dualentry.app, "/dualentry")


def storage_error(answer: Answer) -> tuple[int, str | None, str | None]:
    assert answer.headers["content-type"] == "application/xml"
    error = answer.xml()
    assert error.tag == "Error"
    assert error.findtext("Message")
    return answer.status, answer.rule, error.findtext("Code")


# --- Downloads --------------------------------------------------------------------------------------------------------


@pytest.mark.proves("dualentry.download")
def test_a_file_is_served_to_anybody_who_has_its_url(dualentry: DualEntry, target: str) -> None:
    answer = anyone(dualentry).get(target)

    assert (answer.status, answer.body) == (200, CONTENT)
    assert answer.headers["content-type"] == "application/x-thing"
    assert answer.headers["content-length"] == str(len(CONTENT))
    assert answer.headers["accept-ranges"] == "bytes"
    assert answer.headers["content-disposition"] == 'attachment; filename="a.bin"'
    assert "x-ratelimit-limit" not in answer.headers


def test_head_says_the_same_without_the_bytes(dualentry: DualEntry, target: str) -> None:
    answer, head = anyone(dualentry).get(target), anyone(dualentry).request("HEAD", target)

    assert (head.status, head.body) == (200, b"")
    same = ("content-type", "content-length", "etag", "accept-ranges", "content-disposition")
    assert [head.headers[name] for name in same] == [answer.headers[name] for name in same]


@pytest.mark.parametrize(
    ("disposition", "saved"),
    [
        ('filename="a b.pdf"', 'filename="a b.pdf"'),
        (r'filename="a \"b\".pdf"', "filename=\"a _b_.pdf\"; filename*=UTF-8''a%20%22b%22.pdf"),
        ('filename="€.pdf"', "filename=\"_.pdf\"; filename*=UTF-8''%E2%82%AC.pdf"),
        (r'filename="C:\scans\a.pdf"', 'filename="a.pdf"'),
    ],
)
def test_a_file_is_saved_under_its_own_name(dualentry: DualEntry, disposition: str, saved: str) -> None:
    answer = dualentry.get(uploaded(dualentry, disposition=disposition))

    assert answer.headers["content-disposition"] == f"attachment; {saved}"


@pytest.mark.parametrize(
    ("range_header", "start", "stop"),
    [
        ("bytes=0-0", 0, 1),
        ("bytes=10-19", 10, 20),
        ("bytes=1000-", 1000, 1024),
        ("bytes=-24", 1000, 1024),
        ("bytes=-5000", 0, 1024),
        ("bytes=1000-9999", 1000, 1024),
        ("bytes=0-", 0, 1024),
        ("bytes = 3 - 4", 3, 5),
    ],
)
def test_a_range_is_served_alone(dualentry: DualEntry, target: str, range_header: str, start: int, stop: int) -> None:
    answer = anyone(dualentry).get(target, range=range_header)

    assert (answer.status, answer.body) == (206, CONTENT[start:stop])
    assert answer.headers["content-range"] == f"bytes {start}-{stop - 1}/1024"
    assert answer.headers["content-length"] == str(stop - start)


@pytest.mark.parametrize("range_header", ["bytes=1024-", "bytes=5000-6000", "bytes=-0"])
def test_a_range_that_is_not_there_cannot_be_served(dualentry: DualEntry, target: str, range_header: str) -> None:
    answer = anyone(dualentry).get(target, range=range_header)

    assert (answer.status, answer.body) == (416, b"")
    assert answer.headers["content-range"] == "bytes */1024"


@pytest.mark.parametrize(
    "range_header", ["bytes=0-1,5-6", "bytes=", "bytes=-", "bytes=a-b", "lines=1-2", "bytes=9-3", "5"]
)
def test_several_ranges_and_what_is_none_get_the_whole_file(
    dualentry: DualEntry, target: str, range_header: str
) -> None:
    answer = anyone(dualentry).get(target, range=range_header)

    assert (answer.status, answer.body) == (200, CONTENT)


def test_an_empty_file_has_no_ranges(dualentry: DualEntry) -> None:
    empty = uploaded(dualentry, b"")

    assert (dualentry.get(empty).status, dualentry.get(empty).body) == (200, b"")
    for range_header in ("bytes=0-", "bytes=-1"):
        assert dualentry.get(empty, range=range_header).status == 416


def test_if_range_gives_a_range_of_the_same_file_only(dualentry: DualEntry, target: str) -> None:
    etag = dualentry.get(target).headers["etag"]

    assert dualentry.get(target, range="bytes=0-1", if_range=etag).status == 206
    for other in ('"other"', f"W/{etag}", "Tue, 03 Feb 2026 12:00:00 GMT"):
        assert dualentry.get(target, range="bytes=0-1", if_range=other).body == CONTENT


@pytest.mark.parametrize("form", ["{}", "W/{}", '"other", {}', '"other",W/{}', "*"])
def test_what_a_client_has_already_is_not_sent_again(dualentry: DualEntry, target: str, form: str) -> None:
    etag = dualentry.get(target).headers["etag"]

    answer = dualentry.get(target, if_none_match=form.format(etag), range="bytes=0-1")

    assert (answer.status, answer.body, answer.headers["etag"]) == (304, b"", etag)
    assert dualentry.get(target, if_none_match='"other"').status == 200


def test_the_same_bytes_have_the_same_etag(dualentry: DualEntry) -> None:
    etags = [dualentry.get(uploaded(dualentry, content)).headers["etag"] for content in (b"1", b"2", b"1")]

    assert etags[0] == etags[2] != etags[1]


# --- Tokens -----------------------------------------------------------------------------------------------------------


@pytest.mark.proves("dualentry.url-lifetime")
def test_a_url_is_good_for_an_hour_and_each_read_makes_a_new_one(dualentry: DualEntry) -> None:
    dualentry.sandbox.clock.freeze(NOON)
    first = uploaded(dualentry)
    dualentry.sandbox.clock.advance(3599)
    assert dualentry.get(first).status == 200
    dualentry.sandbox.clock.advance(1)

    expired = dualentry.get(first)

    assert storage_error(expired) == (403, "dualentry.url-lifetime", "AccessDenied")
    assert expired.xml().findtext("Message") == "Request has expired"
    second = dualentry.at(dualentry.files(INVOICE)[0]["download_url"])
    assert second != first
    assert dualentry.get(second).body == CONTENT


def test_how_long_a_url_is_good_is_a_setting(make: Callable[..., DualEntry]) -> None:
    dualentry = make(dualentry_url_lifetime=5)
    dualentry.sandbox.clock.freeze(NOON)
    target = uploaded(dualentry)

    statuses = []
    for _ in range(2):
        dualentry.sandbox.clock.advance(4)
        statuses.append(dualentry.get(target).status)

    assert statuses == [200, 403]


def flipped(token: str, at: int) -> str:
    raw = bytearray(urlsafe_b64decode(token + "=" * (-len(token) % 4)))
    raw[at] ^= 1
    return urlsafe_b64encode(bytes(raw)).decode().rstrip("=")


@pytest.mark.proves("dualentry.url-token")
@pytest.mark.parametrize(
    "alter",
    [
        lambda token: flipped(token, 0),
        lambda token: flipped(token, -1),
        lambda token: flipped(token, -14),
        lambda token: token[:-4],
        lambda token: token + "AAAA",
        lambda token: token[:20],
        lambda token: "A",
        lambda token: "made-up",
        lambda token: "%C3%A9%ff",
        lambda token: "a%2Fb",
    ],
)
def test_a_url_that_was_tampered_with_is_refused(
    dualentry: DualEntry, target: str, alter: Callable[[str], str]
) -> None:
    home, _, token = target.rpartition("/")

    for method in ("GET", "HEAD", "PUT"):
        refused = dualentry.request(method, f"{home}/{alter(token)}")

        assert (refused.status, refused.rule) == (403, "dualentry.url-token")
    assert storage_error(dualentry.get(f"{home}/{alter(token)}"))[2] == "SignatureDoesNotMatch"


def test_a_url_of_another_server_is_refused(dualentry: DualEntry, make: Callable[..., DualEntry], target: str) -> None:
    assert make(seed="another").get(target).rule == "dualentry.url-token"


@pytest.mark.proves("dualentry.url-token", "dualentry.uploaded-already")
def test_a_download_url_takes_nothing_and_an_upload_url_gives_nothing(dualentry: DualEntry, target: str) -> None:
    upload = dualentry.at(registered(dualentry)["upload_url"])

    assert dualentry.put(target, b"other").rule == "dualentry.url-token"
    assert dualentry.get(upload).rule == "dualentry.url-token"
    assert dualentry.put(upload, b"1").status == 200
    assert dualentry.put(upload, b"2").rule == "dualentry.uploaded-already"
    assert dualentry.get(upload).rule == "dualentry.url-token"
    assert dualentry.get(target).body == CONTENT


@pytest.mark.proves("dualentry.method")
def test_a_url_takes_no_other_methods(dualentry: DualEntry, target: str) -> None:
    refused = dualentry.request("DELETE", target)

    assert (refused.status, refused.headers.get("allow")) == (405, "GET, HEAD, PUT")
    assert dualentry.get(target).body == CONTENT


# --- Announced files --------------------------------------------------------------------------------------------------


def registered(dualentry: DualEntry, **fields: object) -> dict[str, Any]:
    return dualentry.ok(dualentry.send_json("POST", REGISTER, {**SIGNED, **fields}))


@pytest.mark.proves("dualentry.register")
def test_an_announced_file_is_there_once_its_bytes_were_put(dualentry: DualEntry) -> None:
    announced = registered(dualentry, category="contract", note="ignored")
    dualentry.create("bills", attachments=[announced])

    upload = dualentry.at(announced.pop("upload_url"))
    assert announced == {"id": 4822, **SIGNED, "download_url": None, "category": "contract"}
    (waiting,) = dualentry.files("bills/1003")
    assert (waiting["download_url"], waiting["file_size"]) == (None, 11)
    assert waiting["upload_url"]

    answer = anyone(dualentry).put(upload, [b"the ", b"bytes"], content_type="application/x-signed")

    assert (answer.status, answer.body) == (200, b"")
    (there,) = dualentry.files("bills/1003")
    assert (there["upload_url"], there["file_size"], there["category"]) == (None, 9, "contract")
    served = anyone(dualentry).get(dualentry.at(there["download_url"]))
    assert (served.body, served.headers["content-type"]) == (b"the bytes", "application/x-signed")
    assert answer.headers["etag"] == served.headers["etag"]


def test_the_type_of_an_announced_file_is_that_of_its_name_by_default(dualentry: DualEntry) -> None:
    announced = registered(dualentry)
    dualentry.create("bills", attachments=[announced])

    dualentry.put(dualentry.at(announced["upload_url"]), b"")

    served = dualentry.get(dualentry.at(dualentry.files("bills/1003")[0]["download_url"]))
    assert (served.body, served.headers["content-type"]) == (b"", "application/pdf")


@pytest.mark.proves("dualentry.uploaded-already")
def test_an_upload_url_takes_bytes_once(dualentry: DualEntry) -> None:
    announced = registered(dualentry)
    dualentry.create("bills", attachments=[announced])
    upload = dualentry.at(announced["upload_url"])
    other = dualentry.at(dualentry.files("bills/1003")[0]["upload_url"])
    dualentry.put(upload, b"first")

    for target in (upload, other):
        assert storage_error(dualentry.put(target, b"second")) == (403, "dualentry.uploaded-already", "AccessDenied")

    (file,) = dualentry.files("bills/1003")
    assert dualentry.get(dualentry.at(file["download_url"])).body == b"first"
    assert dualentry.sandbox.store.used_bytes == len(b"first")


@pytest.mark.proves("dualentry.max-file-bytes")
def test_an_upload_url_takes_no_more_than_an_upload_does(make: Callable[..., DualEntry]) -> None:
    dualentry = make(dualentry_max_file_bytes=10)
    upload = dualentry.at(registered(dualentry)["upload_url"])

    for body in (bytes(11), [bytes(6), bytes(6)]):
        refused = dualentry.put(upload, body)
        assert (refused.status, refused.rule) == (413, "dualentry.max-file-bytes")
        assert dualentry.sandbox.store.used_bytes == 0
    assert dualentry.put(upload, bytes(10)).status == 200


def test_an_upload_that_breaks_off_may_be_tried_again(dualentry: DualEntry) -> None:
    upload = dualentry.at(registered(dualentry)["upload_url"])

    with pytest.raises(Disconnected):
        dualentry.request("PUT", upload, [bytes(100_000)], {"content-length": "200000"}, cut=True)

    assert dualentry.sandbox.store.used_bytes == 0
    assert dualentry.put(upload, b"whole").status == 200


@pytest.mark.proves("dualentry.url-lifetime")
def test_an_upload_url_expires_too(dualentry: DualEntry) -> None:
    dualentry.sandbox.clock.freeze(NOON)
    announced = registered(dualentry)
    dualentry.create("bills", attachments=[announced])
    dualentry.sandbox.clock.advance(3600)

    refused = dualentry.put(dualentry.at(announced["upload_url"]), b"late")

    assert refused.rule == "dualentry.url-lifetime"
    assert dualentry.put(dualentry.at(dualentry.files("bills/1003")[0]["upload_url"]), b"again").status == 200


@pytest.mark.proves("dualentry.body", "dualentry.credential", "dualentry.bad-json")
def test_an_announcement_names_the_file_and_its_size(dualentry: DualEntry) -> None:
    refused = dualentry.send_json("POST", REGISTER, {"file_size": "many"})

    assert (refused.status, refused.rule) == (422, "dualentry.body")
    assert errors(refused) == {
        "__all__": [
            "missing body.payload.file_name: Field required",
            "int_parsing body.payload.file_size: Input should be a valid integer, unable to parse string as an integer",
        ]
    }
    assert dualentry.send_json("POST", REGISTER, SIGNED, x_api_key=None).rule == "dualentry.credential"
    assert dualentry.post(REGISTER, b"{").rule == "dualentry.bad-json"
    assert registered(dualentry)["id"] == 4822


@pytest.mark.proves("dualentry.body")
def test_an_announced_file_is_named_as_an_uploaded_one_is(dualentry: DualEntry) -> None:
    assert registered(dualentry, file_name="../scans/a\nb.pdf")["file_name"] == "ab.pdf"
    for name in ("", "..", "scans/"):
        assert dualentry.send_json("POST", REGISTER, {**SIGNED, "file_name": name}).rule == "dualentry.body"


def test_with_four_fields_an_announced_file_has_no_url(make: Callable[..., DualEntry]) -> None:
    dualentry = make(dualentry_six_fields=False)

    assert registered(dualentry) == {"id": 4822, **SIGNED, "download_url": None}
