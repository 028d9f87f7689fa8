"""Sandboxes by the hundred: what one more takes, and whether those that are there slow each other down."""

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from bench.figures import Figure
from bench.load import Client, Request, drive
from bench.rounds import Plan, interleaved
from bench.servers import Server, emulator
from bench.vendors import prepared, xero
from emulator.testing import Emulator

NUMBERS = (1, 100, 1000)
# Of the seed data: every sandbox has it, so that it can be uploaded to at once.
INVOICE = "5eed0000-0000-4000-8000-000000000403"


@dataclass(frozen=True, slots=True)
class Crowd:
    """A server with so many sandboxes, each of which has had an upload."""

    server: Server
    uploads: list[Request]
    kib: float
    """Of memory, for one sandbox."""


def run(plan: Plan) -> Iterator[Figure]:
    rounds = min(plan.rounds, 3)
    with ExitStack() as running:
        crowds = {number: _crowd(running.enter_context(emulator()), number) for number in NUMBERS}
        rates = interleaved(rounds, {str(number): _driving(crowd) for number, crowd in crowds.items()})
        times = interleaved(rounds, {str(number): _one_more(crowd.server) for number, crowd in crowds.items()})
    for number in NUMBERS[1:]:
        name = f"Xero uploads over {number:,}"
        yield Figure(name, "requests/s", rates[str(number)], "over 1", rates["1"])
        name = f"one more and its disposal, beside {number:,}"
        yield Figure(name, "ms", times[str(number)], "beside 1", times["1"])
    yield Figure("memory for each, with one upload", "KiB", [crowds[NUMBERS[-1]].kib])


def _crowd(server: Server, number: int) -> Crowd:
    # The code has run once before memory is looked at.
    upload = prepared(server, xero).uploads[0]
    folder = urlsplit(upload.target).path.partition("/Invoices/")[0]
    target = f"{folder}/Invoices/{INVOICE}/Attachments/scan.pdf"
    uploads = [replace(upload, target=f"/sandbox/crowd-{item}{target}") for item in range(number)]
    before = server.memory()
    client = Client(server.port)
    for upload in uploads:
        client.send(upload)
    client.close()
    return Crowd(server, uploads, (server.memory() - before) / number / 1024)


def _driving(crowd: Crowd) -> Callable[[], float]:
    return lambda: drive(crowd.server.port, crowd.uploads).rate


def _one_more(server: Server, times: int = 100) -> Callable[[], float]:
    """Milliseconds."""

    def measure() -> float:
        with Emulator(url=server.url) as there:
            begun = time.perf_counter()
            for _ in range(times):
                there.sandbox().delete()
            return (time.perf_counter() - begun) / times * 1000

    return measure
