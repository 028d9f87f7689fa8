"""The list of transactions: its filters and pages; and what an owner is shown of them."""

from collections.abc import Callable, Mapping
from typing import Any

from starlette.responses import Response

from emulator.core.json_reader import JsonObject
from emulator.core.request import VendorRequest
from emulator.core.schemas import Problems, Unfit
from emulator.vendors.vrplatform import errors, rendering, rules
from emulator.vendors.vrplatform.models import ZOD
from emulator.vendors.vrplatform.state import Team, Transaction

_QUERY = ZOD.schema(
    """limit?:query-int page?:query-int type?:[deposit|expense|transfer|payout] status?:active|inactive
    isOpeningBalance?:query-bool isLocked?:query-bool includeLines?:query-bool accountId?:text contactId?:text
    amount?:query-int dateRange?:[query-date] isDateRangeEndInclusive?:query-bool ids?:[text] uniqueRefs?:[text]
    listingIds?:[text] search?:text"""
)
_BEYOND = frozenset(
    """last4 hasActiveJournalEntries connectionId paidAtRange shortRefs recurringTemplateId paidStatus matchedByBankRule
    reconciled""".split()
)


async def list_all(request: VendorRequest, team: Team) -> Response:
    query = _read(request)
    found = [each for each in team.transactions.values() if _matches(each, query)]
    # The newest first; of one day, the one that came last.
    newest_first = sorted(found, key=lambda each: str(each.fields["date"]))[::-1]
    trees = [rendering.transaction(team, each) for each in newest_first]
    if query["includeLines"] is False:
        for tree in trees:
            del tree["lines"]
    return errors.success(request, _page(trees, query["limit"] or request.value(rules.PAGE_SIZE), query["page"] or 1))


async def owner_statement(request: VendorRequest, team: Team, owner: str) -> Response:
    """The emulator's own route: what an owner sees of the expenses on their listings."""
    found = team.owners.get(owner)
    if found is None:
        raise request.refusal(rules.OWNER_STATEMENT, owner=owner)
    shown = []
    for each in team.transactions.values():
        tree = rendering.transaction(team, each)
        lines = [line for line in tree["lines"] if line["listing"] and line["listing"]["id"] in found["listingIds"]]
        if lines:
            files = [file for file in tree["attachments"] if file["isOwnerAccessible"]]
            members = ("id", "type", "date", "description", "currency")
            shown.append({name: tree[name] for name in members} | {"lines": lines, "attachments": files})
    return errors.success(request, {"owner": {"id": found["id"], "name": found["name"]}, "transactions": shown})


def _read(request: VendorRequest) -> JsonObject:
    query = rendering.first_values(request)
    if beyond := sorted(_BEYOND & set(query)):
        raise request.refusal(rules.FILTERS, names=", ".join(beyond))
    given: dict[str, Any] = {}
    for name, field in _QUERY.items():
        if name in query:
            # Repeated, or one after the other behind commas.
            many = [value for each in request.query_params.getlist(name) for value in each.split(",")]
            given[name] = many if field.many else query[name]
    problems = Problems()
    found = ZOD.read(given, _QUERY, (), problems)
    for name, highest in (("limit", _QUERY_LIMIT), ("page", None)):
        number = found[name]
        if number is not None and number < 1:
            problems.add((name,), Unfit("too_small", "Too small: expected number to be >=1"))
        elif number is not None and highest and number > highest:
            problems.add((name,), Unfit("too_big", f"Too big: expected number to be <={highest}"))
    if found["dateRange"] and len(found["dateRange"]) != 2:
        problems.add(("dateRange",), Unfit("invalid_type", "Invalid input: expected two dates"))
    if problems:
        raise request.refusal(rules.INPUT, problems=problems)
    return found


_QUERY_LIMIT = rules.PAGE_SIZE.highest


def _page(trees: list[JsonObject], limit: int, page: int) -> JsonObject:
    pages = -(-len(trees) // limit)
    pagination = {
        "limit": limit,
        "page": page,
        "total": len(trees),
        "totalPage": pages,
        "nextPage": page + 1 if page < pages else None,
    }
    return {"data": trees[(page - 1) * limit : page * limit], "pagination": pagination}


def _matches(each: Transaction, query: JsonObject) -> bool:
    return all(test(each, query[name], query) for name, test in _TESTS.items() if query[name] is not None)


def _in_range(each: Transaction, wanted: list[str], query: JsonObject) -> bool:
    start, end = wanted
    day: str = each.fields["date"]
    if start and day < start:
        return False
    return not end or day < end or (day == end and query["isDateRangeEndInclusive"] is not False)


def _mentions(each: Transaction, wanted: str, _: JsonObject) -> bool:
    texts = [each.fields.get("description"), each.fields.get("uniqueRef")]
    texts += [line.get("description") for line in each.lines]
    return any(wanted.casefold() in text.casefold() for text in texts if text)


def _on_account(each: Transaction, wanted: str, _: JsonObject) -> bool:
    return wanted in (each.fields.get("accountId"), *(line["accountId"] for line in each.lines))


def _on_listing(each: Transaction, wanted: list[str], _: JsonObject) -> bool:
    return any(line.get("listingId") in wanted for line in each.lines)


def _amounts_to(each: Transaction, wanted: int, _: JsonObject) -> bool:
    amounts: list[int] = [line["amount"] for line in each.lines]
    return wanted == sum(amounts)


_TESTS: Mapping[str, Callable[[Transaction, Any, JsonObject], bool]] = {
    "type": lambda each, wanted, _: each.fields["type"] in wanted,
    "status": lambda each, wanted, _: each.fields.get("status", "active") == wanted,
    "isOpeningBalance": lambda each, wanted, _: each.fields.get("isOpeningBalance", False) == wanted,
    "isLocked": lambda each, wanted, _: each.on_statement == wanted,
    "contactId": lambda each, wanted, _: each.fields.get("contactId") == wanted,
    "ids": lambda each, wanted, _: each.id in wanted,
    "uniqueRefs": lambda each, wanted, _: each.fields.get("uniqueRef") in wanted,
    "accountId": _on_account,
    "amount": _amounts_to,
    "dateRange": _in_range,
    "listingIds": _on_listing,
    "search": _mentions,
}
