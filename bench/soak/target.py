"""An emulator under load: the process, and the ways to talk to it."""

import asyncio
import json
import re
import ssl
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, NamedTuple

import aiohttp
from yarl import URL

from bench.load import MIB, Request
from bench.servers import Server, emulator, over_tls
from emulator.server import KEEP_ALIVE

# Seconds until a request without an answer has failed.
PATIENCE = 60
# What memory may grow by (MiB) and still be level: allocators keep some of what was freed.
SPARE = 24


class Answer(NamedTuple):
    """What came back; with status 0 nothing did."""

    status: int
    headers: Mapping[str, str] = {}
    body: bytes = b""

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def crashed(self) -> bool:
        """Whether the emulator failed where no fault made it fail."""
        return self.status in (500, 502, 503, 504) and "Emulator-Fault" not in self.headers


@dataclass(frozen=True, slots=True)
class Flavour:
    """How a server is reached."""

    parser: str = "httptools"
    tls: bool = False

    def __str__(self) -> str:
        return f"{self.parser}{', TLS' if self.tls else ''}"


PLAIN = (Flavour(),)
PARSERS = (Flavour(), Flavour("h11"))
ALL = (*PARSERS, Flavour(tls=True), Flavour("h11", tls=True))


class Target:
    """A running emulator."""

    def __init__(self, server: Server, session: aiohttp.ClientSession, context: ssl.SSLContext | None) -> None:
        self.server = server
        self._session = session
        self._context = context

    async def send(self, request: Request) -> Answer:
        """Return the answer; where the connection breaks instead, one with status 0."""
        url = URL(f"{self.server.url}{request.target}", encoded=True)
        try:
            async with self._session.request(
                request.method, url, data=request.body or None, headers=request.headers, allow_redirects=False
            ) as response:
                return Answer(response.status, response.headers, await response.read())
        except (aiohttp.ClientError, OSError):
            return Answer(0)

    async def control(self, method: str, path: str, value: object = None) -> Any:
        """Return the control API's answer. Raises RuntimeError for a refusal."""
        body = b"" if value is None else json.dumps(value).encode()
        headers = {"Content-Type": "application/json"} if body else {}
        answer = await self.send(Request(method, f"/_emulator{path}", headers, body))
        if not 200 <= answer.status < 300:
            raise RuntimeError(f"{method} {path} was answered with {answer.status}: {answer.body[:300]!r}")
        return answer.json if answer.body else None

    async def stored(self) -> int:
        """How many bytes the file store holds."""
        return int((await self.control("GET", "/health"))["store"]["bytes"])

    async def stored_becomes(self, size: int, seconds: float = 15) -> int:
        """Wait until the file store holds so many bytes, and return how many it holds."""
        deadline = time.monotonic() + seconds
        while (stored := await self.stored()) != size and time.monotonic() < deadline:
            await asyncio.sleep(0.05)
        return stored

    async def connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """A connection for bytes that no client library would send."""
        async with asyncio.timeout(PATIENCE):
            return await asyncio.open_connection("127.0.0.1", self.server.port, ssl=self._context, limit=MIB)

    def memory(self) -> float:
        """Resident MiB."""
        return self.server.memory() / MIB


def prefix(sandbox: str) -> str:
    """Where the vendors of a sandbox are mounted."""
    return "" if sandbox == "default" else f"/sandbox/{sandbox}"


def close(writer: asyncio.StreamWriter) -> None:
    """Drop a connection at once, unsent bytes with it."""
    writer.transport.abort()


async def at_once(limit: int, works: Sequence[Callable[[], Any]]) -> list[Any]:
    """Run all of these coroutine functions, so many at a time, and return their results in order."""
    turns = asyncio.Semaphore(limit)

    async def run(work: Callable[[], Any]) -> Any:
        async with turns:
            return await work()

    return await asyncio.gather(*map(run, works))


async def settled(target: Target, limit: float, seconds: float = 20) -> float:
    """Wait until the memory is below a limit (MiB), and return how much it is."""
    deadline = time.monotonic() + seconds
    while target.memory() > limit and time.monotonic() < deadline:
        await asyncio.sleep(0.2)
    return target.memory()


@asynccontextmanager
async def running(flavour: Flavour, **settings: object) -> AsyncIterator[Target]:
    """A server of this flavour with these settings. It logs no requests, so that what it prints is a complaint."""
    options: dict[str, object] = {"tls": True} if flavour.tls else {}
    server = emulator(http=flavour.parser, log="off", **options, **settings)
    context = None
    if flavour.tls:
        server = over_tls(server)
        # Whose certificate it is does not matter here.
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    # Idle connections end here before the emulator ends them, which would look like a failure.
    connector = aiohttp.TCPConnector(limit=0, ssl=context or True, keepalive_timeout=KEEP_ALIVE / 2)
    timeout = aiohttp.ClientTimeout(total=PATIENCE)
    # It waits until the server answers; its end is awaited in a thread, too.
    await asyncio.to_thread(server.__enter__)
    try:
        async with aiohttp.ClientSession(connector=connector, timeout=timeout, trust_env=False) as session:
            yield Target(server, session, context)
    finally:
        await asyncio.to_thread(server.__exit__, None, None, None)


def complaints(output: str) -> list[str]:
    """Return what a server has printed beside its greeting, where it is a traceback or an error."""
    return re.findall(
        r"^(?:Traceback|\w*(?:Error|Exception)\b).*|^.*exception was never retrieved.*", output, re.MULTILINE
    )
