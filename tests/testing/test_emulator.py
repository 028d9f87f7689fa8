"""A server for tests: starting, stopping, and the sandboxes on it."""

import gc
import logging
import socket
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, nullcontext
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any, ClassVar
from urllib.parse import urlsplit

import httpx
import pytest

import emulator
from emulator.server import CannotListen
from emulator.testing import Emulator, EmulatorError, Sandbox
from emulator.testing.control import Control, explain


@pytest.fixture(scope="module")
def server() -> Iterator[Emulator]:
    with Emulator() as started:
        yield started


def address(server: Emulator) -> tuple[str, int]:
    parts = urlsplit(server.url)
    return str(parts.hostname), int(parts.port or 0)


def servers() -> list[threading.Thread]:
    return [item for item in threading.enumerate() if item.name == "attachment-emulator"]


def status(box: Sandbox, path: str = "/Invoices") -> int:
    with box.xero.client() as http:
        return http.get(path).status_code


def attach(box: Sandbox, name: str = "a.pdf", invoice: str = "INV-0002") -> httpx.Response:
    with box.xero.client() as http:
        return http.put(f"/Invoices/{invoice}/Attachments/{name}", content=b"bytes")


# --- Starting and stopping --------------------------------------------------------------------------------------------


def test_the_package_has_it_by_its_name() -> None:
    assert emulator.Emulator is Emulator


def test_it_starts_on_a_free_port_of_loopback_and_ends_without_a_trace() -> None:
    before = servers()
    with Emulator() as server:
        assert server.url.startswith("http://127.0.0.1:")
        assert status(server.get_sandbox()) == 200
        there = address(server)

    assert servers() == before
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(there)


def test_it_starts_on_a_given_port_again_and_again() -> None:
    with Emulator() as server:
        port = address(server)[1]
    again = Emulator(port=port)

    for _ in range(2):
        with again:
            assert address(again)[1] == port
            assert status(again.sandbox()) == 200


def test_starting_twice_is_starting_once(server: Emulator) -> None:
    before = servers()

    assert server.start() is server

    assert servers() == before


def test_a_busy_port_is_told_of_at_once(server: Emulator) -> None:
    before = servers()
    second = Emulator(port=address(server)[1])

    with pytest.raises(CannotListen, match="is taken"):
        second.start()

    assert servers() == before
    with pytest.raises(RuntimeError, match="not running"):
        _ = second.url
    second.stop()


@pytest.mark.parametrize(
    ("given", "error", "words"),
    [
        ({"xero_max_attachment": 3}, TypeError, "xero_max_attachment"),
        ({"xero_max_attachments": "3"}, ValueError, "takes a whole number"),
        ({"port": "4600"}, ValueError, "takes a whole number"),
        (
            {"url": "http://127.0.0.1:4600", "hide_emulator_headers": True},
            TypeError,
            "has its own settings: leave out hide_emulator_headers",
        ),
        ({"url": "http://127.0.0.1:4600", "port": 1}, TypeError, "has its own settings: leave out port"),
    ],
)
def test_what_does_not_fit_is_told_of_before_anything_starts(
    given: dict[str, Any], error: type[Exception], words: str
) -> None:
    with pytest.raises(error, match=words):
        Emulator(**given)


def test_settings_are_the_servers() -> None:
    with Emulator(xero_max_attachments=1) as server:
        box = server.sandbox()

        assert [attach(box, name).status_code for name in ("a.pdf", "b.pdf")] == [200, 400]


def test_two_servers_in_one_process_know_nothing_of_each_other(server: Emulator) -> None:
    with Emulator() as other:
        attach(server.sandbox("shared"))
        attach(server.get_sandbox("shared"), "b.pdf")

        assert [len(item.get_sandbox("shared").journal) for item in (server, other)] == [2, 0]


def test_before_it_starts_and_after_it_stopped_it_says_that_it_does_not_run() -> None:
    server = Emulator()
    for _ in range(2):
        with pytest.raises(RuntimeError, match="not running"):
            server.sandbox()
        server.stop()


