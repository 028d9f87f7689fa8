"""Memory that was let go, and the system."""

from collections.abc import Callable
from functools import cache

# From how many bytes on it is worth the while (some milliseconds).
WORTH = 16 * 1024 * 1024


def give_back(freed: int) -> None:
    """Let the system have the memory in which so many bytes were that are there no more.

    The C library keeps what is freed below something that is still in use; glibc's can be told not to.
    """
    if freed >= WORTH and (trim := _malloc_trim()):
        trim(0)


@cache
def _malloc_trim() -> Callable[[int], object] | None:
    import ctypes

    try:
        found: Callable[[int], object] = ctypes.CDLL(None).malloc_trim
    except (OSError, AttributeError):
        return None  # Another C library.
    return found
