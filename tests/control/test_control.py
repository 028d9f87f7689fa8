"""The front page and the control API."""

import hashlib
import re
import subprocess
from typing import Any

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
        "vendors": ["xero", "codat", "dualentry", "vrplatform"],
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


# --- Files ------------------------------------------------------------------------------------------------------------

FILES = "/_emulator/sandboxes/default/files"


def held(client: Client, query: str = "") -> list[dict[str, Any]]:
    files: list[dict[str, Any]] = client.get(f"{FILES}{query}").json()["files"]
    return files


def stage(client: Client, content: bytes, name: str = "a.pdf") -> str:
    """The id of a new file at VRPlatform, on no transaction."""
    body = b'--b\r\nContent-Disposition: form-data; name="file"; filename="%b"\r\n\r\n%b\r\n--b--\r\n'
    answer = client.request(
        "POST",
        "/vrplatform/transaction-attachments",
        body % (name.encode(), content),
        {"content-type": "multipart/form-data; boundary=b", "x-api-key": "k", "x-team-id": "ours"},
    )
    return str(answer.json()["id"])


def test_a_file_is_shown_with_its_owner_its_bytes_and_what_it_hangs_on(client: Client) -> None:
    headers = {"authorization": "Bearer x", "xero-tenant-id": "5eed0000-0000-4000-8000-000000000001"}
    target = "/xero/api.xro/2.0/Invoices/INV-0002/Attachments/a.txt"
    client.request("PUT", target, b"12345", {**headers, "content-type": "text/plain"})
    staged = stage(client, b"123")

    by_name = {(each["vendor"], each["name"]): each for each in held(client)}

    own = by_name["xero", "a.txt"]
    (document,) = own.pop("documents")
    assert document.startswith("Invoices/")
    assert own.pop("id")
    assert own == {
        "vendor": "xero",
        "owner": "5eed0000-0000-4000-8000-000000000001",
        "name": "a.txt",
        "content_type": "text/plain",
        "size": 5,
        "sha256": hashlib.sha256(b"12345").hexdigest(),
        "staged": False,
    }
    assert by_name["vrplatform", "a.pdf"] == {
        "vendor": "vrplatform",
        "owner": "ours",
        "id": staged,
        "name": "a.pdf",
        "content_type": "application/octet-stream",
        "size": 3,
        "sha256": hashlib.sha256(b"123").hexdigest(),
        "documents": [],
        "staged": True,
    }


def test_the_files_of_every_vendor_are_there_once_it_was_asked_for_something(client: Client) -> None:
    client.get("/dualentry/public/v2/invoices/", x_api_key="org_live_demo_secret")

    assert {each["vendor"] for each in held(client)} == {pack.name for pack in PACKS}


def test_the_files_are_filtered_by_vendor_and_by_whether_they_hang_on_anything(client: Client) -> None:
    stage(client, b"123")
    everything = held(client)

    for pack in PACKS:
        assert held(client, f"?vendor={pack.name}") == [each for each in everything if each["vendor"] == pack.name]
    for word, staged in (("true", True), ("false", False)):
        assert held(client, f"?staged={word}") == [each for each in everything if each["staged"] is staged]
        both = [each for each in everything if each["staged"] is staged and each["vendor"] == "vrplatform"]
        assert held(client, f"?vendor=vrplatform&staged={word}") == both
        assert both
    assert held(client, "?vendor=nobody") == []


def test_a_file_that_is_deleted_is_no_longer_shown(client: Client) -> None:
    staged = stage(client, b"123")
    path = f"/vrplatform/transaction-attachments/{staged}"

    client.request("DELETE", path, headers={"x-api-key": "k", "x-team-id": "ours"})

    assert staged not in [each["id"] for each in held(client)]


def test_looking_at_the_files_changes_nothing() -> None:
    unseen, seen = Client(create_app()), Client(create_app())

    held(seen)

    assert stage(seen, b"123") == stage(unseen, b"123")


def test_a_sandbox_that_is_not_there_has_no_files(client: Client) -> None:
    answer = client.get("/_emulator/sandboxes/nobodys/files")

    assert (answer.status, answer.headers["content-type"]) == (404, "application/problem+json")
    assert "nobodys" in answer.json()["detail"]
