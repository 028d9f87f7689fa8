"""A line on the terminal that says what takes so long, and for how long already."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread

# From how long on (seconds) an action shows, and how often the line is written anew.
DELAY = 1.0
INTERVAL = 0.25
_CLEAR = "\r\x1b[K"


@contextmanager
def progress(action: str) -> Iterator[None]:
    """Show on stderr how long the block has taken, once that is more than a second, and remove the line at the end.

    Where stderr is no terminal, nothing is written.
    """
    if not sys.stderr.isatty():
        yield
        return
    ended = Event()
    thread = Thread(target=_write, args=(action, ended), daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


def _write(action: str, ended: Event) -> None:
    begun = time.monotonic()
    if ended.wait(DELAY):
        return
    stream = sys.stderr
    while True:
        stream.write(f"{_CLEAR}{action} … {time.monotonic() - begun:.0f} s")
        stream.flush()
        if ended.wait(INTERVAL):
            break
    stream.write(_CLEAR)
    stream.flush()
