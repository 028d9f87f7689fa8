"""The sizes of the token buckets; what happens when one is empty is in test_app.py."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from tests.vendors.dualentry.conftest import LEAST, DualEntry

NOON = datetime(2026, 2, 3, 12, tzinfo=UTC)
INVOICES = "/public/v2/invoices/"
BILLS = "/public/v2/bills/"


@pytest.fixture
def limited(make: Callable[..., DualEntry]) -> Callable[..., DualEntry]:
    def made(**options: int) -> DualEntry:
        dualentry = make(dualentry_rate_limits=True, max_retry_after=60, **options)
        dualentry.sandbox.clock.freeze(NOON)
        return dualentry

    return made


def statuses(dualentry: DualEntry, path: str, times: int) -> list[int]:
    return [dualentry.get(path).status for _ in range(times)]


@pytest.mark.proves("dualentry.rate-burst", "dualentry.rate-per-second")
def test_all_requests_of_a_key_have_a_bucket(limited: Callable[..., DualEntry]) -> None:
    dualentry = limited(dualentry_rate_burst=3, dualentry_rate_per_second=2)

    assert statuses(dualentry, INVOICES, 2) + statuses(dualentry, BILLS, 2) == [200, 200, 200, 429]

    dualentry.sandbox.clock.advance(1)
    assert statuses(dualentry, BILLS, 3) == [200, 200, 429]


@pytest.mark.proves("dualentry.rate-operation-burst", "dualentry.rate-operation-per-second")
def test_each_method_of_a_path_has_a_bucket(limited: Callable[..., DualEntry]) -> None:
    dualentry = limited(dualentry_rate_operation_burst=3, dualentry_rate_operation_per_second=2)

    assert statuses(dualentry, INVOICES, 4) == [200, 200, 200, 429]

    assert statuses(dualentry, BILLS, 1) == [200]
    dualentry.sandbox.clock.advance(1)
    assert statuses(dualentry, INVOICES, 3) == [200, 200, 429]


@pytest.mark.proves("dualentry.rate-invoice-writes")
def test_invoices_have_a_bucket_for_each_kind_of_write(limited: Callable[..., DualEntry]) -> None:
    dualentry = limited(dualentry_rate_invoice_writes=1)

    def write(method: str, path: str) -> tuple[int, str | None]:
        answer = dualentry.send_json(method, path, LEAST["invoices"])
        return answer.status, answer.headers.get("retry-after")

    assert [write("POST", INVOICES) for _ in range(2)] == [(200, None), (429, "60")]
    assert [write("PUT", f"{INVOICES}1001/") for _ in range(2)] == [(200, None), (429, "60")]


def test_a_refusal_speaks_of_the_bucket_that_refuses(limited: Callable[..., DualEntry]) -> None:
    dualentry = limited(dualentry_rate_burst=10)

    headers = [dualentry.get(INVOICES).headers for _ in range(11)][-1]

    # Both are empty; all requests' is looked at first.
    assert [headers[f"x-ratelimit-{name}"] for name in ("limit", "remaining")] == ["10", "0"]
    assert headers["x-ratelimit-reset"] == str(int(NOON.timestamp()) + 2)


def test_another_size_counts_from_the_next_request(limited: Callable[..., DualEntry]) -> None:
    dualentry = limited()
    assert statuses(dualentry, INVOICES, 1) == [200]

    dualentry.sandbox.options = dualentry.sandbox.options.replace(dualentry_rate_burst=2)

    assert statuses(dualentry, BILLS, 3) == [200, 200, 429]


def test_the_longest_wait_that_clients_are_told_is_a_setting(make: Callable[..., DualEntry]) -> None:
    dualentry = make(dualentry_rate_limits=True)
    dualentry.sandbox.clock.freeze(NOON)

    answers = [dualentry.send_json("POST", INVOICES, LEAST["invoices"]) for _ in range(3)]

    assert (answers[-1].status, answers[-1].headers["retry-after"]) == (429, "1")
