"""The meter says what a run would use of the vendors' limits, and a test can hold it to a budget."""

import pytest

from emulator.testing import Sandbox


@pytest.mark.emulator(xero_tier="starter")
def test_an_upload_takes_two_calls(emulator: Sandbox) -> None:
    with emulator.xero.client() as http:
        http.get("/Invoices/INV-0002")
        http.put("/Invoices/INV-0002/Attachments/a.pdf", content=b"%PDF-1.7")

    emulator.usage.assert_within(xero_calls=2, xero_bytes_up=10_000, codat_calls=0)
    emulator.usage.assert_within(share=0.5)

    daily = next(limit for limit in emulator.usage.of("xero").limits if limit.measure == "calls_per_day")
    assert (daily.used, daily.limit, daily.share) == (2, 1000, 0.002)
