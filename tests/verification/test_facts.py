"""What public recordings of Xero's API show holds of the emulator, too.

The facts are in our own words: which request, and what of the answer is known. The recordings are test data of
XeroAPI/xero-python (2020), minimul/xero-api (2018), ignitionapp/xpm_ruby (2020, 2021) and freakboy3742/pyxero.
"""

import json
from collections.abc import Mapping
from typing import Any

import pytest

from emulator.commands.verify_recording import SandboxStage, path_at, refusals
from emulator.testing import Emulator, Sandbox
from emulator.vendors import load_probes
from emulator.verification.answer import Answer
from emulator.verification.comparison import Difference
from emulator.verification.recordings import Recorded, Recording
from emulator.verification.replay import Replay
from emulator.verification.runner import Check
from tests.verification.sides import side

API = "https://api.xero.com/api.xro/2.0"
BILL = "22b3fab4-0000-4000-8000-0000000000aa"
FILE = "40fa0d97-0000-4000-8000-0000000000bb"
CREDENTIAL = (("Authorization", "Bearer token"), ("xero-tenant-id", "3e776c4b-0000-4000-8000-0000000000cc"))
GUID = "5b34a493-0000-4000-8000-0000000000dd"
COMMON = {
    "Cache-Control": "max-age=0, no-cache, no-store",
    "Xero-Correlation-Id": GUID,
    "X-Client-TLS-ver": "tls1.3",
}
LIMITS = {"X-AppMinLimit-Remaining": "9998", "X-MinLimit-Remaining": "58", "X-DayLimit-Remaining": "4983"}
JSON = {"Content-Type": "application/json; charset=utf-8"}


def pretty(value: object) -> bytes:
    """JSON as Xero's accounting API lays it out."""
    return json.dumps(value, indent=2).replace("\n", "\r\n").encode()


def envelope(**members: object) -> bytes:
    return pretty(
        {"Id": GUID, "Status": "OK", "ProviderName": "an app", "DateTimeUTC": "/Date(1588633398797)/", **members}
    )


def problem(status: int, title: str, detail: str) -> bytes:
    """An error of Xero's gateway, on one line."""
    members: dict[str, Any] = {
        "Type": None,
        "Title": title,
        "Status": status,
        "Detail": detail,
        "Instance": GUID,
        "Extensions": {},
    }
    return json.dumps(members, separators=(",", ":")).encode()


def attachment(name: str, mime_type: str, size: int, at: str = "Invoices") -> dict[str, Any]:
    return {
        "AttachmentID": FILE,
        "FileName": name,
        "Url": f"{API}/{at}/{BILL}/Attachments/{name}",
        "MimeType": mime_type,
        "ContentLength": size,
    }


def fact(
    request: str,
    status: int,
    headers: Mapping[str, str],
    body: bytes = b"",
    *,
    sent: bytes = b"",
    content_type: str = "",
    credential: tuple[tuple[str, str], ...] = CREDENTIAL,
) -> Recorded:
    method, _, path = request.partition(" ")
    sent_headers = [("Accept", "application/json"), *credential]
    if content_type:
        sent_headers.append(("Content-Type", content_type))
    url = path if path.startswith("https:") else f"{API}{path}"
    answer = Answer(status, tuple({**COMMON, **headers}.items()), body)
    return Recorded(1, method, url, tuple(sent_headers), sent, answer)


@pytest.fixture
def differences(emulator_server: Emulator, emulator: Sandbox) -> Any:
    def replay(*facts: Recorded) -> list[tuple[Check, Difference]]:
        with side("xero", emulator) as xero:
            stage = SandboxStage(emulator_server.control, emulator.name, "xero")
            outcome = Replay(load_probes("xero"), xero, stage, path_at("xero"), refusals("xero")).run(
                [Recording("facts", list(facts))]
            )
        assert [check for check in outcome.checks if check.skipped] == []
        assert len(outcome.checks) == len(facts)
        return [(check, difference) for check in outcome.checks for difference in check.differences]

    return replay


