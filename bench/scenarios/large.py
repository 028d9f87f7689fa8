"""Files of 1 to 350 MiB over one connection."""

from collections.abc import Callable, Iterator
from functools import partial

from bench.baselines import NAMES
from bench.figures import Figure, at_least
from bench.load import MIB, Client, LargeBody, Request
from bench.rounds import Plan, interleaved
from bench.servers import Server, baseline, emulator
from bench.vendors import codat, large_form, prepared, xero

SIZES = (1, 10, 100, 350)
# What one measurement moves at least (MiB): a single small file is over too soon to be timed.
AT_LEAST = 32
# Codat's key for QuickBooks Online, which takes exactly 100 MiB.
QUICKBOOKS = "qhyg"
BARE, FORM = NAMES["bare"], NAMES["form"]


def run(plan: Plan) -> Iterator[Figure]:
    rounds = min(plan.rounds, 4)
    with emulator(xero_max_request_bytes=max(SIZES) * MIB) as server, baseline("bare") as bare:
        # The only vendor whose uploads and downloads have one URL, as the baseline's have.
        traffic = prepared(server, xero)
        put, get = traffic.uploads[0], traffic.download
        for size in SIZES:
            measured = interleaved(rounds, {"up": _uploading(server, put, size), BARE: _uploading(bare, put, size)})
            yield Figure(f"Xero upload of {size} MiB", "MiB/s", measured["up"], BARE, measured[BARE])
            # They now hold a file of this size.
            measured = interleaved(
                rounds, {"down": _downloading(server, get, size), BARE: _downloading(bare, get, size)}
            )
            bar = at_least(0.8) if size == 100 else None
            yield Figure(f"Xero download of {size} MiB", "MiB/s", measured["down"], BARE, measured[BARE], bar)
    with emulator() as server, baseline("form") as form:
        post = prepared(server, partial(codat, platform=QUICKBOOKS)).uploads[0]
        measured = interleaved(rounds, {item.name: _posting(item, post, 100) for item in (server, form)})
        name = "Codat upload of 100 MiB, QuickBooks Online"
        yield Figure(name, "MiB/s", measured[server.name], FORM, measured[form.name], at_least(1))


def _uploading(server: Server, put: Request, size: int) -> Callable[[], float]:
    return _moving(server, put, size, lambda: LargeBody(size * MIB))


def _posting(server: Server, post: Request, size: int) -> Callable[[], float]:
    return _moving(server, post, size, lambda: large_form(size * MIB))


def _downloading(server: Server, get: Request, size: int) -> Callable[[], float]:
    return _moving(server, get, size, lambda: None)


def _moving(server: Server, request: Request, size: int, body: Callable[[], LargeBody | None]) -> Callable[[], float]:
    """MiB a second."""
    times = max(1, AT_LEAST // size)

    def measure() -> float:
        client = Client(server.port)
        seconds = sum(client.timed(request, body()) for _ in range(times))
        client.close()
        return size * times / seconds

    return measure
