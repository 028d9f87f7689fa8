"""Codat's request handling: which checks a request passes, in which order, and which handler answers it."""

from functools import partial

from starlette.responses import Response

from emulator.core.idempotency import Policy
from emulator.core.request import VendorRequest
from emulator.vendors.codat import rules
from emulator.vendors.codat.auth import check_key
from emulator.vendors.codat.operations import EMULATOR_OPERATIONS
from emulator.vendors.codat.rate_limits import count_request
from emulator.vendors.codat.state import state_of

_POLICY = Policy(rules.IDEMPOTENCY_LIFETIME, rules.IDEMPOTENCY_MISMATCH, rules.IDEMPOTENCY_IN_PROGRESS)
# The operations that need no API key.
_PUBLIC = {operation.id for operation in EMULATOR_OPERATIONS}
# The operations with other methods than POST and PATCH that take an Idempotency-Key.
_REPEATABLE = {"payables-update-bill"}


async def answer(request: VendorRequest) -> Response:
    """Answer a request as Codat would. Raises Refusal."""
    count_request(request)
    match = request.match
    if match is None:
        raise request.refusal(rules.UNKNOWN_PATH)
    operation = match.operation
    if operation is None:
        raise request.refusal(rules.METHOD)
    if operation.id not in _PUBLIC:
        check_key(request)
    if operation.handler is None:
        raise request.refusal(rules.NOT_EMULATED)
    context = {"data_type": operation.context} if operation.context else {}
    handle = partial(operation.handler, request, **context, **match.params)
    if request.method not in ("POST", "PATCH") and operation.id not in _REPEATABLE:
        return await handle()
    keys = state_of(request.sandbox).idempotency_keys
    return await keys.answer(request, request.headers.get("idempotency-key", ""), _POLICY, handle)
