"""The server as a process: real sockets, raw bytes, signals."""

import http.client
import signal
import socket
import time
from collections.abc import Callable
from contextlib import ExitStack, closing
from typing import Literal
from urllib.parse import urlsplit

import httpx
import pytest

from emulator.server import GRACE, BackgroundServer, listen, url_of
from emulator.settings import Settings
from tests.conftest import LiveServer

HEAD = "Host: x\r\nAuthorization: Bearer x\r\nxero-tenant-id: {}\r\nAccept: application/json\r\n"
FILES = "/xero/api.xro/2.0/Invoices/INV-0002/Attachments"


def connect(server: LiveServer | BackgroundServer) -> socket.socket:
    parts = urlsplit(server.url)
    return socket.create_connection((str(parts.hostname), int(parts.port or 0)), timeout=10)


def answer_to(connection: socket.socket) -> tuple[int, bytes]:
    response = http.client.HTTPResponse(connection)
    response.begin()
    return response.status, response.read()


def raw(server: LiveServer, tenant: str, method: str, target: bytes, body: bytes = b"") -> tuple[int, bytes]:
    with closing(connect(server)) as connection:
        head = HEAD.format(tenant) + f"Content-Length: {len(body)}\r\n\r\n"
        connection.sendall(method.encode() + b" " + target + b" HTTP/1.1\r\n" + head.encode() + body)
        return answer_to(connection)


def used_bytes(server: LiveServer) -> int:
    used = httpx.get(f"{server.url}/_emulator/health").json()["store"]["bytes"]
    assert isinstance(used, int)
    return used


def test_a_name_may_stand_in_the_request_line_as_raw_utf8(live: LiveServer) -> None:
    # As curl sends what is typed into a terminal.
    target = f"{FILES}/Café Zoë.pdf".replace(" ", "%20").encode()

    status, body = raw(live, "utf8", "PUT", target, b"bytes")

    assert status == 200
    assert '"FileName": "Café Zoë.pdf"'.encode() in body
    assert raw(live, "utf8", "GET", target) == (200, b"bytes")


@pytest.mark.parametrize(
    ("name", "status", "rule"),
    [
        (b"a[1].pdf", 400, b"encoded"),
        (b"a%5B1%5D.pdf", 200, b"a[1].pdf"),
        (b"two+words.pdf", 404, b"cannot be found"),
        (b"%ff.pdf", 400, b"UTF-8"),
        (b"\xff.pdf", 400, b"UTF-8"),
        (b"a%00b.pdf", 400, b"not allowed"),
        (b"a%2Fb.pdf", 400, b"not allowed"),
        (b"..%2F..%2Fetc.pdf", 400, b"not allowed"),
        (b"%0d%0aSet-Cookie:x.pdf", 400, b"not allowed"),
    ],
)
def test_the_request_line_arrives_as_it_was_sent(live: LiveServer, name: bytes, status: int, rule: bytes) -> None:
    answer = raw(live, "line", "PUT", f"{FILES}/".encode() + name, b"bytes")

    assert answer[0] == status
    assert rule in answer[1]


@pytest.mark.parametrize("line", [b"PUT /two words.pdf HTTP/1.1", b"GET / HTTP/1.1\r\nContent Type: image/png"])
def test_what_is_not_http_is_answered_with_a_hint(live: LiveServer, line: bytes) -> None:
    with closing(connect(live)) as connection:
        connection.sendall(line + b"\r\nHost: x\r\n\r\n")
        status, body = answer_to(connection)

    assert status == 400
    assert b"a space in the request line or in a header's name" in body


def test_a_chunked_upload_arrives_whole(live: LiveServer) -> None:
    pieces = [bytes([number % 251]) * size for number, size in enumerate([1, 70_000, 3, 200_000, 65_536])]

    uploaded = httpx.put(f"{live.url}{FILES}/c.pdf", content=iter(pieces), headers=headers("chunked"))

    assert uploaded.json()["Attachments"][0]["ContentLength"] == sum(map(len, pieces))
    assert httpx.get(f"{live.url}{FILES}/c.pdf", headers=headers("chunked")).content == b"".join(pieces)


def headers(tenant: str) -> dict[str, str]:
    return {"Authorization": "Bearer x", "xero-tenant-id": tenant, "Accept": "application/json"}


@pytest.mark.parametrize("framing", ["Content-Length: 1000000", "Transfer-Encoding: chunked"])
def test_a_connection_cut_mid_upload_stores_nothing(live: LiveServer, framing: str) -> None:
    used = used_bytes(live)
    with closing(connect(live)) as connection:
        head = f"PUT {FILES}/cut.pdf HTTP/1.1\r\n" + HEAD.format("cut") + f"{framing}\r\n\r\n"
        chunk = b"10000\r\n" + bytes(0x10000) + b"\r\n"
        connection.sendall(head.encode() + chunk * 3)
        # Not before the server has begun to store it.
        wait_until(lambda: used_bytes(live) > used)

    wait_until(lambda: used_bytes(live) == used)
    assert httpx.get(f"{live.url}{FILES}", headers=headers("cut")).json()["Attachments"] == []


