"""Uploads while their sandboxes are reset and deleted."""

import asyncio
import random
from collections import Counter
from collections.abc import AsyncIterator
from functools import partial

from bench.load import Request
from bench.soak.checks import Check, Plan, at_most, exactly
from bench.soak.target import SPARE, Answer, Target, at_once, settled
from bench.soak.traffic import ROOM, VENDOR_NAMES, upload

SETTINGS = ROOM
_SANDBOXES = 10


async def resets(target: Target, plan: Plan) -> AsyncIterator[Check]:
    """Every upload is answered, and when the sandboxes are gone so are all files."""
    number, chance = plan.count(5000), random.Random(0)  # noqa: S311 - the same in every run.
    stored = await target.stored()

    async def send(at: int) -> Answer:
        content = chance.randbytes(20_000)
        return await target.send(upload(VENDOR_NAMES[at % 4], f"torn-{at % _SANDBOXES}", f"{at}.pdf", content))

    async def disturb() -> int:
        times = 0
        while True:
            sandbox = f"/sandboxes/torn-{chance.randrange(_SANDBOXES)}"
            method, path = chance.choice([("POST", f"{sandbox}/reset"), ("DELETE", sandbox)])
            # 404 where it was deleted before.
            await target.send(Request(method, f"/_emulator{path}"))
            times += 1
            await asyncio.sleep(0.002)

    # What so many at once take, they take once.
    await at_once(32, [partial(send, at) for at in range(200)])
    memory = target.memory()
    disturbance = asyncio.create_task(disturb())
    answers = await at_once(32, [partial(send, at) for at in range(number)])
    disturbance.cancel()
    await asyncio.gather(disturbance, return_exceptions=True)
    statuses = Counter(answer.status for answer in answers)
    yield exactly(f"{number:,} uploads during resets and deletions, answered with", dict(statuses), {200: number})
    for box in range(_SANDBOXES):
        await target.send(Request("DELETE", f"/_emulator/sandboxes/torn-{box}"))
    yield exactly("bytes stored when the sandboxes are gone", await target.stored_becomes(stored), stored)
    limit = memory + SPARE
    yield at_most("memory then", await settled(target, limit), limit, "MiB")
