"""Return freed memory to the operating system."""

from collections.abc import Callable
from functools import cache

# Trimming takes some milliseconds, which fewer freed bytes than this are not worth.
WORTH = 16 * 1024 * 1024


def trim(freed: int) -> None:
    """Return memory to the operating system after this many bytes were freed.

    The C library keeps freed memory that lies below memory in use; glibc's `malloc_trim` releases it.
    """
    if freed >= WORTH and (malloc_trim := _malloc_trim()):
        malloc_trim(0)


@cache
def _malloc_trim() -> Callable[[int], object] | None:
    import ctypes

    try:
        function: Callable[[int], object] = ctypes.CDLL(None).malloc_trim
    except (OSError, AttributeError):
        return None  # Not glibc.
    return function
