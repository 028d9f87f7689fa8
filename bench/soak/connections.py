"""Connections that cost the client nothing: idle ones, and heads that never end."""

import asyncio
import time
from collections.abc import AsyncIterator

from bench.soak.checks import Check, Plan, at_most, exactly
from bench.soak.target import SPARE, Answer, Target, at_once, close, settled
from bench.soak.traffic import listing

# Seconds that another client may wait beside them.
LONGEST_WAIT = 1.0
# KiB that a connection may take.
PER_CONNECTION = 64
# KiB that remain of one over TLS, of many at once: uvloop keeps them, under any application.
REMAINS_OF_TLS = 16
_HEAD = b"GET /xero/api.xro/2.0/Invoices HTTP/1.1\r\nHost: x\r\nX-Slow: "


async def idle(target: Target, plan: Plan) -> AsyncIterator[Check]:
    """Connections that have sent nothing."""
    async for check in _beside(target, plan.count(2000), b""):
        yield check


async def slow_heads(target: Target, plan: Plan) -> AsyncIterator[Check]:
    """Connections whose heads come byte by byte."""
    async for check in _beside(target, plan.count(300), _HEAD):
        yield check


async def _beside(target: Target, number: int, head: bytes) -> AsyncIterator[Check]:
    await _timed(target)
    # What so many take, they take once: the allocator keeps some of it.
    for _reader, writer in await at_once(50, [target.connect for _ in range(number)]):
        close(writer)
    await asyncio.sleep(1)
    memory = target.memory()
    connections = await at_once(50, [target.connect for _ in range(number)])
    writers = [writer for _, writer in connections]
    for writer in writers:
        writer.write(head)
    waits = []
    for _ in range(20):
        for writer in writers if head else []:
            writer.write(b"x")
        waits.append(await _timed(target))
        await asyncio.sleep(0.05)
    what = "connections whose heads never end" if head else "idle connections"
    yield at_most(f"longest wait beside {number:,} {what}", max(seconds for seconds, _ in waits), LONGEST_WAIT, "s")
    yield exactly("answers beside them", {answer.status for _, answer in waits}, {200})
    limit = memory + SPARE + number * PER_CONNECTION / 1024
    yield at_most("memory with them", target.memory(), limit, "MiB")
    for writer in writers:
        close(writer)
    limit = memory + SPARE + (number * REMAINS_OF_TLS / 1024 if target.server.tls else 0)
    yield at_most("memory after them", await settled(target, limit), limit, "MiB")


async def _timed(target: Target) -> tuple[float, Answer]:
    begun = time.monotonic()
    answer = await target.send(listing("xero", "beside"))
    return time.monotonic() - begun, answer
