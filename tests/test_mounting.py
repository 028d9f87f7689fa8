"""One vendor as an ASGI app of its own, below a prefix of somebody else's application."""

import asyncio
import re
from importlib import import_module

import pytest
from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.types import Message

from emulator import create_app
from emulator.core.emulator_app import EmulatorApp
from emulator.vendors import VENDORS
from tests.asgi import Client
from tests.vendor_clients import VENDOR_NAMES, attach, client_of


def vendor_app(vendor: str, **options: object) -> EmulatorApp:
    app: EmulatorApp = import_module(f"emulator.vendors.{vendor}").create_app(**options)
    return app


@pytest.mark.parametrize("vendor", VENDOR_NAMES)
@pytest.mark.parametrize("prefix", ["/fakes/a b", ""])
@pytest.mark.parametrize("sandbox", ["default", "orders"])
def test_a_vendor_alone_takes_files_below_any_prefix(vendor: str, prefix: str, sandbox: str) -> None:
    app = vendor_app(vendor)
    client = client_of(app, vendor)
    client.app = Starlette(routes=[Mount(prefix, app)])
    base = prefix.replace(" ", "%20") + ("" if sandbox == "default" else f"/sandbox/{sandbox}")
    client.base = base + client.base.removeprefix(f"/{vendor}")

    answer = attach(client, vendor, content=b"its bytes")

    files = VENDORS[vendor].files(app.registry.sandbox(sandbox))
    assert b"its bytes" in [b"".join(file.blob.chunks) for file in files if file.blob]
    own_urls = re.findall(r"http://emulator\.test[^\s\"<?]*", answer.text)
    assert [url for url in own_urls if not url.startswith(f"http://emulator.test{base}/")] == []
    assert [url for url in own_urls if f"/{vendor}/" in url] == []


def test_its_sandboxes_are_its_own() -> None:
    first, second = vendor_app("xero"), vendor_app("xero", xero_max_attachments=0)

    attach(client_of_root(first), "xero")

    assert first.registry.sandbox("default").journal
    assert not list(second.registry.sandbox("default").journal)
    refused = client_of_root(second).put("/Invoices/INV-0002/Attachments/a.pdf", b"1")
    assert refused.rule == "xero.max-attachments"


def client_of_root(app: EmulatorApp) -> Client:
    client = client_of(app, "xero")
    client.base = client.base.removeprefix("/xero")
    return client


def test_a_prefix_may_be_percent_encoded_in_any_way() -> None:
    outer = Starlette(routes=[Mount("/fakes/xero", vendor_app("xero"))])
    headers = {"authorization": "Bearer any", "xero-tenant-id": "any"}

    assert Client(outer, "", headers).get("/%66akes/xero/api.xro/2.0/Invoices/INV-0002/Attachments").status == 200


def test_a_wrong_setting_is_told_at_once() -> None:
    with pytest.raises(TypeError, match="xero_max_attachments"):
        vendor_app("xero", xero_max_attachment=1)


def test_a_snapshot_is_refused_as_it_holds_all_vendors() -> None:
    with pytest.raises(ValueError, match=r"emulator\.create_app\(snapshot="):
        vendor_app("xero", snapshot="saved.zip")


def test_a_path_parameter_of_the_outer_application_chooses_no_sandbox() -> None:
    app = create_app()
    outer = Starlette(routes=[Mount("/teams/{sandbox}", app)])

    client = client_of(app, "xero", "/teams/a.b")
    client.app = outer

    assert attach(client, "xero").status == 200
    assert list(app.registry.sandboxes) == ["default"]


@pytest.mark.parametrize("path", ["/", "/xero/any", "/_emulator/health"])
def test_a_websocket_is_closed(path: str) -> None:
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "websocket.connect"}

    async def send(message: Message) -> None:
        sent.append(message)

    asyncio.run(create_app()({"type": "websocket", "path": path, "headers": []}, receive, send))

    assert [message["type"] for message in sent] == ["websocket.close"]
