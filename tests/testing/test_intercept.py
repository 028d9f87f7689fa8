"""`Sandbox.intercept`: requests to the vendors' own hosts reach a sandbox, whatever sends them and however."""

import asyncio
import http.client
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Callable, Iterator
from typing import Any

import aiohttp
import httpx
import pytest
import requests
import urllib3

from emulator.server import listen
from emulator.testing import Emulator, RequestBlocked, Sandbox

INVOICE = "https://api.xero.com/api.xro/2.0/Invoices/INV-0002"
FILE = f"{INVOICE}/Attachments/a.pdf"
HEADERS = {"Authorization": "Bearer own-credential", "xero-tenant-id": "demo", "Accept": "application/json"}
CONTENT = b"%PDF-1.7" + bytes(300_000)
# Nothing listens there: whoever asks it fails.
NOWHERE = "http://127.0.0.1:9"
Answer = tuple[int, bytes]


def with_httpx(method: str, url: str, body: bytes | None = None) -> Answer:
    with httpx.Client(proxy=NOWHERE, http2=False) as client:
        response = client.request(method, url, headers=HEADERS, content=body)
    assert str(response.url) == url
    return response.status_code, response.content


def with_async_httpx(method: str, url: str, body: bytes | None = None) -> Answer:
    async def ask() -> Answer:
        async with httpx.AsyncClient() as client:
            response = await client.request(method, url, headers=HEADERS, content=body)
        return response.status_code, response.content

    return asyncio.run(ask())


def with_requests(method: str, url: str, body: bytes | None = None) -> Answer:
    proxies = {"https": NOWHERE, "http": NOWHERE}
    response = requests.request(method, url, headers=HEADERS, data=body, proxies=proxies, timeout=20)
    assert response.url == url
    return response.status_code, response.content


def with_urllib3(method: str, url: str, body: bytes | None = None) -> Answer:
    response = urllib3.PoolManager(cert_reqs="CERT_REQUIRED").request(method, url, headers=HEADERS, body=body)
    return response.status, response.data


def with_aiohttp(method: str, url: str, body: bytes | None = None) -> Answer:
    async def ask() -> Answer:
        async with (
            aiohttp.ClientSession(headers=HEADERS) as session,
            session.request(method, url, data=body, proxy=NOWHERE) as response,
        ):
            assert str(response.url) == url
            answer = response.status, await response.read()
        # The session does not wait until its TLS connections have ended, and the loop would end before them.
        await asyncio.sleep(0.25)
        return answer

    return asyncio.run(ask())


def with_http_client(method: str, url: str, body: bytes | None = None) -> Answer:
    scheme, _, rest = url.partition("://")
    host, _, path = rest.partition("/")
    kind = http.client.HTTPSConnection if scheme == "https" else http.client.HTTPConnection
    connection = kind("127.0.0.1", 9, timeout=20)
    connection.set_tunnel(host)
    connection.request(method, f"/{path}", body, HEADERS)
    response = connection.getresponse()
    answer = response.status, response.read()
    connection.close()
    return answer


def with_urllib_request(method: str, url: str, body: bytes | None = None) -> Answer:
    with urllib.request.urlopen(urllib.request.Request(url, body, HEADERS, method=method), timeout=20) as response:
        assert response.url == url
        return response.status, response.read()


CLIENTS = [
    with_httpx,
    with_async_httpx,
    with_requests,
    with_urllib3,
    with_aiohttp,
    with_http_client,
    with_urllib_request,
]
Ask = Callable[..., Answer]


@pytest.fixture(scope="module")
def server() -> Iterator[Emulator]:
    with Emulator() as started:
        yield started


@pytest.mark.parametrize("ask", CLIENTS)
def test_a_file_goes_up_and_comes_back_whatever_the_library_is_set_to(ask: Ask, server: Emulator) -> None:
    box = server.sandbox()
    with box.intercept(block_others=True):
        status, uploaded = ask("PUT", FILE, CONTENT)
        downloaded = ask("GET", FILE)
        plain = ask("GET", "http://identity.xero.com/.well-known/openid-configuration")

    assert (status, downloaded) == (200, (200, CONTENT))
    assert f'"Url": "{INVOICE.rpartition("/")[0]}'.encode() in uploaded
    assert b'"http://identity.xero.com/connect/token"' in plain[1]
    assert len(box.journal) == 3


