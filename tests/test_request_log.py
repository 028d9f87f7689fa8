"""The request log of `serve`, and `attachment-emulator tail`, which writes the same lines."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import sleep
from typing import IO, Any

import httpx
import pytest
from click.testing import CliRunner

from emulator.cli import main
from emulator.request_log.entry import LogEntry
from emulator.request_log.formats import MAX_TARGET, as_text, describe_loss, describe_loss_as_json
from emulator.request_log.request_log import open_request_log
from emulator.request_log.writer import MAX_PENDING, BatchWriter
from emulator.testing import Emulator
from tests.conftest import LiveServer
from tests.webhooks.receiver import receiving

HEADERS = {"Authorization": "Bearer x", "xero-tenant-id": "t"}
INVOICE = {"Type": "ACCREC", "Contact": {"Name": "New"}, "LineItems": [{"Description": "Work"}]}
ATTACHMENTS = "/xero/api.xro/2.0/Invoices/INV-0002/Attachments"


def send_some(url: str) -> None:
    # The first request loads the vendor.
    httpx.put(f"{url}{ATTACHMENTS}/setup.exe", content=b"MZ", headers=HEADERS, timeout=30)
    httpx.put(f"{url}{ATTACHMENTS}/a%20b.txt", content=b"12345", headers=HEADERS)
    httpx.get(f"{url}/xero/api.xro/2.0/Invoicez", headers=HEADERS)
    httpx.get(f"{url}/api.xro/2.0/Invoices", headers=HEADERS)
    httpx.get(f"{url}/xero/api.xro/2.0/Invoices", headers={**HEADERS, "X-Emulator-Fault": "status; status=503"})
    httpx.get(f"{url}/sandbox/a.b/xero/api.xro/2.0/Invoices?page=1&apiKey=s3cret", headers=HEADERS)


def test_every_request_is_a_line_that_says_why_it_was_refused(start: Callable[..., LiveServer]) -> None:
    server = start("--log", "requests")
    send_some(server.url)
    _, _, logged = server.stop()

    refused, stored, near_miss, unrouted, faulty, rejected = logged.splitlines()
    assert " xero       PUT    400 " in refused
    assert f"2 B up   {ATTACHMENTS}/setup.exe | xero.file-type: A file name must end in one" in refused
    assert f"5 B up   {ATTACHMENTS}/a%20b.txt | a b.txt" in stored
    assert "| Did you mean GET /xero/api.xro/2.0/Invoices?" in near_miss
    assert " -          GET    404 " in unrouted
    assert f"You probably meant {server.url}/xero/api.xro/2.0/Invoices" in unrouted
    assert " 503 " in faulty
    assert faulty.endswith("| fault status")
    assert "/Invoices?page=1&apiKey=[redacted] | A sandbox is named with" in rejected
    assert "\x1b" not in logged


def test_refusals_alone_json_or_nothing_can_be_logged(capfd: pytest.CaptureFixture[str]) -> None:
    logged = []
    for choice in ("json", "refusals", "off"):
        with Emulator(log=choice) as server:
            send_some(server.url)
        logged.append(capfd.readouterr().err.splitlines())

    entries = [json.loads(line) for line in logged[0]]
    assert [(entry["status"], entry["rules"]) for entry in entries[:2]] == [(400, ["xero.file-type"]), (200, [])]
    assert entries[0]["sentences"][0].startswith("A file name")
    assert entries[1]["request_bytes"] == 5
    assert entries[1]["duration"] > 0
    assert [line.split()[3] for line in logged[1]] == ["400", "404", "404", "503", "400"]
    assert logged[2] == []


def test_every_attempt_to_deliver_a_webhook_is_a_line(capfd: pytest.CaptureFixture[str]) -> None:
    logged = []
    for choice in ("requests", "refusals", "json"):
        with receiving(500) as receiver, Emulator(log=choice) as server:
            sandbox = server.sandbox()
            sandbox.clock.freeze()
            sandbox.clock.set("2026-03-02T09:00:00Z")
            sandbox.faults.webhook_dropped(event_type="INVOICE")
            sandbox.webhooks.register(receiver.url, "xero", check=False)
            with sandbox.xero.client() as http:
                http.put("/Contacts", json={"Contacts": [{"Name": "New"}]}).raise_for_status()
                receiver.next()
                http.put("/Invoices", json={"Invoices": [INVOICE]}).raise_for_status()
            while not sandbox.webhooks.deliveries()[0].attempts:
                sleep(0.01)
            sandbox.clock.advance(minutes=5)
            receiver.next()
            while sandbox.webhooks.deliveries(state="pending"):
                sleep(0.01)
        lines = capfd.readouterr().err.splitlines()
        logged.append([line for line in lines if "INVOICE" in line or "CONTACT" in line])

    lines, refusals, objects = logged
    contact = next(line for line in lines if " 500 " in line)
    assert " xero       POST   500 " in contact
    assert re.search(r" B up   http://127\.0\.0\.1:\d+/hooks \| sandbox \S+ \| webhook CONTACT \| next ", contact)
    assert sorted(line.rpartition("| ")[2] for line in lines) == [
        "delivered",
        "dropped",
        "next attempt at 2026-03-02 09:05:00",
    ]
    assert sorted(line.rpartition("| ")[2] for line in refusals) == ["dropped", "next attempt at 2026-03-02 09:05:00"]
    entries = [json.loads(line) for line in objects]
    assert {entry["webhook"]: entry["status"] for entry in entries} == {"CONTACT": 200, "INVOICE": None}
    assert [entry["fault"] for entry in entries if entry["webhook"] == "INVOICE"] == ["webhook-dropped"]


def test_a_terminal_gets_colours_unless_it_wants_none(monkeypatch: pytest.MonkeyPatch) -> None:
    for no_color, has_colours in (("", True), ("1", False)):
        terminal, stderr = os.openpty()
        monkeypatch.setattr("emulator.request_log.request_log.STDERR", stderr)
        monkeypatch.setenv("NO_COLOR", no_color)
        with Emulator(log="requests") as server:
            httpx.get(f"{server.url}/codat/nowhere")
            logged = ""
            while "/codat/nowhere" not in logged:
                logged += os.read(terminal, 4096).decode()
        os.close(terminal)
        os.close(stderr)
        assert ("\x1b[" in logged) == has_colours


def test_a_server_in_a_thread_logs_nothing_unless_asked(capfd: pytest.CaptureFixture[str]) -> None:
    with Emulator() as quiet:
        httpx.get(f"{quiet.url}/codat/a")
    with Emulator(log="requests") as loud:
        httpx.get(f"{loud.url}/codat/b")

    (line,) = capfd.readouterr().err.splitlines()
    assert "/codat/b" in line


class StuckStream:
    """A pipe that nobody reads until the test lets it go on."""

    def __init__(self) -> None:
        self.is_read, self.has_begun = threading.Event(), threading.Event()
        self.written = b""

    def write(self, data: memoryview) -> int:
        self.has_begun.set()
        self.is_read.wait(10)
        self.written += data[:1000]
        return len(data[:1000])

    def close(self) -> None:
        self.is_read.set()


def test_what_cannot_be_written_in_time_is_counted_and_never_queued() -> None:
    stream = StuckStream()
    writer = BatchWriter(stream, "utf-8", str, describe_loss)
    writer.add("first", 5)
    stream.has_begun.wait(10)
    line = "x" * 1023
    room = -(-MAX_PENDING // len(line))

    for _ in range(2 * room):
        writer.add(line, len(line))
    stream.is_read.set()
    writer.close()

    assert stream.written.decode().splitlines() == [
        "first",
        *[line] * room,
        f"… {room} more requests not shown: they came faster than they could be written",
    ]


def test_without_a_stderr_nothing_is_logged(monkeypatch: pytest.MonkeyPatch) -> None:
    # As under pythonw, or where the descriptor was closed.
    with monkeypatch.context() as patch:
        patch.setattr("sys.stderr", None)
        assert open_request_log("requests", {}, ()) is None
    with socket.socket() as gone:
        descriptor = gone.fileno()
    monkeypatch.setattr("emulator.request_log.request_log.STDERR", descriptor)
    assert open_request_log("requests", {}, ()) is None


def test_requests_that_are_missing_are_counted_in_json_too() -> None:
    assert describe_loss_as_json(3) == '{"not_shown": 3}'


def test_a_long_target_is_cut() -> None:
    exchange: dict[str, Any] = {
        **dict.fromkeys(("vendor", "operation", "fault", "hint", "duration", "status")),
        "at": "2026-02-01T09:00:00Z",
        "method": "GET",
        "target": "/" + "x" * 5000,
        "outcome": "answered",
        "request": {"size": 0, "files": []},
        "response": {"size": 0},
        "rules": [],
    }

    line = as_text(lambda rule: "", coloured=False)(LogEntry.of_answer("box", exchange))

    assert f" /{'x' * (MAX_TARGET - 2)}… | sandbox box" in line


def test_a_stream_that_is_gone_disturbs_nobody() -> None:
    read_end, write_end = os.pipe()
    os.close(read_end)
    with os.fdopen(write_end, "wb", buffering=0) as stream:
        writer = BatchWriter(stream, "utf-8", str, describe_loss)
        writer.add("first", 5)
        writer.close()


def test_what_a_client_sent_does_not_steer_the_terminal() -> None:
    exchange = {
        **dict.fromkeys(("vendor", "operation", "fault", "hint", "duration")),
        "at": "2026-02-01T09:00:00Z",
        "method": "PUT",
        "target": "/\x1b[2J\u202e",
        "status": None,
        "outcome": "disconnected",
        "request": {"size": 5_000_000, "files": [{"name": "a\nb" + "c" * 1000}]},
        "response": {"size": 0},
        "rules": ["x.y"],
    }
    line = as_text(lambda rule: "", coloured=False)(LogEntry.of_answer("box", exchange))

    assert line.isprintable()
    assert r"5.0 MB up   /\x1b[2J\u202e | sandbox box | a\nbccc" in line
    assert line.endswith("…| the client closed the connection | x.y".replace("…|", "… |"))


# --- tail -------------------------------------------------------------------------------------------------------------


@contextmanager
def tailing(*arguments: str) -> Iterator[tuple[subprocess.Popen[str], IO[str]]]:
    process = subprocess.Popen(
        [sys.executable, "-m", "emulator", "tail", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )
    assert process.stdout
    try:
        yield process, process.stdout
    finally:
        process.terminate()
        process.communicate()


def test_tail_shows_the_last_requests_and_those_that_come_also_after_a_restart() -> None:
    first = Emulator().start()
    url, port = first.url, int(first.url.rpartition(":")[2])
    for name in ("a", "b", "c"):
        httpx.get(f"{first.url}/codat/{name}")

    with tailing(first.url, "-n", "2") as (process, lines):
        assert [lines.readline().split()[9] for _ in range(2)] == ["/codat/b", "/codat/c"]
        httpx.get(f"{first.url}/codat/d")
        assert "/codat/d | codat.unknown-path: A request" in lines.readline()
        first.stop()
        with Emulator(port=port) as second:
            httpx.get(f"{second.url}/codat/e")
            assert "/codat/e" in lines.readline()
            process.send_signal(signal.SIGINT)
            _, logged = process.communicate(timeout=15)

    assert process.returncode == 0
    assert logged == (
        f"attachment-emulator: the connection to {url} ended; waiting for the server\n"
        f"attachment-emulator: following {url} again\n"
    )


def test_tail_selects_by_vendor_and_refusal_and_writes_json() -> None:
    with Emulator() as server:
        for path in ("/dualentry/nowhere", "/xero/api.xro/2.0/Nowhere"):
            httpx.get(f"{server.url}{path}", headers=HEADERS, timeout=30)
        httpx.get(f"{server.url}/xero/api.xro/2.0/Invoices", headers=HEADERS)

        with tailing("--url", server.url, "xero", "--refused", "--json") as (_, lines):
            entry = json.loads(lines.readline())
            assert (entry["target"], entry["rules"]) == ("/xero/api.xro/2.0/Nowhere", ["xero.unknown-path"])
            httpx.get(f"{server.url}/xero/api.xro/2.0/Invoices", headers=HEADERS)
            httpx.get(f"{server.url}/xero/elsewhere")
            assert json.loads(lines.readline())["target"] == "/xero/elsewhere"


def test_tail_follows_no_sandbox_that_is_not_there() -> None:
    with Emulator() as server:
        done = CliRunner().invoke(main, ["tail", server.url, "--sandbox", "nobodys"])

    assert (done.exit_code, done.stdout) == (1, "")
    assert "there is no sandbox 'nobodys'" in done.stderr


# --- Listings ---------------------------------------------------------------------------------------------------------


def test_sandboxes_files_and_documents_are_tables(monkeypatch: pytest.MonkeyPatch) -> None:
    with Emulator() as server:
        monkeypatch.setenv("EMULATOR_URL", server.url)
        httpx.put(f"{server.url}/sandbox/box{ATTACHMENTS}/a.txt", content=b"12345", headers=HEADERS)

        def run(*arguments: str) -> list[str]:
            done = CliRunner().invoke(main, arguments, catch_exceptions=False)
            assert done.exit_code == 0, done.output
            return done.stdout.splitlines()

        sandboxes = run("sandboxes")
        files = run("files", "xero", "--sandbox", "box")
        documents = run("documents", server.url, "xero", "--kind", "Invoices", "--sandbox", "box")
        staged = run("files", "--staged", "--vendor", "xero")
        as_json = json.loads("".join(run("files", "--sandbox", "box", "--json")))

    assert [line.split()[0] for line in sandboxes] == ["SANDBOX", "default", "box"]
    assert files[0].split() == ["VENDOR", "NAME", "SIZE", "TYPE", "SHA-256", "DOCUMENT", "OWNER"]
    assert any(line.split()[:4] == ["xero", "a.txt", "5", "B"] and "  Invoices/" in line for line in files)
    assert all(line.startswith("xero    Invoices  ") for line in documents[1:])
    assert staged == ["There are no such files in sandbox default."]
    assert "a.txt" in [file["name"] for file in as_json]
