"""Handlers of transactions and of the files on them: create, get, put, delete."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from starlette.responses import Response

from emulator.core.json_reader import JsonObject
from emulator.core.request import VendorRequest
from emulator.vendors.vrplatform import attachments, audit, errors, rules
from emulator.vendors.vrplatform.audit_log import Change, Operation, link_changes
from emulator.vendors.vrplatform.locks import check_books, check_open
from emulator.vendors.vrplatform.models import Line, NewTransaction, TransactionUpdate
from emulator.vendors.vrplatform.rendering import render_transaction
from emulator.vendors.vrplatform.state import Attachment, Team, Transaction
from emulator.vendors.vrplatform.validation import read_dry_run, read_write

# Members of a request that are not stored as fields of the transaction.
REQUEST_ONLY_MEMBERS = {"dryRun", "attachmentIds", "lines", "lines_create", "lines_update", "lines_delete"}


async def create(request: VendorRequest, team: Team) -> Response:
    """Create a transaction, with the staged files that attachmentIds names."""
    body = await read_write(request, NewTransaction)
    ids = body.attachmentIds or []
    _check_files_allowed(request, body.type, ids)
    fields, lines = body.model_dump(exclude=REQUEST_ONLY_MEMBERS), _dump_lines(body.lines)
    _check_references(request, team, fields, lines)
    new_id = request.sandbox.ids.uuid()
    new = Transaction(new_id, fields, _add_ids(request, lines), _find_attachments(request, team, new_id, ids))
    _check_transfer(request, new)
    check_books(request, new)
    if body.dryRun:
        audit.record_nothing(request)
    else:
        team.put(new)
        _record(request, team, "insert", (), new)
    return errors.success(request, render_transaction(team, new))


async def get(request: VendorRequest, team: Team, transaction: str) -> Response:
    """Return a transaction."""
    return errors.success(request, render_transaction(team, find_transaction(request, team, transaction)))


async def put(request: VendorRequest, team: Team, transaction: str) -> Response:
    """Change a transaction. If attachmentIds is sent, it is the complete new set of files."""
    body = await read_write(request, TransactionUpdate)
    old = find_transaction(request, team, transaction)
    lines = _updated_lines(request, old, body)
    ids = body.attachmentIds
    fields = body.model_dump(exclude_unset=True, exclude=REQUEST_ONLY_MEMBERS)
    files = old.attachments if ids is None else ids
    _check_files_allowed(request, str(fields.get("type", old.fields["type"])), files, type_changes=ids is None)
    _check_references(request, team, fields, lines)
    attached = old.attachments if ids is None else _find_attachments(request, team, old.id, ids)
    new = replace(old, fields={**old.fields, **fields}, lines=lines, attachments=attached)
    _check_transfer(request, new)
    check_open(request, old)
    check_books(request, new)
    if body.dryRun:
        audit.record_nothing(request)
    else:
        team.put(new, delete_removed=request.value(rules.REMOVAL_DELETES))
        _record(request, team, "update", old.attachments, new, tuple(sorted(body.model_fields_set - {"dryRun"})))
    return errors.success(request, render_transaction(team, new))


async def delete(request: VendorRequest, team: Team, transaction: str) -> Response:
    """Delete a transaction and its files."""
    dry_run = read_dry_run(request).dryRun
    target = find_transaction(request, team, transaction)
    check_open(request, target)
    if dry_run:
        audit.record_nothing(request)
    else:
        team.delete_transaction(target)
        files = (Change("delete", attachments.ENTITY_TYPE, attachment.id) for attachment in target.attachments)
        audit.record(request, team, Change("delete", "transaction", target.id), *files)
    return errors.success(request, {"id": target.id})


def find_transaction(request: VendorRequest, team: Team, transaction: str) -> Transaction:
    """Return the team's transaction with this id. Raises Refusal."""
    target = team.transactions.get(transaction)
    if target is None:
        raise request.refusal(rules.TRANSACTION_UNKNOWN, transaction=transaction)
    return target


