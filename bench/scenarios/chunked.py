"""Bodies in chunks that are hard on a parser, and whether other clients notice."""

import socket
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Event

from bench.figures import Figure, at_most
from bench.load import MIB, Client, Request
from bench.rounds import Plan, interleaved
from bench.servers import CannotMeasure, Server, baseline, emulator
from bench.vendors import prepared, xero

STREAM = "Starlette's request.stream()"
CHUNK = 64 * 1024
# Each as it goes over the wire, framing included.
BODIES: Mapping[str, Callable[[], bytes]] = {
    "20 MiB of paragraphs": lambda: _framed((b"x" * 60 + b"\r\n\r\n") * (20 * MIB // 64)),
    "20 MiB of blank lines": lambda: _framed(b"\r\n\r\n" * (5 * MIB)),
    "2 MiB in chunks of one byte": lambda: b"1\r\nx\r\n" * (2 * MIB) + b"0\r\n\r\n",
}


def run(plan: Plan) -> Iterator[Figure]:
    rounds = min(plan.rounds, 3)
    with emulator(xero_max_request_bytes=64 * MIB) as server, baseline("form") as form:
        upload = prepared(server, xero).uploads[0]
        for name, make in BODIES.items():
            body = make()
            measured = interleaved(
                rounds,
                {
                    "emulator": partial(_sending, server, upload, body),
                    STREAM: partial(_sending, form, upload, body),
                },
            )
            seconds, waits = ([pair[at] for pair in measured["emulator"]] for at in (0, 1))
            yield Figure(name, "s", seconds, STREAM, [pair[0] for pair in measured[STREAM]], at_most(2))
            theirs = [pair[1] for pair in measured[STREAM]]
            yield Figure(f"longest wait beside {name}", "s", waits, STREAM, theirs, at_most(0.2, of="value"))


def _framed(text: bytes) -> bytes:
    chunks = (text[at : at + CHUNK] for at in range(0, len(text), CHUNK))
    return b"".join(b"%x\r\n%b\r\n" % (len(chunk), chunk) for chunk in chunks) + b"0\r\n\r\n"


def _sending(server: Server, upload: Request, body: bytes) -> tuple[float, float]:
    """Seconds that an upload takes, and that another client waits for an answer meanwhile at the most."""
    ended, waits = Event(), [0.0]

    def ask() -> None:
        client, get = Client(server.port), Request("GET", server.ready[0])
        while not ended.is_set():
            waits.append(client.timed(get))
        client.close()

    # A request that waited until the upload's end counts too, hence the wait for its answer.
    with ThreadPoolExecutor(1) as pool:
        asking = pool.submit(ask)
        try:
            seconds = _upload(server, upload, body)
        finally:
            ended.set()
        asking.result()
    return seconds, max(waits)


def _upload(server: Server, upload: Request, body: bytes) -> float:
    headers = {**upload.headers, "Host": "127.0.0.1", "Transfer-Encoding": "chunked", "Connection": "close"}
    lines = [f"{upload.method} {upload.target} HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items())]
    with socket.create_connection(("127.0.0.1", server.port), timeout=60) as connection:
        begun = time.perf_counter()
        connection.sendall("\r\n".join(lines).encode() + b"\r\n\r\n")
        connection.sendall(body)
        answer = b"".join(iter(lambda: connection.recv(65536), b""))
        took = time.perf_counter() - begun
    if b" 200 " not in answer[:20]:
        raise CannotMeasure(f"{server.name} answered a chunked upload with {answer[:60]!r}.")
    return took
