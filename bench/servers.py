"""Processes under test: starting one, waiting until it answers, and how much memory it has."""

import os
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from importlib.util import find_spec
from pathlib import Path
from types import TracebackType
from typing import Self

# Seconds: until a server has to answer, and between two tries.
PATIENCE = 60
PAUSE = 0.001
# Room for what the bench sends; everything else is as a user has it.
SETTINGS: Mapping[str, int] = {"max_store_bytes": 8 * 1024**3, "max_sandboxes": 2000}


class CannotMeasure(Exception):
    """Something that a measurement needs is not there, or does not work; the message is a sentence that says what."""


@dataclass
class Server:
    """A process with a port of its own, from `with` to the end of it."""

    name: str
    command: Sequence[str]
    """`{port}` in it stands for the port."""
    environment: Mapping[str, str] = field(default_factory=dict)
    ready: tuple[str, Mapping[str, str]] = ("/", {})
    """Target and headers of the request that is to be answered before anything else happens."""
    wanted: int | None = None
    """The status that it is to be answered with; any, where None."""
    folder: Path | None = None
    """The working directory; the bench's own, where None."""
    tls: bool = False
    started_in: float = 0
    """Seconds from the start of the process to that answer."""

    def __enter__(self) -> Self:
        self.port = free_port()
        put_in = {"{port}": str(self.port)}
        self._log = tempfile.TemporaryFile()
        begun = time.perf_counter()
        self._process = subprocess.Popen(  # noqa: S603 - commands of this file's
            [put_in.get(word, word) for word in self.command],
            env={**os.environ, **{name: put_in.get(value, value) for name, value in self.environment.items()}},
            cwd=self.folder,
            stdout=self._log,
            stderr=subprocess.STDOUT,
            # A group of its own: npx does not pass on that it is to end.
            start_new_session=True,
        )
        try:
            while not self._answers():
                self._check(begun)
                time.sleep(PAUSE)
        except BaseException:
            self._end()
            raise
        self.started_in = time.perf_counter() - begun
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end()

    @property
    def url(self) -> str:
        return f"http{'s' if self.tls else ''}://127.0.0.1:{self.port}"

    def output(self) -> str:
        """All that it has printed so far."""
        self._log.seek(0)
        return self._log.read().decode(errors="replace")

    def ask_to_stop(self) -> None:
        """Send SIGTERM."""
        self._signal(signal.SIGTERM)

    def wait(self, seconds: float) -> int:
        """Wait so long for its end, and return its exit status. Raises subprocess.TimeoutExpired."""
        return self._process.wait(seconds)

    def memory(self) -> int:
        """Resident bytes."""
        return self._status("VmRSS")

    def peak_memory(self) -> int:
        """The most resident bytes at any moment since `forget_peak`."""
        return self._status("VmHWM")

    def forget_peak(self) -> None:
        Path(f"/proc/{self._process.pid}/clear_refs").write_text("5")

    def _status(self, entry: str) -> int:
        for line in Path(f"/proc/{self._process.pid}/status").read_text().splitlines():
            name, _, value = line.partition(":")
            if name == entry:
                return int(value.removesuffix("kB")) * 1024
        raise CannotMeasure(f"This system does not say {entry} of a process.")

    def _answers(self) -> bool:
        target, headers = self.ready
        connection = HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        if self.tls:
            # Whose certificate it is does not matter here.
            context = ssl.create_default_context()
            context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
            connection = HTTPSConnection("127.0.0.1", self.port, timeout=PATIENCE, context=context)
        try:
            connection.request("GET", target, headers=dict(headers))
            status = connection.getresponse().status
        except (OSError, HTTPException):
            return False
        finally:
            connection.close()
        if self.wanted not in (None, status):
            raise CannotMeasure(f"{self.name} answered {target} with {status}.")
        return True

    def _check(self, begun: float) -> None:
        if self._process.poll() is None and time.perf_counter() - begun < PATIENCE:
            return
        last_line = self.output().strip().splitlines()[-1:]
        raise CannotMeasure(f"{self.name} did not start: {''.join(last_line) or 'it says nothing'}.")

    def _end(self) -> None:
        self._signal(signal.SIGTERM)
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(5)
        self._signal(signal.SIGKILL)
        self._process.wait()
        self._log.close()

    def _signal(self, number: signal.Signals) -> None:
        with suppress(ProcessLookupError):  # All of them have ended.
            os.killpg(self._process.pid, number)


def emulator(**settings: object) -> Server:
    """The emulator as a user starts it, journal on, with room for many large files."""
    flags = [
        f"--{name.replace('_', '-')}" + ("" if value is True else f"={value}")
        for name, value in {**SETTINGS, **settings}.items()
    ]
    command = [sys.executable, "-m", "emulator", "serve", "--port", "{port}", *flags]
    return Server("emulator", command, ready=("/_emulator/health", {}), wanted=200)


def emulator_of(checkout: Path) -> Server:
    """The emulator of another checkout of this project, with the virtualenv that is in it. Raises CannotMeasure."""
    python = checkout.absolute() / ".venv" / "bin" / "python"
    if not python.exists():
        raise CannotMeasure(f"{checkout} has no virtualenv: python3 -m venv .venv && .venv/bin/pip install -e .")
    server = emulator()
    return replace(server, name="the other checkout", command=[str(python), *server.command[1:]], folder=checkout)


def baseline(module: str) -> Server:
    """An ASGI application of `bench.baselines` on uvicorn as it comes, with the loop and the parser that the emulator
    has."""
    flags = "--http httptools --loop uvloop --ws none --lifespan off --no-access-log --log-level warning"
    flags += " --no-server-header --no-date-header --port {port}"
    command = [sys.executable, "-m", "uvicorn", f"bench.baselines.{module}:app", *flags.split()]
    return Server(module, command)


def over_tls(server: Server, pem: str = "") -> Server:
    """The same server with TLS: the emulator, or a baseline with the key and certificate in a file."""
    files = ["--ssl-certfile", pem, "--ssl-keyfile", pem] if pem else []
    return replace(server, tls=True, command=[*server.command, *files])


def as_it_comes(module: str) -> Server:
    """The same on uvicorn without a flag, as its users start it: it chooses, and loads what it chooses from."""
    return Server(module, [sys.executable, "-m", "uvicorn", f"bench.baselines.{module}:app", "--port", "{port}"])


def moto() -> Server:
    """Moto's S3 and the rest of AWS. Raises CannotMeasure."""
    _require("moto", "flask")
    return Server("moto", [sys.executable, "-m", "moto.server", "-p", "{port}"])


def localstack_xero() -> Server:
    """Raises CannotMeasure."""
    _require("xero_local")
    environment = {"XERO_PORT": "{port}", "XERO_HOST": "127.0.0.1"}
    return Server("localstack-xero", [sys.executable, "-m", "xero_local.server"], environment)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


def _require(*modules: str) -> None:
    for module in modules:
        if find_spec(module) is None:
            raise CannotMeasure(f"{module} is not installed: pip install -e '.[bench]'.")
