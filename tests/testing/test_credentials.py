"""Credentials that go bad: one line in a test, and what a client then gets."""

from collections.abc import Callable

import httpx
import pytest

from emulator.testing import EmulatorError, Sandbox

COMPANY = "5eed0000-0000-4000-8000-00000000c001"
CONNECTION = "5eed0000-0000-4000-8000-00000000d001"
LIST = f"/companies/{COMPANY}/connections/{CONNECTION}/data/invoices/inv-1/attachments"
PATHS = {"xero": "/Invoices", "codat": LIST, "dualentry": "/invoices/", "vrplatform": "/transactions"}


def call(emulator: Sandbox, vendor: str) -> httpx.Response:
    with getattr(emulator, vendor).client() as http:
        answer: httpx.Response = http.get(PATHS[vendor])
    return answer


SPOILING: dict[str, tuple[str, Callable[[Sandbox], None], int, str]] = {
    "expired tokens": ("xero", lambda box: box.xero.expire_tokens(), 401, "xero.token-expired"),
    "revoked tokens": ("xero", lambda box: box.xero.revoke_tokens(), 401, "xero.token-unknown"),
    "a wrong scope": ("xero", lambda box: box.xero.limit_scopes("accounting.contacts"), 401, "xero.scope"),
    "no scope": ("xero", lambda box: box.xero.limit_scopes(), 401, "xero.scope"),
    "a lost organisation": ("xero", lambda box: box.xero.disconnect(), 403, "xero.tenant"),
    "a lost connection": ("codat", lambda box: box.codat.deauthorise(CONNECTION), 404, "codat.not-linked-read"),
    "a lost company": ("codat", lambda box: box.codat.deauthorise(COMPANY), 404, "codat.not-linked-read"),
    "all connections": ("codat", lambda box: box.codat.deauthorise(), 404, "codat.not-linked-read"),
    "a revoked key": ("codat", lambda box: box.codat.revoke_key("demo-key"), 401, "codat.key-unknown"),
    "every key": ("codat", lambda box: box.codat.revoke_key(), 401, "codat.key-unknown"),
    "DualEntry's key": ("dualentry", lambda box: box.dualentry.revoke_key(), 403, "dualentry.key-unknown"),
    "an inactive key": ("vrplatform", lambda box: box.vrplatform.deactivate_key(), 401, "vrplatform.key-inactive"),
    "a wrong scope of VRPlatform's": (
        "vrplatform",
        lambda box: box.vrplatform.limit_scopes("statements:read", key="vrp_demo"),
        403,
        "vrplatform.scope",
    ),
    "VRPlatform's key": ("vrplatform", lambda box: box.vrplatform.revoke_key(), 401, "vrplatform.key-unknown"),
}


@pytest.mark.parametrize("name", SPOILING)
def test_one_line_spoils_credentials_until_a_reset(emulator: Sandbox, name: str) -> None:
    vendor, invalidate, status, rule = SPOILING[name]
    assert call(emulator, vendor).status_code == 200

    invalidate(emulator)

    refused = call(emulator, vendor)
    assert (refused.status_code, refused.headers["Emulator-Rule"]) == (status, rule)
    assert all(call(emulator, other).status_code == 200 for other in PATHS if other != vendor)
    emulator.reset()
    assert call(emulator, vendor).status_code == 200


def token(emulator: Sandbox, **form: str) -> dict[str, str]:
    answer = httpx.post(f"{emulator.xero.identity_url}/connect/token", data={"client_id": "app", **form})
    assert answer.status_code == 200, answer.text
    body: dict[str, str] = answer.json()
    return body


@pytest.mark.parametrize("how", ["by a test", "by the clock"])
def test_a_client_that_refreshes_goes_on(emulator: Sandbox, how: str) -> None:
    first = token(emulator, grant_type="authorization_code", code="any")

    if how == "by a test":
        emulator.xero.expire_tokens()
    else:
        emulator.clock.advance(1800)
    with emulator.xero.client(headers={"Authorization": f"Bearer {first['access_token']}"}) as http:
        assert http.get("/Invoices").status_code == 401
        second = token(emulator, grant_type="refresh_token", refresh_token=first["refresh_token"])
        assert http.get("/Invoices", headers={"Authorization": f"Bearer {second['access_token']}"}).status_code == 200


def test_one_apps_tokens_can_be_spoilt_alone(emulator: Sandbox) -> None:
    one, other = (token(emulator, grant_type="client_credentials", client_id=name) for name in ("one", "other"))

    emulator.xero.expire_tokens("one")

    with emulator.xero.client() as http:
        answers = [
            http.get("/Invoices", headers={"Authorization": f"Bearer {item['access_token']}"}) for item in (one, other)
        ]
    assert [answer.status_code for answer in answers] == [401, 200]


def test_a_company_that_a_test_made_can_be_lost(emulator: Sandbox) -> None:
    link = emulator.codat.company(name="Short-lived")

    emulator.codat.deauthorise(link)

    with emulator.codat.client() as http:
        assert http.get(f"/companies/{link.owner}/connections/{link.id}").json()["status"] == "Deauthorized"
    assert call(emulator, "codat").status_code == 200


def test_what_was_spoilt_is_in_a_snapshot(emulator: Sandbox) -> None:
    for _, invalidate, _, _ in SPOILING.values():
        if invalidate is not SPOILING["all connections"][1]:
            invalidate(emulator)
    before = {vendor: call(emulator, vendor).headers["Emulator-Rule"] for vendor in PATHS}
    snapshot = emulator.snapshot()
    emulator.reset()
    assert {call(emulator, vendor).status_code for vendor in PATHS} == {200}

    emulator.restore(snapshot)

    assert {vendor: call(emulator, vendor).headers["Emulator-Rule"] for vendor in PATHS} == before


def test_credentials_of_nobody_are_told_apart_from_those_that_are_there(emulator: Sandbox) -> None:
    with pytest.raises(EmulatorError, match="no organisation nowhere was ever connected"):
        emulator.xero.disconnect("nowhere")
    with pytest.raises(EmulatorError, match="no token was issued to an app nobody"):
        emulator.xero.expire_tokens("nobody")
    with pytest.raises(EmulatorError, match="no connection of nothing is linked"):
        emulator.codat.deauthorise("nothing")
