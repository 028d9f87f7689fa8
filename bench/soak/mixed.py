"""Everything at once: all vendors, files, lists, downloads, changes and refusals, with faults and webhooks at random.

Each of some clients takes a fresh sandbox, arms faults and registers receivers of webhooks in it, sends some hundred
requests, compares all that it was told with what the sandbox has, and deletes it.
"""

import asyncio
import hashlib
import random
import time
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from statistics import median, quantiles
from typing import Any
from urllib.parse import urlsplit

from aiohttp import web

from bench.load import Request
from bench.soak.checks import Check, Plan, at_most, exactly, none_of
from bench.soak.target import Answer, Target, settled
from bench.soak.traffic import (
    ROOM,
    VENDOR_NAMES,
    WEBHOOK_VENDORS,
    change,
    downloads,
    listing,
    nonsense,
    upload,
)
from bench.soak.webhooks import receiving

SETTINGS: dict[str, object] = {**ROOM, "max_retry_after": 0}
# On each server: clients at once, the requests that each sends to a sandbox, and the share of sandboxes with webhooks.
CLIENTS = 8
REQUESTS = 150
WITH_WEBHOOKS = 0.6
# Which of five sandboxes have no faults. Not by chance, as the shortest run needs some.
WITHOUT_FAULTS = (1, 3)
# Milliseconds: of a hundred requests that no fault slows, 99 take no longer.
P99 = 1000
# What memory may grow by (MiB) and still be level: allocators keep some of what was freed.
SPARE = 40
# A share of the time, after which memory should be level.
WARM = 0.4
_OPERATIONS = ("upload", "download", "listing", "change", "nonsense")
_WEIGHTS = (40, 25, 15, 12, 8)
# Every kind, so that it takes no longer than a moment. A corrupted upload is another file, which is no loss.
FAULTS: tuple[dict[str, Any], ...] = (
    {"kind": "status"},
    {"kind": "status", "status": 429},
    {"kind": "early-refusal"},
    {"kind": "reset", "when": "before"},
    {"kind": "reset", "when": "during"},
    {"kind": "reset", "when": "after"},
    {"kind": "empty-reply"},
    {"kind": "lost-answer"},
    {"kind": "delay", "seconds": 0.02},
    {"kind": "truncated"},
    {"kind": "stall", "direction": "down", "seconds": 0.02},
    {"kind": "stall", "direction": "up", "seconds": 0.02},
    {"kind": "slow", "direction": "down", "bytes_per_second": 1_000_000},
    {"kind": "slow", "direction": "up", "bytes_per_second": 1_000_000},
    {"kind": "corrupted", "direction": "down"},
    {"kind": "malformed-chunk"},
)
WEBHOOK_FAULTS: tuple[dict[str, Any], ...] = (
    {"kind": "webhook-dropped"},
    {"kind": "webhook-doubled"},
    {"kind": "webhook-late", "seconds": 0.1},
    {"kind": "webhook-reordered"},
    {"kind": "webhook-wrong-signature"},
    {"kind": "webhook-old-timestamp"},
    {"kind": "webhook-cut"},
)


@dataclass
class Tally:
    """What the clients of one server have met."""

    requests: Counter[str] = field(default_factory=Counter)
    sandboxes: int = 0
    faults: int = 0
    files: int = 0
    webhooks: int = 0
    milliseconds: list[float] = field(default_factory=list)
    """Of requests to sandboxes without faults."""
    crashes: list[str] = field(default_factory=list)
    losses: list[str] = field(default_factory=list)
    memory: list[tuple[float, float]] = field(default_factory=list)
    """Seconds since the beginning, and MiB."""


class Receiver:
    """Answers webhooks, most of them well, and remembers which it has accepted."""

    def __init__(self) -> None:
        self._chance = random.Random(0)  # noqa: S311 - the same in every run.
        self.accepted: dict[str, set[bytes]] = {}
        """By sandbox, the digests of the bodies."""

    async def answer(self, request: web.Request) -> web.Response:
        try:
            body = await request.read()
        except ConnectionError:
            # A fault has cut it.
            return web.Response(status=400)
        status = self._chance.choice((200, 200, 200, 200, 429, 500))
        if status == 200:
            self.accepted.setdefault(request.path.split("/")[1], set()).add(_digest(body))
        return web.Response(status=status)


