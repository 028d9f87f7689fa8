"""Faults: their parameters, which requests they match and when they trigger. `injector.py` injects them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from fnmatch import fnmatchcase
from random import Random
from typing import Literal

Direction = Literal["up", "down"]
Moment = Literal["before", "during", "after"]
Kind = Literal[
    "status",
    "early-refusal",
    "reset",
    "empty-reply",
    "lost-answer",
    "delay",
    "truncated",
    "stall",
    "slow",
    "corrupted",
    "malformed-chunk",
    "webhook-dropped",
    "webhook-doubled",
    "webhook-late",
    "webhook-reordered",
    "webhook-wrong-signature",
    "webhook-old-timestamp",
    "webhook-cut",
]

# The parameters of every kind beside the common ones, with their defaults. For None see Fault.
KINDS: Mapping[Kind, Mapping[str, object]] = {
    "status": {"status": 503, "retry_after": None},
    "early-refusal": {"status": 413, "retry_after": None},
    "reset": {"when": "during", "after_bytes": None},
    "empty-reply": {},
    "lost-answer": {},
    "delay": {"seconds": 1.0},
    "truncated": {"after_bytes": None},
    "stall": {"direction": "down", "after_bytes": None, "seconds": 30.0},
    "slow": {"direction": "down", "bytes_per_second": 10_000},
    "corrupted": {"direction": "down", "after_bytes": None},
    "malformed-chunk": {},
    "webhook-dropped": {},
    "webhook-doubled": {},
    "webhook-late": {"seconds": 3600.0},
    "webhook-reordered": {},
    "webhook-wrong-signature": {},
    "webhook-old-timestamp": {},
    "webhook-cut": {},
}
WEBHOOK_KINDS = frozenset(kind for kind in KINDS if kind.startswith("webhook-"))
"""The kinds that apply to deliveries of webhooks, and not to requests."""
SENTENCES: Mapping[Kind, str] = {
    "status": "An answer in the vendor's own words; nothing is carried out.",
    "early-refusal": "The same while the client is still sending: its body is not read, and the connection ends.",
    "reset": "The connection is reset (RST) before, during or after the upload; nothing is carried out.",
    "empty-reply": "The request is read, and the connection ends without a byte; nothing is carried out.",
    "lost-answer": "The request is carried out, and the connection is reset instead of an answer.",
    "delay": "The request is carried out, and the answer comes late.",
    "truncated": "The request is carried out, and the connection ends within the answer's body.",
    "stall": "Nothing moves any more after so many bytes, up (nothing is carried out) or down (it is).",
    "slow": "So many bytes move in a second, up or down.",
    "corrupted": "One byte is another, in what is sent up or down; the length stays.",
    "malformed-chunk": "The request is carried out, and the answer's chunked encoding breaks off in nonsense.",
    "webhook-dropped": "The webhook is never sent.",
    "webhook-doubled": "The webhook is sent again after it was accepted.",
    "webhook-late": "The webhook is sent so many seconds later, by the sandbox's clock.",
    "webhook-reordered": "The webhook is sent after the next one for the same endpoint.",
    "webhook-wrong-signature": "The first attempt is signed with another secret.",
    "webhook-old-timestamp": "The first attempt is signed as of a day ago, where the vendor signs the time.",
    "webhook-cut": "The connection of the first attempt ends in the middle of its body.",
}
# The most faults in a sandbox, spent ones included.
MAX_FAULTS = 1000
# The longest time (seconds) for which a fault keeps a client waiting.
MAX_SECONDS = 60
# The longest time (seconds of the sandbox's clock) for which a fault holds a webhook back.
MAX_WEBHOOK_DELAY = 365 * 24 * 3600


class InvalidFault(Exception):
    """The fault cannot exist or cannot be armed; the message is a sentence, with or without its full stop.

    `status`, `title` and `detail` are the members of the problem response (RFC 9457).
    """

    status = 422
    title = "Invalid fault"

    @property
    def detail(self) -> str:
        reason = str(self)
        return reason if reason.endswith((".", "?")) else f"{reason[0].upper()}{reason[1:]}."


class InvalidFaultRequest(InvalidFault):
    """The request for a fault does not fit its model."""

    title = "Invalid value"


class TooManyFaults(InvalidFault):
    """The sandbox already holds MAX_FAULTS faults."""

    status = 409
    title = "Too many faults"


@dataclass(slots=True)
class Fault:
    """An armed, counted instruction to misbehave.

    The constructor raises InvalidFault for parameters that contradict each other.
    """

    kind: Kind
    vendor: str | None = None
    operation: str | None = None
    """The id of the operation, as in the list of operations."""
    method: str | None = None
    path: str | None = None
    """A part of the path, or a pattern with `*`."""
    event_type: str | None = None
    """The type of the event, for faults of webhooks."""
    times: int | None = None
    """How often it triggers; 0 for always. By default once, or always with `every` or `probability`."""
    skip: int = 0
    """How many matching requests pass unharmed first."""
    every: int = 1
    """It triggers on every n-th matching request."""
    probability: float = 1.0
    """How likely it is to trigger; the same seed gives the same sequence."""
    status: int | None = None
    retry_after: int | None = None
    """Retry-After of the answer, in seconds; None for the vendor's own value."""
    when: Moment | None = None
    direction: Direction | None = None
    after_bytes: int | None = None
    """After how many bytes of the body it triggers; None for half of them."""
    seconds: float | None = None
    bytes_per_second: int | None = None
    header: str | None = None
    """The request header that armed it; it matches only requests with the same header."""
    number: int = 0
    """Its name in the control API; 0 until it is armed."""
    matched: int = 0
    """How many requests or deliveries it matched before it was spent."""
    triggered: int = 0
    """How many requests or deliveries triggered it."""

    def __post_init__(self) -> None:
        parameters = KINDS[self.kind]
        for name in _PARAMETERS:
            if getattr(self, name) is None:
                setattr(self, name, parameters.get(name))
            elif name not in parameters:
                listed = ", ".join(parameters) or "nothing more"
                raise InvalidFault(f"a fault of kind {self.kind} takes no {name}; it takes {listed}")
        if self.when in ("before", "after") and self.after_bytes is not None:
            raise InvalidFault(f"after_bytes is for when=during, not when={self.when}")
        if self.times is None:
            self.times = 1 if self.every == 1 and self.probability == 1 else 0
        self._check_target()
        self._check_numbers()

    @property
    def spent(self) -> bool:
        """Whether it has triggered as often as `times` says."""
        return bool(self.times) and self.triggered >= (self.times or 0)

    def meets(self, vendor: str, operation: str | None, method: str, path: str, header: str | None) -> bool:
        """Return whether it applies to a request; the path is the one below the vendor's mount."""
        return (
            not self.spent
            and self.kind not in WEBHOOK_KINDS
            and self.header in (None, header)
            and self.vendor in (None, vendor)
            and self.operation in (None, operation)
            and (self.method or method).upper() == method
            and (self.path is None or self._matches_path(path) or self._matches_path(f"/{vendor}{path}"))
        )

    def meets_webhook(self, vendor: str, event_type: str) -> bool:
        """Return whether it applies to a delivery of an event."""
        return (
            not self.spent
            and self.kind in WEBHOOK_KINDS
            and self.vendor in (None, vendor)
            and self.event_type in (None, event_type)
        )

    def _check_target(self) -> None:
        of_webhook = self.kind in WEBHOOK_KINDS
        wrong = ("operation", "method", "path", "header") if of_webhook else ("event_type",)
        for name in wrong:
            if getattr(self, name) is not None:
                other = "a delivery has an event_type" if of_webhook else "only those of webhooks do"
                raise InvalidFault(f"a fault of kind {self.kind} takes no {name}; {other}")

    def _matches_path(self, path: str) -> bool:
        pattern = self.path or ""
        return pattern in path or fnmatchcase(path, pattern)

    def _check_numbers(self) -> None:
        for name in ("times", "skip", "retry_after", "after_bytes"):
            if (getattr(self, name) or 0) < 0:
                raise InvalidFault(f"{name} is at least 0")
        if not 0 < self.probability <= 1:
            raise InvalidFault("probability is above 0, and at most 1")
        if self.every < 1:
            raise InvalidFault("every is at least 1")
        longest = MAX_WEBHOOK_DELAY if self.kind in WEBHOOK_KINDS else MAX_SECONDS
        if self.seconds is not None and not 0 <= self.seconds <= longest:
            raise InvalidFault(f"seconds is at least 0 and at most {longest}")
        if self.bytes_per_second is not None and self.bytes_per_second < 1:
            raise InvalidFault("bytes_per_second is at least 1")


