from datetime import UTC, datetime, timedelta

from emulator.core.rate_limits import FixedWindow, TokenBucket

# Five seconds into a minute.
SECOND = int(datetime(2026, 2, 3, 10, 0, 5, tzinfo=UTC).timestamp())


def test_a_window_counts_and_starts_anew() -> None:
    window = FixedWindow(60)

    assert [window.take(SECOND) for _ in range(3)] == [1, 2, 3]
    assert (window.used(SECOND), window.seconds_left(SECOND)) == (3, 55)
    # Windows begin at the full minute, not with the first request.
    assert window.take(SECOND + 54) == 4
    assert window.used(SECOND + 55) == 0
    assert window.take(SECOND + 55) == 1
    assert window.seconds_left(SECOND + 55) == 60


def test_a_clock_that_goes_back_to_another_window_finds_it_empty() -> None:
    window = FixedWindow(60)
    window.take(SECOND)

    assert window.take(SECOND - 5) == 2
    assert window.take(SECOND - 6) == 1


def test_what_is_given_back_counts_no_more_and_never_below_nothing() -> None:
    window = FixedWindow(60)
    window.take(SECOND)
    window.take(SECOND)

    window.release(SECOND)
    assert window.used(SECOND) == 1
    # The window that it was taken from is over.
    window.release(SECOND + 60)
    assert window.used(SECOND + 60) == 0


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


def test_a_bucket_of_another_size_loses_what_is_too_much_and_gains_at_the_new_speed() -> None:
    bucket = TokenBucket(10, 1)
    bucket.take(START)

    bucket.tune(3, 2)
    assert (bucket.burst, bucket.left(START)) == (3, 3)
    bucket.take(START)
    bucket.tune(10, 2)
    assert (bucket.left(START), bucket.left(later(1)), bucket.left(later(60))) == (2, 4, 10)
