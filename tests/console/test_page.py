"""The page at `/`."""

import re
import subprocess

import pytest
from starlette.applications import Starlette
from starlette.routing import Mount

from emulator import __version__, create_app
from emulator.core.vendor import Vendor
from emulator.vendors import VENDORS
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


@pytest.mark.parametrize("pack", VENDORS.values(), ids=lambda pack: pack.name)
def test_the_first_request_of_the_front_page_works_as_it_stands(live: LiveServer, pack: Vendor) -> None:
    page = subprocess.check_output(["curl", "-s", live.url], text=True)
    found = re.search(rf"Example request to {pack.title}:\n\n(.*?)\n(\n|$)", page, re.DOTALL)
    assert found

    answer = subprocess.check_output(["bash", "-c", f"{found[1]} -si"], text=True, stderr=subprocess.DEVNULL)

    assert answer.partition("\n")[0].split()[1] == "200", answer


@pytest.mark.parametrize("prefix", ["/emulator", "/em%20b"])
def test_the_front_page_is_there_inside_another_application(prefix: str) -> None:
    client = Client(Starlette(routes=[Mount(prefix.replace("%20", " "), create_app())]), prefix)

    assert client.get("/").status == 200
