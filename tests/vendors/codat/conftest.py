from collections.abc import Callable
from typing import Any

import pytest

from emulator import create_app
from emulator.core.emulator_app import EmulatorApp
from emulator.core.sandbox import Sandbox
from tests.asgi import Answer, Client

COMPANY = "5eed0000-0000-4000-8000-00000000c001"
OTHER_COMPANY = "5eed0000-0000-4000-8000-00000000c002"
UNKNOWN = "00000000-0000-4000-8000-00000000dead"
CONNECTIONS = {
    key: f"5eed0000-0000-4000-8000-00000000d{number:03x}"
    for number, key in enumerate("gbol qhyg akxx trji mqjo fbrh rwuv pqsw qudb".split(), 1)
}
XERO, QUICKBOOKS = CONNECTIONS["gbol"], CONNECTIONS["qhyg"]
FORM = "multipart/form-data; boundary=frontier"


def own(record: str, of: str) -> str:
    """The id of a seed record at a connection: ids are unique within a company."""
    key = next(key for key, link in CONNECTIONS.items() if link == of)
    return record if key == "gbol" else f"{record}-{key}"


def connection(of: str = XERO, company: str = COMPANY) -> str:
    return f"/companies/{company}/connections/{of}"


def file_part(
    content: bytes = b"bytes",
    disposition: str = 'name="file"; filename="a.pdf"',
    content_type: str | None = None,
    more: str = "",
) -> bytes:
    lines = [f"Content-Disposition: form-data; {disposition}"]
    lines += [f"Content-Type: {content_type}"] if content_type else []
    lines += [more] if more else []
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + content


def form(*parts: bytes) -> bytes:
    return b"".join(b"--frontier\r\n" + part + b"\r\n" for part in parts) + b"--frontier--\r\n"


META = 'Content-Type: application/json\r\nContent-Disposition: form-data; name="meta"\r\n\r\n'


class Codat(Client):
    def __init__(self, app: EmulatorApp, **headers: str) -> None:
        super().__init__(app, "/codat", {"authorization": "Basic YW55dGhpbmc=", **headers})
        self.gateway = app

    @property
    def sandbox(self) -> Sandbox:
        return self.gateway.registry.sandbox("default")

    def push(self, target: str, *parts: bytes) -> Answer:
        return self.request("POST", target, form(*parts), {"content-type": FORM})

    def listed(self, record: str = "/data/invoices/inv-2", of: str = XERO) -> list[dict[str, Any]]:
        answer = self.get(f"{connection(of)}{own(record, of)}/attachments")
        attachments: list[dict[str, Any]] = answer.json()["attachments"]
        return attachments


@pytest.fixture
def make() -> Callable[..., Codat]:
    """A client of an emulator with these options."""
    return lambda **options: Codat(create_app(**options))


@pytest.fixture
def codat(make: Callable[..., Codat]) -> Codat:
    return make()
