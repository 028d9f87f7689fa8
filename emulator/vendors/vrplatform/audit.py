"""The audit of requests: recording what they change, and the handlers that serve it."""

from datetime import datetime

from starlette.responses import Response

from emulator.core.json_reader import JsonObject
from emulator.core.request import VendorRequest
from emulator.vendors.vrplatform import errors, rules
from emulator.vendors.vrplatform.audit_log import Action, Change, Mutation
from emulator.vendors.vrplatform.models import IdPath
from emulator.vendors.vrplatform.paging import page_of
from emulator.vendors.vrplatform.query_models import MutationQuery
from emulator.vendors.vrplatform.rendering import render_time
from emulator.vendors.vrplatform.state import Team
from emulator.vendors.vrplatform.validation import query_values, validate

ACTION_ID = b"x-vrplatform-audit-action-id"
SHOULD_POLL = b"x-vrplatform-audit-should-poll"
_OUTCOME = "applied"


def record(request: VendorRequest, team: Team, root: Change, *others: Change) -> None:
    """Record what a request has changed, and name the audit action in the headers of its answer."""
    ids = request.sandbox.ids
    mutations = tuple(Mutation(ids.uuid(), *change) for change in (root, *others))
    action = Action(ids.uuid(), request.correlation_id, request.sandbox.clock.now(), mutations)
    team.audit_log.add(action, request.options.max_exchanges)
    request.answer_headers |= {ACTION_ID: action.id.encode(), SHOULD_POLL: b"true"}


def record_nothing(request: VendorRequest) -> None:
    """Say in the headers of the answer that the request has left no audit action."""
    request.answer_headers[SHOULD_POLL] = b"false"


async def get_action(request: VendorRequest, team: Team, action: str) -> Response:
    """Return an audit action with the counts of its effects."""
    action_id = validate(request, IdPath, {"id": action}).id
    recorded = team.audit_log.get(action_id)
    if recorded is None:
        raise request.refusal(rules.AUDIT_ACTION_UNKNOWN, action=action_id)
    return errors.success(request, _render_action(team, recorded))


async def list_mutations(request: VendorRequest, team: Team) -> Response:
    """List the mutations that match the query, the latest first."""
    query = validate(request, MutationQuery, query_values(request))
    matching = [pair for pair in team.audit_log.mutations() if _matches_query(*pair, query)][query.offset or 0 :]
    return errors.success(request, page_of(request, query, matching, lambda pair: _render_mutation(team, *pair)))


def _matches_query(action: Action, mutation: Mutation, query: MutationQuery) -> bool:
    entities = {(entity.entity_type, entity.entity_id) for entity in (action.root, mutation)}
    return (
        query.effectId is None
        and query.actionId in (None, action.id)
        and query.op in (None, mutation.op)
        and query.outcome in (None, _OUTCOME)
        and any(
            query.entityType in (None, entity_type) and query.entityId in (None, entity_id)
            for entity_type, entity_id in entities
        )
        and _is_between(action.created_at, query.startAt, query.endAt)
    )


def _is_between(moment: datetime, start: datetime | None, end: datetime | None) -> bool:
    return (start is None or moment >= start) and (end is None or moment <= end)


def _render_action(team: Team, action: Action) -> JsonObject:
    root = action.root
    return {
        "id": action.id,
        "tenantId": team.id,
        "actionType": f"{root.entity_type}.{root.op}",
        "rootEntityType": root.entity_type,
        "rootEntityId": root.entity_id,
        "message": _summarize(root),
        "payload": None,
        "userId": None,
        "actor": _ACTOR,
        "createdAt": render_time(action.created_at),
        **_render_origin(action),
        "effectCounts": dict.fromkeys(_EFFECT_STATES, 0),
    }


def _render_mutation(team: Team, action: Action, mutation: Mutation) -> JsonObject:
    root = action.root
    return {
        "id": mutation.id,
        "tenantId": team.id,
        "actionId": action.id,
        "effectId": None,
        "op": mutation.op,
        "rootEntityType": root.entity_type,
        "rootEntityId": root.entity_id,
        "subjectType": mutation.entity_type,
        "subjectId": mutation.entity_id,
        "outcome": _OUTCOME,
        "changeRecord": {
            "summary": _summarize(mutation),
            "changedKeys": list(mutation.keys),
            "reasonCode": None,
            "outcome": _OUTCOME,
            "context": None,
        },
        "createdAt": render_time(action.created_at),
        "action": {
            "id": action.id,
            "actionType": f"{root.entity_type}.{root.op}",
            **_render_origin(action),
            "actor": _ACTOR,
        },
    }


def _render_origin(action: Action) -> JsonObject:
    return {
        "source": "api",
        "apiVersion": None,
        "requestId": action.request_id,
        "traceId": None,
        "parentActionId": None,
    }


def _summarize(mutation: Mutation) -> str:
    return f"{mutation.op} {mutation.entity_type} {mutation.entity_id}"


# An API key is a secret, so the actor has no more than its type.
_ACTOR = {"id": None, "type": "apiKey", "name": None, "email": None}
_EFFECT_STATES = ("total", "pending", "claimed", "running", "completed", "failed", "deadLetter")
