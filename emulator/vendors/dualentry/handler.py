"""DualEntry end to end: which checks a request passes, in which order, and who answers it."""

from datetime import datetime
from functools import partial
from urllib.parse import urlsplit

from starlette.responses import Response

from emulator.core.credentials import strip_sandbox_prefix
from emulator.core.idempotency import Policy
from emulator.core.rate_limits import TokenBucket
from emulator.core.request import Fields, VendorRequest
from emulator.core.routing import Match, Router, segments_of
from emulator.vendors.dualentry import rules
from emulator.vendors.dualentry.auth import check_key
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


async def answer(request: VendorRequest) -> Response:
    """The vendor's answer. Raises Refusal."""
    segments = segments_of(request.path)
    match = ROUTER.match(request.method, segments)
    if match is None or b"//" in request.path:
        raise request.refusal(rules.UNKNOWN_PATH)
    operation = match.operation
    if operation and operation.id in _STORAGE and operation.handler:
        request.exchange.operation = operation.id
        return await operation.handler(request, **match.params)
    if not request.path.endswith(b"/") and not request.path.startswith(PATH.encode()):
        raise request.refusal(rules.TRAILING_SLASH, location=_with_slash(request))
    if operation is None or (operation.id == REPLACE and not request.value(rules.REPLACE)):
        raise _not_allowed(request, match, segments[-1])
    request.exchange.operation = operation.id
    organisation = check_key(request)
    _count(request, organisation, operation.id)
    if operation.handler is None:
        raise request.refusal(rules.NOT_EMULATED)
    context = {"kind": operation.context} if operation.context else {}
    carry_out = partial(operation.handler, request, organisation, **context, **match.params)
    if request.method == "GET":
        return await carry_out()
    key = request.headers.get("idempotency-key", "")
    if len(key) > request.value(rules.IDEMPOTENCY_KEY):
        raise request.refusal(rules.IDEMPOTENCY_KEY)
    return await organisation.idempotency_keys.answer(request, key, _POLICY, carry_out)


def _not_allowed(request: VendorRequest, match: Match, last: str) -> Exception:
    methods = match.methods
    if last != "attachments":
        return request.refusal(rules.METHOD, allowed=", ".join(methods))
    if not request.value(rules.REPLACE):
        methods = tuple(each for each in methods if each != "PUT")
    return request.refusal(rules.ADD_ONLY, allowed=", ".join(methods))


def _with_slash(request: VendorRequest) -> str:
    query = request.scope["query_string"].decode("latin-1")
    path = urlsplit(request.mount_url).path + request.path.decode("latin-1") + "/"
    return f"{path}?{query}" if query else path


def _count(request: VendorRequest, organisation: Organisation, operation: str) -> None:
    now, overall = request.sandbox.clock.now(), _overall(request, organisation)
    if operation in INVOICE_WRITES:
        writes = request.value(rules.RATE_INVOICE_WRITES)
        own = organisation.bucket(operation, writes, writes / 60)
    else:
        burst, per_second = request.value(rules.RATE_OPERATION_BURST), request.value(rules.RATE_OPERATION_PER_SECOND)
        own = organisation.bucket(operation, burst, per_second)
    empty = next((bucket for bucket in (overall, own) if not bucket.take(now)), None)
    request.answer_headers |= _told(empty or min(own, overall, key=lambda bucket: bucket.left(now)), now)
    if empty and request.value(rules.RATE_LIMITS):
        raise request.refusal(rules.RATE_LIMITS, seconds=max(1, empty.seconds_until(1, now)))


def rate_headers(request: VendorRequest) -> Fields:
    """What the key may still ask for, of whatever operation."""
    organisation = state_of(request.sandbox).known(strip_sandbox_prefix(request.headers.get("x-api-key", "").strip()))
    return _told(_overall(request, organisation), request.sandbox.clock.now())


def _overall(request: VendorRequest, organisation: Organisation | None) -> TokenBucket:
    pace = request.value(rules.RATE_BURST), request.value(rules.RATE_PER_SECOND)
    return organisation.bucket("", *pace) if organisation else TokenBucket(*pace)


def _told(bucket: TokenBucket, now: datetime) -> Fields:
    return {
        b"x-ratelimit-limit": b"%d" % bucket.burst,
        b"x-ratelimit-remaining": b"%d" % bucket.left(now),
        b"x-ratelimit-reset": b"%d" % (int(now.timestamp()) + bucket.seconds_until(bucket.burst, now)),
    }
