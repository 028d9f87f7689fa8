"""10 KB uploads and downloads over TLS, beside a bare callable on uvicorn with TLS."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

from bench.baselines import NAMES
from bench.figures import Figure
from bench.load import Request, drive
from bench.rounds import Plan, interleaved
from bench.servers import baseline, emulator, over_tls
from bench.vendors import CONTENT
from emulator.interception.authority import CertificateAuthority
from emulator.vendors import HOSTS

TARGET = "/xero/api.xro/2.0/Invoices/INV-0002/Attachments/scan.pdf"
HEADERS = {"Authorization": "Bearer x", "xero-tenant-id": "t", "Content-Type": "application/octet-stream"}


def run(plan: Plan) -> Iterator[Figure]:
    name = f"{NAMES['bare']}, TLS"
    # Files of one name, so that each takes the place of the one before.
    requests = {"upload": Request("PUT", TARGET, HEADERS, CONTENT), "download": Request("GET", TARGET, HEADERS)}
    with tempfile.NamedTemporaryFile() as pem:
        Path(pem.name).write_bytes(CertificateAuthority.load(HOSTS).issue("localhost"))
        with over_tls(emulator(tls=True)) as server, over_tls(baseline("bare"), pem.name) as bare:
            for kind, request in requests.items():
                measured = interleaved(
                    plan.rounds,
                    {
                        "emulator": lambda request=request: drive(server.port, [request], tls=True).rate,  # type: ignore[misc]
                        name: lambda request=request: drive(bare.port, [request], tls=True).rate,  # type: ignore[misc]
                    },
                )
                yield Figure(f"Xero {kind}", "requests/s", measured["emulator"], name, measured[name])
