"""The OpenAPI document of the control API: that it is one, and that answers are what it says.

The second half is in `tests.contract`, which every test that asks the control API passes through.
"""

import json
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import jsonschema_rs
import pytest

from emulator.vendors import VENDOR_NAMES
from tests import contract
from tests.control.conftest import Control
from tests.vendor_clients import attach, client_of

OPERATIONS = [(method.upper(), path) for path, methods in contract.document()["paths"].items() for method in methods]
# What each operation is asked: a query, a JSON body or an upload.
QUERIES = {"/rules": "?vendor=xero", "/operations": "?vendor=xero", "/journal/wait": "?vendor=codat"}
BODIES: dict[tuple[str, str], dict[str, Any]] = {
    ("PATCH", "/settings"): {"settings": {"auth": "strict"}},
    ("PATCH", "/clock"): {"advance": 60},
    ("POST", "/documents"): {"vendor": "codat", "kind": "bills"},
    ("POST", "/world"): {"vendor": "codat", "kind": "bills"},
    ("POST", "/credentials"): {"vendor": "xero", "state": "expired"},
    ("POST", "/faults"): {"kind": "status"},
    ("POST", "/webhooks"): {"vendor": "codat", "url": "http://127.0.0.1:9/hooks"},
}


def test_it_is_an_openapi_document(control: Control) -> None:
    # Here, as it takes long to load, and every worker loads this module.
    from openapi_spec_validator import OpenAPIV31SpecValidator

    document = control.get("/_emulator/openapi.json").json()

    assert document == contract.document()
    assert [str(error) for error in OpenAPIV31SpecValidator(document).iter_errors()] == []


def examples() -> Iterator[tuple[str, Any, Any]]:
    """Every example in the document, with its schema and where it is."""
    document = contract.document()
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            bodies = [operation.get("requestBody", {}), *operation["responses"].values()]
            for content in [content for body in bodies for content in body.get("content", {}).values()]:
                yield f"{method} {path}", content.get("schema"), content.get("example")
            for parameter in operation["parameters"]:
                if parameter["in"] == "path":
                    yield f"{method} {path}", parameter["schema"], parameter.get("example")
    for name, response in document["components"]["responses"].items():
        (content,) = response["content"].values()
        yield name, content["schema"], content["example"]


def test_every_example_fits_its_schema() -> None:
    for location, schema, example in examples():
        if example is None:
            assert "snapshot" in location, f"{location} has no example, and is no archive"
        else:
            validator = jsonschema_rs.Draft202012Validator({**schema, "components": contract.document()["components"]})
            assert list(validator.iter_errors(example)) == [], location


def test_everything_is_described() -> None:
    document = contract.document()
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            assert operation["summary"].endswith(".")
            for parameter in operation["parameters"]:
                assert parameter["description"], (method, path, parameter["name"])
    for name, schema in document["components"]["schemas"].items():
        assert schema["description"], name
        for member, value in schema.get("properties", {}).items():
            # What is an object is described where the object is.
            assert "description" in value or "$ref" in value, (name, member)


def test_the_old_name_of_documents_is_deprecated() -> None:
    document = contract.document()

    for operation in ("get", "post"):
        assert document["paths"]["/_emulator/sandboxes/{sandbox}/world"][operation]["deprecated"] is True
        assert "deprecated" not in document["paths"]["/_emulator/sandboxes/{sandbox}/documents"][operation]


def test_vendors_are_listed_wherever_one_is_named() -> None:
    document = contract.document()

    assert document["components"]["schemas"]["NewDocument"]["properties"]["vendor"]["enum"] == list(VENDOR_NAMES)
    parameter, *_ = document["paths"]["/_emulator/rules"]["get"]["parameters"]
    assert parameter["schema"] == {"type": "string", "enum": list(VENDOR_NAMES)}


@pytest.mark.parametrize(("method", "path"), OPERATIONS)
def test_every_operation_answers_what_the_document_says(control: Control, method: str, path: str) -> None:
    webhook = control.send("POST", "/webhooks", vendor="codat", url="http://127.0.0.1:9/hooks").json()["id"]
    attach(client_of(control.gateway, "codat"), "codat")
    control.send("POST", "/faults", kind="delay", vendor="xero")
    sha256 = next(file["sha256"] for file in control.files() if file["sha256"])
    target = path.replace("{sandbox}", "default").replace("{number}", "1").replace("{sha256}", sha256)
    target = target.replace("{rule}", "xero.file-type").replace("{webhook}", webhook)
    delivery = control.read("/webhooks/deliveries")["deliveries"][0]["id"]
    target = target.replace("{delivery}", delivery).replace("{side}", "response").replace("{index}", "0")
    below = target.removeprefix(control.home).removeprefix("/_emulator")
    body = json.dumps(BODIES.get((method, below), {})).encode()
    if method == "PUT":
        body = control.get(target).body

    # A stream ends with its client only.
    answer = control.request(method, target + QUERIES.get(below, ""), body, cut=path.endswith("/events"))

    (success,) = (status for status in contract.document()["paths"][path][method.lower()]["responses"] if status < "3")
    assert answer.status == int(success), answer.text


@pytest.mark.parametrize(
    ("path", "status", "body"),
    [
        ("/_emulator/sandboxes/default/clock", 200, {"now": "2026-02-01T09:00:00Z", "frozen": "no"}),
        ("/_emulator/sandboxes/default/clock", 200, {"now": "2026-02-01T09:00:00Z", "frozen": True, "more": 1}),
        ("/_emulator/sandboxes/default/clock", 200, {"now": "2026-02-01T09:00:00Z"}),
        ("/_emulator/sandboxes/default/clock", 201, {"now": "2026-02-01T09:00:00Z", "frozen": True}),
        ("/_emulator/nothing", 200, {}),
    ],
)
def test_an_answer_that_breaks_the_contract_is_caught(path: str, status: int, body: object) -> None:
    with pytest.raises((AssertionError, jsonschema_rs.ValidationError)):
        contract.check("GET", path, status, "application/json", json.dumps(body).encode())


def test_the_old_name_of_documents_shows_the_same(control: Control) -> None:
    created = control.send("POST", "/world", vendor="codat", kind="bills").json()

    assert control.read("/world") == control.read("/documents")
    assert created in control.documents()


PROBE = """
import asyncio, sys
from emulator import create_app

async def send(message):
    if message["type"] == "http.response.start":
        prefixes = ("pydantic", "emulator.vendors.xero.")
        print(message["status"], [name for name in sys.modules if name.startswith(prefixes)])

scope = {
    "type": "http", "method": "GET", "scheme": "http", "path": "/_emulator/health", "query_string": b"",
    "headers": [], "server": None,
}
asyncio.run(create_app()(scope, None, send))
"""


def test_a_readiness_probe_loads_neither_pydantic_nor_a_vendor() -> None:
    output = subprocess.check_output([sys.executable, "-c", PROBE], text=True)

    assert output == "200 ['emulator.vendors.xero.rules']\n"
