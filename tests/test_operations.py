"""Every line of the vendors' tables of operations: what is emulated is served, and the rest says that it is not."""

import re

import pytest

from emulator import create_app
from emulator.app import Gateway
from emulator.core.routing import Operation
from emulator.vendors import VENDORS
from tests.asgi import Answer, Client
from tests.attaching import client_of

UUID = "5eed0000-0000-4000-8000-00000000abcd"
OPERATIONS = [(vendor, operation) for vendor, pack in VENDORS.items() for operation in pack.operations]
EMULATED = [(vendor, operation) for vendor, operation in OPERATIONS if operation.handler]
OTHERS = [(vendor, operation) for vendor, operation in OPERATIONS if not operation.handler]


def named(value: object) -> str | None:
    return value.id if isinstance(value, Operation) else None


@pytest.fixture(scope="module")
def app() -> Gateway:
    # What is there only if it is wanted.
    return create_app(dualentry_replace_attachments=True)


def ask(app: Gateway, vendor: str, operation: Operation) -> tuple[Answer, str | None]:
    """The answer to a request for an operation, on things that need not be there; and which operation it was for."""
    path = re.sub(r"\{\w+:uuid\}", UUID, operation.path)
    path = re.sub(r"\{[^}]*\}", "1", path)
    headers: dict[str, str | None] = {**client_of(app, vendor).headers, "content-type": "application/json"}
    answer = Client(app, f"/{vendor}").request(operation.method, path, b"{}", headers)
    return answer, list(app.registry.default.journal)[-1].operation


@pytest.mark.parametrize(("vendor", "operation"), EMULATED, ids=named)
def test_an_operation_that_is_emulated_is_served(app: Gateway, vendor: str, operation: Operation) -> None:
    answer, asked_for = ask(app, vendor, operation)

    assert asked_for == operation.id
    assert answer.status < 500, answer.text
    assert answer.rule not in (f"{vendor}.unknown-path", f"{vendor}.method")


@pytest.mark.parametrize(("vendor", "operation"), OTHERS, ids=named)
def test_an_operation_that_is_not_emulated_says_so(app: Gateway, vendor: str, operation: Operation) -> None:
    answer, asked_for = ask(app, vendor, operation)

    assert (answer.status, answer.rule, asked_for) == (501, f"{vendor}.not-emulated", operation.id)
