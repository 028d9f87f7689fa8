"""What the package promises to those who use it: checked as they would check it, and run from an installed wheel."""

import urllib.request
from typing import TYPE_CHECKING

import emulator
from emulator import Emulator, Settings, create_app
from emulator.testing import Document, EmulatorError, Exchange, Fault, File, Sandbox

if TYPE_CHECKING:
    from collections.abc import Sequence


def upload(box: Sandbox, invoice: Document) -> int:
    request = urllib.request.Request(
        f"{box.xero.base_url}/Invoices/{invoice.id}/Attachments/a.txt", b"bytes", dict(box.xero.headers), method="PUT"
    )
    with urllib.request.urlopen(request) as response:
        status: int = response.status
    return status


def main() -> str:
    settings: Settings = Settings.of(port=0, xero_max_attachments=3)
    app = create_app(settings, auth="off")
    assert app.registry.options.seed == settings.seed
    with Emulator(auth="strict") as server:
        box = server.sandbox("demo", now="2026-02-02T09:00:00Z", frozen=True, auth="any")
        invoice = box.xero.invoice(InvoiceNumber="INV-9")
        fault: Fault = box.faults.delay(0, vendor="xero")
        assert upload(box, invoice) == 200
        fault.assert_triggered(times=1)
        files: Sequence[File] = box.xero.assert_attached("Invoices", invoice, "a.txt", content=b"bytes")
        exchanges: Sequence[Exchange] = box.journal.assert_called(vendor="xero", method="PUT", status=200)
        archive: bytes = box.snapshot()
        server.get_sandbox("copy").restore(archive)
        refused: EmulatorError | None = None
        try:
            box.configure(xero_max_attachments=-1)
        except EmulatorError as error:
            refused = error
        assert refused
        return f"{emulator.__version__}: {len(files)} file, {len(exchanges)} exchange, {box.clock.now():%H:%M}"


if __name__ == "__main__":
    print(main())  # noqa: T201 - whoever runs it reads this.
