"""The records that files hang on: list, create, get, replace, change."""

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from starlette.responses import Response

from emulator.core.json_reader import JsonObject
from emulator.core.request import VendorRequest
from emulator.vendors.dualentry import errors, rendering, rules
from emulator.vendors.dualentry.models import RecordType
from emulator.vendors.dualentry.state import Attachment, Organisation, Record
from emulator.vendors.dualentry.validation import ValidationErrors


async def list_all(request: VendorRequest, organisation: Organisation, kind: RecordType) -> Response:
    errors_found = ValidationErrors()
    filters = rendering.read_query(request, kind.filters, errors_found)
    if filters is None:
        raise request.refusal(rules.QUERY, errors=errors_found)
    order = _ORDER[filters.ordering]
    query = filters.model_dump()
    records = ((rendering.summary(organisation, record), record) for record in organisation.records[kind.slug].values())
    matches = [(tree, record) for tree, record in records if _matches(tree, record, query)]
    matches.sort(key=lambda pair: order(*pair), reverse=filters.ordering.startswith("-"))
    limit = min(filters.limit, request.value(rules.MAX_LIMIT))
    page = matches[filters.offset :][:limit]
    items = [rendering.record(request, organisation, record) for _, record in page]
    return errors.success(request, {"items": items, "count": len(matches)})


async def create(request: VendorRequest, organisation: Organisation, kind: RecordType) -> Response:
    errors_found = ValidationErrors()
    fields = await rendering.read_payload(request, kind.model, errors_found)
    if errors_found:
        raise request.refusal(rules.BODY, errors=errors_found)
    _check_related(request, organisation, fields)
    files = _referred(request, organisation, fields.pop("attachments"))
    record = organisation.add(kind, fields, files, request.sandbox.clock.now())
    return errors.success(request, rendering.record(request, organisation, record))


async def get(request: VendorRequest, organisation: Organisation, kind: RecordType, record_number: str) -> Response:
    errors_found = ValidationErrors()
    number = rendering.read_number(record_number, errors_found)
    bad_number = bool(errors_found)
    # They change nothing here, and are looked at all the same.
    rendering.read_query(request, kind.filters, errors_found)
    if errors_found:
        raise request.refusal(rules.NUMBER if bad_number else rules.QUERY, errors=errors_found)
    return errors.success(request, rendering.record(request, organisation, find(request, organisation, kind, number)))


async def put(request: VendorRequest, organisation: Organisation, kind: RecordType, record_number: str) -> Response:
    """Replace all of a record, its attachments included."""
    return await _change(request, organisation, kind, record_number, partial=False)


async def patch(request: VendorRequest, organisation: Organisation, kind: RecordType, record_number: str) -> Response:
    """Change what is sent."""
    return await _change(request, organisation, kind, record_number, partial=True)


async def _change(
    request: VendorRequest, organisation: Organisation, kind: RecordType, record_number: str, *, partial: bool
) -> Response:
    errors_found = ValidationErrors()
    number = rendering.read_number(record_number, errors_found)
    bad_number = bool(errors_found)
    fields = await rendering.read_payload(request, kind.changes if partial else kind.model, errors_found)
    if errors_found:
        only_number = bad_number and len(errors_found) == 1
        raise request.refusal(rules.NUMBER if only_number else rules.BODY, errors=errors_found)
    record = find(request, organisation, kind, number)
    if partial:
        # Null is for what may be null; elsewhere it says nothing.
        fields = {name: value for name, value in fields.items() if value is not None or name in kind.nullable}
    _check_related(request, organisation, fields)
    files = fields.pop("attachments", None)
    attachments = record.attachments if files is None else tuple(_referred(request, organisation, files))
    kept = record.fields if partial else {}
    record.fields = organisation.numbered(kind, {**kept, **fields})
    record.attachments = attachments
    record.updated = request.sandbox.clock.now()
    return errors.success(request, rendering.record(request, organisation, record))


def find(request: VendorRequest, organisation: Organisation, kind: RecordType, number: int) -> Record:
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
