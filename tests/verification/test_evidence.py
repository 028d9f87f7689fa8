"""What the report page shows of requests and answers: no credential, name or amount, and nothing that is no text."""

import json

import pytest

from emulator.verification.answer import Answer
from emulator.verification.evidence import Message, describe_answer, describe_request, repeatable
from emulator.verification.redaction import digest

URL = "https://api.xero.com/api.xro/2.0/Invoices"


def sent(body: bytes | None, content_type: str, *, own: bool = False) -> tuple[str, ...]:
    return describe_request("POST", URL, [("Content-Type", content_type)], body, own=own).body


def answered(body: bytes, content_type: str = "application/json", *, complete: bool = True) -> tuple[str, ...]:
    answer = Answer(200, (("Content-Type", content_type),), body, complete=complete)
    return describe_answer(answer, ()).body


@pytest.mark.parametrize(
    ("body", "content_type", "shown"),
    [
        (None, "application/json", ("(not in the recording)",)),
        (b"", "application/json", ()),
        (b'{"Name": "Tui", "Total": 7}', "application/json", ("{", '  "Name": "redacted",', '  "Total": 0', "}")),
        (b"{broken", "application/json", (f"({digest(b'{broken')})",)),
        (b"[" * 100_000, "application/json", (f"({digest(b'[' * 100_000)})",)),
        (
            b"grant_type=refresh_token&refresh_token=secret&client_id=",
            "application/x-www-form-urlencoded",
            ("grant_type=refresh_token", "refresh_token=redacted", "client_id=redacted"),
        ),
        (b"<Name>Tui</Name>", "text/xml", ("<Name>redacted</Name>",)),
        (b"%PDF-1.7", "application/pdf", (f"({digest(b'%PDF-1.7')})",)),
    ],
)
def test_what_somebody_sent_is_shown_without_what_is_theirs(
    body: bytes | None, content_type: str, shown: tuple[str, ...]
) -> None:
    assert sent(body, content_type) == shown


def test_what_verification_wrote_is_shown_as_it_is_where_it_is_text() -> None:
    assert sent(b'{"Name": "Tui"}', "application/json", own=True) == ('{"Name": "Tui"}',)
    (line,) = sent(b"\x00\x01", "application/octet-stream", own=True)
    assert line.startswith("(2 bytes, sha256 ")


def test_an_answer_that_is_cut_or_no_text_says_so() -> None:
    assert answered(b'{"Status":"OK"}', complete=False) == ("(not in the recording)",)
    (page,) = answered(b"<html><body>Sign in</body></html>", "text/html")
    assert page.startswith("(a page of HTML, 33 bytes, sha256 ")
    # JSON on one line is laid out; what only says that it is JSON is not.
    assert answered(b'{"Total": 7}') == ("{", '  "Total": 0', "}")
    assert answered(b"") == ()


def test_texts_that_an_error_may_repeat_are_found_in_xml_and_in_json() -> None:
    assert repeatable(b"<Invoice><Type>ACCREC</Type> <Total> 7 </Total></Invoice>") == {"ACCREC", "7"}
    assert repeatable(json.dumps({"Type": "ACCREC", "Lines": [{"Total": 7}]}).encode()) >= {"ACCREC", "7"}
    assert repeatable(b"{broken") == repeatable(None) == set()


def test_what_is_private_is_taken_out_in_every_spelling() -> None:
    message = Message("GET /Zoë", ("X-Owner: Zoë",), ('"Zo\\u00eb"', "Zoë & Co"))

    private = message.without({"Zoë", "Zoë & Co", ""})

    assert private == Message("GET /redacted", ("X-Owner: redacted",), ('"redacted"', "redacted"))
