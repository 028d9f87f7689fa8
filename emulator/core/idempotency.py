"""Idempotency keys: a request that is sent again is answered again, and not carried out again."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from starlette.responses import Response

from emulator.core.clock import http_date
from emulator.core.request import VendorRequest
from emulator.core.responses import Reply
from emulator.core.rules import Refusal, Rule, Tunable

# How many keys a vendor remembers in a sandbox; beyond that the oldest is forgotten.
MAX_KEYS = 1000


@dataclass(frozen=True, slots=True)
class Policy:
    """What a vendor does with its keys."""

    lifetime: Tunable[int]
    """For how many seconds an answer is remembered."""
    mismatch: Rule
    """Refuses a key that comes with another request."""
    in_progress: Rule | None = None
    """Refuses a key whose first request is still under way; without a rule it waits for that one's answer."""
    too_long: Tunable[int] | None = None
    """Refuses a key whose answer was longer than this rule allows (bytes); without a rule any answer is remembered."""


@dataclass(slots=True)
class _Memory:
    method: str
    target: str
    digest: str | None = None
    """Of the body; None where the first answer did not wait for all of it."""
    outcome: Response | Refusal | None = None
    expires: datetime | None = None
    done: asyncio.Event = field(default_factory=asyncio.Event)


class IdempotencyKeys:
    """The keys that one vendor has seen in one sandbox."""

    def __init__(self) -> None:
        self._memories: dict[str, _Memory] = {}

    async def answer(
        self, request: VendorRequest, key: str, policy: Policy, carry_out: Callable[[], Awaitable[Response]]
    ) -> Response:
        """The answer to a request: carried out, or remembered; without a key (an empty one) always carried out.

        Raises what carrying out raises. A Refusal is remembered as an answer is; anything else leaves the key unused.
        """
        if not key:
            return await carry_out()
        while (memory := self._recall(key, request.sandbox.clock.now())) is not None:
            if memory.outcome is not None:
                return await self._repeat(request, memory, memory.outcome, policy)
            if policy.in_progress:
                raise request.refusal(policy.in_progress)
            await memory.done.wait()
        return await self._carry_out_first(request, key, policy, carry_out)

    async def _repeat(
        self, request: VendorRequest, memory: _Memory, outcome: Response | Refusal, policy: Policy
    ) -> Response:
        digest = await request.digest()
        same = (memory.method, memory.target) == (request.method, request.exchange.target)
        if not same or memory.digest not in (None, digest):
            raise request.refusal(policy.mismatch)
        if isinstance(outcome, Refusal):
            raise Refusal(*outcome.rules, **outcome.facts)
        return _copy_response(outcome, request)

    async def _carry_out_first(
        self, request: VendorRequest, key: str, policy: Policy, carry_out: Callable[[], Awaitable[Response]]
    ) -> Response:
        memory = self._memories[key] = _Memory(request.method, request.exchange.target)
        request.hash_body()
        try:
            outcome = await carry_out()
            memory.outcome = _outcome_to_store(request, policy, outcome)
        except Refusal as refusal:
            memory.outcome = Refusal(*refusal.rules, **refusal.facts)
            raise
        except BaseException:
            if self._memories.get(key) is memory:
                del self._memories[key]
            raise
        finally:
            memory.digest = request.digest_so_far()
            memory.expires = request.sandbox.clock.now() + timedelta(seconds=request.value(policy.lifetime))
            memory.done.set()
        return outcome

    def _recall(self, key: str, now: datetime) -> _Memory | None:
        memory = self._memories.get(key)
        if memory and memory.expires and memory.expires <= now:
            del self._memories[key]
            return None
        if memory is None and len(self._memories) >= MAX_KEYS:
            # The oldest; but what is under way must not be carried out twice.
            finished = (old_key for old_key, old in self._memories.items() if old.outcome is not None)
            self._memories.pop(next(finished, ""), None)
        return memory


def _outcome_to_store(request: VendorRequest, policy: Policy, response: Response) -> Response | Refusal:
    if policy.too_long and len(response.body) > request.value(policy.too_long):
        return request.refusal(policy.too_long)
    return _copy_response(response, request)


def _copy_response(response: Response, request: VendorRequest) -> Response:
    """The same answer for this request: what belongs to the moment and the connection is this request's own."""
    fields = dict(response.raw_headers)
    now = http_date(request.sandbox.clock.now())
    own = {b"date": now, b"expires": now, b"connection": b"close" if request.closes_connection else b"keep-alive"}
    fields |= {name: value for name, value in own.items() if name in fields}
    fields |= request.answer_headers
    fields.pop(b"content-length", None)
    return Reply(bytes(response.body), response.status_code, fields)
