"""What a request that missed every route probably meant."""

import pytest

from emulator.control.hints import hint_for
from emulator.vendors import VENDORS

XERO = next(vendor for vendor in VENDORS.values() if vendor.name == "xero")


@pytest.mark.parametrize("segment", ["Attachmentz", "attachment", "Attatchments", "ATTACHMENTS"])
def test_a_slip_in_a_word_is_a_hint(segment: str) -> None:
    hint = hint_for(XERO, "GET", f"/xero/api.xro/2.0/Invoices/1/{segment}")

    assert str(hint).startswith("Did you mean GET /xero/api.xro/2.0/Invoices/{document}/Attachments?")


@pytest.mark.parametrize("segment", ["Attach", "Attachments" * 2, "Attachments" * 1000])
def test_a_word_much_shorter_or_longer_is_no_slip(segment: str) -> None:
    assert hint_for(XERO, "GET", f"/xero/api.xro/2.0/Invoices/1/{segment}") is None
