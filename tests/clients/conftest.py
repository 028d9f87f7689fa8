import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from emulator.testing import Emulator, Sandbox
from tests.clients.node_project import NodeProject
from tests.clients.reader import Reader
from tests.clients.replay import Wire
from tests.conftest import ROOT


@pytest.fixture
def wire(emulator_server: Emulator) -> Wire:
    return Wire(emulator_server.url)


@pytest.fixture
def client_id(emulator: Sandbox) -> str:
    """The id of an app in the test's sandbox, which the tokens that it gets name in their turn."""
    return f"sbx_{emulator.name}.app"


@pytest.fixture
def invoice_pdf() -> Path:
    return ROOT / "fixtures/files/invoice.pdf"


@pytest.fixture
def reader(emulator_server: Emulator, tmp_path: Path) -> Iterator[Reader]:
    """One whose sandbox has a clock that runs, as that of a server."""
    sandbox = emulator_server.sandbox(frozen=False)
    yield Reader(emulator_server, sandbox, tmp_path)
    sandbox.delete()


@pytest.fixture(scope="session")
def node(tmp_path_factory: pytest.TempPathFactory) -> NodeProject:
    base = tmp_path_factory.getbasetemp()
    # Below it, each of several workers has a folder of its own.
    project = NodeProject((base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "node")
    project.install()
    return project