def wait_until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_a_body_that_is_too_large_is_refused_and_the_connection_lives_on(live: LiveServer) -> None:
    with httpx.Client(headers=headers("large")) as client:
        refused = client.put(f"{live.url}{FILES}/large.pdf", content=bytes(11 * 1024 * 1024))

        assert refused.status_code == 413
        assert refused.json()["Title"] == "RequestEntityTooLarge"
        assert client.get(f"{live.url}{FILES}").json()["Attachments"] == []


UPGRADE = "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n"


@pytest.mark.parametrize("split", [False, True], ids=["in one packet", "in two"])
def test_a_client_that_would_rather_speak_http_2_is_served(live: LiveServer, split: bool) -> None:
    # As curl --http2 and Java's HttpClient ask.
    head = f"PUT {FILES}/h2-{split}.pdf HTTP/1.1\r\n" + HEAD.format("upgrade") + UPGRADE + "Content-Length: 5\r\n\r\n"
    with closing(connect(live)) as connection:
        connection.sendall(head.encode() + (b"" if split else b"bytes"))
        if split:
            time.sleep(0.05)
            connection.sendall(b"bytes")
        status, body = answer_to(connection)

    assert status == 200
    assert b'"ContentLength": 5' in body


def test_a_request_head_may_come_in_pieces(live: LiveServer) -> None:
    head = f"PUT {FILES}/Zoë.pdf HTTP/1.1\r\n{HEAD.format('pieces')}Content-Length: 5\r\n\r\n".encode()
    with closing(connect(live)) as connection:
        for start in range(0, len(head), 40):
            connection.sendall(head[start : start + 40])
            time.sleep(0.005)
        connection.sendall(b"bytes")
        status, body = answer_to(connection)

    assert (status, '"FileName": "Zoë.pdf"'.encode() in body) == (200, True)


