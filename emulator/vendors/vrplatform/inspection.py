"""What the control API and the console list of VRPlatform's state, and how they create documents in it."""

from collections.abc import Iterator

from pydantic import ValidationError

from emulator.core import seed
from emulator.core.json_reader import JsonObject
from emulator.core.sandbox import Sandbox
from emulator.core.vendor import DocumentSummary, FileSummary, InvalidDocument, UploadRequest
from emulator.vendors.vrplatform.models import NewTransaction
from emulator.vendors.vrplatform.rendering import render_transaction
from emulator.vendors.vrplatform.state import HOME_TEAM, Team, Transaction, state_of
from emulator.vendors.vrplatform.statement_content import Entry, entries_by_statement, total
from emulator.vendors.vrplatform.transactions import REQUEST_ONLY_MEMBERS
from emulator.vendors.vrplatform.zod import to_issues


def files(sandbox: Sandbox) -> Iterator[FileSummary]:
    """Yield every attachment in a sandbox."""
    for team in state_of(sandbox):
        for attachment in team.attachments.values():
            attached_to = (f"transactions/{attachment.transaction_id}",) if attachment.transaction_id else ()
            yield FileSummary(
                team.id, attachment.id, attachment.filename, attachment.content_type, attachment.blob, attached_to
            )


def documents(sandbox: Sandbox) -> Iterator[DocumentSummary]:
    """Yield every transaction in a sandbox."""
    for team in state_of(sandbox):
        for transaction in team.transactions.values():
            yield _summarize(team, transaction)


def check_state(sandbox: Sandbox) -> None:
    """Render every transaction, compare its date, and add up every statement, as requests do."""
    for team in state_of(sandbox):
        for transaction in team.transactions.values():
            render_transaction(team, transaction)
            min("", transaction.fields["date"])
            total(Entry(transaction, line) for line in transaction.lines)
        entries_by_statement(team)


def create_document(sandbox: Sandbox, owner: str | None, kind: str, fields: JsonObject) -> DocumentSummary:
    """Create a transaction in the team `owner` (None: the home team). Its type is `kind`.

    The transaction copies the seed data's first one of its type, overridden by the fields. Raises InvalidDocument.
    """
    templates = {template["type"]: template for template in reversed(seed.load("vrplatform")["transactions"])}
    if kind not in templates:
        raise InvalidDocument(f"VRPlatform has no transaction type {kind!r}: expected {', '.join(templates)}")
    new_id = str(fields.get("id") or sandbox.ids.uuid())
    try:
        new = NewTransaction.model_validate({**templates[kind], "attachmentIds": [], **fields, "dryRun": None})
    except ValidationError as error:
        issues = (f"{'.'.join(map(str, issue.path))}: {issue.message}" for issue in to_issues(error))
        raise InvalidDocument(f"VRPlatform would refuse this transaction: {'; '.join(issues)}") from None
    if new.attachmentIds:
        raise InvalidDocument("a new transaction takes no attachmentIds: attach files with VRPlatform's own API")
    team = state_of(sandbox).team(owner or HOME_TEAM)
    if new_id in team.transactions:
        raise InvalidDocument(f"transaction {new_id} exists already: choose another id, or leave it out")
    lines = tuple({"id": sandbox.ids.uuid(), **line.model_dump()} for line in new.lines)
    transaction = Transaction(new_id, new.model_dump(exclude=REQUEST_ONLY_MEMBERS), lines)
    team.put(transaction)
    return _summarize(team, transaction)


def _summarize(team: Team, transaction: Transaction) -> DocumentSummary:
    transaction_type: str = transaction.fields["type"]
    # Nothing else has attachments.
    upload = upload_request(team.id) if transaction_type == "expense" else None
    count = len(transaction.attachments)
    content = {"fields": transaction.fields, "lines": transaction.lines}
    return DocumentSummary(team.id, transaction_type, transaction.id, transaction.id, count, content, upload)


def upload_request(team: str) -> UploadRequest:
    """Return the request that stages a file of a team, which is the first step to attach it."""
    headers = {"x-api-key": "vrp_demo", "x-team-id": team}
    return UploadRequest("POST", "/transaction-attachments", headers, "file", {"isOwnerAccessible": "true"})
