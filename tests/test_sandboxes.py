"""Private seed_data: which one a request is for, and that nothing of one is ever seen in another."""

import asyncio
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.datastructures import Headers

from emulator import create_app
from emulator.core.credentials import sandbox_from_credential
from emulator.core.emulator_app import EmulatorApp
from tests.asgi import Answer, Client, scope_of, send
from tests.control.conftest import Control, problem
from tests.vendor_clients import SEED, VENDOR_NAMES, attach, basic, client_of, request_of, showing
from tests.vendors.codat.conftest import COMPANY
from tests.vendors.vrplatform.conftest import FILES
from tests.vendors.vrplatform.conftest import INVOICE as STAGED

NOW = "2026-02-03T04:05:06Z"
# What each vendor is asked to see that it is there, and a key that strict auth takes.
LOOK = {
    "xero": "/Invoices",
    "codat": "/companies",
    "dualentry": "/public/v2/invoices/",
    "vrplatform": "/transactions",
}
ISSUED = {"codat": "demo-key", "dualentry": "org_live_demo_secret", "vrplatform": "vrp_demo"}


@pytest.fixture
def app() -> EmulatorApp:
    return create_app()


def went_to(app: EmulatorApp) -> dict[str, int]:
    """How many requests each sandbox has seen, those without any left out."""
    return {name: len(sandbox.journal) for name, sandbox in app.registry.sandboxes.items() if len(sandbox.journal)}


# --- Choosing ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("vendor", VENDOR_NAMES)
def test_who_names_no_sandbox_is_in_default(app: EmulatorApp, vendor: str) -> None:
    client_of(app, vendor).get(LOOK[vendor])

    assert went_to(app) == {"default": 1}


@pytest.mark.parametrize("vendor", VENDOR_NAMES)
def test_a_path_names_a_sandbox(app: EmulatorApp, vendor: str) -> None:
    assert client_of(app, vendor, "/sandbox/a-B_1").get(LOOK[vendor]).status == 200

    assert went_to(app) == {"a-B_1": 1}


@pytest.mark.parametrize("vendor", VENDOR_NAMES)
def test_a_header_names_a_sandbox(app: EmulatorApp, vendor: str) -> None:
    assert client_of(app, vendor, x_emulator_sandbox="mine").get(LOOK[vendor]).status == 200

    assert went_to(app) == {"mine": 1}


@pytest.mark.parametrize("credential", ["sbx_mine", "sbx_mine.", "sbx_mine.some.key"])
@pytest.mark.parametrize("vendor", VENDOR_NAMES)
def test_a_credential_names_a_sandbox(app: EmulatorApp, vendor: str, credential: str) -> None:
    assert client_of(app, vendor, **showing(vendor, credential)).get(LOOK[vendor]).status == 200

    assert went_to(app) == {"mine": 1}


@pytest.mark.parametrize("vendor", VENDOR_NAMES)
def test_a_client_id_in_the_query_of_another_request_names_none(app: EmulatorApp, vendor: str) -> None:
    client_of(app, vendor).get(f"{LOOK[vendor]}?client_id=sbx_mine")

    assert went_to(app) == {"default": 1}


def test_vrplatforms_key_may_come_as_a_bearer_token(app: EmulatorApp) -> None:
    Client(app).get("/vrplatform/transactions", authorization="Bearer sbx_mine.k")

    assert went_to(app) == {"mine": 1}


@pytest.mark.parametrize("credential", ["mine", "SBX_mine", "xsbx_mine", "sbx_", "sbx_.key", "sbx_a b", "sbx_é"])
def test_any_other_credential_names_none(app: EmulatorApp, credential: str) -> None:
    client_of(app, "xero", authorization=f"Bearer {credential}").get("/Invoices")

    assert went_to(app) == {"default": 1}


