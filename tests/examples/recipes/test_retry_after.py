"""A client that waits as long as Retry-After says gets through; one that does not is refused again."""

import pytest

from emulator.testing import Sandbox
from emulator.types import VendorName
from tests.examples.recipes.retry_after import patiently


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
