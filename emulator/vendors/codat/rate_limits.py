"""Codat's rate limits. Requests are always counted, and refused only if the setting `codat.rate-limits` is on."""

from collections.abc import Iterator
from datetime import timedelta

from emulator.core.clock import ticks
from emulator.core.request import Fields, VendorRequest
from emulator.core.rules import Refusal
from emulator.core.sandbox import Sandbox
from emulator.core.usage import UsageLimit
from emulator.vendors.codat import rules
from emulator.vendors.codat.state import state_of
from emulator.vendors.codat.webhook_events import send_quota_events


def count_request(request: VendorRequest) -> None:
    """Count a request, whatever its outcome. Raises Refusal for a request beyond a limit, which is not counted."""
    state, now = state_of(request.sandbox), int(request.sandbox.clock.now().timestamp())
    request.meter("account", "all keys")
    try:
        if request.value(rules.RATE_LIMITS):
            _check_limits(request, state.daily_limit)
        state.day.take(now)
        state.minute.take(now)
    finally:
        request.answer_headers |= rate_headers(request)


def rate_headers(request: VendorRequest) -> Fields:
    """Return the headers that say how many of the day's requests are left."""
    state, now = state_of(request.sandbox), request.sandbox.clock.now()
    limit = state.daily_limit
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    return {
        b"x-rate-limit-limit": b"%d" % limit,
        b"x-rate-limit-remaining": b"%d" % max(0, limit - state.day.used(int(now.timestamp()))),
        b"x-rate-limit-reset": ticks(midnight).encode(),
    }


def usage_limits(sandbox: Sandbox) -> Iterator[UsageLimit]:
    """Yield the limits of the account, by how many companies are active now."""
    state = state_of(sandbox)
    yield UsageLimit(rules.RATE_PER_MINUTE, "calls_per_minute", "account", sandbox.options.value(rules.RATE_PER_MINUTE))
    yield UsageLimit(rules.RATE_PER_DAY, "calls_per_day", "account", state.daily_limit)
    yield UsageLimit(rules.RATE_CONCURRENT, "concurrent", "account", state.concurrent_limit)


def _check_limits(request: VendorRequest, daily_limit: int) -> None:
    """Check the limits of the day and the minute, then acquire a slot of the concurrent requests. Raises Refusal."""
    state, now = state_of(request.sandbox), int(request.sandbox.clock.now().timestamp())
    if state.day.used(now) >= daily_limit:
        send_quota_events(request, daily_limit)
        raise Refusal(rules.RATE_LIMITS, rules.RATE_PER_DAY, seconds=state.day.seconds_left(now))
    if state.minute.used(now) >= request.value(rules.RATE_PER_MINUTE):
        raise Refusal(rules.RATE_LIMITS, rules.RATE_PER_MINUTE, seconds=state.minute.seconds_left(now))
    if not request.acquire_slot("codat", state.concurrent_limit):
        raise Refusal(rules.RATE_LIMITS, rules.RATE_CONCURRENT, seconds=1)
