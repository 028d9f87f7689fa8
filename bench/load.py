"""Load: many small requests from `wrk`, which is compiled, and large bodies from here."""

import json
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPResponse
from itertools import count
from pathlib import Path

from bench.servers import CannotMeasure

CONNECTIONS = 8
MIB = 1024 * 1024
# In a body that wrk sends: takes a number that no other request has, so that no two files are the same.
MARK = b"number-goes-here"
_SCRIPT = Path(__file__).with_name("requests.lua")
_numbers = count(1)


@dataclass(frozen=True, slots=True)
class Request:
    method: str
    target: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""

    def raw(self, port: int) -> bytes:
        """As it goes over the wire."""
        headers = {"Host": f"127.0.0.1:{port}", **self.headers}
        if self.body or self.method in ("PUT", "POST"):
            headers["Content-Length"] = str(len(self.body))
        lines = [f"{self.method} {self.target} HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items())]
        return "\r\n".join(lines).encode() + b"\r\n\r\n" + self.body


@dataclass(frozen=True, slots=True)
class Load:
    """What a server did under load."""

    rate: float
    """Requests a second."""
    p50: float
    """Milliseconds that half of the requests took at most."""
    p99: float


def wrk() -> str:
    """Where it is. Raises CannotMeasure."""
    wrk = shutil.which("wrk")
    if wrk is None:
        raise CannotMeasure("The bench needs wrk, the load generator: apt-get install wrk.")
    return wrk


def drive(
    port: int, requests: Sequence[Request], seconds: int = 1, connections: int = CONNECTIONS, *, tls: bool = False
) -> Load:
    """Send these requests in turn for so long over keep-alive connections.

    Raises CannotMeasure where one was not answered with 2xx: a refusal is not what is measured.
    """
    with tempfile.NamedTemporaryFile(suffix=".requests") as file:
        for raw in (request.raw(port) for request in requests):
            file.write(b"%d\n%s" % (len(raw), raw))
        file.flush()
        # Each run begins where none before it can have come.
        start = next(_numbers) * 10**9
        command = [wrk(), "-t1", f"-c{connections}", f"-d{seconds}s", "--timeout=10s", "-s", str(_SCRIPT)]
        command += [f"http{'s' if tls else ''}://127.0.0.1:{port}", "--", file.name, MARK.decode(), str(start)]
        ended = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - a command of this file's
    if ended.returncode:
        raise CannotMeasure(f"wrk failed: {ended.stderr.strip()}.")
    return read_wrk(ended.stdout, f"{requests[0].method} {requests[0].target}")


def read_wrk(output: str, what: str = "a request") -> Load:
    """Read the summary that the script prints at the end. Raises CannotMeasure."""
    lines = [line for line in output.splitlines() if line.startswith("{")]
    if not lines:
        raise CannotMeasure(f"wrk printed no summary for {what}.")
    summary = json.loads(lines[-1])
    if summary["refused"] or summary["broken"] or not summary["requests"]:
        raise CannotMeasure(
            f"{what}: of {summary['requests']} answers {summary['refused']} were refusals, "
            f"{summary['broken']} never came."
        )
    return Load(summary["requests"] / summary["microseconds"] * 1e6, summary["p50"] / 1000, summary["p99"] / 1000)


class LargeBody:
    """So many bytes that no other body has, between a head and a tail, in pieces of a mebibyte."""

    def __init__(self, size: int, head: bytes = b"", tail: bytes = b"") -> None:
        self.size = size
        self._head, self._tail = head, tail
        self._block = memoryview(os.urandom(min(size, MIB)))

    def __len__(self) -> int:
        return len(self._head) + self.size + len(self._tail)

    def __iter__(self) -> Iterator[bytes | memoryview]:
        if self._head:
            yield self._head
        for left in range(self.size, 0, -MIB):
            yield self._block[: min(left, MIB)]
        if self._tail:
            yield self._tail


class Client:
    """One keep-alive connection. Raises CannotMeasure for whatever is not answered with 2xx."""

    def __init__(self, port: int) -> None:
        self._connection = HTTPConnection("127.0.0.1", port, timeout=60)
        self._buffer = bytearray(MIB)

    def send(self, request: Request, body: LargeBody | None = None) -> bytes:
        """The answer's body."""
        answer = self._ask(request, body)
        return answer.read()

    def timed(self, request: Request, body: LargeBody | None = None) -> float:
        """Seconds until the last byte of the answer was here. The answer is not kept."""
        begun = time.perf_counter()
        answer = self._ask(request, body)
        while answer.readinto(self._buffer):
            pass
        return time.perf_counter() - begun

    def close(self) -> None:
        self._connection.close()

    def _ask(self, request: Request, body: LargeBody | None) -> HTTPResponse:
        headers = {**request.headers, **({"Content-Length": str(len(body))} if body else {})}
        self._connection.request(request.method, request.target, body or request.body or None, headers)
        answer = self._connection.getresponse()
        if not 200 <= answer.status < 300:
            text = answer.read(500).decode(errors="replace")
            raise CannotMeasure(f"{request.method} {request.target} was answered with {answer.status}: {text}.")
        return answer
