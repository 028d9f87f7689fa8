"""Budgets of a test."""

import pytest

from emulator.testing import Sandbox


def test_a_budget_that_is_exceeded_says_by_what(emulator: Sandbox) -> None:
    with emulator.xero.client() as http:
        for _ in "abc":
            http.get("/Invoices/INV-0002").raise_for_status()

    emulator.usage.assert_within(xero_calls=3, xero_calls_per_minute=3, xero_concurrent=1, codat_calls=0, share=0.2)
    with pytest.raises(AssertionError) as raised:
        emulator.usage.assert_within(xero_calls=2, share=0.04)

    message = str(raised.value)
    assert message.startswith("xero_calls: expected at most 2, found 3.\n")
    assert "expected at most 4% of the limit, found 3 of 60 calls per minute and organisation (5.00%)" in message
    assert "\n  xero: calls 3, busiest minute 3" in message
    assert "codat" not in message


def test_a_name_that_is_not_in_the_budget_is_refused(emulator: Sandbox) -> None:
    with pytest.raises(TypeError, match="Did you mean 'xero_calls'"):
        emulator.usage.assert_within(xero_cals=1)  # type: ignore[call-arg]


def test_counting_begins_anew(emulator: Sandbox) -> None:
    with emulator.codat.client() as http:
        http.get("/companies").raise_for_status()
    assert emulator.usage.of("codat").calls == 1

    emulator.usage.clear()

    assert str(emulator.usage) == "No vendor was called."


def test_a_limit_of_nothing_is_exceeded_by_anything(emulator: Sandbox) -> None:
    emulator.configure(xero_rate_concurrent=0)
    emulator.usage.assert_within(share=1)
    with emulator.xero.client() as http:
        http.get("/Invoices/INV-0002").raise_for_status()

    with pytest.raises(AssertionError, match=r"^xero\.rate-concurrent"):
        emulator.usage.assert_within(share=1)
