import gc
import hashlib
import sys
from collections.abc import Iterable
from threading import Thread

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.core.storage.file_store import CHUNK_SIZE, Blob, FileStore, StoreFull

PIECES = st.lists(st.binary(max_size=200) | st.integers(0, 3 * CHUNK_SIZE).map(bytes), max_size=8)


def receive(store: FileStore, pieces: Iterable[bytes]) -> Blob:
    with store.writer() as writer:
        for piece in pieces:
            writer.write(piece)
        return writer.commit()


@given(PIECES)
def test_a_blob_holds_the_bytes_however_they_arrived(pieces: list[bytes]) -> None:
    store = FileStore(10**9)
    data = b"".join(pieces)

    blob = receive(store, pieces)

    assert b"".join(blob.chunks) == data
    assert (blob.size, blob.sha256) == (len(data), hashlib.sha256(data).hexdigest())
    assert store.used_bytes == len(data)


def test_many_small_pieces_make_few_chunks() -> None:
    blob = receive(FileStore(10**9), [b"x"] * (2 * CHUNK_SIZE + 5))

    assert [len(chunk) for chunk in blob.chunks] == [CHUNK_SIZE, CHUNK_SIZE, 5]


def test_a_large_piece_is_kept_as_it_came() -> None:
    piece = bytes(CHUNK_SIZE)

    assert receive(FileStore(10**9), [piece]).chunks[0] is piece


def test_identical_bytes_are_stored_once() -> None:
    store = FileStore(10**9)
    first = receive(store, [b"same"])

    assert receive(store, [b"sa", b"me"]) is first
    assert (len(store), store.used_bytes) == (1, 4)


def test_the_last_reference_gives_the_bytes_back() -> None:
    store = FileStore(10**9)
    blob = receive(store, [b"1234"])
    other = blob
    del blob
    assert (len(store), store.used_bytes) == (1, 4)

    del other

    gc.collect()
    assert (len(store), store.used_bytes) == (0, 0)
    assert store.get(hashlib.sha256(b"1234").hexdigest()) is None


def test_a_blob_that_would_pass_the_cap_is_refused_and_leaves_nothing() -> None:
    store = FileStore(10)
    blob = receive(store, [b"123456"])

    with pytest.raises(StoreFull, match="10 bytes"), store.writer() as writer:
        writer.write(b"abc")
        writer.write(b"defg")

    assert (len(store), store.used_bytes) == (1, blob.size)
    assert receive(store, [b"7890"]).size == 4


def test_an_upload_that_is_given_up_leaves_nothing() -> None:
    store = FileStore(10)

    with pytest.raises(KeyError), store.writer() as writer:
        writer.write(b"abc")
        raise KeyError

    assert store.used_bytes == 0


def test_bytes_under_way_count_against_the_cap() -> None:
    store = FileStore(10)

    with store.writer() as writer:
        writer.write(b"123456")
        with pytest.raises(StoreFull):
            receive(store, [b"12345"])


def test_the_emulators_own_files_do_not_count() -> None:
    store = FileStore(0)

    own = store.put(b"seed", own=True)

    assert store.put(b"seed", own=True) is own
    assert (len(store), store.used_bytes) == (1, 0)
    del own
    assert (len(store), store.used_bytes) == (0, 0)


def test_a_file_that_is_all_there_is_stored_in_one_step() -> None:
    store = FileStore(4)

    blob = store.put(b"1234")

    assert receive(store, []).size == 0
    assert store.put(b"1234") is blob
    with pytest.raises(StoreFull):
        store.put(b"5")
    assert (len(store), store.used_bytes) == (1, 4)


def test_what_is_committed_is_held_by_its_blob_alone() -> None:
    store = FileStore(100)
    blob = store.put(b"x" * 10)

    with store.writer() as writer:
        writer.write(b"x" * 10)
        assert writer.commit() is blob
        assert (writer.size, writer._chunks, writer._last) == (0, [], b"")

    assert store.used_bytes == 10


def test_threads_that_let_go_of_blobs_and_find_them_again_agree() -> None:
    store = FileStore(10**6)
    lost = []

    def work() -> None:
        for number in range(2000):
            blob = store.put(b"%d" % (number % 3))
            if store.get(blob.sha256) is not blob:
                lost.append(number)

    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        threads = [Thread(target=work) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    finally:
        sys.setswitchinterval(interval)

    assert lost == []
    assert (len(store), store.used_bytes) == (0, 0)
