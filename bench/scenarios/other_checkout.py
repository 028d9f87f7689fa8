"""What a change cost: this checkout beside another one, in the same run."""

from collections.abc import Callable, Iterator
from functools import partial

from bench.figures import Figure
from bench.load import Client, drive
from bench.rounds import Plan, interleaved
from bench.servers import Server, emulator, emulator_of
from bench.vendors import TRAFFIC, Make, codat, large_form, prepared

LARGE = 100 * 1024 * 1024


def run(plan: Plan) -> Iterator[Figure]:
    if plan.beside is None:
        return
    other_checkout = plan.beside
    with emulator() as server, emulator_of(other_checkout) as other:
        for vendor, make in TRAFFIC.items():
            for kind in ("upload", "download"):
                measured = interleaved(
                    plan.rounds, {item.name: partial(_rate, item, make, kind) for item in (server, other)}
                )
                yield Figure(f"{vendor} {kind}", "requests/s", measured[server.name], other.name, measured[other.name])
        measured = interleaved(min(plan.rounds, 3), {item.name: _sending_large(item) for item in (server, other)})
        yield Figure("Codat upload of 100 MiB", "s", measured[server.name], other.name, measured[other.name])
    name = "the other checkout"
    measured = interleaved(
        plan.rounds, {"ours": lambda: _start(emulator()), name: lambda: _start(emulator_of(other_checkout))}
    )
    yield Figure("cold start to the first 200", "ms", measured["ours"], name, measured[name])


def _rate(server: Server, make: Make, kind: str) -> float:
    traffic = prepared(server, make)
    return drive(server.port, traffic.uploads if kind == "upload" else [traffic.download]).rate


def _sending_large(server: Server) -> Callable[[], float]:
    def measure() -> float:
        post = prepared(server, partial(codat, platform="qhyg")).uploads[0]
        client = Client(server.port)
        seconds = client.timed(post, large_form(LARGE))
        client.close()
        return seconds

    return measure


def _start(server: Server) -> float:
    with server:
        return server.started_in * 1000
