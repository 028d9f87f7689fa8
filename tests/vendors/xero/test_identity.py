"""Tokens, scopes and connections."""

import base64
import hashlib
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit
from uuid import UUID

import jwt
import pytest
from jwt import PyJWKSet

from tests.asgi import Answer, Client
from tests.vendors.xero.conftest import INVOICE, UNKNOWN, Xero

FILES = f"/Invoices/{INVOICE}/Attachments"
TENANT = "5eed0000-0000-4000-8000-000000000001"
USER = "5eed0000-0000-4000-8000-000000000901"
CONSENT_SCOPES = "openid email accounting.transactions accounting.attachments offline_access"
APP = {"client_id": "demo-client", "client_secret": "demo-secret"}


def identity(xero: Xero) -> Client:
    return Client(xero.app, "/xero")


def ask(xero: Xero, form: dict[str, str], headers: dict[str, str] | None = None) -> Answer:
    fields = {"content-type": "application/x-www-form-urlencoded", **(headers or {})}
    return identity(xero).request("POST", "/identity/connect/token", urlencode(form).encode(), fields)


def granted(xero: Xero, **form: str) -> dict[str, Any]:
    answer = ask(xero, {**APP, **form})
    assert answer.status == 200, answer.text
    body: dict[str, Any] = answer.json()
    return body


@pytest.fixture
def strict(make: Callable[..., Xero]) -> Xero:
    return make(auth="strict")


def test_an_app_gets_a_token_for_its_own_organisation(strict: Xero) -> None:
    token = granted(strict, grant_type="client_credentials")

    assert token.keys() == {"access_token", "expires_in", "token_type", "scope"}
    assert ask(strict, {**APP, "grant_type": "client_credentials"}).headers["content-type"] == (
        "application/json; charset=UTF-8"
    )
    assert (token["token_type"], token["expires_in"]) == ("Bearer", 1800)
    bearer = f"Bearer {token['access_token']}"
    # A custom connection needs no tenant header.
    assert strict.put(f"{FILES}/a.pdf", b"1", authorization=bearer, xero_tenant_id=None).status == 200
    assert strict.get(FILES, authorization=bearer, xero_tenant_id=TENANT).json()["Attachments"]


def test_a_code_buys_a_token_that_can_be_refreshed(strict: Xero) -> None:
    first = granted(strict, grant_type="authorization_code", code="demo-code")
    second = granted(strict, grant_type="refresh_token", refresh_token=first["refresh_token"])

    assert first.keys() == {"id_token", "access_token", "expires_in", "token_type", "refresh_token", "scope"}
    bearer = f"Bearer {second['access_token']}"
    assert strict.get(FILES, authorization=bearer, xero_tenant_id=TENANT).status == 200
    assert strict.get(FILES, authorization=bearer, xero_tenant_id=None).rule == "xero.tenant"


def verified(xero: Xero, token: str, audience: str) -> dict[str, Any]:
    """Return the claims of a token, as a client that checks its signature reads them."""
    discovered = identity(xero).get("/identity/.well-known/openid-configuration").json()
    keys = identity(xero).get(discovered["jwks_uri"].removeprefix("http://emulator.test/xero")).json()
    key = PyJWKSet.from_dict(keys)[jwt.get_unverified_header(token)["kid"]]
    claims: dict[str, Any] = jwt.decode(
        token, key, ["RS256"], audience=audience, issuer=discovered["issuer"], options={"verify_exp": False}
    )
    return claims


