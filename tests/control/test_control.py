"""The control API as a whole: its server, its paths, its errors."""

from urllib.parse import quote

import pytest
from starlette.applications import Starlette
from starlette.routing import Mount

from emulator import Settings, __version__, create_app
from emulator.control.app import ControlApp
from emulator.core.sandbox import SandboxRegistry
from emulator.core.vendor import Vendor
from emulator.vendors import VENDORS
from tests.asgi import Client, Disconnected
from tests.control.conftest import problem


@pytest.fixture
def client() -> Client:
    return Client(create_app())


def test_health_says_how_full_the_store_is(client: Client) -> None:
    before = client.get("/_emulator/health").json()
    assert before.pop("uptime") <= client.get("/_emulator/health").json()["uptime"]
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


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("POST", "/_emulator/health", {"GET", "HEAD"}),
        ("PUT", "/_emulator/sandboxes/default", {"GET", "HEAD", "DELETE"}),
        ("POST", "/_emulator/sandboxes/default/clock", {"GET", "HEAD", "PATCH"}),
        ("GET", "/_emulator/sandboxes/default/reset", {"POST"}),
    ],
)
def test_a_method_that_a_page_does_not_take_is_told_which_it_takes(
    client: Client, method: str, path: str, allowed: set[str]
) -> None:
    answer = client.request(method, path, b"{}")

    status, detail = problem(answer)
    assert status == 405
    assert set(answer.headers["allow"].split(", ")) == allowed
    assert detail.startswith(f"{path} does not accept {method},")


@pytest.mark.parametrize(
    "path", ["/_emulator", "/_emulator/", "/_emulator/nothing", "/_emulator/sandboxes/a/b", "/_emulator/health%0A"]
)
def test_an_unknown_path_of_the_control_api_says_where_all_of_them_are_listed(client: Client, path: str) -> None:
    status, detail = problem(client.get(path))

    assert status == 404
    assert "http://emulator.test/_emulator/openapi.json" in detail


@pytest.mark.parametrize("path", ["/_emulator/health/", "/_emulator/sandboxes/default/"])
def test_a_slash_at_the_end_makes_no_difference(client: Client, path: str) -> None:
    assert client.get(path).status == 200


@pytest.mark.parametrize("path", ["/_emulator/sandboxes/a-1/clock", "/_emulator/sandboxes/a%2D1/clock"])
@pytest.mark.parametrize("prefix", ["", "/emulator", "/em b"])
def test_it_is_there_inside_another_application(prefix: str, path: str) -> None:
    app = create_app()
    client = Client(Starlette(routes=[Mount(prefix, app)]), prefix.replace(" ", "%20"))

    assert client.request("PATCH", path, b"{}").status == 200
    assert list(app.registry.sandboxes) == ["default", "a-1"]
    assert f"http://emulator.test{quote(prefix)}/_emulator/openapi.json" in problem(client.get("/_emulator/nothing"))[1]


def test_it_can_be_mounted_alone_where_paths_are_decoded() -> None:
    registry = SandboxRegistry(Settings())
    client = Client(Starlette(routes=[Mount("/api", ControlApp(registry, VENDORS))]), "/api")

    # Decoded once: what is encoded twice is no name of a sandbox.
    names = ("a-1", "a%2D2", "a%252D3")
    assert [client.request("PATCH", f"/sandboxes/{name}/clock").status for name in names] == [200, 200, 404]
    assert list(registry.sandboxes) == ["default", "a-1", "a-2"]


@pytest.mark.parametrize("page", ["rules", "operations"])
@pytest.mark.parametrize("vendor", VENDORS.values(), ids=lambda vendor: vendor.name)
def test_rules_and_operations_are_listed_whole_and_by_vendor(client: Client, page: str, vendor: Vendor) -> None:
    everything = client.get(f"/_emulator/{page}").json()[page]
    of_vendor = client.get(f"/_emulator/{page}?vendor={vendor.name}").json()[page]

    assert len(everything) == sum(len(getattr(vendor, page)) for vendor in VENDORS.values())
    assert {item["id"] for item in of_vendor} == {item.id for item in getattr(vendor, page)}
    assert all(item in everything for item in of_vendor)


def test_an_operation_says_whether_it_is_emulated(client: Client) -> None:
    hints = {
        operation["id"]: operation for operation in client.get("/_emulator/operations?vendor=xero").json()["operations"]
    }

    assert hints["getInvoices"]["path"] == "/xero/api.xro/2.0/Invoices"
    assert (hints["getInvoices"]["backing"], hints["getBudgets"]["backing"]) == ("emulated", "not emulated")


@pytest.mark.parametrize("page", ["rules", "operations"])
def test_a_vendor_that_is_not_there_is_refused(client: Client, page: str) -> None:
    status, detail = problem(client.get(f"/_emulator/{page}?vendor=nobody"))

    assert (status, detail) == (422, "vendor is one of xero, codat, dualentry, vrplatform.")


def test_a_parameter_that_is_not_there_is_refused_and_the_one_that_was_meant_is_named(client: Client) -> None:
    assert problem(client.get("/_emulator/rules?vender=xero")) == (422, "vender is unknown; did you mean vendor?")
    assert problem(client.get("/_emulator/rules?whose=xero")) == (
        422,
        "whose is unknown; known are vendor, grade, search.",
    )
    assert problem(client.get("/_emulator/health?a=1")) == (422, "a is unknown; known are none.")


@pytest.mark.parametrize(
    ("body", "status"),
    [(b"{", 400), (b"\xff", 400), (b"[]", 422), (b'"text"', 422), (b"[" * 100_000, 400), (bytes(5 * 1024**2), 413)],
)
def test_a_body_that_cannot_be_read_is_refused(client: Client, body: bytes, status: int) -> None:
    assert problem(client.request("POST", "/_emulator/sandboxes/default/reset", body))[0] == status


def test_a_request_that_breaks_off_changes_nothing_and_fails_nothing(client: Client) -> None:
    with pytest.raises(Disconnected):
        client.request("POST", "/_emulator/sandboxes/default/reset", b'{"seed": ', cut=True)

    assert client.get("/_emulator/health").status == 200


def test_head_is_taken_wherever_get_is(client: Client) -> None:
    assert client.request("HEAD", "/_emulator/health").status == 200


def test_a_defect_of_the_control_api_is_told_as_such(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_: object) -> None:
        raise RuntimeError

    monkeypatch.setattr("emulator.core.storage.file_store.FileStore.__len__", fail)

    status, detail = problem(client.get("/_emulator/health"))

    assert (status, "bug in the emulator" in detail) == (500, True)
