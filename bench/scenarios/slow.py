"""One client that uploads slowly, and whether others notice."""

import os
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event, Thread

from bench.figures import Figure, at_most
from bench.load import MIB, Load, Request, drive
from bench.rounds import Plan, interleaved
from bench.servers import Server, emulator
from bench.vendors import prepared, xero

# What the slow one sends (bytes), and how often (seconds): 400 KiB a second, as over a mobile phone.
PIECE, PAUSE = 4096, 0.01


def run(plan: Plan) -> Iterator[Figure]:
    with emulator() as server:
        uploads = prepared(server, xero).uploads
        contenders: dict[str, Callable[[], Load]] = {
            "alone": lambda: drive(server.port, uploads[1:], connections=1),
            "beside": lambda: _beside(server, uploads),
        }
        measured = interleaved(plan.rounds, contenders)
    beside, alone = measured["beside"], measured["alone"]
    yield Figure("fast upload, p50", "ms", [e.p50 for e in beside], "without it", [e.p50 for e in alone], at_most(1.1))
    yield Figure("fast upload, p99", "ms", [e.p99 for e in beside], "without it", [e.p99 for e in alone])


def _beside(server: Server, uploads: list[Request]) -> Load:
    with _slow_upload(server, uploads[0]):
        return drive(server.port, uploads[1:], connections=1)


@contextmanager
def _slow_upload(server: Server, request: Request) -> Iterator[None]:
    """Under way from the beginning to the end, when it is broken off."""
    ended = Event()
    headers = {**request.headers, "Host": "127.0.0.1", "Content-Length": str(8 * MIB)}
    lines = [f"{request.method} {request.target} HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items())]
    with socket.create_connection(("127.0.0.1", server.port)) as connection:
        connection.sendall("\r\n".join(lines).encode() + b"\r\n\r\n")

        def trickle() -> None:
            piece = os.urandom(PIECE)
            while not ended.wait(PAUSE):
                connection.sendall(piece)

        sender = Thread(target=trickle)
        sender.start()
        try:
            yield
        finally:
            ended.set()
            sender.join()
