"""The records that files hang on: list, create, get, replace, change."""

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from starlette.responses import Response

from emulator.core.json_reader import JsonObject
from emulator.core.request import VendorRequest
from emulator.core.schemas import Problems, Unfit
from emulator.vendors.dualentry import errors, rendering, rules
from emulator.vendors.dualentry.models import Kind
from emulator.vendors.dualentry.state import Attachment, Organisation, Record


async def list_all(request: VendorRequest, organisation: Organisation, kind: Kind) -> Response:
    problems = Problems()
    query = rendering.read_query(request, kind.filters, problems)
    for name, least in (("limit", 1), ("offset", 0)):
        if query[name] is not None and query[name] < least:
            message = f"Input should be greater than or equal to {least}"
            problems.add(("query", name), Unfit("greater_than_equal", message))
    order = _ORDER.get(query["ordering"] or "")
    if order is None:
        problems.add(("query", "ordering"), Unfit("enum", f"Input should be one of {', '.join(sorted(_ORDER))}"))
    if problems or order is None:
        raise request.refusal(rules.QUERY, problems=problems)
    records = organisation.records[kind.slug].values()
    found = [(rendering.summary(organisation, each), each) for each in records]
    found = [(tree, each) for tree, each in found if _matches(tree, each, query)]
    found.sort(key=lambda pair: order(*pair), reverse=query["ordering"].startswith("-"))
    limit = min(query["limit"], request.value(rules.MAX_LIMIT))
    page = [rendering.record(request, organisation, each) for _, each in found[query["offset"] :][:limit]]
    return errors.success(request, {"items": page, "count": len(found)})


async def create(request: VendorRequest, organisation: Organisation, kind: Kind) -> Response:
    problems = Problems()
    fields = await rendering.read_payload(request, kind.fields, problems)
    if problems:
        raise request.refusal(rules.BODY, problems=problems)
    _check_related(request, organisation, fields)
    files = _referred(request, organisation, fields.pop("attachments"))
    record = organisation.add(kind, fields, files, request.sandbox.clock.now())
    return errors.success(request, rendering.record(request, organisation, record))


async def get(request: VendorRequest, organisation: Organisation, kind: Kind, record_number: str) -> Response:
    problems = Problems()
    number = rendering.read_number(record_number, problems)
    bad_number = bool(problems)
    # They change nothing here, and are looked at all the same.
    rendering.read_query(request, kind.filters, problems)
    if problems:
        raise request.refusal(rules.NUMBER if bad_number else rules.QUERY, problems=problems)
    return errors.success(request, rendering.record(request, organisation, find(request, organisation, kind, number)))


async def put(request: VendorRequest, organisation: Organisation, kind: Kind, record_number: str) -> Response:
    """Replace all of a record, its attachments included."""
    return await _change(request, organisation, kind, record_number, partial=False)


async def patch(request: VendorRequest, organisation: Organisation, kind: Kind, record_number: str) -> Response:
    """Change what is sent."""
    return await _change(request, organisation, kind, record_number, partial=True)


async def _change(
    request: VendorRequest, organisation: Organisation, kind: Kind, record_number: str, *, partial: bool
) -> Response:
    problems = Problems()
    number = rendering.read_number(record_number, problems)
    bad_number = bool(problems)
    fields = await rendering.read_payload(request, kind.changes if partial else kind.fields, problems, partial=partial)
    if problems:
        only_number = bad_number and len(problems) == 1
        raise request.refusal(rules.NUMBER if only_number else rules.BODY, problems=problems)
    record = find(request, organisation, kind, number)
    if partial:
        # Null is for what may be null; elsewhere it says nothing.
        fields = {name: value for name, value in fields.items() if value is not None or kind.fields[name].nullable}
    _check_related(request, organisation, fields)
    files = fields.pop("attachments", None)
    attachments = record.attachments if files is None else tuple(_referred(request, organisation, files))
    kept = record.fields if partial else {}
    record.fields = organisation.numbered(kind, {**kept, **fields})
    record.attachments = attachments
    record.updated = request.sandbox.clock.now()
    return errors.success(request, rendering.record(request, organisation, record))


def find(request: VendorRequest, organisation: Organisation, kind: Kind, number: int) -> Record:
    record = organisation.records[kind.slug].get(number)
    if record is None:
        raise request.refusal(rules.RECORD_UNKNOWN)
    return record


