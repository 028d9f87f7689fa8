from collections.abc import Callable
from typing import Any

import pytest

from emulator import create_app
from emulator.core.emulator_app import EmulatorApp
from tests.asgi import Answer, Client

SANDBOXES = "/_emulator/sandboxes"


class Control(Client):
    """A client of the control API, and of one sandbox in it."""

    def __init__(self, app: EmulatorApp, sandbox: str = "default") -> None:
        super().__init__(app)
        self.gateway = app
        self.name = sandbox
        self.home = f"{SANDBOXES}/{sandbox}"

    def of(self, sandbox: str) -> "Control":
        return Control(self.gateway, sandbox)

    def read(self, below: str = "") -> Any:
        """What a page of the sandbox shows."""
        answer = self.get(f"{self.home}{below}")
        assert answer.status == 200, answer.text
        return answer.json()

    def send(self, method: str, below: str, **fields: Any) -> Answer:
        return self.send_json(method, f"{self.home}{below}", fields)

    def reset(self, **fields: Any) -> Answer:
        return self.send("POST", "/reset", **fields)

    def files(self, query: str = "") -> list[dict[str, Any]]:
        files: list[dict[str, Any]] = self.read(f"/files{query}")["files"]
        return files

    def documents(self, query: str = "") -> list[dict[str, Any]]:
        documents: list[dict[str, Any]] = self.read(f"/documents{query}")["documents"]
        return documents

    def exchanges(self, query: str = "") -> list[dict[str, Any]]:
        exchanges: list[dict[str, Any]] = self.read(f"/journal{query}")["exchanges"]
        return exchanges

    def everything(self) -> Any:
        """All that can be seen of the sandbox but its running clock: to compare before and after."""
        pages = ("/settings", "/documents", "/files", "/journal")
        return [self.read(page) for page in pages], self.read("/clock")["frozen"]


def problem(answer: Answer) -> tuple[int, str]:
    """Status and detail of one of the emulator's own errors."""
    assert answer.headers["content-type"] == "application/problem+json", answer.text
    body = answer.json()
    assert body["status"] == answer.status
    assert body["detail"].endswith((".", "?"))
    return answer.status, body["detail"]


@pytest.fixture
def make() -> Callable[..., Control]:
    """A client of an emulator with these options."""
    return lambda **options: Control(create_app(**options))


@pytest.fixture
def control(make: Callable[..., Control]) -> Control:
    return make()
