"""Faults of a sandbox: what is to go wrong, and whether it did."""

from collections.abc import Iterator, Mapping
from typing import Any, Literal, TypedDict, Unpack, get_args

from emulator.core.faults.fault import Direction, Moment
from emulator.testing.arguments import check_choice, check_keywords
from emulator.testing.control import Control, SandboxPart
from emulator.types import FaultKind, Operation, VendorName, WebhookVendor


class FaultMatch(TypedDict, total=False):
    """Which requests a fault is for, and how many of them trigger it."""

    vendor: VendorName
    operation: Operation
    method: str
    """The HTTP method."""
    path: str
    """A part of the path, or a pattern with `*`."""
    times: int
    """How many requests trigger it; 0 is all of them. By default one, or all with `every` or `probability`."""
    skip: int
    """How many matching requests pass unharmed first."""
    every: int
    """It triggers on every n-th matching request."""
    probability: float
    """How likely it is to trigger, above 0 and at most 1; the same seed gives the same sequence."""


class WebhookFaultMatch(TypedDict, total=False):
    """Which deliveries of webhooks a fault is for, and how many of them trigger it."""

    vendor: WebhookVendor
    event_type: str
    times: int
    """How many deliveries trigger it; 0 is all of them. By default one, or all with `every` or `probability`."""
    skip: int
    """How many matching deliveries pass unharmed first."""
    every: int
    """It triggers on every n-th matching delivery."""
    probability: float
    """How likely it is to trigger, above 0 and at most 1; the same seed gives the same sequence."""


class FaultFields(FaultMatch, total=False):
    """All that can be said about a fault; which of the parameters it takes depends on its kind."""

    event_type: str
    """Only webhooks of this type, for kinds that begin with `webhook-`."""

    status: int
    """The answer's status, one that the vendor is known to send."""
    retry_after: int
    """Seconds that the answer's Retry-After names."""
    when: Moment
    """When the connection is reset: before, during or after the upload."""
    direction: Direction
    """`up` is what the client sends, `down` what it gets."""
    after_bytes: int
    """After how many bytes of the body it triggers; by default half of them."""
    seconds: float
    """Real seconds, 60 at most."""
    bytes_per_second: int
    """How fast bytes move."""


class Fault(SandboxPart):
    """An armed fault."""

    def __init__(self, control: Control, sandbox: str, fields: Mapping[str, Any]) -> None:
        super().__init__(control, sandbox)
        self._fields = fields
        self.number: int = fields["number"]
        self.kind: str = fields["kind"]

    def __repr__(self) -> str:
        counted = ("number", "kind", "matched", "triggered")
        fields = {name: value for name, value in self._fields.items() if name not in counted}
        return f"<Fault {self.number} {self.kind} {fields}>"

    @property
    def triggered(self) -> int:
        """How many requests have triggered it so far. Raises EmulatorError once it is disarmed."""
        return int(self._get()["triggered"])

    @property
    def matched(self) -> int:
        """How many requests have matched it so far. Raises EmulatorError once it is disarmed."""
        return int(self._get()["matched"])

    def assert_triggered(self, times: int | None = None) -> None:
        """Assert that so many requests, or at least one, triggered it. Raises AssertionError."""
        __tracebackhide__ = True
        triggered = self.triggered
        if not triggered if times is None else triggered != times:
            wanted = "never" if times == 0 else "at least once" if times is None else f"{times} times"
            raise AssertionError(f"{self!r} was to trigger {wanted}, and triggered {triggered} times")

    def disarm(self) -> None:
        """Disarm it: it triggers no more. Raises EmulatorError where it is disarmed already."""
        self._ask("DELETE", f"/faults/{self.number}")

    def _get(self) -> Mapping[str, Any]:
        fields: Mapping[str, Any] = self._ask("GET", f"/faults/{self.number}")
        return fields


