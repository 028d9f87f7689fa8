"""Recordings in the formats that there are, and files that are none."""

import base64
import gzip
import json
import sys
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner, Result

from emulator.cli import main
from emulator.testing import Sandbox
from emulator.verification.recordings import read_recording
from emulator.verification.side import CouldNotRun

URL = "https://api.xero.com/api.xro/2.0/EmulatorVerification"
TEXT = "The resource you're looking for cannot be found"
SECRET = "a-secret-in-the-recording-0123456789"
REQUEST_HEADERS = {"Authorization": f"Bearer {SECRET}", "xero-tenant-id": "t", "Accept": "application/json"}
HEADERS = {"Content-Type": "text/html; charset=utf-8", "Xero-Correlation-Id": "5b34a493-0000-4000-8000-0000000000dd"}


def har(*, url: str = URL, content: Any = None, version: str = "HTTP/1.1", **response: Any) -> Any:
    entry = {
        "request": {
            "method": "GET",
            "url": url,
            "headers": [{"name": name, "value": value} for name, value in REQUEST_HEADERS.items()],
        },
        "response": {
            "status": 404,
            "httpVersion": version,
            "headers": [{"name": name, "value": value} for name, value in HEADERS.items()],
            "content": {"size": len(TEXT), "text": TEXT} if content is None else content,
            **response,
        },
    }
    return {"log": {"version": "1.2", "entries": [entry]}}


def cassette(*, url: str = URL, body: Any = None, headers: Any = HEADERS) -> Any:
    """What VCR for Ruby and Betamax record."""
    listed = {name: [value] for name, value in headers.items()}
    interaction = {
        "request": {
            "method": "get",
            "uri": url,
            "body": {"encoding": "US-ASCII", "string": ""},
            "headers": {name: [value] for name, value in REQUEST_HEADERS.items()},
        },
        "response": {
            "status": {"code": 404, "message": "Not Found"},
            "headers": listed,
            "body": {"encoding": "UTF-8", "string": TEXT} if body is None else body,
        },
        "recorded_at": "Mon, 04 May 2020 23:03:19 GMT",
    }
    return {"http_interactions": [interaction], "recorded_with": "VCR 6.0.0"}


def python_cassette(body: Any = TEXT, headers: Any = HEADERS) -> Any:
    """What VCR.py records."""
    [interaction] = cassette(body={"string": body}, headers=headers)["http_interactions"]
    interaction.pop("recorded_at")
    interaction["request"]["body"] = None
    return {"interactions": [interaction], "version": 1}


def compressed(encoding: str) -> dict[str, str]:
    return {**HEADERS, "Content-Encoding": encoding}


def ruby_binary(text: bytes) -> str:
    return yaml.safe_dump(cassette(body={"encoding": "ASCII-8BIT", "string": text})).replace("!!binary", "!binary")


# By what is special about it: a file that holds the same exchange.
FILES: dict[str, str] = {
    "HAR": json.dumps(har()),
    "HAR with a byte order mark": "\ufeff" + json.dumps(har()),
    "HAR in Base64": json.dumps(har(content={"text": base64.b64encode(TEXT.encode()).decode(), "encoding": "base64"})),
    "HAR of a browser, over HTTP/2": json.dumps(har(version="h2")),
    "HAR with a compressed body": json.dumps(
        har(content={"text": base64.b64encode(gzip.compress(TEXT.encode())).decode(), "encoding": "base64"})
    ),
    "cassette of Ruby's VCR": yaml.safe_dump(cassette()),
    "cassette of Ruby's VCR with a binary text": ruby_binary(TEXT.encode()),
    "cassette of Ruby's VCR in JSON": json.dumps(cassette()),
    "cassette of Betamax, in Base64": json.dumps(
        cassette(body={"encoding": "utf-8", "base64_string": base64.b64encode(TEXT.encode()).decode()})
    ),
    "cassette of VCR.py": yaml.safe_dump(python_cassette()),
    "cassette of VCR.py from Python 2": yaml.safe_dump(python_cassette()).replace(
        "method: get", "method: !!python/unicode 'get'"
    ),
    "cassette of VCR.py in JSON": json.dumps(python_cassette()),
    "cassette with gzip": yaml.safe_dump(python_cassette(gzip.compress(TEXT.encode()), compressed("gzip"))),
    "cassette with deflate": yaml.safe_dump(python_cassette(zlib.compress(TEXT.encode()), compressed("deflate"))),
    "cassette that was decoded before": yaml.safe_dump(python_cassette(TEXT, compressed("gzip"))),
}


@pytest.fixture
def file(tmp_path: Path) -> Callable[[str | bytes], Path]:
    def write(content: str | bytes) -> Path:
        path = tmp_path / "recording"
        path.write_bytes(content.encode("utf-8") if isinstance(content, str) else content)
        return path

    return write


