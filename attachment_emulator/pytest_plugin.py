"""The pytest plugin: the fixtures `emulator` and `emulator_server`.

Every test run of every user loads this module, so it imports nothing heavy, and not `emulator`: a module of that name
may be the user's own.
"""

from __future__ import annotations

import os
import re
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import pytest

from attachment_emulator import collision, find_other, load_package

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from emulator.testing import Emulator, Sandbox

# The time in a test: its clock stands still, so that the same test gets the same answers in every run.
NOW = "2026-02-02T09:00:00Z"
_INTERCEPT_MODES = ("true", "block", "false")
_IMPORT_OF_PACKAGE = re.compile(r"(?:No module named|cannot import name '\w+' from) 'emulator\b")
_RUN = os.urandom(4).hex()
# Of a test: its sandbox.
_SANDBOX = pytest.StashKey["Sandbox"]()
# Of a test: what its failures have shown.
_REPORTED = pytest.StashKey[list[str]]()
# Of the run: the report of its last test, for a failure that comes up when the server has stopped.
_LAST_REPORT = pytest.StashKey[str]()


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("attachment-emulator")
    group.addoption("--emulator-url", metavar="URL", help="Use the emulator that runs at this URL; start none.")
    group.addoption(
        "--emulator-control-token",
        metavar="TOKEN",
        help="The control token of the emulator at the URL.  [default: EMULATOR_CONTROL_TOKEN]",
    )
    group.addoption("--emulator-port", metavar="PORT", help="Start the emulator on this port instead of a free one.")
    group.addoption(
        "--emulator-intercept",
        metavar="MODE",
        help="Redirect the tests' requests to the vendors' own hosts to their sandbox (true); refuse other hosts, too "
        "(block).",
    )
    parser.addini("emulator_url", "The same as --emulator-url.")
    parser.addini("emulator_control_token", "The same as --emulator-control-token.")
    parser.addini("emulator_port", "The same as --emulator-port.")
    parser.addini("emulator_intercept", "The same as --emulator-intercept.")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line(
        "markers",
        "emulator(seed=..., now=..., frozen=..., faults=[{...}], **settings): how the sandbox of this test starts: "
        f"what its ids follow from (by default the test's name), its time (by default {NOW}, standing still), the "
        "faults that are armed in it and its settings.",
    )
    config.addinivalue_line(
        "markers",
        "intercept(block_others=False, enabled=True): the requests of this test to the vendors' own hosts reach its "
        "sandbox; with block_others those to other hosts raise RequestBlocked; enabled=False leaves this test out.",
    )
    if _option(config, "intercept") not in ("", *_INTERCEPT_MODES):
        raise pytest.UsageError(
            f"--emulator-intercept takes true, block or false, not {_option(config, 'intercept')!r}"
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
    """The running server: one for each worker, or the one that runs at the URL which is configured."""
    _load_package()
    from emulator.testing import Emulator

    url, port = _option(pytestconfig, "url"), _option(pytestconfig, "port")
    token: dict[str, Any] = {"control_token": given} if (given := _option(pytestconfig, "control_token")) else {}
    with Emulator(url=url, **token) if url else Emulator(port=int(port or 0), **token) as server:
        yield server


@pytest.fixture(scope="session")
def _emulator_sandbox(emulator_server: Emulator, pytestconfig: pytest.Config) -> Iterator[str]:
    """The name of the sandbox that the tests of this worker use, one after the other."""
    from emulator.testing import EmulatorError

    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    shared = bool(_option(pytestconfig, "url"))
    # On a server that others use too, nobody else's sandbox has this name.
    sandbox = emulator_server.get_sandbox(f"pytest-{_RUN}-{worker}" if shared else f"pytest-{worker}")
    yield sandbox.name
    with suppress(EmulatorError):
        pytestconfig.stash[_LAST_REPORT] = sandbox.journal.report()
        if shared:
            sandbox.delete()


@pytest.fixture
def emulator(request: pytest.FixtureRequest, emulator_server: Emulator, _emulator_sandbox: str) -> Iterator[Sandbox]:
    """A sandbox with nobody else's data in it.

    It is cleared before the test and never after, so that what a failed test left behind can be looked at.
    """
    options: dict[str, Any] = {"seed": _name_of(request.node), "now": NOW, "frozen": True}
    for mark in reversed(list(request.node.iter_markers("emulator"))):
        if mark.args:
            raise pytest.UsageError("the marker `emulator` takes named values only")
        options |= mark.kwargs
    faults = options.pop("faults", ())
    faults = [faults] if isinstance(faults, dict) else faults
    sandbox = emulator_server.get_sandbox(_emulator_sandbox)
    sandbox.reset(**options)
    # Before that, its journal is another test's.
    request.node.stash[_SANDBOX] = sandbox
    for fault in faults:
        sandbox.faults.arm(**fault)
    yield sandbox
    sandbox.stop_intercepting()
    sandbox.webhooks.close()


@pytest.fixture(autouse=True)
def _emulator_intercept(request: pytest.FixtureRequest) -> None:
    """Intercepts where the marker or the configuration says so."""
    mode = _option(request.config, "intercept")
    enabled, block_others = mode in ("true", "block"), mode == "block"
    for mark in reversed(list(request.node.iter_markers("intercept"))):
        unknown = mark.kwargs.keys() - {"block_others", "enabled"}
        if mark.args or unknown:
            raise pytest.UsageError("the marker `intercept` takes block_others=True or False and enabled=True or False")
        enabled, block_others = mark.kwargs.get("enabled", True), mark.kwargs.get("block_others", block_others)
    if enabled:
        request.getfixturevalue("emulator").intercept(block_others=block_others)


@pytest.hookimpl(hookwrapper=True)
def pytest_make_collect_report() -> Generator[None, Any, None]:
    outcome = yield
    report: pytest.CollectReport = outcome.get_result()
    # The wrong one of two modules was imported, or the one that hides the other lacks what was asked of it.
    if report.failed and _IMPORT_OF_PACKAGE.search(report.longreprtext) and (other := find_other()):
        report.sections.append(("attachment-emulator", collision(other)))


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, Any, None]:
    outcome = yield
    report: pytest.TestReport = outcome.get_result()
    sandbox = item.stash.get(_SANDBOX, None)
    if report.failed and sandbox is not None:
        from emulator.testing import EmulatorError
        from emulator.testing.report import HEADLINE, is_shown_in

        try:
            exchanges = item.config.stash.get(_LAST_REPORT, None) or sandbox.journal.report()
        except EmulatorError as error:
            exchanges = str(error)
        texts = item.stash.setdefault(_REPORTED, [])
        # An assertion about the sandbox lists them already, and a teardown may fail after its test.
        texts.append(report.longreprtext)
        if not any(is_shown_in(exchanges, text) for text in texts):
            report.sections.append(("attachment-emulator", exchanges))
            texts.append(exchanges)
        if crash := getattr(report.longrepr, "reprcrash", None):
            # In CI pytest's summary repeats the whole message.
            crash.message = crash.message.partition(f"\n{HEADLINE}")[0]


def _load_package() -> None:
    reason = ""
    try:
        load_package()
    except ImportError as error:
        reason = str(error)
    # Not where the error is caught, as pytest would show both.
    if reason:
        pytest.fail(reason, pytrace=False)


def _name_of(node: pytest.Item) -> str:
    # xdist may have put the test's group behind it.
    return re.sub(r"@[^]/:]*$", "", node.nodeid)


def _option(config: pytest.Config, name: str) -> str:
    """The value on the command line, or in the configuration; empty where it is in neither."""
    return config.getoption(f"emulator_{name}") or config.getini(f"emulator_{name}") or ""