class Faults(SandboxPart):
    """Arms faults.

    Every fault can be limited to some requests, with `vendor`, `operation`, `method` and `path`. It triggers once, or
    `times` (0 is always), after letting `skip` pass, every n-th (`every=n`), or with a `probability`.

    Every method that arms one raises TypeError for an argument that it does not have, ValueError for a vendor, an
    operation or a kind that does not exist, and EmulatorError for a fault that cannot exist.
    """

    def arm(self, kind: FaultKind, **fields: Unpack[FaultFields]) -> Fault:
        """Arm a fault of any kind, by its name in the control API: `lost-answer`."""
        check_choice("fault kind", kind, get_args(FaultKind))
        check_keywords("Faults.arm", fields, FaultFields, "kind")
        return self._fault(self._ask("POST", "/faults", kind=kind, **fields))

    def status(self, status: int = 503, *, retry_after: int | None = None, **match: Unpack[FaultMatch]) -> Fault:
        """An answer in the vendor's own words; nothing is carried out. `retry_after` is in seconds."""
        return self._arm("status", match, status=status, retry_after=retry_after)

    def early_refusal(self, status: int = 413, *, retry_after: int | None = None, **match: Unpack[FaultMatch]) -> Fault:
        """The same while the client is still sending: its body is not read, and the connection ends."""
        return self._arm("early-refusal", match, status=status, retry_after=retry_after)

    def reset(
        self,
        when: Literal["before", "during", "after"] = "during",
        *,
        after_bytes: int | None = None,
        **match: Unpack[FaultMatch],
    ) -> Fault:
        """The connection is reset before, during or after the upload; nothing is carried out."""
        return self._arm("reset", match, when=when, after_bytes=after_bytes)

    def empty_reply(self, **match: Unpack[FaultMatch]) -> Fault:
        """The request is read, and the connection ends without a byte; nothing is carried out."""
        return self._arm("empty-reply", match)

    def lost_answer(self, **match: Unpack[FaultMatch]) -> Fault:
        """The request is carried out, and the connection is reset instead of an answer."""
        return self._arm("lost-answer", match)

    def delay(self, seconds: float = 1, **match: Unpack[FaultMatch]) -> Fault:
        """The request is carried out, and the answer comes late: by real seconds, 60 at most."""
        return self._arm("delay", match, seconds=seconds)

    def truncated(self, *, after_bytes: int | None = None, **match: Unpack[FaultMatch]) -> Fault:
        """The request is carried out, and the connection ends after so many bytes (half) of the answer's body."""
        return self._arm("truncated", match, after_bytes=after_bytes)

    def stall(
        self,
        direction: Literal["up", "down"] = "down",
        *,
        after_bytes: int | None = None,
        seconds: float = 30,
        **match: Unpack[FaultMatch],
    ) -> Fault:
        """Nothing moves any more after so many bytes (half); after so many real seconds the connection is reset."""
        return self._arm("stall", match, direction=direction, after_bytes=after_bytes, seconds=seconds)

    def slow(
        self,
        bytes_per_second: int = 10_000,
        direction: Literal["up", "down"] = "down",
        **match: Unpack[FaultMatch],
    ) -> Fault:
        """So many bytes move in a second, of the upload (`up`) or of the answer (`down`)."""
        return self._arm("slow", match, bytes_per_second=bytes_per_second, direction=direction)

    def corrupted(
        self,
        direction: Literal["up", "down"] = "down",
        *,
        after_bytes: int | None = None,
        **match: Unpack[FaultMatch],
    ) -> Fault:
        """One byte of a body is another: the one after so many (half)."""
        return self._arm("corrupted", match, direction=direction, after_bytes=after_bytes)

    def malformed_chunk(self, **match: Unpack[FaultMatch]) -> Fault:
        """The request is carried out, and the answer's chunked encoding breaks off in nonsense."""
        return self._arm("malformed-chunk", match)

    def webhook_dropped(self, **match: Unpack[WebhookFaultMatch]) -> Fault:
        """The webhook is never sent."""
        return self._arm_webhook("webhook-dropped", match)

    def webhook_doubled(self, **match: Unpack[WebhookFaultMatch]) -> Fault:
        """The webhook is sent again after it was accepted."""
        return self._arm_webhook("webhook-doubled", match)

    def webhook_reordered(self, **match: Unpack[WebhookFaultMatch]) -> Fault:
        """The webhook is sent after the next one for the same endpoint."""
        return self._arm_webhook("webhook-reordered", match)

    def webhook_wrong_signature(self, **match: Unpack[WebhookFaultMatch]) -> Fault:
        """The first attempt is signed with another secret."""
        return self._arm_webhook("webhook-wrong-signature", match)

    def webhook_old_timestamp(self, **match: Unpack[WebhookFaultMatch]) -> Fault:
        """The first attempt is signed as of a day ago, where the vendor signs the time."""
        return self._arm_webhook("webhook-old-timestamp", match)

    def webhook_cut(self, **match: Unpack[WebhookFaultMatch]) -> Fault:
        """The connection of the first attempt ends in the middle of its body."""
        return self._arm_webhook("webhook-cut", match)

    def webhook_late(self, seconds: float = 3600, **match: Unpack[WebhookFaultMatch]) -> Fault:
        """The webhook is sent so many seconds later, by the sandbox's clock."""
        return self._arm_webhook("webhook-late", match, seconds=seconds)

    def clear(self) -> None:
        """Disarm all."""
        self._ask("DELETE", "/faults")

    def __iter__(self) -> Iterator[Fault]:
        answer = self._ask("GET", "/faults")
        return iter([self._fault(fields) for fields in answer["faults"]])

    def _arm(self, kind: FaultKind, match: FaultMatch, **parameters: object) -> Fault:
        check_keywords(f"Faults.{kind.replace('-', '_')}", match, FaultMatch, *parameters)
        return self._fault(self._ask("POST", "/faults", kind=kind, **parameters, **match))

    def _arm_webhook(self, kind: FaultKind, match: WebhookFaultMatch, **parameters: object) -> Fault:
        check_keywords(f"Faults.{kind.replace('-', '_')}", match, WebhookFaultMatch, *parameters)
        return self._fault(self._ask("POST", "/faults", kind=kind, **parameters, **match))

    def _fault(self, fields: Mapping[str, Any]) -> Fault:
        return Fault(self._control, self._sandbox, fields)