@pytest.mark.proves("xero.token-answer")
def test_a_consents_tokens_say_who_gave_it_to_whom_until_when(strict: Xero) -> None:
    strict.sandbox.clock.freeze(datetime(2026, 4, 29, 8, 52, 2, tzinfo=UTC))
    query = {"client_id": "demo-client", "redirect_uri": "http://app.test/", "scope": CONSENT_SCOPES, "nonce": "n1"}
    consent = identity(strict).get(f"/identity/connect/authorize?{urlencode(query)}")
    code = dict(parse_qsl(urlsplit(consent.headers["location"]).query))["code"]
    strict.sandbox.clock.advance(8)
    issued = granted(strict, grant_type="authorization_code", code=code)

    access = verified(strict, issued["access_token"], "https://identity.xero.com/resources")
    session, event = access["sid"], access["authentication_event_id"]
    assert access == {
        "nbf": 1777452730,
        "exp": 1777454530,
        "iss": "https://identity.xero.com",
        "aud": "https://identity.xero.com/resources",
        "client_id": "demo-client",
        "sub": USER.replace("-", ""),
        "auth_time": 1777452722,
        "xero_userid": USER,
        "global_session_id": session,
        "sid": session,
        "jti": access["jti"],
        "authentication_event_id": event,
        "scope": sorted(CONSENT_SCOPES.split()),
    }
    of_user = verified(strict, issued["id_token"], "demo-client")
    assert (of_user["nonce"], of_user["email"], of_user["sid"]) == ("n1", "mere@harbourlane.example", session)
    assert "given_name" not in of_user
    half_hash = hashlib.sha256(issued["access_token"].encode()).digest()[:16]
    assert of_user["at_hash"] == base64.urlsafe_b64encode(half_hash).rstrip(b"=").decode()
    client = Client(strict.app, "/xero", {"authorization": f"Bearer {issued['access_token']}"})
    assert [connection["authEventId"] for connection in client.get(f"/connections?authEventId={event}").json()] == [
        event
    ]
    again = granted(strict, grant_type="refresh_token", refresh_token=issued["refresh_token"])
    refreshed = verified(strict, again["access_token"], "https://identity.xero.com/resources")
    assert {**access, "jti": refreshed["jti"]} == refreshed


@pytest.mark.proves("xero.token-answer")
def test_a_custom_connections_token_names_no_user(strict: Xero) -> None:
    issued = granted(strict, grant_type="client_credentials", scope="accounting.attachments")

    claims = verified(strict, issued["access_token"], "https://identity.xero.com/resources")

    assert claims.keys() == {"nbf", "exp", "iss", "aud", "client_id", "jti", "scope"}
    assert issued.keys() == {"access_token", "expires_in", "token_type", "scope"}


@pytest.mark.parametrize(("scope", "kinds"), [("openid", {"id_token"}), ("offline_access", {"refresh_token"})])
def test_what_a_code_buys_depends_on_its_scopes(xero: Xero, scope: str, kinds: set[str]) -> None:
    issued = granted(xero, grant_type="authorization_code", code="any", scope=scope)

    assert issued.keys() - {"access_token", "expires_in", "token_type", "scope"} == kinds


def test_a_token_leads_to_the_sandbox_that_it_was_issued_in(xero: Xero) -> None:
    form = urlencode({**APP, "grant_type": "client_credentials"}).encode()
    issued = Client(xero.app, "/sandbox/orders/xero").post("/identity/connect/token", form).json()["access_token"]
    bearer = f"Bearer {issued}"

    xero.put(f"{FILES}/a.pdf", b"1", authorization=bearer)

    elsewhere = Client(xero.app, "/sandbox/orders/xero/api.xro/2.0", xero.headers)
    assert "a.pdf" in [attachment["FileName"] for attachment in elsewhere.get(FILES).json()["Attachments"]]
    assert "a.pdf" not in [attachment["FileName"] for attachment in xero.get(FILES).json()["Attachments"]]
    assert xero.get(FILES, authorization=f"Bearer x{issued[:-5]}.eyJzYW5kYm94Ijoi").status == 200


@pytest.mark.proves("xero.grant")
@pytest.mark.parametrize(
    "form",
    [
        {"grant_type": "authorization_code"},
        {"grant_type": "authorization_code", "code": "wrong"},
        {"grant_type": "refresh_token"},
        {"grant_type": "refresh_token", "refresh_token": "wrong"},
    ],
)
def test_a_grant_that_is_not_good_is_refused(strict: Xero, form: dict[str, str]) -> None:
    refused = ask(strict, {**APP, **form})

    assert (refused.status, refused.rule) == (400, "xero.grant")
    assert refused.body == b'{"error":"invalid_grant"}'
    assert refused.headers["content-type"] == "application/json"


def test_codes_and_refresh_tokens_are_good_once(strict: Xero) -> None:
    token = granted(strict, grant_type="authorization_code", code="demo-code")
    assert ask(strict, {**APP, "grant_type": "authorization_code", "code": "demo-code"}).rule == "xero.grant"
    granted(strict, grant_type="refresh_token", refresh_token=token["refresh_token"])
    assert (
        ask(strict, {**APP, "grant_type": "refresh_token", "refresh_token": token["refresh_token"]}).rule
        == "xero.grant"
    )


