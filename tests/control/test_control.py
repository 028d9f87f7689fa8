"""The front page and the control API."""

import re
import subprocess

import pytest

from emulator import __version__, create_app
from emulator.core.pack import Pack
from emulator.vendors import PACKS
from tests.asgi import Client
from tests.conftest import LiveServer


@pytest.fixture
def client() -> Client:
    return Client(create_app())


def test_the_front_page_tells_a_person_where_to_go(client: Client) -> None:
    page = client.get("/", accept="text/html,application/xhtml+xml,*/*;q=0.8")

    assert page.headers["content-type"] == "text/html; charset=utf-8"
    for part in (__version__, "http://emulator.test/xero/api.xro/2.0", "api.xero.com", "curl -X PUT"):
        assert part in page.text


def test_the_front_page_escapes_what_a_client_says(client: Client) -> None:
    page = client.get("/", accept="text/html", host='"><script>alert(1)</script>')

    assert "<script>" not in page.text


def test_the_front_page_speaks_plainly_to_a_terminal(client: Client) -> None:
    page = client.get("/", accept="*/*")

    assert page.headers["content-type"] == "text/plain; charset=utf-8"
    assert "http://emulator.test/xero/api.xro/2.0" in page.text


@pytest.mark.parametrize("pack", PACKS, ids=lambda pack: pack.name)
def test_the_first_request_of_the_front_page_works_as_it_stands(live: LiveServer, pack: Pack) -> None:
    page = subprocess.check_output(["curl", "-s", live.url], text=True)
    found = re.search(rf"A first request to {pack.title}:\n\n(.*?)\n(\n|$)", page, re.DOTALL)
    assert found

    answer = subprocess.check_output(["bash", "-c", f"{found[1]} -si"], text=True, stderr=subprocess.DEVNULL)

    assert answer.partition("\n")[0].split()[1] == "200", answer


def test_health_says_how_full_the_store_is(client: Client) -> None:
    before = client.get("/_emulator/health").json()
    assert before == {
        "status": "ok",
        "version": __version__,
        "vendors": ["xero", "codat"],
        "sandboxes": 1,
        "store": {"blobs": 0, "bytes": 0, "max_bytes": 1024**3},
    }
    headers = {"authorization": "Bearer x", "xero-tenant-id": "t"}
    client.request("PUT", "/xero/api.xro/2.0/Invoices/INV-0002/Attachments/a.pdf", b"12345", headers)

    assert client.get("/_emulator/health").json()["store"]["bytes"] == 5


def test_a_method_that_a_page_does_not_take_is_told_so(client: Client) -> None:
    answer = client.post("/_emulator/health", b"body")

    assert answer.status == 405
    assert set(answer.headers["allow"].split(", ")) == {"GET", "HEAD"}
    assert answer.json()["detail"].startswith("/_emulator/health is not for POST.")


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/api.xro/2.0/Invoices"), ("GET", "/_emulator/nothing"), ("PUT", "/a/b"), ("OPTIONS", "*")],
)
def test_a_path_outside_the_mounts_says_where_they_are(client: Client, method: str, path: str) -> None:
    answer = client.request(method, path, b"body")

    assert answer.status == 404
    assert answer.headers["content-type"] == "application/problem+json"
    assert "http://emulator.test/xero" in answer.json()["detail"]
