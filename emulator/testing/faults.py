"""Faults of a sandbox: what is to go wrong, and whether it did."""

from collections.abc import Iterator, Mapping
from typing import Any, Literal

from emulator.testing.control import Control, SandboxPart


class Fault(SandboxPart):
    """An armed fault."""

    def __init__(self, control: Control, sandbox: str, said: Mapping[str, Any]) -> None:
        super().__init__(control, sandbox)
        self._said = said
        self.number: int = said["number"]
        self.kind: str = said["kind"]

    def __repr__(self) -> str:
        known = {
            name: value for name, value in self._said.items() if name not in ("number", "kind", "matched", "triggered")
        }
        return f"<Fault {self.number} {self.kind} {known}>"

    @property
    def triggered(self) -> int:
        """How many requests it has struck so far. Raises EmulatorError once it is disarmed."""
        return int(self._look()["triggered"])

    @property
    def matched(self) -> int:
        """How many requests it might have struck so far. Raises EmulatorError once it is disarmed."""
        return int(self._look()["matched"])

    def assert_triggered(self, times: int | None = None) -> None:
        """That it struck, so many times or at least once. Raises AssertionError."""
        __tracebackhide__ = True
        triggered = self.triggered
        if not triggered if times is None else triggered != times:
            wanted = "never" if times == 0 else "at least once" if times is None else f"{times} times"
            raise AssertionError(f"{self!r} was to strike {wanted}, and struck {triggered} times")

    def disarm(self) -> None:
        """Let it strike no more. Raises EmulatorError where it is disarmed already."""
        self._ask("DELETE", f"/faults/{self.number}")

    def _look(self) -> Mapping[str, Any]:
        found: Mapping[str, Any] = self._ask("GET", f"/faults/{self.number}")
        return found


class Faults(SandboxPart):
    """Arms faults. Each says whom it meets, with `vendor`, `operation`, `method`, `path`, and how often it strikes:
    once, or `times` (0 is always), after letting `skip` pass, every n-th (`every=n`), or with a `probability`.

    Whatever arms one raises EmulatorError for a fault that there cannot be.
    """

    def arm(self, kind: str, **fields: Any) -> Fault:
        """A fault of any kind, by its name in the control API: `lost-answer`."""
        return self._fault(self._ask("POST", "/faults", kind=kind, **fields))

    def status(self, status: int = 503, *, retry_after: int | None = None, **fields: Any) -> Fault:
        """An answer in the vendor's own words; nothing is carried out."""
        return self.arm("status", status=status, retry_after=retry_after, **fields)

    def early_refusal(self, status: int = 413, **fields: Any) -> Fault:
        """The same while the client is still sending: its body is not read, and the connection ends."""
        return self.arm("early-refusal", status=status, **fields)

    def reset(
        self,
        when: Literal["before", "during", "after"] = "during",
        *,
        after_bytes: int | None = None,
        **fields: Any,
    ) -> Fault:
        """The connection is reset before, during or after the upload; nothing is carried out."""
        return self.arm("reset", when=when, after_bytes=after_bytes, **fields)

    def empty_reply(self, **fields: Any) -> Fault:
        """The request is read, and the connection ends without a byte; nothing is carried out."""
        return self.arm("empty-reply", **fields)

    def lost_answer(self, **fields: Any) -> Fault:
        """The request is carried out, and the connection is reset instead of an answer."""
        return self.arm("lost-answer", **fields)

    def delay(self, seconds: float = 1, **fields: Any) -> Fault:
        """The request is carried out, and the answer comes late: by real seconds, 60 at most."""
        return self.arm("delay", seconds=seconds, **fields)

    def truncated(self, *, after_bytes: int | None = None, **fields: Any) -> Fault:
        """The request is carried out, and the connection ends after so many bytes (half) of the answer's body."""
        return self.arm("truncated", after_bytes=after_bytes, **fields)

    def stall(
        self,
        direction: Literal["up", "down"] = "down",
        *,
        after_bytes: int | None = None,
        seconds: float = 30,
        **fields: Any,
    ) -> Fault:
        """Nothing moves any more after so many bytes (half); after so many real seconds the connection is reset."""
        return self.arm("stall", direction=direction, after_bytes=after_bytes, seconds=seconds, **fields)

    def slow(self, bytes_per_second: int = 10_000, direction: Literal["up", "down"] = "down", **fields: Any) -> Fault:
        """So many bytes move in a second, of the upload (`up`) or of the answer (`down`)."""
        return self.arm("slow", bytes_per_second=bytes_per_second, direction=direction, **fields)

    def corrupted(
        self, direction: Literal["up", "down"] = "down", *, after_bytes: int | None = None, **fields: Any
    ) -> Fault:
        """One byte of a body is another: the one after so many (half)."""
        return self.arm("corrupted", direction=direction, after_bytes=after_bytes, **fields)

    def malformed_chunk(self, **fields: Any) -> Fault:
        """The request is carried out, and the answer's chunked encoding breaks off in nonsense."""
        return self.arm("malformed-chunk", **fields)

    def clear(self) -> None:
        """Disarm all."""
        self._ask("DELETE", "/faults")

    def __iter__(self) -> Iterator[Fault]:
        found = self._ask("GET", "/faults")
        return iter([self._fault(each) for each in found["faults"]])

    def _fault(self, said: Mapping[str, Any]) -> Fault:
        return Fault(self._control, self._sandbox, said)
