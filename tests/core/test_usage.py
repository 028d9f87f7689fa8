"""How much clients use of what vendors limit."""

from datetime import UTC, datetime, timedelta

from emulator.core.usage import MAX_WINDOWS, Meter

MIDNIGHT = datetime(2026, 2, 3, tzinfo=UTC)


def use(meter: Meter, at: datetime, down: int = 0, *, rate_limited: bool = False) -> None:
    meter.start()
    meter.end(int(at.timestamp()) // 60, 0, down, rate_limited=rate_limited)


def test_the_busiest_minute_day_and_month_are_told_apart() -> None:
    meter = Meter()
    for seconds in (-61, -2, -1, 0, 1, 2, 61):
        use(meter, MIDNIGHT + timedelta(seconds=seconds), 10)
    use(meter, MIDNIGHT + timedelta(days=40), 15)

    assert (meter.calls, meter.calls_per_minute, meter.calls_per_day) == (8, 3, 4)
    assert (meter.bytes_down, meter.bytes_down_per_month) == (85, 70)


def test_a_request_that_ends_late_counts_for_the_minute_in_which_it_began() -> None:
    meter = Meter()
    use(meter, MIDNIGHT)
    use(meter, MIDNIGHT + timedelta(minutes=1))
    use(meter, MIDNIGHT)

    assert meter.calls_per_minute == 2


def test_a_request_that_is_refused_for_its_rate_uses_nothing_of_a_window() -> None:
    meter = Meter()
    use(meter, MIDNIGHT)
    use(meter, MIDNIGHT, rate_limited=True)

    assert (meter.calls, meter.rate_limited, meter.calls_per_minute, meter.calls_per_day) == (2, 1, 1, 1)


def test_a_meter_does_not_grow_with_time() -> None:
    meter = Meter()
    for day in range(10 * MAX_WINDOWS):
        use(meter, MIDNIGHT + timedelta(days=day))

    assert len(meter._minutes._earlier) == len(meter._days._earlier) == MAX_WINDOWS
    assert meter.calls_per_day == 1


def test_a_burst_is_what_is_missing_from_a_bucket_also_beyond_its_size() -> None:
    meter = Meter()
    for second in (0, 0, 0, 1, 2, 3, 4, -3600, -3600):
        meter.take_token(MIDNIGHT + timedelta(seconds=second), 0.5)

    # After four seconds two of seven came back; a clock that goes back neither returns nor takes any.
    assert meter.burst == 7