def test_hosts_of_vendors_take_a_sandbox_in_the_path_too(app: EmulatorApp) -> None:
    answer = Client(app).get("/sandbox/mine/companies", host="api.codat.io", authorization="Basic eA==")

    assert answer.status == 200
    assert went_to(app) == {"mine": 1}


def test_the_path_outweighs_the_header_and_the_header_a_credential(app: EmulatorApp) -> None:
    headers = {"x_emulator_sandbox": "by_header", "authorization": basic("sbx_by_credential.k")}

    client_of(app, "codat", "/sandbox/by_path", **headers).get("/companies")
    client_of(app, "codat", **headers).get("/companies")

    assert went_to(app) == {"by_path": 1, "by_header": 1}


@pytest.mark.parametrize("name", ["a.b", "a%20b", "a%2Fb", "%C3%A9", "x" * 65, "~"])
def test_a_bad_name_in_a_path_is_refused(app: EmulatorApp, name: str) -> None:
    status, detail = problem(client_of(app, "codat", f"/sandbox/{name}").get("/companies"))

    assert (status, "1 to 64 letters" in detail) == (400, True)
    assert list(app.registry.sandboxes) == ["default"]


@pytest.mark.parametrize("name", ["a.b", "a b", "é", "x" * 65, "", "default,mine"])
def test_a_bad_name_in_a_header_is_refused(app: EmulatorApp, name: str) -> None:
    status, detail = problem(client_of(app, "codat", x_emulator_sandbox=name).get("/companies"))

    assert (status, "1 to 64 letters" in detail) == (400, True)
    assert list(app.registry.sandboxes) == ["default"]


def test_beyond_the_cap_no_sandbox_appears_until_one_is_deleted() -> None:
    app = create_app(max_sandboxes=3)
    clients = {name: client_of(app, "codat", f"/sandbox/{name}") for name in ("a", "b", "c")}
    assert [clients[name].get("/companies").status for name in ("a", "b")] == [200, 200]

    status, detail = problem(clients["c"].get("/companies"))

    assert (status, "max_sandboxes" in detail) == (400, True)
    assert clients["a"].get("/companies").status == 200
    app.registry.delete("a")
    assert clients["c"].get("/companies").status == 200


def test_a_path_to_a_sandbox_without_a_vendor_is_no_part_of_the_emulator(app: EmulatorApp) -> None:
    for path in ("/sandbox/mine", "/sandbox/mine/nobody", "/sandbox"):
        assert problem(Client(app).get(path))[0] == 404
    assert list(app.registry.sandboxes) == ["default"]


# --- Xero's tokens ----------------------------------------------------------------------------------------------------

TOKEN = "/xero/identity/connect/token"
FORM = {"content-type": "application/x-www-form-urlencoded"}


def token(app: EmulatorApp, body: str, path: str = TOKEN, **headers: str) -> dict[str, Any]:
    answer = Client(app).request("POST", path, body.encode(), {**FORM, **headers})
    assert answer.status == 200, answer.text
    content: dict[str, Any] = answer.json()
    return content


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        ("grant_type=client_credentials&client_id=sbx_mine.demo-client&client_secret=s", {}),
        ("grant_type=client_credentials&client_id=sbx_mine&client_secret=s", {}),
        ("grant_type=client_credentials", {"authorization": basic("sbx_mine.demo-client", "s")}),
        ("grant_type=authorization_code&code=x&client_id=sbx_mine", {}),
    ],
)
def test_a_client_id_gets_tokens_that_carry_its_sandbox(app: EmulatorApp, body: str, headers: dict[str, str]) -> None:
    issued = token(app, body, **headers)["access_token"]

    assert sandbox_from_credential(issued) == "mine"
    assert client_of(app, "xero", authorization=f"Bearer {issued}").get("/Invoices").status == 200
    assert went_to(app) == {"mine": 2}


def test_tokens_of_default_name_no_sandbox(app: EmulatorApp) -> None:
    assert sandbox_from_credential(token(app, "grant_type=client_credentials&client_id=x")["access_token"]) is None


