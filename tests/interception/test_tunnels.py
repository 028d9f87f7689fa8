"""The emulator as a proxy: TLS for the vendors' hosts, and a plain sentence for everything else."""

import shutil
import socket
import ssl
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from threading import Thread
from urllib.parse import urlsplit

import httpx
import pytest

from emulator import Emulator
from emulator.interception import tunnels
from emulator.interception.state import NoAuthority, certificate_path
from emulator.server import BackgroundServer
from emulator.settings import Settings

HEADERS = {"Authorization": "Bearer x", "xero-tenant-id": "demo", "Accept": "application/json"}
CONNECT = b"CONNECT api.xero.com:443 HTTP/1.1\r\nHost: api.xero.com:443\r\n\r\n"
INVOICE = "https://api.xero.com/api.xro/2.0/Invoices/INV-0002"


def trusting() -> ssl.SSLContext:
    return ssl.create_default_context(cafile=certificate_path())


def client(proxy: str, user: str = "") -> httpx.Client:
    url = proxy.replace("://", f"://{user}:@") if user else proxy
    return httpx.Client(proxy=url, verify=trusting(), headers=HEADERS, timeout=20)


def ask(proxy: str, data: bytes) -> socket.socket:
    parts = urlsplit(proxy)
    connection = socket.create_connection((str(parts.hostname), int(parts.port or 0)), timeout=20)
    connection.sendall(data)
    return connection


def answer_to(proxy: str, data: bytes) -> str:
    with closing(ask(proxy, data)) as connection:
        return b"".join(iter(lambda: connection.recv(65536), b"")).decode()


@contextmanager
def tunnel(proxy: str, name: str = "api.xero.com", *alpn: str) -> Iterator[ssl.SSLSocket]:
    """A TLS connection through a tunnel to api.xero.com."""
    with ask(proxy, CONNECT) as connection:
        assert connection.recv(1000).startswith(b"HTTP/1.1 200 ")
        context = trusting()
        if alpn:
            context.set_alpn_protocols(alpn)
        with context.wrap_socket(connection, server_hostname=name) as tls:
            yield tls


def test_a_file_goes_up_and_comes_back_through_a_tunnel(proxy: str) -> None:
    content = b"%PDF-1.7" + bytes(200_000)
    with client(proxy) as xero:
        uploaded = xero.put(f"{INVOICE}/Attachments/tunnel.pdf", content=content)
        downloaded = xero.get(f"{INVOICE}/Attachments/tunnel.pdf", headers={"Accept": "application/pdf"})

    assert uploaded.json()["Attachments"][0]["Url"].startswith("https://api.xero.com/api.xro/2.0/Invoices/")
    assert downloaded.content == content


def test_the_proxys_user_names_the_sandbox(proxy: str) -> None:
    for scheme in ("https", "http"):
        with client(proxy, f"user-{scheme}") as xero:
            answer = xero.get(f"{scheme}://identity.xero.com/.well-known/openid-configuration")
            assert answer.json()["token_endpoint"] == f"{scheme}://identity.xero.com/connect/token"

        (exchange,) = httpx.get(f"{proxy}/_emulator/sandboxes/user-{scheme}/journal").json()["exchanges"]
        assert exchange["target"] == "/.well-known/openid-configuration"


def test_https_in_absolute_form_as_axios_sends_it(proxy: str) -> None:
    request = f"GET {INVOICE} HTTP/1.1\r\nHost: api.xero.com\r\nConnection: close\r\n"
    request += "".join(f"{name}: {value}\r\n" for name, value in HEADERS.items())
    assert answer_to(proxy, f"{request}\r\n".encode()).startswith("HTTP/1.1 200 ")


def test_plain_http_goes_to_the_vendors_too_and_to_the_server_itself(proxy: str) -> None:
    with client(proxy) as anyone:
        assert anyone.get("http://api.xero.com/connections").status_code == 200
        assert anyone.get(f"{proxy}/_emulator/health").json()["status"] == "ok"


@pytest.mark.parametrize(
    "target",
    ["example.com:443", "api.xero.com:22", "api.xero.com", "127.0.0.1:443", "[::1]:443", "api.xéro\x01.com:443", ""],
)
def test_another_target_is_refused_with_a_sentence(proxy: str, target: str) -> None:
    answer = answer_to(proxy, f"CONNECT {target} HTTP/1.1\r\n\r\n".encode("latin-1"))

    assert answer.startswith("HTTP/1.1 403 Forbidden\r\n")
    assert "does not connect to" in answer
    assert "nothing was sent there" in answer


def test_another_host_in_absolute_form_is_refused(proxy: str) -> None:
    with client(proxy) as anyone:
        assert anyone.get("http://example.com/").status_code == 403
        assert "NO_PROXY" in anyone.get("http://api.xero.com:8080/").text


