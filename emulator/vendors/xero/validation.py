"""Validation of the documents in a request, as far as attachments need it."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from emulator.core.json_reader import JsonObject
from emulator.core.routing import UUID
from emulator.core.rules import Refusal
from emulator.vendors.xero import rules
from emulator.vendors.xero.document_types import CONTACTS, INVOICES, DocumentType
from emulator.vendors.xero.state import Document, Organisation

NO_ID = "00000000-0000-0000-0000-000000000000"
FRESH_STATUSES = frozenset({"DRAFT", "SUBMITTED", "AUTHORISED"})
# Members that a client may send but whose values the emulator computes.
_COMPUTED = frozenset(
    "ID HasAttachments Attachments CreatedDateUTC UpdatedDateUTC ValidationErrors StatusAttributeString "
    "Payments CreditNotes Prepayments Overpayments".split()
)


@dataclass(slots=True)
class Draft:
    """One document of a request, validated but not yet stored."""

    kind: DocumentType
    tree: JsonObject
    existing: Document | None
    errors: list[Refusal]
    wanted_id: str = NO_ID
    """The id of an update for which there is no document."""


def validate(
    organisation: Organisation,
    kind: DocumentType,
    trees: Iterable[JsonObject],
    *,
    creating: bool,
    named: str | None = None,
) -> list[Draft]:
    """Return a draft of each document, with its validation errors.

    `creating` (PUT): an id in the body is ignored. `named`: the id or number in the path, which outweighs those in the
    body.
    """
    drafts: list[Draft] = []
    numbers: set[str] = set()
    contact_names: set[str] = set()
    for tree in trees:
        draft = Draft(kind, _as_sent(kind, tree), None, [])
        if named and UUID.fullmatch(named):
            draft.wanted_id = named.lower()
        sent = draft.tree
        try:
            draft.existing = _existing(organisation, kind, sent, creating=creating, named=named)
        except Refusal as refusal:
            draft.errors.append(refusal)
        else:
            if draft.existing:
                sent = draft.tree = _without_blanks(sent)
            draft.errors.extend(_validation_errors(organisation, draft))
        fields = {**draft.existing.fields, **sent} if draft.existing else sent
        number = _own_number(kind, fields)
        namesake = organisation.numbered(kind, number) if draft.existing and number else None
        if number in numbers or (namesake and namesake is not draft.existing):
            draft.errors.append(Refusal(rules.NUMBER_TAKEN, document=kind.singular))
        numbers |= {number} - {""}
        contact_name = str(fields.get("Name", "")) if kind is CONTACTS else ""
        if contact_name.casefold() in contact_names:
            draft.errors.append(Refusal(rules.CONTACT_NAME, name=contact_name))
        contact_names |= {contact_name.casefold()} - {""}
        drafts.append(draft)
    return drafts


def _existing(
    organisation: Organisation, kind: DocumentType, tree: JsonObject, *, creating: bool, named: str | None
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


def _own_number(kind: DocumentType, tree: JsonObject) -> str:
    """Return the number that must be unique. A bill has its supplier's, which need not be."""
    if not kind.number or tree.get("Type") == "ACCPAY":
        return ""
    return str(tree.get(kind.number, "")).lower()


def _check_guid(value: str) -> None:
    if not UUID.fullmatch(value):
        raise Refusal(rules.BAD_GUID)


def _as_sent(kind: DocumentType, tree: JsonObject) -> JsonObject:
    """Return what a client sent in the forms in which documents hold it."""
    sent = {name: value for name, value in tree.items() if name not in _COMPUTED}
    for name in kind.date_strings:
        if f"{name}String" in sent:
            sent.setdefault(name, sent.pop(f"{name}String"))
    amounts = sent.get("LineAmountTypes")
    if isinstance(amounts, str):
        sent["LineAmountTypes"] = amounts.upper() if kind.upper_case_amounts else _AMOUNTS.get(amounts.lower(), amounts)
    return sent


_AMOUNTS = {"exclusive": "Exclusive", "inclusive": "Inclusive", "notax": "NoTax"}
# Members that an update leaves as they are where it sends them empty.
_BLANK_KEEPS = ("Contact", "LineItems", "JournalLines")


