"""What a test asks of the journal."""

import asyncio
import re
import threading
import urllib.request
from typing import Any

import httpx
import pytest

from emulator.testing import Emulator, EmulatorError, Exchange, Sandbox

FILES = "/Invoices/INV-0002/Attachments"


@pytest.fixture
def journalled(emulator: Sandbox) -> Sandbox:
    """A sandbox that a file, a refused file and two looks were sent to."""
    with emulator.xero.client() as http:
        http.put(f"{FILES}/a.pdf", content=b"%PDF-1.7")
        http.put(f"{FILES}/a.exe", content=b"MZ")
        http.get("/Invoicez/INV-0002")
    with emulator.dualentry.client() as http:
        http.post("/invoices/1002/attachments/", files={"files": ("b.pdf", b"12345")})
    return emulator


def numbers(exchanges: list[Exchange]) -> list[int]:
    return [item.number for item in exchanges]


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({}, [1, 2, 3, 4]),
        ({"vendor": "xero"}, [1, 2, 3]),
        ({"method": "put"}, [1, 2]),
        ({"path": "Attachments/a"}, [1, 2]),
        ({"path": "*/a.???"}, [1, 2]),
        ({"status": 200}, [1, 4]),
        ({"status": "4xx"}, [2, 3]),
        ({"rule": "xero.file-type"}, [2]),
        ({"after": 2}, [3, 4]),
        ({"limit": 1}, [4]),
        ({"method": "PUT", "status": 400}, [2]),
        ({"vendor": "codat"}, []),
    ],
)
def test_exchanges_are_found_by_what_they_are(
    journalled: Sandbox, filters: dict[str, Any], expected: list[int]
) -> None:
    assert numbers(journalled.journal.find(**filters)) == expected


def test_the_journal_is_a_sequence(journalled: Sandbox) -> None:
    assert len(journalled.journal) == 4
    assert numbers(list(journalled.journal)) == [1, 2, 3, 4]
    assert journalled.journal[-1].vendor == "dualentry"


def test_an_exchange_tells_what_came_and_what_was_answered(journalled: Sandbox) -> None:
    _, refused, missed, posted = journalled.journal

    assert (refused.vendor, refused.method, refused.status, refused.outcome) == ("xero", "PUT", 400, "answered")
    assert (refused.rules, refused.request["size"]) == (("xero.file-type",), 2)
    assert (missed.operation, str(missed.hint).partition("?")[0]) == (
        None,
        "Did you mean GET /xero/api.xro/2.0/Invoices/{document}",
    )
    assert [(file["name"], file["size"]) for file in posted.files] == [("b.pdf", 5)]
    assert ["authorization", "[redacted]"] in refused.request["headers"]


def test_a_duration_includes_the_wait_of_a_slow_answer_and_no_step_of_the_clock(emulator: Sandbox) -> None:
    emulator.faults.delay(0.05, method="PUT")
    with emulator.xero.client() as http:
        http.put(f"{FILES}/a.pdf", content=b"%PDF-1.7")

    (slow,) = emulator.journal
    assert slow.duration is not None
    # The clock of the fixture stands still; the time that passes is real.
    assert 0.05 <= slow.duration < 60


def test_bodies_are_to_be_had_on_both_sides(journalled: Sandbox) -> None:
    first, second = journalled.journal.find(method="PUT")

    assert journalled.journal.body_of(first) == b"%PDF-1.7"
    assert b'"FileName": "a.pdf"' in journalled.journal.body_of(first, "response")
    with pytest.raises(EmulatorError, match="was not recorded"):
        journalled.journal.body_of(journalled.journal[2])
    journalled.journal.clear()
    with pytest.raises(EmulatorError, match="no exchange 2"):
        journalled.journal.body_of(second)


def test_clearing_forgets_the_exchanges_and_no_files(journalled: Sandbox) -> None:
    journalled.journal.clear()

    assert len(journalled.journal) == 0
    journalled.xero.assert_attached("Invoices", "INV-0002", "a.pdf")


def test_a_har_has_every_exchange(journalled: Sandbox) -> None:
    entries = journalled.journal.har()["log"]["entries"]

    assert [entry["response"]["status"] for entry in entries] == [200, 400, 404, 200]
    assert all(entry["time"] == entry["timings"]["wait"] > 0 for entry in entries)


def test_a_har_has_the_query_decoded(emulator: Sandbox) -> None:
    with emulator.xero.client() as http:
        http.get("/Invoices?where=Status%3D%3D%22DRAFT%22&page=1&page=2&order=")

    (entry,) = emulator.journal.har()["log"]["entries"]

    assert [(pair["name"], pair["value"]) for pair in entry["request"]["queryString"]] == [
        ("where", 'Status=="DRAFT"'),
        ("page", "1"),
        ("page", "2"),
        ("order", ""),
    ]


