"""What is on an owner statement: lines of transactions on the listing of an ownership period, and their totals."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from emulator.core.json_reader import JsonObject
from emulator.vendors.vrplatform.state import Statement, Team, Transaction
from emulator.vendors.vrplatform.values import to_month


class Entry(NamedTuple):
    """A line on a statement, and its transaction."""

    transaction: Transaction
    line: JsonObject


class Totals(NamedTuple):
    """The totals of a statement's entries, in cents."""

    net_revenue: int
    expenses: int
    payouts: int

    @property
    def net_income(self) -> int:
        return self.net_revenue - self.expenses


EntriesByStatement = Mapping[str, list[Entry]]


def entries_by_statement(team: Team) -> dict[str, list[Entry]]:
    """Return the entries of a team's statements, oldest first, by the statement's id."""
    listings = {
        statement.id: team.ownership_periods[statement.period_id]["listingId"] for statement in team.statements.values()
    }
    entries: dict[str, list[Entry]] = {statement_id: [] for statement_id in listings}
    for transaction in _oldest_first(team):
        for line in transaction.lines:
            statement_id = line.get("ownerStatementId")
            if statement_id in listings and line.get("listingId") == listings[statement_id]:
                entries[statement_id].append(Entry(transaction, line))
    return entries


def open_entries(team: Team, period: JsonObject, month: str) -> dict[str, list[Entry]]:
    """Return what a new statement of an ownership period would have, oldest first, by its currency in lower case."""
    start, end = to_month(month)
    entries: dict[str, list[Entry]] = {}
    for transaction in _oldest_first(team):
        fields = transaction.fields
        in_month = start <= fields["date"] <= end and _is_in_period(fields["date"], period)
        if not in_month or fields["type"] == "transfer" or fields.get("status", "active") != "active":
            continue
        for line in transaction.lines:
            if line.get("listingId") == period["listingId"] and not line.get("ownerStatementId"):
                currency = (fields.get("currency") or team.currency).lower()
                entries.setdefault(currency, []).append(Entry(transaction, line))
    return entries


def overlaps_month(period: JsonObject, month: str) -> bool:
    """Return whether an ownership period has a day in a month. Its end is exclusive."""
    start, end = to_month(month)
    return (period["startAt"] or "") <= end and (period["endAt"] is None or period["endAt"] > start)


def total(entries: Iterable[Entry]) -> Totals:
    """Return the totals of entries. Transfers count for none."""
    by_type = Counter[str]()
    for transaction, line in entries:
        by_type[transaction.fields["type"]] += line["amount"]
    return Totals(by_type["deposit"], by_type["expense"], by_type["payout"])


def opening_balance(team: Team, statement: Statement, entries: EntriesByStatement) -> int:
    """Return the balance that earlier statements of the same ownership period and currency have left, in cents."""
    balance = 0
    for earlier in team.statements.values():
        same = (earlier.period_id, earlier.currency) == (statement.period_id, statement.currency)
        if same and earlier.month < statement.month:
            totals = total(entries[earlier.id])
            balance += totals.net_income - totals.payouts
    return balance


def _oldest_first(team: Team) -> list[Transaction]:
    return sorted(team.transactions.values(), key=lambda transaction: str(transaction.fields["date"]))


def _is_in_period(day: str, period: JsonObject) -> bool:
    return (period["startAt"] or "") <= day and (period["endAt"] is None or day < period["endAt"])