def test_an_upload_to_a_bill_its_list_and_its_download(differences: Any) -> None:
    """xero-python, May 2020. The bill takes IncludeOnline, and the answer does not mention it."""
    content = b"%PDF-1.4" + bytes(54_566)
    stored = envelope(Attachments=[attachment("inv-0032.pdf", "application/pdf", 54_574)])
    bill = envelope(Invoices=[{"Type": "ACCPAY", "InvoiceID": BILL}])
    upload = f"PUT /Invoices/{BILL}/Attachments/inv-0032.pdf?IncludeOnline=True"

    result = differences(
        fact(upload, 200, {**JSON, **LIMITS}, stored, sent=content, content_type="application/octet-stream"),
        fact(f"GET /Invoices/{BILL}/Attachments", 200, {**JSON, **LIMITS}, stored),
        fact(f"GET /Invoices/{BILL}/Attachments/{FILE}", 200, {"Content-Type": "application/pdf", **LIMITS}, content),
        fact(f"GET /Invoices?IDs={BILL}", 200, {**JSON, **LIMITS}, bill),
    )

    # Of the bill itself only the type is a fact here.
    assert [difference for check, difference in result if "IDs=" not in check.request] == []


def test_the_lines_of_a_bill(differences: Any) -> None:
    """xero-python, May 2020: the members of a line, their order and their decimals."""
    line = {
        "Description": "Monthly electricity",
        "UnitAmount": 89.5,
        "TaxType": "INPUT2",
        "TaxAmount": 11.61,
        "LineAmount": 89.5,
        "AccountCode": "445",
        "Tracking": [],
        "Quantity": 1.5,
        "LineItemID": GUID,
    }
    bill = envelope(Invoices=[{"Type": "ACCPAY", "InvoiceID": BILL, "LineItems": [line]}])
    sent = {"Type": "ACCPAY", "Contact": {"Name": "PowerDirect"}, "LineItems": [dict(reversed(line.items()))]}

    result = differences(
        fact("GET /Invoices?page=1", 200, {**JSON, **LIMITS}, bill),
        fact("PUT /Invoices", 200, {**JSON, **LIMITS}, bill, sent=pretty(sent), content_type="application/json"),
    )

    assert [str(difference) for _, difference in result if difference.where.startswith("Invoices[].LineItems")] == []


def test_the_dates_of_an_organisation(differences: Any) -> None:
    """xero-python, March 2020: when it was created has no offset, unlike the dates of documents."""
    organisation = envelope(Organisations=[{"CreatedDateUTC": "/Date(1584566350680)/"}])

    result = differences(fact("GET /Organisation", 200, {**JSON, **LIMITS}, organisation))

    assert {difference.kind for _, difference in result} == {"missing member"}


def test_an_upload_by_post(differences: Any) -> None:
    """minimul/xero-api, November 2018: a PNG, with its own type; then there were no limits in headers."""
    stored = envelope(Attachments=[attachment("a.png", "image/png", 24_856)])
    upload = f"POST /Invoices/{BILL}/Attachments/a.png"

    result = differences(fact(upload, 200, {**JSON, **LIMITS}, stored, sent=bytes(24_856), content_type="image/png"))

    assert result == []


def test_what_does_not_exist(differences: Any) -> None:
    """minimul/xero-api and pyxero: one plain text for an unknown path and an unknown record."""
    text = b"The resource you're looking for cannot be found"
    headers = {"Content-Type": "text/html; charset=utf-8", **LIMITS}

    result = differences(
        fact("GET /Contacts/deadbeef", 404, headers, text), fact("POST /BankStatements/1", 404, headers, text)
    )

    assert len(text) == 47
    assert result == []


