"""The list of transactions: its filters and pages; and what an owner is shown of them."""

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

# Filters that the vendor has and the emulator has not.
_NOT_EMULATED = frozenset(
    """last4 hasActiveJournalEntries connectionId paidAtRange shortRefs recurringTemplateId paidStatus matchedByBankRule
    reconciled""".split()
)


async def list_all(request: VendorRequest, team: Team) -> Response:
    query = _read_query(request)
    matching = [transaction for transaction in team.transactions.values() if _matches(transaction, query)]
    # The newest first; of one day, the one that came last.
    newest_first = sorted(matching, key=lambda transaction: str(transaction.fields["date"]))[::-1]
    rendered = [render_transaction(team, transaction) for transaction in newest_first]
    if query.includeLines is False:
        for transaction in rendered:
            del transaction["lines"]
    return errors.success(request, _page(rendered, query.limit or request.value(rules.PAGE_SIZE), query.page or 1))


async def owner_statement(request: VendorRequest, team: Team, owner: str) -> Response:
    """The emulator's own route: what an owner sees of the expenses on their listings."""
    person = team.owners.get(owner)
    if person is None:
        raise request.refusal(rules.OWNER_STATEMENT, owner=owner)
    visible = []
    for transaction in team.transactions.values():
        whole = render_transaction(team, transaction)
        lines = [line for line in whole["lines"] if line["listing"] and line["listing"]["id"] in person["listingIds"]]
        if lines:
            files = [file for file in whole["attachments"] if file["isOwnerAccessible"]]
            members = ("id", "type", "date", "description", "currency")
            visible.append({name: whole[name] for name in members} | {"lines": lines, "attachments": files})
    return errors.success(request, {"owner": {"id": person["id"], "name": person["name"]}, "transactions": visible})


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


def _matches(transaction: Transaction, query: TransactionQuery) -> bool:
    return all(
        test(transaction, wanted, query)
        for name, test in _TESTS.items()
        if (wanted := getattr(query, name)) is not None
    )


def _in_range(transaction: Transaction, wanted: list[str], query: TransactionQuery) -> bool:
    start, end = wanted
    day: str = transaction.fields["date"]
    if start and day < start:
        return False
    return not end or day < end or (day == end and query.isDateRangeEndInclusive is not False)


def _mentions(transaction: Transaction, wanted: str, _: TransactionQuery) -> bool:
    texts = [transaction.fields.get("description"), transaction.fields.get("uniqueRef")]
    texts += [line.get("description") for line in transaction.lines]
    return any(wanted.casefold() in text.casefold() for text in texts if text)


def _on_account(transaction: Transaction, wanted: str, _: TransactionQuery) -> bool:
    return wanted in (transaction.fields.get("accountId"), *(line["accountId"] for line in transaction.lines))


def _on_listing(transaction: Transaction, wanted: list[str], _: TransactionQuery) -> bool:
    return any(line.get("listingId") in wanted for line in transaction.lines)


def _amounts_to(transaction: Transaction, wanted: int, _: TransactionQuery) -> bool:
    amounts: list[int] = [line["amount"] for line in transaction.lines]
    return wanted == sum(amounts)


_TESTS: Mapping[str, Callable[[Transaction, Any, TransactionQuery], bool]] = {
    "type": lambda transaction, wanted, _: transaction.fields["type"] in wanted,
    "status": lambda transaction, wanted, _: transaction.fields.get("status", "active") == wanted,
    "isOpeningBalance": lambda transaction, wanted, _: transaction.fields.get("isOpeningBalance", False) == wanted,
    "isLocked": lambda transaction, wanted, _: transaction.on_statement == wanted,
    "contactId": lambda transaction, wanted, _: transaction.fields.get("contactId") == wanted,
    "ids": lambda transaction, wanted, _: transaction.id in wanted,
    "uniqueRefs": lambda transaction, wanted, _: transaction.fields.get("uniqueRef") in wanted,
    "accountId": _on_account,
    "amount": _amounts_to,
    "dateRange": _in_range,
    "listingIds": _on_listing,
    "search": _mentions,
}
