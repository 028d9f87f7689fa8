import gc
import os
import ssl
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import httptools  # noqa: F401 - imported so that no test is the first to, like the emulator below.
import httpx
import pytest
from hypothesis import HealthCheck, settings

# A module that a pytest within pytest imports first is forgotten afterwards, and would then exist twice.
import emulator.app
import emulator.control.routes  # noqa: F401 - imported so that no test is the first to.
from emulator.core.journal import Exchange, Journal
from emulator.vendors import RULES

# How long an example takes says something of the machine, not of the code; a check must give the same verdict twice.
settings.register_profile(
    "shared machine",
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    derandomize="CI" in os.environ,
)
settings.load_profile("shared machine")

pytest_plugins = ["pytester"]

# What collection loads, modules and thousands of tests, stays to the end: the garbage collector need not look through
# it while it grows, nor ever after.
gc.disable()


def pytest_collection_finish() -> None:
    gc.freeze()
    # Requests leave little behind that needs collecting; by default it is looked for several times in a test.
    gc.set_threshold(20_000)
    gc.enable()


ROOT = Path(__file__).parents[1]
BY_ID = {rule.id: rule for rule in RULES}


@cache
def _create_ssl_context(_environment: tuple[str | None, ...], **options: Any) -> ssl.SSLContext:
    return httpx.create_ssl_context(**options)


def share_ssl_context(**options: Any) -> ssl.SSLContext:
    """Return one context for all clients with the same certificates: httpx reads them for every client, which takes
    longer than most tests.
    """
    return _create_ssl_context((os.environ.get("SSL_CERT_FILE"), os.environ.get("SSL_CERT_DIR")), **options)


pytest.MonkeyPatch().setattr("httpx._transports.default.create_ssl_context", share_ssl_context)


@pytest.fixture(autouse=True)
def proofs_hold(request: pytest.FixtureRequest) -> Iterator[None]:
    """A test that proves a refusal must have met it: an answer of the emulator has to name the rule."""
    proved = {rule_id for mark in request.node.iter_markers("proves") for rule_id in mark.args}
    if not proved:
        yield
        return
    refused: set[str] = set()
    close = Journal.close

    def watch(journal: Journal, exchange: Exchange) -> None:
        refused.update(exchange.rules)
        close(journal, exchange)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Journal, "close", watch)
        yield
    unmet = {rule_id for rule_id in proved - refused if BY_ID[rule_id].answer}
    assert not unmet, f"nothing was refused under {', '.join(sorted(unmet))}"


def pytest_runtest_setup() -> None:
    """xero-python keeps the first configuration of a process for good; each test is to have its own."""
    if module := sys.modules.get("xero_python.api_client.configuration"):
        module.Configuration._default = None


class LiveServer:
    """The command, serving in a process of its own. It logs no requests, so that what it prints is a complaint."""

    def __init__(self, *arguments: str, **environment: str) -> None:
        # A file, as a pipe that nobody reads fills up.
        handle, name = tempfile.mkstemp()
        self._complaints = Path(name)
        with os.fdopen(handle, "w") as complaints:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "emulator", "serve", "--port", "0", *arguments],
                stdout=subprocess.PIPE,
                stderr=complaints,
                text=True,
                env={**os.environ, "EMULATOR_LOG": "off", **environment},
            )
        assert self.process.stdout
        line = self.process.stdout.readline()
        assert "ready on" in line, self.stop()
        self.url = line.split()[-1]
        self.xero = f"{self.url}/xero/api.xro/2.0"

    def stop(self) -> tuple[int, str, str]:
        """Exit code and what was printed."""
        if self.process.returncode is not None:
            return self.process.returncode, "", ""
        self.process.terminate()
        return self.ended()

    def ended(self) -> tuple[int, str, str]:
        """Waits for the end: exit code and what was printed."""
        out, _ = self.process.communicate(timeout=15)
        err = self._complaints.read_text()
        self._complaints.unlink()
        return self.process.returncode, out, err


@pytest.fixture(scope="session")
def live() -> Iterator[LiveServer]:
    """One server for all tests that need a real socket. They keep apart by using tenants of their own."""
    server = LiveServer()
    yield server
    code, _, err = server.stop()
    assert code == 0
    assert "Traceback" not in err


@pytest.fixture
def start() -> Iterator[Callable[..., LiveServer]]:
    """Starts servers with options of their own, and stops them after the test."""
    servers: list[LiveServer] = []

    def start_one(*arguments: str, **environment: str) -> LiveServer:
        servers.append(LiveServer(*arguments, **environment))
        return servers[-1]

    yield start_one
    for server in servers:
        server.stop()