_PARAMETERS = ("status", "retry_after", "when", "direction", "after_bytes", "seconds", "bytes_per_second")
NAMES = tuple(field.name for field in fields(Fault) if field.name not in ("header", "number", "matched", "triggered"))


class Faults:
    """The faults of one sandbox. Of several that match a request only the first that is due triggers."""

    def __init__(self, seed: str) -> None:
        self._random = Random(f"{seed}/faults")  # noqa: S311 - seeded, so that every test run is the same.
        self.armed: dict[int, Fault] = {}
        """The faults by number."""
        self._last = 0

    def __iter__(self) -> Iterator[Fault]:
        return iter(self.armed.values())

    def arm(self, fault: Fault) -> Fault:
        """Arm a fault and give it a number. Raises TooManyFaults."""
        if len(self.armed) >= MAX_FAULTS and not self._forget_oldest_spent():
            raise TooManyFaults(
                f"there are {MAX_FAULTS} faults in this sandbox, the most that it can hold; disarm some"
            )
        self._last += 1
        fault.number = self._last
        self.armed[fault.number] = fault
        return fault

    def find(self, number: int) -> Fault | None:
        return self.armed.get(number)

    def with_header(self, header: str) -> Fault | None:
        """Return the fault that this request header armed, or None."""
        return next((fault for fault in self if fault.header == header), None)

    def disarm(self, number: int) -> bool:
        """Remove a fault. Return whether it existed."""
        return self.armed.pop(number, None) is not None

    def clear(self) -> None:
        self.armed.clear()

    def next_due(self, vendor: str, operation: str | None, method: str, path: str, header: str | None) -> Fault | None:
        """Return the fault that this request triggers, counting it, or None."""
        for fault in self:
            if fault.meets(vendor, operation, method, path, header) and self._is_due(fault):
                fault.triggered += 1
                return fault
        return None

    def next_due_for_webhook(self, vendor: str, event_type: str) -> Fault | None:
        """Return the fault that this delivery triggers, counting it, or None."""
        for fault in self:
            if fault.meets_webhook(vendor, event_type) and self._is_due(fault):
                fault.triggered += 1
                return fault
        return None

    def _forget_oldest_spent(self) -> bool:
        """Remove the oldest spent fault that a header armed, as nobody knows its number. Return whether one existed."""
        number = next((fault.number for fault in self if fault.header is not None and fault.spent), 0)
        return self.disarm(number)

    def _is_due(self, fault: Fault) -> bool:
        fault.matched += 1
        turn = fault.matched - fault.skip
        if turn < 1 or turn % fault.every:
            return False
        return fault.probability == 1 or self._random.random() < fault.probability
