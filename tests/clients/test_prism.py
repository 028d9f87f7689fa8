"""Prism 5.16.0, a mock made of Xero's contract, as the target of `verify`: the comparison sees what it does not know.

It needs npm (`EMULATOR_TEST_CLIENTS=1`) and Xero's contract (`XERO_OPENAPI`).
"""

import json
import os
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from emulator.cli import main
from tests import openapi
from tests.clients.node_project import needs_packages, run, wait_for_port

pytestmark = [needs_packages, pytest.mark.skipif(not openapi.XERO, reason="XERO_OPENAPI names no contract")]
PRISM = "@stoplight/prism-cli@5.16.0"
BASE = "/api.xro/2.0"
# What `verify` asks for; Prism takes half a minute to read the whole contract.
PATHS = ("/Contacts", "/Invoices", "/Organisation")
TENANT = {"id": "c", "tenantId": "7a02cd6d-0000-4000-8000-000000000001", "tenantType": "ORGANISATION"}


def contract() -> dict[str, Any]:
    """The paths that are needed, below the path that they have at Xero, and the list of tenants."""
    document = openapi.load(Path(openapi.XERO))
    paths = {BASE + path: item for path, item in document["paths"].items() if path.startswith(PATHS)}
    answer = {"description": "Tenants", "content": {"application/json": {"example": [TENANT]}}}
    return {**document, "paths": {**paths, "/connections": {"get": {"responses": {"200": answer}}}}}


@pytest.fixture(scope="module")
def prism(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of a Prism that mocks Xero's accounting API."""
    folder = tmp_path_factory.mktemp("prism")
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    (folder / "contract.json").write_text(json.dumps(contract()))
    run("npm", "install", "--ignore-scripts", "--no-audit", "--no-fund", PRISM, folder=folder, timeout=300)
    command = [str(folder / "node_modules/.bin/prism"), "mock", "--port", str(port), "contract.json"]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(command, cwd=folder, stdout=log, stderr=log, env={**os.environ, "NO_COLOR": "1"})
        try:
            wait_for_port(port, process, seconds=120)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.kill()
            process.wait()


def test_what_a_contract_does_not_have_is_listed(prism: str, tmp_path: Path) -> None:
    files = {option: tmp_path / option for option in ("json", "report")}
    arguments = [f"--{option}={file}" for option, file in files.items()]

    result = CliRunner().invoke(main, ["verify", "xero", "--against", prism, "--yes", *arguments])

    assert result.exit_code == 1, result.output
    report = json.loads(files["json"].read_text())
    seen = {(one["rule"], one["kind"], one["emulator"], one["vendor"]) for one in report["differences"]}
    # A mock answers 200 to what it does not understand,
    assert {
        ("xero.query-syntax", "status", "400", "200"),
        ("xero.unknown-record", "status", "404", "200"),
        ("xero.history-parent", "status", "400", "200"),
        # has errors of its own,
        ("xero.credential", "content type", "application/json", "application/problem+json"),
        ("xero.credential", "missing member", "that it is there", "nothing of it"),
        # and nothing of how Xero writes its answers.
        ("xero.page-size", "layout", "lines that end in CRLF, indented by 2", "one line"),
        ("xero.page-size", "header case", "Content-Type", "Content-type"),
    } <= seen
    limits = {one["where"] for one in report["differences"] if one["rule"] == "xero.rate-headers"}
    assert {"X-MinLimit-Remaining", "X-DayLimit-Remaining", "X-AppMinLimit-Remaining"} <= limits
    # What the contract says of members and their types is so.
    assert not [one for one in report["differences"] if one["kind"] in ("type", "date form")]
    assert report["proved"] == []
    page = files["report"].read_text("utf-8")
    assert all(f">{rule}</a>" in page for rule, *_ in seen)