def verify(path: Path, vendor: str = "xero", *arguments: str) -> Result:
    return CliRunner().invoke(main, ["verify", vendor, "--recording", str(path), *arguments])


@pytest.mark.parametrize("name", FILES)
def test_each_format_is_read_and_replayed_without_a_credential_in_sight(name: str, file: Any, tmp_path: Path) -> None:
    path = file(FILES[name])
    [exchange] = read_recording(path).exchanges

    result = verify(path, "xero", "--json", str(tmp_path / "result.json"))

    assert (exchange.method, exchange.url, exchange.answer.status) == ("GET", URL, 404)
    assert exchange.answer.body.decode() == TEXT
    report = json.loads((tmp_path / "result.json").read_text())
    # The recording has none of the limits in headers.
    assert {difference["rule"] for difference in report["differences"]} == {"xero.rate-headers"}
    assert result.exit_code == 1
    assert SECRET not in result.output + json.dumps(report)


HTML = "<html><body>Sign in</body></html>"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (json.dumps(har())[:-40], "is cut: its JSON ends in line 1 before it is complete"),
        (json.dumps(har()).replace(":", ";", 1), "is not valid JSON: Expecting ':' delimiter in line 1"),
        (ruby_binary(TEXT.encode())[:200] + " [", "is cut, or is not a cassette in YAML"),
        (b"\x89PNG\r\n\x1a\n", "is not text (byte 0 is not UTF-8)"),
        (b"", "is no recording that can be read: expected an HTTP archive (HAR), a cassette"),
        ("[]", "is no recording that can be read"),
        ("[" * 100_000, "nested too deeply"),
        (HTML, "is no recording that can be read"),
        ('{"log": {"entries": []}}', "has no request with an answer"),
        (
            '{"log": {"entries": [{}, 1, null, {"request": {}, "response": {}}]}}',
            "no request with an answer among its 4",
        ),
        (json.dumps(har(status=0)), "has no request with an answer"),
        (json.dumps(har(url="https://api.codat.io/companies")), "but to Codat: run `attachment-emulator verify codat`"),
        (json.dumps(har(url="https://api.example/a")), "has no request to Xero (api.xero.com, "),
        (json.dumps(har(url="https://[::1/a")), "but to no host"),
        (json.dumps(har(content={"text": "%%%", "encoding": "base64"})), "no request with an answer"),
        ("a: &a [x]\nb: &b [*a,*a]\ninteractions: {a: *b}", "is no recording that can be read"),
        ("a: !!binary 'x'\nb: 1", "is not a cassette in YAML: a binary text is not Base64"),
        ("- !ruby/array:Hash [a]\n- !ruby/object:Thing {a: b}\n", "is no recording that can be read"),
        (json.dumps(har()).replace('"name":', '"title":'), "no request with an answer"),
    ],
)
def test_what_is_no_recording_of_the_vendor_is_one_sentence(content: str | bytes, message: str, file: Any) -> None:
    result = verify(file(content))

    assert result.exit_code == 2, result.output
    assert message in result.output
    assert result.output.count("\n") == 1
    assert result.output.startswith("attachment-emulator: ")


def test_no_tag_of_a_cassette_makes_an_object(file: Any, tmp_path: Path) -> None:
    marker = tmp_path / "made"
    tag = f"!!python/object/apply:pathlib.Path.touch [!!python/object/apply:pathlib.Path [{marker}]]"

    with pytest.raises(CouldNotRun):
        read_recording(file(f"interactions:\n- request: {tag}\n  response: {tag}\n"))

    assert not marker.exists()


def test_a_body_that_cannot_be_decompressed_is_not_compared(file: Any) -> None:
    path = file(yaml.safe_dump(python_cassette(b"\x8b\x02\x80abc", compressed("br"))))
    [exchange] = read_recording(path).exchanges

    assert not exchange.answer.complete
    assert "text:" not in verify(path).output


def test_what_is_of_others_or_incomplete_is_left_out_and_said_also_among_ten_thousand(file: Any) -> None:
    archive = har()
    [entry] = archive["log"]["entries"]
    other = har(url="https://other.example/")["log"]["entries"][0]
    archive["log"]["entries"] = [other] * 9_990 + [{"request": entry["request"]}] * 8 + [entry] * 2

    result = verify(file(json.dumps(archive)))

    assert "Note: 9990 requests in recording are to other hosts, and left out" in result.output
    assert (
        "8 entries of recording lack a request or an answer, and are left out; the first is entry 9991" in result.output
    )
    assert "2 requests compared with recording: 1 rule differs" in result.output


