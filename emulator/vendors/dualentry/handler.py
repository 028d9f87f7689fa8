"""DualEntry end to end: which checks a request passes, in which order, and who answers it."""

from datetime import datetime
from functools import partial
from urllib.parse import urlsplit

from starlette.responses import Response

from emulator.core.credentials import bare
from emulator.core.idempotency import Policy
from emulator.core.rate_limits import TokenBucket
from emulator.core.request import Call, Fields
from emulator.core.routing import Match, Router, segments_of
from emulator.vendors.dualentry import rules
from emulator.vendors.dualentry.operations import OPERATIONS, REPLACE, STORAGE
from emulator.vendors.dualentry.state import Organisation, state_of
from emulator.vendors.dualentry.storage import PATH

ROUTER = Router(OPERATIONS)
_POLICY = Policy(
    rules.IDEMPOTENCY, rules.IDEMPOTENCY_MISMATCH, rules.IDEMPOTENCY_IN_PROGRESS, rules.IDEMPOTENCY_TOO_LONG
)
# What is no part of the API: it takes a token in the path, and neither key nor slash.
_STORAGE = {operation.id for operation in STORAGE}
INVOICE_WRITES = ("create_Invoice_record", "update_Invoice_record")


async def answer(call: Call) -> Response:
    """The vendor's answer. Raises Refusal."""
    segments = segments_of(call.path)
    match = ROUTER.match(call.method, segments)
    if match is None or b"//" in call.path:
        raise call.refusal(rules.UNKNOWN_PATH)
    operation = match.operation
    if operation and operation.id in _STORAGE and operation.handler:
        call.exchange.operation = operation.id
        return await operation.handler(call, **match.params)
    if not call.path.endswith(b"/") and not call.path.startswith(PATH.encode()):
        raise call.refusal(rules.TRAILING_SLASH, location=_with_slash(call))
    if operation is None or (operation.id == REPLACE and not call.value(rules.REPLACE)):
        raise _not_allowed(call, match, segments[-1])
    call.exchange.operation = operation.id
    organisation = admit(call)
    _count(call, organisation, operation.id)
    if operation.handler is None:
        raise call.refusal(rules.NOT_EMULATED)
    context = {"kind": operation.context} if operation.context else {}
    carry_out = partial(operation.handler, call, organisation, **context, **match.params)
    if call.method == "GET":
        return await carry_out()
    key = call.headers.get("idempotency-key", "")
    if len(key) > call.value(rules.IDEMPOTENCY_KEY):
        raise call.refusal(rules.IDEMPOTENCY_KEY)
    return await organisation.idempotency_keys.answer(call, key, _POLICY, carry_out)


def admit(call: Call) -> Organisation:
    """The organisation whose key the call shows, as far as the auth mode asks for one."""
    state, mode = state_of(call.sandbox), call.options.auth
    key = call.headers.get("x-api-key", "").strip()
    if not key and mode != "off":
        raise call.refusal(rules.CREDENTIAL)
    if bare(key) in state.withdrawn or (mode == "strict" and bare(key) not in state.keys):
        raise call.refusal(rules.KEY_UNKNOWN)
    return state.organisation(bare(key))


def _not_allowed(call: Call, match: Match, last: str) -> Exception:
    methods = match.methods
    if last != "attachments":
        return call.refusal(rules.METHOD, allowed=", ".join(methods))
    if not call.value(rules.REPLACE):
        methods = tuple(each for each in methods if each != "PUT")
    return call.refusal(rules.ADD_ONLY, allowed=", ".join(methods))


def _with_slash(call: Call) -> str:
    query = call.scope["query_string"].decode("latin-1")
    path = urlsplit(call.mount_url).path + call.path.decode("latin-1") + "/"
    return f"{path}?{query}" if query else path


def _count(call: Call, organisation: Organisation, operation: str) -> None:
    now, overall = call.sandbox.clock.now(), _overall(call, organisation)
    if operation in INVOICE_WRITES:
        writes = call.value(rules.RATE_INVOICE_WRITES)
        own = organisation.bucket(operation, writes, writes / 60)
    else:
        burst, per_second = call.value(rules.RATE_OPERATION_BURST), call.value(rules.RATE_OPERATION_PER_SECOND)
        own = organisation.bucket(operation, burst, per_second)
    empty = next((bucket for bucket in (overall, own) if not bucket.take(now)), None)
    call.answer_headers |= _told(empty or min(own, overall, key=lambda bucket: bucket.left(now)), now)
    if empty and call.value(rules.RATE_LIMITS):
        raise call.refusal(rules.RATE_LIMITS, seconds=max(1, empty.seconds_until(1, now)))


def rate_headers(call: Call) -> Fields:
    """What the key may still ask for, of whatever operation."""
    organisation = state_of(call.sandbox).known(bare(call.headers.get("x-api-key", "").strip()))
    return _told(_overall(call, organisation), call.sandbox.clock.now())


def _overall(call: Call, organisation: Organisation | None) -> TokenBucket:
    pace = call.value(rules.RATE_BURST), call.value(rules.RATE_PER_SECOND)
    return organisation.bucket("", *pace) if organisation else TokenBucket(*pace)


def _told(bucket: TokenBucket, now: datetime) -> Fields:
    return {
        b"x-ratelimit-limit": b"%d" % bucket.burst,
        b"x-ratelimit-remaining": b"%d" % bucket.left(now),
        b"x-ratelimit-reset": b"%d" % (int(now.timestamp()) + bucket.seconds_until(bucket.burst, now)),
    }
