"""The page at `/`."""

import gzip
import re
import subprocess

import pytest
from starlette.applications import Starlette
from starlette.routing import Mount

from emulator import create_app
from emulator.core.vendor import Vendor
from emulator.vendors import VENDORS
from tests.asgi import Client
from tests.conftest import ROOT, LiveServer

BROWSER = "text/html,application/xhtml+xml,*/*;q=0.8"
STATIC = ROOT / "emulator" / "console" / "static"


@pytest.fixture
def client() -> Client:
    return Client(create_app())


def test_a_browser_gets_the_console_and_all_its_files_from_here(client: Client) -> None:
    page = client.get("/", accept=BROWSER)

    assert page.headers["content-type"] == "text/html; charset=utf-8"
    links = re.findall(r'(?:href|src)="([^"#]+)"', page.text)
    assert links
    for link in links:
        assert client.get(f"/{link}").status == 200


def test_nothing_but_its_own_files_can_run_in_the_console(client: Client) -> None:
    page = client.get("/", accept=BROWSER, host='"><script>alert(1)</script>')

    policy = page.headers["content-security-policy"].split("; ")
    assert {"default-src 'none'", "script-src 'self'", "style-src 'self'", "frame-ancestors 'none'"} <= {*policy}
    assert "unsafe" not in page.headers["content-security-policy"]
    assert "alert" not in page.text
    assert not re.search(r"<script(?! type=.module. src)|<style|style=|\son\w+=", page.text)
    for source in STATIC.rglob("*.js"):
        assert not re.search("innerHTML|outerHTML|insertAdjacentHTML|document.write|eval", source.read_text("utf-8"))


def test_a_file_of_the_console_is_sent_again_only_when_it_has_changed(client: Client) -> None:
    module = client.get("/_console/views/start.js")

    assert module.headers["content-type"] == "text/javascript; charset=utf-8"
    assert client.get("/_console/views/start.js", if_none_match=module.headers["etag"]).status == 304
    zipped = client.get("/_console/views/start.js", accept_encoding="gzip, br")
    assert (zipped.headers["content-encoding"], gzip.decompress(zipped.body)) == ("gzip", module.body)
    assert zipped.headers["etag"] != module.headers["etag"]
    assert client.get("/_console/../app.py").status == 404
    assert client.get("/_console/views").status == 404


def test_the_source_of_the_console_stays_small() -> None:
    # Of readable source, sent compressed.
    assert sum(file.stat().st_size for file in STATIC.rglob("*.*")) <= 80 * 1024


def test_the_front_page_speaks_plainly_to_a_terminal(client: Client) -> None:
    page = client.get("/", accept="*/*")

    assert page.headers["content-type"] == "text/plain; charset=utf-8"
    assert "http://emulator.test/xero/api.xro/2.0" in page.text


@pytest.mark.parametrize("vendor", VENDORS.values(), ids=lambda vendor: vendor.name)
def test_the_first_request_of_the_front_page_works_as_it_stands(live: LiveServer, vendor: Vendor) -> None:
    page = subprocess.check_output(["curl", "-s", live.url], text=True)
    found = re.search(rf"Example request to {vendor.title}:\n\n(.*?)\n(\n|$)", page, re.DOTALL)
    assert found

    answer = subprocess.check_output(["bash", "-c", f"{found[1]} -si"], text=True, stderr=subprocess.DEVNULL)

    assert answer.partition("\n")[0].split()[1] == "200", answer


@pytest.mark.parametrize("prefix", ["/emulator", "/em%20b"])
def test_the_front_page_is_there_inside_another_application(prefix: str) -> None:
    client = Client(Starlette(routes=[Mount(prefix.replace("%20", " "), create_app())]), prefix)

    assert client.get("/").status == 200


def test_coding_agents_are_led_from_the_front_page_to_a_guide_for_this_server(client: Client) -> None:
    front = client.get("/", host="emulator:4600").text
    index, guide = (client.get(path, host="emulator:4600") for path in ("/llms.txt", "/agents.md"))

    assert front.endswith("For coding agents: http://emulator:4600/agents.md\n")
    assert 'href: "agents.md"' in client.get("/_console/views/start.js").text
    targets = re.findall(r"\]\(http://emulator:4600([^)]+)\)", index.text)
    assert "/agents.md" in targets
    assert [client.get(target).status for target in targets] == [200] * len(targets)
    assert guide.text.startswith("# For coding agents\n")
    assert "http://emulator:4600/xero/api.xro/2.0" in guide.text
    assert "127.0.0.1" not in guide.text
    assert "<!--" not in guide.text
