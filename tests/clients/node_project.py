"""The Node.js project in tests/clients/node: its scripts drive the clients that are written for Node.js."""

import fcntl
import json
import os
import shutil
import socket
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path
from time import sleep
from typing import Any

import pytest

from tests.conftest import ROOT

SWITCH = "EMULATOR_TEST_CLIENTS"
needs_packages = pytest.mark.skipif(
    os.environ.get(SWITCH) != "1", reason=f"it installs packages from npm; set {SWITCH}=1 to run it"
)


class NodeProject:
    """A copy of the project, with the packages that its lock file names."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def install(self) -> None:
        """Install once, however many workers ask for it."""
        with self._folder.with_suffix(".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if self._folder.exists():
                return
            fresh = self._folder.with_suffix(".new")
            shutil.rmtree(fresh, ignore_errors=True)
            shutil.copytree(Path(__file__).parent / "node", fresh)
            run("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", folder=fresh, timeout=300)
            fresh.rename(self._folder)

    def step(self, script: str, step: str, **values: Any) -> Any:
        """Run one step of a script, and return what it hands over."""
        return json.loads(run("node", script, step, folder=self._folder, text=json.dumps(values, default=str)))

    def example(self, name: str, server: str, command: Sequence[str] = ("node",)) -> str:
        """Run a program that the pages show with a server in place of theirs, and return what it prints."""
        text = (self._folder / "examples" / name).read_text().replace("http://127.0.0.1:4600", server)
        (self._folder / name).write_text(text)
        shutil.copy(ROOT / "fixtures/files/invoice.pdf", self._folder)
        return run(*command, name, folder=self._folder)

    def running(self, name: str, port: int, **environment: str) -> AbstractContextManager[None]:
        """Run a server of the examples on a port, with these variables beside the others."""
        shutil.copy(self._folder / "examples" / name, self._folder)
        return running(["node", name], port, environment, folder=self._folder)


@contextmanager
def running(
    command: Sequence[str], port: int, environment: Mapping[str, str], folder: Path | None = None
) -> Iterator[None]:
    """Run a server on a port, with these variables beside the others."""
    variables = {**os.environ, **environment, "PORT": str(port)}
    process = subprocess.Popen(command, cwd=folder, env=variables)
    try:
        wait_for_port(port, process)
        yield
    finally:
        process.kill()
        process.wait()


def wait_for_port(port: int, process: "subprocess.Popen[bytes]", seconds: int = 10) -> None:
    for _ in range(seconds * 100):
        assert process.poll() is None, "the server has ended"
        with suppress(OSError), socket.create_connection(("127.0.0.1", port)):
            return
        sleep(0.01)
    raise AssertionError("the server accepts no connection")


def run(*command: str, folder: Path, text: str = "", timeout: float = 60) -> str:
    """Run a command and return its output. Raises AssertionError with its errors where it fails."""
    __tracebackhide__ = True
    ended = subprocess.run(
        command, cwd=folder, input=text, capture_output=True, text=True, timeout=timeout, check=False
    )
    assert ended.returncode == 0, f"{' '.join(command)}\n{ended.stdout}\n{ended.stderr}"
    return ended.stdout
