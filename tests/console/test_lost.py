"""Requests that lead to no vendor: what is said to them."""

import pytest

from emulator import create_app
from tests.asgi import Client
from tests.control.conftest import problem

AT = "http://emulator.test"


@pytest.fixture
def client() -> Client:
    return Client(create_app())


@pytest.mark.parametrize(
    ("method", "path", "meant"),
    [
        ("GET", "/api.xro/2.0/Invoices", "/xero/api.xro/2.0/Invoices"),
        ("PUT", "/Invoices/1/Attachments/a.pdf", "/xero/api.xro/2.0/Invoices/1/Attachments/a.pdf"),
        ("PUT", "/Invoices/1/Attachments/a%2Fb%20c.pdf", "/xero/api.xro/2.0/Invoices/1/Attachments/a%2Fb%20c.pdf"),
        ("GET", "/api.xro/2.0/Nonsense", "/xero/api.xro/2.0/Nonsense"),
        ("GET", "/connections", "/xero/connections"),
        ("GET", "/companies/1/connections", "/codat/companies/1/connections"),
        ("GET", "/public/v2/bills/", "/dualentry/public/v2/bills/"),
        ("GET", "/bills/", "/dualentry/public/v2/bills/"),
        ("POST", "/transactions", "/vrplatform/transactions"),
        ("POST", "/transaction-attachments", "/vrplatform/transaction-attachments"),
        ("GET", "/Xero/api.xro/2.0/Invoices", "/xero/api.xro/2.0/Invoices"),
        ("GET", "/sandbox/mine/transactions", "/sandbox/mine/vrplatform/transactions"),
        ("GET", "/health", "/_emulator/health"),
        ("GET", "/sandboxes/default/journal", "/_emulator/sandboxes/default/journal"),
        ("GET", "/sandbox/mine/_emulator/journal", "/_emulator/sandboxes/mine/journal"),
        ("GET", "/sandbox/mine/_emulator/health", "/_emulator/health"),
    ],
)
def test_a_path_without_its_mount_is_told_the_url_that_was_meant(
    client: Client, method: str, path: str, meant: str
) -> None:
    answer = client.request(method, path, b"body")

    assert problem(answer) == (404, f"You probably meant {AT}{meant} : no vendor is mounted at {path}.")


def test_the_credentials_say_which_vendor_is_meant_where_the_path_does_not(client: Client) -> None:
    bearer = client.get("/invoices/1/attachments/", authorization="Bearer x", xero_tenant_id="t")
    key = client.get("/invoices/1/attachments/", x_api_key="x")

    assert f"{AT}/xero/api.xro/2.0/invoices" in problem(bearer)[1]
    assert f"{AT}/dualentry/public/v2/invoices" in problem(key)[1]


@pytest.mark.parametrize("path", ["/favicon.ico", "/a/b", "/sandbox/mine", "//", "/%ff/%00", "/connect/token"])
def test_a_path_that_is_like_nobodys_is_told_where_all_are(client: Client, path: str) -> None:
    status, detail = problem(client.get(path))

    assert status == 404
    for vendor in ("xero", "codat", "dualentry", "vrplatform"):
        assert f"{AT}/{vendor}" in detail


@pytest.mark.parametrize(
    ("headers", "bases"),
    [
        ({"authorization": "Bearer x"}, ["/xero/api.xro/2.0 (Xero)"]),
        ({"authorization": "Basic eA=="}, ["/codat (Codat)"]),
        ({"x-api-key": "x"}, ["/dualentry/public/v2 (DualEntry)"]),
        ({"x-api-key": "x", "x-team-id": "t"}, ["/vrplatform (VRPlatform)"]),
        (
            {},
            [
                "/xero/api.xro/2.0 (Xero)",
                "/codat (Codat)",
                "/dualentry/public/v2 (DualEntry)",
                "/vrplatform (VRPlatform)",
            ],
        ),
    ],
)
def test_a_body_for_the_front_page_is_told_the_base_url_that_its_credentials_are_for(
    client: Client, headers: dict[str, str | None], bases: list[str]
) -> None:
    answer = client.request("POST", "/", b"body", headers)

    told = ", ".join(f"{AT}{base}" for base in bases)
    assert problem(answer) == (405, f"/ does not accept POST. Set the client's base URL to {told}.")
    assert answer.headers["allow"] == "GET, HEAD"


@pytest.mark.parametrize(
    ("method", "path"), [("GET", "/api.xro/2.0/Invoices"), ("PUT", "/a/b"), ("OPTIONS", "*"), ("GET", "/_emulatorial")]
)
def test_a_path_outside_the_mounts_says_where_they_are(client: Client, method: str, path: str) -> None:
    status, detail = problem(client.request(method, path, b"body"))

    assert status == 404
    assert "http://emulator.test/xero" in detail


@pytest.mark.parametrize("prefix", ["", "/sandbox/mine"])
def test_a_vendors_mount_alone_is_told_the_base_url(client: Client, prefix: str) -> None:
    status, detail = problem(client.get(f"{prefix}/dualentry"))

    assert status == 404
    assert f"http://emulator.test{prefix}/dualentry/public/v2 (DualEntry)" in detail
