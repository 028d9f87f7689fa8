"""Xero's request handling: which checks a request passes, in which order, and which handler answers it."""

from functools import lru_cache, partial
from typing import Any

from starlette.responses import Response

from emulator.core.idempotency import Policy
from emulator.core.request import VendorRequest
from emulator.vendors.xero import auth, rate_limits, rules
from emulator.vendors.xero.operations import Access
from emulator.vendors.xero.state import Organisation, state_of


@lru_cache
def fold(segment: str) -> str:
    """Return the form in which path segments are compared: any letter case, singular or plural."""
    segment = segment.lower()
    return f"{segment[:-3]}y" if segment.endswith("ies") else segment.removesuffix("s")


_POLICY = Policy(rules.IDEMPOTENCY_LIFETIME, rules.IDEMPOTENCY_MISMATCH)


async def answer(request: VendorRequest) -> Response:
    """Return the answer to a request. Raises Refusal."""
    match = request.match
    operation = match.operation if match else None
    if fold(request.segments[0]) in ("identity", "connection"):
        # Outside the accounting API there is no organisation, and each handler checks the credential itself.
        context: dict[str, Any] = {}
    else:
        context = _admit(request, operation.context if operation else None)
    if match is None:
        raise request.refusal(rules.UNKNOWN_PATH)
    if b"+" in request.path:
        raise request.refusal(rules.FILE_NAME_PLUS)
    if operation is None:
        raise request.refusal(rules.METHOD)
    if operation.handler is None:
        raise request.refusal(rules.NOT_EMULATED)
    key = request.headers.get("idempotency-key")
    organisation: Organisation | None = context.get("organisation")
    if not key or organisation is None or request.method == "GET":
        return await operation.handler(request, **context, **match.params)
    if len(key) > request.value(rules.IDEMPOTENCY_KEY):
        raise request.refusal(rules.IDEMPOTENCY_KEY)
    carry_out = partial(operation.handler, request, **context, **match.params)
    return await organisation.idempotency_keys.answer(request, key, _POLICY, carry_out)


def _admit(request: VendorRequest, access: Access | None) -> dict[str, Any]:
    """Check token, scope and organisation, all before the path."""
    state = state_of(request.sandbox)
    token = auth.check_token(request, state)
    client_id = token.client_id if token else ""
    app = state.app_window(client_id)
    request.meter("app", client_id or "unknown")
    rate_limits.count(request, ((rate_limits.APP, app),))
    if token and access and access.scopes:
        auth.check_scope(request, state, token, access.scopes)
    organisation = auth.check_organisation(request, state, token)
    request.meter("organisation", organisation.name)
    rate_limits.count_organisation(request, organisation, app)
    context: dict[str, Any] = {"organisation": organisation}
    if access and access.kind:
        context["kind"] = access.kind
    return context