def test_a_form_of_no_declared_length_chooses_the_sandbox_too(app: EmulatorApp) -> None:
    body = [b"grant_type=client_cred", b"entials&client_id=sbx_mi", b"ne.demo-client&client_secret=s"]

    answer = Client(app).request("POST", TOKEN, body, {**FORM, "transfer-encoding": "chunked"})

    assert sandbox_from_credential(answer.json()["access_token"]) == "mine"
    assert went_to(app) == {"mine": 1}


def test_a_form_that_is_too_long_to_look_into_is_answered_whole(app: EmulatorApp) -> None:
    body = b"grant_type=client_credentials&client_id=x&padding=" + b"p" * 200_000

    assert Client(app).request("POST", TOKEN, [body[:70_000], body[70_000:]], FORM).status == 200
    assert went_to(app) == {"default": 1}


@pytest.mark.parametrize("chosen", [("/sandbox/mine", {}), ("", {"x-emulator-sandbox": "mine"})])
def test_tokens_carry_the_sandbox_however_it_was_chosen(app: EmulatorApp, chosen: tuple[str, dict[str, str]]) -> None:
    prefix, headers = chosen

    issued = token(app, "grant_type=client_credentials&client_id=x", prefix + TOKEN, **headers)["access_token"]

    client_of(app, "xero", authorization=f"Bearer {issued}").get("/Invoices")
    assert went_to(app) == {"mine": 2}


def test_consent_refreshing_and_revoking_stay_in_the_sandbox_under_strict_auth(app: EmulatorApp) -> None:
    app.registry.reset("mine", auth="strict")
    who = "client_id=sbx_mine.demo-client&client_secret=demo-secret"
    target = "/xero/identity/connect/authorize?response_type=code&redirect_uri=http://a.test/back&"
    back = Client(app).get(f"{target}client_id=sbx_mine.demo-client").headers["location"]
    (code,) = parse_qs(urlsplit(back).query)["code"]
    assert code.startswith("sbx_mine.")

    first = token(app, f"grant_type=authorization_code&code={code}&{who}")
    second = token(app, f"grant_type=refresh_token&refresh_token={first['refresh_token']}&{who}")
    assert first["refresh_token"].startswith("sbx_mine.")
    xero = client_of(
        app, "xero", authorization=f"Bearer {second['access_token']}", xero_tenant_id=SEED["xero"]["owner"]
    )
    assert xero.get("/Invoices").status == 200

    Client(app).request(
        "POST", "/xero/identity/connect/revocation", f"token={second['refresh_token']}&{who}".encode(), FORM
    )
    assert xero.get("/Invoices").status == 401
    assert set(went_to(app)) == {"mine"}


@pytest.mark.parametrize("field", ["code", "refresh_token", "token"])
def test_a_code_or_token_in_a_form_names_its_sandbox_where_the_client_names_none(app: EmulatorApp, field: str) -> None:
    path = "revocation" if field == "token" else "token"

    Client(app).request("POST", f"/xero/identity/connect/{path}", f"client_id=x&{field}=sbx_mine.abc".encode(), FORM)

    assert went_to(app) == {"mine": 1}


def test_a_file_sent_as_a_form_is_a_file(app: EmulatorApp) -> None:
    """As curl's --data-binary says of everything."""
    xero = client_of(app, "xero", xero_tenant_id=SEED["xero"]["owner"])
    content = b"grant_type=x&client_id=sbx_mine"

    attach(client_of(app, "xero", **FORM), "xero", content=content)

    assert xero.get(f"/Invoices/{SEED['xero']['id']}/Attachments/a.pdf").body == content
    assert went_to(app) == {"default": 2}


