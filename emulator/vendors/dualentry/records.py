"""Handlers of the records that can have attachments: list, create, get, put, patch, delete."""

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
from emulator.vendors.dualentry.webhook_events import send_event


async def list_all(request: VendorRequest, organisation: Organisation, record_type: RecordType) -> Response:
    """List the records of a type that match the query."""
    validation_errors = ValidationErrors(request.value(rules.AMOUNT_DIGITS))
    filters = rendering.read_query(request, record_type.filters, validation_errors)
    if filters is None:
        raise request.refusal(rules.QUERY, errors=validation_errors)
    order = _ORDERINGS[filters.ordering]
    query = filters.model_dump()
    records = (
        (rendering.render_members(organisation, record), record)
        for record in organisation.records[record_type.slug].values()
    )
    matches = [(rendered, record) for rendered, record in records if _matches_query(rendered, record, query)]
    matches.sort(key=lambda pair: order(*pair), reverse=filters.ordering.startswith("-"))
    limit = min(filters.limit, request.value(rules.MAX_LIMIT))
    page = matches[filters.offset :][:limit]
    items = [rendering.render_record(request, organisation, record) for _, record in page]
    return errors.success(request, {"items": items, "count": len(matches)})


async def create(request: VendorRequest, organisation: Organisation, record_type: RecordType) -> Response:
    """Create a record."""
    validation_errors = ValidationErrors(request.value(rules.AMOUNT_DIGITS))
    fields = await rendering.read_payload(request, record_type.model, validation_errors)
    if validation_errors:
        raise request.refusal(rules.BODY, errors=validation_errors)
    _check_parties(request, organisation, fields)
    files = _find_attachments(request, organisation, fields.pop("attachments"))
    record = organisation.add(record_type, fields, files, request.sandbox.clock.now())
    send_event(request, record, "created")
    return errors.success(request, rendering.render_record(request, organisation, record))


async def get(
    request: VendorRequest, organisation: Organisation, record_type: RecordType, record_number: str
) -> Response:
    """Return a record."""
    validation_errors = ValidationErrors(request.value(rules.AMOUNT_DIGITS))
    number = rendering.read_number(record_number, validation_errors)
    bad_number = bool(validation_errors)
    # The filters have no effect on a single record, but DualEntry validates them.
    rendering.read_query(request, record_type.filters, validation_errors)
    if validation_errors:
        raise request.refusal(rules.NUMBER if bad_number else rules.QUERY, errors=validation_errors)
    record = find_record(request, organisation, record_type, number)
    return errors.success(request, rendering.render_record(request, organisation, record))


async def put(
    request: VendorRequest, organisation: Organisation, record_type: RecordType, record_number: str
) -> Response:
    """Replace a record, its attachments included."""
    return await _update(request, organisation, record_type, record_number, partial=False)


async def patch(
    request: VendorRequest, organisation: Organisation, record_type: RecordType, record_number: str
) -> Response:
    """Change the fields of a record that are sent."""
    return await _update(request, organisation, record_type, record_number, partial=True)


async def delete(
    request: VendorRequest, organisation: Organisation, record_type: RecordType, record_number: str
) -> Response:
    """Delete a record. The organisation keeps its files."""
    validation_errors = ValidationErrors(request.value(rules.AMOUNT_DIGITS))
    number = rendering.read_number(record_number, validation_errors)
    if validation_errors:
        raise request.refusal(rules.NUMBER, errors=validation_errors)
    record = find_record(request, organisation, record_type, number)
    del organisation.records[record_type.slug][record.number]
    send_event(request, record, "deleted")
    return errors.success(request, {"success": True})


async def _update(
    request: VendorRequest, organisation: Organisation, record_type: RecordType, record_number: str, *, partial: bool
) -> Response:
    validation_errors = ValidationErrors(request.value(rules.AMOUNT_DIGITS))
    number = rendering.read_number(record_number, validation_errors)
    bad_number = bool(validation_errors)
    fields = await rendering.read_payload(
        request, record_type.changes if partial else record_type.model, validation_errors
    )
    if validation_errors:
        only_number = bad_number and len(validation_errors) == 1
        raise request.refusal(rules.NUMBER if only_number else rules.BODY, errors=validation_errors)
    record = find_record(request, organisation, record_type, number)
    if partial:
        # Null clears a nullable field, and is ignored elsewhere.
        fields = {name: value for name, value in fields.items() if value is not None or name in record_type.nullable}
    _check_parties(request, organisation, fields)
    files = fields.pop("attachments", None)
    attachments = record.attachments if files is None else tuple(_find_attachments(request, organisation, files))
    unchanged = record.fields if partial else {}
    record.fields = organisation.add_line_ids(record_type, {**unchanged, **fields})
    record.attachments = attachments
    return mark_updated(request, organisation, record)


def mark_updated(request: VendorRequest, organisation: Organisation, record: Record) -> Response:
    """Set the time of a record's update, send its event, and return the record."""
    record.updated = request.sandbox.clock.now()
    send_event(request, record, "updated")
    return errors.success(request, rendering.render_record(request, organisation, record))


