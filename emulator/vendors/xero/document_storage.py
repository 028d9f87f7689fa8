"""Storage of valid documents: what Xero adds to what a client sent, such as numbers, contacts and totals."""

from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any, Literal, NamedTuple

from emulator.core.json_reader import JsonObject
from emulator.vendors.xero.document_types import ACCOUNTS, CONTACTS, LINE_ORDER, ZERO, DocumentType
from emulator.vendors.xero.rendering import date_strings
from emulator.vendors.xero.state import Document, Organisation
from emulator.vendors.xero.validation import Draft


class Change(NamedTuple):
    """What a request did to a document."""

    event_type: Literal["CREATE", "UPDATE"]
    document: Document


def store(organisation: Organisation, draft: Draft, changes: list[Change]) -> Document:
    """Store a valid draft, as a new document or as the new fields of the one that it updates.

    The change is appended to `changes`, after that of a contact which is created with it.
    """
    now = organisation.sandbox.clock.now()
    if draft.existing:
        document = draft.existing
        fields = {**document.fields, **draft.tree}
    else:
        document = Document(draft.kind, organisation.sandbox.ids.uuid(), {})
        fields = _filled_in(organisation, draft, document.id, now)
    if draft.kind.needs_contact:
        fields["Contact"] = _contact(organisation, fields["Contact"], changes)
    if draft.kind.has_total:
        fields.update(_totals(organisation, draft.kind, fields))
    fields[draft.kind.id] = document.id
    if "UpdatedDateUTC" in draft.kind.order:
        fields["UpdatedDateUTC"] = now
    fields.update(date_strings(draft.kind.date_strings, fields))
    fields = in_order(draft.kind, fields)
    if draft.existing:
        organisation.update(document, fields)
    else:
        document.fields = fields
        organisation.add(document)
    changes.append(Change("UPDATE" if draft.existing else "CREATE", document))
    return document


def mark_updated(organisation: Organisation, document: Document) -> Change:
    """Set the time of a document's update, if its type has one."""
    if "UpdatedDateUTC" in document.kind.order:
        organisation.update(document, {**document.fields, "UpdatedDateUTC": organisation.sandbox.clock.now()})
    return Change("UPDATE", document)


def in_order(kind: DocumentType, fields: JsonObject) -> JsonObject:
    """Return members in Xero's order. Members that Xero does not have follow."""
    return {name: fields[name] for name in (*kind.order, *fields) if name in fields}


def _filled_in(organisation: Organisation, draft: Draft, document_id: str, now: datetime) -> JsonObject:
    kind, currency = draft.kind, organisation.about["BaseCurrency"]
    fields: JsonObject = {**kind.defaults}
    if kind.has_total:
        fields.update(CurrencyCode=currency, CurrencyRate=Decimal("1.000000"))
    if "Date" in kind.order:
        fields["Date"] = now.replace(hour=0, minute=0, second=0, microsecond=0)
    if "CreatedDateUTC" in kind.order:
        fields["CreatedDateUTC"] = now
    if "ID" in kind.order:
        fields["ID"] = document_id
    if kind is ACCOUNTS and draft.tree.get("Type") == "BANK":
        fields.update(CurrencyCode=currency, BankAccountType="BANK")
    fields.update(draft.tree)
    if kind.numbering and not fields.get(kind.number):
        # A bill has a number only if its supplier gave it one.
        fields[kind.number] = "" if fields.get("Type") == "ACCPAY" else organisation.next_number(kind)
    return fields


def _contact(organisation: Organisation, sent: JsonObject, changes: list[Change]) -> JsonObject:
    """Return the contact that a document names, as embedded in it. A name that is not known becomes a new contact."""
    contact_id, name = sent.get("ContactID"), sent.get("Name", "")
    if contact_id:
        contact = organisation.with_id(CONTACTS, contact_id)
    elif name:
        contact = organisation.contact_named(name)
    else:
        contact = organisation.numbered(CONTACTS, sent["ContactNumber"])
    if contact is None:
        contact = store(organisation, Draft(CONTACTS, {"Name": name}, None, []), changes)
    embedded = ("ContactID", "ContactStatus", "Name", "FirstName", "LastName", "EmailAddress")
    return {member: contact.fields[member] for member in embedded if member in contact.fields}


def _totals(organisation: Organisation, kind: DocumentType, fields: JsonObject) -> JsonObject:
    lines = [_line(organisation, line) for line in fields.get("LineItems", ())]
    net, tax = (sum((_amount(line.get(name)) for line in lines), ZERO) for name in ("LineAmount", "TaxAmount"))
    inclusive = str(fields.get("LineAmountTypes", "")).lower() == "inclusive"
    total = net if inclusive else net + tax
    totals: JsonObject = {"LineItems": lines, "SubTotal": total - tax, "TotalTax": tax, "Total": total}
    if "AmountDue" in kind.order:
        totals["AmountDue"] = total - _amount(fields.get("AmountPaid")) - _amount(fields.get("AmountCredited"))
    if "RemainingCredit" in kind.order:
        totals["RemainingCredit"] = total
    return totals


def _line(organisation: Organisation, sent: JsonObject) -> JsonObject:
    line: JsonObject = {"TaxAmount": ZERO, **sent}
    line.setdefault("LineItemID", organisation.sandbox.ids.uuid())
    line.setdefault("Quantity", Decimal("1.0000"))
    if "LineAmount" not in line:
        line["LineAmount"] = _product(_amount(line["Quantity"]), _amount(line.get("UnitAmount")))
    line.setdefault("UnitAmount", line["LineAmount"])
    line.setdefault("Tracking", [])
    return {name: line[name] for name in (*LINE_ORDER, *line) if name in line}


def _product(quantity: Decimal, price: Decimal) -> Decimal:
    try:
        return (quantity * price).quantize(ZERO)
    except InvalidOperation:  # more digits than any ledger has
        return ZERO


def _amount(value: Any) -> Decimal:
    return value if isinstance(value, Decimal) else ZERO