def test_the_report_has_a_line_for_each_exchange_with_rules_files_and_hints(journalled: Sandbox) -> None:
    report = journalled.journal.report().replace(f"/sandbox/{journalled.name}", "").splitlines()

    assert [line for line in report if not line.startswith("      ")] == [
        "The last exchanges:",
        "  #1 PUT /xero/api.xro/2.0/Invoices/INV-0002/Attachments/a.pdf -> 200 (8 bytes)",
        "  #2 PUT /xero/api.xro/2.0/Invoices/INV-0002/Attachments/a.exe -> 400 [xero.file-type] (2 bytes)",
        "  #3 GET /xero/api.xro/2.0/Invoicez/INV-0002 -> 404 [xero.unknown-path]",
        "  #4 POST /dualentry/public/v2/invoices/1002/attachments/ -> 200 b.pdf (5 bytes)",
    ]
    assert f"      {journalled.journal[2].hint}" in report
    assert journalled.journal.report(last=1).splitlines()[1:] == [f"  {journalled.journal[-1]}"]
    journalled.journal.clear()
    assert journalled.journal.report() == "No request reached the sandbox."


def test_the_report_ends_with_the_requests_that_reached_no_vendor_as_with_a_wrong_base_url(
    emulator_server: Emulator,
) -> None:
    server = emulator_server
    box, other = server.sandbox(), server.sandbox()
    for path in (
        "/api.xro/2.0/Invoices",
        f"/sandbox/{box.name}/api.xro/2.0/Invoices",
        f"/sandbox/{other.name}/nothing",
    ):
        assert httpx.get(f"{server.url}{path}", trust_env=False).status_code == 404

    report = box.journal.report().splitlines()

    assert report[:3] == [
        "No request reached the sandbox.",
        "Requests that reached no vendor:",
        "  GET /api.xro/2.0/Invoices -> 404",
    ]
    assert report[3].startswith(f"      You probably meant {server.url}/xero/api.xro/2.0/Invoices")
    assert f"  GET /sandbox/{box.name}/api.xro/2.0/Invoices -> 404" in report
    assert other.name not in "".join(report)
    box.reset()
    assert box.journal.report() == "No request reached the sandbox."


def test_the_report_explains_a_refusal_once_with_rule_setting_and_answer(emulator: Sandbox) -> None:
    emulator.configure(xero_max_attachments=1)
    with emulator.xero.client() as http:
        for name in ("a.pdf", "b.pdf", "c.pdf"):
            http.put(f"{FILES}/{name}", content=b"%PDF-1.7")

    report = emulator.journal.report()

    assert report.count("xero.max-attachments (") == 1
    assert report.count("The setting xero_max_attachments changes it; here it is 1.") == 1
    assert report.count("xero answered: ") == 1
    assert "ValidationException" in report


def test_a_file_name_cannot_control_the_terminal_that_shows_the_report(emulator: Sandbox) -> None:
    with emulator.vrplatform.client() as http:
        name = "a\u202efdp\u009b31m.exe"
        http.post("/transaction-attachments", files={"file": (name, b"x")})

    assert r"a\u202efdp\x9b31m.exe (1 bytes)" in emulator.journal.report()


def test_calls_are_asserted_and_shown_where_they_are_not_as_expected(journalled: Sandbox) -> None:
    assert numbers(journalled.journal.assert_called(vendor="xero")) == [1, 2, 3]
    assert numbers(journalled.journal.assert_called(times=2, method="PUT")) == [1, 2]
    journalled.journal.assert_called(2, method="PUT")
    journalled.journal.assert_not_called(method="DELETE")

    with pytest.raises(AssertionError) as failed:
        journalled.journal.assert_called(method="DELETE", status=200)
    assert "expected at least one exchange with method='DELETE', status=200, found 0." in str(failed.value)
    assert "a.exe -> 400 [xero.file-type]" in str(failed.value)
    with pytest.raises(AssertionError, match=r"expected 1 exchange with vendor='xero', found 3\."):
        journalled.journal.assert_called(times=1, vendor="xero")
    with pytest.raises(AssertionError, match=r"expected 0 exchanges with anything, found 4\."):
        journalled.journal.assert_not_called()


