from datetime import UTC, datetime, timedelta

from emulator.core.rates import FixedWindow


def test_a_window_counts_down_and_starts_anew() -> None:
    window = FixedWindow(3, 60)
    start = datetime(2026, 2, 3, 10, 0, 5, tzinfo=UTC)

    assert [window.take(start) for _ in range(5)] == [2, 1, 0, 0, 0]
    # Windows begin at the full minute, not with the first request.
    assert window.take(start + timedelta(seconds=54)) == 0
    assert window.take(start + timedelta(seconds=55)) == 2
