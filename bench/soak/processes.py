"""Several client processes over many sandboxes: every file arrives, and every one is right."""

import asyncio
import hashlib
import ssl
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Iterable
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from http.client import HTTPConnection, HTTPSConnection
from multiprocessing import get_context
from typing import Any
from urllib.parse import urlsplit

from bench.soak.checks import Check, Plan, none_of
from bench.soak.target import Target, at_once
from bench.soak.traffic import ROOM, VENDOR_NAMES, upload

SETTINGS = ROOM
PROCESSES = 8
_SANDBOXES = 200


async def processes(target: Target, plan: Plan) -> AsyncIterator[Check]:
    """Uploads from all of them at once; then every file of every sandbox is compared by its SHA-256."""
    number = plan.count(32_000, least=160)
    begun, loop = time.monotonic(), asyncio.get_running_loop()
    # Forked ones would have this one's sockets.
    with ProcessPoolExecutor(PROCESSES, get_context("spawn")) as pool:
        parts = [range(first, number, PROCESSES) for first in range(PROCESSES)]
        failures = await asyncio.gather(
            *(loop.run_in_executor(pool, send_all, target.server.url, part) for part in parts)
        )
    seconds = time.monotonic() - begun
    refused = [failure for part in failures for failure in part]
    yield none_of(f"uploads not taken, {number / seconds:,.0f} a second", refused, f"{number:,}")
    expected = defaultdict(set)
    for at in range(number):
        expected[_sandbox(at)].add((_vendor(at), _name(at), hashlib.sha256(_content(at)).hexdigest()))
    wrong = []
    works = [partial(target.control, "GET", f"/sandboxes/{sandbox}/files") for sandbox in expected]
    for sandbox, answer in zip(expected, await at_once(8, works), strict=True):
        stored = {(file["vendor"], file["name"], file["sha256"]) for file in answer["files"]}
        wrong += [*(expected[sandbox] - stored), *_foreign(sandbox, stored)]
    yield none_of(f"files missing, wrong or strange in {len(expected)} sandboxes", wrong, f"{number:,}")


def send_all(url: str, numbers: Iterable[int]) -> list[str]:
    """Upload the files of these numbers over one connection, and return what was not taken. Runs in a process."""
    parts, failures = urlsplit(url), []
    connection = HTTPConnection(parts.netloc, timeout=60)
    if parts.scheme == "https":
        # Whose certificate it is does not matter here.
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        connection = HTTPSConnection(parts.netloc, timeout=60, context=context)
    for at in numbers:
        request = upload(_vendor(at), _sandbox(at), _name(at), _content(at))
        connection.request(request.method, request.target, request.body, dict(request.headers))
        response = connection.getresponse()
        body = response.read()
        if response.status != 200:
            failures.append(f"{request.method} {request.target}: {response.status} {body[:200]!r}")
    connection.close()
    return failures


def _foreign(sandbox: str, stored: Iterable[tuple[str, str, Any]]) -> list[tuple[str, str, Any]]:
    """The files of other sandboxes in what is stored in this one."""
    return [file for file in stored if file[1].startswith("box-") and not file[1].startswith(f"{sandbox}-of-")]


def _sandbox(at: int) -> str:
    return f"box-{at % _SANDBOXES}"


def _vendor(at: int) -> str:
    return VENDOR_NAMES[at // _SANDBOXES % len(VENDOR_NAMES)]


def _name(at: int) -> str:
    return f"{_sandbox(at)}-of-{at}.pdf"


def _content(at: int) -> bytes:
    return b"%PDF " + f"{_name(at)} ".encode() * (at % 400)
