"""A writer that never makes its caller wait: a thread writes lines in batches, and those beyond a bound are lost."""

from collections.abc import Callable
from threading import Event, Lock, Thread
from typing import Generic, Protocol, TypeVar

# How long (seconds) entries are gathered before they are written together.
INTERVAL = 0.1
# How many characters may wait to be written.
MAX_PENDING = 2**20
# How long (seconds) `close` waits for a reader of a full pipe.
PATIENCE = 1

Entry = TypeVar("Entry")


class RawStream(Protocol):
    """A binary stream without a buffer, such as `open(2, "wb", buffering=0)`."""

    def write(self, data: memoryview, /) -> int | None: ...

    def close(self) -> None: ...


class BatchWriter(Generic[Entry]):
    """Writes entries as lines in a thread of its own, and how many were lost because the stream did not keep up."""

    def __init__(
        self,
        stream: RawStream,
        encoding: str,
        format_entry: Callable[[Entry], str],
        describe_loss: Callable[[int], str],
    ) -> None:
        """The functions return lines without their line break: that of an entry, called in the thread, and the one that
        says how many are missing. The stream is closed at the end."""
        self._stream = stream
        self._encoding = encoding
        self._format = format_entry
        self._describe_loss = describe_loss
        self._lock = Lock()
        self._entries: list[Entry] = []
        self._characters = 0
        self._lost = 0
        self._has_work = Event()
        self._closing = Event()
        self._broken = False
        self._thread = Thread(target=self._run, name="request-log", daemon=True)
        self._thread.start()

    def add(self, entry: Entry, length: int) -> None:
        """Have an entry written soon, if there is room for it. Thread-safe.

        `length` is about how many characters its line will have.
        """
        with self._lock:
            if self._characters >= MAX_PENDING:
                self._lost += 1
                return
            self._characters += length
            self._entries.append(entry)
            is_first = len(self._entries) == 1
        if is_first:
            self._has_work.set()

    def close(self) -> None:
        """Write what is left, unless the stream is stuck."""
        self._closing.set()
        self._has_work.set()
        self._thread.join(PATIENCE)

    def _run(self) -> None:
        is_last = False
        try:
            while not is_last:
                self._has_work.wait()
                self._has_work.clear()
                is_last = self._closing.wait(INTERVAL)
                self._write("".join(f"{line}\n" for line in self._take()).encode(self._encoding, "backslashreplace"))
        finally:
            self._stream.close()

    def _take(self) -> list[str]:
        with self._lock:
            entries, lost = self._entries, self._lost
            self._entries, self._characters, self._lost = [], 0, 0
        lines = [self._format(entry) for entry in entries]
        if lost:
            lines.append(self._describe_loss(lost))
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