@pytest.mark.proves("xero.client")
@pytest.mark.parametrize(
    ("headers", "form"),
    [
        ({}, {}),
        ({}, {"client_id": "demo-client", "client_secret": "wrong"}),
        ({}, {"client_id": "stranger", "client_secret": "demo-secret"}),
        ({"authorization": "Basic !!"}, {}),
        ({"authorization": "Basic " + base64.b64encode(b"\xff\xfe").decode()}, {}),
        ({"authorization": "Basic " + base64.b64encode(b"demo-client").decode()}, {}),
    ],
)
def test_a_stranger_gets_no_token(strict: Xero, headers: dict[str, str], form: dict[str, str]) -> None:
    refused = ask(strict, {"grant_type": "client_credentials", **form}, headers)

    assert (refused.status, refused.rule) == (400, "xero.client")
    assert refused.json() == {"error": "invalid_client"}


def test_the_client_may_introduce_itself_by_basic_auth(strict: Xero) -> None:
    basic = "Basic " + base64.b64encode(b"demo-client:demo-secret").decode()

    # As xero-node does it.
    answer = ask(strict, {"grant_type": "client_credentials", "scopes": "undefined"}, {"authorization": basic})

    assert answer.status == 200
    assert "accounting.attachments" in answer.json()["scope"].split()


def test_any_client_and_grant_will_do_unless_auth_is_strict(xero: Xero) -> None:
    for form in ({"code": "any"}, {"refresh_token": "any"}):
        grant = "authorization_code" if "code" in form else "refresh_token"
        assert ask(xero, {"client_id": "anyone", "grant_type": grant, **form}).status == 200


@pytest.mark.proves("xero.grant-type")
def test_other_grants_are_not_known(xero: Xero) -> None:
    assert ask(xero, {**APP, "grant_type": "password"}).json() == {"error": "unsupported_grant_type"}
    assert ask(xero, APP).rule == "xero.grant-type"


@pytest.mark.proves("xero.token-unknown")
def test_strict_auth_knows_the_tokens_it_issued(strict: Xero) -> None:
    refused = strict.get(FILES, authorization="Bearer x", xero_tenant_id=TENANT)

    assert (refused.status, refused.rule) == (401, "xero.token-unknown")
    assert refused.headers["www-authenticate"] == "Bearer error=invalid_token"


@pytest.mark.proves("xero.token-expired", "xero.token-lifetime")
def test_a_token_expires_by_the_sandboxs_clock(strict: Xero) -> None:
    strict.sandbox.clock.freeze(datetime(2026, 4, 29, 8, 52, 2, tzinfo=UTC))
    bearer = f"Bearer {granted(strict, grant_type='client_credentials')['access_token']}"

    strict.sandbox.clock.advance(1799)
    assert strict.get(FILES, authorization=bearer, xero_tenant_id=TENANT).status == 200
    strict.sandbox.clock.advance(1)

    refused = strict.get(FILES, authorization=bearer, xero_tenant_id=TENANT)
    assert (refused.status, refused.rule) == (401, "xero.token-expired")
    assert '"Detail":"TokenExpired: token expired at 04/29/2026 09:22:02"' in refused.text


@pytest.mark.proves("xero.scope")
def test_a_token_without_the_scope_is_unauthorised_rather_than_forbidden(strict: Xero) -> None:
    def bearer(scope: str) -> str:
        return f"Bearer {granted(strict, grant_type='client_credentials', scope=scope)['access_token']}"

    without, reading = bearer("accounting.contacts"), bearer("accounting.attachments.read")
    refused = strict.get(FILES, authorization=without, xero_tenant_id=TENANT)
    assert (refused.status, refused.rule) == (401, "xero.scope")
    assert refused.headers["www-authenticate"] == "insufficient_scope"
    assert '"Detail":"AuthorizationUnsuccessful"' in refused.text
    assert [name for name in refused.headers if name.endswith("remaining")] == ["x-appminlimit-remaining"]
    assert strict.get(FILES, authorization=reading, xero_tenant_id=TENANT).status == 200
    assert strict.put(f"{FILES}/a.pdf", b"1", authorization=reading, xero_tenant_id=TENANT).rule == "xero.scope"
    assert strict.get("/Contacts", authorization=without, xero_tenant_id=TENANT).status == 200


