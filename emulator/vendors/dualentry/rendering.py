"""How records and attachments look in JSON, and the reading of paths, queries and JSON bodies."""

from collections.abc import Callable, Mapping
from decimal import Decimal, localcontext
from typing import Any, TypeVar

from emulator.core.json_reader import JsonObject, read_json
from emulator.core.request import VendorRequest
from emulator.vendors.dualentry import rules, signed_urls
from emulator.vendors.dualentry.errors import PRECISION
from emulator.vendors.dualentry.models import Changes, Model, RecordPath, quantities_total
from emulator.vendors.dualentry.state import Attachment, Organisation, Record, record_amount
from emulator.vendors.dualentry.validation import ValidationErrors

_PAYLOAD = ("body", "payload")
F = TypeVar("F", bound=Model)


def render_attachment(request: VendorRequest, organisation: Organisation, attachment: Attachment) -> JsonObject:
    """Return an attachment as DualEntry's JSON, with new signed URLs."""
    is_uploaded = attachment.blob is not None
    rendered = {
        "id": attachment.id,
        "file_name": attachment.file_name,
        "file_size": attachment.file_size,
        "download_url": signed_urls.sign_url(request, organisation, attachment, "get") if is_uploaded else None,
    }
    if request.value(rules.SIX_FIELDS):
        rendered["upload_url"] = None if is_uploaded else signed_urls.sign_url(request, organisation, attachment, "put")
        rendered["category"] = attachment.category
    return rendered


def render_record(request: VendorRequest, organisation: Organisation, record: Record) -> JsonObject:
    """Return a record as DualEntry's JSON, with its attachments."""
    attachments = [render_attachment(request, organisation, attachment) for attachment in record.attachments]
    return render_members(organisation, record) | {"attachments": attachments}


def render_members(organisation: Organisation, record: Record) -> JsonObject:
    """Return a record as DualEntry's JSON, but with no attachments."""
    fields = {name: value for name, value in record.fields.items() if value is not None}
    with localcontext(prec=PRECISION):
        return _render_fields(organisation, record, fields)


def _render_fields(organisation: Organisation, record: Record, fields: JsonObject) -> JsonObject:
    answer = record.kind.answer
    lines = {name: [_render_line(organisation, line) for line in fields.get(name, ())] for name in answer.lines}
    return answer.render({**_derived_members(organisation, record, fields), **fields, **lines})


def _derived_members(organisation: Organisation, record: Record, fields: JsonObject) -> JsonObject:
    """Return the members that are derived from the fields, and apply where the fields do not contain them."""
    company_id: Any = fields.get("company_id", organisation.default_company["id"])
    company = organisation.companies.get(company_id, {**organisation.default_company, "name": f"Company {company_id}"})
    amount = record_amount(record)
    return {
        "internal_id": record.internal_id,
        "id": record.internal_id,
        "number": record.number,
        "company_id": company_id,
        "company_name": company["name"],
        "company_currency": company["currency"],
        "currency_iso_4217_code": company["currency"],
        "exchange_rate": Decimal(1),
        "amount": amount,
        **dict.fromkeys(("amount_due", "due_total", "remaining_amount"), amount),
        "transaction_date": fields["date"],
        "due_date": fields["date"] if record.kind.slug == "bills" else None,
        "transaction_id": record.internal_id,
        "transaction_ids": [record.internal_id] if fields["record_status"] == "posted" else [],
        "account_id": fields.get("account_number"),
        "created_at": record.created,
        "updated_at": record.updated,
        "created_by": _render_actor(record.created),
        "updated_by": _render_actor(record.updated),
        **_party_names(organisation, fields),
        **(_DERIVED_BY_TYPE[record.kind.slug](organisation, fields) if record.kind.slug in _DERIVED_BY_TYPE else {}),
    }


