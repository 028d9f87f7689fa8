"""Every line of the vendors' tables of operations: what is emulated is served, and the rest says that it is not."""

import re

import pytest

from emulator import create_app
from emulator.core.emulator_app import EmulatorApp
from emulator.core.routing import Operation
from emulator.vendors import VENDORS
from tests.asgi import Answer, Client
from tests.vendor_clients import VENDOR_NAMES, client_of

UUID = "5eed0000-0000-4000-8000-00000000abcd"


@pytest.fixture(scope="module")
def app() -> EmulatorApp:
    # What is there only if it is wanted.
    return create_app(dualentry_replace_attachments=True)


def ask(app: EmulatorApp, vendor: str, operation: Operation) -> tuple[Answer, str | None]:
    """Request an operation on things that need not be there: the answer, and the operation in the journal."""
    path = re.sub(r"\{\w+:uuid\}", UUID, operation.path)
    path = re.sub(r"\{[^}]*\}", "1", path)
    headers: dict[str, str | None] = {**client_of(app, vendor).headers, "content-type": "application/json"}
    answer = Client(app, f"/{vendor}").request(operation.method, path, b"{}", headers)
    return answer, list(app.registry.sandbox("default").journal)[-1].operation


@pytest.mark.parametrize("vendor", VENDOR_NAMES)
def test_every_operation_that_is_emulated_is_served(app: EmulatorApp, vendor: str) -> None:
    for operation in VENDORS[vendor].operations:
        if operation.handler:
            answer, journalled = ask(app, vendor, operation)

            assert journalled == operation.id
            assert answer.status < 500, (operation.id, answer.text)
            assert answer.rule not in (f"{vendor}.unknown-path", f"{vendor}.method"), operation.id


@pytest.mark.parametrize("vendor", VENDOR_NAMES)
def test_every_operation_that_is_not_emulated_says_so(app: EmulatorApp, vendor: str) -> None:
    for operation in VENDORS[vendor].operations:
        if not operation.handler:
            answer, journalled = ask(app, vendor, operation)

            expected = (501, f"{vendor}.not-emulated", operation.id)
            assert (answer.status, answer.rule, journalled) == expected, operation.id
