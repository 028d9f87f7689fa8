from collections.abc import Iterator
from pathlib import Path

import pytest

from emulator.interception.authority import CertificateAuthority
from emulator.interception.state import directory
from emulator.server import BackgroundServer
from emulator.settings import Settings
from emulator.vendors import HOSTS


@pytest.fixture(scope="session")
def state_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder for the certificate authority, so that no test touches the user's."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_STATE_HOME", str(tmp_path_factory.mktemp("state")))
        CertificateAuthority.load(HOSTS)
        yield directory()


@pytest.fixture(scope="session", params=["httptools", "h11"])
def proxy(request: pytest.FixtureRequest, state_home: Path) -> Iterator[str]:
    """The URL of a server, with either parser."""
    server = BackgroundServer(Settings.of(port=0, http=request.param))
    yield server.url
    server.stop()
