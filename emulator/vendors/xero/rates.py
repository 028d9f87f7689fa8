"""How often an app and an organisation may ask: counted always, refused where the settings want it."""

from dataclasses import dataclass

from emulator.core.call import Call
from emulator.core.rates import FixedWindow
from emulator.core.rules import Refusal, Tunable
from emulator.vendors.xero import rules
from emulator.vendors.xero.state import Organisation, Token, state_of


@dataclass(frozen=True, slots=True)
class _Limit:
    problem: str
    """Xero's name for it."""
    header: str
    """What says how much of it is left."""
    rule: Tunable[int]


_APP = _Limit("appminute", "X-AppMinLimit-Remaining", rules.RATE_PER_APP)
_DAY = _Limit("day", "X-DayLimit-Remaining", rules.RATE_PER_DAY)
_MINUTE = _Limit("minute", "X-MinLimit-Remaining", rules.RATE_PER_MINUTE)

_Counted = tuple[_Limit, FixedWindow]


def count_app(call: Call, token: Token | None) -> None:
    """Count a call against its app. Raises Refusal."""
    _count(call, (_app_limit(call, token),))


def count_organisation(call: Call, token: Token | None, organisation: Organisation) -> None:
    """Count a call, which was counted against its app, against its organisation too. Raises Refusal."""
    own = ((_DAY, organisation.day), (_MINUTE, organisation.minute))
    try:
        _count(call, own)
        _take_place(call, organisation, own)
    except Refusal:
        _give_back(call, (_app_limit(call, token),))
        raise


def _app_limit(call: Call, token: Token | None) -> _Counted:
    return _APP, state_of(call.sandbox).app_window(token.client_id if token else "")


def _count(call: Call, limits: tuple[_Counted, ...]) -> None:
    """Raises Refusal, and then has counted nothing."""
    # The moment at which the exchange began: what is given back is given back to the window it was taken from.
    now = call.exchange.at
    passed = None
    for limit, window in limits:
        used = window.take(now)
        _tell_left(call, limit, used)
        if used > call.value(limit.rule):
            passed = passed or (limit, window)
    if passed and call.value(rules.RATE_LIMITS):
        _give_back(call, limits)
        limit, window = passed
        raise Refusal(rules.RATE_LIMITS, limit.rule, problem=limit.problem, seconds=window.seconds_left(now))


def _take_place(call: Call, organisation: Organisation, limits: tuple[_Counted, ...]) -> None:
    """Raises Refusal."""
    if not call.value(rules.RATE_LIMITS):
        return
    if not call.take_place(f"xero/{organisation.tenant_id.lower()}", call.value(rules.RATE_CONCURRENT)):
        _give_back(call, limits)
        raise Refusal(rules.RATE_LIMITS, rules.RATE_CONCURRENT, problem="concurrent", seconds="")


def _give_back(call: Call, limits: tuple[_Counted, ...]) -> None:
    """What is refused uses up nothing."""
    for limit, window in limits:
        window.give_back(call.exchange.at)
        _tell_left(call, limit, window.used(call.exchange.at))


def _tell_left(call: Call, limit: _Limit, used: int) -> None:
    call.answer_headers[limit.header] = str(max(0, call.value(limit.rule) - used))
