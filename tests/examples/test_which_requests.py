"""A fault matches by vendor, operation, method or path, and is triggered once unless told otherwise."""

from emulator.testing import Sandbox


def test_two_requests_to_one_vendor_are_refused(emulator: Sandbox) -> None:
    busy = emulator.faults.status(429, vendor="codat", retry_after=7, times=2)

    with emulator.codat.client() as http:
        answers = [http.get("/companies") for _ in range(3)]

    assert [answer.status_code for answer in answers] == [429, 429, 200]
    assert answers[0].headers["Retry-After"] == "7"
    busy.assert_triggered(times=2)


def test_every_third_upload_is_answered_late(emulator: Sandbox) -> None:
    late = emulator.faults.delay(0.01, operation="createInvoiceAttachmentByFileName", path="*/a-*.pdf", every=3)

    with emulator.xero.client() as http:
        for number in range(6):
            http.put(f"/Invoices/INV-0002/Attachments/a-{number}.pdf", content=b"%PDF-1.7").raise_for_status()

    late.assert_triggered(times=2)


def test_some_requests_are_refused_and_always_the_same_ones(emulator: Sandbox) -> None:
    down = emulator.faults.status(503, vendor="dualentry", probability=0.5)

    with emulator.dualentry.client() as http:
        statuses = [http.get("/invoices/").status_code for _ in range(10)]

    assert {*statuses} == {200, 503}
    down.assert_triggered(times=statuses.count(503))
