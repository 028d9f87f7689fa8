"""Handlers of the list of transactions, with its filters and pages, and of the owner statement."""

from collections.abc import Callable, Mapping
from typing import Any

from starlette.responses import Response

from emulator.core.json_reader import JsonObject
from emulator.core.request import VendorRequest
from emulator.vendors.vrplatform import errors, rules
from emulator.vendors.vrplatform.models import TransactionQuery
from emulator.vendors.vrplatform.rendering import render_transaction
from emulator.vendors.vrplatform.state import Team, Transaction
from emulator.vendors.vrplatform.validation import query_values, validate

# VRPlatform's filters that are not emulated.
_NOT_EMULATED = frozenset(
    """last4 hasActiveJournalEntries connectionId paidAtRange shortRefs recurringTemplateId paidStatus matchedByBankRule
    reconciled""".split()
)


async def list_all(request: VendorRequest, team: Team) -> Response:
    """List the transactions that match the query."""
    query = _read_query(request)
    matching = [transaction for transaction in team.transactions.values() if _matches_query(transaction, query)]
    # Newest first; among those of one day, the one created last comes first.
    newest_first = sorted(matching, key=lambda transaction: str(transaction.fields["date"]))[::-1]
    rendered = [render_transaction(team, transaction) for transaction in newest_first]
    if query.includeLines is False:
        for transaction in rendered:
            del transaction["lines"]
    return errors.success(request, _page(rendered, query.limit or request.value(rules.PAGE_SIZE), query.page or 1))


async def owner_statement(request: VendorRequest, team: Team, owner: str) -> Response:
    """Return what an owner sees of the transactions on their listings. The route is the emulator's own."""
    owner_data = team.owners.get(owner)
    if owner_data is None:
        raise request.refusal(rules.OWNER_STATEMENT, owner=owner)
    visible = []
    for transaction in team.transactions.values():
        rendered = render_transaction(team, transaction)
        lines = [
            line for line in rendered["lines"] if line["listing"] and line["listing"]["id"] in owner_data["listingIds"]
        ]
        if lines:
            files = [file for file in rendered["attachments"] if file["isOwnerAccessible"]]
            members = ("id", "type", "date", "description", "currency")
            visible.append({name: rendered[name] for name in members} | {"lines": lines, "attachments": files})
    return errors.success(
        request, {"owner": {"id": owner_data["id"], "name": owner_data["name"]}, "transactions": visible}
    )


def _read_query(request: VendorRequest) -> TransactionQuery:
    values = query_values(request)
    if not_emulated := sorted(_NOT_EMULATED & set(values)):
        raise request.refusal(rules.FILTERS, names=", ".join(not_emulated))
    return validate(request, TransactionQuery, values)


def _page(transactions: list[JsonObject], limit: int, page: int) -> JsonObject:
    pages = -(-len(transactions) // limit)
    pagination = {
        "limit": limit,
        "page": page,
        "total": len(transactions),
        "totalPage": pages,
        "nextPage": page + 1 if page < pages else None,
    }
    return {"data": transactions[(page - 1) * limit : page * limit], "pagination": pagination}


def _matches_query(transaction: Transaction, query: TransactionQuery) -> bool:
    return all(
        matches(transaction, value, query)
        for name, matches in _FILTERS.items()
        if (value := getattr(query, name)) is not None
    )


def _is_in_range(transaction: Transaction, value: list[str], query: TransactionQuery) -> bool:
    start, end = value
    day: str = transaction.fields["date"]
    if start and day < start:
        return False
    return not end or day < end or (day == end and query.isDateRangeEndInclusive is not False)


def _contains_text(transaction: Transaction, value: str, _: TransactionQuery) -> bool:
    texts = [transaction.fields.get("description"), transaction.fields.get("uniqueRef")]
    texts += [line.get("description") for line in transaction.lines]
    return any(value.casefold() in text.casefold() for text in texts if text)


def _is_on_account(transaction: Transaction, value: str, _: TransactionQuery) -> bool:
    return value in (transaction.fields.get("accountId"), *(line["accountId"] for line in transaction.lines))


def _is_on_listing(transaction: Transaction, value: list[str], _: TransactionQuery) -> bool:
    return any(line.get("listingId") in value for line in transaction.lines)


def _has_amount(transaction: Transaction, value: int, _: TransactionQuery) -> bool:
    amounts: list[int] = [line["amount"] for line in transaction.lines]
    return value == sum(amounts)


_FILTERS: Mapping[str, Callable[[Transaction, Any, TransactionQuery], bool]] = {
    "type": lambda transaction, value, _: transaction.fields["type"] in value,
    "status": lambda transaction, value, _: transaction.fields.get("status", "active") == value,
    "isOpeningBalance": lambda transaction, value, _: transaction.fields.get("isOpeningBalance", False) == value,
    "isLocked": lambda transaction, value, _: transaction.on_statement == value,
    "contactId": lambda transaction, value, _: transaction.fields.get("contactId") == value,
    "ids": lambda transaction, value, _: transaction.id in value,
    "uniqueRefs": lambda transaction, value, _: transaction.fields.get("uniqueRef") in value,
    "accountId": _is_on_account,
    "amount": _has_amount,
    "dateRange": _is_in_range,
    "listingIds": _is_on_listing,
    "search": _contains_text,
}
