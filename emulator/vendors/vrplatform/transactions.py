"""Transactions, and the files on them: create, read, change, delete."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from starlette.responses import Response

from emulator.core.json_reader import JsonObject
from emulator.core.request import VendorRequest
from emulator.core.schemas import Place, Problems, Unfit
from emulator.vendors.vrplatform import attachments, errors, rendering, rules
from emulator.vendors.vrplatform.locks import check_books, check_open
from emulator.vendors.vrplatform.models import ZOD
from emulator.vendors.vrplatform.state import Attachment, Team, Transaction

_LINE = """amount!:int description?:text listingId?:text reservationId?:text uniqueRef?:text assignment?:text
    ownerStatementId?:text"""
_PARTS = {"Line": ZOD.schema(f"accountId!:text {_LINE}")}
_CHANGED_LINE = ZOD.schema(f"id!:text accountId!:text {_LINE}")
_COMMON = """description?:text status:active|inactive=active accountId?:text contactId?:text uniqueRef?:text
    isOpeningBalance:bool=false type!:deposit|expense|transfer|payout date!:date currency?:text attachmentIds?:[uuid]
    payment?:object connectionId?:text sourceId?:text recurringTemplateId?:text matchBankAccountLast4?:text"""
CREATED = ZOD.schema(f"{_COMMON} lines!:[Line]", _PARTS)
_CHANGED = ZOD.schema(
    f"{_COMMON} lines!:[Line] lines_create:[Line]= lines_update:[object]= lines_delete:[text]=", _PARTS
)
_DRY = ZOD.schema("dryRun?:query-bool")


async def create(request: VendorRequest, team: Team) -> Response:
    problems = Problems()
    dry = _dry(request, problems)
    fields = await rendering.read_object(request, CREATED, problems)
    _check_lines_given(fields.get("lines"), problems)
    if problems:
        raise request.refusal(rules.INPUT, problems=problems)
    lines, ids = fields.pop("lines"), fields.pop("attachmentIds")
    _check_type(request, str(fields["type"]), ids)
    _check_references(request, team, fields, lines)
    new_id = request.sandbox.ids.uuid()
    new = Transaction(
        new_id, fields, tuple(_numbered(request, line) for line in lines), _set_of(request, team, new_id, ids or ())
    )
    _check_transfer(request, new)
    check_books(request, new)
    if not dry:
        team.put(new)
    return errors.success(request, rendering.transaction(team, new))


async def get(request: VendorRequest, team: Team, transaction: str) -> Response:
    return errors.success(request, rendering.transaction(team, find(request, team, transaction)))


async def put(request: VendorRequest, team: Team, transaction: str) -> Response:
    problems = Problems()
    dry = _dry(request, problems)
    changes = await rendering.read_object(request, _CHANGED, problems, partial=True)
    if "lines" in changes:
        _check_lines_given(changes["lines"], problems)
    updates = _read_updates(changes.get("lines_update", ()), problems)
    if problems:
        raise request.refusal(rules.INPUT, problems=problems)
    old = find(request, team, transaction)
    lines = _changed_lines(request, old, changes, updates)
    ids = changes.pop("attachmentIds", None)
    fields = {name: value for name, value in changes.items() if not name.startswith("lines")}
    wanted = old.attachments if ids is None else ids
    _check_type(request, str(fields.get("type", old.fields["type"])), wanted, changing=ids is None)
    _check_references(request, team, fields, lines)
    kept = old.attachments if ids is None else _set_of(request, team, old.id, ids)
    new = replace(old, fields={**old.fields, **fields}, lines=lines, attachments=kept)
    _check_transfer(request, new)
    check_open(request, old)
    check_books(request, new)
    if not dry:
        team.put(new, delete_removed=request.value(rules.REMOVAL_DELETES))
    return errors.success(request, rendering.transaction(team, new))


async def delete(request: VendorRequest, team: Team, transaction: str) -> Response:
    problems = Problems()
    dry = _dry(request, problems)
    if problems:
        raise request.refusal(rules.INPUT, problems=problems)
    found = find(request, team, transaction)
    check_open(request, found)
    if not dry:
        team.delete_transaction(found)
    return errors.success(request, {"id": found.id})


def find(request: VendorRequest, team: Team, transaction: str) -> Transaction:
    found = team.transactions.get(transaction)
    if found is None:
        raise request.refusal(rules.TRANSACTION_UNKNOWN, transaction=transaction)
    return found


def _dry(request: VendorRequest, problems: Problems) -> bool:
    return bool(ZOD.read(rendering.first_values(request), _DRY, (), problems)["dryRun"])


def _set_of(request: VendorRequest, team: Team, transaction_id: str, ids: Iterable[str]) -> tuple[Attachment, ...]:
    """The files that a request wants on a transaction, each once."""
    found: dict[str, Attachment] = {}
    for attachment_id in ids:
        attachment = attachments.find(request, team, attachment_id)
        if attachment.id in found and request.value(rules.DUPLICATES):
            raise request.refusal(rules.DUPLICATES, attachment=attachment.id)
        holder = team.transactions.get(attachment.transaction_id or "")
        if holder and holder.id != transaction_id:
            if not request.value(rules.LINKED_ELSEWHERE):
                raise request.refusal(rules.LINKED_ELSEWHERE, attachment=attachment.id)
            check_open(request, holder)
        found[attachment.id] = attachment
    return tuple(found.values())


# --- What makes a transaction good ------------------------------------------------------------------------------------


def _check_type(request: VendorRequest, kind: str, files: Sequence[object] | None, *, changing: bool = False) -> None:
    """Whether a transaction of this type can have these files."""
    if files and kind != "expense":
        raise request.refusal(rules.TYPE_CHANGE if changing else rules.EXPENSES_ONLY)


def _check_transfer(request: VendorRequest, new: Transaction) -> None:
    if new.fields["type"] == "transfer" and len(new.lines) != 1:
        raise request.refusal(rules.TRANSFER)


def _check_references(request: VendorRequest, team: Team, fields: JsonObject, lines: Iterable[JsonObject]) -> None:
    if not request.value(rules.REFERENCES):
        return
    for tree in (fields, *lines):
        for member, thing, known in (
            ("accountId", "Account", team.accounts),
            ("contactId", "Contact", team.contacts),
            ("listingId", "Listing", team.listings),
        ):
            if tree.get(member) is not None and tree[member] not in known:
                raise request.refusal(rules.REFERENCES, thing=thing, id=tree[member])


def _check_lines_given(lines: object, problems: Problems) -> None:
    if lines == [] and not problems:
        problems.add(("lines",), Unfit("too_small", "Too small: expected array to have >=1 items"))


def _read_updates(given: Iterable[JsonObject | None], problems: Problems) -> list[JsonObject]:
    updates = []
    for number, each in enumerate(given):
        place: Place = ("lines_update", number)
        if each is not None and "id" not in each:
            problems.add((*place, "id"), ZOD.missing("text"))
        elif each is not None:
            updates.append(ZOD.read(each, _CHANGED_LINE, place, problems, partial=True))
    return updates


def _changed_lines(
    request: VendorRequest, old: Transaction, changes: JsonObject, updates: Sequence[JsonObject]
) -> tuple[JsonObject, ...]:
    created, deleted = changes.get("lines_create", []), changes.get("lines_delete", [])
    if "lines" in changes:
        if any(name.startswith("lines_") for name in changes):
            raise request.refusal(rules.LINES, reason="lines cannot be combined with lines_create, _update or _delete")
        return tuple(_numbered(request, line) for line in changes["lines"])
    lines = {line["id"]: line for line in old.lines}
    for line_id in (*(update["id"] for update in updates), *deleted):
        if line_id not in lines:
            raise request.refusal(rules.LINE_UNKNOWN, line=line_id)
    for update in updates:
        lines[update["id"]] = {**lines[update["id"]], **update}
    kept = [line for line_id, line in lines.items() if line_id not in deleted]
    if not kept and not created:
        raise request.refusal(rules.LINES, reason="A transaction must have at least one line")
    return (*kept, *(_numbered(request, line) for line in created))


def _numbered(request: VendorRequest, line: JsonObject) -> JsonObject:
    return {"id": request.sandbox.ids.uuid(), **line}
