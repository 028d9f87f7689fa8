"""How often a client may ask: counted always, refused where the settings want it."""

from datetime import timedelta

from emulator.core.clock import ticks
from emulator.core.request import Fields, VendorRequest
from emulator.core.rules import Refusal
from emulator.vendors.codat import rules
from emulator.vendors.codat.state import state_of


def count(request: VendorRequest) -> None:
    """Count a request, whatever comes of it afterwards. Raises Refusal for one too many, which is not counted."""
    state, now = state_of(request.sandbox), int(request.sandbox.clock.now().timestamp())
    try:
        if request.value(rules.RATE_LIMITS):
            _check_limits(request, state.requests_a_day)
        state.day.take(now)
        state.minute.take(now)
    finally:
        request.answer_headers |= rate_headers(request)


def rate_headers(request: VendorRequest) -> Fields:
    """The headers that tell how many requests are left of the day."""
    state, now = state_of(request.sandbox), request.sandbox.clock.now()
    limit = state.requests_a_day
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    return {
        b"x-rate-limit-limit": b"%d" % limit,
        b"x-rate-limit-remaining": b"%d" % max(0, limit - state.day.used(int(now.timestamp()))),
        b"x-rate-limit-reset": ticks(midnight).encode(),
    }


def _check_limits(request: VendorRequest, requests_a_day: int) -> None:
    """Check that there is room for one more request, and take a slot. Raises Refusal."""
    state, now = state_of(request.sandbox), int(request.sandbox.clock.now().timestamp())
    if state.day.used(now) >= requests_a_day:
        raise Refusal(rules.RATE_LIMITS, rules.RATE_PER_DAY, seconds=state.day.seconds_left(now))
    if state.minute.used(now) >= request.value(rules.RATE_PER_MINUTE):
        raise Refusal(rules.RATE_LIMITS, rules.RATE_PER_MINUTE, seconds=state.minute.seconds_left(now))
    if not request.acquire_slot("codat", request.value(rules.RATE_CONCURRENT)):
        raise Refusal(rules.RATE_LIMITS, rules.RATE_CONCURRENT, seconds=1)