def _referred(
    request: VendorRequest, organisation: Organisation, references: Iterable[JsonObject]
) -> Iterable[Attachment]:
    """The files that a payload refers to, each once."""
    found: dict[int, Attachment] = {}
    for reference in references:
        attachment = organisation.attachments.get(reference["id"])
        if attachment is None:
            raise request.refusal(rules.ATTACHMENT_UNKNOWN, attachment=reference["id"])
        found[attachment.id] = attachment
    return found.values()


def _check_related(request: VendorRequest, organisation: Organisation, fields: JsonObject) -> None:
    if not request.value(rules.RELATED):
        return
    known: Mapping[str, Mapping[int, object]] = {
        "company_id": organisation.companies,
        "customer_id": organisation.customers,
        "vendor_id": organisation.vendors,
    }
    for name, things in known.items():
        if fields.get(name) is not None and fields[name] not in things:
            raise request.refusal(rules.RELATED, field=name)


# --- Filters ----------------------------------------------------------------------------------------------------------

_ONE_OF = {
    "company_id": "company_id",
    "number": "number",
    "id": "internal_id",
    "record_status": "record_status",
    "approval_status": "approval_status",
    "invoiced_status": "invoiced_status",
    "billed_status": "billed_status",
    "transaction_currency": "currency_iso_4217_code",
    "customer_id": "customer_id",
    "vendor_id": "vendor_id",
    # What only lines have.
    "account_id": "account_number",
    "vendor_credit_id": "vendor_credit_number",
}
_FROM = {"start_date": "date", "due_date": "due_date", "amount_gte": "amount", "amount_due_gte": "amount_due"}
_TO = {"end_date": "date", "due_date_until": "due_date", "amount_lte": "amount", "amount_due_lte": "amount_due"}
_SEARCHED = ("number", "memo", "reference_number", "customer_name", "vendor_name")
_OTHERS: dict[str, Callable[[JsonObject, Record, Any], bool]] = {
    "search": lambda tree, _, wanted: any(
        wanted.casefold() in str(tree.get(member) or "").casefold() for member in _SEARCHED
    ),
    "updated_after": lambda _, record, wanted: record.updated >= _aware(wanted),
    "updated_before": lambda _, record, wanted: record.updated <= _aware(wanted),
    "billed": lambda tree, _, wanted: not wanted or tree["billed_status"] == "billed",
    "unbilled": lambda tree, _, wanted: not wanted or tree["billed_status"] == "unbilled",
    "partially_billed": lambda tree, _, wanted: not wanted or tree["billed_status"] == "partially_billed",
    # Nothing here came from another system.
    "integration_sources": lambda _tree, _record, _wanted: False,
}


def _matches(tree: JsonObject, record: Record, query: JsonObject) -> bool:
    return all(_match(name, wanted, tree, record) for name, wanted in query.items() if wanted not in (None, []))


def _match(name: str, wanted: Any, tree: JsonObject, record: Record) -> bool:
    if name in _ONE_OF:
        member = _ONE_OF[name]
        lines: Iterable[JsonObject] = [tree] if member in tree else tree.get("items", [])
        return any(line.get(member) in wanted for line in lines)
    if name in _FROM:
        return _within(wanted, tree[_FROM[name]])
    if name in _TO:
        return _within(tree[_TO[name]], wanted)
    # What is left says which part of the list to show.
    return name not in _OTHERS or _OTHERS[name](tree, record, wanted)


def _within(low: Any, high: Any) -> bool:
    return low is not None and high is not None and bool(low <= high)


def _aware(moment: datetime) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _by(member: str) -> Callable[[JsonObject, Record], tuple[Any, ...]]:
    # What has none comes first, and numbers decide between equals.
    return lambda tree, record: (tree.get(member) is not None, tree.get(member), record.number)


_KEYS: dict[str, Callable[[JsonObject, Record], tuple[Any, ...]]] = {
    "id": lambda _, record: (record.internal_id,),
    "created_at": lambda _, record: (record.created, record.number),
    "updated_at": lambda _, record: (record.updated, record.number),
    **{name: _by(name) for name in ("number", "date", "transaction_date", "due_date", "amount")},
}
_ORDER = _KEYS | {f"-{name}": key for name, key in _KEYS.items()}
