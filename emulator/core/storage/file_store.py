"""The file store: the bytes of every distinct file, held once, as the chunks in which they arrived.

A blob is freed when the last reference to it is: when the attachment is overwritten, the document deleted or the
sandbox dropped. Nothing has to release it. A download in progress refers to its blob, so its bytes do not change.
"""

import hashlib
from collections.abc import Iterable
from threading import RLock
from types import TracebackType
from typing import Any, Self
from weakref import ref

# Smaller pieces are joined up to this size (bytes), so that a client that sends single bytes does not cost an object
# for every byte.
CHUNK_SIZE = 64 * 1024


class StoreFull(Exception):
    """The bytes exceed the store's cap, and none of them are stored; the message is a sentence."""

    def __init__(self, max_bytes: int) -> None:
        super().__init__(
            f"The file store holds at most {max_bytes} bytes; raise max_store_bytes, or delete files and sandboxes."
        )


class Blob:
    """Immutable bytes with their SHA-256 (hexadecimal) and size (bytes)."""

    __slots__ = ("__weakref__", "chunks", "sha256", "size")

    def __init__(self, sha256: str, size: int, chunks: Iterable[bytes]) -> None:
        self.sha256 = sha256
        self.size = size
        self.chunks = tuple(chunks)


class _BlobReference(ref[Blob]):
    """The store's weak reference to a blob, with what is needed when the blob is freed."""

    __slots__ = ("counted", "sha256")

    sha256: str
    counted: int
    """How many bytes were reserved for it."""


class FileStore:
    """All blobs of one server, shared by its sandboxes, under one cap in bytes."""

    def __init__(self, max_bytes: int) -> None:
        self.max_bytes = max_bytes
        self.used_bytes = 0
        self._blobs: dict[str, _BlobReference] = {}
        # Re-entrant: the garbage collector may free a blob, which locks, at any time.
        self._lock = RLock()

    def __len__(self) -> int:
        return len(self._blobs)

    def get(self, sha256: str) -> Blob | None:
        """Return the blob with this SHA-256, or None."""
        reference = self._blobs.get(sha256)
        return reference() if reference else None

    def writer(self, credit: int = 0) -> "BlobWriter":
        """Return a writer for one file: `with store.writer() as writer: writer.write(...); blob = writer.commit()`.

        `credit` is as in `reserve`.
        """
        return BlobWriter(self, credit)

    def put(self, data: bytes, *, own: bool = False, credit: int = 0) -> Blob:
        """Store a file. One of the emulator's own (seed data) does not count against the cap. Raises StoreFull.

        `credit` is as in `reserve`.
        """
        sha256 = hashlib.sha256(data).hexdigest()
        counted = 0 if own else len(data)
        with self._lock:
            blob = self.get(sha256)
            if blob is None:
                self.reserve(counted, credit)
                blob = self._new(sha256, len(data), [data], counted)
            return blob

    def counted_size(self, blob: Blob | None) -> int:
        """Return how many bytes of a blob count against the cap; 0 for None."""
        reference = self._blobs.get(blob.sha256) if blob else None
        return reference.counted if reference else 0

    def reserve(self, size: int, credit: int = 0) -> None:
        """Reserve this many bytes. Raises StoreFull, and then reserves none.

        `credit` is the size of what the new file is to replace, by which the cap may be exceeded until it is freed. So
        the cap is never exceeded by more than one file, even where something else still has the replaced one.
        """
        with self._lock:
            if self.used_bytes + size > self.max_bytes + credit:
                raise StoreFull(self.max_bytes)
            self.used_bytes += size

    def release(self, size: int) -> None:
        """Release this many reserved bytes."""
        with self._lock:
            self.used_bytes -= size

    def intern(self, sha256: str, size: int, chunks: Iterable[bytes]) -> Blob:
        """Return the existing blob with this SHA-256, releasing the reserved bytes, or create it."""
        with self._lock:
            blob = self.get(sha256)
            if blob is None:
                return self._new(sha256, size, chunks, size)
            self.used_bytes -= size
            return blob

    def _new(self, sha256: str, size: int, chunks: Iterable[bytes], counted: int) -> Blob:
        blob = Blob(sha256, size, chunks)
        reference = self._blobs[sha256] = _BlobReference(blob, self._forget)
        reference.sha256, reference.counted = sha256, counted
        return blob

    def _forget(self, reference: Any) -> None:
        """Release the bytes of a blob that was freed."""
        sha256: str = reference.sha256
        with self._lock:
            self.used_bytes -= reference.counted
            # A new blob with the same bytes may have taken its place.
            if self._blobs.get(sha256) is reference:
                del self._blobs[sha256]


class BlobWriter:
    """Receives one file, hashing it as the bytes arrive. Leaving the `with` block without `commit` stores nothing."""

    __slots__ = ("_chunks", "_credit", "_hash", "_last", "_store", "size")

    def __init__(self, store: FileStore, credit: int = 0) -> None:
        self._credit = credit
        self.size = 0
        self._store = store
        self._hash = hashlib.sha256()
        self._chunks: list[bytes] = []
        self._last: bytes | bytearray = b""

    def write(self, data: bytes) -> None:
        """Append bytes. Raises StoreFull."""
        size = len(data)
        self._store.reserve(size, self._credit)
        self.size += size
        self._hash.update(data)
        if self._last and len(self._last) < CHUNK_SIZE > size:
            if isinstance(self._last, bytes):
                self._last = bytearray(self._last)
            self._last += data
        else:
            # Most files arrive in one piece or in large ones, which are stored as they are.
            if self._last:
                self._chunks.append(bytes(self._last))
            self._last = data

    def commit(self) -> Blob:
        """Return the finished blob."""
        if self._last:
            self._chunks.append(bytes(self._last))
        blob = self._store.intern(self._hash.hexdigest(), self.size, self._chunks)
        self._forget()
        return blob

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.size:
            self._store.release(self.size)
            self._forget()

    def _forget(self) -> None:
        self.size = 0
        self._chunks = []
        self._last = b""