@pytest.mark.parametrize("vendor", ["xero", "codat", "dualentry", "vrplatform"])
def test_what_a_run_saved_replays_without_a_difference(vendor: str, target: Sandbox, tmp_path: Path) -> None:
    saved = tmp_path / "saved.har"
    live = ["verify", vendor, "--against", f"{target.url}/{vendor}", "--yes", "--save", str(saved)]
    assert CliRunner().invoke(main, live).exit_code == 0

    result = verify(saved, vendor)

    assert result.exit_code == 0, result.output


def upload_to_xero(target: Sandbox) -> None:
    invoice = target.xero.invoice()
    with target.xero.client() as client:
        client.put(f"/Invoices/{invoice.id}/Attachments/a.pdf", content=b"%PDF-1.7").raise_for_status()
        client.get(f"/Invoices/{invoice.id}/Attachments").raise_for_status()
        # Refused before it was read, so that the archive does not have the body.
        client.put(f"/Invoices/{invoice.id}/Attachments/a.exe", content=b"MZ")


def upload_to_codat(target: Sandbox) -> None:
    company = target.codat.company()
    bill = target.codat.record("bills", company)
    path = f"/companies/{company.owner}/connections/{company.id}"
    with target.codat.client() as client:
        client.get(f"{path}/data/bills/{bill.id}/attachments").raise_for_status()


def upload_to_dualentry(target: Sandbox) -> None:
    bill = target.dualentry.record("bills")
    with target.dualentry.client() as client:
        files = [("files", ("a.pdf", b"%PDF-1.7")), ("files", ("b.pdf", b"%PDF"))]
        client.post(f"/bills/{bill.id}/attachments/", files=files).raise_for_status()
        client.get(f"/bills/{bill.id}/").raise_for_status()


def upload_to_vrplatform(target: Sandbox) -> None:
    expense = target.vrplatform.expense()
    with target.vrplatform.client() as client:
        staged = client.post(
            "/transaction-attachments", files={"file": ("a.pdf", b"%PDF-1.7", "application/pdf")}
        ).json()
        client.put(f"/transactions/{expense.id}", json={"attachmentIds": [staged["id"]]}).raise_for_status()
        client.get(f"/transaction-attachments/{staged['id']}/download").raise_for_status()


@pytest.mark.parametrize(
    ("vendor", "use", "count"),
    [
        ("xero", upload_to_xero, 3),
        ("codat", upload_to_codat, 1),
        ("dualentry", upload_to_dualentry, 2),
        ("vrplatform", upload_to_vrplatform, 3),
    ],
)
def test_the_emulators_own_archive_replays_although_it_has_no_forms(
    vendor: str, use: Callable[[Sandbox], None], count: int, target: Sandbox, tmp_path: Path
) -> None:
    use(target)
    archive = tmp_path / "journal.har"
    archive.write_text(json.dumps(target._control.ask_sandbox("GET", target.name, "/journal/har")))

    result = verify(archive, vendor, "--json", str(tmp_path / "result.json"))

    report = json.loads((tmp_path / "result.json").read_text())
    assert report["compared"] == count, result.output
    assert [difference for difference in report["differences"] if difference["kind"] == "status"] == []


def test_what_is_not_emulated_is_not_compared(file: Any) -> None:
    result = verify(file(json.dumps(har(url="https://api.xero.com/api.xro/2.0/Items", status=200))))

    assert result.exit_code == 2
    assert "Not compared, as the emulator does not emulate it: GET /api.xro/2.0/Items" in result.output
    assert "nothing could be compared" in result.output


def test_what_a_body_refers_to_is_there(file: Any) -> None:
    contact = "0c5b2cd1-0000-4000-8000-0000000000aa"
    archive = har(url="https://api.xero.com/api.xro/2.0/Invoices", status=200, content={"text": "{}"})
    line = {"Description": "a", "Quantity": 1, "UnitAmount": 1}
    invoice = {"Type": "ACCREC", "Contact": {"ContactID": contact}, "LineItems": [line]}
    archive["log"]["entries"][0]["request"] |= {
        "method": "PUT",
        "postData": {"mimeType": "application/json", "text": json.dumps({"Invoices": [invoice]})},
    }

    result = verify(file(json.dumps(archive)))

    assert "1 request compared" in result.output
    assert "status" not in result.output


