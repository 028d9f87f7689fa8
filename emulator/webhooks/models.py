"""What is sent, to whom, and in which form: messages, endpoints, deliveries, and how a vendor sends them."""

from collections.abc import Callable, Container, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

from emulator.core.ids import Ids

DeliveryState = Literal["pending", "delivered", "failed", "cancelled", "discarded", "dropped"]
EndpointStatus = Literal["ok", "intent to receive", "refused"]
HANDSHAKE = "intent-to-receive"
"""The event type of the requests with which a vendor checks a new endpoint."""
Render = Callable[["Endpoint"], bytes]
"""Returns the body of a message for an endpoint. Called once for each."""


@dataclass(frozen=True, slots=True)
class Message:
    """One event, or several that a vendor sends together."""

    id: str
    vendor: str
    event_type: str
    created: datetime
    """When it happens, in the sandbox's time: now or later. It is not sent before."""
    timeout: float
    """How long (real seconds) a receiver may take to answer."""
    tags: frozenset[str] = frozenset()
    """By which endpoints can filter beside the event type."""
    exchange: int | None = None
    """The number of the exchange in the journal that caused it; None if no request did."""


@dataclass(frozen=True, slots=True)
class WebhookFormat:
    """How a vendor signs its webhooks and how often it repeats them."""

    vendor: str
    new_id: Callable[[Ids], str]
    """Returns the id of a new message."""
    new_secret: Callable[[Ids], str]
    sign: Callable[[str, "Delivery", datetime], Mapping[str, str]]
    """Returns the headers of an attempt for a secret, a delivery and the machine's time, which is the receiver's too.
    """
    delays: tuple[int, ...]
    """Seconds before each attempt, counted from when the previous one was due; the first is 0."""
    accepted: Container[int] = range(200, 300)
    """The statuses that say that a webhook was received."""
    final: Container[int] = ()
    """The statuses after which a webhook is not sent again."""
    honours_retry_after: bool = False
    """Whether Retry-After of a 429 puts the next attempt off."""
    disabled_after: timedelta | None = None
    """For how long all attempts must have failed before an endpoint is disabled; None if it never is."""
    handshake: Callable[[Ids], bytes] | None = None
    """Returns the body of the two requests that check a new endpoint, one of them with a wrong signature; None if a
    new endpoint is not checked."""


@dataclass(slots=True)
class Endpoint:
    """A URL that receives events."""

    id: str
    format: WebhookFormat
    url: str
    secret: str
    created: datetime
    """In the sandbox's time."""
    event_types: tuple[str, ...] = ()
    """Empty for all."""
    tags: tuple[str, ...] = ()
    """Any of these; empty for all messages, with or without tags."""
    disabled: bool = False
    gave_up: bool = False
    """Whether the vendor disabled it."""
    status: EndpointStatus = "ok"
    """Whether it has passed the vendor's check of a new endpoint, where there is one."""
    challenge: bytes = b""
    """The body of the requests of the vendor's last check."""
    failing_since: datetime | None = None
    """When the first of the attempts was due that have all failed; None after one that succeeded."""
    last_event: int = 0
    """The number of the last event for it, where a vendor counts them."""

    def set_disabled(self, disabled: bool) -> None:  # noqa: FBT001 - what its name says
        """Disable or enable it. Failures before it is enabled no longer count."""
        self.disabled = disabled
        if not disabled:
            self.gave_up, self.failing_since = False, None

    def accepts(self, message: Message) -> bool:
        """Return whether a message is for this endpoint."""
        return (
            not self.disabled
            and self.status != "refused"
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
    has_body: bool = False
    """Whether the answer had a body."""
    retry_after: int = 0
    """Retry-After of the answer, in seconds."""
    duration: float | None = None
    """Seconds of real time; None if nothing was sent."""


@dataclass(slots=True)
class Delivery:
    """One message on its way to one endpoint."""

    id: str
    endpoint: Endpoint
    message: Message
    body: bytes
    first_due: datetime
    """When the first attempt is due, in the sandbox's time."""
    state: DeliveryState = "pending"
    attempts: list[Attempt] = field(default_factory=list)
    next_attempt: datetime | None = None
    """In the sandbox's time."""
    fault: str | None = None
    """The kind of fault that it triggered."""
    expected: int | None = None
    """The status that the vendor's check of a new endpoint expects; None for an event."""

    @property
    def due(self) -> datetime | None:
        """When the next attempt is due, in the sandbox's time; None if there was the last one."""
        number = len(self.attempts)
        return self.due_of(number) if number < len(self.endpoint.format.delays) else None

    def due_of(self, number: int) -> datetime:
        """Return when an attempt is due, in the sandbox's time. They are counted from 0."""
        return self.first_due + timedelta(seconds=sum(self.endpoint.format.delays[: number + 1]))

    @property
    def succeeded(self) -> bool:
        """Whether the last attempt was answered as the vendor wants it."""
        last = self.attempts[-1]
        if self.expected is not None:
            return last.status == self.expected and not last.has_body
        return last.status is not None and last.status in self.endpoint.format.accepted

    @property
    def is_final(self) -> bool:
        """Whether the answer to the last attempt says that there is no other."""
        last = self.attempts[-1]
        return self.expected is not None or (last.status is not None and last.status in self.endpoint.format.final)
