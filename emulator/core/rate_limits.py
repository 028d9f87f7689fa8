"""Rate limit counters: fixed windows and token buckets."""

from datetime import datetime
from math import ceil


class FixedWindow:
    """Counts requests in windows of a fixed length in seconds, which begin at multiples of that length.

    Times are whole seconds since 1970.
    """

    __slots__ = ("_used", "_window", "seconds")

    seconds: int
    _window: int
    _used: int

    def __init__(self, seconds: int) -> None:
        self.seconds = seconds
        self._window = -1
        self._used = 0

    def take(self, now: int) -> int:
        """Count one request. Return how many the window has counted, this one included."""
        if now // self.seconds != self._window:
            self._open(now)
        self._used += 1
        return self._used

    def release(self, now: int) -> None:
        """Take one request off the count."""
        self._used = max(0, self.used(now) - 1)

    def seconds_left(self, now: int) -> int:
        """Return how many seconds remain until the next window begins, at least one."""
        return self.seconds - now % self.seconds

    def used(self, now: int) -> int:
        """Return how many requests the window has counted."""
        if now // self.seconds != self._window:
            self._open(now)
        return self._used

    def _open(self, now: int) -> None:
        self._window = now // self.seconds
        self._used = 0


class TokenBucket:
    """Holds up to `burst` tokens and gains `per_second` tokens a second; a request takes one."""

    __slots__ = ("_at", "_tokens", "burst", "per_second")

    burst: int
    per_second: float
    _tokens: float
    _at: datetime | None

    def __init__(self, burst: int, per_second: float) -> None:
        self.burst = burst
        self.per_second = per_second
        self._tokens = float(burst)
        self._at = None

    def take(self, now: datetime) -> bool:
        """Take a token. Return False if there is none."""
        if self._refill(now) < 1:
            return False
        self._tokens -= 1
        return True

    def tune(self, burst: int, per_second: float) -> None:
        """Change the capacity and the refill rate. Tokens above the new capacity are lost."""
        self.burst = burst
        self.per_second = per_second
        self._tokens = min(self._tokens, float(burst))

    def left(self, now: datetime) -> int:
        """Return how many requests may follow at once."""
        return int(self._refill(now))

    def seconds_until(self, tokens: float, now: datetime) -> int:
        """Return in how many seconds the bucket will hold this many tokens, rounded up."""
        return max(0, ceil((tokens - self._refill(now)) / self.per_second))

    def _refill(self, now: datetime) -> float:
        if self._at is not None:
            # A clock that was moved back must not remove tokens.
            gained = max(0.0, (now - self._at).total_seconds()) * self.per_second
            self._tokens = min(float(self.burst), self._tokens + gained)
        self._at = now
        return self._tokens
