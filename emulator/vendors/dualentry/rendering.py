"""DualEntry's bytes: what each thing looks like in JSON, and reading what is sent."""

from decimal import Decimal, localcontext
from typing import Any, TypeVar

from emulator.core.json_reader import JsonObject, read_json
from emulator.core.request import VendorRequest
from emulator.vendors.dualentry import rules, storage
from emulator.vendors.dualentry.errors import PRECISION
from emulator.vendors.dualentry.models import Changes, Filters, Model, RecordPath
from emulator.vendors.dualentry.state import Attachment, Organisation, Record, total
from emulator.vendors.dualentry.validation import ValidationErrors

_PAYLOAD = ("body", "payload")
F = TypeVar("F", bound=Filters)


def attachment(request: VendorRequest, organisation: Organisation, file: Attachment) -> JsonObject:
    there = file.blob is not None
    tree = {
        "id": file.id,
        "file_name": file.file_name,
        "file_size": file.file_size,
        "download_url": storage.url(request, organisation, file, "get") if there else None,
    }
    if request.value(rules.SIX_FIELDS):
        tree["upload_url"] = None if there else storage.url(request, organisation, file, "put")
        tree["category"] = file.category
    return tree


def record(request: VendorRequest, organisation: Organisation, of: Record) -> JsonObject:
    """All of a record."""
    files = [attachment(request, organisation, file) for file in of.attachments]
    return summary(organisation, of) | {"attachments": files}


def summary(organisation: Organisation, of: Record) -> JsonObject:
    """A record as the contract shows it, but for its attachments."""
    fields = {name: value for name, value in of.fields.items() if value is not None}
    with localcontext(prec=PRECISION):
        return _summary(organisation, of, fields)


def _summary(organisation: Organisation, of: Record, fields: JsonObject) -> JsonObject:
    answer = of.kind.answer
    lines = {name: [_line(organisation, line) for line in fields.get(name, ())] for name in answer.lines}
    return answer.render({**_derived(organisation, of, fields), **fields, **lines})


def _derived(organisation: Organisation, of: Record, fields: JsonObject) -> JsonObject:
    """What follows from what was sent, where nothing else was."""
    company_id: Any = fields.get("company_id", organisation.home["id"])
    company = organisation.companies.get(company_id, {**organisation.home, "name": f"Company {company_id}"})
    amount = total(of)
    return {
        "internal_id": of.internal_id,
        "number": of.number,
        "company_id": company_id,
        "company_name": company["name"],
        "company_currency": company["currency"],
        "currency_iso_4217_code": company["currency"],
        "exchange_rate": Decimal(1),
        "amount": amount,
        **dict.fromkeys(("amount_due", "due_total", "remaining_amount"), amount),
        "transaction_date": fields["date"],
        "due_date": fields["date"] if of.kind.slug == "bills" else None,
        "transaction_id": of.internal_id,
        "transaction_ids": [of.internal_id] if fields["record_status"] == "posted" else [],
        "account_id": fields.get("account_number"),
        "created_at": of.created,
        "updated_at": of.updated,
        "created_by": _actor(of.created),
        "updated_by": _actor(of.updated),
        **_names(organisation, fields),
    }


def _line(organisation: Organisation, line: JsonObject) -> JsonObject:
    derived: JsonObject = {"account_id": line.get("account_number"), **_names(organisation, line)}
    if "quantity" in line:
        amount = line["quantity"] * line["rate"]
        derived |= dict.fromkeys(("amount", "net_amount", "gross_amount"), amount)
        derived["quantity_due"] = line["quantity"]
    return derived | line


def _names(organisation: Organisation, fields: JsonObject) -> JsonObject:
    customer, vendor = fields.get("customer_id"), fields.get("vendor_id")
    return {
        "customer_name": organisation.customers.get(customer, f"Customer {customer}") if customer else None,
        "vendor_name": organisation.vendors.get(vendor, f"Vendor {vendor}") if vendor else None,
    }


def _actor(at: object) -> JsonObject:
    return {"actor_type": "api_key", "email": None, "first_name": None, "last_name": None, "timestamp": at}


# --- Reading ----------------------------------------------------------------------------------------------------------


def read_number(text: str, errors: ValidationErrors) -> int:
    """Return the record's number in the path; 0, where an error was added."""
    path = errors.validate(RecordPath, {"record_number": text}, "path")
    return path.record_number if path else 0


def read_query(request: VendorRequest, model: type[F], errors: ValidationErrors) -> F | None:
    """Return the filters in the query string; None, where errors were added."""
    query = request.query_params
    given = {
        name: query.getlist(name) if "list" in str(field.annotation) else query[name]
        for name, field in model.model_fields.items()
        if name in query
    }
    return errors.validate(model, given, "query")


async def read_payload(request: VendorRequest, model: type[Model], errors: ValidationErrors) -> JsonObject:
    """Return those fields of the JSON object in the body that were sent or have a default; errors are added.

    A model of changes has no defaults.
    """
    body = await request.read_body(rules.MAX_JSON_BYTES)
    if not body:
        errors.add("missing", _PAYLOAD, "Field required")
        return {}
    try:
        value = read_json(body, float)
    except ValueError:
        raise request.refusal(rules.BAD_JSON) from None
    # What is no object counts as an empty one.
    payload = errors.validate(model, value if isinstance(value, dict) else {}, *_PAYLOAD)
    return payload.model_dump(exclude_unset=issubclass(model, Changes)) if payload else {}
