"""A client that waits as long as Retry-After says gets through; one that does not is refused again."""

import time
from collections.abc import Callable

import httpx
import pytest

from emulator.testing import Sandbox
from emulator.types import VendorName


# --8<-- [start:recipe]
def patiently(
    send: Callable[[], httpx.Response], *, most: float = 300, sleep: Callable[[float], object] = time.sleep
) -> httpx.Response:
    """Send a request, again after each 429 or 503, until `most` seconds of waiting; return the last response."""
    waited = 0.0
    while (answer := send()).status_code in (429, 503):
        seconds = max(1.0, float(answer.headers.get("Retry-After", 1)))
        waited += seconds
        if waited > most:
            break
        sleep(seconds)
    return answer


# --8<-- [end:recipe]


# --8<-- [start:test]
@pytest.mark.emulator(xero_rate_limits=True, xero_rate_per_minute=3, max_retry_after=86_400)
def test_a_minutes_limit_is_waited_for(emulator: Sandbox) -> None:
    waits: list[float] = []

    def sleep(seconds: float) -> None:
        waits.append(seconds)
        emulator.clock.advance(seconds)

    def upload(http: httpx.Client, name: str) -> httpx.Response:
        url = f"/Invoices/INV-0002/Attachments/{name}"
        return patiently(lambda: http.put(url, content=b"%PDF-1.7"), sleep=sleep)

    with emulator.xero.client() as http:
        for number in range(7):
            upload(http, f"{number}.pdf").raise_for_status()

    assert waits == [60, 60]
    emulator.journal.assert_called(times=2, rule="xero.rate-limits")
    emulator.xero.assert_attached("Invoices", "INV-0002", times=7)


# --8<-- [end:test]


@pytest.mark.emulator(xero_rate_limits=True, xero_rate_per_day=2, max_retry_after=86_400)
def test_a_days_limit_is_not(emulator: Sandbox) -> None:
    waits: list[float] = []

    with emulator.xero.client() as http:
        answers = [patiently(lambda: http.get("/Invoices"), sleep=waits.append) for _ in range(3)]

    refused = answers[-1]
    assert not waits
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    # The test's clock says nine in the morning.
    assert (refused.headers["X-Rate-Limit-Problem"], refused.headers["Retry-After"]) == ("day", str(15 * 3600))


@pytest.mark.emulator(codat_rate_limits=True, codat_rate_per_minute=3, max_retry_after=86_400)
def test_codats_minute_is_waited_for(emulator: Sandbox) -> None:
    with emulator.codat.client() as http:
        answers = [patiently(lambda: http.get("/companies"), sleep=emulator.clock.advance) for _ in range(7)]

    assert {answer.status_code for answer in answers} == {200}
    emulator.journal.assert_called(times=2, rule="codat.rate-limits")


@pytest.mark.emulator(dualentry_rate_limits=True)
def test_dualentrys_bucket_fills_again(emulator: Sandbox) -> None:
    with emulator.dualentry.client() as http:
        answers = [patiently(lambda: http.get("/bills/"), sleep=emulator.clock.advance) for _ in range(15)]

    assert {answer.status_code for answer in answers} == {200}
    # Ten at once, and then one a second.
    emulator.journal.assert_called(times=5, rule="dualentry.rate-limits")


@pytest.mark.parametrize("vendor", ["xero", "codat", "dualentry", "vrplatform"])
@pytest.mark.parametrize("status", [429, 503])
def test_any_vendor_can_be_made_to_say_it(emulator: Sandbox, vendor: VendorName, status: int) -> None:
    fault = emulator.faults.status(status, vendor=vendor, retry_after=7, times=2)
    waits: list[float] = []

    with getattr(emulator, vendor).client() as http:
        answer = patiently(lambda: http.get("/"), sleep=waits.append)

    fault.assert_triggered(times=2)
    assert waits == [7, 7]
    assert answer.status_code not in (429, 503)