@pytest.mark.proves("xero.scope")
def test_issued_tokens_have_only_their_scopes_in_the_default_mode_too(xero: Xero) -> None:
    def use(scope: str, method: str, path: str) -> tuple[int, str | None]:
        issued = granted(xero, grant_type="client_credentials", scope=scope)["access_token"]
        carry_out = partial(xero.put, path, b"1") if method == "PUT" else partial(xero.get, path)
        answer = carry_out(authorization=f"Bearer {issued}")
        return answer.status, answer.rule

    assert use("accounting.transactions.read", "PUT", f"{FILES}/a.pdf") == (401, "xero.scope")
    assert use("accounting.attachments.read", "PUT", f"{FILES}/a.pdf") == (401, "xero.scope")
    assert use("accounting.attachments", "PUT", f"{FILES}/a.pdf") == (200, None)
    for scope, covered in {
        "accounting.transactions": {"Invoices", "CreditNotes", "BankTransactions", "BankTransfers", "ManualJournals"},
        "accounting.invoices.read": {"Invoices", "CreditNotes"},
        "accounting.banktransactions.read": {"BankTransactions", "BankTransfers"},
        "accounting.manualjournals": {"ManualJournals"},
        "accounting.payments": set(),
    }.items():
        for plural in ("Invoices", "CreditNotes", "BankTransactions", "BankTransfers", "ManualJournals", "Contacts"):
            assert use(scope, "GET", f"/{plural}")[0] == (200 if plural in covered else 401), (scope, plural)
    assert xero.put(f"{FILES}/b.pdf", b"1", authorization="Bearer never-issued").status == 200


@pytest.mark.proves("xero.scope-unavailable", "xero.scopes")
@pytest.mark.parametrize(
    ("app", "available", "unavailable"),
    [
        ("both", "accounting.transactions accounting.invoices", "accounting.bogus"),
        ("both", "assets payroll.employees.read finance.statements.read", "openid bogus"),
        ("broad", "accounting.transactions accounting.reports.read", "accounting.invoices"),
        ("granular", "accounting.invoices accounting.reports.balancesheet.read", "accounting.transactions"),
        ("granular", "accounting.payments.read accounting.attachments", "accounting.reports.read"),
    ],
)
@pytest.mark.parametrize("auth", ["any", "strict"])
def test_an_app_cannot_ask_for_every_scope(
    make: Callable[..., Xero], app: str, available: str, unavailable: str, auth: str
) -> None:
    xero = make(auth=auth, xero_scopes=app)

    assert granted(xero, grant_type="client_credentials", scope=available)["scope"].split() == sorted(available.split())
    refused = ask(xero, {**APP, "grant_type": "client_credentials", "scope": unavailable})
    assert (refused.status, refused.rule) == (400, "xero.scope-unavailable")
    assert refused.body == (
        b'{"error":"invalid_scope","error_description":"Client credentials scope validation failed"}'
    )
    query = urlencode({**APP, "redirect_uri": "http://app.test/", "scope": unavailable})
    page = identity(xero).get(f"/identity/connect/authorize?{query}")
    assert (page.status, page.rule, page.headers["content-type"]) == (
        400,
        "xero.scope-unavailable",
        "text/html; charset=utf-8",
    )
    assert "Error: invalid_scope" in page.text


@pytest.mark.parametrize(
    ("app", "documents"),
    [("broad", {"accounting.transactions"}), ("granular", {"accounting.invoices", "accounting.payments"})],
)
def test_an_app_that_names_no_scope_gets_those_of_its_kind(
    make: Callable[..., Xero], app: str, documents: set[str]
) -> None:
    scopes = set(granted(make(xero_scopes=app), grant_type="client_credentials")["scope"].split())

    assert documents <= scopes
    assert ("accounting.transactions" in scopes) == (app == "broad")
    assert not scopes & {"openid", "offline_access"}


@pytest.mark.parametrize(
    "form", [{"grant_type": "client_credentials"}, {"grant_type": "authorization_code", "code": "demo-code"}]
)
def test_strict_auth_knows_its_organisations(strict: Xero, form: dict[str, str]) -> None:
    bearer = f"Bearer {granted(strict, **form)['access_token']}"

    assert strict.get(FILES, authorization=bearer, xero_tenant_id=TENANT.upper()).status == 200
    assert strict.get(FILES, authorization=bearer, xero_tenant_id=UNKNOWN).rule == "xero.tenant"


