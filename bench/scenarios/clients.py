"""Clients at once: what all of them get done, and how long the slowest wait."""

from collections.abc import Callable, Iterator

from bench.figures import Figure
from bench.load import Load, drive
from bench.rounds import Plan, interleaved
from bench.servers import Server, emulator
from bench.vendors import prepared, xero

NUMBERS = (1, 8, 64, 512)
# What the others are held against.
FEW = 8


def run(plan: Plan) -> Iterator[Figure]:
    with emulator() as server:
        measured = interleaved(min(plan.rounds, 3), {str(number): _uploading(server, number) for number in NUMBERS})
    few = measured[str(FEW)]
    for number in NUMBERS:
        if number != FEW:
            rates = [item.rate for item in measured[str(number)]]
            yield Figure(f"from {number}", "requests/s", rates, f"from {FEW}", [item.rate for item in few])
    for number in NUMBERS:
        if number != FEW:
            slowest = [item.p99 for item in measured[str(number)]]
            yield Figure(f"p99 of {number}", "ms", slowest, f"of {FEW}", [item.p99 for item in few])


def _uploading(server: Server, number: int) -> Callable[[], Load]:
    return lambda: drive(server.port, prepared(server, xero).uploads, connections=number)
