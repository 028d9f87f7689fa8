"""How owner statements look in JSON."""

from collections.abc import Iterable

from emulator.core.json_reader import JsonObject
from emulator.vendors.vrplatform.rendering import render_attachment
from emulator.vendors.vrplatform.state import Statement, Team
from emulator.vendors.vrplatform.statement_content import EntriesByStatement, Entry, opening_balance, total
from emulator.vendors.vrplatform.values import to_month

# The sections of a statement's details, and the type of transaction that each has.
_SECTIONS = (("Net revenue", "deposit"), ("Expenses", "expense"), ("Payouts", "payout"))


def render_statement(team: Team, statement: Statement, entries: EntriesByStatement) -> JsonObject:
    """Return a statement as VRPlatform's lists have it, without details."""
    period = team.ownership_periods[statement.period_id]
    totals = total(entries[statement.id])
    balance_start = opening_balance(team, statement, entries)
    expected = balance_start + totals.net_income
    balance_end = expected - totals.payouts
    start, end = to_month(statement.month)
    listing = team.listings.get(period["listingId"], {})
    return {
        "id": statement.id,
        "total": totals.net_income,
        "financials": {
            "balanceStart": balance_start,
            "netRevenue": totals.net_revenue,
            "expenses": totals.expenses,
            "reserve": period["reserve"],
            "netIncome": totals.net_income,
            "payouts": totals.payouts,
            "balanceEnd": balance_end,
        },
        "summary": [
            _summary("Balance at start", balance_start, statement),
            _summary("Net revenue", totals.net_revenue, statement),
            _summary("Expenses", totals.expenses, statement),
            _summary("Payouts", totals.payouts, statement),
            _summary("Balance at end", balance_end, statement, separated=True),
        ],
        "payment": {
            "expected": expected,
            "received": totals.payouts,
            "status": _payment_status(expected, totals.payouts),
        },
        "uniqueRef": None,
        "currency": statement.currency,
        "startAt": start,
        "endAt": end,
        "issues": [],
        "payouts": [_render_payout(entry, statement) for entry in _of_type(entries[statement.id], "payout")],
        "source": None,
        "listing": {
            "id": period["listingId"],
            "name": listing.get("name", period["listingId"]),
            "uniqueRef": listing.get("uniqueRef"),
        },
        "status": statement.status,
        "ownership": {name: period[name] for name in ("id", "startAt", "endAt", "reserve", "members")},
        "layout": {"name": "Default", "summaryType": "default", "isDefault": True, "showTeamEmail": True},
    }


def render_details(
    team: Team, statement: Statement, entries: EntriesByStatement, *, owner_accessible_only: bool
) -> JsonObject:
    """Return a statement with its sections, whose rows have the files of their transactions."""
    sections = [
        {
            "name": name,
            "rows": [
                _render_row(entry, owner_accessible_only=owner_accessible_only)
                for entry in _of_type(entries[statement.id], kind)
            ],
        }
        for name, kind in _SECTIONS
    ]
    return {**render_statement(team, statement, entries), "sections": sections}


def _render_row(entry: Entry, *, owner_accessible_only: bool) -> JsonObject:
    transaction, line = entry
    return {
        "type": "transaction",
        "id": line["id"],
        "transactionId": transaction.id,
        "date": transaction.fields["date"],
        "description": line.get("description") or transaction.fields.get("description"),
        "total": line["amount"],
        "attachments": [
            render_attachment(attachment, transaction.id)
            for attachment in transaction.attachments
            if attachment.is_owner_accessible or not owner_accessible_only
        ],
    }


def _render_payout(entry: Entry, statement: Statement) -> JsonObject:
    amount: int = entry.line["amount"]
    return {
        "id": entry.transaction.id,
        "date": entry.transaction.fields["date"],
        "total": amount,
        "totalFormatted": _format(amount, statement),
    }


def _summary(name: str, value: int, statement: Statement, *, separated: bool = False) -> JsonObject:
    return {"name": name, "text": _format(value, statement), "value": value, "separated": separated}


def _format(cents: int, statement: Statement) -> str:
    return f"{'-' * (cents < 0)}{abs(cents) // 100}.{abs(cents) % 100:02} {statement.currency.upper()}"


def _payment_status(expected: int, received: int) -> str:
    if received == expected:
        return "paid"
    if not received:
        return "unpaid"
    return "underpaid" if received < expected else "overpaid"


def _of_type(entries: Iterable[Entry], kind: str) -> list[Entry]:
    return [entry for entry in entries if entry.transaction.fields["type"] == kind]
