"""Where webhooks may go, and that they go where it was checked that they may."""

import socket
import ssl
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import urlsplit

import pytest

from emulator import Emulator
from emulator.interception.authority import CertificateAuthority
from emulator.interception.state import certificate_path
from emulator.webhooks import sender
from emulator.webhooks.addresses import addresses_of, host_of, rejection_reason
from tests.webhooks.conftest import Box
from tests.webhooks.receiver import Receiver, receiving

LOOPBACK = ("127.0.0.1", "::1")


@pytest.mark.parametrize(
    ("url", "addresses"),
    [
        ("http://127.0.0.1:3000/", ("127.0.0.1",)),
        ("http://127.8.9.10/", ("127.8.9.10",)),
        ("http://127.0.0.1./", ("127.0.0.1",)),
        ("http://[::1]/", ("::1",)),
        ("http://[::ffff:127.0.0.1]/", ("127.0.0.1",)),
        ("http://[::FFFF:7f00:1]/", ("127.0.0.1",)),
        ("https://LocalHost/", LOOPBACK),
        ("http://localhost.:3000/", LOOPBACK),
        ("http://hooks.localhost/", LOOPBACK),
        ("http://user:10.0.0.1@localhost/", LOOPBACK),
        # Programs differ in which of the two they take for the host; here it is the one that was checked.
        (r"http://10.0.0.1\@localhost/", LOOPBACK),
        # Letters that name preparation makes ASCII.
        ("http://ⓛocalhost/", LOOPBACK),
        ("http://127。0。0。1/", ("127.0.0.1",)),
    ],
)
def test_this_machine_is_called_under_all_its_names_without_looking_them_up(url: str, addresses: tuple[str]) -> None:
    assert rejection_reason(url, "") is None
    assert addresses_of(host_of(url)) == addresses


@pytest.mark.parametrize(
    "url",
    [
        "http://10.0.0.1/",
        "http://169.254.169.254/latest/meta-data",
        "http://0.0.0.0/",
        "http://[::]/",
        "http://[::ffff:10.0.0.1]/",
        "http://[fe80::1]/",
        # Some resolvers read these as addresses, of whatever machine.
        "http://2130706433/",
        "http://0x7f.1/",
        "http://0177.0.0.1/",
        "http://127.1/",
        "http://localhost.example.com/",
        "http://notlocalhost/",
        "http://localhost@example.com/",
        r"http://127.0.0.1\@example.com/",
        "http://example.com/#@localhost/",
        "http://example.com?@localhost/",
        "http://127.0.0.1.nip.io/",
    ],
)
def test_what_may_be_another_machine_is_refused(url: str) -> None:
    reason = rejection_reason(url, "receiver") or ""

    assert reason.startswith("Webhooks are sent to this machine only, not to ")
    assert rejection_reason(url, reason.split("--webhook-hosts ")[1].split()[0]) is None


@pytest.mark.parametrize(
    "url",
    [
        "http://",
        "http:///hooks",
        "localhost:3000",
        "//localhost/",
        "file://localhost/etc/passwd",
        "gopher://localhost/",
        "http://localhost:port/",
        "http://localhost:99999/",
        "http://local host/",
        "http://localhost/\r\nX: 1",
        "http://[127.0.0.1]/",
        "http://[::1/",
        "http://a..localhost/",
        f"http://{'a' * 64}.localhost/",
        f"http://{'ü' * 64}.localhost/",
    ],
)
def test_what_is_no_url_of_a_web_server_is_refused(url: str) -> None:
    assert rejection_reason(url, "localhost") == f"{url!r} is not a URL that begins with http:// or https://."


@pytest.mark.parametrize(
    ("hosts", "url"),
    [
        ("receiver hooks.test", "http://hooks.test:8080/"),
        ("Receiver", "http://RECEIVER./"),
        ("bücher.test", "http://xn--bcher-kva.test/"),
        ("xn--bcher-kva.test", "http://BÜCHER.test/"),
        ("[fd00::1]", "http://[FD00:0::1]/"),
        ("fd00::1", "http://[fd00::1]:80/"),
        ("10.0.0.1", "http://[::ffff:10.0.0.1]/"),
    ],
)
def test_a_host_may_be_allowed_in_any_of_its_forms(hosts: str, url: str) -> None:
    assert rejection_reason(url, hosts) is None
    assert rejection_reason(url, "other") is not None


