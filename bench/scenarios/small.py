"""10 KB files: uploads and downloads of each vendor, beside the least that could serve them."""

from collections.abc import Callable, Iterator

from bench.baselines import NAMES
from bench.figures import Figure, at_least
from bench.load import Client, Request, drive
from bench.rounds import Plan, interleaved
from bench.servers import Server, baseline, emulator
from bench.vendors import CONTENT, TRAFFIC, Make, prepared, xero

BARE, MINIMAL = NAMES["bare"], NAMES["minimal"]


def run(plan: Plan) -> Iterator[Figure]:
    with emulator() as server, baseline("bare") as bare, baseline("minimal") as minimal:
        # The baselines get what Xero gets.
        like_xero = prepared(server, xero)
        measured = interleaved(
            plan.rounds,
            {
                **{vendor: _uploading(server, make) for vendor, make in TRAFFIC.items()},
                BARE: lambda: drive(bare.port, like_xero.uploads).rate,
                MINIMAL: lambda: drive(minimal.port, like_xero.uploads).rate,
            },
        )
        for vendor in TRAFFIC:
            bar = at_least(0.2) if vendor == "Xero" else None
            yield Figure(f"{vendor} upload", "requests/s", measured[vendor], BARE, measured[BARE], bar)
        yield Figure("Xero upload", "requests/s", measured["Xero"], MINIMAL, measured[MINIMAL], at_least(0.35))

        _put(bare, like_xero.download)
        measured = interleaved(
            plan.rounds,
            {
                **{vendor: _downloading(server, make) for vendor, make in TRAFFIC.items()},
                BARE: lambda: drive(bare.port, [like_xero.download]).rate,
            },
        )
        for vendor in TRAFFIC:
            yield Figure(f"{vendor} download", "requests/s", measured[vendor], BARE, measured[BARE])


def _uploading(server: Server, make: Make) -> Callable[[], float]:
    # Each time from a sandbox without files: where every upload adds one, answers and store would grow.
    return lambda: drive(server.port, prepared(server, make).uploads).rate


def _downloading(server: Server, make: Make) -> Callable[[], float]:
    return lambda: drive(server.port, [prepared(server, make).download]).rate


def _put(server: Server, download: Request) -> None:
    client = Client(server.port)
    client.send(Request("PUT", download.target, {}, CONTENT))
    client.close()
