"""The bench's own arithmetic, without any load."""

import json
from collections.abc import Callable

import pytest

from bench.figures import Bar, Figure, at_least, at_most, format_number, table
from bench.load import MARK, MIB, LargeBody, Load, Request, read_wrk
from bench.rounds import interleaved
from bench.servers import CannotMeasure
from bench.vendors import CONTENT, form, form_ends

FIGURE = Figure("upload", "requests/s", [100, 90, 300], "bare", [200, 100, 400], at_least(0.5), scenario="small")


def test_a_ratio_is_taken_round_by_round_and_then_the_median() -> None:
    assert FIGURE.ratios == [0.5, 0.9, 0.75]
    assert (FIGURE.value, FIGURE.baseline_value, FIGURE.ratio, FIGURE.spread) == (100, 200, 0.75, (0.5, 0.9))


def test_without_a_baseline_the_spread_is_that_of_the_values() -> None:
    figure = Figure("stop", "ms", [3, 1, 2])
    assert (figure.value, figure.ratio, figure.spread, figure.met) == (2, None, (1, 3), None)


def test_rounds_of_figure_and_baseline_have_to_match() -> None:
    with pytest.raises(ValueError, match="shorter"):
        _ = Figure("upload", "ms", [1, 2], "bare", [1]).ratios


@pytest.mark.parametrize(
    ("bar", "met"),
    [
        (at_least(0.75), True),
        (at_least(0.76), False),
        (at_most(0.75), True),
        (at_most(0.74), False),
        (at_most(100, of="value"), True),
        (at_least(101, of="value"), False),
    ],
)
def test_a_bar_is_met_by_the_median(bar: Bar, met: bool) -> None:
    assert bar.met_by(FIGURE) is met


def test_a_bar_on_a_ratio_needs_a_baseline() -> None:
    with pytest.raises(ValueError, match="no baseline"):
        at_least(1).met_by(Figure("stop", "ms", [1]))


@pytest.mark.parametrize(
    ("number", "text"), [(12345.6, "12,346"), (99.96, "100.0"), (12.34, "12.3"), (0.352, "0.35"), (0.0012, "0.001")]
)
def test_numbers_are_shown_without_their_noise(number: float, text: str) -> None:
    assert format_number(number) == text


def test_the_table_says_figure_baseline_ratio_bar_and_whether_it_is_met() -> None:
    missed = Figure("stop", "ms", [60], bar=at_most(50, of="value"), scenario="tests")
    lines = table([FIGURE, missed]).splitlines()
    assert [line.split() for line in lines[1:]] == [
        [],
        ["small"],
        "upload 100 requests/s 200 requests/s bare 0.75 0.50 to 0.90 ≥ 0.50 yes".split(),
        [],
        ["tests"],
        "stop 60.0 ms 60.0 to 60.0 ≤ 50.0 ms NO".split(),
    ]


def test_a_figure_as_json_has_all_that_the_table_has() -> None:
    figure = json.loads(json.dumps(FIGURE.as_json()))
    assert (figure["ratio"], figure["spread"], figure["bar"], figure["met"]) == (0.75, [0.5, 0.9], "ratio ≥ 0.5", True)


def test_every_second_round_goes_the_other_way_round() -> None:
    order: list[str] = []

    def turn_of(name: str) -> Callable[[], int]:
        def turn() -> int:
            order.append(name)
            return len(order)

        return turn

    rounds = interleaved(3, {name: turn_of(name) for name in "ab"})
    assert "".join(order) == "abbaab"
    assert rounds == {"a": [1, 4, 5], "b": [2, 3, 6]}


def wrk_says(**differently: int) -> str:
    summary = {"requests": 500, "microseconds": 250_000, "p50": 1500, "p99": 4000, "refused": 0, "broken": 0}
    return f"Running 1s test\n  8 connections\n\n{json.dumps(summary | differently)}\n"


def test_what_wrk_says_is_read_as_a_rate_and_latencies() -> None:
    assert read_wrk(wrk_says()) == Load(rate=2000, p50=1.5, p99=4)


@pytest.mark.parametrize("output", [wrk_says(refused=1), wrk_says(broken=1), wrk_says(requests=0), "unable to connect"])
def test_a_run_with_refusals_or_without_answers_is_no_measurement(output: str) -> None:
    with pytest.raises(CannotMeasure):
        read_wrk(output)


def test_a_request_goes_out_as_it_is_written() -> None:
    raw = Request("PUT", "/a", {"X-Key": "b"}, b"body").raw(4600)
    assert raw == b"PUT /a HTTP/1.1\r\nHost: 127.0.0.1:4600\r\nX-Key: b\r\nContent-Length: 4\r\n\r\nbody"
    assert b"Content-Length" not in Request("GET", "/a").raw(4600)


@pytest.mark.parametrize("size", [1, MIB, 2 * MIB + 3])
def test_a_large_body_comes_in_pieces_that_add_up(size: int) -> None:
    head, tail = form_ends()
    pieces = b"".join(LargeBody(size, head, tail))
    assert len(pieces) == len(LargeBody(size, head, tail)) == size + len(head) + len(tail)
    assert pieces.startswith(head)
    assert pieces.endswith(tail)


def test_files_of_ten_kilobytes_have_room_for_a_number_of_their_own() -> None:
    assert (len(CONTENT), len(MARK), CONTENT.count(MARK)) == (10_000, 16, 1)
    assert form(CONTENT, CONTENT).count(MARK) == 2
