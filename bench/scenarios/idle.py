"""1,000 connections on which nothing happens: what each costs in memory, and what they do to those that are at work."""

import resource
import socket
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass

from bench.baselines import NAMES
from bench.figures import Figure
from bench.load import Request, drive
from bench.rounds import Plan, interleaved
from bench.servers import CannotMeasure, Server, baseline, emulator
from bench.vendors import prepared, xero

CONNECTIONS = 1000
BARE = NAMES["bare"]


@dataclass(frozen=True, slots=True)
class Cost:
    kib: float
    """Of memory, for one connection."""
    rate: float
    """Uploads a second beside them all."""
    rate_alone: float


def run(plan: Plan) -> Iterator[Figure]:
    _allow_files(CONNECTIONS + 200)
    measured = interleaved(
        min(plan.rounds, 3), {"emulator": lambda: _cost(emulator()), BARE: lambda: _cost(baseline("bare"))}
    )
    ours, bare = measured["emulator"], measured[BARE]
    yield Figure("memory for each", "KiB", [our.kib for our in ours], BARE, [item.kib for item in bare])
    rates, alone = [our.rate for our in ours], [our.rate_alone for our in ours]
    yield Figure("Xero uploads beside them", "requests/s", rates, "without them", alone)


def _cost(server: Server) -> Cost:
    with server:
        uploads = (
            prepared(server, xero).uploads if server.name == "emulator" else [Request("PUT", "/a", {}, b"a" * 10000)]
        )
        alone = drive(server.port, uploads).rate
        before = server.memory()
        with ExitStack() as opened:
            ask = Request("GET", server.ready[0]).raw(server.port)
            idle = [opened.enter_context(_used_once(server, ask)) for _ in range(CONNECTIONS)]
            kib = (server.memory() - before) / CONNECTIONS / 1024
            rate = drive(server.port, uploads).rate
            if not all(map(_is_open, idle)):
                raise CannotMeasure(f"{server.name} closed idle connections while they were being measured.")
        return Cost(kib, rate, alone)


def _used_once(server: Server, ask: bytes) -> socket.socket:
    """A connection that has had an answer, as those in a client's pool have."""
    connection = socket.create_connection(("127.0.0.1", server.port))
    connection.sendall(ask)
    connection.recv(65536)
    return connection


def _is_open(connection: socket.socket) -> bool:
    connection.settimeout(0)
    try:
        # Whatever is left of the answer; nothing at all where the server has hung up.
        return bool(connection.recv(65536))
    except BlockingIOError:
        return True


def _allow_files(wanted: int) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(wanted, hard) if hard > 0 else wanted, hard))
