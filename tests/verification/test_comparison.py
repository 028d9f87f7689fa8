"""The comparison finds each kind of difference, and none where there is none."""

import json
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from emulator.verification.answer import Answer
from emulator.verification.comparison import Expectation, compare

JsonObject = dict[str, Any]
EXPECTATION = Expectation(exact=("Status", "Attachments[].MimeType"), count=("Attachments",))
HEADERS = {"Content-Type": "application/json; charset=utf-8", "X-MinLimit-Remaining": "58", "Cache-Control": "no-store"}


def uploaded(**changes: Any) -> JsonObject:
    return {
        "Id": "5b34a493-2126-46fa-9877-56d9a7a11cdb",
        "Status": "OK",
        "DateTimeUTC": "/Date(1588633398797)/",
        "Attachments": [
            {"AttachmentID": "40fa0d97-8b94-4948-b299-4bcbe73dafc3", "MimeType": "application/pdf", "ContentLength": 5}
        ],
        **changes,
    }


def refusal(message: str = "The file couldn't be uploaded because it is empty.") -> JsonObject:
    return {"ErrorNumber": 10, "Elements": [{"ValidationErrors": [{"Message": message}]}]}


def answer(body: object, status: int = 200, headers: Mapping[str, str] = HEADERS) -> Answer:
    return Answer(status, tuple(headers.items()), json.dumps(body).encode())


def changed_attachment(**changes: Any) -> JsonObject:
    body = uploaded()
    body["Attachments"][0] |= changes
    return body


def without(body: JsonObject, name: str) -> JsonObject:
    return {key: value for key, value in body.items() if key != name}


# What is planted in the vendor's answer, the kind of difference, where it is, and what the vendor is said to do.
PLANTED: Mapping[str, tuple[Answer, Answer, tuple[str, str, str]]] = {
    "status": (answer(refusal(), 400), answer(refusal(), 422), ("status", "", "422")),
    "missing member": (
        answer(uploaded()),
        answer(without(uploaded(), "DateTimeUTC")),
        ("missing member", "DateTimeUTC", "nothing of it"),
    ),
    "extra member": (
        answer(uploaded()),
        answer(changed_attachment(IncludeOnline=True)),
        ("extra member", "Attachments[].IncludeOnline", "that it is there"),
    ),
    "letter case of a header": (
        answer(uploaded()),
        answer(uploaded(), headers={name.replace("Min", "MIN"): value for name, value in HEADERS.items()}),
        ("header case", "X-MinLimit-Remaining", "X-MINLimit-Remaining"),
    ),
    "enum": (answer(uploaded()), answer(uploaded(Status="Ok")), ("value", "Status", "'Ok'")),
    "order": (
        answer(uploaded()),
        answer(dict(sorted(uploaded().items()))),
        ("order", "", "Attachments, DateTimeUTC, Id, Status"),
    ),
    "text": (
        answer(refusal(), 400),
        answer(refusal("The file is empty."), 400),
        ("text", "Elements[].ValidationErrors[].Message", "'The file is empty.'"),
    ),
    "type": (
        answer(uploaded()),
        answer(changed_attachment(ContentLength="5")),
        ("type", "Attachments[].ContentLength", "a text"),
    ),
    "date form": (
        answer(uploaded()),
        answer(uploaded(DateTimeUTC="2020-05-04T23:03:18.797")),
        ("date form", "DateTimeUTC", "a date like 2026-01-31T00:00:00"),
    ),
    "content type": (
        answer(uploaded()),
        answer(uploaded(), headers={**HEADERS, "Content-Type": "application/json"}),
        ("content type", "", "application/json"),
    ),
    "missing header": (
        answer(uploaded()),
        answer(uploaded(), headers=without(HEADERS, "Cache-Control")),
        ("missing header", "Cache-Control", "none"),
    ),
    "value of a header": (
        answer(uploaded()),
        answer(uploaded(), headers={**HEADERS, "Cache-Control": "private, max-age=0"}),
        ("header value", "Cache-Control", "'private, max-age=0'"),
    ),
    "count": (
        answer(uploaded()),
        answer(uploaded(Attachments=uploaded()["Attachments"] * 2)),
        ("count", "Attachments", "2"),
    ),
}


@pytest.mark.parametrize("planted", PLANTED)
def test_a_planted_difference_is_the_only_one(planted: str) -> None:
    emulator, vendor, expected = PLANTED[planted]

    differences = compare(emulator, vendor, EXPECTATION)

    assert [(difference.kind, difference.where, difference.vendor) for difference in differences] == [expected]
    assert compare(emulator, emulator, EXPECTATION) == []
    assert compare(vendor, vendor, EXPECTATION) == []


def test_what_differs_by_nature_is_no_difference() -> None:
    emulator = answer(uploaded(Url="http://127.0.0.1:4600/xero/a.pdf", Total="10.00"))
    vendor = answer(
        uploaded(
            Id="00000000-2126-46fa-9877-56d9a7a11cdb",
            DateTimeUTC="/Date(1700000000000)/",
            Url="https://api.xero.com/b.pdf",
            Total="17.50",
        ),
        headers={**HEADERS, "X-MinLimit-Remaining": "3", "Server": "nginx", "Set-Cookie": "a=b"},
    )

    assert compare(emulator, vendor, EXPECTATION) == []


@pytest.mark.parametrize(
    "texts",
    [("Invoice 7 of 10", "Invoice 9 of 10"), ("expired at 04/29/2020 09:22:02", "expired at 11/27/2026 10:00:00")],
)
def test_in_texts_only_what_is_replaced_may_differ(texts: tuple[str, str]) -> None:
    emulator, vendor = (answer(refusal(text), 400) for text in texts)

    assert compare(emulator, vendor, replacements=({"Invoice 7": "{i}"}, {"Invoice 9": "{i}"})) == []


def test_an_id_is_not_replaced_within_a_number() -> None:
    emulator, vendor = (
        answer(refusal(), 400, {**HEADERS, "X-RateLimit-Reset": reset}) for reset in ("1795824802", "1795824800")
    )

    assert compare(emulator, vendor, replacements=({"480": "{id}"}, {"4800": "{id}"})) == []


def test_no_secret_is_in_a_message() -> None:
    token = "eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0.c2lnbmF0dXJl"
    emulator, vendor = (
        answer(refusal(), 400),
        answer(refusal(f"The token {token} (Bearer abcdefghijkl) is not good"), 400),
    )

    [difference] = compare(emulator, vendor)

    assert "is not good" in str(difference)
    assert token not in str(difference)
    assert "abcdefghijkl" not in str(difference)


Body = Callable[[], bytes]


@pytest.mark.parametrize(
    ("body", "described"),
    [(b"", "no body"), (b"<html>Bad gateway</html>", "what is not JSON"), (b'{"Id": ', "what is not JSON")],
)
def test_a_body_that_cannot_be_read_is_one_difference(body: bytes, described: str) -> None:
    [difference] = compare(answer(uploaded()), Answer(200, tuple(HEADERS.items()), body))

    assert difference.kind == "body"
    assert difference.vendor.startswith(described)


def test_other_bytes_of_a_file_are_a_difference_where_its_content_counts() -> None:
    ours, theirs = (Answer(200, (("Content-Type", "application/pdf"),), body) for body in (b"%PDF-1.7", b"%PDF-1.4"))

    [difference] = compare(ours, theirs, Expectation(content=True))

    assert (difference.kind, difference.where) == ("content", "")
    assert [value.partition(",")[0] for value in (difference.emulator, difference.vendor)] == ["8 bytes"] * 2
    assert difference.emulator != difference.vendor
    assert compare(ours, theirs) == []
