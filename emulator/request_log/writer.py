"""A writer that never makes its caller wait: a thread writes lines in batches, and those beyond a bound are lost."""

from collections import deque
from collections.abc import Callable
from threading import Condition, Event, Thread
from typing import Protocol

# How long (seconds) lines are gathered before they are written together.
INTERVAL = 0.1
# How many characters may wait to be written.
MAX_PENDING = 2**20
# How long (seconds) `close` waits for a reader of a full pipe.
PATIENCE = 1


class RawStream(Protocol):
    """A binary stream without a buffer, such as `open(2, "wb", buffering=0)`."""

    def write(self, data: memoryview, /) -> int | None: ...

    def close(self) -> None: ...


class BatchWriter:
    """Writes lines in a thread of its own, and how many were lost because the stream did not keep up."""

    def __init__(self, stream: RawStream, encoding: str, describe_loss: Callable[[int], str]) -> None:
        """`describe_loss` returns the line that says how many lines are missing. The stream is closed at the end."""
        self._stream = stream
        self._encoding = encoding
        self._describe_loss = describe_loss
        self._changed = Condition()
        self._lines: deque[str] = deque()
        self._characters = 0
        self._lost = 0
        self._closing = Event()
        self._broken = False
        self._thread = Thread(target=self._run, name="request-log", daemon=True)
        self._thread.start()

    def add(self, make_line: Callable[[], str]) -> None:
        """Have a line, without its line break, written soon. It is made only if there is room for it. Thread-safe."""
        if self._characters >= MAX_PENDING:
            with self._changed:
                self._lost += 1
            return
        line = make_line()
        with self._changed:
            self._characters += len(line)
            self._lines.append(line)
            if len(self._lines) == 1:
                self._changed.notify()

    def close(self) -> None:
        """Write what is left, unless the stream is stuck."""
        with self._changed:
            self._closing.set()
            self._changed.notify()
        self._thread.join(PATIENCE)

    def _run(self) -> None:
        try:
            while self._wait_for_lines():
                self._closing.wait(INTERVAL)
                self._write("".join(f"{line}\n" for line in self._take()).encode(self._encoding, "backslashreplace"))
        finally:
            self._stream.close()

    def _wait_for_lines(self) -> bool:
        """Return whether there are lines; False at the end."""
        with self._changed:
            self._changed.wait_for(lambda: self._lines or self._closing.is_set())
            return bool(self._lines)

    def _take(self) -> list[str]:
        with self._changed:
            lines = list(self._lines)
            if self._lost:
                lines.append(self._describe_loss(self._lost))
            self._lines.clear()
            self._characters = self._lost = 0
        return lines

    def _write(self, data: bytes) -> None:
        rest = memoryview(data)
        while rest and not self._broken:
            try:
                written = self._stream.write(rest)
            except OSError:
                # Nobody reads any more; the server works on.
                self._broken = True
            else:
                rest = rest[written or 0 :]
                # A terminal in non-blocking mode may be full.
                if not written and self._closing.wait(INTERVAL):
                    return