def test_a_long_upload_of_no_declared_length_is_not_gathered_to_look_for_a_sandbox(app: EmulatorApp) -> None:
    pieces = 8

    class Seen(Exception):
        pass

    async def upload() -> int:
        read = 0

        async def receive() -> dict[str, Any]:
            nonlocal read
            read += 1
            if went_to(app) or read > pieces:
                raise Seen
            return {"type": "http.request", "body": bytes(64 * 1024), "more_body": True}

        async def ignore(_: object) -> None:
            pass

        headers = {**FORM, "authorization": "Bearer x", "xero-tenant-id": "t", "transfer-encoding": "chunked"}
        target = f"/xero/api.xro/2.0/Invoices/{SEED['xero']['id']}/Attachments/a.pdf"
        with pytest.raises(Seen):
            # The emulator's own 500 is an answer too: what counts is when the sandbox was known.
            await app(scope_of("PUT", target, headers), receive, ignore)
            raise Seen
        return read

    assert asyncio.run(upload()) <= 2


# --- Strict auth ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("vendor", list(ISSUED))
def test_strict_auth_takes_an_issued_key_with_a_sandbox_before_it_and_no_other(app: EmulatorApp, vendor: str) -> None:
    app.registry.reset("mine", auth="strict")

    def status(key: str) -> int:
        return client_of(app, vendor, **showing(vendor, f"sbx_mine{key}")).get(LOOK[vendor]).status

    refused = 403 if vendor == "dualentry" else 401
    assert (status(f".{ISSUED[vendor]}"), status(".made-up"), status("")) == (200, refused, refused)
    assert went_to(app) == {"mine": 3}


def test_at_dualentry_a_key_is_the_same_organisations_with_a_sandbox_before_it(app: EmulatorApp) -> None:
    plain = client_of(app, "dualentry", "/sandbox/mine", **showing("dualentry", "k"))
    named = client_of(app, "dualentry", **showing("dualentry", "sbx_mine.k"))

    attach(plain, "dualentry")

    assert "a.pdf" in named.get("/public/v2/invoices/1002/").text


# --- URLs in answers --------------------------------------------------------------------------------------------------


def xero_url(app: EmulatorApp, **headers: str) -> str:
    return str(attach(client_of(app, "xero", **headers), "xero").json()["Attachments"][0]["Url"])


def codat_url(app: EmulatorApp, **headers: str) -> str:
    client = client_of(app, "codat", **headers)
    answer = client.send_json("POST", f"/companies/{COMPANY}/connections", {"platformKey": "gbol"})
    return str(answer.json()["linkUrl"])


def dualentry_url(app: EmulatorApp, **headers: str) -> str:
    attach(client_of(app, "dualentry", **headers), "dualentry")
    record = client_of(app, "dualentry", **headers).get("/public/v2/invoices/1002/").json()
    return str(
        next(attachment["download_url"] for attachment in record["attachments"] if attachment["file_name"] == "a.pdf")
    )


def dualentry_upload_url(app: EmulatorApp, **headers: str) -> str:
    client = client_of(app, "dualentry", **headers)
    announced = {"file_name": "a.pdf", "file_size": 1}
    return str(client.send_json("POST", "/_emulator/attachments/", announced).json()["upload_url"])


def vrplatform_url(app: EmulatorApp, **headers: str) -> str:
    app.registry.reset("mine", vrplatform_download_redirects=True)
    answer = client_of(app, "vrplatform", **headers).get(f"{FILES}/{STAGED}/download")
    return answer.headers["location"]


URLS: Mapping[Callable[..., str], str] = {
    xero_url: "GET",
    codat_url: "GET",
    dualentry_url: "GET",
    dualentry_upload_url: "PUT",
    vrplatform_url: "GET",
}


