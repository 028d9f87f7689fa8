"""Codat end to end: which checks a request passes, in which order, and who answers it."""

from datetime import timedelta
from functools import partial

from starlette.responses import Response

from emulator.core.clock import ticks
from emulator.core.credentials import bare, basic
from emulator.core.idempotency import Policy
from emulator.core.request import Fields, VendorRequest
from emulator.core.routing import Router, segments_of
from emulator.core.rules import Refusal
from emulator.vendors.codat import rules
from emulator.vendors.codat.operations import OPERATIONS, OWN
from emulator.vendors.codat.state import state_of

ROUTER = Router(OPERATIONS, str.lower)
_POLICY = Policy(rules.IDEMPOTENCY_LIFETIME, rules.IDEMPOTENCY_MISMATCH, rules.IDEMPOTENCY_IN_PROGRESS)
# What needs no key.
_OPEN = {operation.id for operation in OWN}


async def answer(request: VendorRequest) -> Response:
    """The vendor's answer. Raises Refusal."""
    count(request)
    match = ROUTER.match(request.method, segments_of(request.path))
    if match is None:
        raise request.refusal(rules.UNKNOWN_PATH)
    operation = match.operation
    if operation is None:
        raise request.refusal(rules.METHOD)
    request.exchange.operation = operation.id
    if operation.id not in _OPEN:
        check_key(request)
    if operation.handler is None:
        raise request.refusal(rules.NOT_EMULATED)
    context = {"data_type": operation.context} if operation.context else {}
    carry_out = partial(operation.handler, request, **context, **match.params)
    if request.method not in ("POST", "PATCH"):
        return await carry_out()
    keys = state_of(request.sandbox).idempotency_keys
    return await keys.answer(request, request.headers.get("idempotency-key", ""), _POLICY, carry_out)


def check_key(request: VendorRequest) -> None:
    """The API key, as far as the auth mode asks for one."""
    state, mode = state_of(request.sandbox), request.options.auth
    shown = (basic(request.headers.get("authorization", "")) or b"").removesuffix(b":")
    if not shown and mode != "off":
        raise request.refusal(rules.CREDENTIAL)
    key = bare(shown.decode("utf-8", "replace"))
    if key in state.withdrawn or (mode == "strict" and key not in state.keys):
        raise request.refusal(rules.KEY_UNKNOWN)


def count(request: VendorRequest) -> None:
    """Count a request, whatever comes of it, unless there are too many."""
    state, now = state_of(request.sandbox), int(request.sandbox.clock.now().timestamp())
    try:
        if request.value(rules.RATE_LIMITS):
            check_rates(request, state.requests_a_day)
        state.day.take(now)
        state.minute.take(now)
    finally:
        request.answer_headers |= rate_headers(request)


def rate_headers(request: VendorRequest) -> Fields:
    """What is left of the day."""
    state, now = state_of(request.sandbox), request.sandbox.clock.now()
    limit = state.requests_a_day
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    return {
        b"x-rate-limit-limit": b"%d" % limit,
        b"x-rate-limit-remaining": b"%d" % max(0, limit - state.day.used(int(now.timestamp()))),
        b"x-rate-limit-reset": ticks(midnight).encode(),
    }


def check_rates(request: VendorRequest, requests_a_day: int) -> None:
    """Whether there is room for one request more."""
    state, now = state_of(request.sandbox), int(request.sandbox.clock.now().timestamp())
    if state.day.used(now) >= requests_a_day:
        raise Refusal(rules.RATE_LIMITS, rules.RATE_PER_DAY, seconds=state.day.seconds_left(now))
    if state.minute.used(now) >= request.value(rules.RATE_PER_MINUTE):
        raise Refusal(rules.RATE_LIMITS, rules.RATE_PER_MINUTE, seconds=state.minute.seconds_left(now))
    if not request.acquire_slot("codat", request.value(rules.RATE_CONCURRENT)):
        raise Refusal(rules.RATE_LIMITS, rules.RATE_CONCURRENT, seconds=1)
