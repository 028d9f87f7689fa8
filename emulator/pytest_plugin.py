"""The fixtures `emulator` and `emulator_server`. Every test run of every user loads this: it imports nothing heavy."""

from __future__ import annotations

import os
import re
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from emulator.testing import Emulator, Sandbox

# What a test's clock says: it stands still there, so that the same test gives the same answers in every run.
NOW = "2026-02-02T09:00:00Z"
_RUN = os.urandom(4).hex()
# Of a test: its sandbox.
_BOX = pytest.StashKey["Sandbox"]()
# Of the run: the journal of its last test, whose failure at its end is reported when the server has gone.
_LAST = pytest.StashKey[str]()


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("attachment-emulator")
    group.addoption("--emulator-url", metavar="URL", help="Use the emulator that runs at this URL; start none.")
    group.addoption("--emulator-port", metavar="PORT", help="Start the emulator on this port instead of a free one.")
    parser.addini("emulator_url", "The same as --emulator-url.")
    parser.addini("emulator_port", "The same as --emulator-port.")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line(
        "markers",
        "emulator(seed=..., now=..., frozen=..., faults=[{...}], **settings): how the sandbox of this test starts: "
        f"what its ids follow from (by default the test's name), its time (by default {NOW}, standing still), the "
        "faults that are armed in it and its settings.",
    )
    url, port = _option(config, "url"), _option(config, "port")
    if port and not (port.isascii() and port.isdecimal() and int(port) <= 65535):
        raise pytest.UsageError(f"--emulator-port takes a number from 0 to 65535, not {port!r}")
    if url and port:
        raise pytest.UsageError("--emulator-url is for an emulator that runs, --emulator-port for one to be started")
    if port and int(port) and (config.getoption("numprocesses", None) or 0) > 1:
        raise pytest.UsageError(
            "each worker starts an emulator, and only one can have the port: leave --emulator-port, or start one "
            "yourself and say --emulator-url"
        )


@pytest.fixture(scope="session")
def emulator_server(pytestconfig: pytest.Config) -> Iterator[Emulator]:
    """The running server: one for each worker, unless a URL says where one runs."""
    from emulator.testing import Emulator

    url, port = _option(pytestconfig, "url"), _option(pytestconfig, "port")
    with Emulator(url=url or None, port=int(port or 0)) as server:
        yield server


@pytest.fixture(scope="session")
def _emulator_sandbox(emulator_server: Emulator, pytestconfig: pytest.Config) -> Iterator[str]:
    """The name of the sandbox that the tests of this worker have, one after the other."""
    from emulator.testing import EmulatorError

    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    shared = bool(_option(pytestconfig, "url"))
    # On a server that others use too, nobody else's sandbox has this name.
    box = emulator_server.existing(f"pytest-{_RUN}-{worker}" if shared else f"pytest-{worker}")
    yield box.name
    with suppress(EmulatorError):
        pytestconfig.stash[_LAST] = box.journal.report()
        if shared:
            box.delete()


@pytest.fixture
def emulator(request: pytest.FixtureRequest, emulator_server: Emulator, _emulator_sandbox: str) -> Sandbox:
    """A sandbox with nobody else's data in it.

    It is cleared before the test and never after, so that what a failed test left behind can be looked at.
    """
    given: dict[str, Any] = {"seed": _name_of(request.node), "now": NOW, "frozen": True}
    for mark in reversed(list(request.node.iter_markers("emulator"))):
        if mark.args:
            raise pytest.UsageError("the marker `emulator` takes named values only")
        given |= mark.kwargs
    box = emulator_server.existing(_emulator_sandbox)
    faults = given.pop("faults", ())
    faults = [faults] if isinstance(faults, dict) else faults
    box.reset(**given)
    # Before that, its journal is another test's.
    request.node.stash[_BOX] = box
    for fault in faults:
        box.faults.arm(**fault)
    return box


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, Any, None]:
    outcome = yield
    report: pytest.TestReport = outcome.get_result()
    box = item.stash.get(_BOX, None)
    if report.failed and box is not None:
        from emulator.testing import EmulatorError

        try:
            said = item.config.stash.get(_LAST, None) or box.journal.report()
        except EmulatorError as error:
            said = str(error)
        report.sections.append(("attachment-emulator", said))


def _name_of(node: pytest.Item) -> str:
    # xdist may have put the test's group behind it.
    return re.sub(r"@[^]/:]*$", "", node.nodeid)


def _option(config: pytest.Config, name: str) -> str:
    """What the command line says, or the configuration; empty where neither does."""
    return config.getoption(f"emulator_{name}") or config.getini(f"emulator_{name}") or ""