def test_it_stops_in_good_order_while_connections_are_open_and_requests_hang(
    caplog: pytest.LogCaptureFixture,
) -> None:
    before = servers()
    server = Emulator().start()
    box = server.sandbox()
    idle, half = HTTPConnection(*address(server)), socket.create_connection(address(server))
    idle.request("GET", "/_emulator/health")
    idle.getresponse().read()
    target = urlsplit(box.xero.base_url).path
    head = f"PUT {target}/Invoices/INV-0002/Attachments/a.pdf HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n"
    half.sendall(f"{head}Authorization: Bearer x\r\nxero-tenant-id: x\r\n\r\nhalf".encode())

    with ThreadPoolExecutor() as pool, caplog.at_level(logging.WARNING):
        hanging = pool.submit(box.journal.wait_for, 60, method="DELETE")
        # Until the upload has begun.
        while len(box.journal) == 0:
            pass
        server.stop()
        error = hanging.exception()

    assert isinstance(error, EmulatorError)
    assert "no emulator answers" in str(error)
    assert half.recv(1) == b""
    assert servers() == before
    assert caplog.records == []
    half.close()
    idle.close()
    # Whatever was left unclosed would be told of here.
    gc.collect()


class ClosingServer(BaseHTTPRequestHandler):
    """Answers the first request of a connection, and closes it without an answer on the second."""

    protocol_version = "HTTP/1.1"
    seen: ClassVar[list[str]] = []
    answered = False

    def _answer(self) -> None:
        self.rfile.read(int(self.headers.get("content-length", 0)))
        self.seen.append(self.command)
        self.close_connection = self.answered
        if not self.answered:
            self.answered = True
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

    do_GET = do_PUT = do_DELETE = do_POST = do_PATCH = _answer

    def log_message(self, *_: object) -> None:
        pass


@pytest.mark.parametrize(
    ("method", "is_repeated"), [("GET", True), ("PUT", True), ("DELETE", True), ("POST", False), ("PATCH", False)]
)
def test_only_what_may_be_carried_out_twice_is_sent_again(
    method: str, is_repeated: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ClosingServer, "seen", [])
    with HTTPServer(("127.0.0.1", 0), ClosingServer) as http, ThreadPoolExecutor() as pool:
        pool.submit(http.serve_forever, 0.01)
        with closing(Control(f"http://127.0.0.1:{http.server_port}")) as control:
            control.ask("GET", "/a")
            with nullcontext() if is_repeated else pytest.raises(EmulatorError, match="closed the connection"):
                control.ask(method, "/b")
        http.shutdown()

    assert ClosingServer.seen == ["GET", method, *([method] if is_repeated else [])]


def test_a_connection_that_was_closed_while_it_lay_idle_is_not_used_again() -> None:
    with Emulator() as server:
        control = server.control
        control.ask("GET", "/health")
        ((idle, since),) = control._idle
        idle.sock.shutdown(socket.SHUT_RD)
        assert control.ask("POST", "/sandboxes/default/reset")["name"] == "default"
        ((other, _),) = control._idle
        control._idle[:] = [(other, since - 60)]
        assert control.ask("POST", "/sandboxes/default/reset")["name"] == "default"

        ((last, _),) = control._idle
        assert len({idle, other, last}) == 3


# --- Elsewhere --------------------------------------------------------------------------------------------------------


def test_a_server_elsewhere_is_used_by_its_url_and_outlives_its_users(server: Emulator) -> None:
    for _ in range(2):
        with Emulator(url=f"{server.url}/") as elsewhere:
            assert elsewhere.url == server.url
            assert attach(elsewhere.sandbox()).status_code == 200


