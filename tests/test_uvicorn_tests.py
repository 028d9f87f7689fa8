"""uvicorn's own tests of its HTTP protocols, run against the emulator's subclasses of them.

They are in uvicorn's sdist, which a package index has: they run with `EMULATOR_TEST_UVICORN=1` only.
"""

import os
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
import uvicorn

from tests.conftest import ROOT

pytestmark = pytest.mark.skipif("EMULATOR_TEST_UVICORN" not in os.environ, reason="EMULATOR_TEST_UVICORN is not set")

# What the emulator means to do otherwise, by the beginning of the tests' names.
DEVIATIONS = {
    # A head of any length would take any memory: at 64 KiB it is answered with 431, whichever parser reads it.
    "test_huge_headers_httptools": "bounds heads",
    # `Upgrade` is dropped before httptools sees it: Java's HttpClient offers h2c with its first request, and there are
    # no WebSockets. The request is answered as if the header were not there.
    "test_keepalive_timeout_with_pipelined_websocket_upgrade[httptools": "drops Upgrade",
    "test_supported_upgrade_request[httptools]": "drops Upgrade",
    "test_unsupported_ws_upgrade_request_warn_on_auto[httptools]": "drops Upgrade",
    "test_header_upgrade_is_not_websocket_depend_installed[httptools]": "drops Upgrade",
    "test_header_upgrade_is_websocket_depend_not_installed[httptools]": "drops Upgrade",
    # What an application returns is ignored: it is always the emulator's, which returns nothing.
    "test_value_returned": "ignores what an application returns",
}


@pytest.fixture(scope="module")
def sdist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The unpacked sdist of the installed uvicorn."""
    folder = tmp_path_factory.mktemp("uvicorn")
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-binary", ":all:", "--no-deps"]
    subprocess.run([*command, "--dest", str(folder), f"uvicorn=={uvicorn.__version__}"], check=True)
    subprocess.run(["tar", "-xzf", f"uvicorn-{uvicorn.__version__}.tar.gz"], cwd=folder, check=True)
    return folder / f"uvicorn-{uvicorn.__version__}"


def test_uvicorns_own_tests_pass_but_for_what_is_meant(sdist: Path) -> None:
    report = sdist / "report.xml"
    command = [sys.executable, "-m", "pytest", "-p", "emulator_protocols", "-p", "no:attachment-emulator"]
    # Coroutines that a deviation leaves behind are reported with whichever test runs then.
    command += ["-W", "ignore::pytest.PytestUnraisableExceptionWarning"]
    command += ["-p", "no:xdist", "-o", "addopts=", f"--junit-xml={report}", "tests/protocols/test_http.py"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "tests/uvicorn_plugin")}
    ended = subprocess.run(command, cwd=sdist, env=environment, capture_output=True, text=True, check=False)

    assert report.exists(), ended.stdout + ended.stderr
    cases = ET.parse(report).findall(".//testcase")
    failed = {str(case.get("name")) for case in cases if case.find("failure") is not None or case.find("error")}
    unexpected = {name for name in failed if not name.startswith(tuple(DEVIATIONS))}
    assert not unexpected, ended.stdout
    ran = [case for case in cases if case.find("skipped") is None]
    names = {str(case.get("name")) for case in ran}
    # And every deviation is one still, as far as its test ran: some want packages that are not here.
    tried = {start for start in DEVIATIONS if any(name.startswith(start) for name in names)}
    assert {start for start in tried if not any(name.startswith(start) for name in failed)} == set()
    assert len(names - failed) > 150