def _find_attachments(
    request: VendorRequest, team: Team, transaction_id: str, ids: Iterable[str]
) -> tuple[Attachment, ...]:
    """Return the attachments with these ids, each once, if the transaction can have them. Raises Refusal."""
    attached: dict[str, Attachment] = {}
    for attachment_id in ids:
        attachment = attachments.find_attachment(request, team, attachment_id)
        if attachment.id in attached and request.value(rules.DUPLICATES):
            raise request.refusal(rules.DUPLICATES, attachment=attachment.id)
        current = team.transactions.get(attachment.transaction_id or "")
        if current and current.id != transaction_id:
            if not request.value(rules.LINKED_ELSEWHERE):
                raise request.refusal(rules.LINKED_ELSEWHERE, attachment=attachment.id)
            check_open(request, current)
        attached[attachment.id] = attachment
    return tuple(attached.values())


def _record(
    request: VendorRequest,
    team: Team,
    op: Operation,
    attached_before: Iterable[Attachment],
    new: Transaction,
    keys: tuple[str, ...] = (),
) -> None:
    """Record for the audit that a transaction was written, and which files were linked to it or unlinked."""
    links = link_changes(
        (attachment.id for attachment in attached_before),
        (attachment.id for attachment in new.attachments),
        delete_removed=request.value(rules.REMOVAL_DELETES),
    )
    audit.record(request, team, Change(op, "transaction", new.id, keys), *links)


# --- Checks -----------------------------------------------------------------------------------------------------------


def _check_files_allowed(
    request: VendorRequest, transaction_type: str, files: Sequence[object] | None, *, type_changes: bool = False
) -> None:
    """Check that a transaction of this type can have files, if it is to have any. Raises Refusal."""
    if files and transaction_type != "expense":
        raise request.refusal(rules.TYPE_CHANGE if type_changes else rules.EXPENSES_ONLY)


def _check_transfer(request: VendorRequest, new: Transaction) -> None:
    """Check that a transfer has one line. Raises Refusal."""
    if new.fields["type"] == "transfer" and len(new.lines) != 1:
        raise request.refusal(rules.TRANSFER)


def _check_references(request: VendorRequest, team: Team, fields: JsonObject, lines: Iterable[JsonObject]) -> None:
    """Check that the seed data has what a transaction refers to, if the setting asks for it. Raises Refusal."""
    if not request.value(rules.REFERENCES):
        return
    for members in (fields, *lines):
        for member, record, known in (
            ("accountId", "Account", team.accounts),
            ("contactId", "Contact", team.contacts),
            ("listingId", "Listing", team.listings),
        ):
            if members.get(member) is not None and members[member] not in known:
                raise request.refusal(rules.REFERENCES, thing=record, id=members[member])


def _updated_lines(request: VendorRequest, old: Transaction, body: TransactionUpdate) -> tuple[JsonObject, ...]:
    """Return a transaction's lines after an update. Raises Refusal."""
    sent = body.model_fields_set
    if "lines" in sent:
        if sent & {"lines_create", "lines_update", "lines_delete"}:
            raise request.refusal(rules.LINES, reason="lines cannot be combined with lines_create, _update or _delete")
        return _add_ids(request, _dump_lines(body.lines))
    lines = {line["id"]: line for line in old.lines}
    for line_id in (*(update.id for update in body.lines_update), *body.lines_delete):
        if line_id not in lines:
            raise request.refusal(rules.LINE_UNKNOWN, line=line_id)
    for update in body.lines_update:
        lines[update.id] = {**lines[update.id], **update.model_dump(exclude_unset=True)}
    remaining = [line for line_id, line in lines.items() if line_id not in body.lines_delete]
    if not remaining and not body.lines_create:
        raise request.refusal(rules.LINES, reason="A transaction must have at least one line")
    return (*remaining, *_add_ids(request, _dump_lines(body.lines_create)))


def _dump_lines(lines: Iterable[Line]) -> list[JsonObject]:
    return [line.model_dump() for line in lines]


def _add_ids(request: VendorRequest, lines: Iterable[JsonObject]) -> tuple[JsonObject, ...]:
    """Return new lines, each with a new id."""
    return tuple({"id": request.sandbox.ids.uuid(), **line} for line in lines)