async def mixed(target: Target, plan: Plan) -> AsyncIterator[Check]:
    """Nothing fails but for a fault, nothing is lost, and memory stays level."""
    tally, receiver, begun = Tally(), Receiver(), time.monotonic()
    async with receiving(receiver.answer) as url:

        async def work(number: int) -> None:
            chance = random.Random(f"{target.server.port}/{number}")  # noqa: S311 - it need not be secret.
            while time.monotonic() < begun + plan.seconds:
                await _Visit(target, tally, receiver, url, chance, f"mixed-{number}-{tally.sandboxes}").run()

        async def watch() -> None:
            while True:
                await asyncio.sleep(min(1, plan.seconds / 20))
                tally.memory.append((time.monotonic() - begun, target.memory()))

        watcher = asyncio.create_task(watch())
        try:
            await asyncio.gather(*map(work, range(CLIENTS)))
        finally:
            watcher.cancel()
    for check in _verdict(tally, plan.seconds, time.monotonic() - begun):
        yield check
    yield exactly("bytes stored when all sandboxes are gone", await target.stored_becomes(0), 0)
    warm = _between(tally, 0, WARM, plan.seconds)
    yield at_most("memory then", await settled(target, max(warm) + SPARE), max(warm) + SPARE, "MiB")


def _verdict(tally: Tally, planned: float, seconds: float) -> list[Check]:
    total = tally.requests.total()
    what = f"{total:,} requests, {total / seconds:,.0f} a second, to {tally.sandboxes:,} sandboxes"
    p99 = quantiles(tally.milliseconds, n=100)[-1]
    middle = median(_between(tally, WARM, (1 + WARM) / 2, planned))
    end = median(_between(tally, (1 + WARM) / 2, 1.1, planned))
    return [
        none_of("failures that no fault made", tally.crashes, what),
        none_of(
            f"files and webhooks lost, {tally.faults:,} faults met",
            tally.losses,
            f"{tally.files:,} files and {tally.webhooks:,} webhooks",
        ),
        at_most("p99 of requests without faults", p99, P99, "ms"),
        at_most("memory at the end, compared with the middle", end, middle + SPARE, "MiB"),
    ]


def _between(tally: Tally, start: float, end: float, seconds: float) -> list[float]:
    """What the memory was in a part of the time."""
    return [mib for at, mib in tally.memory if start * seconds <= at <= end * seconds] or [tally.memory[-1][1]]


