"""Xero's access tokens expire after half an hour, which may be in the middle of a batch."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest
from xero_python.api_client import ApiClient
from xero_python.api_client.configuration import Configuration
from xero_python.api_client.oauth2 import OAuth2Token, TokenApi

from emulator.testing import Sandbox
from tests.examples.recipes.token_expiry import Refreshing
from tests.examples.recipes.xero_python_refresh import upload_with_xeros_sdk

CLIENT = ("demo-client", "demo-secret")
NAMES = ["a.pdf", "b.pdf", "c.pdf"]


def sign_in(emulator: Sandbox) -> dict[str, Any]:
    """What a user's consent brings: an access token and a refresh token."""
    url = f"{emulator.xero.identity_url}/connect"
    with emulator.xero.client() as http:
        query = {"response_type": "code", "client_id": CLIENT[0], "redirect_uri": "http://localhost/back"}
        back = http.get(f"{url}/authorize", params=query).headers["Location"]
        form = {
            "grant_type": "authorization_code",
            "code": httpx.URL(back).params["code"],
            "redirect_uri": "http://localhost/back",
        }
        token: dict[str, Any] = http.post(f"{url}/token", data=form, auth=CLIENT).json()
        return token


def half_an_hour(emulator: Sandbox) -> None:
    emulator.clock.advance(minutes=30)


def at_once(emulator: Sandbox) -> None:
    emulator.xero.expire_tokens()


@pytest.mark.emulator(auth="strict")
@pytest.mark.parametrize("pass_time", [half_an_hour, at_once])
def test_a_batch_outlives_its_token(emulator: Sandbox, pass_time: Callable[[Sandbox], None]) -> None:
    invoice = emulator.xero.invoice()
    saved: list[dict[str, str]] = []
    auth = Refreshing(f"{emulator.xero.identity_url}/connect/token", CLIENT, sign_in(emulator), saved.append)

    with emulator.xero.client(auth=auth) as http:
        for name in NAMES:
            http.put(f"/Invoices/{invoice.id}/Attachments/{name}", content=b"%PDF-1.7").raise_for_status()
            pass_time(emulator)

    # The last one expired unused.
    assert len(saved) == 2
    emulator.journal.assert_called(times=2, rule="xero.token-expired")
    emulator.xero.assert_attached("Invoices", invoice, times=3)


@pytest.mark.emulator(auth="strict")
def test_a_token_that_was_revoked_cannot_be_refreshed(emulator: Sandbox) -> None:
    auth = Refreshing(f"{emulator.xero.identity_url}/connect/token", CLIENT, sign_in(emulator), pytest.fail)
    emulator.xero.revoke_tokens()

    with emulator.xero.client(auth=auth) as http, pytest.raises(httpx.HTTPStatusError, match="400"):
        http.get("/Invoices")


@pytest.mark.emulator(auth="strict")
def test_with_xeros_sdk(emulator: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(TokenApi, "refresh_token_url", f"{emulator.xero.identity_url}/connect/token")
    invoice = emulator.xero.invoice()
    token = sign_in(emulator)
    token["scope"] = token["scope"].split()
    configuration = Configuration()
    # Not as an argument: that counts in the first Configuration of a process only.
    configuration.oauth2_token = OAuth2Token(*CLIENT)
    client = ApiClient(configuration, oauth2_token_getter=lambda: token, oauth2_token_saver=token.update)

    for name in NAMES:
        upload_with_xeros_sdk(client, emulator.xero.base_url, emulator.xero.tenant_id, invoice.id, name, b"%PDF-1.7")
        emulator.xero.expire_tokens()

    emulator.journal.assert_called(times=2, rule="xero.token-expired")
    emulator.xero.assert_attached("Invoices", invoice, times=3)
    client.rest_client.pool_manager.clear()
