"""The clock is frozen until the test moves it, so a token that is valid for half an hour can expire at once."""

import pytest

from emulator.testing import Sandbox


@pytest.mark.emulator(auth="strict", now="2026-03-01T12:00:00Z")
def test_a_token_expires_after_half_an_hour(emulator: Sandbox) -> None:
    with emulator.xero.client() as http:
        form = {"grant_type": "client_credentials", "client_id": "demo-client", "client_secret": "demo-secret"}
        token = http.post(f"{emulator.xero.identity_url}/connect/token", data=form).json()
        http.headers["Authorization"] = f"Bearer {token['access_token']}"
        assert http.get("/Invoices").status_code == 200

        emulator.clock.advance(minutes=30)

        assert http.get("/Invoices").status_code == 401
