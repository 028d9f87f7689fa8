"""Giving freed memory back to the system."""

from collections.abc import Callable
from functools import cache

# Below so many bytes it is not worth its time (some milliseconds).
WORTH = 16 * 1024 * 1024


def trim(freed: int) -> None:
    """Give back the memory of so many bytes that were freed.

    The C library keeps what is freed below something that is still in use; glibc's can be told not to.
    """
    if freed >= WORTH and (malloc_trim := _malloc_trim()):
        malloc_trim(0)


@cache
def _malloc_trim() -> Callable[[int], object] | None:
    import ctypes

    try:
        function: Callable[[int], object] = ctypes.CDLL(None).malloc_trim
    except (OSError, AttributeError):
        return None  # Another C library.
    return function
