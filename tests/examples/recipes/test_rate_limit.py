"""A client that waits as long as Retry-After says gets through. The test moves the clock instead of sleeping."""

import httpx
import pytest

from emulator.testing import Sandbox
from tests.examples.recipes.retry_after import patiently


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
