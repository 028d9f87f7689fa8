"""Handlers of teams: list those that an API key has access to, get one. They need no team scope."""

from collections.abc import Callable
from typing import Any

from starlette.responses import Response

from emulator.core.json_reader import JsonObject
from emulator.core.request import VendorRequest
from emulator.vendors.vrplatform import errors, rules
from emulator.vendors.vrplatform.auth import accessible_teams
from emulator.vendors.vrplatform.paging import page_of
from emulator.vendors.vrplatform.query_models import TeamQuery
from emulator.vendors.vrplatform.rendering import render_team
from emulator.vendors.vrplatform.state import TeamProfile
from emulator.vendors.vrplatform.validation import query_values, validate

# Every team is an active property manager's without a partner.
_STATUS, _TYPE = "active", "propertyManager"
_SORT_KEYS: dict[str, Callable[[TeamProfile], Any]] = {
    "created": lambda team: team.created_at,
    "name": lambda team: team.name.casefold(),
    "type": lambda _: _TYPE,
}


async def list_all(request: VendorRequest, key: str) -> Response:
    """List the teams that match the query."""
    query = validate(request, TeamQuery, query_values(request))
    matching = [team for team in accessible_teams(request, key) if _matches_query(team, query)]
    by, _, direction = (query.sort or "created_desc").partition("_")
    matching.sort(key=_SORT_KEYS[by], reverse=direction == "desc")
    return errors.success(request, page_of(request, query, matching, lambda team: _render(request, team)))


async def get(request: VendorRequest, key: str, team: str) -> Response:
    """Return a team."""
    for profile in accessible_teams(request, key):
        if profile.id == team:
            return errors.success(request, _render(request, profile))
    raise request.refusal(rules.TEAM_UNKNOWN, team=team)


def _matches_query(team: TeamProfile, query: TeamQuery) -> bool:
    created = team.created_at.date().isoformat()
    return (
        (query.ids is None or team.id in query.ids)
        and query.status in (None, _STATUS)
        and query.type in (None, _TYPE)
        and query.partnerId is None
        and (query.search is None or query.search.casefold() in team.name.casefold())
        and (query.date is None or query.date.covers(created, created, end_inclusive=True))
    )


def _render(request: VendorRequest, team: TeamProfile) -> JsonObject:
    return render_team(team, _STATUS, _TYPE, request.value(rules.BOOKS_CLOSED) or None)
