"""Rate windows: how many requests are left until the next window begins."""

from datetime import datetime


class FixedWindow:
    """Counts requests in windows of a fixed length that begin at multiples of it."""

    def __init__(self, limit: int, seconds: int) -> None:
        self.limit = limit
        self.seconds = seconds
        self._window = -1
        self._used = 0

    def take(self, now: datetime) -> int:
        """Count one request; how many the window still allows after it (never below zero)."""
        self._used = self._count(now) + 1
        return max(0, self.limit - self._used)

    def _count(self, now: datetime) -> int:
        window = int(now.timestamp()) // self.seconds
        if window != self._window:
            self._window = window
            self._used = 0
        return self._used
