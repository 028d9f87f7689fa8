"""What the emulator's own pages see of VRPlatform, and put into it."""

from collections.abc import Iterator

from emulator.core import seed
from emulator.core.json_reader import JsonObject
from emulator.core.sandbox import Sandbox
from emulator.core.schemas import Problems
from emulator.core.vendor import HeldDocument, HeldFile, InvalidDocument
from emulator.vendors.vrplatform.models import ZOD
from emulator.vendors.vrplatform.state import HOME_TEAM, Team, Transaction, state_of
from emulator.vendors.vrplatform.transactions import CREATED


def files(sandbox: Sandbox) -> Iterator[HeldFile]:
    """Every attachment there is."""
    for team in state_of(sandbox):
        for each in team.attachments.values():
            on = (f"transactions/{each.transaction_id}",) if each.transaction_id else ()
            yield HeldFile(team.id, each.id, each.filename, each.content_type, each.blob, on)


def documents(sandbox: Sandbox) -> Iterator[HeldDocument]:
    """Everything that a file can hang on."""
    for team in state_of(sandbox):
        for transaction in team.transactions.values():
            yield _held(team, transaction)


def create_document(sandbox: Sandbox, owner: str | None, kind: str, fields: JsonObject) -> HeldDocument:
    """A new transaction (the kind is its type) of a team, like the seed data's first of its type but for these fields.
    Raises InvalidDocument."""
    patterns = {each["type"]: each for each in reversed(seed.load("vrplatform")["transactions"])}
    if kind not in patterns:
        raise InvalidDocument(f"VRPlatform's types of transaction are {', '.join(patterns)}")
    problems = Problems()
    new_id = str(fields.get("id") or sandbox.ids.uuid())
    pattern = {**patterns[kind], "attachmentIds": [], **fields}
    read = ZOD.read(pattern, CREATED, (), problems)
    if problems:
        raise InvalidDocument(
            "VRPlatform would refuse it: "
            + "; ".join(f"{'.'.join(map(str, each.place))}: {each.message}" for each in problems)
        )
    if read.pop("attachmentIds"):
        raise InvalidDocument("files are attached with the vendor's own API")
    team = state_of(sandbox).team(owner or HOME_TEAM)
    if new_id in team.transactions:
        raise InvalidDocument(f"there is a transaction {new_id} already")
    lines = tuple({"id": sandbox.ids.uuid(), **line} for line in read.pop("lines"))
    transaction = Transaction(new_id, read, lines)
    team.put(transaction)
    return _held(team, transaction)


def _held(team: Team, transaction: Transaction) -> HeldDocument:
    kind: str = transaction.fields["type"]
    return HeldDocument(team.id, kind, transaction.id, transaction.id, len(transaction.attachments))
