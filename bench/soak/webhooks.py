"""Thousands of webhooks to a receiver that answers slowly."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from statistics import median

from aiohttp import web

from bench.soak.checks import Check, Plan, at_most
from bench.soak.target import SPARE, Target
from bench.soak.traffic import change, upload
from emulator.webhooks.webhooks import MAX_PENDING

# Seconds that the receiver thinks.
_SLOW = 1.0
# How many times as long an upload may take beside the deliveries, and what they may take each (KiB).
SLOWER = 2.0
PER_DELIVERY = 8


async def slow_receiver(target: Target, plan: Plan) -> AsyncIterator[Check]:
    """Uploads beside the deliveries take no longer, and no more than so many deliveries wait."""
    number = plan.count(MAX_PENDING + 2000)

    async def answer(_: web.Request) -> web.Response:
        await asyncio.sleep(_SLOW)
        return web.Response()

    async with receiving(answer) as url:
        before = await _upload_seconds(target, plan)
        # What events need, without their deliveries.
        await _change(target, plan.count(1000))
        await target.control("POST", "/sandboxes/hooks/reset")
        await target.control("POST", "/sandboxes/hooks/webhooks", {"vendor": "dualentry", "url": url, "check": False})
        memory = target.memory()
        await _change(target, number)
        beside = await _upload_seconds(target, plan)
        grown = target.memory() - memory
        deliveries = (await target.control("GET", "/sandboxes/hooks/webhooks/deliveries"))["deliveries"]
        states = [delivery["state"] for delivery in deliveries]
        yield at_most("p50 of uploads beside it, times as long as without", beside / before, SLOWER, "times")
        yield at_most(
            f"deliveries that wait, of {number:,} with one answer in {_SLOW:g} s",
            states.count("pending"),
            MAX_PENDING,
            "",
        )
        limit = PER_DELIVERY * len(states) / 1024 + 24
        yield at_most(f"memory that {len(states):,} deliveries take", grown, limit, "MiB")
        begun = time.monotonic()
        await target.control("DELETE", "/sandboxes/hooks")
        yield at_most("deleting the sandbox", time.monotonic() - begun, 1, "s")
        yield at_most("memory then", target.memory(), memory + SPARE, "MiB")


async def _change(target: Target, number: int) -> None:
    for _ in range(number):
        answer = await target.send(change("dualentry", "hooks"))
        if answer.status not in (200, 201):
            raise RuntimeError(f"a change was answered with {answer.status}: {answer.body[:200]!r}")


async def _upload_seconds(target: Target, plan: Plan) -> float:
    """Half of the uploads took at most so long."""
    seconds = []
    for at in range(plan.count(1000, least=100)):
        begun = time.monotonic()
        await target.send(upload("xero", "plain", "a.pdf", b"%d" % at))
        seconds.append(time.monotonic() - begun)
    return median(seconds)


@asynccontextmanager
async def receiving(answer: Callable[[web.Request], Awaitable[web.StreamResponse]]) -> AsyncIterator[str]:
    """A receiver on a free port, and the URL that it has."""
    application = web.Application()
    application.router.add_post("/{path:.*}", answer)
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()