def test_an_unknown_invoice_cannot_be_updated(differences: Any) -> None:
    """minimul/xero-api, 2018."""
    message = "An existing Invoice with the specified InvoiceID could not be found"

    result = differences(
        fact(
            f"POST /Invoices/{BILL}",
            400,
            {**JSON, **LIMITS},
            pretty(
                {
                    "ErrorNumber": 10,
                    "Type": "ValidationException",
                    "Message": "A validation exception occurred",
                    "Elements": [{"InvoiceID": BILL, "ValidationErrors": [{"Message": message}]}],
                }
            ),
            sent=b'{"Invoices": [{"Reference": "a"}]}',
            content_type="application/json",
        )
    )

    # The element echoes more than is a fact here.
    assert [difference for _, difference in result if "Message" in difference.where or not difference.where] == []


def test_connections_are_on_one_line_without_a_charset(differences: Any) -> None:
    """xero-python, 2020."""
    connection = {
        "id": GUID,
        "tenantId": BILL,
        "tenantType": "ORGANISATION",
        "createdDateUtc": "2020-03-18T21:20:07.7179250",
    }
    body = json.dumps([{**connection, "updatedDateUtc": "2020-03-18T21:20:07.7200040"}], separators=(",", ":")).encode()

    result = differences(fact("GET https://api.xero.com/connections", 200, {"Content-Type": "application/json"}, body))

    # Newer answers have more.
    newer = {"[].authEventId", "[].tenantName"}
    assert [difference for _, difference in result if difference.where not in newer] == []


@pytest.mark.parametrize(
    ("status", "title", "detail", "headers"),
    [
        (401, "Unauthorized", "AuthenticationUnsuccessful", {"WWW-Authenticate": "Bearer error=invalid_token"}),
        (403, "Forbidden", "AuthenticationUnsuccessful", {"X-AppMinLimit-Remaining": "9999"}),
    ],
)
def test_problems_of_the_gateway_are_on_one_line(
    status: int, title: str, detail: str, headers: Mapping[str, str], differences: Any
) -> None:
    """ignitionapp/xpm_ruby, 2020, at the same gateway: a bad token, a tenant that is not the token's."""
    body = problem(status, title, detail)

    result = differences(fact("GET /Organisation", status, {"Content-Type": "application/json", **headers}, body))

    # A status on demand comes without the count of an app's requests.
    assert [difference for _, difference in result if difference.where != "X-AppMinLimit-Remaining"] == []


def test_a_request_without_a_tenant(differences: Any) -> None:
    """ignitionapp/xpm_ruby, 2020: the count of the app's requests comes along, that of the tenant's does not."""
    body = problem(403, "Forbidden", "AuthenticationUnsuccessful")
    headers = {"Content-Type": "application/json", "X-AppMinLimit-Remaining": "9999"}
    nobody = (("Authorization", "Bearer token"), ("xero-tenant-id", ""))

    assert differences(fact("GET /Organisation", 403, headers, body, credential=nobody)) == []


def test_beyond_a_limit_nothing_but_headers_comes(differences: Any) -> None:
    """ignitionapp/xpm_ruby, June 2021."""
    limits = {"X-AppMinLimit-Remaining": "9938", "X-MinLimit-Remaining": "0", "X-DayLimit-Remaining": "4539"}
    headers = {"Retry-After": "22", "X-Rate-Limit-Problem": "minute", **limits}

    assert differences(fact("GET /Organisation", 429, headers)) == []


def test_what_is_no_fact_is_found(differences: Any) -> None:
    wrong = attachment("a.png", "image/x-png", 5) | {"ContentLength": "5"}
    upload = fact(
        f"PUT /Invoices/{BILL}/Attachments/a.png", 200, JSON | LIMITS, envelope(Attachments=[wrong]), sent=b"12345"
    )

    found = {
        (check.rule_of(difference), difference.kind, difference.where) for check, difference in differences(upload)
    }

    assert found == {
        ("xero.upload-answer", "value", "Attachments[].MimeType"),
        ("xero.upload-answer", "type", "Attachments[].ContentLength"),
    }
