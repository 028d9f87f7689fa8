"""Codat end to end: which checks a request passes, in which order, and who answers it."""

from datetime import timedelta
from functools import partial

from starlette.responses import Response

from emulator.core.clock import ticks
from emulator.core.credentials import bare, basic
from emulator.core.idempotency import Policy
from emulator.core.request import Call, Fields
from emulator.core.routing import Router, segments_of
from emulator.core.rules import Refusal
from emulator.vendors.codat import rules
from emulator.vendors.codat.operations import OPERATIONS, OWN
from emulator.vendors.codat.state import state_of

ROUTER = Router(OPERATIONS, str.lower)
_POLICY = Policy(rules.IDEMPOTENCY_LIFETIME, rules.IDEMPOTENCY_MISMATCH, rules.IDEMPOTENCY_IN_PROGRESS)
# What needs no key.
_OPEN = {operation.id for operation in OWN}


async def answer(call: Call) -> Response:
    """The vendor's answer. Raises Refusal."""
    count(call)
    match = ROUTER.match(call.method, segments_of(call.path))
    if match is None:
        raise call.refusal(rules.UNKNOWN_PATH)
    operation = match.operation
    if operation is None:
        raise call.refusal(rules.METHOD)
    call.exchange.operation = operation.id
    if operation.id not in _OPEN:
        check_key(call)
    if operation.handler is None:
        raise call.refusal(rules.NOT_EMULATED)
    context = {"data_type": operation.context} if operation.context else {}
    carry_out = partial(operation.handler, call, **context, **match.params)
    if call.method not in ("POST", "PATCH"):
        return await carry_out()
    keys = state_of(call.sandbox).idempotency_keys
    return await keys.answer(call, call.headers.get("idempotency-key", ""), _POLICY, carry_out)


def check_key(call: Call) -> None:
    """The API key, as far as the auth mode asks for one."""
    state, mode = state_of(call.sandbox), call.options.auth
    shown = (basic(call.headers.get("authorization", "")) or b"").removesuffix(b":")
    if not shown and mode != "off":
        raise call.refusal(rules.CREDENTIAL)
    key = bare(shown.decode("utf-8", "replace"))
    if key in state.withdrawn or (mode == "strict" and key not in state.keys):
        raise call.refusal(rules.KEY_UNKNOWN)


def count(call: Call) -> None:
    """Count a call, whatever comes of it, unless there are too many."""
    state, now = state_of(call.sandbox), int(call.sandbox.clock.now().timestamp())
    try:
        if call.value(rules.RATE_LIMITS):
            check_rates(call, state.requests_a_day)
        state.day.take(now)
        state.minute.take(now)
    finally:
        call.answer_headers |= rate_headers(call)


def rate_headers(call: Call) -> Fields:
    """What is left of the day."""
    state, now = state_of(call.sandbox), call.sandbox.clock.now()
    limit = state.requests_a_day
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    return {
        b"x-rate-limit-limit": b"%d" % limit,
        b"x-rate-limit-remaining": b"%d" % max(0, limit - state.day.used(int(now.timestamp()))),
        b"x-rate-limit-reset": ticks(midnight).encode(),
    }


def check_rates(call: Call, requests_a_day: int) -> None:
    """Whether there is room for one call more."""
    state, now = state_of(call.sandbox), int(call.sandbox.clock.now().timestamp())
    if state.day.used(now) >= requests_a_day:
        raise Refusal(rules.RATE_LIMITS, rules.RATE_PER_DAY, seconds=state.day.seconds_left(now))
    if state.minute.used(now) >= call.value(rules.RATE_PER_MINUTE):
        raise Refusal(rules.RATE_LIMITS, rules.RATE_PER_MINUTE, seconds=state.minute.seconds_left(now))
    if not call.take_place("codat", call.value(rules.RATE_CONCURRENT)):
        raise Refusal(rules.RATE_LIMITS, rules.RATE_CONCURRENT, seconds=1)