def test_requests_may_come_several_at_once(live: LiveServer) -> None:
    one = f"GET {FILES} HTTP/1.1\r\n{HEAD.format('pipeline')}\r\n".encode()
    with closing(connect(live)) as connection:
        connection.sendall(one * 2 + one.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"))
        received = b"".join(iter(lambda: connection.recv(65536), b""))

    assert received.count(b"HTTP/1.1 200 OK") == 3


def test_a_request_may_begin_in_the_packet_that_ends_another(live: LiveServer) -> None:
    first = f"GET {FILES} HTTP/1.1\r\n{HEAD.format('begins')}\r\n"
    second = f"PUT {FILES}/b.txt HTTP/1.1\r\n{HEAD.format('begins')}Connection: close\r\nContent-Length: 8\r\n\r\nhalf"
    with closing(connect(live)) as connection:
        connection.sendall((first + second).encode())
        time.sleep(0.05)
        connection.sendall(b"HALF")
        received = b"".join(iter(lambda: connection.recv(65536), b""))

    assert received.count(b"HTTP/1.1 200 OK") == 2
    assert httpx.get(f"{live.url}{FILES}/b.txt", headers=headers("begins")).content == b"halfHALF"


@pytest.mark.parametrize("pieces", [1, 20])
def test_a_request_head_without_end_is_refused(live: LiveServer, pieces: int) -> None:
    with closing(connect(live)) as connection:
        connection.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n")
        for _ in range(pieces):
            connection.sendall(b"X-Long: " + b"x" * (66_000 // pieces) + b"\r\n")
            time.sleep(0.002)
        status, body = answer_to(connection)

    assert status == 431
    assert b"65536 bytes" in body


@pytest.mark.parametrize("data", [b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", b"GET / HTTP/1.1\nHost: x\n\n"])
def test_what_does_not_look_like_http_is_refused_at_once(live: LiveServer, data: bytes) -> None:
    with closing(connect(live)) as connection:
        connection.sendall(data)
        assert answer_to(connection)[0] == 400


@pytest.mark.parametrize("version", ["HTTP/1.1\r\nConnection: close", "HTTP/1.0"])
def test_a_small_body_that_is_refused_gets_its_answer_before_the_end(live: LiveServer, version: str) -> None:
    company, link = "5eed0000-0000-4000-8000-00000000c001", "5eed0000-0000-4000-8000-00000000d001"
    body = b'--f\r\nContent-Disposition: form-data; filename="a.exe"\r\n\r\nx\r\n--f--\r\n'
    head = f"POST /codat/companies/{company}/connections/{link}/push/invoices/inv-2/attachment {version}\r\n"
    head += f"Host: x\r\nAuthorization: Basic YQ==\r\nContent-Length: {len(body)}\r\n"
    with closing(connect(live)) as connection:
        connection.sendall(head.encode() + b"Content-Type: multipart/form-data; boundary=f\r\n\r\n" + body)
        status, answer = answer_to(connection)

    assert (status, b"fileExtension" in answer) == (400, True)


def test_a_slow_head_on_a_kept_connection_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("emulator.server.KEEP_ALIVE", 0.4)
    server = BackgroundServer(Settings.of(port=0))
    with closing(socket.create_connection(("127.0.0.1", urlsplit(server.url).port or 0), timeout=10)) as connection:
        request = f"GET {FILES} HTTP/1.1\r\n{HEAD.format('slow')}\r\n".encode()
        connection.sendall(request)
        assert answer_to(connection)[0] == 200
        # The server closes connections that are idle for so long; this one is not.
        for at in range(12):
            connection.sendall(request[at * 10 : at * 10 + 10])
            time.sleep(0.05)
        connection.sendall(request[120:])
        assert answer_to(connection)[0] == 200
    server.stop()


def test_an_early_refusal_can_be_read_although_the_connection_closes(live: LiveServer) -> None:
    fields = {**headers("close"), "Connection": "close"}
    with closing(http.client.HTTPConnection(urlsplit(live.url).netloc)) as connection:
        connection.request("PUT", f"{FILES}/a.pdf", bytes(11 * 1024 * 1024), fields)

        with connection.getresponse() as response:
            assert response.status == 413


def test_a_client_that_awaited_100_continue_in_vain_is_told_that_the_connection_ends(live: LiveServer) -> None:
    with closing(connect(live)) as connection:
        head = f"PUT {FILES}/e.pdf HTTP/1.1\r\n" + HEAD.format("expect")
        connection.sendall(head.encode() + b"Content-Length: 11000000\r\nExpect: 100-continue\r\n\r\n")
        response = http.client.HTTPResponse(connection)
        response.begin()

        assert (response.status, response.headers["connection"]) == (413, "close")
        response.read()
        assert connection.recv(1) == b""


def test_a_client_that_has_said_all_still_gets_its_answer(live: LiveServer) -> None:
    file = bytes(9 * 1024 * 1024)
    httpx.put(f"{live.url}{FILES}/half.pdf", content=file, headers=headers("half"))

    with closing(connect(live)) as connection:
        connection.sendall(f"GET {FILES}/half.pdf HTTP/1.1\r\n{HEAD.format('half')}\r\n".encode())
        connection.shutdown(socket.SHUT_WR)
        assert answer_to(connection) == (200, file)


def test_a_client_that_goes_away_amid_its_downloads_leaves_no_trace(live: LiveServer) -> None:
    httpx.put(f"{live.url}{FILES}/gone.pdf", content=bytes(9 * 1024 * 1024), headers=headers("gone"))
    for _ in range(3):
        with closing(connect(live)) as connection:
            request = f"GET {FILES}/gone.pdf HTTP/1.1\r\n{HEAD.format('gone')}\r\n"
            connection.sendall(request.encode() * 2)
            connection.recv(100)
            time.sleep(0.05)
    # A traceback would be found where the server is stopped.
    assert httpx.get(f"{live.url}/_emulator/health").status_code == 200


def test_a_client_that_waits_for_100_continue_gets_it(live: LiveServer) -> None:
    with closing(connect(live)) as connection:
        head = f"PUT {FILES}/e.pdf HTTP/1.1\r\n" + HEAD.format("expect")
        connection.sendall(head.encode() + b"Content-Length: 5\r\nExpect: 100-continue\r\n\r\n")
        assert connection.recv(100).startswith(b"HTTP/1.1 100 ")
        connection.sendall(b"bytes")
        assert answer_to(connection)[0] == 200


def test_a_download_under_way_ends_with_the_bytes_it_began_with(live: LiveServer) -> None:
    old = bytes(range(256)) * 4096 * 8
    httpx.put(f"{live.url}{FILES}/d.pdf", content=old, headers=headers("download"))

    with closing(connect(live)) as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65536)
        connection.sendall(f"GET {FILES}/d.pdf HTTP/1.1\r\n{HEAD.format('download')}\r\n".encode())
        response = http.client.HTTPResponse(connection)
        response.begin()
        first = response.read(10)
        httpx.put(f"{live.url}{FILES}/d.pdf", content=b"new", headers=headers("download"))
        rest = response.read()

    assert first + rest == old


def test_the_front_page_and_health_are_served(live: LiveServer) -> None:
    page = httpx.get(live.url)
    assert page.headers["content-type"] == "text/plain; charset=utf-8"
    assert f"{live.url}/xero/api.xro/2.0" in page.text
    assert httpx.get(f"{live.url}/_emulator/health").json()["status"] == "ok"


def test_a_signal_stops_the_server_without_a_fuss(start: Callable[..., LiveServer]) -> None:
    # Both at the same time, as each waits for its clients.
    servers = {number: start() for number in (signal.SIGINT, signal.SIGTERM)}
    with ExitStack() as stack:
        for server in servers.values():
            # Clients that never finish an upload, wait for what never comes, and keep their connection open.
            stuck, waiting = (stack.enter_context(closing(connect(server))) for _ in range(2))
            waiting.sendall(
                b"GET /_emulator/sandboxes/default/journal/wait?method=DELETE&timeout=60 HTTP/1.1\r\nHost: x\r\n\r\n"
            )
            stuck.sendall(f"PUT {FILES}/a.pdf HTTP/1.1\r\n{HEAD.format('t')}Content-Length: 100\r\n\r\nhalf".encode())
            stack.enter_context(httpx.Client()).get(f"{server.url}/_emulator/health")
        for number, server in servers.items():
            server.process.send_signal(number)

        assert [server.ended() for server in servers.values()] == [(0, "", "")] * 2


def test_event_streams_end_when_the_server_stops(start: Callable[..., LiveServer]) -> None:
    server = start()
    with httpx.stream("GET", f"{server.url}/_emulator/sandboxes/default/journal/events", timeout=30) as events:
        server.process.send_signal(signal.SIGTERM)
        # The stream is ended properly; connections that are aborted, after the time of grace, are not.
        assert "".join(events.iter_text()).startswith(": listening")
    assert server.ended() == (0, "", "")


def test_a_second_signal_does_not_wait(start: Callable[..., LiveServer]) -> None:
    server = start()
    with closing(connect(server)) as stuck:
        stuck.sendall(f"PUT {FILES}/a.pdf HTTP/1.1\r\n{HEAD.format('t')}Content-Length: 100\r\n\r\nhalf".encode())
        wait_until(lambda: httpx.get(f"{server.url}/_emulator/health").status_code == 200)
        server.process.send_signal(signal.SIGINT)
        time.sleep(0.3)
        server.process.send_signal(signal.SIGINT)
        began = time.monotonic()
        ended = server.ended()

    assert ended == (0, "", "")
    assert time.monotonic() - began < GRACE


@pytest.mark.parametrize(
    ("host", "url"), [("127.0.0.1", "http://127.0.0.1:"), ("0.0.0.0", "http://127.0.0.1:"), ("::1", "http://[::1]:")]
)
def test_the_url_of_a_listener_is_one_that_works_here(host: str, url: str) -> None:
    with listen(host, 0) as listener:
        assert url_of(listener).startswith(url)


@pytest.mark.proves("xero.header-names", "codat.header-names", "dualentry.header-names", "vrplatform.header-names")
@pytest.mark.parametrize("parser", ["httptools", "h11"])
def test_header_names_are_spelled_as_the_vendor_spells_them(
    request: pytest.FixtureRequest, parser: Literal["httptools", "h11"]
) -> None:
    server = BackgroundServer(Settings.of(port=0, http=parser))
    request.addfinalizer(server.stop)
    for request_line, names in {
        "GET /xero/api.xro/2.0/Invoices": {"Content-Type", "X-AppMinLimit-Remaining", "X-MinLimit-Remaining"}
        | {"X-DayLimit-Remaining", "X-Client-TLS-ver", "Xero-Correlation-Id", "Cache-Control", "Date"},
        "GET /codat/companies": {"Content-Type", "X-Rate-Limit-Limit", "X-Rate-Limit-Remaining"},
        "GET /dualentry/public/v2/invoices/": {"Content-Type", "X-RateLimit-Limit", "X-RateLimit-Remaining"},
        "GET /vrplatform/transactions": {"Content-Type", "Content-Length"},
        "GET /vrplatform/nothing": {"Emulator-Rule"},
    }.items():
        with closing(connect(server)) as connection:
            connection.sendall(
                f"{request_line} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer x\r\n"
                "X-API-KEY: x\r\nxero-tenant-id: x\r\nx-team-id: team_123\r\n\r\n".encode()
            )
            response = b"".join(iter(lambda: connection.recv(65536), b""))

        head = response.partition(b"\r\n\r\n")[0].decode()
        assert names <= {line.partition(":")[0] for line in head.splitlines()[1:]}, request_line


def test_a_server_that_cannot_run_says_why_and_gives_its_port_back(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("no event loop")

    monkeypatch.setattr("emulator.server.Server.run", fail)
    with listen("127.0.0.1", 0) as listener:
        port = listener.getsockname()[1]

    with pytest.raises(RuntimeError, match="no event loop"):
        BackgroundServer(Settings.of(port=port))

    listen("127.0.0.1", port).close()
