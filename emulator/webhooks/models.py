"""What is sent, to whom, and in which form: messages, endpoints, deliveries, and how a vendor sends them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import accumulate
from typing import Literal

from emulator.core.ids import Ids

DeliveryState = Literal["pending", "delivered", "failed", "cancelled", "discarded"]


@dataclass(frozen=True, slots=True)
class Message:
    """One event as a vendor sends it, the same to every endpoint."""

    id: str
    vendor: str
    event_type: str
    body: bytes
    created: datetime
    timeout: float
    """How long (real seconds) a receiver may take to answer."""
    tags: frozenset[str] = frozenset()
    """By which endpoints can filter beside the event type."""


@dataclass(frozen=True, slots=True)
class WebhookFormat:
    """How a vendor signs its webhooks and how often it repeats them."""

    vendor: str
    new_id: Callable[[Ids], str]
    """Returns the id of a new message."""
    new_secret: Callable[[Ids], str]
    sign: Callable[[str, Message, datetime], Mapping[str, str]]
    """Returns the headers of an attempt for a secret, a message and the machine's time, which is the receiver's too.

    Raises ValueError with a sentence for a secret that it cannot sign with."""
    delays: tuple[int, ...]
    """Seconds before each attempt, the first included, counted from the previous one."""

    def due(self, message: Message, attempts: int) -> datetime | None:
        """Return the time of the next attempt after so many; None if there is no further one."""
        if attempts >= len(self.delays):
            return None
        return message.created + timedelta(seconds=list(accumulate(self.delays))[attempts])


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A URL that receives events."""

    id: str
    format: WebhookFormat
    url: str
    secret: str
    event_types: tuple[str, ...] = ()
    """Empty for all."""
    tags: tuple[str, ...] = ()
    """Any of these; empty for all messages, with or without tags."""
    disabled: bool = False

    def accepts(self, message: Message) -> bool:
        """Return whether a message is for this endpoint."""
        return (
            not self.disabled
            and message.vendor == self.format.vendor
            and (not self.event_types or message.event_type in self.event_types)
            and (not self.tags or not message.tags.isdisjoint(self.tags))
        )


@dataclass(frozen=True, slots=True)
class Attempt:
    """One request to an endpoint, and what came of it."""

    at: datetime
    """In the sandbox's time."""
    headers: Mapping[str, str]
    status: int | None
    """None if there was no answer."""
    error: str | None
    """Why there was no answer, as a sentence."""

    @property
    def succeeded(self) -> bool:
        return self.status is not None and 200 <= self.status < 300


@dataclass(slots=True)
class Delivery:
    """One message on its way to one endpoint."""

    id: str
    endpoint: Endpoint
    message: Message
    state: DeliveryState = "pending"
    attempts: list[Attempt] = field(default_factory=list)
    next_attempt: datetime | None = None
    """In the sandbox's time."""
