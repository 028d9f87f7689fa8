from collections.abc import Iterator

import pytest

from emulator.testing import Emulator, Sandbox


@pytest.fixture
def target(emulator_server: Emulator) -> Iterator[Sandbox]:
    """A second emulator, posing as the vendor."""
    sandbox = emulator_server.sandbox()
    yield sandbox
    sandbox.delete()
