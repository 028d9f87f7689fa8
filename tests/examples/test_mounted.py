"""`create_app()` of a vendor's package is an ASGI application that you can mount in your own."""

from collections.abc import Iterator
from threading import Thread
from typing import Any

import pytest
import uvicorn
from fastapi import FastAPI
from xero_python.accounting import AccountingApi
from xero_python.api_client import ApiClient
from xero_python.api_client.configuration import Configuration
from xero_python.api_client.oauth2 import OAuth2Token

from emulator.vendors import xero

app = FastAPI()
app.mount("/fakes/xero", xero.create_app(xero_max_attachments=1))


@pytest.fixture
def url() -> Iterator[str]:
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_config=None))
    thread = Thread(target=server.run)
    thread.start()
    while not server.started:
        thread.join(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    yield f"http://127.0.0.1:{port}/fakes/xero"
    server.should_exit = True
    thread.join()


def test_xeros_sdk_uploads_a_file(url: str) -> None:
    token = {"access_token": "any", "scope": ["accounting.attachments"], "expires_in": 1800, "token_type": "Bearer"}
    client = ApiClient(
        Configuration(oauth2_token=OAuth2Token(client_id="any", client_secret="any")),
        pool_threads=1,
        oauth2_token_getter=lambda: token,
        oauth2_token_saver=token.update,
    )
    # The SDK does not publish types.
    api: Any = AccountingApi(client, base_url=f"{url}/api.xro/2.0")
    (invoice,) = api.get_invoices("any", invoice_numbers=["INV-0002"]).invoices

    (uploaded,) = api.create_invoice_attachment_by_file_name(
        "any", invoice.invoice_id, "a.pdf", b"%PDF-1.7"
    ).attachments

    assert uploaded.url == f"{url}/api.xro/2.0/Invoices/{invoice.invoice_id}/Attachments/a.pdf"
    client.rest_client.pool_manager.clear()
