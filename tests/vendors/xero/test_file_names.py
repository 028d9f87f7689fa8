"""Which file names work, as they stand in the request line."""

from collections.abc import Callable
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator import create_app
from tests.vendors.xero.conftest import INVOICE, Xero

FILES = f"/Invoices/{INVOICE}/Attachments".encode()

GOOD = [
    "plain.pdf",
    "two words.pdf",
    "#1.pdf",
    "(copy).pdf",
    "[draft].pdf",
    "50% off & more, $5; a=b@c!'~.pdf",
    "a%20b.pdf",
    "100%25.pdf",
    "Überweisung für Zoë – 株式会社.pdf",
    "🧾.pdf",
    "e\u0301.pdf",
    f"{'n' * 196}.pdf",
    "..hidden..pdf",
    "a+b.pdf",
    "5eed0000-0000-4000-8000-000000000403.pdf",
]


@pytest.mark.parametrize("name", GOOD)
def test_a_percent_encoded_name_comes_back_as_it_was(xero: Xero, name: str) -> None:
    target = FILES + b"/" + quote(name, safe="").encode()

    uploaded = xero.put(target, b"bytes").json()["Attachments"][0]

    assert uploaded["FileName"] == name
    assert uploaded["Url"].endswith(quote(name, safe=""))
    assert xero.get(target).body == b"bytes"
    assert xero.names() == [name]


@pytest.mark.parametrize("raw", ["plain(1).pdf", "it's!~.pdf", "a,b;c=d&e@f$.pdf", "%41%2epdf"])
def test_characters_that_need_no_encoding_may_stand_raw(xero: Xero, raw: str) -> None:
    assert xero.put(FILES + b"/" + raw.encode(), b"bytes").status == 200


def test_double_encoded_names_keep_their_percent_sequences(xero: Xero) -> None:
    assert xero.put(FILES + b"/a%2520b.pdf", b"bytes").json()["Attachments"][0]["FileName"] == "a%20b.pdf"


@pytest.mark.proves("xero.file-name-characters")
@pytest.mark.parametrize("character", [*'<>:"/\\|?*', "\0", "\r", "\n", "\x1f", "\x7f"])
@pytest.mark.parametrize("method", ["PUT", "POST"])
def test_forbidden_characters_are_a_bad_request(xero: Xero, method: str, character: str) -> None:
    target = FILES + f"/a{quote(character, safe='')}b.pdf".encode()

    refused = xero.request(method, target, b"bytes")

    assert (refused.status, refused.rule) == (400, "xero.file-name-characters")
    assert xero.names() == []
    assert xero.get(target).status == 404


@pytest.mark.parametrize("raw", [b"a<b>.pdf", b"a|b.pdf", b'a"b".pdf', b"a*b.pdf", b"a:b.pdf", b"a\\b.pdf", b"a/b.pdf"])
def test_forbidden_characters_are_a_bad_request_raw_as_well(xero: Xero, raw: bytes) -> None:
    assert xero.put(FILES + b"/" + raw, b"bytes").rule == "xero.file-name-characters"


def test_the_forbidden_characters_are_a_setting(make: Callable[..., Xero]) -> None:
    xero = make(xero_file_name_characters='<>:"/\\|?*+')

    assert xero.put(FILES + b"/a%2Bb.pdf", b"bytes").rule == "xero.file-name-characters"


@pytest.mark.parametrize("forbidden", ["]^-", "a-z", ""])
def test_any_characters_can_be_forbidden(make: Callable[..., Xero], forbidden: str) -> None:
    xero = make(xero_file_name_characters=forbidden)

    for mark in "am^]-|":
        answer = xero.put(f"{FILES.decode()}/{quote(mark)}.pdf", b"bytes")
        assert answer.rule == ("xero.file-name-characters" if mark in forbidden else None), mark


def test_a_raw_question_mark_or_hash_cuts_the_name_short(xero: Xero) -> None:
    assert xero.put(FILES + b"/what?.pdf", b"bytes").rule == "xero.file-type"


@pytest.mark.proves("xero.file-name-brackets")
@pytest.mark.parametrize("raw", [b"a[1].pdf", b"a[.pdf", b"a].pdf"])
def test_raw_square_brackets_are_refused(xero: Xero, raw: bytes) -> None:
    refused = xero.put(FILES + b"/" + raw, b"bytes")

    assert (refused.status, refused.rule) == (400, "xero.file-name-brackets")
    assert xero.get(FILES + b"/" + raw).rule == "xero.file-name-brackets"


@pytest.mark.proves("xero.file-name-plus")
@pytest.mark.parametrize("method", ["PUT", "GET"])
def test_a_raw_plus_is_not_found(xero: Xero, method: str) -> None:
    missing = xero.request(method, FILES + b"/two+words.pdf", b"bytes")

    assert (missing.status, missing.rule) == (404, "xero.file-name-plus")
    assert missing.body == b"The resource you're looking for cannot be found"


@pytest.mark.proves("xero.file-name-trailing-space")
def test_a_trailing_space_makes_xero_fail(xero: Xero) -> None:
    failed = xero.put(FILES + b"/a.pdf%20", b"bytes")

    assert (failed.status, failed.rule) == (500, "xero.file-name-trailing-space")
    assert list(failed.json()) == ["Title", "Detail", "Status", "Instance"]
    assert xero.get(FILES + b"/a.pdf%20").status == 404


@pytest.mark.proves("xero.file-name-utf8")
@pytest.mark.parametrize("raw", [b"caf%E9.pdf", b"%ff.pdf", b"%ed%a0%80.pdf", "café.pdf".encode("latin-1")])
def test_bytes_that_are_not_utf8_are_a_bad_request(xero: Xero, raw: bytes) -> None:
    refused = xero.put(FILES + b"/" + raw, b"bytes")

    assert (refused.status, refused.rule) == (400, "xero.file-name-utf8")


@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cc"], exclude_characters='<>:"/\\|?*'), min_size=1))
def test_any_other_name_survives_the_round_trip(stem: str) -> None:
    xero = Xero(create_app())
    target = FILES + b"/" + quote(f"{stem}.pdf", safe="").encode()

    assert xero.put(target, b"bytes").json()["Attachments"][0]["FileName"] == f"{stem}.pdf"
    assert xero.get(target).body == b"bytes"
    for accept in ("application/json", "text/xml"):
        assert xero.get(FILES, accept=accept).status == 200


def test_a_name_that_xml_cannot_carry_does_not_break_the_answer(xero: Xero) -> None:
    answer = xero.put(FILES + b"/" + quote("a\uffffb.pdf").encode(), b"bytes", accept="text/xml")

    assert answer.xml().findtext(".//FileName") == "a\ufffdb.pdf"