@pytest.mark.parametrize("url_of", list(URLS), ids=lambda function: function.__name__)
def test_a_url_in_an_answer_leads_to_the_same_sandbox_without_any_header(
    app: EmulatorApp, url_of: Callable[..., str]
) -> None:
    url = url_of(app, x_emulator_sandbox="mine")
    before = went_to(app)

    answer = Client(app).request(
        URLS[url_of],
        url.removeprefix("http://emulator.test"),
        b"1",
        {"authorization": "Bearer x", "xero-tenant-id": SEED["xero"]["owner"]},
    )

    assert url.startswith("http://emulator.test/sandbox/mine/")
    assert answer.status == 200, answer.text
    assert went_to(app) == {"mine": before["mine"] + 1}


def test_urls_of_default_are_as_short_as_ever(app: EmulatorApp) -> None:
    assert xero_url(app).startswith("http://emulator.test/xero/")
    assert xero_url(app, x_emulator_sandbox="default").startswith("http://emulator.test/xero/")


def test_a_redirect_to_the_slash_stays_in_the_sandbox(app: EmulatorApp) -> None:
    client = client_of(app, "dualentry", x_emulator_sandbox="mine")

    assert (
        client.get("/public/v2/invoices?limit=1").headers["location"].startswith("/sandbox/mine/dualentry/public/v2/")
    )


@pytest.mark.parametrize("vendor", ["dualentry", "vrplatform"])
def test_a_url_of_one_sandbox_is_not_good_in_another(app: EmulatorApp, vendor: str) -> None:
    url = (dualentry_url if vendor == "dualentry" else vrplatform_url)(app, x_emulator_sandbox="mine")
    target = url.removeprefix("http://emulator.test/sandbox/mine")

    answer = Client(app).get(f"/sandbox/other{target}")

    assert answer.status in (400, 401, 403, 404)


# --- Apart ------------------------------------------------------------------------------------------------------------


def everything(app: EmulatorApp, name: str) -> Any:
    """All that can be seen but how long it took, which is real time."""
    pages, frozen = Control(app, name).everything()
    for exchange in pages[-1]["exchanges"]:
        del exchange["duration"]
    return pages, frozen


def spend(app: EmulatorApp, name: str, vendor: str) -> None:
    client = client_of(app, vendor, f"/sandbox/{name}")
    for _ in range(3):
        client.get(LOOK[vendor])


def upload(app: EmulatorApp, name: str, vendor: str) -> None:
    attach(client_of(app, vendor, f"/sandbox/{name}", idempotency_key="k"), vendor)


def create_document(app: EmulatorApp, name: str, vendor: str) -> None:
    kind = SEED[vendor]["kind"]
    fields = {"owner": "key"} if vendor == "dualentry" else {}
    assert Control(app, name).send("POST", "/documents", vendor=vendor, kind=kind, **fields).status == 201


def sign_in(app: EmulatorApp, name: str, _: str) -> None:
    token(app, f"grant_type=authorization_code&code=x&client_id=sbx_{name}.c")


def move(app: EmulatorApp, name: str, _: str) -> None:
    Control(app, name).send("PATCH", "/clock", advance=100_000)


def configure(app: EmulatorApp, name: str, _: str) -> None:
    Control(app, name).send("PATCH", "/settings", settings={"hide_emulator_headers": True, "xero_max_attachments": 1})


def forget(app: EmulatorApp, name: str, _: str) -> None:
    Control(app, name).request("DELETE", f"/_emulator/sandboxes/{name}/journal")


def start_anew(app: EmulatorApp, name: str, _: str) -> None:
    app.registry.reset(name)


STEPS = (spend, upload, create_document, sign_in, move, configure, forget, start_anew)


def trace(app: EmulatorApp, name: str) -> list[object]:
    """What a client in a sandbox is told, in full: to compare between a sandbox that is alone and one that is not."""
    seen: list[object] = []
    for vendor in VENDOR_NAMES:
        client = client_of(app, vendor, f"/sandbox/{name}", idempotency_key="k")
        first = client.get(LOOK[vendor])
        sent = [client.request(*request_of(vendor, SEED[vendor])) for _ in range(2)]
        seen += [(item.status, item.headers.raw, item.body) for item in (first, *sent)]
    signed_in = token(app, f"grant_type=authorization_code&code=x&client_id=sbx_{name}.c")
    return [*seen, signed_in, everything(app, name), Control(app, name).read("/clock")]