def test_a_control_token_is_passed_or_taken_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EMULATOR_CONTROL_TOKEN", "of-another-server")
    with Emulator(control_token="shared-s3cret") as shared:
        assert len(shared.sandbox().journal) == 0
        with Emulator(url=shared.url, control_token="shared-s3cret") as passed:
            box = passed.sandbox()
            with box.codat.client() as http:
                assert http.get("/companies").status_code == 200
            assert len(box.journal) == 1
        with (
            Emulator(url=shared.url) as refused,
            pytest.raises(EmulatorError, match="environment variable EMULATOR_CONTROL_TOKEN"),
        ):
            refused.sandbox()
        monkeypatch.setenv("EMULATOR_CONTROL_TOKEN", "shared-s3cret")
        with Emulator(url=shared.url) as elsewhere:
            assert len(elsewhere.sandbox().journal) == 0
    with pytest.raises(EmulatorError, match="no blanks"):
        Emulator(url="http://a.test", control_token="a b").start()


def test_two_users_of_one_server_have_sandboxes_apart_and_the_same_ids(server: Emulator) -> None:
    first, second = (Emulator(url=server.url).start() for _ in range(2))

    boxes = [first.sandbox(), second.sandbox()]

    assert boxes[0].name != boxes[1].name
    assert boxes[0].xero.invoice().id == boxes[1].xero.invoice().id
    first.stop()
    second.stop()


@pytest.mark.parametrize(
    "url", ["127.0.0.1:4600", "ftp://emulator", "http://", "http://a:b", "http://a:99999", "http://a..b"]
)
def test_what_is_no_url_is_told_of(url: str) -> None:
    with pytest.raises(EmulatorError, match=r"http://127\.0\.0\.1:4600 would be one"):
        Emulator(url=url).start()


def test_nobody_at_a_url_is_told_of(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as busy:
        url = f"http://127.0.0.1:{busy.getsockname()[1]}"
    with pytest.raises(EmulatorError, match=f"no emulator answers at {url}"):
        Emulator(url=url).start()

    def unknown(connection: HTTPConnection) -> None:
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(HTTPConnection, "connect", unknown)
    with pytest.raises(EmulatorError, match=r"no emulator answers at http://emulator: .*not known"):
        Emulator(url="http://emulator").start()


def test_somebody_else_at_a_url_is_told_of(server: Emulator, monkeypatch: pytest.MonkeyPatch) -> None:
    for mount in ("/xero", "/codat", "/nowhere"):
        with pytest.raises(EmulatorError, match="GET /health"):
            Emulator(url=f"{server.url}{mount}").start()
    for answer in ((200, "application/json", b"[]"), (200, "text/html", b"<p>"), (200, "application/json", b"{")):
        monkeypatch.setattr("emulator.testing.control.Control._send", lambda *_, answer=answer: answer)
        with pytest.raises(EmulatorError, match="is no emulator"):
            Emulator(url="http://somebody").start()


def test_an_event_stream_that_cannot_be_had_is_told_of(server: Emulator) -> None:
    with pytest.raises(EmulatorError, match=r"^GET /nowhere: status 404$"), server.control.stream("/nowhere", 10):
        raise AssertionError("there is no such stream")
    with (
        closing(Control("http://127.0.0.1:9")) as nobody,
        pytest.raises(EmulatorError, match=r"^no emulator answers at http://127\.0\.0\.1:9: nothing listens"),
        nobody.stream("/sandboxes/default/journal/events", 10),
    ):
        raise AssertionError("there is nobody")


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (TimeoutError(), "it did not answer in time"),
        (OSError(113, "No route to host"), "No route to host"),
        (OSError("cannot read from timed out object"), "cannot read from timed out object"),
    ],
)
def test_why_a_server_does_not_answer_is_a_sentence(error: OSError, reason: str) -> None:
    assert explain(error) == reason


# --- Sandboxes --------------------------------------------------------------------------------------------------------


def test_each_sandbox_without_a_name_is_a_new_one(server: Emulator) -> None:
    first, second = server.sandbox(), server.sandbox()

    attach(first)

    assert (len(first.journal), len(second.journal)) == (1, 0)
    assert first.xero.assert_attached("Invoices", "INV-0002", "a.pdf")
    second.xero.assert_not_attached("Invoices", "INV-0002", "a.pdf")


