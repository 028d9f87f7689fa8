"""Xero's rate limits. Requests are always counted, and refused only if the setting `xero.rate-limits` is on."""

from collections.abc import Iterator
from dataclasses import dataclass

from emulator.core.rate_limits import FixedWindow
from emulator.core.request import VendorRequest
from emulator.core.rules import Refusal, Tunable
from emulator.core.sandbox import RuleValues, Sandbox
from emulator.core.usage import UsageLimit
from emulator.vendors.xero import rules
from emulator.vendors.xero.state import Organisation


@dataclass(frozen=True, slots=True)
class _Limit:
    problem: str
    """Its name in Xero's headers."""
    header: bytes
    """The header with the number of requests that remain."""
    rule: Tunable[int]


APP = _Limit("appminute", b"x-appminlimit-remaining", rules.RATE_PER_APP)
_DAY = _Limit("day", b"x-daylimit-remaining", rules.RATE_PER_DAY)
_DAY_STARTER = _Limit("day", b"x-daylimit-remaining", rules.RATE_PER_DAY_STARTER)
_MINUTE = _Limit("minute", b"x-minlimit-remaining", rules.RATE_PER_MINUTE)

# The monthly allowances of the tiers that have one, in gigabytes.
_EGRESS = {"core": rules.EGRESS_CORE, "plus": rules.EGRESS_PLUS, "advanced": rules.EGRESS_ADVANCED}
GIGABYTE = 1000**3

_Counted = tuple[_Limit, FixedWindow]


def count_organisation(request: VendorRequest, organisation: Organisation, app: FixedWindow) -> None:
    """Count a request, which was counted against its app, against its organisation too. Raises Refusal."""
    own = ((_daily(request.value), organisation.day), (_MINUTE, organisation.minute))
    try:
        count(request, own)
        if request.value(rules.RATE_LIMITS):
            _acquire_slot(request, organisation, own)
    except Refusal:
        _release(request, ((APP, app),))
        raise


def usage_limits(sandbox: Sandbox) -> Iterator[UsageLimit]:
    """Yield the limits of an organisation and of an app, by the app's tier."""
    value = sandbox.options.value
    daily = _daily(value).rule
    yield UsageLimit(rules.RATE_PER_MINUTE, "calls_per_minute", "organisation", value(rules.RATE_PER_MINUTE))
    yield UsageLimit(daily, "calls_per_day", "organisation", value(daily))
    yield UsageLimit(rules.RATE_CONCURRENT, "concurrent", "organisation", value(rules.RATE_CONCURRENT))
    yield UsageLimit(rules.RATE_PER_APP, "calls_per_minute", "app", value(rules.RATE_PER_APP))
    if allowance := _EGRESS.get(value(rules.TIER)):
        yield UsageLimit(allowance, "bytes_down_per_month", "app", value(allowance) * GIGABYTE)


def _daily(value: RuleValues) -> _Limit:
    """Return the limit per day of an app's tier."""
    return _DAY_STARTER if value(rules.TIER) == "starter" else _DAY


def count(request: VendorRequest, limits: tuple[_Counted, ...]) -> None:
    """Count a request against each of these limits. Raises Refusal, and then has counted nothing."""
    # The time at which the exchange began, so a request is given back to the window that counted it.
    now = request.exchange.second
    passed = None
    for limit, window in limits:
        left = request.value(limit.rule) - window.take(now)
        request.answer_headers[limit.header] = b"%d" % (left if left > 0 else 0)
        if left < 0:
            passed = passed or (limit, window)
    if passed and request.value(rules.RATE_LIMITS):
        _release(request, limits)
        limit, window = passed
        raise Refusal(rules.RATE_LIMITS, limit.rule, problem=limit.problem, seconds=window.seconds_left(now))


def _acquire_slot(request: VendorRequest, organisation: Organisation, limits: tuple[_Counted, ...]) -> None:
    """Acquire one of the slots for requests at the same time. Raises Refusal."""
    if not request.acquire_slot(f"xero/{organisation.tenant_id}", request.value(rules.RATE_CONCURRENT)):
        _release(request, limits)
        raise Refusal(rules.RATE_LIMITS, rules.RATE_CONCURRENT, problem="concurrent", seconds="")


def _release(request: VendorRequest, limits: tuple[_Counted, ...]) -> None:
    """Uncount a request that was refused."""
    now = request.exchange.second
    for limit, window in limits:
        window.release(now)
        request.answer_headers[limit.header] = b"%d" % max(0, request.value(limit.rule) - window.used(now))
