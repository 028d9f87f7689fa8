"""What the emulator's own pages see of VRPlatform, and put into it."""

from collections.abc import Iterator

from pydantic import ValidationError

from emulator.core import seed
from emulator.core.json_reader import JsonObject
from emulator.core.sandbox import Sandbox
from emulator.core.vendor import DocumentSummary, FileSummary, InvalidDocument
from emulator.vendors.vrplatform.models import NewTransaction, issues_of
from emulator.vendors.vrplatform.state import HOME_TEAM, Team, Transaction, state_of
from emulator.vendors.vrplatform.transactions import NOT_FIELDS


def files(sandbox: Sandbox) -> Iterator[FileSummary]:
    """Every attachment there is."""
    for team in state_of(sandbox):
        for attachment in team.attachments.values():
            on = (f"transactions/{attachment.transaction_id}",) if attachment.transaction_id else ()
            yield FileSummary(team.id, attachment.id, attachment.filename, attachment.content_type, attachment.blob, on)


def documents(sandbox: Sandbox) -> Iterator[DocumentSummary]:
    """Everything that a file can hang on."""
    for team in state_of(sandbox):
        for transaction in team.transactions.values():
            yield _held(team, transaction)


def create_document(sandbox: Sandbox, owner: str | None, kind: str, fields: JsonObject) -> DocumentSummary:
    """A new transaction (the kind is its type) of a team, like the seed data's first of its type but for these fields.
    Raises InvalidDocument."""
    patterns = {pattern["type"]: pattern for pattern in reversed(seed.load("vrplatform")["transactions"])}
    if kind not in patterns:
        raise InvalidDocument(f"VRPlatform's types of transaction are {', '.join(patterns)}")
    new_id = str(fields.get("id") or sandbox.ids.uuid())
    try:
        new = NewTransaction.model_validate({**patterns[kind], "attachmentIds": [], **fields, "dryRun": None})
    except ValidationError as error:
        issues = (f"{'.'.join(map(str, issue.path))}: {issue.message}" for issue in issues_of(error))
        raise InvalidDocument(f"VRPlatform would refuse it: {'; '.join(issues)}") from None
    if new.attachmentIds:
        raise InvalidDocument("files are attached with the vendor's own API")
    team = state_of(sandbox).team(owner or HOME_TEAM)
    if new_id in team.transactions:
        raise InvalidDocument(f"there is a transaction {new_id} already")
    lines = tuple({"id": sandbox.ids.uuid(), **line.model_dump()} for line in new.lines)
    transaction = Transaction(new_id, new.model_dump(exclude=NOT_FIELDS), lines)
    team.put(transaction)
    return _held(team, transaction)


def _held(team: Team, transaction: Transaction) -> DocumentSummary:
    kind: str = transaction.fields["type"]
    return DocumentSummary(team.id, kind, transaction.id, transaction.id, len(transaction.attachments))
