"""What a test pays: a sandbox of its own, and the end of the server that it ran on."""

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import partial
from threading import Thread

import uvicorn

from bench.baselines import NAMES, other_tools
from bench.baselines.bare import app
from bench.figures import Figure, at_most
from bench.load import Client, Request
from bench.rounds import Plan, interleaved
from bench.servers import PAUSE
from bench.vendors import CONTENT
from emulator.server import listen, url_of
from emulator.testing import Emulator, Sandbox, Xero
from emulator.testing.control import Control

# How many sandboxes are timed together, and how many servers.
SANDBOXES, SERVERS, TESTS = 100, 5, 30
TARGET = "/xero/api.xro/2.0/Invoices/INV-0002/Attachments/scan.pdf"
UPLOAD = {**Xero.headers, "Content-Type": "application/pdf"}
BARE = NAMES["bare"]


class PlainServer:
    """uvicorn in a thread with the bare callable, ended the way uvicorn's documentation has it."""

    def __init__(self) -> None:
        self._listener = listen("127.0.0.1", 0)
        self.url = url_of(self._listener)
        self._server = uvicorn.Server(uvicorn.Config(app, lifespan="off", ws="none", log_config=None, access_log=False))
        self._thread = Thread(target=self._server.run, kwargs={"sockets": [self._listener]}, daemon=True)
        self._thread.start()
        while not self._server.started:
            time.sleep(PAUSE)

    def stop(self) -> None:
        self._server.should_exit = True
        self._thread.join()
        self._listener.close()


def run(plan: Plan) -> Iterator[Figure]:
    plain = PlainServer()
    control = Control(plain.url)
    with Emulator() as server:
        measured = interleaved(
            plan.rounds,
            {
                "sandbox": lambda: _each(lambda: server.sandbox().delete()),
                "in use": lambda: _each(lambda: _test(server)),
                BARE: lambda: _each(lambda: _two_requests(control)),
            },
        )
    control.close()
    plain.stop()
    two = f"2 requests to a {BARE}"
    yield Figure(
        "fresh sandbox and its disposal", "ms", measured["sandbox"], two, measured[BARE], at_most(1, of="value")
    )
    yield Figure("the same with an upload to Xero in between", "ms", measured["in use"], two, measured[BARE])
    yield from _one_test(plan)
    measured = interleaved(plan.rounds, {"ours": _stopping(_started), "uvicorn": _stopping(PlainServer)})
    name = "stopping the server in a thread"
    yield Figure(name, "ms", measured["ours"], "uvicorn's own", measured["uvicorn"], at_most(50, of="value"))


def _one_test(plan: Plan) -> Iterator[Figure]:
    """One test's worth of work with each tool: upload a file, get it back, assert that it arrived."""
    with Emulator() as server, ExitStack() as running:
        tests = {"emulator": lambda: _each(lambda: _with_the_emulator(server), TESTS)}
        for name, make in other_tools.TOOLS.items():
            test = running.enter_context(make())
            tests[name] = partial(_each, test, TESTS)
        measured = interleaved(plan.rounds, tests)
    for name in other_tools.TOOLS:
        bar = at_most(1) if name == other_tools.HTTPSERVER else None
        yield Figure(
            "one test: sandbox, document, upload, download", "ms", measured["emulator"], name, measured[name], bar
        )


def _with_the_emulator(server: Emulator) -> None:
    box = server.sandbox("bench")
    invoice = box.xero.invoice()
    path = f"/Invoices/{invoice.id}/Attachments/scan.pdf"
    with box.xero.client() as http:
        http.put(path, content=CONTENT)
        assert http.get(path).content == CONTENT
    box.xero.assert_attached("Invoices", invoice, "scan.pdf", content=CONTENT)


def _each(what: Callable[[], object], times: int = SANDBOXES) -> float:
    """Milliseconds that one takes."""
    begun = time.perf_counter()
    for _ in range(times):
        what()
    return (time.perf_counter() - begun) / times * 1000


def _two_requests(control: Control) -> None:
    control.ask_sandbox("POST", "bench", "/reset")
    control.ask_sandbox("DELETE", "bench")


def _test(server: Emulator) -> None:
    """As the fixture has it, but that it also tidies up."""
    box: Sandbox = server.sandbox()
    client = Client(_port(server.url))
    client.send(Request("PUT", f"/sandbox/{box.name}{TARGET}", UPLOAD, CONTENT))
    client.close()
    box.delete()


def _started() -> Emulator:
    return Emulator().start()


def _stopping(start: Callable[[], Emulator | PlainServer]) -> Callable[[], float]:
    """Milliseconds that one takes, with a connection of a client's still open."""

    def measure() -> float:
        took = 0.0
        for _ in range(SERVERS):
            server = start()
            client = Client(_port(server.url))
            client.send(Request("GET", "/"))
            begun = time.perf_counter()
            server.stop()
            took += time.perf_counter() - begun
            client.close()
        return took / SERVERS * 1000

    return measure


def _port(url: str) -> int:
    return int(url.rpartition(":")[2])
