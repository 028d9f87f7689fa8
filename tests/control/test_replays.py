"""An exchange as a curl command and as a test. tests/console/test_browser.py runs both as a user copies them."""

import ast

import pytest

from emulator import create_app
from tests.asgi import Client
from tests.control.conftest import Control, problem
from tests.vendor_clients import client_of

UPLOAD = "/xero/api.xro/2.0/Invoices/INV-0002/Attachments"
HEADERS = {"authorization": "Bearer x", "xero-tenant-id": "t"}


def curl(control: Control, number: int = 1) -> str:
    answer = control.get(f"{control.home}/journal/{number}/curl", host="emulator.test")
    assert (answer.status, answer.headers["content-type"]) == (200, "text/plain; charset=utf-8")
    return answer.text


def program_of(control: Control, number: int = 1) -> str:
    program = control.get(f"{control.home}/journal/{number}/test").text
    ast.parse(program)
    return program


def test_a_body_is_fetched_while_it_is_held_and_is_zeros_afterwards(control: Control) -> None:
    Client(control.app, headers=HEADERS).put(f"{UPLOAD}/it's.pdf", b"%PDF")
    home = f"http://emulator.test/_emulator/sandboxes/{control.name}/journal/1"

    assert curl(control) == (
        f"curl -s '{home}/request' | curl -X PUT \\\n  -H 'authorization: Bearer anything' \\\n"
        "  -H 'xero-tenant-id: t' \\\n  --data-binary @- \\\n"
        f"  'http://emulator.test{UPLOAD}/it'\\''s.pdf'"
    )
    Client(control.app, headers=HEADERS).put(f"{UPLOAD}/it's.pdf", b"another")
    assert curl(control).startswith("head -c 4 /dev/zero | curl")
    assert "content=bytes(4)," in program_of(control)


def test_the_control_token_is_not_in_the_command_but_its_variable_is() -> None:
    app = create_app(control_token="s3cret-token")
    Client(app, headers=HEADERS).put(f"{UPLOAD}/a.pdf", b"%PDF")

    command = Control(app).get("/_emulator/sandboxes/default/journal/1/curl", authorization="Bearer s3cret-token").text

    assert command.startswith('curl -s -H "Authorization: Bearer $EMULATOR_CONTROL_TOKEN" ')
    assert "s3cret" not in command


def test_a_test_asserts_the_rule_and_says_its_sentence(control: Control) -> None:
    Client(control.app, headers=HEADERS).put(f"{UPLOAD}/a.exe", b"MZ\x00'")

    assert program_of(control) == (
        "from emulator.testing import Sandbox\n\n\n"
        "def test_xero_file_type_is_refused(emulator: Sandbox) -> None:\n"
        '    """A file name must end in one of these extensions, in any letter case."""\n'
        "    with emulator.xero.client() as http:\n"
        '        response = http.request(\n            "PUT",\n            "/Invoices/INV-0002/Attachments/a.exe",\n'
        "            content=bytes(4),\n        )\n\n"
        '    assert response.status_code == 400\n    assert response.headers["Emulator-Rule"] == "xero.file-type"\n'
    )


def test_a_form_has_the_vendors_names_and_a_file_that_only_the_journal_has(control: Control) -> None:
    boundary = 'multipart/form-data; boundary="b"'
    part = b'--b\r\nContent-Disposition: form-data; name="file"; filename="a \\"b\\".pdf"\r\n\r\n1\r\n--b--\r\n'
    client = client_of(control.gateway, "vrplatform")
    client.post("/transaction-attachments", part, content_type=boundary)

    command = curl(control)
    assert "/journal/1/files/0' | curl" in command
    assert "-F 'isOwnerAccessible=true'" in command
    assert '-F file=@-\';filename="a \\"b\\".pdf"\'' in command
    assert 'files=[("file", ("a \\"b\\".pdf", bytes(1)))],' in program_of(control)


def test_the_sandbox_and_the_host_are_named_where_the_path_names_neither() -> None:
    app = create_app()
    headers = {**HEADERS, "host": "api.xero.com", "x-emulator-sandbox": "orders"}
    Client(app, headers=headers).get("/api.xro/2.0/Invoices")
    Client(app, headers=HEADERS).get("/sandbox/orders/xero/connections")
    control = Control(app, "orders")

    command = curl(control)
    assert "-H 'host: api.xero.com'" in command
    assert command.count("x-emulator-sandbox: orders") == 1
    assert "x-emulator-sandbox" not in curl(control, 2)
    assert (
        '"GET",\n            emulator.xero.base_url.removesuffix("/xero/api.xro/2.0") + "/xero/connections",'
        in program_of(control, 2)
    )


def test_a_request_without_an_answer_raises_in_the_test(control: Control) -> None:
    control.send("POST", "/faults", kind="reset")
    with pytest.raises(Exception):  # noqa: B017, PT011 - whatever the connection's end is in this test.
        Client(control.app, headers=HEADERS).get("/codat/companies")

    program = program_of(control)
    assert program.startswith("import httpx\nimport pytest\n")
    assert '    emulator.faults.arm("reset", vendor="codat")\n' in program
    assert "        with pytest.raises(httpx.TransportError):\n            http.request(\n" in program


def test_an_unknown_exchange_is_not_found(control: Control) -> None:
    assert problem(control.get(f"{control.home}/journal/9/curl"))[0] == 404
    assert problem(control.get(f"{control.home}/journal/x/test"))[0] == 404


def test_the_vendors_say_how_they_are_reached(control: Control) -> None:
    vendors = control.get("/_emulator/sandboxes/orders/vendors", host="localhost:4600").json()["vendors"]

    by_name = {vendor["name"]: vendor for vendor in vendors}
    assert by_name["xero"]["base_url"] == "http://localhost:4600/sandbox/orders/xero/api.xro/2.0"
    assert by_name["codat"]["credential_states"] == ["revoked", "deauthorised"]
    assert by_name["dualentry"]["upload"]["form_field"] == "files"
    for vendor in vendors:
        assert vendor["base_url"] in vendor["programs"]["curl"]
