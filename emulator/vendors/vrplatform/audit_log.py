"""The audit log of a team: which request changed what."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, NamedTuple

Operation = Literal["insert", "update", "delete"]


class Change(NamedTuple):
    """A change of one entity."""

    op: Operation
    entity_type: str
    entity_id: str
    keys: tuple[str, ...] = ()
    """The members that an update changed."""


@dataclass(frozen=True, slots=True)
class Mutation:
    """A change of one entity, as the audit log keeps it."""

    id: str
    op: Operation
    entity_type: str
    entity_id: str
    keys: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Action:
    """One request that changed something. Its first mutation is that of the entity that the request was for."""

    id: str
    request_id: str
    created_at: datetime
    mutations: tuple[Mutation, ...]

    @property
    def root(self) -> Mutation:
        return self.mutations[0]


class AuditLog:
    """The last actions of a team, oldest first."""

    __slots__ = ("_actions",)

    _actions: dict[str, Action]

    def __init__(self) -> None:
        self._actions = {}

    def add(self, action: Action, most: int) -> None:
        """Add an action, and drop the oldest ones beyond `most`."""
        self._actions[action.id] = action
        while len(self._actions) > most:
            del self._actions[next(iter(self._actions))]

    def get(self, action_id: str) -> Action | None:
        return self._actions.get(action_id)

    def mutations(self) -> Iterator[tuple[Action, Mutation]]:
        """Yield every mutation with its action, those of the latest action first."""
        for action in reversed(self._actions.values()):
            for mutation in action.mutations:
                yield action, mutation


def link_changes(before: Iterable[str], after: Iterable[str], *, delete_removed: bool) -> Iterator[Change]:
    """Yield the changes of attachments that are linked to or unlinked from a transaction, by their ids."""
    old, new = list(before), list(after)
    for attachment_id in new:
        if attachment_id not in old:
            yield Change("update", "transactionAttachment", attachment_id, ("transactionId",))
    for attachment_id in old:
        if attachment_id not in new:
            if delete_removed:
                yield Change("delete", "transactionAttachment", attachment_id)
            else:
                yield Change("update", "transactionAttachment", attachment_id, ("transactionId",))