def frozen(app: EmulatorApp, name: str) -> None:
    app.registry.reset(name, "seed")
    Control(app, name).send("PATCH", "/clock", frozen=True)
    Control(app, name).send("PATCH", "/clock", now=NOW)


@settings(max_examples=30)
@given(st.lists(st.tuples(st.sampled_from(STEPS), st.sampled_from(VENDOR_NAMES)), max_size=6))
def test_whatever_runs_beside_it_a_sandbox_is_as_if_it_were_alone(
    steps: list[tuple[Callable[[EmulatorApp, str, str], None], str]],
) -> None:
    alone, beside = create_app(), create_app()
    for app in (alone, beside):
        frozen(app, "mine")
    for step, vendor in steps:
        step(beside, "default", vendor)
        step(beside, "other", vendor)

    assert trace(beside, "mine") == trace(alone, "mine")


@settings(max_examples=30)
@given(st.lists(st.tuples(st.sampled_from(STEPS), st.sampled_from(VENDOR_NAMES)), min_size=1, max_size=6))
def test_what_is_done_in_one_sandbox_is_not_seen_in_another(
    steps: list[tuple[Callable[[EmulatorApp, str, str], None], str]],
) -> None:
    app = create_app()
    frozen(app, "mine")
    for vendor in VENDOR_NAMES:
        attach(client_of(app, vendor, "/sandbox/mine"), vendor, content=b"my own")
    before = everything(app, "mine"), Control(app, "mine").read("/clock")

    for step, vendor in steps:
        step(app, "other", vendor)

    assert (everything(app, "mine"), Control(app, "mine").read("/clock")) == before


def test_the_same_seed_gives_the_same_answers_byte_for_byte_in_every_server(app: EmulatorApp) -> None:
    traces = []
    for item in (app, create_app(seed="another")):
        frozen(item, "mine")
        traces.append(trace(item, "mine"))

    assert traces[0] == traces[1]


def test_two_sandboxes_of_one_seed_have_the_same_ids_and_without_a_seed_others(app: EmulatorApp) -> None:
    def correlation(name: str) -> str:
        return client_of(app, "xero", f"/sandbox/{name}").get("/Invoices").headers["xero-correlation-id"]

    for name in ("a", "b"):
        app.registry.reset(name, "same")

    assert correlation("a") == correlation("b")
    assert len({correlation(name) for name in ("c", "d", "default")}) == 3


def test_a_token_of_one_sandbox_is_unknown_in_another(app: EmulatorApp) -> None:
    for name in ("mine", "other"):
        app.registry.reset(name, auth="strict")
    who = "client_id=sbx_mine.demo-client&client_secret=demo-secret"
    issued = token(app, f"grant_type=client_credentials&{who}")["access_token"]

    statuses = [
        client_of(app, "xero", f"/sandbox/{name}", authorization=f"Bearer {issued}", xero_tenant_id="")
        .get("/Invoices")
        .status
        for name in ("mine", "other")
    ]

    assert statuses == [200, 401]


# --- Coming and going -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("end", ["delete", "reset"])
def test_the_bytes_of_a_sandbox_are_given_back_when_it_ends(app: EmulatorApp, end: str) -> None:
    store = app.registry.store
    for vendor in VENDOR_NAMES:
        attach(client_of(app, vendor, "/sandbox/mine"), vendor, content=f"bytes for {vendor}".encode())
    assert store.used_bytes > 0

    getattr(app.registry, end)("mine")

    assert store.used_bytes == 0