def test_what_a_recording_refers_to_is_there(file: Any, tmp_path: Path) -> None:
    """Companies, connections, records and their files, none of which the recording creates."""
    company, connection, attachment = "9a-company", "9b-connection", "att_17"
    base = f"https://api.codat.io/companies/{company}/connections/{connection}/data/bills/bill-77/attachments"
    listed = {
        "id": attachment,
        "name": "receipt.png",
        "contentType": "image/png",
        "dateCreated": "2022-10-23T00:00:00.0000000Z",
        "fileSize": 3,
        "includeWhenSent": False,
    }
    limits = {
        "X-Rate-Limit-Limit": "5000",
        "X-Rate-Limit-Remaining": "4999",
        "X-Rate-Limit-Reset": "2026-01-31T00:00:00Z",
    }
    entries = []
    for path, content_type, text in (
        ("", "application/json", json.dumps({"attachments": [listed]})),
        (f"/{attachment}", "application/json", json.dumps(listed)),
        (f"/{attachment}/download", "application/octet-stream", "PNG"),
    ):
        [entry] = har(url=base + path, status=200, content={"text": text})["log"]["entries"]
        entry["response"]["headers"] = [
            {"name": name, "value": value} for name, value in {"Content-Type": content_type, **limits}.items()
        ]
        entries.append(entry)

    result = verify(file(json.dumps({"log": {"entries": entries}})), "codat", "--json", str(tmp_path / "result.json"))

    report = json.loads((tmp_path / "result.json").read_text())
    assert report["compared"] == 3
    assert [difference for difference in report["differences"] if difference["kind"] == "status"] == [], result.output
    assert {difference["where"] for difference in report["differences"]} <= {"X-Rate-Limit-Reset"}


def test_a_recording_is_not_written_to_a_vendor(file: Any) -> None:
    path = file(FILES["HAR"])

    for arguments in (("--write",), ("--save", "a.har"), ("--against", "https://api.xero.com")):
        result = verify(path, "xero", *arguments)

        assert result.exit_code == 2
        assert result.output.count("\n") == 1


def test_odd_requests_are_sent_as_far_as_they_can_be(file: Any, tmp_path: Path) -> None:
    odd = [
        har(url="https://api.xero.com/api.xro/2.0/a b/\u00e9\ud800?x=\u2028"),
        har(url="https://api.xero.com/api.xro/2.0/" + "a/" * 2_000),
        har(url="https://api.xero.com"),
        har(),
    ]
    entries = [archive["log"]["entries"][0] for archive in odd]
    entries[3]["request"]["method"] = "NO METHOD\r\nHost: elsewhere"
    entries[3]["request"]["headers"] += [{"name": "X-\u00e9", "value": "a"}, {"name": "X-A", "value": "\u00e9"}]

    result = verify(file(json.dumps({"log": {"entries": entries}})), "xero", "--junit", str(tmp_path / "result.xml"))

    assert result.exit_code == 1, result.output
    assert "Not compared, as the request is no HTTP that can be sent: " in result.output
    assert "3 requests compared" in result.output


def test_a_file_that_is_too_large_is_not_read(file: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("emulator.verification.recordings.MAX_FILE_BYTES", 10)

    with pytest.raises(CouldNotRun, match=r"recording has more than the 10 bytes that are read: record less$"):
        read_recording(file("x" * 11))


def test_without_pyyaml_a_cassette_is_refused_with_the_command_that_installs_it(
    file: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "yaml", None)

    result = verify(file(FILES["cassette of VCR.py"]))

    assert result.exit_code == 2
    assert "is not JSON, and YAML needs PyYAML: run `pip install 'attachment-emulator[verify]'`" in result.output


@pytest.mark.parametrize(
    "broken",
    [
        har(content={"text": "no Base64!", "encoding": "base64"}),
        har(headers=[{"name": "Content-Type", "value": ["text/html"]}]),
        python_cassette(7),
        python_cassette({"string": ["a"]}),
    ],
)
def test_an_entry_whose_body_or_headers_cannot_be_read_is_left_out_and_counted(broken: Any, file: Any) -> None:
    (interactions,) = [item for name, item in broken.items() if name in ("log", "interactions")]
    entries = interactions["entries"] if isinstance(interactions, dict) else interactions
    entries += har()["log"]["entries"] if isinstance(interactions, dict) else python_cassette()["interactions"]

    recording = read_recording(file(json.dumps(broken)))

    assert (len(recording.exchanges), recording.unreadable) == (1, [1])


def test_headers_in_bytes_and_a_body_without_compression_are_read_as_they_are(file: Any) -> None:
    headers = {"Content-Type": b"text/html; charset=utf-8", "Content-Encoding": "identity"}

    (exchange,) = read_recording(file(yaml.safe_dump(python_cassette(TEXT, headers)))).exchanges

    assert exchange.answer.header("content-type") == "text/html; charset=utf-8"
    assert (exchange.answer.body.decode(), exchange.answer.complete) == (TEXT, True)


def test_ctrl_c_ends_a_replay_with_one_word(file: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("emulator.commands.verify_recording.replay", interrupt)

    result = verify(file(FILES["HAR"]))

    assert (result.exit_code, result.stderr) == (2, "attachment-emulator: interrupted\n")
