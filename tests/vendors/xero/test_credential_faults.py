"""Tokens and connections that a test lets go bad, in every auth mode."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

import pytest

from emulator.core.credentials import fingerprint
from emulator.core.vendor import CredentialFault, UnknownCredential
from emulator.vendors.xero.credential_faults import CREDENTIAL_FAULTS
from emulator.vendors.xero.identity import MAX_TOKENS
from emulator.vendors.xero.state import state_of
from tests.asgi import Answer, Client
from tests.vendors.xero.conftest import INVOICE, Xero

MORNING = datetime(2026, 2, 3, 10, tzinfo=UTC)
FILES = f"/Invoices/{INVOICE}/Attachments"
TENANT = "5eed0000-0000-4000-8000-000000000001"
APP = {"client_id": "demo-client", "client_secret": "demo-secret"}
CODE = {"grant_type": "authorization_code", "code": "demo-code"}


@pytest.fixture(params=["any", "strict", "off"])
def xero(request: pytest.FixtureRequest, make: Callable[..., Xero]) -> Xero:
    xero = make(auth=request.param)
    xero.sandbox.clock.freeze(MORNING)
    return xero


def invalidate(xero: Xero, state: str, owner: str | None = None, *scopes: str) -> None:
    CREDENTIAL_FAULTS[state](xero.sandbox, CredentialFault(owner, frozenset(scopes)))


def ask(xero: Xero, **form: str) -> Answer:
    return Client(xero.app, "/xero").post("/identity/connect/token", urlencode({**APP, **form}).encode())


def granted(xero: Xero, **form: str) -> dict[str, Any]:
    answer = ask(xero, **(form or CODE))
    assert answer.status == 200, answer.text
    body: dict[str, Any] = answer.json()
    return body


def use(xero: Xero, token: dict[str, Any] | str, method: str = "GET", path: str = FILES) -> Answer:
    value = token if isinstance(token, str) else token["access_token"]
    headers: dict[str, str | None] = {"authorization": f"Bearer {value}", "xero-tenant-id": TENANT}
    return xero.request(method, path, b"1" if method == "PUT" else b"", headers)


def refreshed(xero: Xero, token: dict[str, Any]) -> Answer:
    return ask(xero, grant_type="refresh_token", refresh_token=token["refresh_token"])


@pytest.mark.proves("xero.token-expired")
def test_tokens_that_were_shown_have_expired_and_those_issued_since_are_good(xero: Xero) -> None:
    token = granted(xero)
    xero.sandbox.clock.advance(60)

    invalidate(xero, "expired")

    for value in (token, "never seen"):
        refused = use(xero, value)
        assert (refused.status, refused.rule) == (401, "xero.token-expired")
        assert '"Detail":"TokenExpired: token expired at 02/03/2026 10:01:00"' in refused.text
        assert refused.headers["www-authenticate"] == "Bearer error=invalid_token"
        assert not [name for name in refused.headers if name.endswith("remaining")]
    again = refreshed(xero, token).json()
    assert use(xero, again).status == 200
    assert use(xero, token).rule == "xero.token-expired"
    assert use(xero, granted(xero, grant_type="client_credentials")).status == 200


@pytest.mark.parametrize("auth", ["any", "strict"])
def test_tokens_that_were_issued_expire_by_the_clock(make: Callable[..., Xero], auth: str) -> None:
    xero = make(auth=auth)
    token = granted(xero)

    xero.sandbox.clock.advance(1799)
    assert use(xero, token).status == 200
    xero.sandbox.clock.advance(1)
    assert use(xero, token).rule == "xero.token-expired"
    again = refreshed(xero, token).json()
    assert use(xero, again).status == 200
    assert use(xero, token).rule == "xero.token-expired"


def test_a_token_of_somebody_elses_knows_no_time(make: Callable[..., Xero]) -> None:
    xero = make()
    xero.sandbox.clock.advance(10**6)

    assert use(xero, "made up").status == 200


@pytest.mark.proves("xero.token-unknown", "xero.grant")
def test_revoked_tokens_need_a_new_consent(xero: Xero) -> None:
    token = granted(xero)

    invalidate(xero, "revoked")

    for value in (token, "never seen"):
        refused = use(xero, value)
        assert (refused.status, refused.rule) == (401, "xero.token-unknown")
        assert '"Detail":"AuthenticationUnsuccessful"' in refused.text
    for value in (token, {"refresh_token": "never seen"}):
        assert refreshed(xero, value).json() == {"error": "invalid_grant"}
    state_of(xero.sandbox).codes[fingerprint("new")] = None
    assert use(xero, granted(xero, grant_type="authorization_code", code="new")).status == 200


def test_what_a_client_revokes_is_good_no_longer_in_any_mode(make: Callable[..., Xero]) -> None:
    xero = make()
    token = granted(xero)

    form = urlencode({**APP, "token": token["access_token"]}).encode()
    assert Client(xero.app, "/xero").post("/identity/connect/revocation", form).status == 200

    assert use(xero, token).rule == "xero.token-unknown"
    assert use(xero, refreshed(xero, token).json()).status == 200


@pytest.mark.proves("xero.scope")
def test_tokens_with_too_narrow_a_scope_are_refused_until_the_next_consent(make: Callable[..., Xero]) -> None:
    xero = make()
    token = granted(xero)

    invalidate(xero, "limited", None, "accounting.attachments.read")

    for value in (token, "never seen", refreshed(xero, token).json()):
        assert use(xero, value).status == 200
        refused = use(xero, value, "PUT", f"{FILES}/a.pdf")
        assert (refused.status, refused.rule) == (401, "xero.scope")
        assert refused.headers["www-authenticate"] == "insufficient_scope"
    assert use(xero, granted(xero), "PUT", f"{FILES}/a.pdf").status == 200


def test_a_refresh_of_somebody_elses_token_has_the_limited_scopes_too(xero: Xero) -> None:
    invalidate(xero, "limited", None, "accounting.contacts")

    if xero.sandbox.options.auth == "strict":
        assert refreshed(xero, {"refresh_token": "never seen"}).status == 400
    else:
        assert refreshed(xero, {"refresh_token": "never seen"}).json()["scope"] == "accounting.contacts"
        assert use(xero, "never seen").rule == "xero.scope"


def test_states_add_up(make: Callable[..., Xero]) -> None:
    xero = make()
    invalidate(xero, "limited", None, "accounting.contacts")
    invalidate(xero, "expired")

    assert use(xero, "any").rule == "xero.token-expired"
    assert refreshed(xero, {"refresh_token": "any"}).json()["scope"] == "accounting.contacts"


def test_an_expired_token_of_somebody_elses_can_be_refreshed(make: Callable[..., Xero]) -> None:
    xero = make()
    invalidate(xero, "expired")

    again = ask(xero, grant_type="refresh_token", refresh_token="never seen", scope="accounting.attachments").json()

    assert again["scope"] == "accounting.attachments"
    assert use(xero, again).status == 200


def test_strict_auth_knows_strangers_still(make: Callable[..., Xero]) -> None:
    xero = make(auth="strict")

    invalidate(xero, "limited", None, "accounting.attachments")

    assert use(xero, "never seen").rule == "xero.token-unknown"


@pytest.mark.parametrize("state", ["expired", "revoked", "limited"])
def test_one_apps_tokens_can_go_bad_alone(xero: Xero, state: str) -> None:
    token, other = granted(xero, grant_type="client_credentials"), "never seen"
    if xero.sandbox.options.auth == "any":
        other = granted(xero, grant_type="client_credentials", client_id="another")["access_token"]

    invalidate(xero, state, "demo-client")

    assert use(xero, token).status == 401
    if xero.sandbox.options.auth != "strict":
        assert use(xero, other).status == 200


@pytest.mark.parametrize(
    ("state", "owner"), [("expired", "nobody"), ("revoked", "nobody"), ("disconnected", "nowhere")]
)
def test_credentials_of_nobody_cannot_go_bad(xero: Xero, state: str, owner: str) -> None:
    with pytest.raises(UnknownCredential, match=owner):
        invalidate(xero, state, owner)


@pytest.mark.proves("xero.tenant", "xero.reconnect")
@pytest.mark.parametrize("owner", [TENANT, TENANT.upper(), None])
def test_a_disconnected_organisation_is_out_of_reach_until_the_next_consent(xero: Xero, owner: str | None) -> None:
    token = granted(xero)
    assert use(xero, token, "PUT", f"{FILES}/kept.pdf").status == 200
    api = Client(xero.app, "/xero", {"authorization": f"Bearer {token['access_token']}"})
    before = api.get("/connections").json()[0]

    invalidate(xero, "disconnected", owner)

    refused = use(xero, token)
    assert (refused.status, refused.rule) == (403, "xero.tenant")
    assert '"Title":"Forbidden"' in refused.text
    assert api.get("/connections").json() == []
    assert refreshed(xero, token).status == 200
    assert use(xero, token).rule == "xero.tenant"
    state_of(xero.sandbox).codes[fingerprint("new")] = None
    token = granted(xero, grant_type="authorization_code", code="new")
    assert "kept.pdf" in use(xero, token).text
    after = api.get("/connections").json()[0]
    assert after["id"] != before["id"]
    assert after["tenantId"] == before["tenantId"]


def test_a_connection_that_was_deleted_stays_so_in_any_mode(make: Callable[..., Xero]) -> None:
    xero = make()
    api = Client(xero.app, "/xero", xero.headers)
    connection = api.get("/connections").json()[0]["id"]

    assert [api.request("DELETE", f"/connections/{connection}").status for _ in range(2)] == [204, 404]

    assert use(xero, "any").rule == "xero.tenant"
    # Another one still appears on first use.
    assert xero.get(FILES).status == 200


def test_a_reset_makes_everything_good_again(make: Callable[..., Xero]) -> None:
    xero = make()
    for state in CREDENTIAL_FAULTS:
        invalidate(xero, state)

    xero.gateway.registry.reset("default")

    assert use(xero, "any").status == 200


def test_tokens_past_their_time_are_forgotten_once_there_are_many(make: Callable[..., Xero]) -> None:
    xero = make()
    for _ in range(MAX_TOKENS - 1):
        granted(xero, grant_type="client_credentials")
    xero.sandbox.clock.advance(3600)

    granted(xero, grant_type="client_credentials")
    before = len(state_of(xero.sandbox).tokens)
    granted(xero, grant_type="client_credentials")

    # The one that is still good, and the new one.
    assert (before, len(state_of(xero.sandbox).tokens)) == (MAX_TOKENS, 2)
