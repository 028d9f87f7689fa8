"""Idempotency keys: a repeated request gets the first answer again and is not carried out twice."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from starlette.responses import Response

from emulator.core.clock import http_date
from emulator.core.request import VendorRequest
from emulator.core.responses import Reply
from emulator.core.rules import Refusal, Rule, Tunable

# The most keys that a vendor remembers in a sandbox; beyond that the oldest is forgotten.
MAX_KEYS = 1000


@dataclass(frozen=True, slots=True)
class Policy:
    """How a vendor treats idempotency keys."""

    lifetime: Tunable[int]
    """How long an answer is remembered, in seconds."""
    mismatch: Rule
    """The refusal of a key that was used for a different request."""
    in_progress: Rule | None = None
    """The refusal of a key whose first request is in progress. Without it the repeat waits for the first answer."""
    too_long: Tunable[int] | None = None
    """The refusal of a key whose answer was longer than the rule's value (bytes). Without it any is remembered."""


@dataclass(slots=True)
class _Memory:
    method: str
    target: str
    digest: str | None = None
    """SHA-256 of the body; None where the first answer was sent before the body was read to its end."""
    outcome: Response | Refusal | None = None
    expires: datetime | None = None
    done: asyncio.Event = field(default_factory=asyncio.Event)


class IdempotencyKeys:
    """The idempotency keys that one vendor has seen in one sandbox."""

    def __init__(self) -> None:
        self._memories: dict[str, _Memory] = {}

    async def answer(
        self, request: VendorRequest, key: str, policy: Policy, carry_out: Callable[[], Awaitable[Response]]
    ) -> Response:
        """Carry out a request, or return the answer that its key already has. An empty key is no key.

        Raises what `carry_out` raises. A Refusal is remembered like an answer; another exception leaves the key unused.
        """
        if not key:
            return await carry_out()
        while (memory := self._recall(key, request.sandbox.clock.now())) is not None:
            if memory.outcome is not None:
                return await self._repeat(request, key, memory, memory.outcome, policy)
            if policy.in_progress:
                raise request.refusal(policy.in_progress)
            await memory.done.wait()
        return await self._carry_out_first(request, key, policy, carry_out)

    async def _repeat(
        self, request: VendorRequest, key: str, memory: _Memory, outcome: Response | Refusal, policy: Policy
    ) -> Response:
        digest = await request.digest()
        same = (memory.method, memory.target) == (request.method, request.exchange.target)
        if not same or memory.digest not in (None, digest):
            raise request.refusal(policy.mismatch, key=key)
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
            # A request that is in progress must not be carried out twice, so its key stays.
            finished = (old_key for old_key, old in self._memories.items() if old.outcome is not None)
            self._memories.pop(next(finished, ""), None)
        return memory


def _outcome_to_store(request: VendorRequest, policy: Policy, response: Response) -> Response | Refusal:
    if policy.too_long and len(response.body) > request.value(policy.too_long):
        return request.refusal(policy.too_long)
    return _copy_response(response, request)


def _copy_response(response: Response, request: VendorRequest) -> Response:
    """Return the same answer with the date and connection headers of this request."""
    fields = dict(response.raw_headers)
    now = http_date(request.sandbox.clock.now())
    own = {b"date": now, b"expires": now, b"connection": b"close" if request.closes_connection else b"keep-alive"}
    fields |= {name: value for name, value in own.items() if name in fields}
    fields |= request.answer_headers
    fields.pop(b"content-length", None)
    return Reply(bytes(response.body), response.status_code, fields)
