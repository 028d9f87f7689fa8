"""How often an account may call."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from emulator.core.vendor import CredentialFault
from emulator.vendors.codat.credential_faults import CREDENTIAL_FAULTS
from tests.asgi import Answer, scope_of, send
from tests.held_requests import Held, Where
from tests.vendors.codat.conftest import CONNECTIONS, FORM, OTHER_COMPANY, Codat, connection

MORNING = datetime(2026, 2, 3, 10, 0, 5, tzinfo=UTC)
LIST = f"{connection()}/data/invoices/inv-1/attachments"


@pytest.fixture
def limited(make: Callable[..., Codat]) -> Callable[..., Codat]:
    """A client of an emulator that refuses, at these limits, and says how long to wait as Codat does."""

    def made(**limits: int) -> Codat:
        codat = make(codat_rate_limits=True, max_retry_after=86400, **limits)
        codat.sandbox.clock.freeze(MORNING)
        return codat

    return made


def left(answer: Answer) -> tuple[str, str]:
    return answer.headers["x-rate-limit-limit"], answer.headers["x-rate-limit-remaining"]


@pytest.mark.proves("codat.rate-limits", "codat.rate-per-day", "codat.rate-per-minute")
@pytest.mark.parametrize(
    ("limits", "rule", "wait", "remaining"),
    [
        ({"codat_rate_per_day": 1}, "day", 14 * 3600 - 5, ("2", "0")),
        ({"codat_rate_per_minute": 2}, "minute", 55, ("2000", "1998")),
    ],
)
def test_a_request_beyond_a_limit_is_told_to_retry_later(
    limited: Callable[..., Codat], limits: dict[str, int], rule: str, wait: int, remaining: tuple[str, str]
) -> None:
    codat = limited(**limits)
    assert [codat.get("/companies").status for _ in range(2)] == [200, 200]

    # It uses up nothing, however often it is sent.
    refused = [codat.get("/companies") for _ in range(3)][-1]

    assert (refused.status, refused.rule) == (429, f"codat.rate-limits, codat.rate-per-{rule}")
    correlation_id = refused.json()["correlationId"]
    assert refused.text == (
        '{"statusCode":429,"service":"PublicApi",'
        '"error":"You have made too many requests in a given amount of time; please retry later.",'
        f'"correlationId":"{correlation_id}","canBeRetried":"Unknown","detailedErrorCode":0}}'
    )
    assert refused.headers["content-type"] == "application/json"
    assert (refused.headers["retry-after"], left(refused)) == (str(wait), remaining)
    assert refused.headers["x-rate-limit-reset"] == "2026-02-04T00:00:00.0000000Z"
    codat.sandbox.clock.advance(wait)
    assert codat.get("/companies").status == 200


def test_an_unlinked_company_takes_its_thousand_with_it(make: Callable[..., Codat]) -> None:
    codat = make()
    assert left(codat.get("/companies"))[0] == "2000"

    for link in CONNECTIONS.values():
        codat.send_json("PATCH", f"{connection(link)}", {"status": "Unlinked"})

    assert left(codat.get("/companies"))[0] == "1000"


def test_the_longest_wait_that_clients_are_told_is_a_setting(make: Callable[..., Codat]) -> None:
    assert make(codat_rate_limits=True, codat_rate_per_day=0).get("/companies").headers["retry-after"] == "1"


def test_without_the_setting_nobody_has_to_wait(make: Callable[..., Codat]) -> None:
    codat = make(codat_rate_per_day=0, codat_rate_per_minute=0, codat_rate_concurrent=0)

    assert left(codat.get("/companies")) == ("0", "0")
    assert codat.get("/companies").status == 200


@pytest.mark.proves("codat.rate-limits", "codat.rate-concurrent")
@pytest.mark.parametrize("where", ["upload", "download"])
def test_only_so_many_requests_can_be_under_way(limited: Callable[..., Codat], where: Where) -> None:
    codat = limited()
    headers = {**codat.headers, "content-type": FORM}
    up = scope_of("POST", f"/codat{connection()}/push/invoices/inv-1/attachment", headers)
    down = scope_of("GET", f"/codat{LIST}", codat.headers)

    async def ask() -> Answer:
        return await send(codat.app, down, [])

    async def scenario() -> None:
        held = [Held(codat.app, up if where == "upload" else down, where) for _ in range(10)]
        for request in held:
            await request.stopped()
        refused = await ask()
        assert (refused.status, refused.rule) == (429, "codat.rate-limits, codat.rate-concurrent")
        assert (refused.headers["retry-after"], left(refused)) == ("1", ("2000", "1990"))
        await held.pop().let_go(lost=where == "upload")
        assert (await ask()).status == 200
        for item in held:
            await item.let_go()

    asyncio.run(scenario())
    assert not codat.sandbox.in_flight


@pytest.mark.proves("codat.rate-concurrent")
@pytest.mark.parametrize(("active", "slots"), [(0, 2), (1, 2), (2, 4)])
def test_every_active_company_adds_to_the_requests_under_way(
    limited: Callable[..., Codat], active: int, slots: int
) -> None:
    codat = limited(codat_rate_concurrent=2)
    if active == 0:
        CREDENTIAL_FAULTS["deauthorised"](codat.sandbox, CredentialFault())
    if active == 2:
        start = codat.get(f"/companies/{OTHER_COMPANY}/connections").json()["results"][0]["linkUrl"]
        codat.get(start.removeprefix("http://emulator.test/codat"))
    upload = f"/codat{connection()}/push/invoices/inv-1/attachment" if active else "/codat/companies"
    scope = scope_of("POST", upload, {**codat.headers, "content-type": FORM if active else "application/json"})

    async def scenario() -> None:
        held = [Held(codat.app, scope, "upload") for _ in range(slots)]
        for item in held:
            await item.stopped()
        refused = await send(codat.app, scope_of("GET", "/codat/companies", codat.headers), [])
        assert refused.rule == "codat.rate-limits, codat.rate-concurrent"
        for request in held:
            await request.let_go(lost=True)

    asyncio.run(scenario())
