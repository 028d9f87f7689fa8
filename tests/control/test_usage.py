"""What the control API tells of usage: by vendor, by account, and against each limit."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from emulator import create_app
from tests.asgi import scope_of, send
from tests.control.conftest import Control
from tests.held_requests import Held
from tests.vendor_clients import client_of

FILES = "/xero/api.xro/2.0/Invoices/INV-0002/Attachments"
HEADERS = {"authorization": "Bearer x", "xero-tenant-id": "demo", "accept": "application/json"}
GIGABYTE = 1000**3


def usage_of(control: Control, vendor: str) -> dict[str, Any]:
    (usage,) = control.read(f"/usage?vendor={vendor}")["vendors"]
    assert usage["vendor"] == vendor
    result: dict[str, Any] = usage
    return result


def limits_of(control: Control, vendor: str) -> dict[str, tuple[int, int]]:
    """How much was used of each limit, by rule."""
    return {limit["rule"]: (limit["used"], limit["limit"]) for limit in usage_of(control, vendor)["limits"]}


def test_bodies_are_counted_as_they_pass_for_the_vendor_and_for_each_account(control: Control) -> None:
    control.request("PUT", f"{FILES}/a.txt", b"12345", HEADERS)
    part = control.request("GET", f"{FILES}/a.txt", headers={**HEADERS, "range": "bytes=1-2"})
    head = control.request("HEAD", f"{FILES}/a.txt", headers=HEADERS)
    other = control.request("GET", FILES, headers={**HEADERS, "xero-tenant-id": "other"})
    token = control.request("POST", "/xero/identity/connect/token", b"grant_type=x", {})

    usage = usage_of(control, "xero")

    accounts = {account["id"]: account for account in usage["accounts"]}
    assert (usage["calls"], usage["bytes_up"]) == (5, 5 + len(b"grant_type=x"))
    assert usage["bytes_down"] >= len(part.body) + len(other.body) + len(token.body)
    assert (accounts["demo"]["calls"], accounts["demo"]["bytes_up"]) == (3, 5)
    assert (accounts["other"]["calls"], accounts["other"]["bytes_down"]) == (1, len(other.body))
    assert accounts["unknown"]["bytes_down"] == accounts["demo"]["bytes_down"] + len(other.body)
    assert head.status == 501


@pytest.mark.proves("xero.tier", "xero.rate-per-day-starter")
@pytest.mark.parametrize(
    ("tier", "daily"), [("starter", 1000), ("core", 5000), ("plus", 5000), ("advanced", 5000), ("enterprise", 5000)]
)
def test_the_tier_of_an_app_decides_its_calls_per_day(make: Callable[..., Control], tier: str, daily: int) -> None:
    control = make(xero_tier=tier)

    answer = control.request("GET", FILES, headers=HEADERS)

    assert answer.headers["x-daylimit-remaining"] == str(daily - 1)
    rule = "xero.rate-per-day-starter" if tier == "starter" else "xero.rate-per-day"
    assert limits_of(control, "xero")[rule] == (1, daily)


def test_the_limit_of_the_tier_is_enforced_and_named(make: Callable[..., Control]) -> None:
    control = make(xero_tier="starter", xero_rate_limits=True, xero_rate_per_day_starter=1)
    answers = [control.request("GET", FILES, headers=HEADERS) for _ in "ab"]

    assert [answer.status for answer in answers] == [200, 429]
    assert answers[1].rule == "xero.rate-limits, xero.rate-per-day-starter"
    assert limits_of(control, "xero")["xero.rate-per-day-starter"] == (1, 1)
    assert usage_of(control, "xero")["rate_limited"] == 1


@pytest.mark.proves("xero.egress", "xero.egress-core", "xero.egress-plus", "xero.egress-advanced")
@pytest.mark.parametrize(
    ("tier", "gigabytes"), [("starter", None), ("core", 10), ("plus", 50), ("advanced", 250), ("enterprise", None)]
)
def test_downloads_are_metered_by_the_app_against_its_allowance(
    make: Callable[..., Control], tier: str, gigabytes: int | None
) -> None:
    control = make(xero_tier=tier)
    tenants = ("one", "two")
    answers = [control.request("GET", FILES, headers={**HEADERS, "xero-tenant-id": tenant}) for tenant in tenants]

    egress = {rule: usage for rule, usage in limits_of(control, "xero").items() if rule.startswith("xero.egress")}

    total = sum(len(answer.body) for answer in answers)
    assert egress == ({f"xero.egress-{tier}": (total, gigabytes * GIGABYTE)} if gigabytes else {})


def test_requests_at_the_same_time_are_counted(make: Callable[..., Control]) -> None:
    control = make()

    async def scenario() -> None:
        path = "/xero/api.xro/2.0/Invoices/INV-0002/Attachments"
        held = [Held(control.gateway, scope_of("PUT", f"{path}/{name}.pdf", HEADERS), "upload") for name in "abc"]
        for request in held:
            await request.stopped()
        await held[0].let_go(lost=True)
        await send(control.gateway, scope_of("GET", path, HEADERS), [])
        for request in held[1:]:
            await request.let_go()

    asyncio.run(scenario())

    assert limits_of(control, "xero")["xero.rate-concurrent"] == (3, 5)
    assert usage_of(control, "xero")["calls"] == 4


def test_each_vendor_has_its_own_limits(control: Control) -> None:
    for vendor, path in (
        ("codat", "/companies"),
        ("dualentry", "/public/v2/invoices/"),
        ("dualentry", "/public/v2/bills/"),
        ("vrplatform", "/transactions"),
    ):
        assert client_of(control.gateway, vendor).get(path).status == 200

    assert limits_of(control, "codat") == {
        "codat.rate-per-minute": (1, 1000),
        "codat.rate-per-day": (1, 2000),
        "codat.rate-concurrent": (1, 10),
    }
    assert limits_of(control, "dualentry") == {
        "dualentry.rate-burst": (2, 50),
        "dualentry.rate-operation-burst": (1, 10),
        "dualentry.rate-invoice-writes": (0, 2),
    }
    assert limits_of(control, "vrplatform") == {}
    assert usage_of(control, "vrplatform")["accounts"][0]["scope"] == "team"


def test_usage_begins_anew_when_it_is_cleared_or_the_sandbox_reset() -> None:
    control = Control(create_app())
    for method, path in (("DELETE", "/usage"), ("POST", "/reset")):
        control.request("GET", FILES, headers=HEADERS)
        assert usage_of(control, "xero")["calls"] == 1
        assert control.send(method, path).status in (200, 204)
        assert usage_of(control, "xero")["calls"] == 0
        assert usage_of(control, "xero")["accounts"] == []
