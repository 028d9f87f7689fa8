"""Handler of the list of transactions, with its filters."""

from collections.abc import Callable, Mapping
from typing import Any

from starlette.responses import Response

from emulator.core.json_reader import JsonObject
from emulator.core.request import VendorRequest
from emulator.vendors.vrplatform import errors
from emulator.vendors.vrplatform.paging import page_of
from emulator.vendors.vrplatform.query_models import TransactionQuery
from emulator.vendors.vrplatform.rendering import render_transaction
from emulator.vendors.vrplatform.state import Team, Transaction
from emulator.vendors.vrplatform.validation import query_values, refuse_filters, validate
from emulator.vendors.vrplatform.values import AmountRange, DateRange

# VRPlatform's filters that are not emulated.
_NOT_EMULATED = frozenset(
    "last4 hasActiveJournalEntries paidAtRange shortRefs paidStatus matchedByBankRule reconciled".split()
)


async def list_all(request: VendorRequest, team: Team) -> Response:
    """List the transactions that match the query."""
    values = query_values(request)
    refuse_filters(request, _NOT_EMULATED & set(values))
    query = validate(request, TransactionQuery, values)
    matching = [transaction for transaction in team.transactions.values() if _matches_query(transaction, query)]
    # Newest first; among those of one day, the one created last comes first.
    newest_first = sorted(matching, key=lambda transaction: str(transaction.fields["date"]))[::-1]

    def render(transaction: Transaction) -> JsonObject:
        rendered = render_transaction(team, transaction)
        if query.includeLines is False:
            del rendered["lines"]
        return rendered

    return errors.success(request, page_of(request, query, newest_first, render))


def _matches_query(transaction: Transaction, query: TransactionQuery) -> bool:
    return all(
        matches(transaction, value, query)
        for name, matches in _FILTERS.items()
        if (value := getattr(query, name)) is not None
    )


def _is_in_range(transaction: Transaction, value: DateRange, query: TransactionQuery) -> bool:
    day: str = transaction.fields["date"]
    return value.covers(day, day, end_inclusive=query.isDateRangeEndInclusive is not False)


def _contains_text(transaction: Transaction, value: str, _: TransactionQuery) -> bool:
    texts = [transaction.fields.get("description"), transaction.fields.get("uniqueRef")]
    texts += [line.get("description") for line in transaction.lines]
    return any(value.casefold() in text.casefold() for text in texts if text)


def _is_on_account(transaction: Transaction, value: str, _: TransactionQuery) -> bool:
    return value in (transaction.fields.get("accountId"), *(line["accountId"] for line in transaction.lines))


def _is_on_listing(transaction: Transaction, value: list[str], _: TransactionQuery) -> bool:
    return any(line.get("listingId") in value for line in transaction.lines)


def _has_amount(transaction: Transaction, value: AmountRange, _: TransactionQuery) -> bool:
    amounts: list[int] = [line["amount"] for line in transaction.lines]
    return value.lowest <= sum(amounts) <= value.highest


def _has_connection(transaction: Transaction, value: str, _: TransactionQuery) -> bool:
    return (transaction.fields.get("connectionId") or "null") == value


_FILTERS: Mapping[str, Callable[[Transaction, Any, TransactionQuery], bool]] = {
    "type": lambda transaction, value, _: transaction.fields["type"] == value,
    "status": lambda transaction, value, _: transaction.fields.get("status", "active") == value,
    "isOpeningBalance": lambda transaction, value, _: transaction.fields.get("isOpeningBalance", False) == value,
    "isLocked": lambda transaction, value, _: transaction.on_statement == value,
    "contactId": lambda transaction, value, _: transaction.fields.get("contactId") == value,
    "connectionId": _has_connection,
    "recurringTemplateId": lambda transaction, value, _: transaction.fields.get("recurringTemplateId") == value,
    "ids": lambda transaction, value, _: transaction.id in value,
    "uniqueRefs": lambda transaction, value, _: transaction.fields.get("uniqueRef") in value,
    "accountId": _is_on_account,
    "amount": _has_amount,
    "dateRange": _is_in_range,
    "listingIds": _is_on_listing,
    "search": _contains_text,
}
