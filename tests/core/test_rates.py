from datetime import UTC, datetime, timedelta

from emulator.core.rates import FixedWindow, TokenBucket


def test_a_window_counts_down_and_starts_anew() -> None:
    window = FixedWindow(3, 60)
    start = datetime(2026, 2, 3, 10, 0, 5, tzinfo=UTC)

    assert [window.take(start) for _ in range(5)] == [2, 1, 0, 0, 0]
    # Windows begin at the full minute, not with the first request.
    assert window.take(start + timedelta(seconds=54)) == 0
    assert window.take(start + timedelta(seconds=55)) == 2


START = datetime(2026, 2, 3, 10, tzinfo=UTC)


def later(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


def test_a_bucket_starts_full_and_gains_by_the_clock() -> None:
    bucket = TokenBucket(3, 0.5)

    assert [bucket.take(START) for _ in range(4)] == [True, True, True, False]
    assert bucket.left(later(1.9)) == 0
    assert (bucket.left(later(2)), bucket.take(later(2)), bucket.take(later(2))) == (1, True, False)
    assert bucket.left(later(3600)) == 3


def test_a_bucket_says_when_it_will_hold_so_many() -> None:
    bucket = TokenBucket(2, 2 / 60)
    assert bucket.seconds_until(2, START) == 0
    bucket.take(START)
    bucket.take(START)

    assert (bucket.seconds_until(1, START), bucket.seconds_until(2, START)) == (30, 60)
    assert bucket.seconds_until(1, later(29.5)) == 1
    assert bucket.seconds_until(1, later(30)) == 0


def test_looking_at_a_bucket_often_takes_nothing_from_it() -> None:
    bucket = TokenBucket(1, 0.1)
    bucket.take(START)

    for step in range(100):
        bucket.left(later(step / 10))

    assert bucket.left(later(10.001)) == 1


def test_a_clock_that_is_moved_back_takes_nothing_away_and_gives_nothing() -> None:
    bucket = TokenBucket(2, 1)
    bucket.take(later(100))

    assert bucket.left(START) == 1
    assert bucket.left(later(1)) == 2
