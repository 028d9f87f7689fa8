"""Other emulators, doing what comes closest."""

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack

from bench.figures import Figure, Skipped, at_least
from bench.load import MARK, Client, Request, drive
from bench.rounds import Plan, interleaved
from bench.servers import CannotMeasure, Server, emulator, localstack_xero, moto
from bench.vendors import CONTENT, prepared, xero

HEADERS = {"Authorization": "Bearer bench", "xero-tenant-id": "bench", "Accept": "application/json"}
# To moto, whoever signs is somebody, whatever the signature.
SIGNED = {
    "Authorization": "AWS4-HMAC-SHA256 Credential=bench/20260101/us-east-1/s3/aws4_request, SignedHeaders=host, "
    "Signature=0",
    "Content-Type": "application/octet-stream",
}
INVOICE = {
    "Type": "ACCREC",
    "Contact": {"Name": "Bench"},
    "LineItems": [{"Description": "Beans", "Quantity": 1, "UnitAmount": 10, "AccountCode": "200"}],
}


def run(plan: Plan) -> Iterator[Figure | Skipped]:
    with ExitStack() as running:
        server = running.enter_context(emulator())

        def start(make: Callable[[], Server]) -> Server | Skipped:
            try:
                return running.enter_context(make())
            except CannotMeasure as reason:
                return Skipped(str(reason))

        yield from _uploads(plan, server, start(moto))
        yield from _reads(plan, server, start(localstack_xero))


def _uploads(plan: Plan, server: Server, s3: Server | Skipped) -> Iterator[Figure | Skipped]:
    if isinstance(s3, Skipped):
        yield s3
        return
    _send(s3, Request("PUT", "/bench", SIGNED))
    # A new object each time: moto answers 500 to some of those that overwrite one at the same moment.
    put = Request("PUT", f"/bench/{MARK.decode()}", SIGNED, CONTENT)
    measured = interleaved(
        plan.rounds,
        {"Xero": lambda: drive(server.port, prepared(server, xero).uploads).rate, "moto": _driving(s3, put)},
    )
    yield Figure("10 KB Xero upload", "requests/s", measured["Xero"], "moto, S3 PUT", measured["moto"], at_least(12))


def _reads(plan: Plan, server: Server, peer: Server | Skipped) -> Iterator[Figure | Skipped]:
    """Of localstack-xero, which has no attachments: one invoice."""
    if isinstance(peer, Skipped):
        yield peer
        return
    measured = interleaved(plan.rounds, {item.name: _driving(item, _invoice(item)) for item in (server, peer)})
    yield Figure("reading one invoice", "requests/s", measured[server.name], peer.name, measured[peer.name])


def _invoice(server: Server) -> Request:
    """Makes an invoice, and reads it."""
    base = "/xero" if server.name == "emulator" else ""
    target = f"{base}/api.xro/2.0/Invoices"
    headers = {**HEADERS, "Content-Type": "application/json"}
    answer = _send(server, Request("POST", target, headers, json.dumps({"Invoices": [INVOICE]}).encode()))
    return Request("GET", f"{target}/{json.loads(answer)['Invoices'][0]['InvoiceID']}", HEADERS)


def _driving(server: Server, request: Request) -> Callable[[], float]:
    return lambda: drive(server.port, [request]).rate


def _send(server: Server, request: Request) -> bytes:
    client = Client(server.port)
    try:
        return client.send(request)
    finally:
        client.close()
