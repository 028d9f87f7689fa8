"""How often an organisation and an app may call."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.asgi import Answer, scope_of, send
from tests.held_requests import Held, Where
from tests.vendors.xero.conftest import BASE, INVOICE, Xero

MORNING = datetime(2026, 2, 3, 10, 0, 5, tzinfo=UTC)
FILES = f"/Invoices/{INVOICE}/Attachments"


@pytest.fixture
def limited(make: Callable[..., Xero]) -> Callable[..., Xero]:
    """A client of an emulator that refuses, at these limits, and says how long to wait as Xero does."""

    def made(**limits: int) -> Xero:
        rules = {
            f"xero_rate_{'concurrent' if name == 'concurrent' else f'per_{name}'}": limits[name] for name in limits
        }
        xero = make(xero_rate_limits=True, max_retry_after=86400, **rules)
        xero.sandbox.clock.freeze(MORNING)
        return xero

    return made


def left(answer: Answer) -> list[str | None]:
    """Of the app's minute, the minute and the day."""
    return [answer.headers.get(f"x-{name}limit-remaining") for name in ("appmin", "min", "day")]


@pytest.mark.proves("xero.rate-limits", "xero.rate-per-minute", "xero.rate-per-day", "xero.rate-per-app")
@pytest.mark.parametrize(
    ("limit", "problem", "wait", "remaining"),
    [
        ("minute", "minute", 55, ["9998", "0", "4998"]),
        ("day", "day", 14 * 3600 - 5, ["9998", "58", "0"]),
        ("app", "appminute", 55, ["0", None, None]),
    ],
)
def test_a_request_beyond_a_limit_gets_429_without_a_body(
    limited: Callable[..., Xero], limit: str, problem: str, wait: int, remaining: list[str | None]
) -> None:
    xero = limited(**{limit: 2})
    assert [xero.get(FILES).status for _ in range(2)] == [200, 200]

    refused = xero.get(FILES)

    assert (refused.status, refused.body) == (429, b"")
    assert refused.rule == f"xero.rate-limits, xero.rate-per-{limit}"
    assert refused.headers["x-rate-limit-problem"] == problem
    assert refused.headers["retry-after"] == str(wait)
    assert left(refused) == remaining
    assert "content-type" not in refused.headers
    assert refused.headers["xero-correlation-id"]
    xero.sandbox.clock.advance(wait)
    assert xero.get(FILES).status == 200


@pytest.mark.proves("xero.rate-refused")
def test_a_refused_request_uses_up_nothing(limited: Callable[..., Xero]) -> None:
    xero = limited(minute=1)
    xero.get(FILES)

    assert {tuple(left(xero.get(FILES))) for _ in range(5)} == {("9999", "0", "4999")}

    xero.sandbox.clock.advance(55)
    assert left(xero.get(FILES)) == ["9999", "0", "4998"]


def test_another_organisation_has_a_limit_of_its_own_and_the_app_has_one_for_all(
    limited: Callable[..., Xero],
) -> None:
    xero = limited(minute=1, app=2)

    assert [xero.get(FILES, xero_tenant_id=item).status for item in ("one", "other", "third")] == [200, 200, 429]
    assert xero.get(FILES, xero_tenant_id="one").headers["x-rate-limit-problem"] == "appminute"


def test_a_refused_write_writes_nothing(limited: Callable[..., Xero]) -> None:
    xero = limited(minute=1)

    assert [xero.put(f"{FILES}/{name}.pdf", b"1").status for name in "ab"] == [200, 429]

    xero.sandbox.clock.advance(60)
    assert xero.names() == ["a.pdf"]


def test_the_longest_wait_that_clients_are_told_is_a_setting(make: Callable[..., Xero]) -> None:
    waits: list[Any] = []
    for options in ({}, {"max_retry_after": 0}, {"max_retry_after": 20}, {"max_retry_after": 3600}):
        xero = make(xero_rate_limits=True, xero_rate_per_minute=0, **options)
        xero.sandbox.clock.freeze(MORNING)
        waits.append(xero.get(FILES).headers["retry-after"])

    assert waits == ["1", "0", "20", "55"]


@pytest.mark.parametrize("limit", ["minute", "day", "app"])
def test_without_the_setting_nobody_has_to_wait(make: Callable[..., Xero], limit: str) -> None:
    xero = make(**{f"xero_rate_per_{limit}": 1})

    assert [xero.get(FILES).status for _ in range(3)] == [200] * 3


# --- Requests under way -----------------------------------------------------------------------------------------------


async def hold(xero: Xero, many: int, where: Where, tenant: str = "tenant") -> list[Held]:
    headers = {**xero.headers, "xero-tenant-id": tenant}
    up = scope_of("PUT", f"{BASE}{FILES}/held.pdf", headers)
    down = scope_of("GET", f"{BASE}{FILES}", headers)
    requests = [Held(xero.app, up if where == "upload" else down, where) for _ in range(many)]
    return [await item.stopped() for item in requests]


async def ask(xero: Xero) -> Answer:
    return await send(xero.app, scope_of("GET", f"{BASE}{FILES}", xero.headers), [])


@pytest.mark.proves("xero.rate-limits", "xero.rate-concurrent")
@pytest.mark.parametrize("where", ["upload", "download"])
def test_only_so_many_requests_can_be_under_way(limited: Callable[..., Xero], where: Where) -> None:
    xero = limited()

    async def scenario() -> None:
        held = await hold(xero, 5, where)
        refused = await ask(xero)
        assert (refused.status, refused.body) == (429, b"")
        assert refused.headers["x-rate-limit-problem"] == "concurrent"
        assert refused.rule == "xero.rate-limits, xero.rate-concurrent"
        assert "retry-after" not in refused.headers
        assert left(refused) == ["9995", "55", "4995"]
        assert await held.pop().let_go() == 200
        assert (await ask(xero)).status == 200
        assert [await item.let_go() for item in held] == [200] * 4

    asyncio.run(scenario())
    assert not xero.sandbox.in_flight


def test_an_upload_that_breaks_off_is_under_way_no_longer(limited: Callable[..., Xero]) -> None:
    xero = limited(concurrent=1)

    async def scenario() -> list[int | None]:
        (held,) = await hold(xero, 1, "upload")
        during = (await ask(xero)).status
        return [during, await held.let_go(lost=True), (await ask(xero)).status]

    assert asyncio.run(scenario()) == [429, None, 200]


def test_requests_for_another_organisation_are_counted_apart(limited: Callable[..., Xero]) -> None:
    xero = limited(concurrent=1)

    async def scenario() -> list[int | None]:
        (held,) = await hold(xero, 1, "upload", "another")
        return [(await ask(xero)).status, await held.let_go()]

    assert asyncio.run(scenario()) == [200, 200]


def test_a_request_that_ends_after_a_reset_leaves_no_trace(limited: Callable[..., Xero]) -> None:
    xero = limited(concurrent=1)

    async def scenario() -> list[int | None]:
        (held,) = await hold(xero, 1, "upload")
        before = xero.sandbox
        xero.gateway.registry.reset("default", xero_rate_limits=True, xero_rate_concurrent=1)
        now = [(await ask(xero)).status, await held.let_go(), (await ask(xero)).status]
        assert not before.in_flight
        return now

    assert asyncio.run(scenario()) == [200, 200, 200]
