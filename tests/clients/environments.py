"""Virtual environments for clients that cannot be installed beside the others."""

import fcntl
import os
import subprocess
import sys
from pathlib import Path

import pytest

# Set by the checks of the whole project, as making an environment takes half a minute and needs a package index.
WANTED = bool(os.environ.get("EMULATOR_TEST_CLIENTS"))


def shared_folder(factory: pytest.TempPathFactory) -> Path:
    """The temporary folder of this test run, which is the same for all of its workers."""
    folder = factory.getbasetemp()
    return folder.parent if "PYTEST_XDIST_WORKER" in os.environ else folder


def python_with(home: Path, *requirements: str) -> Path:
    """The Python of an environment with these packages, which is made once for all workers of a test run.

    Skips the test, with pip's reason, where they cannot be installed.
    """
    home.mkdir(exist_ok=True)
    python, failure = home / "venv" / "bin" / "python", home / "failure"
    with (home / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not python.exists() and not failure.exists():
            subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(home / "venv")], check=True)
            pip = [sys.executable, "-m", "pip", "--python", str(python), "install", "--quiet", "--no-compile"]
            installed = subprocess.run([*pip, *requirements], capture_output=True, text=True, check=False)
            if installed.returncode:
                failure.write_text(installed.stderr.strip().rpartition("\n")[2])
    if failure.exists():
        pytest.skip(f"{', '.join(requirements)} cannot be installed: {failure.read_text()}")
    return python
