"""Return freed memory to the operating system."""

from collections.abc import Callable
from functools import cache

# Trimming takes some milliseconds, which fewer freed bytes than this are not worth.
WORTH = 16 * 1024 * 1024


class FreedMemory:
    """How many bytes were freed since memory was last returned to the operating system.

    The C library keeps freed memory that lies below memory in use; glibc's `malloc_trim` releases it.
    """

    def __init__(self) -> None:
        self._bytes = 0

    def add(self, freed: int) -> None:
        """Count freed bytes, and return memory once it is worth it. A negative number counts for none."""
        self._bytes += max(0, freed)
        if self._bytes >= WORTH:
            self._bytes = 0
            if malloc_trim := _malloc_trim():
                malloc_trim(0)


@cache
def _malloc_trim() -> Callable[[int], object] | None:
    import ctypes

    try:
        function: Callable[[int], object] = ctypes.CDLL(None).malloc_trim
    except (OSError, AttributeError):
        return None  # Not glibc.
    return function