def test_a_custom_connection_reaches_its_own_organisation_only(xero: Xero) -> None:
    xero.get(FILES, xero_tenant_id=UNKNOWN)
    bearer = f"Bearer {granted(xero, grant_type='client_credentials')['access_token']}"

    connections = Client(xero.app, "/xero", {"authorization": bearer}).get("/connections").json()

    assert [connection["tenantId"] for connection in connections] == [TENANT]


def test_a_revoked_token_is_unknown(strict: Xero) -> None:
    token = granted(strict, grant_type="authorization_code", code="demo-code")
    bearer = f"Bearer {token['access_token']}"
    form = urlencode({**APP, "token": token["refresh_token"]}).encode()

    assert identity(strict).post("/identity/connect/revocation", form).status == 200

    assert strict.get(FILES, authorization=bearer, xero_tenant_id=TENANT).rule == "xero.token-unknown"
    assert ask(strict, {**APP, "grant_type": "refresh_token", "refresh_token": token["refresh_token"]}).status == 400
    assert identity(strict).post("/identity/connect/revocation", form).status == 200


def test_an_access_token_can_be_revoked_alone(strict: Xero) -> None:
    one, other = (granted(strict, grant_type="client_credentials")["access_token"] for _ in range(2))

    identity(strict).post("/identity/connect/revocation", urlencode({**APP, "token": one}).encode())

    assert strict.get(FILES, authorization=f"Bearer {one}", xero_tenant_id=TENANT).rule == "xero.token-unknown"
    assert strict.get(FILES, authorization=f"Bearer {other}", xero_tenant_id=TENANT).status == 200


def test_a_consent_gives_a_code(strict: Xero) -> None:
    query = urlencode({"client_id": "demo-client", "redirect_uri": "http://app.test/back?a=1", "state": "s t"})

    consent = identity(strict).get(f"/identity/connect/authorize?{query}")

    assert consent.status == 302
    back, _, answer = consent.headers["location"].partition("?a=1&")
    code = dict(parse_qsl(answer))
    assert (back, code["state"]) == ("http://app.test/back", "s t")
    assert granted(strict, grant_type="authorization_code", code=code["code"])["access_token"]


def test_a_redirect_uri_is_percent_encoded_in_location(xero: Xero) -> None:
    answer = identity(xero).get(
        "/identity/connect/authorize?client_id=demo-client&redirect_uri=http://app.test/%E2%86%92"
    )

    assert answer.status == 302
    assert answer.headers["location"].startswith("http://app.test/%E2%86%92?code=")


@pytest.mark.parametrize(
    "query",
    [
        "",
        "client_id=stranger&redirect_uri=http://app.test/",
        "client_id=demo-client",
        "client_id=demo-client&redirect_uri=http://a/%0D%0Ab",
    ],
)
def test_a_stranger_gets_no_consent(strict: Xero, query: str) -> None:
    assert identity(strict).get(f"/identity/connect/authorize?{query}").rule == "xero.client"


def test_the_identity_endpoints_can_be_discovered(xero: Xero) -> None:
    discovery = identity(xero).get("/identity/.well-known/openid-configuration").json()

    assert discovery["token_endpoint"] == "http://emulator.test/xero/identity/connect/token"


def test_by_xeros_host_names_the_endpoints_are_xeros_own(xero: Xero) -> None:
    client = Client(xero.app, "", {"host": "identity.xero.com", "x-forwarded-proto": "https"})
    discovery = client.get("/.well-known/openid-configuration", x_emulator_sandbox="orders").json()

    assert {name: value for name, value in discovery.items() if name.endswith("endpoint")} == {
        "authorization_endpoint": "https://login.xero.com/identity/connect/authorize",
        "token_endpoint": "https://identity.xero.com/connect/token",
        "revocation_endpoint": "https://identity.xero.com/connect/revocation",
    }
    login = Client(xero.app, "", {"host": "login.xero.com"})
    assert login.get("/identity/connect/authorize?client_id=a&redirect_uri=http://app.test/").status == 302


