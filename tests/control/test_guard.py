"""Who may use the control API, and who may not."""

import re
from collections.abc import Callable

import pytest

from emulator.control.routes import OPERATIONS
from tests.control.conftest import SANDBOXES, Control, problem

HEALTH = "/_emulator/health"


@pytest.mark.parametrize(
    "host",
    [
        "localhost",
        "localhost:4600",
        "LOCALHOST",
        "127.0.0.1:4600",
        "[::1]:4600",
        "10.0.0.7",
        "emulator",
        "emulator:80",
        "a.test",
        "a.b.localhost",
        "mac.local",
        "host.docker.internal:4600",
        "",
    ],
)
def test_local_names_and_addresses_may(control: Control, host: str) -> None:
    assert control.get(HEALTH, host=host).status == 200


@pytest.mark.parametrize(
    "host", ["evil.com", "evil.com:4600", "127.0.0.1.evil.com", "localhost.evil.com", "test.evil.com", "a@b.com"]
)
def test_domains_that_somebody_can_register_may_not(control: Control, host: str) -> None:
    status, detail = problem(control.get(HEALTH, host=host))

    assert (status, "trusted_hosts" in detail) == (403, True)


@pytest.mark.parametrize(
    "origin", ["https://evil.com", "http://10.0.0.9", "http://other", "null", "file://", "http://[::1"]
)
@pytest.mark.parametrize("method", ["GET", "DELETE"])
def test_pages_of_other_origins_may_not_and_change_nothing(control: Control, origin: str, method: str) -> None:
    control.of("mine").reset()

    assert problem(control.request(method, f"{control.home}/journal", headers={"origin": origin}))[0] == 403
    assert problem(control.request("DELETE", control.of("mine").home, headers={"origin": origin}))[0] == 403

    assert control.of("mine").read()["name"] == "mine"


@pytest.mark.parametrize(
    "origin",
    [
        "http://emulator.test",
        "http://emulator.test:8080",
        "http://localhost:3000",
        "http://127.0.0.1",
        "http://[::1]:1",
    ],
)
def test_pages_of_the_same_host_and_of_loopback_may(control: Control, origin: str) -> None:
    assert control.get(HEALTH, origin=origin).status == 200


@pytest.mark.parametrize(
    ("site", "status"), [("cross-site", 403), ("same-site", 200), ("same-origin", 200), ("none", 200)]
)
def test_a_page_of_another_site_may_not_even_embed_an_answer(control: Control, site: str, status: int) -> None:
    """For an image, a script or a link a browser sends no Origin."""
    assert control.get(HEALTH, sec_fetch_site=site).status == status


def test_a_page_of_another_site_creates_no_sandbox_but_may_lead_to_a_consent(control: Control) -> None:
    image = {"sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors", "sec-fetch-dest": "image"}
    link = {"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate", "sec-fetch-dest": "document"}
    consent = "/xero/identity/connect/authorize?client_id=a&redirect_uri=http://app.test/&response_type=code"

    for headers in (image, {**link, "sec-fetch-dest": "iframe"}):
        answer = control.request("GET", "/sandbox/mine/xero/api.xro/2.0/Invoices", headers=headers)
        assert problem(answer) == (400, "Pages of other sites do not create sandboxes.")
    assert control.request("GET", consent, headers=image).status == 302
    assert [box["name"] for box in control.get(SANDBOXES).json()["sandboxes"]] == ["default"]
    assert control.request("GET", f"/sandbox/mine{consent}", headers=link).status == 302
    assert [box["name"] for box in control.get(SANDBOXES).json()["sandboxes"]] == ["default", "mine"]


def test_no_get_creates_a_sandbox(control: Control) -> None:
    values = {"sandbox": "new", "side": "request", "sha256": "0" * 64}
    for operation in OPERATIONS:
        if operation.method == "GET" and operation.id != "stream_exchanges":
            path = re.sub(r"{(\w+)}", lambda match: values.get(match[1], "1"), operation.path)
            assert control.get(f"/_emulator{path}?timeout=0" if "wait" in path else f"/_emulator{path}").status < 500

    assert [box["name"] for box in control.get(SANDBOXES).json()["sandboxes"]] == ["default"]


@pytest.mark.parametrize("content_type", ["application/x-www-form-urlencoded", "multipart/form-data", "text/plain"])
@pytest.mark.parametrize("browser", [{"origin": "http://localhost:3000"}, {"sec-fetch-site": "same-site"}])
def test_a_form_of_a_page_changes_nothing(control: Control, content_type: str, browser: dict[str, str]) -> None:
    control.send("POST", "/faults", kind="status")
    headers = {**browser, "content-type": content_type}

    status, detail = problem(control.request("POST", f"{control.home}/reset", b'{"seed": "="}', headers))

    assert (status, "Content-Type: application/json" in detail) == (415, True)
    assert problem(control.request("POST", f"{control.home}/reset", b"", headers))[0] == 415
    assert len(control.read("/faults")["faults"]) == 1


def test_a_page_may_send_json_and_a_client_that_is_no_browser_what_curl_sends(control: Control) -> None:
    own = {"origin": "http://emulator.test", "sec-fetch-site": "same-origin"}
    json = {**own, "content-type": "application/json; charset=utf-8"}
    curl = {"content-type": "application/x-www-form-urlencoded", "user-agent": "curl/8.5.0"}

    for headers in (json, curl):
        assert control.request("POST", f"{control.home}/reset", b'{"seed": "s"}', headers).status == 200


def test_a_trusted_host_may_and_so_may_its_pages(make: Callable[..., Control]) -> None:
    control = make(trusted_hosts="ci.example.org Files.Example.com")

    for host in ("ci.example.org", "files.example.com", "FILES.example.com:8443"):
        assert control.get(HEALTH, host=host, origin=f"https://{host}").status == 200
    assert control.get(HEALTH, origin="https://ci.example.org").status == 200
    assert control.get(HEALTH, host="example.org").status == 403


def test_the_external_url_is_trusted(make: Callable[..., Control]) -> None:
    control = make(external_url="https://emulator.example.com/e")

    assert control.get(HEALTH, host="emulator.example.com").status == 200
    assert control.get(HEALTH, origin="https://emulator.example.com").status == 200
    assert control.get(HEALTH, host="example.com").status == 403
    assert control.get(HEALTH, origin="null").status == 403


def test_the_front_page_and_the_vendors_are_for_everybody(control: Control) -> None:
    headers = {"host": "evil.com", "origin": "https://evil.com"}

    assert control.request("GET", "/", headers=headers).status == 200
    assert control.request("GET", "/codat/companies", headers={**headers, "authorization": "Basic eA=="}).status == 200