def _without_blanks(sent: JsonObject) -> JsonObject:
    return {name: value for name, value in sent.items() if value or name not in _BLANK_KEEPS}


def _validation_errors(organisation: Organisation, draft: Draft) -> Iterator[Refusal]:
    """Yield every validation error, in the order of recorded answers."""
    kind, existing = draft.kind, draft.existing
    fields = {**existing.fields, **draft.tree} if existing else draft.tree
    if kind.types and fields.get("Type") not in kind.types:
        yield Refusal(rules.TYPE, document=kind.title)
    if existing and _is_final(kind, existing.fields, draft.tree):
        yield Refusal(rules.MODIFICATION_STATUS, document=kind.title)
    for name in kind.required:
        if fields.get(name) in (None, "", []):
            yield Refusal(rules.FIELD_REQUIRED, field=name)
    yield from _state_errors(kind, fields, fresh=existing is None)
    if kind.needs_contact:
        yield from _contact_errors(organisation, fields.get("Contact", {}))
    if kind is CONTACTS:
        yield from _errors_of_contact(organisation, draft, fields)
    if kind is INVOICES and organisation.sandbox.options.value(rules.APPROVAL):
        yield from _approval_errors(fields)


def _state_errors(kind: DocumentType, fields: JsonObject, *, fresh: bool) -> Iterator[Refusal]:
    """Yield the errors that depend on the status, in the order of recorded answers."""
    status = fields.get(kind.status, kind.defaults.get(kind.status))
    if kind.needs_lines and not fields.get("LineItems") and (kind.drafts_need_lines or status != "DRAFT"):
        yield Refusal(rules.LINES_REQUIRED)
    if fresh and kind is INVOICES and status in kind.statuses - FRESH_STATUSES:
        yield Refusal(rules.CREATE_STATUS)
    elif status is not None and status not in kind.statuses:
        yield Refusal(rules.STATUS, document=kind.title)


def _is_final(kind: DocumentType, fields: JsonObject, sent: JsonObject) -> bool:
    """Return whether the status of a document rules this change out."""
    status = fields.get(kind.status)
    voided_instead = "VOIDED" in kind.statuses and "DRAFT" in kind.statuses
    deletes_approved = voided_instead and status in ("AUTHORISED", "PAID", "POSTED") and sent.get("Status") == "DELETED"
    return status in kind.final_statuses or deletes_approved


def _contact_errors(organisation: Organisation, contact: JsonObject) -> Iterator[Refusal]:
    """Yield the errors of the contact that a document names."""
    contact_id = contact.get("ContactID")
    if not contact_id and not contact.get("Name") and not contact.get("ContactNumber"):
        yield Refusal(rules.CONTACT_REQUIRED)
    elif contact_id and not organisation.with_id(CONTACTS, contact_id):
        yield Refusal(rules.CONTACT_UNKNOWN if UUID.fullmatch(contact_id) else rules.BAD_GUID)
    elif not contact_id and not contact.get("Name") and not organisation.numbered(CONTACTS, contact["ContactNumber"]):
        yield Refusal(rules.CONTACT_UNKNOWN)


def _errors_of_contact(organisation: Organisation, draft: Draft, fields: JsonObject) -> Iterator[Refusal]:
    """Yield the errors of a contact itself."""
    name = fields.get("Name", "")
    namesake = organisation.contact_named(name)
    if namesake and namesake is not draft.existing and namesake.fields.get("ContactStatus") == "ACTIVE":
        yield Refusal(rules.CONTACT_NAME, name=name)
    email = draft.tree.get("EmailAddress")
    if email and not _EMAIL.fullmatch(str(email)):
        yield Refusal(rules.EMAIL)


def _approval_errors(fields: JsonObject) -> Iterator[Refusal]:
    """Yield what an invoice lacks to be authorised, or submitted for approval."""
    if fields.get("Status") not in ("AUTHORISED", "SUBMITTED"):
        return
    if not fields.get("DueDate"):
        yield Refusal(rules.APPROVAL, field="Due Date")
    if not all(line.get("AccountCode") or line.get("AccountID") for line in fields.get("LineItems", ())):
        yield Refusal(rules.APPROVAL, field="Account code")


# One @ with text on both sides.
_EMAIL = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+")