@pytest.fixture
def lying_resolver(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A name server that says of every name that it is elsewhere, and the names that it was asked for."""
    asked: list[str] = []
    look_up = socket.getaddrinfo

    def lie(host: Any, *arguments: Any, **options: Any) -> Any:
        name = host.decode() if isinstance(host, bytes) else str(host)
        if name.replace(".", "").isdigit() or ":" in name:
            return look_up(host, *arguments, **options)
        asked.append(name)
        raise socket.gaierror(f"{name} is elsewhere")

    monkeypatch.setattr(socket, "getaddrinfo", lie)
    return asked


@pytest.mark.parametrize("name", ["hooks.localhost", "localhost", "localhost."])
def test_a_name_server_cannot_lead_a_webhook_elsewhere(
    box: Box, receiver: Receiver, lying_resolver: list[str], name: str
) -> None:
    port = urlsplit(receiver.url).port
    box.ask("POST", vendor="codat", url=f"http://{name}:{port}/hooks?a=b")
    box.attach()

    assert receiver.next().headers["host"] == f"{name}:{port}"
    box.wait(lambda deliveries: deliveries[0]["state"] == "delivered")
    assert lying_resolver == []


def test_a_host_is_checked_again_before_every_attempt(box: Box, receiver: Receiver) -> None:
    """Codat's own API takes any URL, as Codat does."""
    with box.sandbox.codat.client() as http:
        consumer = {"url": "http://10.0.0.1/hooks", "eventTypes": ["invoices.write.successful"]}
        http.post("/webhooks", json=consumer).raise_for_status()
    box.attach()

    [delivery] = box.wait(lambda deliveries: deliveries[0]["attempts"])
    assert delivery["attempts"][0]["status"] is None
    assert "--webhook-hosts 10.0.0.1" in delivery["attempts"][0]["error"]


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_an_answer_and_not_followed(box: Box, status: int) -> None:
    with receiving() as elsewhere, receiving(status) as receiver:
        receiver.headers["location"] = elsewhere.url
        box.register(receiver)
        box.attach()
        [delivery] = box.wait(lambda deliveries: deliveries[0]["attempts"])

    assert (delivery["state"], delivery["attempts"][0]["status"]) == ("pending", status)
    assert elsewhere.queue.empty()


def test_a_user_in_a_url_is_sent_but_not_logged(capfd: pytest.CaptureFixture[str]) -> None:
    with receiving() as receiver, Emulator(log="requests") as server:
        box = Box(server, server.sandbox())
        url = receiver.url.replace("//", "//hook:s3cret@") + "?token=t0ken&a=b"
        box.ask("POST", vendor="codat", url=url)
        box.attach()
        received = receiver.next()
        box.wait(lambda deliveries: deliveries[0]["state"] == "delivered")

    assert received.headers["authorization"] == "Basic aG9vazpzM2NyZXQ="
    assert received.headers["host"] == urlsplit(receiver.url).netloc
    [line] = [line for line in capfd.readouterr().err.splitlines() if "webhook" in line]
    assert "s3cret" not in line
    assert "t0ken" not in line
    assert "a=b" in line


class Accepting(BaseHTTPRequestHandler):
    """Answers every webhook with 200."""

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["content-length"]))
        self.send_response(200)
        self.send_header("content-length", "0")
        self.end_headers()

    log_message: Callable[..., None] = lambda *_: None


class HTTPServerV6(HTTPServer):
    address_family = socket.AF_INET6


@pytest.fixture
def serve() -> Iterator[Callable[[HTTPServer], int]]:
    servers = []

    def start(server: HTTPServer) -> int:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        servers.append((server, thread))
        return server.server_port

    yield start
    for server, thread in servers:
        server.shutdown()
        thread.join()
        server.server_close()


def test_localhost_is_also_who_listens_on_ipv6_only(box: Box, serve: Callable[[HTTPServer], int]) -> None:
    try:
        server = HTTPServerV6(("::1", 0), Accepting)
    except OSError:
        pytest.skip("there is no IPv6")
    port = serve(server)
    box.ask("POST", vendor="codat", url=f"http://localhost:{port}/")
    box.attach()

    box.wait(lambda deliveries: deliveries[0]["state"] == "delivered")


@pytest.fixture
def authority(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> CertificateAuthority:
    """Whose certificates are trusted."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    authority = CertificateAuthority.load(["hooks.localhost"])
    trusting = ssl.create_default_context(cafile=str(certificate_path()))
    monkeypatch.setattr(sender, "_tls_context", lambda: trusting)
    return authority


@pytest.mark.parametrize(
    ("name", "outcome"), [("hooks.localhost", None), ("localhost", "certificate is not valid for 'localhost'")]
)
def test_a_certificate_is_for_the_name_in_the_url(
    box: Box, serve: Callable[[HTTPServer], int], authority: CertificateAuthority, name: str, outcome: str | None
) -> None:
    server = HTTPServer(("127.0.0.1", 0), Accepting)
    server.socket = authority.context("hooks.localhost").wrap_socket(server.socket, server_side=True)
    port = serve(server)
    box.ask("POST", vendor="codat", url=f"https://{name}:{port}/")
    box.attach()

    [delivery] = box.wait(lambda deliveries: deliveries[0]["attempts"])
    [attempt] = delivery["attempts"]
    assert attempt["status"] == (None if outcome else 200)
    assert (outcome or "") in (attempt["error"] or "")
