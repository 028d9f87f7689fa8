from collections.abc import Callable

import pytest

from emulator import create_app
from emulator.core.emulator_app import EmulatorApp
from emulator.core.sandbox import Sandbox
from tests.asgi import Client

BASE = "/xero/api.xro/2.0"
INVOICE = "5eed0000-0000-4000-8000-000000000403"
"""A sales invoice of the seed data without attachments."""
UNKNOWN = "00000000-0000-4000-8000-00000000dead"


class Xero(Client):
    """A client of the accounting API in some organisation, asking for JSON."""

    def __init__(self, app: EmulatorApp, **headers: str) -> None:
        defaults = {"authorization": "Bearer x", "xero-tenant-id": "tenant", "accept": "application/json"}
        super().__init__(app, BASE, {**defaults, **headers})
        self.gateway = app

    @property
    def sandbox(self) -> Sandbox:
        return self.gateway.registry.sandbox("default")

    def names(self, document: str = f"/Invoices/{INVOICE}") -> list[str]:
        return [attachment["FileName"] for attachment in self.get(f"{document}/Attachments").json()["Attachments"]]

    def message(self, answer_body: object) -> str:
        """The first message of a validation error."""
        assert isinstance(answer_body, dict)
        message = answer_body["Elements"][0]["ValidationErrors"][0]["Message"]
        assert isinstance(message, str)
        return message


@pytest.fixture
def make() -> Callable[..., Xero]:
    """A client of an emulator with these options."""
    return lambda **options: Xero(create_app(**options))


@pytest.fixture
def xero(make: Callable[..., Xero]) -> Xero:
    return make()
