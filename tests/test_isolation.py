"""Many at once, each in a sandbox of its own: nothing of one is ever found in another.

EMULATOR_TEST_REQUESTS says how many requests there are, 1000 unless it is set; each sandbox gets ten to fifty.
"""

import asyncio
import hashlib
import os
import random
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import pytest

from emulator import create_app
from emulator.core.emulator_app import EmulatorApp
from emulator.testing import Emulator
from tests.asgi import scope_of, send
from tests.control.conftest import Control
from tests.vendor_clients import SEED, VENDOR_NAMES, client_of, request_of, showing

REQUESTS = int(os.environ.get("EMULATOR_TEST_REQUESTS", "1000"))
SANDBOXES = max(REQUESTS // 50, 100)
WORKERS = 8
# So many files fit on one document.
SETTINGS: dict[str, Any] = {"xero_max_attachments": 1000}


class Upload(NamedTuple):
    """A file whose name and bytes say which sandbox it is for."""

    sandbox: str
    vendor: str
    name: str
    method: str
    target: str
    body: bytes
    headers: dict[str, str]

    @property
    def file(self) -> tuple[str, str, str]:
        """As it is to be found: vendor, name and digest."""
        return self.vendor, self.name, hashlib.sha256(content_of(self.name)).hexdigest()


def content_of(name: str) -> bytes:
    return f"%PDF {name}".encode()


@pytest.fixture(scope="module")
def uploads() -> list[Upload]:
    """As many for each sandbox, which path, header and credential name in turn, in no order."""
    numbers = list(range(REQUESTS))
    random.Random(0).shuffle(numbers)
    app = create_app()
    return [upload(app, number) for number in numbers]


def upload(app: EmulatorApp, number: int) -> Upload:
    sandbox, vendor = f"box-{number % SANDBOXES}", VENDOR_NAMES[number // SANDBOXES % len(VENDOR_NAMES)]
    name = f"{sandbox}-{number}.pdf"
    ways: list[tuple[str, dict[str, str]]] = [
        (f"/sandbox/{sandbox}", {}),
        ("", {"x-emulator-sandbox": sandbox}),
        ("", showing(vendor, f"sbx_{sandbox}.org_live_demo_secret")),
    ]
    prefix, naming = ways[number % 3]
    method, target, body, own = request_of(vendor, SEED[vendor], content_of(name), name)
    client = client_of(app, vendor, prefix)
    headers = {**client.headers, **own, **naming, "content-length": str(len(body))}
    return Upload(sandbox, vendor, name, method, client.base + target, body, headers)


def check(sandbox: str, uploads: list[Upload], files: list[dict[str, Any]], exchanges: list[dict[str, Any]]) -> None:
    """That a sandbox has the files and exchanges that were for it, and no others."""
    mine = [item for item in uploads if item.sandbox == sandbox]
    stored = {(item["vendor"], item["name"], item["sha256"]) for item in files if item["name"].startswith("box-")}
    assert stored == {item.file for item in mine}
    assert [exchange["number"] for exchange in exchanges] == list(range(1, len(mine) + 1))
    assert {exchange["status"] for exchange in exchanges} == {200}
    sent = sorted(file["name"] for exchange in exchanges for file in exchange["request"]["files"])
    assert sent == sorted(item.name for item in mine if item.vendor != "xero")
    targets = sorted(exchange["target"] for exchange in exchanges)
    assert targets == sorted(item.target for item in mine)


def test_tasks_of_one_process_stay_in_their_sandboxes(uploads: list[Upload]) -> None:
    app = create_app(**SETTINGS)

    async def work(queue: Iterator[Upload]) -> None:
        for item in queue:
            # In pieces, so that the tasks take turns within a request.
            pieces = [item.body[:20], item.body[20:]]
            answer = await send(app, scope_of(item.method, item.target, item.headers), pieces)
            assert answer.status == 200, answer.text

    async def main() -> None:
        queue = iter(uploads)
        await asyncio.gather(*(work(queue) for _ in range(WORKERS)))

    asyncio.run(main())

    for number in range(SANDBOXES):
        box = Control(app, f"box-{number}")
        check(box.name, uploads, box.files(), box.exchanges())
    assert Control(app).exchanges() == []


def test_threads_that_share_a_server_stay_in_their_sandboxes(uploads: list[Upload]) -> None:
    def work(mine: list[Upload]) -> None:
        connection = HTTPConnection(urlsplit(server.url).netloc)
        for item in mine:
            connection.request(item.method, item.target, item.body, item.headers)
            # What it was answered, the journal knows too.
            connection.getresponse().read()
        connection.close()

    with Emulator(**SETTINGS) as server, ThreadPoolExecutor(WORKERS) as pool:
        list(pool.map(work, (uploads[worker::WORKERS] for worker in range(WORKERS))))

        for number in range(SANDBOXES):
            path = f"/sandboxes/box-{number}"
            files = server.control.ask("GET", f"{path}/files")["files"]
            exchanges = server.control.ask("GET", f"{path}/journal")["exchanges"]
            check(f"box-{number}", uploads, files, exchanges)
        assert len(server.get_sandbox().journal) == 0
