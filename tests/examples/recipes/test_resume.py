"""After a batch stopped part-way, a client checks which files arrived and sends only the others."""

from collections.abc import Callable, Iterable

import httpx
import pytest

from emulator.testing import Document, Sandbox, Vendor
from tests.examples.recipes.resume import There, at_codat, at_dualentry, at_xero, missing

FILES = {f"{number}.pdf": b"%%PDF-1.7 %d" % number for number in range(4)}
Send = Callable[[httpx.Client, str, bytes], httpx.Response]
Look = Callable[[httpx.Client], Iterable[There]]


def codat(emulator: Sandbox) -> tuple[Vendor, Document, Send, Look]:
    company = emulator.codat.company()
    bill = emulator.codat.record("bills", company)
    of = f"/companies/{company.owner}/connections/{company.id}"

    def send(http: httpx.Client, name: str, data: bytes) -> httpx.Response:
        return http.post(f"{of}/push/bills/{bill.id}/attachments", files={"file": (name, data)})

    return emulator.codat, bill, send, lambda http: at_codat(http, f"{of}/data/bills/{bill.id}")


def dualentry(emulator: Sandbox) -> tuple[Vendor, Document, Send, Look]:
    bill = emulator.dualentry.record("bills")

    def send(http: httpx.Client, name: str, data: bytes) -> httpx.Response:
        return http.post(f"/bills/{bill.id}/attachments/", files={"files": (name, data)})

    return emulator.dualentry, bill, send, lambda http: at_dualentry(http, f"/bills/{bill.id}")


def xero(emulator: Sandbox) -> tuple[Vendor, Document, Send, Look]:
    invoice = emulator.xero.invoice()

    def send(http: httpx.Client, name: str, data: bytes) -> httpx.Response:
        return http.put(f"/Invoices/{invoice.id}/Attachments/{name}", content=data)

    return emulator.xero, invoice, send, lambda http: at_xero(http, f"/Invoices/{invoice.id}")


@pytest.mark.parametrize("at", [codat, dualentry, xero])
def test_a_batch_goes_on_where_it_broke_off(
    emulator: Sandbox, at: Callable[[Sandbox], tuple[Vendor, Document, Send, Look]]
) -> None:
    vendor, document, send, look = at(emulator)
    kind = "Invoices" if vendor.name == "xero" else "bills"
    lost = emulator.faults.lost_answer(vendor=vendor.name, path="ttachments", skip=2)

    with vendor.client() as http:
        with pytest.raises(httpx.TransportError):
            for name, data in FILES.items():
                send(http, name, data).raise_for_status()
        left = missing(FILES, look(http))
        for name, data in left.items():
            send(http, name, data).raise_for_status()

    lost.assert_triggered()
    # The third had arrived, though nobody said so.
    assert list(left) == ["3.pdf"]
    for name, data in FILES.items():
        vendor.assert_attached(kind, document, name, content=data, times=1)


def test_the_same_name_and_size_is_not_yet_the_same_file(emulator: Sandbox) -> None:
    vendor, _, send, look = dualentry(emulator)

    with vendor.client() as http:
        send(http, "0.pdf", FILES["1.pdf"])
        assert missing(FILES, look(http)) == FILES
