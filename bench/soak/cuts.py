"""Clients that go away: in the middle of an upload, or before they have read the answer."""

import asyncio
import random
from collections.abc import AsyncIterator
from functools import partial

from bench.load import Request
from bench.soak.checks import Check, Plan, at_most, exactly
from bench.soak.target import SPARE, Target, at_once, close, settled
from bench.soak.traffic import VENDOR_NAMES, downloads, listing, upload

_SIZE = 300_000
AT_ONCE = 64
PACE = 8


async def uploads(target: Target, plan: Plan) -> AsyncIterator[Check]:
    """Uploads to all four vendors that are cut at random: nothing of them stays."""
    number, chance = plan.count(2000), random.Random(0)  # noqa: S311 - the same in every run.
    stored = await target.stored()

    async def cut(at: int) -> None:
        request = upload(VENDOR_NAMES[at % 4], "cut", f"{at}.pdf", chance.randbytes(_SIZE))
        await _cut(target, request, chance.randrange(len(request.body) - 1))

    # What so many at once take, they take once.
    await at_once(AT_ONCE, [partial(cut, at) for at in range(2 * AT_ONCE)])
    memory = target.memory()
    await at_once(AT_ONCE, [partial(cut, at) for at in range(number)])
    # The sandbox's own seed files came with it.
    await target.control("DELETE", "/sandboxes/cut")
    yield exactly(f"bytes stored after {number:,} uploads were cut", await target.stored_becomes(stored), stored)
    limit = memory + SPARE
    yield at_most("memory after them", await settled(target, limit), limit, "MiB")


async def disconnects(target: Target, plan: Plan) -> AsyncIterator[Check]:
    """Clients that leave before, while or after they are answered."""
    number, chance = plan.count(9600), random.Random(0)  # noqa: S311 - the same in every run.
    await target.send(upload("xero", "leave", "a.pdf", chance.randbytes(_SIZE)))
    answer = await target.send(listing("xero", "leave"))
    download = downloads("xero", "leave", answer.json)["a.pdf"]
    requests = [download, *(listing(vendor, "leave") for vendor in VENDOR_NAMES)]
    requests += [Request("GET", "/"), Request("GET", "/_emulator/sandboxes/leave/journal?limit=20")]
    stored = await target.stored()

    async def leave(at: int) -> None:
        await _leave(target, requests[at % len(requests)], chance.choice((0, 0.001, 0.005, 0.02)))
        if at % PACE == 0:
            # Those that leave wait for nothing, and would come faster than anything can be answered.
            await target.send(download)

    # Until the journal is full, it grows.
    await at_once(AT_ONCE, [partial(leave, at) for at in range(plan.count(2000, least=300))])
    memory = target.memory()
    await at_once(AT_ONCE, [partial(leave, at) for at in range(number)])
    yield exactly(f"bytes leaked by {number:,} disconnects", await target.stored_becomes(stored) - stored, 0)
    limit = memory + SPARE
    yield at_most("memory after them", await settled(target, limit), limit, "MiB")


async def _cut(target: Target, request: Request, position: int) -> None:
    """Send so many bytes of the body, and drop the connection."""
    _, writer = await target.connect()
    raw = request.raw(target.server.port)
    writer.write(raw[: len(raw) - len(request.body) + position])
    try:
        async with asyncio.timeout(10):
            await writer.drain()
        await asyncio.sleep(0.002)
    except OSError:
        # It was refused while it came, which is an answer too.
        return
    finally:
        close(writer)


async def _leave(target: Target, request: Request, pause: float) -> None:
    """Send a request, and drop the connection after so many seconds."""
    _, writer = await target.connect()
    writer.write(request.raw(target.server.port))
    await asyncio.sleep(pause)
    close(writer)
