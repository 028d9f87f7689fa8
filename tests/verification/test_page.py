"""The report page: what it has, what it leaves out, and what it does with hostile text."""

import json
import re
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from emulator.cli import main
from emulator.testing import Sandbox
from emulator.verification.comparison import Difference
from emulator.verification.page import MAX_DIFFERENCES, to_html
from emulator.verification.report import MAX_EXAMPLES, Subject, table, to_junit
from emulator.verification.runner import Check, Outcome

API = "https://api.xero.com/api.xro/2.0"
HOSTILE = "</pre></details><script>alert(1)</script><img src=x onerror=alert(1)>\u202e\x1b[31m"
SECRETS = [f"secret-{number}" for number in range(7)]


class Outline(HTMLParser):
    """Collects the elements of a page, and checks that they are closed in order."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: list[str] = []
        self.links: list[str] = []
        self.ids: list[str] = []
        self._open: list[str] = []
        self.feed(page)
        assert self._open == []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.elements.append(tag)
        values = dict(attributes)
        assert not any(name.startswith("on") or name in ("src", "style") for name in values)
        self.links += [values["href"] or ""] if "href" in values else []
        self.ids += [values["id"] or ""] if "id" in values else []
        if tag != "meta":
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag


def entry(request: str, status: int, body: str, content_type: str = "text/html", **posted: str) -> dict[str, Any]:
    method, _, url = request.partition(" ")
    authorization = {"name": "Authorization", "value": f"Bearer {SECRETS[0]}"}
    return {
        "request": {
            "method": method,
            "url": url,
            "headers": [authorization, {"name": "Accept", "value": "application/json"}],
            **({"postData": posted} if posted else {}),
        },
        "response": {
            "status": status,
            "headers": [{"name": "Content-Type", "value": content_type}, {"name": "X-Evil", "value": HOSTILE}],
            "content": {"size": len(body), "text": body},
        },
    }


@pytest.fixture
def page(tmp_path: Path) -> str:
    """The page of a hostile recording."""
    bill = {"Type": "ACCPAY", "Contact": {"Name": SECRETS[1]}, "LineItems": [], "Total": 4711}
    organisation = {"Organisations": [{"Name": SECRETS[2], "IsDemoCompany": "no", HOSTILE: 1}]}
    login = f"grant_type=refresh_token&refresh_token={SECRETS[3]}&client_secret={SECRETS[4]}"
    entries = [
        entry(f"GET {API}/Organisation", 200, json.dumps(organisation), "application/json; charset=utf-8"),
        entry(f"PUT {API}/Invoices", 404, HOSTILE, mimeType="application/json", text=json.dumps(bill)),
        entry(
            f"PUT {API}/Invoices",
            409,
            json.dumps(bill),
            "application/json",
            mimeType="text/json",
            text=json.dumps(bill),
        ),
        entry(f"GET {API}/Nothing/{'x' * 300}?api_key={SECRETS[5]}", 404, f"<{'long ' * 3000}>", "text/plain"),
        entry("POST https://identity.xero.com/connect/token", 200, "{}", mimeType="text/plain", text=login),
        entry(f"GET https://me:{SECRETS[6]}@api.xero.com/api.xro/2.0/Nothing", 404, "gone"),
    ]
    recording, report = tmp_path / "<b>evil.har", tmp_path / "report.html"
    recording.write_text(json.dumps({"log": {"entries": entries}}))

    result = CliRunner().invoke(main, ["verify", "xero", "--recording", str(recording), "--report", str(report)])

    assert result.exit_code == 1, result.output
    # The terminal shows what a vendor says, but no credential.
    assert not any(secret in result.output for secret in (SECRETS[0], *SECRETS[3:]))
    return report.read_text("utf-8")


def test_no_text_of_a_recording_is_taken_for_html(page: str) -> None:
    outline = Outline(page)

    assert "script" not in outline.elements
    assert "img" not in outline.elements
    assert "b" not in outline.elements
    assert "default-src 'none'; style-src 'unsafe-inline'" in unescape(page)
    assert "<script>alert(1)</script>" in unescape(page)
    assert not re.search("[\u202e\x1b]", page)


def test_a_page_stands_alone_and_its_links_lead_somewhere(page: str) -> None:
    outline = Outline(page)

    assert not re.search(r"url\(|@import", page)
    assert len(outline.ids) == len(set(outline.ids))
    assert {link.removeprefix("#") for link in outline.links} <= set(outline.ids)
    # A long answer is cut.
    assert "more characters" in page
    assert len(page) < 200_000


def test_a_page_has_no_credential_and_no_name_and_no_amount(page: str) -> None:
    text = unescape(page)

    assert [secret for secret in SECRETS if secret in text] == []
    assert "4711" not in text
    assert "Authorization: redacted" in text
    assert 'Name": "redacted' in text
    assert "it is a login, whose secrets are never sent: POST /identity/connect/token" in re.sub("<.*?>", "", text)


def test_a_page_has_what_was_sent_and_both_answers_by_rule(target: Sandbox, tmp_path: Path) -> None:
    target.configure(xero_max_attachments=5)
    report = tmp_path / "report.html"
    arguments = ["--against", f"{target.url}/xero", "--write", "--yes", "--report", str(report)]

    result = CliRunner().invoke(main, ["verify", "xero", *arguments])

    assert result.exit_code == 1
    page = report.read_text("utf-8")
    (section,) = re.findall(r'<section id="rule-1">.*?</section>', page, re.DOTALL)
    assert "<h2>xero.max-attachments " in section
    assert "<dd>200</dd>" in section
    assert "<dd>400</dd>" in section
    sent, ours, theirs = re.findall(r"<pre>(.*?)</pre>", section, re.DOTALL)
    assert re.match(rf"PUT {target.url}/xero/api.xro/2.0/Invoices/[\w-]+/Attachments/verify-6\.pdf\n", sent)
    assert (ours.split("\n")[0], theirs.split("\n")[0]) == ("<mark>200</mark>", "<mark>400</mark>")
    assert "API limit of 5 attachments has been exceeded" in unescape(theirs)
    assert "Removed or voided" in page
    assert "<h2>Without a difference</h2>" in page
    assert "<code>xero.file-type</code>" in page
    assert "<code>xero.max-attachments</code>" not in page
    assert "{owner}" not in page


def test_a_page_says_why_it_ended_early_what_was_left_behind_and_how_much_it_leaves_out() -> None:
    def check(number: int, where: str) -> Check:
        return Check(("xero.scope",), f"GET /{number}", [Difference("status", where, "200", "201")])

    checks = [check(number, "") for number in range(MAX_EXAMPLES + 2)]
    checks += [check(0, "x" * (number + 1)) for number in range(MAX_DIFFERENCES + 3)]
    outcome = Outcome(checks, stopped="The vendor answered <429>.", left_behind=["Invoices/1"])
    outcome.notes.append("9 requests are to <other> hosts")
    subject = Subject("xero", "live", "https://api.xero.com", "2026-11-28T00:00:00Z")

    page = unescape(to_html(outcome, subject, "Xero", {}))

    Outline(page.replace("<429>", "").replace("<other>", ""))
    for text in (
        "Left behind: <code>Invoices/1",
        "The vendor answered <429>.",
        "and 2 more requests",
        "more differences",
        "<h2>Notes</h2>",
        "<li>9 requests are to <other> hosts</li>",
    ):
        assert text in page
    assert any("Invoices/1" in line for line in table(outcome, subject, {}))
    assert b"The vendor answered &lt;429&gt;." in to_junit(outcome, subject)
