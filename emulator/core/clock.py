"""A sandbox's own time. Nothing else in the emulator may ask the machine what time it is."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import formatdate
from functools import lru_cache, partial


class Clock:
    """Real time until somebody moves it: then ahead, behind, or standing still."""

    now: Callable[[], datetime]
    """The sandbox's time, timezone-aware, in UTC."""

    def __init__(self) -> None:
        self._offset = timedelta()
        self._frozen: datetime | None = None
        self._update_now()

    @property
    def frozen(self) -> bool:
        """Whether it stands still."""
        return self._frozen is not None

    @property
    def offset(self) -> timedelta:
        """How far it is ahead of the machine's time, while it is not frozen."""
        return self._offset

    def advance(self, seconds: float) -> None:
        """Move the time by so many seconds; a frozen clock stays frozen."""
        step = timedelta(seconds=seconds)
        if self._frozen is not None:
            self._frozen += step
        else:
            self._offset += step
        self._update_now()

    def freeze(self, at: datetime | None = None) -> None:
        """Stand still, at the given moment (timezone-aware) or now."""
        self._frozen = (at or self.now()).astimezone(UTC)
        self._update_now()

    def set(self, at: datetime) -> None:
        """Go to the given moment (timezone-aware), and on from there unless frozen."""
        if self._frozen is not None:
            self._frozen = at.astimezone(UTC)
        else:
            self._offset = at - datetime.now(UTC)
        self._update_now()

    def resume(self) -> None:
        """Go on from where it stands."""
        if self._frozen is not None:
            frozen_at, self._frozen = self._frozen, None
            self.set(frozen_at)

    def _update_now(self) -> None:
        # Asked several times in every request, and mostly the machine's own.
        self.now = partial(datetime.now, UTC)
        if (frozen_at := self._frozen) is not None:
            self.now = lambda: frozen_at
        elif offset := self._offset:
            self.now = lambda: datetime.now(UTC) + offset


def has_room_around(moment: datetime) -> bool:
    """Whether it is far enough from the ends of time: nearer to them, what adds to a moment or takes from it fails."""
    return 100 < moment.year < 9900


def iso(moment: datetime) -> str:
    """As the control API writes a moment in UTC: `2026-02-02T09:00:00Z`, with microseconds where it has any."""
    return moment.isoformat().replace("+00:00", "Z")


def ticks(moment: datetime) -> str:
    """As .NET writes a moment in UTC: `2023-03-21T17:17:58.9235360Z`, with seven digits of a second."""
    return f"{moment.replace(tzinfo=None).isoformat(timespec='microseconds')}0Z"


def http_date(moment: datetime) -> bytes:
    """As the Date header has it: `Sat, 21 Nov 2026 09:38:58 GMT`."""
    return _http_date(int(moment.timestamp()))


@lru_cache(maxsize=16)
def _http_date(second: int) -> bytes:
    return formatdate(second, usegmt=True).encode()
