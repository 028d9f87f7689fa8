"""The clock of a sandbox, the only part of the emulator that reads the machine's time of day."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import formatdate
from functools import lru_cache, partial


class Clock:
    """A clock that shows real time until it is moved or frozen."""

    now: Callable[[], datetime]
    """The sandbox's time, timezone-aware, in UTC."""

    def __init__(self) -> None:
        self.on_change: Callable[[], None] | None = None
        """Called when the clock was moved, frozen or resumed."""
        self._offset = timedelta()
        self._frozen: datetime | None = None
        self._update_now()

    @property
    def frozen(self) -> bool:
        """Whether the clock stands still."""
        return self._frozen is not None

    @property
    def offset(self) -> timedelta:
        """How far the clock is ahead of the machine's time while it is not frozen."""
        return self._offset

    def advance(self, seconds: float) -> None:
        """Move the clock by this many seconds, back if negative. A frozen clock stays frozen."""
        step = timedelta(seconds=seconds)
        if self._frozen is not None:
            self._frozen += step
        else:
            self._offset += step
        self._update_now()

    def freeze(self, at: datetime | None = None) -> None:
        """Stop the clock at the given moment (timezone-aware), by default the current one."""
        self._frozen = (at or self.now()).astimezone(UTC)
        self._update_now()

    def set(self, at: datetime) -> None:
        """Set the clock to the given moment (timezone-aware). It runs on from there unless it is frozen."""
        if self._frozen is not None:
            self._frozen = at.astimezone(UTC)
        else:
            self._offset = at - datetime.now(UTC)
        self._update_now()

    def resume(self) -> None:
        """Let a frozen clock run on from where it stands."""
        if self._frozen is not None:
            frozen_at, self._frozen = self._frozen, None
            self.set(frozen_at)

    def _update_now(self) -> None:
        # Every request calls now() several times; most sandboxes show the machine's time.
        self.now = partial(datetime.now, UTC)
        if (frozen_at := self._frozen) is not None:
            self.now = lambda: frozen_at
        elif offset := self._offset:
            self.now = lambda: datetime.now(UTC) + offset
        if self.on_change:
            self.on_change()


def machine_time() -> datetime:
    """Return the machine's own time, in UTC, for what leaves the sandbox."""
    return datetime.now(UTC)


def has_room_around(moment: datetime) -> bool:
    """Return whether times can be added to and subtracted from a moment without leaving datetime's range."""
    return 100 < moment.year < 9900


def iso(moment: datetime) -> str:
    """Format a moment in UTC as the control API does: `2026-02-02T09:00:00Z`, with microseconds if there are any."""
    return moment.isoformat().replace("+00:00", "Z")


def ticks(moment: datetime) -> str:
    """Format a moment in UTC as .NET does, with seven fractional digits: `2023-03-21T17:17:58.9235360Z`."""
    return f"{moment.replace(tzinfo=None).isoformat(timespec='microseconds')}0Z"


def http_date(moment: datetime) -> bytes:
    """Format a moment as the Date header does: `Sat, 21 Nov 2026 09:38:58 GMT`."""
    return _http_date(int(moment.timestamp()))


@lru_cache(maxsize=16)
def _http_date(second: int) -> bytes:
    return formatdate(second, usegmt=True).encode()