class _Visit:
    """One client's visit to one sandbox, from its first request to its deletion."""

    def __init__(
        self, target: Target, tally: Tally, receiver: Receiver, url: str, chance: random.Random, sandbox: str
    ) -> None:
        tally.sandboxes += 1
        self._target = target
        self._tally = tally
        self._receiver = receiver
        self._url = url
        self._chance = chance
        self._sandbox = sandbox
        self._troubled = tally.sandboxes % 5 not in WITHOUT_FAULTS
        self._sent: dict[tuple[str, str], str] = {}
        """The SHA-256 of what was sent, by vendor and name."""
        self._taken: set[tuple[str, str]] = set()
        """What was answered with success."""
        self._downloads: dict[tuple[str, str], Request] = {}

    async def run(self) -> None:
        await self._prepare()
        for number in range(REQUESTS):
            vendor = self._chance.choice(VENDOR_NAMES)
            operation = self._chance.choices(_OPERATIONS, _WEIGHTS)[0]
            await getattr(self, f"_{operation}")(vendor, number)
        for fault in (await self._control("GET", "/faults"))["faults"]:
            self._tally.faults += fault["triggered"]
        await self._control("DELETE", "/faults")
        await self._compare_files()
        await self._compare_webhooks()
        await self._control("DELETE", "")

    async def _prepare(self) -> None:
        if self._chance.random() < WITH_WEBHOOKS:
            for vendor in WEBHOOK_VENDORS:
                endpoint = {"vendor": vendor, "url": f"{self._url}/{self._sandbox}/{vendor}", "check": False}
                await self._control("POST", "/webhooks", endpoint)
            for fault in self._chance.sample(WEBHOOK_FAULTS, 2):
                await self._control("POST", "/faults", {**fault, "probability": 0.1})
        if self._troubled:
            for fault in self._chance.sample(FAULTS, 4):
                await self._control("POST", "/faults", {**fault, "probability": 0.05})

    async def _upload(self, vendor: str, number: int) -> None:
        name, content = f"{number}.pdf", b"%PDF " + self._chance.randbytes(self._chance.choice((10, 10_000, 100_000)))
        self._sent[vendor, name] = hashlib.sha256(content).hexdigest()
        answer = await self._send(upload(vendor, self._sandbox, name, content))
        if answer.status == 200:
            self._taken.add((vendor, name))
            if vendor == "vrplatform":
                self._remember(vendor, answer)
        elif answer.status and not self._troubled:
            self._tally.losses.append(f"{vendor} refused {name}: {answer.status} {answer.body[:200]!r}")

    async def _download(self, vendor: str, number: int) -> None:
        known = [place for place in self._downloads if place[0] == vendor]
        if not known:
            await self._listing(vendor, number)
            return
        place = self._chance.choice(known)
        answer = await self._send(self._downloads[place])
        if answer.status == 200 and not self._troubled and _sha256(answer.body) != self._sent[place]:
            self._tally.losses.append(f"{place} came back with {len(answer.body)} other bytes")

    async def _listing(self, vendor: str, _: int) -> None:
        answer = await self._send(listing(vendor, self._sandbox))
        if answer.status == 200 and vendor != "vrplatform":
            self._remember(vendor, answer)

    async def _change(self, vendor: str, _: int) -> None:
        await self._send(change(vendor, self._sandbox))

    async def _nonsense(self, vendor: str, _: int) -> None:
        answer = await self._send(nonsense(vendor, self._sandbox))
        if 200 <= answer.status < 300:
            self._tally.losses.append(f"{vendor} took nonsense: {answer.status}")

    async def _send(self, request: Request) -> Answer:
        begun = time.monotonic()
        answer = await self._target.send(request)
        tally = self._tally
        tally.requests[request.method] += 1
        if not self._troubled:
            tally.milliseconds.append((time.monotonic() - begun) * 1000)
        if answer.crashed or (not answer.status and not self._troubled):
            tally.crashes.append(f"{request.method} {request.target}: {answer.status} {answer.body[:200]!r}")
        return answer

    def _remember(self, vendor: str, answer: Answer) -> None:
        try:
            files = downloads(vendor, self._sandbox, answer.json)
        except (LookupError, TypeError, ValueError):
            if not self._troubled:
                raise
            # A fault has corrupted it.
            files = {}
        for name, request in files.items():
            if (vendor, name) in self._sent:
                self._downloads[vendor, name] = request

    async def _compare_files(self) -> None:
        files = (await self._control("GET", "/files"))["files"]
        stored = {(file["vendor"], file["name"]): file["sha256"] for file in files}
        self._tally.files += len(self._taken)
        for place in self._taken:
            if stored.get(place) != self._sent[place]:
                self._tally.losses.append(f"{self._sandbox}: {place} was taken, and is {stored.get(place)}")
        for place, digest in stored.items():
            if place in self._sent and digest != self._sent[place]:
                self._tally.losses.append(f"{self._sandbox}: {place} is another file")

    async def _compare_webhooks(self) -> None:
        for delivery in (await self._control("GET", "/webhooks/deliveries"))["deliveries"]:
            self._tally.webhooks += 1
            accepted = self._receiver.accepted.get(urlsplit(delivery["url"]).path.split("/")[1], set())
            if delivery["state"] == "delivered" and _digest(delivery["body"].encode()) not in accepted:
                self._tally.losses.append(f"{self._sandbox}: a webhook of {delivery['vendor']} was not received")
        self._receiver.accepted.pop(self._sandbox, None)

    async def _control(self, method: str, path: str, value: object = None) -> Any:
        return await self._target.control(method, f"/sandboxes/{self._sandbox}{path}", value)


def _digest(body: bytes) -> bytes:
    return hashlib.sha256(body).digest()


def _sha256(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()
