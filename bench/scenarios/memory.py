"""How much memory files take: while they come, while they lie there, while they are read, and when they are gone."""

import json
from collections.abc import Iterator
from dataclasses import dataclass

from bench.figures import Figure, at_most
from bench.load import MIB, Client, Request
from bench.rounds import Plan
from bench.servers import emulator
from bench.vendors import large_form, prepared, vrplatform
from emulator.testing.control import Control

SIZES = (1, 10, 100, 350)
# What the emulator may take beside the files (MiB), and per byte of them.
SPARE, FACTOR = 16, 1.02


@dataclass(frozen=True, slots=True)
class Memory:
    """MiB."""

    base: float
    while_uploading: float
    while_downloading: float
    after_reset: float


def run(plan: Plan) -> Iterator[Figure]:
    measured = [_measured() for _ in range(min(plan.rounds, 3))]
    files = sum(SIZES)
    allowed = at_most(FACTOR * files + SPARE, of="value")
    base = [item.base for item in measured]
    for name, peaks in (
        (f"peak growth, {files} MiB uploaded to VRPlatform", [item.while_uploading for item in measured]),
        ("peak growth, the same downloaded", [item.while_downloading for item in measured]),
    ):
        growth = [peak - before for peak, before in zip(peaks, base, strict=True)]
        yield Figure(name, "MiB", growth, "unique bytes", [files] * len(measured), allowed)
    yield Figure("after reset", "MiB", [item.after_reset for item in measured], "before", base, at_most(1.1))


def _measured() -> Memory:
    with emulator() as server:
        upload = prepared(server, vrplatform).uploads[0]
        base = server.memory()
        client = Client(server.port)
        server.forget_peak()
        answers = [client.send(upload, large_form(size * MIB)) for size in SIZES]
        uploaded = server.peak_memory()
        server.forget_peak()
        for answer in answers:
            client.timed(Request("GET", f"{upload.target}/{json.loads(answer)['id']}/download", upload.headers))
        downloaded = server.peak_memory()
        client.close()
        control = Control(server.url)
        control.ask_sandbox("POST", "default", "/reset")
        control.close()
        return Memory(base / MIB, uploaded / MIB, downloaded / MIB, server.memory() / MIB)
