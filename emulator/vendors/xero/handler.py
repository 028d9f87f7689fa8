"""Xero end to end: which checks a request passes, in which order, and who answers it."""

from functools import lru_cache, partial
from typing import Any

from starlette.responses import Response

from emulator.core.idempotency import Policy
from emulator.core.request import Call
from emulator.core.routing import Router, segments_of
from emulator.vendors.xero import identity, rate_limits, rules
from emulator.vendors.xero.operations import OPERATIONS, Access
from emulator.vendors.xero.state import Organisation, state_of


@lru_cache
def fold(segment: str) -> str:
    """Segments match in any letter case, singular or plural."""
    segment = segment.lower()
    return f"{segment[:-3]}y" if segment.endswith("ies") else segment.removesuffix("s")


ROUTER = Router(OPERATIONS, fold)
_POLICY = Policy(rules.IDEMPOTENCY_LIFETIME, rules.IDEMPOTENCY_MISMATCH)


async def answer(call: Call) -> Response:
    """The vendor's answer. Raises Refusal."""
    segments = segments_of(call.path)
    match = ROUTER.match(call.method, segments)
    operation = match.operation if match else None
    call.exchange.operation = operation.id if operation else None
    if fold(segments[0]) in ("identity", "connection"):
        # Outside the accounting API: no organisation, and each handler sees to the credential itself.
        context: dict[str, Any] = {}
    else:
        context = _admit(call, operation.context if operation else None)
    if match is None:
        raise call.refusal(rules.UNKNOWN_PATH)
    if b"+" in call.path:
        raise call.refusal(rules.FILE_NAME_PLUS)
    if operation is None:
        raise call.refusal(rules.METHOD)
    if operation.handler is None:
        raise call.refusal(rules.NOT_EMULATED)
    key = call.headers.get("idempotency-key")
    organisation: Organisation | None = context.get("organisation")
    if not key or organisation is None or call.method == "GET":
        return await operation.handler(call, **context, **match.params)
    if len(key) > call.value(rules.IDEMPOTENCY_KEY):
        raise call.refusal(rules.IDEMPOTENCY_KEY)
    carry_out = partial(operation.handler, call, **context, **match.params)
    return await organisation.idempotency_keys.answer(call, key, _POLICY, carry_out)


def _admit(call: Call, access: Access | None) -> dict[str, Any]:
    """Token, scope, organisation: all of it before the path is looked at."""
    state = state_of(call.sandbox)
    token = identity.check_token(call, state)
    app = state.app_window(token.client_id if token else "")
    rate_limits.count(call, ((rate_limits.APP, app),))
    if token and access and access.scopes:
        identity.check_scope(call, state, token, access.scopes)
    organisation = identity.check_organisation(call, state, token)
    rate_limits.count_organisation(call, organisation, app)
    context: dict[str, Any] = {"organisation": organisation}
    if access and access.kind:
        context["kind"] = access.kind
    return context
