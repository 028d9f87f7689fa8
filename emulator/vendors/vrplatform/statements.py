"""Handlers of owner statements: create those of a month, list them, get one as an owner or a manager sees it."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from starlette.responses import Response

from emulator.core.json_reader import JsonObject
from emulator.core.request import VendorRequest
from emulator.vendors.vrplatform import audit, errors, rules
from emulator.vendors.vrplatform.audit_log import Change
from emulator.vendors.vrplatform.models import NewStatements
from emulator.vendors.vrplatform.paging import page_of
from emulator.vendors.vrplatform.query_models import StatementQuery, StatementView
from emulator.vendors.vrplatform.state import Statement, Team
from emulator.vendors.vrplatform.statement_content import Entry, entries_by_statement, open_entries, overlaps_month
from emulator.vendors.vrplatform.statement_rendering import render_details, render_statement
from emulator.vendors.vrplatform.validation import query_values, read_model, refuse_filters, validate
from emulator.vendors.vrplatform.values import to_month

# VRPlatform's filters that are not emulated.
_NOT_EMULATED = frozenset({"listingCollectionIds", "recurringFeeIds"})


async def create(request: VendorRequest, team: Team) -> Response:
    """Create the statements of a month, which locks what is on them. Drafts are only shown."""
    body = await read_model(request, NewStatements)
    entries = entries_by_statement(team)
    statements, changes = [], []
    for period in _selected_periods(request, team, body):
        additions = open_entries(team, period, body.month)
        for currency in _currencies(team, period, body, additions):
            statement, saved = _prepare(request, team, period, body, currency)
            if not saved or body.status != "draft":
                entries.setdefault(statement.id, []).extend(additions.get(currency, []))
            if body.status != "draft":
                changes += _save(team, statement, additions.get(currency, []), is_new=not saved)
            statements.append(statement)
    if changes:
        audit.record(request, team, *changes)
    else:
        audit.record_nothing(request)
    return errors.success(request, {"data": [render_statement(team, statement, entries) for statement in statements]})


async def list_all(request: VendorRequest, team: Team) -> Response:
    """List the saved statements that match the query, those of the latest month first."""
    values = query_values(request)
    refuse_filters(request, _NOT_EMULATED & set(values))
    query = validate(request, StatementQuery, values)
    matching = [statement for statement in team.statements.values() if _matches_query(team, statement, query)]
    matching.sort(key=lambda statement: statement.month, reverse=True)
    entries = entries_by_statement(team)
    page = page_of(request, query, matching, lambda statement: render_statement(team, statement, entries))
    return errors.success(request, page)


async def get(request: VendorRequest, team: Team, statement: str) -> Response:
    """Return a statement with its details: an owner sees the files that owners may see, a manager all."""
    view = validate(request, StatementView, {**query_values(request), "id": statement})
    target = team.statements.get(view.id)
    if target is None:
        raise request.refusal(rules.STATEMENT_UNKNOWN, statement=view.id)
    entries = entries_by_statement(team)
    details = render_details(team, target, entries, owner_accessible_only=view.viewAs == "owner")
    return errors.success(request, details)


def _selected_periods(request: VendorRequest, team: Team, body: NewStatements) -> list[JsonObject]:
    """Return the ownership periods of a request that have a day in its month. Raises Refusal for an unknown one."""
    periods = team.ownership_periods
    selected = periods if body.listingPeriodIds is None else dict.fromkeys(body.listingPeriodIds)
    for period_id in selected:
        if period_id not in periods:
            raise request.refusal(rules.PERIOD_UNKNOWN, period=period_id)
    return [periods[period_id] for period_id in selected if overlaps_month(periods[period_id], body.month)]


def _currencies(team: Team, period: JsonObject, body: NewStatements, additions: Mapping[str, list[Entry]]) -> list[str]:
    """Return the currencies that a month has a statement in: those of its entries, or else the team's."""
    if body.currency:
        return [body.currency]
    saved = [statement.currency for statement in _saved(team, period, body.month)]
    return list(dict.fromkeys([*saved, *additions])) or [team.currency.lower()]


def _prepare(
    request: VendorRequest, team: Team, period: JsonObject, body: NewStatements, currency: str
) -> tuple[Statement, bool]:
    """Return the statement to answer, and whether it was saved before."""
    for statement in _saved(team, period, body.month):
        if statement.currency == currency:
            return (statement if body.status == "draft" else replace(statement, status=body.status)), True
    return Statement(request.sandbox.ids.uuid(), period["id"], body.month, currency, body.status), False


def _saved(team: Team, period: JsonObject, month: str) -> Iterator[Statement]:
    for statement in team.statements.values():
        if (statement.period_id, statement.month) == (period["id"], month):
            yield statement


def _save(team: Team, statement: Statement, additions: list[Entry], *, is_new: bool) -> list[Change]:
    """Save a statement, put the lines on it, and return what has changed."""
    team.statements[statement.id] = statement
    changes = [Change("insert" if is_new else "update", "ownerStatement", statement.id, () if is_new else ("status",))]
    lines = {entry.line["id"] for entry in additions}
    for transaction_id in dict.fromkeys(entry.transaction.id for entry in additions):
        # Its current version: another statement of the same request may have taken other lines of it.
        transaction = team.transactions[transaction_id]
        on_statement = tuple(
            {**line, "ownerStatementId": statement.id} if line["id"] in lines else line for line in transaction.lines
        )
        team.put(replace(transaction, lines=on_statement))
        changes.append(Change("update", "transaction", transaction_id, ("lines",)))
    return changes


def _matches_query(team: Team, statement: Statement, query: StatementQuery) -> bool:
    period = team.ownership_periods[statement.period_id]
    owners = {member["ownerId"] for member in period["members"]}
    start, end = to_month(statement.month)
    return (
        (query.periodIds is None or statement.period_id in query.periodIds)
        and (query.year is None or start.startswith(f"{query.year}-"))
        and (query.listingIds is None or period["listingId"] in query.listingIds)
        and (query.statementIds is None or statement.id in query.statementIds)
        and query.month in (None, statement.month)
        and (query.status is None or statement.status in query.status)
        and (query.ownerIds is None or not owners.isdisjoint(query.ownerIds))
        and (
            query.dateRange is None
            or query.dateRange.covers(start, end, end_inclusive=query.isDateRangeEndInclusive is True)
        )
        and (query.search is None or _contains_text(team, period, query.search))
    )


def _contains_text(team: Team, period: JsonObject, text: str) -> bool:
    names = [team.owners.get(member["ownerId"], {}).get("name", "") for member in period["members"]]
    names.append(team.listings.get(period["listingId"], {}).get("name", ""))
    return any(text.casefold() in name.casefold() for name in names)
