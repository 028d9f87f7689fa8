"""The example that spreads sandboxes over processes: a stock nginx in front of two emulators."""

import base64
import http.client
import json
import os
import shutil
import socket
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

import httpx
import pytest

from bench.load import MIB
from bench.servers import free_port
from bench.vendors import FORM, form_ends
from emulator.testing import Emulator
from tests.conftest import ROOT, LiveServer

# Debian has it where only root looks for programs.
NGINX = shutil.which("nginx", path=os.pathsep.join([os.environ["PATH"], "/usr/sbin"]))
pytestmark = pytest.mark.skipif(NGINX is None, reason="there is no nginx here: apt-get install nginx")

EXAMPLE = (ROOT / "tests/examples/nginx.conf").read_text("utf-8")
NAMES = [f"orders-{number}" for number in range(20)]
INVOICE = "/dualentry/public/v2/invoices/1001/"
UPLOAD = f"{INVOICE}attachments/"
KEY = {"X-API-KEY": "anything"}
CONSENT = "/xero/identity/connect/authorize?response_type=code&redirect_uri=https://app.test/back&scope=files"


@dataclass(frozen=True)
class Spread:
    """Two emulators behind one address."""

    emulators: list[LiveServer]
    url: str

    def homes(self, name: str) -> list[int]:
        """Which of the emulators have a sandbox of this name."""
        return [at for at, server in enumerate(self.emulators) if name in sandboxes_of(server.url)]

    def client(self, **headers: str) -> httpx.Client:
        return httpx.Client(base_url=self.url, headers=headers, trust_env=False)


@pytest.fixture(scope="module")
def spread(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Spread]:
    folder = tmp_path_factory.mktemp("nginx")
    emulators = [LiveServer(), LiveServer()]
    port = free_port()
    text = EXAMPLE.replace("127.0.0.1:4600", f"127.0.0.1:{port}")
    for at, server in enumerate(emulators, 4601):
        text = text.replace(f"127.0.0.1:{at}", urlsplit(server.url).netloc)
    (folder / "nginx.conf").write_text(text, "utf-8")
    nginx = subprocess.Popen([str(NGINX), "-p", str(folder), "-c", str(folder / "nginx.conf")])
    try:
        while not accepts(port):
            assert nginx.poll() is None
        yield Spread(emulators, f"http://127.0.0.1:{port}")
    finally:
        nginx.terminate()
        nginx.wait(15)
        for emulator in emulators:
            emulator.stop()


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


def test_a_large_file_streams_both_ways(spread: Spread) -> None:
    target = "/sandbox/large/vrplatform/transaction-attachments"
    headers = {"x-api-key": "vrp_demo", "x-team-id": "team_123"}
    block, (head, tail) = os.urandom(MIB), form_ends()
    pieces = iter([head, *[block] * 30, tail])
    connection = http.client.HTTPConnection(urlsplit(spread.url).netloc, timeout=60)
    connection.putrequest("POST", target)
    for name, value in {**headers, **FORM, "Content-Length": str(len(head) + 30 * MIB + len(tail))}.items():
        connection.putheader(name, value)
    connection.endheaders()
    # The form's head and a mebibyte: an emulator has the request before nginx has all of it.
    connection.send(next(pieces))
    connection.send(next(pieces))
    assert any(spread.homes("large") for _ in range(500))
    for piece in pieces:
        connection.send(piece)
    uploaded = json.load(connection.getresponse())
    connection.close()

    with spread.client(**headers) as client:
        assert client.get(f"{target}/{uploaded['id']}/download").content == block * 30


def test_a_test_run_that_is_pointed_at_nginx_works_as_with_one_server(spread: Spread) -> None:
    with Emulator(url=spread.url) as server:
        boxes = [server.sandbox(now="2026-03-01", frozen=True) for _ in range(8)]
        for box in boxes:
            with box.xero.client() as xero:
                answer = xero.put("/Invoices/INV-0002/Attachments/a.pdf", content=box.name.encode())
            box.xero.assert_attached("Invoices", "INV-0002", "a.pdf", content=box.name.encode(), times=1)
            # The sandbox's clock, not nginx's.
            assert answer.headers["Date"].startswith("Sun, 01 Mar 2026")
            assert len(box.journal.find(vendor="xero")) == 1
            assert len(spread.homes(box.name)) == 1
            box.delete()
            assert not spread.homes(box.name)


def test_the_control_api_still_sees_who_asks(spread: Spread) -> None:
    with spread.client() as client:
        path = "/_emulator/sandboxes/guarded/files"

        assert client.get(path).status_code == 200
        assert client.get(path, headers={"Host": "attacker.com"}).status_code == 403
        assert client.get(path, headers={"Origin": "https://attacker.com"}).status_code == 403


def test_a_broken_connection_is_not_tried_again_at_the_other(spread: Spread) -> None:
    with Emulator(url=spread.url) as server:
        box = server.sandbox("broken")
        fault = box.faults.reset(times=3)
        with box.xero.client() as xero:
            path = "/Invoices/INV-0002/Attachments/a.pdf"
            statuses = [xero.put(path, content=b"bytes").status_code for _ in range(4)]

        assert statuses == [502, 502, 502, 200]
        fault.assert_triggered(times=3)
        assert len(spread.homes("broken")) == 1


def test_a_credential_that_cannot_be_read_is_refused_rather_than_led_astray(spread: Spread) -> None:
    with spread.client(Authorization=basic("sbx_hidden.key")) as client:
        refused = client.get("/codat/companies")
        named = client.get("/sandbox/hidden/codat/companies")

    assert (refused.status_code, named.status_code) == (400, 200)
    assert "colon" in refused.text
    assert len(spread.homes("hidden")) == 1


def test_a_client_that_signs_in_by_basic_uses_its_token_with_the_sandbox_in_the_path(spread: Spread) -> None:
    form = {"grant_type": "client_credentials", "scope": "accounting.attachments"}
    with spread.client() as client:
        signed_in = client.post(
            "/xero/identity/connect/token", data=form, headers={"Authorization": basic("sbx_signed:secret")}
        )
        bearer = {"Authorization": f"Bearer {signed_in.json()['access_token']}"}
        refused = client.get("/xero/connections", headers=bearer)
        connections = client.get("/sandbox/signed/xero/connections", headers=bearer)

    assert refused.status_code == 400
    assert "it is a signed token" in refused.text
    assert connections.is_success
    assert len(spread.homes("signed")) == 1
