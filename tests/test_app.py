"""Finding the vendor of a request, and the URL it came by."""

import asyncio
import subprocess
import sys

import pytest
from starlette.types import Message

from emulator import Settings, create_app
from tests.asgi import Answer, Client, scope_of
from tests.vendors.xero.conftest import INVOICE

UPLOAD = f"/api.xro/2.0/Invoices/{INVOICE}/Attachments/a.pdf"
HEADERS = {"authorization": "Bearer x", "xero-tenant-id": "t", "accept": "application/json"}


def url_of(answer: Answer) -> str:
    url = answer.json()["Attachments"][0]["Url"]
    assert isinstance(url, str)
    return url


@pytest.mark.parametrize(
    ("headers", "base"),
    [
        ({"host": "localhost:8080"}, "http://localhost:8080/xero"),
        ({"host": "inner:1", "x-forwarded-host": "outer.example"}, "http://outer.example/xero"),
        (
            {"x-forwarded-proto": "https, http", "x-forwarded-host": "a.example, b", "x-forwarded-prefix": "/emu/"},
            "https://a.example/emu/xero",
        ),
        ({"host": ""}, "http://127.0.0.1:4600/xero"),
        ({"x-forwarded-host": " a.example "}, "http://a.example/xero"),
        ({"x-forwarded-host": "", "x-forwarded-proto": ""}, "http://emulator.test/xero"),
    ],
)
def test_urls_in_answers_are_those_the_client_used(headers: dict[str, str | None], base: str) -> None:
    client = Client(create_app(), "/xero", HEADERS)

    assert url_of(client.request("PUT", UPLOAD, b"1", headers)) == base + UPLOAD


def test_an_external_url_outweighs_what_the_request_says() -> None:
    client = Client(create_app(external_url="https://files.example/e/"), "/xero", HEADERS)

    assert url_of(client.put(UPLOAD, b"1")) == f"https://files.example/e/xero{UPLOAD}"


def test_a_request_keeps_the_settings_that_it_began_with() -> None:
    app = create_app()
    pieces = [b"half ", b"and half"]

    async def receive() -> Message:
        piece = pieces.pop(0)
        if not pieces:
            app.registry.sandbox("default").options = app.registry.sandbox("default").options.replace(
                xero_max_attachments=0, hide_emulator_headers=True
            )
        return {"type": "http.request", "body": piece, "more_body": bool(pieces)}

    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    asyncio.run(app(scope_of("PUT", f"/xero{UPLOAD}", HEADERS), receive, send))

    assert sent[0]["status"] == 200
    refused = Client(app, "/xero", HEADERS).put(UPLOAD.replace("a.pdf", "b.pdf"), b"1")
    assert (refused.status, "emulator-rule" in refused.headers) == (400, False)


def test_the_emulator_can_be_mounted_inside_another_application() -> None:
    from starlette.applications import Starlette
    from starlette.routing import Mount

    client = Client(Starlette(routes=[Mount("/emulator", create_app())]), "/emulator/xero", HEADERS)

    assert url_of(client.put(UPLOAD, b"1")) == f"http://emulator.test/emulator/xero{UPLOAD}"
    assert client.get(UPLOAD).body == b"1"


def test_options_may_come_in_settings_or_by_name() -> None:
    app = create_app(Settings.of(seed="a"), auth="off")

    assert (app.registry.options.seed, app.registry.options.auth) == ("a", "off")


def test_the_same_seed_gives_the_same_ids_and_another_gives_others() -> None:
    def ids(seed: str) -> list[str]:
        client = Client(create_app(seed=seed), "/xero", HEADERS)
        answers = [client.put(UPLOAD, b"1"), client.get(UPLOAD)]
        return [answer.headers["xero-correlation-id"] for answer in answers]

    assert ids("a") == ids("a") != ids("b")


def test_importing_the_package_imports_no_web_stack() -> None:
    code = "import emulator, sys; print([m for m in ('starlette', 'uvicorn', 'click') if m in sys.modules])"

    assert subprocess.check_output([sys.executable, "-c", code], text=True) == "[]\n"


def test_the_package_has_what_it_promises() -> None:
    import emulator

    for name in emulator.__all__:
        assert getattr(emulator, name)
    with pytest.raises(AttributeError, match="nonsense"):
        _ = emulator.nonsense


def test_the_package_is_the_same_under_the_name_of_its_distribution() -> None:
    import attachment_emulator
    from attachment_emulator.testing import Sandbox
    from emulator import Emulator, testing

    assert attachment_emulator.Emulator is Emulator
    assert Sandbox is testing.Sandbox
    with pytest.raises(AttributeError, match="has no attribute 'nothing'"):
        _ = attachment_emulator.nothing


def test_a_prefix_that_needs_encoding_is_a_prefix_like_any_other() -> None:
    from starlette.applications import Starlette
    from starlette.routing import Mount

    client = Client(Starlette(routes=[Mount("/a b", create_app())]), "/a%20b/xero", HEADERS)

    assert client.request("PUT", UPLOAD, b"1").status == 200
