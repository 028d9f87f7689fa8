from datetime import UTC, datetime, timedelta

from emulator.core.clock import Clock


def test_a_clock_runs_in_utc() -> None:
    clock = Clock()

    assert clock.now().tzinfo is UTC
    assert abs(clock.now() - datetime.now(UTC)) < timedelta(minutes=1)


def test_a_clock_can_be_moved() -> None:
    clock = Clock()
    before = clock.now()

    clock.advance(3600)

    assert clock.now() - before >= timedelta(hours=1)


def test_a_frozen_clock_stands_still_until_it_is_moved() -> None:
    clock = Clock()
    moment = datetime(2026, 2, 3, tzinfo=UTC)

    clock.freeze(moment)
    assert clock.now() == clock.now() == moment

    clock.advance(1800)
    assert clock.now() == moment + timedelta(minutes=30)


def test_a_clock_freezes_where_it_is() -> None:
    clock = Clock()
    clock.freeze()

    assert clock.now() == clock.now()
