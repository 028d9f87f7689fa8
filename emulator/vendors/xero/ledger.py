"""Creating and updating documents, as far as something to attach to needs them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from emulator.core.routing import UUID
from emulator.core.rules import Refusal
from emulator.vendors.xero import rules
from emulator.vendors.xero.document_types import ACCOUNTS, CONTACTS, INVOICES, ZERO, Kind
from emulator.vendors.xero.rendering import JsonObject, iso
from emulator.vendors.xero.state import Document, Organisation

NO_ID = "00000000-0000-0000-0000-000000000000"
FRESH_STATUSES = frozenset({"DRAFT", "SUBMITTED", "AUTHORISED"})
# What a client may send and the ledger decides.
_COMPUTED = frozenset({"HasAttachments", "Attachments", "UpdatedDateUTC", "ValidationErrors", "StatusAttributeString"})


@dataclass(slots=True)
class Draft:
    """One document of a request, judged but not yet stored."""

    kind: Kind
    tree: JsonObject
    existing: Document | None
    errors: list[Refusal]


def validate(
    organisation: Organisation, kind: Kind, trees: Iterable[JsonObject], *, creating: bool, named: str | None = None
) -> list[Draft]:
    """What would become of these documents.

    `creating`: a document that is there already is an error (PUT). `named`: the id or number in the path, which
    outweighs those in the body.
    """
    drafts: list[Draft] = []
    numbers: set[str] = set()
    for tree in trees:
        sent = {name: value for name, value in tree.items() if name not in _COMPUTED}
        draft = Draft(kind, sent, None, [])
        try:
            draft.existing = _existing(organisation, kind, sent, creating=creating, named=named)
        except Refusal as refusal:
            draft.errors.append(refusal)
        else:
            merged = {**draft.existing.fields, **sent} if draft.existing else sent
            draft.errors.extend(_faults(organisation, kind, merged, fresh=draft.existing is None))
        number = "" if draft.existing else _own_number(kind, sent)
        if number in numbers:
            draft.errors.append(Refusal(rules.NUMBER_TAKEN, document=kind.singular))
        numbers |= {number} - {""}
        drafts.append(draft)
    return drafts


def store(organisation: Organisation, draft: Draft) -> Document:
    """Make a faultless draft a document, or a new state of the one it updates."""
    now = organisation.sandbox.clock.now()
    if draft.existing:
        document = draft.existing
        fields = {**document.fields, **draft.tree}
    else:
        document = Document(draft.kind, organisation.sandbox.ids.uuid(), {})
        fields = _filled_in(organisation, draft, document.id, now)
    if draft.kind.needs_contact:
        fields["Contact"] = _contact(organisation, fields["Contact"])
    if draft.kind.has_total:
        fields.update(_totals(organisation, draft.kind, fields))
    fields[draft.kind.id] = document.id
    if "UpdatedDateUTC" in draft.kind.order:
        fields["UpdatedDateUTC"] = now
    fields.update(date_strings(draft.kind, fields))
    fields = in_order(draft.kind, fields)
    if draft.existing:
        organisation.update(document, fields)
    else:
        document.fields = fields
        organisation.add(document)
    return document


def in_order(kind: Kind, fields: JsonObject) -> JsonObject:
    """Xero's order of members; those it does not know follow."""
    return {name: fields[name] for name in (*kind.order, *fields) if name in fields}


def date_strings(kind: Kind, fields: JsonObject) -> JsonObject:
    return {f"{name}String": iso(fields[name]) for name in kind.date_strings if isinstance(fields.get(name), datetime)}


def _existing(
    organisation: Organisation, kind: Kind, tree: JsonObject, *, creating: bool, named: str | None
) -> Document | None:
    unknown = Refusal(rules.UPDATE_UNKNOWN, document=kind.singular, field=kind.id)
    if named is not None:
        document = organisation.find(kind, named)
        if document is None:
            raise unknown
        return document
    if document_id := tree.get(kind.id):
        document = organisation.with_id(kind, document_id)
        if document is None:
            _check_guid(document_id)
        if not creating:
            if document is None:
                raise unknown
            return document
    number = _own_number(kind, tree)
    document = organisation.numbered(kind, number) if number else None
    if document and creating:
        raise Refusal(rules.NUMBER_TAKEN, document=kind.singular)
    return document


def _own_number(kind: Kind, tree: JsonObject) -> str:
    """The number that is this document's alone; a bill bears its supplier's, which need not be unique."""
    if not kind.number or tree.get("Type") == "ACCPAY":
        return ""
    return str(tree.get(kind.number, "")).lower()


def _check_guid(value: str) -> None:
    if not UUID.fullmatch(value):
        raise Refusal(rules.BAD_GUID)


def _faults(organisation: Organisation, kind: Kind, tree: JsonObject, *, fresh: bool) -> Iterator[Refusal]:
    """In the order in which recorded answers list them, as far as they do."""
    for name in kind.required:
        if tree.get(name) in (None, "", []):
            yield Refusal(rules.FIELD_REQUIRED, field=name)
    if kind.needs_lines and not tree.get("LineItems"):
        yield Refusal(rules.LINES_REQUIRED)
    if fresh and kind is INVOICES and tree.get("Status", "DRAFT") not in FRESH_STATUSES:
        yield Refusal(rules.CREATE_STATUS)
    if kind.needs_contact:
        contact = tree.get("Contact", {})
        contact_id = contact.get("ContactID")
        if not contact_id and not contact.get("Name"):
            yield Refusal(rules.CONTACT_REQUIRED)
        elif contact_id and not organisation.with_id(CONTACTS, contact_id):
            yield Refusal(rules.CONTACT_UNKNOWN if UUID.fullmatch(contact_id) else rules.BAD_GUID)


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
        # A bill without its supplier's number has none.
        fields[kind.number] = "" if fields.get("Type") == "ACCPAY" else organisation.next_number(kind)
    return fields


def _contact(organisation: Organisation, sent: JsonObject) -> JsonObject:
    """The contact that a document names, as documents show it; a new name becomes a new contact."""
    contact_id, name = sent.get("ContactID"), sent.get("Name", "")
    contact = organisation.with_id(CONTACTS, contact_id) if contact_id else organisation.contact_named(name)
    if contact is None:
        contact = store(organisation, Draft(CONTACTS, {"Name": name}, None, []))
    shown = ("ContactID", "ContactStatus", "Name", "FirstName", "LastName", "EmailAddress")
    return {member: contact.fields[member] for member in shown if member in contact.fields}


def _totals(organisation: Organisation, kind: Kind, fields: JsonObject) -> JsonObject:
    lines = [_line(organisation, line) for line in fields["LineItems"]]
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
    return line


def _product(quantity: Decimal, price: Decimal) -> Decimal:
    try:
        return (quantity * price).quantize(ZERO)
    except InvalidOperation:  # more digits than any ledger has
        return ZERO


def _amount(value: Any) -> Decimal:
    return value if isinstance(value, Decimal) else ZERO