def _applied_prepayment(organisation: Organisation, fields: JsonObject) -> JsonObject:
    """Return the customer of the prepayment that a record applies to invoices."""
    prepayment = organisation.records["customer-prepayments"].get(fields.get("customer_prepayment_number", 0))
    customer = {"customer_id": prepayment.fields["customer_id"]} if prepayment else {}
    return customer | _party_names(organisation, customer)


def _statistics(_: Organisation, fields: JsonObject) -> JsonObject:
    """Return what a statistical journal tells of its lines. Its account, if it names none, is that of the first."""
    lines = fields.get("items", ())
    accounts = [line["account_number"] for line in lines if line.get("account_number")]
    account = fields.get("account_number", accounts[0] if accounts else None)
    return {
        "account_id": account,
        "account_number": account,
        "account_name": f"Account {account}" if account else None,
        "period": fields["date"].replace(day=1),
        "total_quantity": quantities_total(fields),
        "unique_account_count": len({account, *accounts} - {None}),
        "unique_company_count": len({line.get("company_id") or fields.get("company_id") for line in lines}),
    }


_DERIVED_BY_TYPE: Mapping[str, Callable[[Organisation, JsonObject], JsonObject]] = {
    "customer-prepayment-applications": _applied_prepayment,
    "statistical-journals": _statistics,
}


def _render_line(organisation: Organisation, line: JsonObject) -> JsonObject:
    """Return a line with its derived members."""
    derived: JsonObject = {"account_id": line.get("account_number"), **_party_names(organisation, line)}
    if "invoice_number" in line:
        invoice = organisation.records["invoices"].get(line["invoice_number"])
        derived["amount_due"] = record_amount(invoice) if invoice else Decimal(0)
    if "rate" in line:
        amount = line["quantity"] * line["rate"]
        derived |= dict.fromkeys(("amount", "net_amount", "gross_amount"), amount)
        derived["quantity_due"] = line["quantity"]
    return derived | line


def _party_names(organisation: Organisation, fields: JsonObject) -> JsonObject:
    """Return the names of a record's or a line's customer and vendor."""
    customer, vendor = fields.get("customer_id"), fields.get("vendor_id")
    return {
        "customer_name": organisation.customers.get(customer, f"Customer {customer}") if customer else None,
        "vendor_name": organisation.vendors.get(vendor, f"Vendor {vendor}") if vendor else None,
    }


def _render_actor(timestamp: object) -> JsonObject:
    return {"actor_type": "api_key", "email": None, "first_name": None, "last_name": None, "timestamp": timestamp}


# --- Reading ----------------------------------------------------------------------------------------------------------


def read_number(text: str, errors: ValidationErrors) -> int:
    """Return the record number in the path, or 0 if it is invalid and an error was added."""
    path = errors.validate(RecordPath, {"record_number": text}, "path")
    return path.record_number if path else 0


def read_query(request: VendorRequest, model: type[F], errors: ValidationErrors) -> F | None:
    """Return the filters in the query string, or None if they are invalid and errors were added."""
    query = request.query_params
    parameters = {
        name: query.getlist(name) if "list" in str(field.annotation) else query[name]
        for name, field in model.model_fields.items()
        if name in query
    }
    return errors.validate(model, parameters, "query")


async def read_payload(request: VendorRequest, model: type[Model], errors: ValidationErrors) -> JsonObject:
    """Return the fields of the JSON object in the body, with the model's defaults; none if errors were added.

    A model of changes has no defaults. Raises Refusal if the body is not JSON.
    """
    body = await request.read_body(rules.MAX_JSON_BYTES)
    if not body:
        errors.add("missing", _PAYLOAD, "Field required")
        return {}
    try:
        value = await request.parse(read_json, body, float)
    except ValueError:
        raise request.refusal(rules.BAD_JSON) from None
    # Any JSON value but an object counts as an empty object.
    payload = await request.parse(errors.validate, model, value if isinstance(value, dict) else {}, *_PAYLOAD)
    return payload.model_dump(exclude_unset=issubclass(model, Changes)) if payload else {}