def test_bytes_that_another_sandbox_has_too_stay(app: EmulatorApp) -> None:
    for name in ("mine", "other"):
        attach(client_of(app, "codat", f"/sandbox/{name}"), "codat", content=b"12345")

    app.registry.delete("mine")
    assert app.registry.store.used_bytes == 5

    app.registry.delete("other")
    assert app.registry.store.used_bytes == 0


@pytest.mark.parametrize("end", ["delete", "reset"])
def test_a_request_under_way_ends_in_the_world_it_began_in(app: EmulatorApp, end: str) -> None:
    method, target, body, headers = request_of("xero", SEED["xero"], b"abcdef")
    client = client_of(app, "xero", "/sandbox/mine")
    scope = scope_of(method, client.base + target, {**client.headers, **headers})
    pieces = [body[:3], body[3:]]

    def halfway() -> Any:
        yield pieces[0]

    async def run() -> Answer:
        received = 0
        answered: list[dict[str, Any]] = []

        async def receive() -> dict[str, Any]:
            nonlocal received
            if received == 1:
                getattr(app.registry, end)("mine")
            received += 1
            return {"type": "http.request", "body": pieces[received - 1], "more_body": received < 2}

        async def collect(message: Any) -> None:
            answered.append(message)

        await app(scope, receive, collect)
        return Answer(answered[0]["status"], Headers(raw=answered[0]["headers"]), answered[1]["body"])

    assert asyncio.run(run()).status == 200
    assert "a.pdf" not in {file["name"] for file in Control(app, "mine").files()}
    assert app.registry.store.used_bytes == 0
    assert went_to(app) == {}


def test_many_sandboxes_at_a_time_mix_up_no_exchange_and_no_file(app: EmulatorApp) -> None:
    names = [f"s{number}" for number in range(200)]
    ways = ("path", "header", "credential")

    async def one(number: int, name: str, vendor: str) -> Answer:
        way = ways[number % 3]
        chosen = showing(vendor, f"sbx_{name}.k") if way == "credential" else {}
        client = client_of(app, vendor, f"/sandbox/{name}" if way == "path" else "", **chosen)
        more = {"x-emulator-sandbox": name} if way == "header" else {}
        content = f"{name} {vendor}".encode()
        method, target, body, headers = request_of(vendor, SEED[vendor], content, f"{name}.pdf")
        fields = {**client.headers, **headers, **more}
        third = len(body) // 3
        return await send(app, scope_of(method, client.base + target, fields), [body[:third], body[third:]])

    async def all_of_them() -> list[Answer]:
        return await asyncio.gather(
            *(one(number, name, vendor) for number, name in enumerate(names) for vendor in VENDOR_NAMES)
        )

    answers = asyncio.run(all_of_them())

    assert Counter(answer.status for answer in answers) == {200: 4 * len(names)}
    for name in names:
        control = Control(app, name)
        assert Counter(exchange["vendor"] for exchange in control.exchanges()) == dict.fromkeys(VENDOR_NAMES, 1)
        new = [file for file in control.files() if file["name"].startswith("s") and file["name"][1].isdigit()]
        assert sorted((item["vendor"], item["name"]) for item in new) == sorted(
            (v, f"{name}.pdf") for v in VENDOR_NAMES
        )
        for file in new:
            assert control.get(f"{control.home}/files/{file['sha256']}").body == f"{name} {file['vendor']}".encode()
    assert went_to(app).keys() == set(names)


def test_who_listened_to_a_deleted_sandbox_hears_the_next_of_its_name(app: EmulatorApp) -> None:
    heard: list[str] = []
    client_of(app, "codat", "/sandbox/mine").get("/companies")
    app.registry.sandbox("mine").journal.listeners.add(lambda exchange: heard.append(exchange.target))

    app.registry.delete("mine")
    client_of(app, "codat", "/sandbox/mine").get("/companies")
    app.registry.reset("mine")
    client_of(app, "codat", "/sandbox/mine").get("/companies/x")

    assert heard == ["/sandbox/mine/codat/companies", "/sandbox/mine/codat/companies/x"]
