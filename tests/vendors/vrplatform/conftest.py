from collections.abc import Callable
from typing import Any

import pytest

from emulator import create_app
from emulator.core.emulator_app import EmulatorApp
from emulator.core.sandbox import Sandbox
from tests.asgi import Answer, Client

FORM = "multipart/form-data; boundary=frontier"
FILES = "/transaction-attachments"
UNKNOWN = "00000000-0000-4000-8000-00000000dead"
# Of the seed data: two staged files, one on txn-124, and one on txn-128, which an owner statement locks.
INVOICE = "1a3a5a1f-9c33-49bd-91c7-02bd0f3f5a92"
RECEIPT = "5f778740-d84e-4a4f-8215-52b9c5f1a741"
LINKED = "5eed0000-0000-4000-8000-00000000a003"
LOCKED = "5eed0000-0000-4000-8000-00000000a004"
# Of the seed data: the ownership periods of listing-123 and listing-456, and the statement that txn-128 is on.
BEACH_HOUSE = "5eed0000-0000-4000-8000-00000000c001"
FOREST_CABIN = "5eed0000-0000-4000-8000-00000000c002"
MAY_STATEMENT = "5eed0000-0000-4000-8000-00000000b005"
LINE: dict[str, Any] = {"accountId": "account-repairs", "amount": 100}
LEAST: dict[str, Any] = {"type": "expense", "date": "2024-06-15", "lines": [LINE]}


def file_part(
    content: bytes = b"bytes",
    disposition: str = 'name="file"; filename="a.pdf"',
    content_type: str | None = None,
) -> bytes:
    lines = [f"Content-Disposition: form-data; {disposition}"]
    lines += [f"Content-Type: {content_type}"] if content_type else []
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + content


def field(name: str, value: str) -> bytes:
    return file_part(value.encode(), f'name="{name}"')


def form(*parts: bytes) -> bytes:
    return b"".join(b"--frontier\r\n" + part + b"\r\n" for part in parts) + b"--frontier--\r\n"


class VRPlatform(Client):
    def __init__(self, app: EmulatorApp, **headers: str) -> None:
        super().__init__(app, "/vrplatform", {"x-api-key": "anything", **headers})
        self.gateway = app

    @property
    def sandbox(self) -> Sandbox:
        return self.gateway.registry.sandbox("default")

    @property
    def used(self) -> int:
        """How many bytes the store holds beside the seed data's."""
        return self.sandbox.store.used_bytes

    def of_team(self, team: str) -> "VRPlatform":
        return VRPlatform(self.gateway, **{"x-team-id": team})

    def upload(self, *parts: bytes) -> Answer:
        return self.request("POST", FILES, form(*parts), {"content-type": FORM})

    def stage(self, content: bytes = b"bytes") -> str:
        """The id of a new file."""
        return str(ok(self.upload(file_part(content)))["id"])

    def post_transaction(self, query: str = "", /, **fields: Any) -> Answer:
        return self.send_json("POST", f"/transactions{query}", {**LEAST, **fields})

    def create(self, *attachments: str, **fields: Any) -> str:
        """The id of a new expense, unless the fields say otherwise, with these files."""
        return str(ok(self.post_transaction(attachmentIds=attachments, **fields))["id"])

    def change(self, transaction: str, query: str = "", /, **fields: Any) -> Answer:
        return self.send_json("PUT", f"/transactions/{transaction}{query}", fields)

    def read(self, transaction: str) -> dict[str, Any]:
        return ok(self.get(f"/transactions/{transaction}"))

    def attached(self, transaction: str) -> list[str]:
        return [attachment["id"] for attachment in self.read(transaction)["attachments"]]

    def listed(self, query: str = "") -> list[str]:
        return [item["id"] for item in ok(self.get(f"/transactions{query}"))["data"]]

    def content(self, attachment: str) -> bytes:
        answer = self.get(f"{FILES}/{attachment}/download")
        assert answer.status == 200, answer.text
        return answer.body

    def held(self, query: str = "") -> list[dict[str, Any]]:
        """The control API's view of the files."""
        answer = Client(self.app).get(f"/_emulator/sandboxes/default/files?vendor=vrplatform{query}")
        files: list[dict[str, Any]] = answer.json()["files"]
        return files

    def staged(self) -> list[str]:
        return [item["id"] for item in self.held("&staged=true")]

    def everything(self) -> Any:
        """The team's transactions, all files and what the store holds: to compare before and after."""
        return ok(self.get("/transactions?limit=250")), self.held(), self.used


def ok(answer: Answer) -> dict[str, Any]:
    assert (answer.status, answer.headers["content-type"]) == (200, "application/json"), answer.text
    body: dict[str, Any] = answer.json()
    return body


def error(answer: Answer) -> tuple[int, str, str]:
    """Status, code and message, out of the vendor's envelope."""
    body = answer.json()
    assert (list(body), body["context"]) == (["code", "message", "issues", "context"], None)
    assert all(issue["message"] for issue in body["issues"])
    assert answer.headers["content-type"] == "application/json"
    return answer.status, body["code"], body["message"]


def issues(answer: Answer) -> list[tuple[str, list[str | int], str]]:
    """What is wrong with the input: code, path and message."""
    assert error(answer) == (400, "BAD_REQUEST", "Input validation failed")
    return [(issue["code"], issue["path"], issue["message"]) for issue in answer.json()["issues"]]


@pytest.fixture
def make() -> Callable[..., VRPlatform]:
    """A client of an emulator with these options."""
    return lambda **options: VRPlatform(create_app(**options))


@pytest.fixture
def vrplatform(make: Callable[..., VRPlatform]) -> VRPlatform:
    return make()