def test_connections_are_listed_and_cut(strict: Xero) -> None:
    token = granted(strict, grant_type="authorization_code", code="demo-code")["access_token"]
    claims, bearer = verified(strict, token, "https://identity.xero.com/resources"), f"Bearer {token}"
    client = Client(strict.app, "/xero", {"authorization": bearer})

    answer = client.get("/connections")
    connections = answer.json()
    assert answer.headers["content-type"] == "application/json"
    assert client.get("/Connections").json() == connections
    assert connections == [
        {
            "id": "5eed0000-0000-4000-8000-000000000002",
            "authEventId": claims["authentication_event_id"],
            "tenantId": TENANT,
            "tenantType": "ORGANISATION",
            "tenantName": "Harbour Lane Coffee Roasters",
            "createdDateUtc": "2026-01-05T08:00:00.0000000",
            "updatedDateUtc": "2026-01-05T08:00:00.0000000",
        }
    ]
    assert client.get(f"/connections?authEventId={connections[0]['authEventId']}").json() == connections
    assert client.get(f"/connections?authEventId={UNKNOWN}").json() == []
    assert client.request("DELETE", f"/connections/{connections[0]['id']}").status == 204
    assert client.get("/connections").json() == []
    assert client.request("DELETE", f"/connections/{UNKNOWN}").status == 404
    assert strict.get(FILES, authorization=bearer, xero_tenant_id=TENANT).rule == "xero.tenant"


def test_an_organisation_seen_for_the_first_time_becomes_a_connection(xero: Xero) -> None:
    xero.get(FILES, xero_tenant_id=UNKNOWN)

    tenants = [
        connection["tenantId"] for connection in Client(xero.app, "/xero", xero.headers).get("/connections").json()
    ]
    assert tenants == [TENANT, UNKNOWN]
    times = [
        connection["createdDateUtc"]
        for connection in Client(xero.app, "/xero", xero.headers).get("/connections").json()
    ]
    assert [len(time) for time in times] == [27, 27]
    organisation = xero.get("/Organisation", xero_tenant_id=UNKNOWN).json()["Organisations"][0]
    assert organisation["OrganisationID"] == UNKNOWN


@pytest.mark.proves("xero.tenant-id")
def test_a_word_in_place_of_a_tenant_id_names_an_organisation_with_a_uuid(xero: Xero) -> None:
    xero.put(f"{FILES}/a.pdf", b"1", xero_tenant_id="demo")

    *_, tenant = (
        connection["tenantId"] for connection in Client(xero.app, "/xero", xero.headers).get("/connections").json()
    )

    assert UUID(tenant).version == 4
    for name in ("demo", "DEMO", tenant, tenant.upper()):
        assert [attachment["FileName"] for attachment in xero.get(FILES, xero_tenant_id=name).json()["Attachments"]][
            -1
        ] == "a.pdf"
        assert xero.get("/Organisation", xero_tenant_id=name).json()["Organisations"][0]["OrganisationID"] == tenant


def test_connections_need_a_token(xero: Xero) -> None:
    assert identity(xero).get("/connections").rule == "xero.credential"
    assert identity(xero).request("DELETE", f"/connections/{UNKNOWN}").rule == "xero.credential"


def test_a_path_that_identity_does_not_have_is_not_found(xero: Xero) -> None:
    assert identity(xero).get("/identity/nowhere").rule == "xero.unknown-path"


def test_identitys_host_name_needs_no_mount(xero: Xero) -> None:
    client = Client(xero.app, "", {"host": "identity.xero.com"})
    form = urlencode({**APP, "grant_type": "client_credentials"}).encode()

    assert client.post("/connect/token", form).status == 200


def test_secrets_stay_out_of_the_journal(xero: Xero) -> None:
    token = granted(xero, grant_type="authorization_code", code="some-code")

    exchange = next(iter(xero.sandbox.journal))

    journalled = repr(exchange)
    assert exchange.request_body
    assert exchange.request_body.size > 0
    consent = identity(xero).get("/identity/connect/authorize?client_id=a&redirect_uri=http://app.test/&state=private")
    code = consent.headers["location"].partition("code=")[2].partition("&")[0]
    journalled += repr(list(xero.sandbox.journal))
    for secret in (code, "private", "demo-secret", "some-code", token["access_token"], token["refresh_token"]):
        assert secret not in journalled