@pytest.mark.parametrize("ask", CLIENTS)
def test_another_host_is_refused_with_a_sentence_and_this_machine_is_not(ask: Ask, server: Emulator) -> None:
    with server.sandbox().intercept(block_others=True):
        with pytest.raises(RequestBlocked, match=r"GET https://example\.com/a was not sent: .* Stub example\.com"):
            ask("GET", "https://example.com/a")
        if ask not in (with_httpx, with_requests, with_aiohttp, with_http_client):  # Whose proxy is nowhere.
            assert ask("GET", f"{server.url}/_emulator/health")[0] == 200


class ThirdParty:
    """A server of somebody else's."""

    def __init__(self) -> None:
        self.listener = listen("127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{self.listener.getsockname()[1]}/"
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            with connection:
                connection.recv(10_000)
                connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\nConnection: close\r\n\r\nothers")


@pytest.mark.parametrize("ask", [with_async_httpx, with_urllib3, with_urllib_request])
def test_other_hosts_go_on_untouched(ask: Ask, server: Emulator) -> None:
    third_party = ThirdParty()
    with server.sandbox().intercept():
        assert ask("GET", third_party.url) == (200, b"others")
    third_party.listener.close()


def test_clients_that_are_kept_reach_the_innermost_sandbox_and_afterwards_nobody(server: Emulator) -> None:
    outer, inner = server.sandbox(), server.sandbox()
    session, client = requests.Session(), httpx.Client()
    pool = urllib3.HTTPSConnectionPool("api.xero.com", retries=False, timeout=1)
    connection = http.client.HTTPSConnection("api.xero.com", timeout=1)

    def with_connection() -> bytes:
        connection.request("GET", "/connections", headers=HEADERS)
        return connection.getresponse().read()

    asks: list[Callable[[], Any]] = [
        lambda: session.get(INVOICE, headers=HEADERS, timeout=1).content,
        lambda: client.get(INVOICE, headers=HEADERS, timeout=1).content,
        lambda: pool.request("GET", "/api.xro/2.0/Invoices/INV-0002", headers=HEADERS).data,
        with_connection,
    ]

    def ask_all() -> None:
        for ask in asks:
            assert ask()

    with outer.intercept():
        ask_all()
        with pytest.raises(ZeroDivisionError), inner.intercept():
            ask_all()
            raise ZeroDivisionError
        ask_all()

    assert (len(outer.journal), len(inner.journal)) == (8, 4)
    assert connection.sock is None
    for owner, name in (
        (http.client.HTTPConnection, "putrequest"),
        (urllib3.HTTPConnectionPool, "urlopen"),
        (httpx.HTTPTransport, "handle_request"),
        (aiohttp.BaseConnector, "connect"),
    ):
        assert not hasattr(getattr(owner, name), "__wrapped__")
    session.close()
    client.close()
    pool.close()


def test_parallel_tasks_and_threads_each_reach_their_own_sandbox(server: Emulator) -> None:
    boxes = [server.sandbox() for _ in range(8)]

    async def work(box: Sandbox) -> None:
        with box.intercept():
            async with aiohttp.ClientSession(headers=HEADERS) as session, httpx.AsyncClient(headers=HEADERS) as client:
                for _ in range(3):
                    async with session.get(INVOICE) as response:
                        assert response.status == 200
                    assert (await client.get(INVOICE)).status_code == 200

    async def work_all() -> None:
        await asyncio.gather(*map(work, boxes[:4]))

    def work_in_thread(box: Sandbox) -> None:
        with box.intercept(), requests.Session() as session:
            for _ in range(6):
                assert session.get(INVOICE, headers=HEADERS, timeout=20).status_code == 200

    threads = [threading.Thread(target=work_in_thread, args=(box,)) for box in boxes[4:]]
    for thread in threads:
        thread.start()
    asyncio.run(work_all())
    for thread in threads:
        thread.join()

    assert [len(box.journal) for box in boxes] == [6] * 8


def test_a_credential_that_names_another_sandbox_does_not_lead_there(server: Emulator) -> None:
    box, other = server.sandbox(), server.sandbox()
    with box.intercept():
        headers = {**HEADERS, "Authorization": f"Bearer sbx_{other.name}"}
        assert httpx.get(INVOICE, headers=headers).status_code == 200

    assert (len(box.journal), len(other.journal)) == (1, 0)


def test_faults_and_streamed_answers_work_as_they_do_at_the_vendor(server: Emulator) -> None:
    box = server.sandbox()
    with box.intercept():
        httpx.put(FILE, headers=HEADERS, content=CONTENT)
        box.faults.arm(kind="lost-answer", times=5)  # aiohttp repeats a GET once, by itself.
        with pytest.raises(httpx.TransportError):
            httpx.get(FILE, headers=HEADERS)
        with pytest.raises(requests.ConnectionError, match=r"api\.xero\.com|aborted"):
            requests.get(FILE, headers=HEADERS, timeout=20)
        with pytest.raises(ConnectionError):
            with_urllib_request("GET", FILE)
        with pytest.raises(aiohttp.ClientError):
            with_aiohttp("GET", FILE)
        streamed = requests.get(FILE, headers=HEADERS, stream=True, timeout=20)

    assert streamed.content == CONTENT


def test_a_library_that_is_imported_later_is_redirected_and_none_is_imported(server: Emulator) -> None:
    program = f"""
import sys
from emulator.testing import Emulator
with Emulator(url={server.url!r}) as server, server.get_sandbox("later").intercept():
    assert not {{"httpx", "urllib3", "aiohttp"}} & sys.modules.keys()
    import httpx, requests
    assert httpx.get({INVOICE!r}, headers={HEADERS!r}).status_code == 200
    assert requests.get({INVOICE!r}, headers={HEADERS!r}).status_code == 200
"""
    subprocess.run([sys.executable, "-W", "error", "-c", program], check=True, timeout=60)

    assert len(server.get_sandbox("later").journal) == 2


def test_a_server_with_tls(server: Emulator, tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    with Emulator(tls=True) as secure:
        box = secure.sandbox()
        with box.intercept():
            for ask in CLIENTS:
                assert ask("GET", INVOICE)[0] == 200
        assert len(box.journal) == len(CLIENTS)


def test_what_is_for_others_goes_there_whatever_sends_it(server: Emulator, emulator: Sandbox) -> None:
    health = f"{server.url}/_emulator/health"
    local = health.replace("127.0.0.1", "localhost")

    async def ask() -> int:
        async with aiohttp.ClientSession() as session, session.get(health) as response:
            return response.status

    with emulator.intercept(block_others=True):
        assert httpx.get(health, trust_env=False).status_code == 200
        assert asyncio.run(ask()) == 200
        assert urllib.request.build_opener(urllib.request.ProxyHandler({})).open(local, timeout=20).status == 200
        assert len(emulator.journal) == 0


def test_one_connection_leads_to_the_vendor_and_to_others_by_turns(server: Emulator, emulator: Sandbox) -> None:
    connection = http.client.HTTPConnection(server.url.removeprefix("http://"), timeout=20)
    statuses = []
    with emulator.intercept():
        for url in ("http://api.codat.io/nowhere", "/_emulator/health", "http://api.codat.io/companies"):
            connection.request("GET", url, headers={"Authorization": "Basic eA=="})
            response = connection.getresponse()
            response.read()
            statuses.append(response.status)
    connection.close()

    assert statuses == [404, 200, 200]
    assert [exchange.target.rpartition("/")[2] for exchange in emulator.journal] == ["nowhere", "companies"]


def test_an_emulator_that_has_stopped_is_a_failed_connection_for_aiohttp() -> None:
    async def ask() -> None:
        async with aiohttp.ClientSession() as session:
            await session.get(INVOICE)

    server = Emulator().start()
    with server.sandbox().intercept():
        server.stop()
        with pytest.raises(aiohttp.ClientConnectorError):
            asyncio.run(ask())