@pytest.mark.parametrize("name", ["find", "assert_called", "assert_not_called", "wait_for"])
def test_a_filter_that_does_not_exist_is_an_error_and_no_empty_result(emulator: Sandbox, name: str) -> None:
    with pytest.raises(
        TypeError, match=rf"^Journal\.{name}\(\) has no argument 'verb'\. It takes vendor, method, .*\.$"
    ):
        getattr(emulator.journal, name)(verb="PUT")
    with pytest.raises(TypeError, match=rf"^Journal\.{name}\(\) has no argument 'vendr'\. Did you mean 'vendor'\?$"):
        getattr(emulator.journal, name)(vendr="xero")


@pytest.mark.parametrize(
    ("filters", "words"),
    [
        ({"vendor": "xerro"}, "there is no vendor 'xerro'. Did you mean 'xero'?"),
        (
            {"vendor": "quickbooks"},
            "there is no vendor 'quickbooks'. Choose one of xero, codat, dualentry, vrplatform.",
        ),
        ({"rule": "xero.filetype"}, "there is no rule 'xero.filetype'. Did you mean 'xero.file-type'?"),
        ({"rule": "?"}, "there is no rule '?'. `attachment-emulator rules` lists the rules."),
        ({"operation": "getinvoices"}, "there is no operation 'getinvoices'. Did you mean 'getInvoices'?"),
        ({"operation": "?"}, "there is no operation '?'. `attachment-emulator operations` lists the operations."),
        ({"fault": "lost_answer"}, "there is no fault 'lost_answer'. Did you mean 'lost-answer'?"),
    ],
)
def test_a_value_that_no_exchange_can_have_is_an_error_and_no_empty_result(
    emulator: Sandbox, filters: dict[str, Any], words: str
) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(words)}$"):
        emulator.journal.assert_not_called(**filters)


# --- Waiting ----------------------------------------------------------------------------------------------------------


def test_what_has_come_already_is_not_waited_for(journalled: Sandbox) -> None:
    assert journalled.journal.wait_for(timeout=0, method="PUT").number == 1


def test_what_does_not_come_ends_the_wait(emulator: Sandbox) -> None:
    with pytest.raises(EmulatorError, match="No exchange matched within 0 seconds"):
        emulator.journal.wait_for(timeout=0, method="PUT")


def test_who_waits_keeps_nobody_waiting(emulator: Sandbox) -> None:
    """Neither those who send nor those who ask for something else."""
    exchanges: list[Exchange] = []
    waiting = threading.Thread(target=lambda: exchanges.append(emulator.journal.wait_for(timeout=30, method="PUT")))
    waiting.start()

    with emulator.xero.client() as http:
        http.get("/Invoices")
        assert numbers(emulator.journal.find()) == [1]
        http.put(f"{FILES}/a.pdf", content=b"%PDF-1.7")
    waiting.join()

    assert numbers(exchanges) == [2]


def test_async_code_waits_in_a_thread(emulator: Sandbox) -> None:
    async def main() -> Exchange:
        waiting = asyncio.create_task(asyncio.to_thread(emulator.journal.wait_for, 30, method="PUT"))
        async with emulator.xero.async_client() as http:
            await http.put(f"{FILES}/a.pdf", content=b"%PDF-1.7")
        return await waiting

    assert asyncio.run(main()).status == 200


def test_a_credential_under_any_name_is_in_nothing_that_is_made_from_the_journal(emulator: Sandbox) -> None:
    with emulator.xero.client() as http:
        http.get(
            "/Invoicez?page=1&access_token=s3cret&apiKey=s3cret",
            headers={"Api-Key": "s3cret", "X-Auth-Token": "s3cret", "Referer": "http://a.test/?token=s3cret"},
        )
    (exchange,) = emulator.journal

    server = emulator.url.removesuffix(f"/sandbox/{emulator.name}")
    home = f"{server}/_emulator/sandboxes/{emulator.name}/journal"
    pages = [
        urllib.request.urlopen(f"{home}{page}").read().decode() for page in ("", "/1", "/har", "/1/curl", "/1/test")
    ]
    for text in (*pages, emulator.journal.report(), str(exchange)):
        assert "s3cret" not in text
    assert exchange.target.endswith("/Invoicez?page=1&access_token=[redacted]&apiKey=[redacted]")
    assert "curl --globoff -X GET" in pages[3]


def test_a_form_that_was_stored_as_a_file_gets_a_hint(emulator: Sandbox) -> None:
    with emulator.xero.client() as http:
        http.put("/Invoices/INV-0002/Attachments/a.pdf", files={"file": ("a.pdf", b"%PDF-1.7")}).raise_for_status()
        http.put("/Invoices/INV-0002/Attachments/a.pdf", content=b"%PDF-1.7").raise_for_status()

    form, plain = emulator.journal.find(method="PUT")
    assert str(form.hint).startswith("The body is a multipart form, and was stored as it is")
    assert plain.hint is None