@pytest.mark.parametrize("data", [b"CONNECT api.xero.com:443 FTP/9\r\n\r\n", CONNECT + b"\x16\x03\x01"])
def test_a_connect_request_that_cannot_be_answered_is_a_400(proxy: str, data: bytes) -> None:
    assert answer_to(proxy, data).startswith("HTTP/1.1 400 ")


def test_without_an_authority_a_tunnel_is_refused_with_the_reason(proxy: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def none(*_: object) -> ssl.SSLContext:
        raise NoAuthority("the folder cannot be written")

    monkeypatch.setattr("emulator.interception.interception.Interception.context", none)

    answer = answer_to(proxy, CONNECT)

    assert answer.startswith("HTTP/1.1 502 Bad Gateway\r\n")
    assert answer.endswith("\r\n\r\nThere is no TLS: the folder cannot be written.\n")


def test_a_target_that_is_neither_a_path_nor_a_url_is_not_found(proxy: str) -> None:
    assert answer_to(proxy, b"OPTIONS * HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").startswith("HTTP/1.1 404 ")


def test_a_connect_request_may_arrive_in_any_pieces(proxy: str) -> None:
    with ask(proxy, b"") as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for position in range(len(CONNECT)):
            connection.sendall(CONNECT[position : position + 1])
        assert connection.recv(1000) == b"HTTP/1.1 200 Connection established\r\n\r\n"


def test_only_http_1_1_is_offered(proxy: str) -> None:
    with tunnel(proxy, "api.xero.com", "h2", "http/1.1") as tls:
        assert tls.selected_alpn_protocol() == "http/1.1"


def test_a_client_that_does_not_trust_the_authority_is_told_in_the_log(
    proxy: str, caplog: pytest.LogCaptureFixture
) -> None:
    with httpx.Client(proxy=proxy) as stranger, pytest.raises(httpx.ConnectError):
        stranger.get(INVOICE)
    with client(proxy) as other:  # The server has logged by the time it answers again.
        other.get(INVOICE)

    assert "does not trust the emulator's certificate for api.xero.com" in caplog.text
    assert "attachment-emulator env" in caplog.text


def test_another_name_than_the_tunnels_gets_no_certificate(proxy: str) -> None:
    with pytest.raises(ssl.SSLError, match=r"(UNRECOGNIZED_NAME|EOF)"), tunnel(proxy, "example.com"):
        pass


def test_plain_http_inside_a_tunnel_ends_it_and_is_logged(proxy: str, caplog: pytest.LogCaptureFixture) -> None:
    with ask(proxy, CONNECT) as connection:
        connection.recv(1000)
        connection.sendall(b"GET / HTTP/1.1\r\nHost: api.xero.com\r\n\r\n")
        assert not connection.recv(1000).startswith(b"HTTP/")
    with client(proxy) as other:
        other.get(INVOICE)

    assert "plain HTTP into its tunnel" in caplog.text


@pytest.mark.parametrize(
    ("fault", "error"),
    # Python's TLS reads a reset as the end.
    [("lost-answer", httpx.RemoteProtocolError), ("truncated", httpx.RemoteProtocolError)],
)
def test_faults_strike_through_tls(proxy: str, fault: str, error: type[Exception]) -> None:
    with client(proxy) as xero, pytest.raises(error):
        xero.get(INVOICE, headers={"X-Emulator-Fault": fault})


def test_a_stalled_and_a_slow_answer_through_tls(proxy: str) -> None:
    with client(proxy) as xero:
        with pytest.raises(httpx.ReadTimeout):
            xero.get(INVOICE, headers={"X-Emulator-Fault": "stall"}, timeout=0.5)
        slow = xero.get(INVOICE, headers={"X-Emulator-Fault": "slow; bytes_per_second=100000"})
        assert slow.json()["Invoices"][0]["InvoiceNumber"] == "INV-0002"


def test_many_silent_tunnels_do_not_keep_the_server_from_stopping(state_home: Path) -> None:
    server = BackgroundServer(Settings.of(port=0))
    silent = [ask(server.url, CONNECT) for _ in range(1000)]
    for connection in silent:
        assert connection.recv(1000).startswith(b"HTTP/1.1 200 ")
    with client(server.url) as xero:
        assert xero.get(INVOICE).status_code == 200

    server.stop()

    for connection in silent:
        connection.close()


def test_a_tunnel_works_on_the_event_loop_of_the_standard_library(
    state_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "uvloop", None)
    server = BackgroundServer(Settings.of(port=0))
    with client(server.url) as xero:
        for _ in range(3):
            assert xero.get(INVOICE).status_code == 200
    server.stop()


def test_https_on_the_port_itself(state_home: Path) -> None:
    server = BackgroundServer(Settings.of(port=0, tls=True))
    assert server.url.startswith("https://127.0.0.1:")
    with httpx.Client(verify=trusting()) as browser:
        for url in (server.url, server.url.replace("127.0.0.1", "localhost")):
            assert browser.get(f"{url}/_emulator/health").json()["status"] == "ok"
    server.stop()


def test_a_test_can_hold_a_server_with_tls(state_home: Path) -> None:
    with Emulator(tls=True) as server:
        invoice = server.sandbox().xero.invoice()
        assert invoice.id


def curl(proxy: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = ["curl", "-sS", "--noproxy", "", "--cacert", str(certificate_path()), "-x", proxy]
    headers = [word for name, value in HEADERS.items() for word in ("-H", f"{name}: {value}")]
    return subprocess.run([*command, *headers, *arguments], check=False, capture_output=True, text=True, timeout=30)


@pytest.mark.skipif(not shutil.which("curl"), reason="needs curl")
def test_curl_through_a_tunnel(proxy: str) -> None:
    assert '"InvoiceNumber": "INV-0002"' in curl(proxy, INVOICE).stdout

    cut = curl(proxy, INVOICE, "-H", "X-Emulator-Fault: lost-answer; times=2")

    assert "reset by peer" in cut.stderr


# --- Another host inside a tunnel -------------------------------------------------------------------------------------


@pytest.mark.parametrize("host", ["identity.xero.com", "example.com", "127.0.0.1"])
def test_a_request_for_another_host_than_the_tunnels_is_misdirected(proxy: str, host: str) -> None:
    with client(proxy) as xero:
        answer = xero.get("https://api.xero.com/_emulator/health", headers={"Host": host})
        assert xero.get(INVOICE, headers={"Host": "API.xero.com:443"}).status_code == 200

    assert answer.status_code == 421
    assert f"a tunnel to api.xero.com, and the request's Host is '{host}'" in answer.text


# --- Real hosts -------------------------------------------------------------------------------------------------------


@pytest.fixture
def echo() -> Iterator[int]:
    """The port of a real host, which sends back what it gets and hangs up after its client has."""

    def serve() -> None:
        with suppress(OSError):
            while True:
                connection, _ = listener.accept()
                with connection:
                    while data := connection.recv(65536):
                        connection.sendall(data)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        Thread(target=serve, daemon=True).start()
        yield listener.getsockname()[1]
        listener.shutdown(socket.SHUT_RDWR)


@pytest.mark.parametrize("loop", ["uvloop", "asyncio"])
def test_a_named_host_is_reached_through_a_tunnel_and_no_other(
    state_home: Path, echo: int, loop: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if loop == "asyncio":
        monkeypatch.setitem(sys.modules, "uvloop", None)
    target = f"127.0.0.1:{echo}"
    server = BackgroundServer(Settings.of(port=0, passthrough=f"{target},xero.com 127.0.0.1:9"))
    content = bytes(range(256)) * 20_000
    with ask(server.url, f"CONNECT {target} HTTP/1.1\r\n\r\n".encode()) as connection:
        assert connection.recv(1000).startswith(b"HTTP/1.1 200 ")

        def write() -> None:
            connection.sendall(content)
            connection.shutdown(socket.SHUT_WR)

        writer = Thread(target=write)
        writer.start()
        assert b"".join(iter(lambda: connection.recv(65536), b"")) == content
        writer.join()

    assert answer_to(server.url, b"CONNECT 127.0.0.1:9 HTTP/1.1\r\n\r\n").startswith("HTTP/1.1 502 Bad Gateway")
    assert answer_to(server.url, b"CONNECT :443 HTTP/1.1\r\n\r\n").startswith("HTTP/1.1 403 ")
    with client(server.url) as xero:
        assert xero.get(INVOICE).status_code == 200
    assert httpx.get(f"{server.url}/_emulator/proxy").json()["passed_through"] == {target: 1}
    with ask(server.url, f"CONNECT {target} HTTP/1.1\r\n\r\n".encode()) as connection:
        assert connection.recv(1000).startswith(b"HTTP/1.1 200 ")
        server.stop()
        assert connection.recv(1000) == b""


# --- Silence ----------------------------------------------------------------------------------------------------------


def test_a_tunnel_that_says_nothing_is_closed(
    state_home: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(tunnels, "HANDSHAKE_TIMEOUT", 0.2)
    server = BackgroundServer(Settings.of(port=0))
    assert answer_to(server.url, CONNECT) == "HTTP/1.1 200 Connection established\r\n\r\n"
    server.stop()

    assert "The TLS handshake for api.xero.com failed" in caplog.text


def test_a_reset_strikes_through_tls(proxy: str) -> None:
    with client(proxy) as xero, pytest.raises(httpx.TransportError):
        xero.put(f"{INVOICE}/Attachments/a.pdf", headers={"X-Emulator-Fault": "reset"}, content=bytes(100_000))
