from datetime import UTC, datetime

from emulator.core.journal import MAX_HELD_BODY, MAX_HELD_BYTES, Body, Exchange, Journal
from emulator.core.redaction import MAX_HEADER, REDACTED
from emulator.core.storage.file_store import FileStore

NOW = datetime(2026, 2, 3, tzinfo=UTC)


def open_one(journal: Journal, target: str = "/a", headers: tuple[tuple[bytes, bytes], ...] = ()) -> Exchange:
    return journal.open(NOW, "xero", "GET", target, headers)


def test_exchanges_are_kept_in_order_up_to_the_bound() -> None:
    journal = Journal(3)

    for number in range(5):
        open_one(journal, f"/{number}")

    assert [exchange.target for exchange in journal] == ["/2", "/3", "/4"]
    assert [exchange.number for exchange in journal] == [3, 4, 5]
    assert len(journal) == 3


def test_credentials_stay_out() -> None:
    exchange = open_one(Journal(3), headers=((b"authorization", b"Bearer secret"), (b"accept", b"*/*")))

    assert exchange.request_headers == [(b"authorization", REDACTED.encode()), (b"accept", b"*/*")]
    assert b"secret" not in exchange.request_head
    assert Body.measured(12).read() is None


def test_of_a_very_long_header_the_beginning_is_kept() -> None:
    exchange = open_one(Journal(3), headers=((b"cookies", b"x" * 5000),))

    assert exchange.request_headers == [(b"cookies", b"x" * (MAX_HEADER - len("cookies:")))]


def test_small_bodies_are_held_and_long_ones_measured() -> None:
    assert Body.of_bytes(b"{}").read() == b"{}"
    long = Body.of_bytes(bytes(MAX_HELD_BODY + 1))
    assert (long.read(), long.size) == (None, MAX_HELD_BODY + 1)


def test_exchanges_are_forgotten_when_together_they_hold_too_much() -> None:
    journal = Journal(10_000)

    for number in range(1000):
        exchange = open_one(journal, f"/{number}")
        exchange.response_body = Body.of_bytes(bytes(MAX_HELD_BODY))
        journal.close(exchange)

    exchanges = list(journal)
    held = sum(exchange.held_bytes for exchange in exchanges)
    assert MAX_HELD_BYTES - 2 * MAX_HELD_BODY < held <= MAX_HELD_BYTES
    assert exchanges[-1].target == "/999"


def test_an_exchange_that_was_forgotten_under_way_no_longer_counts() -> None:
    journal = Journal(1)
    slow = open_one(journal, "/slow")
    exchange = open_one(journal, "/kept")

    slow.response_body = Body.of_bytes(bytes(MAX_HELD_BODY))
    journal.close(slow)
    for _ in range(2 * MAX_HELD_BYTES // MAX_HELD_BODY):
        journal.close(slow)
    journal.close(exchange)

    assert list(journal) == [exchange]
    assert len(Journal(0)) == 0


def test_the_journal_keeps_no_file_alive() -> None:
    store = FileStore(100)
    blob = store.put(b"file", own=True)
    body = Body.of_file(blob)
    assert body.read() == b"file"

    digest = blob.sha256
    del blob

    assert body.read() is None
    assert (body.sha256, body.size) == (digest, 4)
    assert len(store) == 0


def test_headers_come_back_as_they_were() -> None:
    headers = ((b"a", b""), (b"b", b"x: y"), (b"a", b"again"), (b"c", b"two\nlines"))

    assert open_one(Journal(1), headers=headers).request_headers == [*headers[:3], (b"c", b"two lines")]
    assert open_one(Journal(1)).request_headers == []
