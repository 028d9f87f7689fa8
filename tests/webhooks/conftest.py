from collections.abc import Callable, Iterator
from time import sleep
from typing import Any

import pytest

from emulator import Emulator
from emulator.testing import Sandbox
from tests.webhooks.receiver import Receiver, receiving


class Box:
    """A sandbox of a running server, and its webhooks in the control API."""

    def __init__(self, server: Emulator, sandbox: Sandbox) -> None:
        self._control = server.control
        self.server = server
        self.sandbox = sandbox

    def ask(self, method: str, below: str = "", **members: Any) -> Any:
        return self._control.ask_sandbox(method, self.sandbox.name, f"/webhooks{below}", **members)

    def register(self, receiver: Receiver, vendor: str = "codat", **members: Any) -> Any:
        return self.ask("POST", vendor=vendor, url=receiver.url, **members)

    def deliveries(self) -> list[dict[str, Any]]:
        deliveries: list[dict[str, Any]] = self.ask("GET", "/deliveries")["deliveries"]
        return deliveries

    def wait(self, condition: Callable[[list[dict[str, Any]]], object]) -> list[dict[str, Any]]:
        """Returns the deliveries once they fulfil a condition."""
        for _ in range(2000):
            if condition(deliveries := self.deliveries()):
                return deliveries
            sleep(0.01)
        raise AssertionError(f"not in time: {deliveries}")

    def attach(self, record: str = "inv-1", name: str = "receipt.pdf") -> dict[str, Any]:
        path = f"{CONNECTION}/push/invoices/{record}/attachment"
        with self.sandbox.codat.client() as http:
            answer = http.post(path, files={"file": (name, b"%PDF-1.7", "application/pdf")})
        assert answer.status_code == 200, answer.text
        operation: dict[str, Any] = answer.json()
        return operation


COMPANY = "5eed0000-0000-4000-8000-00000000c001"
CONNECTION = f"/companies/{COMPANY}/connections/5eed0000-0000-4000-8000-00000000d001"


@pytest.fixture(scope="session")
def server() -> Iterator[Emulator]:
    with Emulator() as server:
        yield server


@pytest.fixture
def box(server: Emulator) -> Iterator[Box]:
    sandbox = server.sandbox()
    yield Box(server, sandbox)
    sandbox.delete()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as receiver:
        yield receiver