def find_record(request: VendorRequest, organisation: Organisation, record_type: RecordType, number: int) -> Record:
    """Return the organisation's record with this number. Raises Refusal."""
    record = organisation.records[record_type.slug].get(number)
    if record is None:
        raise request.refusal(rules.RECORD_UNKNOWN)
    return record


def _find_attachments(
    request: VendorRequest, organisation: Organisation, references: Iterable[JsonObject]
) -> Iterable[Attachment]:
    """Return the files that a payload refers to, each once. Raises Refusal for an unknown one."""
    attachments: dict[int, Attachment] = {}
    for reference in references:
        attachment = organisation.attachments.get(reference["id"])
        if attachment is None:
            raise request.refusal(rules.ATTACHMENT_UNKNOWN, attachment=reference["id"])
        attachments[attachment.id] = attachment
    return attachments.values()


def _check_parties(request: VendorRequest, organisation: Organisation, fields: JsonObject) -> None:
    """Check that company, customer and vendor are known, if the setting asks for it. Raises Refusal."""
    if not request.value(rules.RELATED):
        return
    known: Mapping[str, Mapping[int, object]] = {
        "company_id": organisation.companies,
        "customer_id": organisation.customers,
        "vendor_id": organisation.vendors,
    }
    for name, parties in known.items():
        if fields.get(name) is not None and fields[name] not in parties:
            raise request.refusal(rules.RELATED, field=name)


# --- Filters ----------------------------------------------------------------------------------------------------------

_EQUAL_FILTERS = {
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
    # Members of the lines only.
    "account_id": "account_number",
    "account_number": "account_number",
    "vendor_credit_id": "vendor_credit_number",
}
_MINIMUM_FILTERS = {
    "start_date": "date",
    "date_start": "date",
    "period_start": "period",
    "due_date": "due_date",
    "amount_gte": "amount",
    "amount_due_gte": "amount_due",
}
_MAXIMUM_FILTERS = {
    "end_date": "date",
    "date_end": "date",
    "period_end": "period",
    "due_date_until": "due_date",
    "amount_lte": "amount",
    "amount_due_lte": "amount_due",
}
_SEARCHED_MEMBERS = ("number", "memo", "reference_number", "customer_name", "vendor_name")


def _matches_search(rendered: JsonObject, record: Record, text: str) -> bool:
    """Return whether a text is a record's internal id, or a part of one of the other members that are searched."""
    return text.strip() == str(record.internal_id) or any(
        text.casefold() in str(rendered.get(member) or "").casefold() for member in _SEARCHED_MEMBERS
    )


def _has_line_of(rendered: JsonObject, _: Record, accounts: list[int]) -> bool:
    return any(line["account_number"] in accounts for line in rendered["items"])


_OTHER_FILTERS: dict[str, Callable[[JsonObject, Record, Any], bool]] = {
    "search": _matches_search,
    "line_account_id": _has_line_of,
    "line_account_number": _has_line_of,
    "updated_after": lambda _, record, value: record.updated >= _with_time_zone(value),
    "updated_before": lambda _, record, value: record.updated <= _with_time_zone(value),
    "billed": lambda rendered, _, value: not value or rendered["billed_status"] == "billed",
    "unbilled": lambda rendered, _, value: not value or rendered["billed_status"] == "unbilled",
    "partially_billed": lambda rendered, _, value: not value or rendered["billed_status"] == "partially_billed",
    # No record of the emulator was imported from another system.
    "integration_sources": lambda _rendered, _record, _value: False,
}


def _matches_query(rendered: JsonObject, record: Record, query: JsonObject) -> bool:
    return all(
        _matches_filter(name, value, rendered, record) for name, value in query.items() if value not in (None, [])
    )


def _matches_filter(name: str, value: Any, rendered: JsonObject, record: Record) -> bool:
    if name in _EQUAL_FILTERS:
        member = _EQUAL_FILTERS[name]
        lines: Iterable[JsonObject] = [rendered] if member in rendered else rendered.get("items", [])
        return any(line.get(member) in value for line in lines)
    if name in _MINIMUM_FILTERS:
        return _is_ordered(value, rendered[_MINIMUM_FILTERS[name]])
    if name in _MAXIMUM_FILTERS:
        return _is_ordered(rendered[_MAXIMUM_FILTERS[name]], value)
    # The rest are not filters: they select the page and the order.
    return name not in _OTHER_FILTERS or _OTHER_FILTERS[name](rendered, record, value)


def _is_ordered(low: Any, high: Any) -> bool:
    return low is not None and high is not None and bool(low <= high)


def _with_time_zone(moment: datetime) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _sort_key(member: str) -> Callable[[JsonObject, Record], tuple[Any, ...]]:
    # Records without the member come first. The record number breaks ties.
    return lambda rendered, record: (rendered.get(member) is not None, rendered.get(member), record.number)


_SORT_KEYS: dict[str, Callable[[JsonObject, Record], tuple[Any, ...]]] = {
    "id": lambda _, record: (record.internal_id,),
    "created_at": lambda _, record: (record.created, record.number),
    "updated_at": lambda _, record: (record.updated, record.number),
    **{name: _sort_key(name) for name in ("number", "date", "transaction_date", "due_date", "amount")},
}
_ORDERINGS = _SORT_KEYS | {f"-{name}": key for name, key in _SORT_KEYS.items()}