def test_a_sandbox_with_a_name_starts_anew_and_an_existing_one_is_as_it_is(server: Emulator) -> None:
    attach(server.sandbox("named"))

    assert len(server.get_sandbox("named").journal) == 1
    assert len(server.sandbox("named").journal) == 0
    assert repr(server.get_sandbox("named")) == f"<Sandbox named at {server.url}/sandbox/named>"


def test_default_is_where_the_mounts_are_without_more(server: Emulator) -> None:
    assert server.get_sandbox().url == server.url
    assert server.get_sandbox().xero.base_url == f"{server.url}/xero/api.xro/2.0"


def test_a_name_that_cannot_be_is_told_of(server: Emulator) -> None:
    with pytest.raises(EmulatorError, match="1 to 64 letters"):
        server.sandbox("a b")


def test_a_hundred_sandboxes_live_beside_each_other(server: Emulator) -> None:
    boxes = [server.sandbox(f"many-{number}") for number in range(100)]

    with ThreadPoolExecutor(8) as pool:
        ids = list(pool.map(lambda box: box.xero.invoice(Reference=box.name).id, boxes))

    assert len(set(ids)) == 100
    assert all(
        new in {document.id for document in box.xero.documents("Invoices")} for box, new in zip(boxes, ids, strict=True)
    )
    for box in boxes:
        box.delete()


def test_beyond_the_cap_the_message_names_the_setting() -> None:
    with Emulator(max_sandboxes=2) as server:
        server.sandbox().delete()
        server.sandbox()

        with pytest.raises(EmulatorError, match="max_sandboxes"):
            server.sandbox()


def test_a_deleted_sandbox_is_gone_and_comes_back_empty(server: Emulator) -> None:
    box = server.sandbox()
    attach(box)

    box.delete()

    with pytest.raises(EmulatorError, match="There is no sandbox"):
        box.delete()
    assert len(box.journal) == 0


def test_the_same_seed_gives_the_same_ids_whatever_the_name(server: Emulator) -> None:
    def ids(box: Sandbox) -> list[str]:
        return [
            box.xero.invoice().id,
            box.codat.company().owner,
            box.vrplatform.expense().id,
            attach(box).json()["Attachments"][0]["AttachmentID"],
        ]

    first = ids(server.sandbox(seed="a"))

    assert ids(server.sandbox(seed="a")) == first
    assert not set(ids(server.sandbox(seed="b"))) & set(first)


def test_settings_can_be_changed_and_end_with_a_reset(server: Emulator) -> None:
    box = server.sandbox(xero_max_attachments=2)

    assert box.configure(hide_emulator_headers=True)["xero_max_attachments"] == 2
    assert [attach(box, name).status_code for name in ("a.pdf", "b.pdf", "c.pdf")] == [200, 200, 400]
    assert "Emulator-Rule" not in attach(box, "c.pdf").headers

    box.reset()

    assert box.configure()["xero_max_attachments"] == 10
    assert attach(box, "a.exe").headers["Emulator-Rule"] == "xero.file-type"


@pytest.mark.parametrize(
    ("settings", "error", "words"),
    [
        ({"xero_max_attachment": 1}, TypeError, "'xero_max_attachment'; did you mean 'xero_max_attachments'"),
        ({"max_store_bytes": 1}, TypeError, "max_store_bytes is a setting of the whole server, not of a sandbox"),
        ({"xero_max_attachments": "x"}, EmulatorError, "takes a whole number"),
    ],
)
def test_a_setting_that_does_not_fit_leaves_all_as_it_was(
    server: Emulator, settings: dict[str, Any], error: type[Exception], words: str
) -> None:
    box = server.sandbox("kept")
    attach(box)

    for change in (box.reset, box.configure):
        with pytest.raises(error, match=words):
            change(**settings)

    assert len(box.journal) == 1


def test_the_emulator_says_what_it_was_asked_when_it_refuses(server: Emulator) -> None:
    with pytest.raises(EmulatorError, match="POST /sandboxes/named/reset: now is a moment"):
        server.sandbox("named", now="yesterday")
