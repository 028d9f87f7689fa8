"""DualEntry's request handling: which checks a request passes, in which order, and which handler answers it."""

from collections.abc import Iterator
from datetime import datetime
from functools import partial
from urllib.parse import urlsplit

from starlette.responses import Response

from emulator.core.credentials import key_fingerprint
from emulator.core.idempotency import Policy
from emulator.core.rate_limits import TokenBucket
from emulator.core.request import Fields, VendorRequest
from emulator.core.routing import Match
from emulator.core.sandbox import Sandbox
from emulator.core.usage import UsageLimit
from emulator.vendors.dualentry import rules
from emulator.vendors.dualentry.auth import check_key
from emulator.vendors.dualentry.operations import INVOICE_WRITES, REPLACE, STORAGE, v2_id
from emulator.vendors.dualentry.signed_urls import STORAGE_PATH
from emulator.vendors.dualentry.state import Organisation, state_of

_POLICY = Policy(
    rules.IDEMPOTENCY, rules.IDEMPOTENCY_MISMATCH, rules.IDEMPOTENCY_IN_PROGRESS, rules.IDEMPOTENCY_TOO_LONG
)
# The file storage is not part of the API: its paths contain a token, and need neither an API key nor a trailing slash.
_STORAGE_OPERATIONS = {operation.id for operation in STORAGE}


async def answer(request: VendorRequest) -> Response:
    """Answer a request as DualEntry would. Raises Refusal."""
    match = request.match
    if match is None or b"//" in request.path:
        raise request.refusal(rules.UNKNOWN_PATH)
    operation = match.operation
    if operation and operation.id in _STORAGE_OPERATIONS and operation.handler:
        return await operation.handler(request, **match.params)
    if not request.path.endswith(b"/") and not request.path.startswith(STORAGE_PATH.encode()):
        raise request.refusal(rules.TRAILING_SLASH, location=_path_with_slash(request))
    if operation is None or (operation.id == REPLACE and not request.value(rules.REPLACE)):
        raise _method_refusal(request, match)
    organisation = check_key(request)
    _count_request(request, organisation, operation.id)
    if operation.handler is None:
        raise request.refusal(rules.NOT_EMULATED)
    context = {"record_type": operation.context} if operation.context else {}
    handle = partial(operation.handler, request, organisation, **context, **match.params)
    if request.method == "GET":
        return await handle()
    key = request.headers.get("idempotency-key", "")
    if len(key) > request.value(rules.IDEMPOTENCY_KEY):
        raise request.refusal(rules.IDEMPOTENCY_KEY)
    return await organisation.idempotency_keys.answer(request, key, _POLICY, handle)


def _method_refusal(request: VendorRequest, match: Match) -> Exception:
    """Return the refusal of a method that the path does not support."""
    methods = match.methods
    if request.segments[-1] != "attachments":
        return request.refusal(rules.METHOD, allowed=", ".join(methods))
    if request.segments[1] == "v2" and not request.value(rules.REPLACE):
        methods = tuple(method for method in methods if method != "PUT")
    return request.refusal(rules.ADD_ONLY, allowed=", ".join(methods))


def _path_with_slash(request: VendorRequest) -> str:
    """Return the path and query of a request, with the trailing slash added."""
    query = request.scope["query_string"].decode("latin-1")
    path = urlsplit(request.mount_url).path + request.path.decode("latin-1") + "/"
    return f"{path}?{query}" if query else path


def _count_request(request: VendorRequest, organisation: Organisation, operation: str) -> None:
    """Take a token from the key's bucket, then from the operation's, and then from that of invoice writes.

    Raises Refusal if one of them is empty and the setting `dualentry.rate-limits` is on.
    """
    now = request.sandbox.clock.now()
    burst, per_second = request.value(rules.RATE_OPERATION_BURST), request.value(rules.RATE_OPERATION_PER_SECOND)
    name = organisation.public_name
    request.meter("organisation", name, request.value(rules.RATE_PER_SECOND))
    request.meter("operation", f"{operation}, {name}", per_second)
    buckets = [_key_bucket(request, organisation), organisation.bucket(operation, burst, per_second)]
    if (write := v2_id(operation)) in INVOICE_WRITES:
        writes = request.value(rules.RATE_INVOICE_WRITES)
        request.meter("invoice writes", f"{write}, {name}", writes / 60)
        buckets.append(organisation.bucket(f"{write} a minute", writes, writes / 60))
    empty = next((bucket for bucket in buckets if not bucket.take(now)), None)
    # Of several that are equally empty, the most specific.
    reported = empty or min(reversed(buckets), key=lambda bucket: bucket.left(now))
    request.answer_headers |= _bucket_headers(reported, now)
    if empty and request.value(rules.RATE_LIMITS):
        raise request.refusal(rules.RATE_LIMITS, seconds=max(1, empty.seconds_until(1, now)))


def usage_limits(sandbox: Sandbox) -> Iterator[UsageLimit]:
    """Yield what the buckets hold."""
    for scope, rule in (
        ("organisation", rules.RATE_BURST),
        ("operation", rules.RATE_OPERATION_BURST),
        ("invoice writes", rules.RATE_INVOICE_WRITES),
    ):
        yield UsageLimit(rule, "burst", scope, sandbox.options.value(rule))


def rate_headers(request: VendorRequest) -> Fields:
    """Return the rate limit headers of the key's bucket, without counting the request."""
    key = key_fingerprint(request.headers.get("x-api-key", "").strip())
    organisation = state_of(request.sandbox).get_organisation(key)
    return _bucket_headers(_key_bucket(request, organisation), request.sandbox.clock.now())


def _key_bucket(request: VendorRequest, organisation: Organisation | None) -> TokenBucket:
    """Return the bucket of all requests of a key."""
    limits = request.value(rules.RATE_BURST), request.value(rules.RATE_PER_SECOND)
    return organisation.bucket("", *limits) if organisation else TokenBucket(*limits)


def _bucket_headers(bucket: TokenBucket, now: datetime) -> Fields:
    return {
        b"x-ratelimit-limit": b"%d" % bucket.burst,
        b"x-ratelimit-remaining": b"%d" % bucket.left(now),
        b"x-ratelimit-reset": b"%d" % (int(now.timestamp()) + bucket.seconds_until(bucket.burst, now)),
    }
