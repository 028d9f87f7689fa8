"""The list of one document: the same time, however many attachments other documents have."""

from collections.abc import Callable, Iterator, Mapping
from urllib.parse import urlsplit

from bench.figures import Figure, at_least
from bench.load import Client, Request, drive
from bench.rounds import Plan, interleaved
from bench.servers import Server, emulator
from bench.vendors import FORM, TRAFFIC, form, opened
from emulator.testing import Sandbox

FEW, MANY = 100, 100_000
PER_RECORD = 100


def run(plan: Plan) -> Iterator[Figure]:
    with emulator() as few, emulator() as many:
        beside_few, beside_many = _filled(few, FEW), _filled(many, MANY)
        contenders: dict[str, Callable[[], float]] = {}
        # The two of a vendor one after the other: the machine is not the same some seconds later.
        for vendor in TRAFFIC:
            contenders[f"{vendor} {FEW}"] = _driving(few, beside_few[vendor])
            contenders[f"{vendor} {MANY}"] = _driving(many, beside_many[vendor])
        measured = interleaved(plan.rounds, contenders)
    for vendor in TRAFFIC:
        rates, beside = measured[f"{vendor} {MANY}"], measured[f"{vendor} {FEW}"]
        yield Figure(f"{vendor} list", "requests/s", rates, f"with {FEW} elsewhere", beside, at_least(0.9))


def _driving(server: Server, listing: Request) -> Callable[[], float]:
    return lambda: drive(server.port, [listing]).rate


def _filled(server: Server, attachments: int) -> Mapping[str, Request]:
    """The list of one document of each vendor, in a sandbox with so many attachments elsewhere."""
    with opened(server) as (box, client):
        listings = {vendor: make(box, client).listing for vendor, make in TRAFFIC.items()}
        _fill(box, client, attachments)
        return listings


def _fill(box: Sandbox, client: Client, attachments: int) -> None:
    """Through DualEntry, the only vendor that takes many files in one request."""
    base, headers = urlsplit(box.dualentry.base_url).path, {**box.dualentry.headers, **FORM}
    for start in range(0, attachments, PER_RECORD):
        target = f"{base}/invoices/{box.dualentry.record('invoices').id}/attachments/"
        files = [b"%d" % number for number in range(start, start + PER_RECORD)]
        client.send(Request("POST", target, headers, form(*files, field="files")))
