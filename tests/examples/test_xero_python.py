"""Xero's own SDK. A client id of `sbx_` and the sandbox's name gets a token that leads to the sandbox, so no URL or
header has to name it."""

import pytest
from xero_python.accounting import AccountingApi
from xero_python.api_client import ApiClient
from xero_python.api_client.configuration import Configuration
from xero_python.api_client.oauth2 import OAuth2Token, TokenApi

from emulator.testing import Emulator, Sandbox


def test_the_sdks_own_token_call_chooses_the_sandbox(
    emulator_server: Emulator, emulator: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = emulator_server.url
    monkeypatch.setattr(TokenApi, "client_credentials_token_url", f"{url}/xero/identity/connect/token")
    tokens: dict[str, str] = {}
    configuration = Configuration(oauth2_token=OAuth2Token(client_id=f"sbx_{emulator.name}", client_secret="any"))
    client = ApiClient(configuration, oauth2_token_getter=lambda: tokens, oauth2_token_saver=tokens.update)
    client.get_client_credentials_token()
    invoice = emulator.xero.invoice()

    xero = AccountingApi(client, base_url=f"{url}/xero/api.xro/2.0")
    xero.create_invoice_attachment_by_file_name(emulator.xero.tenant_id, invoice.id, "a.pdf", b"%PDF-1.7")

    emulator.xero.assert_attached("Invoices", invoice, "a.pdf")
