"""The figures on the pages are those of figures.json, and what is not met is said to be not met."""

import json
import re
from typing import Any
from xml.etree import ElementTree

import charts
import growth
import pytest

from bench.figures import Figure, at_least, at_most
from bench.scenarios import SCENARIOS
from tests.conftest import ROOT

SMALL, _ = SCENARIOS["small"]
PAGE = "before\n<!-- figures: {} -->\nas it was\n<!-- /figures -->\nafter\n"


def found(*figures: Figure, skipped: tuple[str, ...] = ()) -> dict[str, Any]:
    """What the bench writes."""
    content = {
        "machine": "a machine",
        "skipped": skipped,
        "figures": [figure.of(SMALL).as_json() for figure in figures],
    }
    back: dict[str, Any] = json.loads(json.dumps(content))
    return back


MET = Figure("upload", "requests/s", [50, 60], "bare", [100, 100], at_least(0.5))
MISSED = Figure("stop", "ms", [60, 70, 80], "uvicorn", [10, 10, 10], at_most(50, of="value"))


def test_each_scenario_is_on_the_page_and_a_few_are_in_the_readme() -> None:
    page, readme = (path.read_text("utf-8") for path in growth.PAGES)

    for name in (*SCENARIOS, "bars"):
        assert page.count(f"<!-- figures: {name} -->") == 1
    assert readme.count("<!-- figures: summary -->") == 1


def test_a_block_is_filled_and_all_around_it_stays() -> None:
    text = growth.filled(PAGE.format("small"), found(MET))

    assert "as it was" not in text
    assert text.startswith("before\n")
    assert text.endswith("<!-- /figures -->\nafter\n")
    assert "| upload | 55.0 requests/s | 100 requests/s, bare | 0.55 | 0.50 to 0.60 |" in text
    assert growth.filled(text, found(MET)) == text


def test_a_bar_that_is_not_met_is_said_not_to_be_and_why(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(growth, "UNMET_BARS", {("stop", "uvicorn"): "it waits."})

    text = growth.filled(PAGE.format("bars"), found(MET, MISSED, skipped=("moto is not installed.",)))

    assert "1 of 2 bars are met (a machine):" in text
    assert f"| {SMALL} | upload | 0.55 times bare (0.50 to 0.60) | ≥ 0.5 | met |" in text
    assert "|  | stop | 70.0 ms (60.0 to 80.0) | ≤ 50 ms | **NOT met** |" in text
    assert "- **stop**, uvicorn: it waits." in text
    assert "Not measured: moto is not installed." in text


@pytest.mark.parametrize(
    ("values", "verdict"),
    [
        ([60, 70, 80], "met"),
        ([40, 70, 80], "met, not in every round"),
        ([30, 40, 80], "**NOT met**, met in some rounds"),
        ([30, 40, 45], "**NOT met**"),
    ],
)
def test_a_verdict_says_whether_the_rounds_agree(values: list[float], verdict: str) -> None:
    figure = Figure("upload", "requests/s", values, "bare", [100, 100, 100], at_least(0.5))

    assert growth._verdict(figure.as_json()) == verdict


def test_a_bar_that_is_not_met_has_to_be_explained() -> None:
    with pytest.raises(SystemExit, match="stop, uvicorn: not met"):
        growth.filled(PAGE.format("bars"), found(MISSED))


def test_a_curve_goes_through_what_was_measured_and_its_baseline() -> None:
    figures = [
        Figure(f"from {clients}", "requests/s", [speed], "from 8", [800.0]).as_json()
        for clients, speed in ((1, 700), (64, 900))
    ]

    points = growth._points(figures, r"from ([\d,]+)", "value")

    assert points == [(1, 700), (8, 800), (64, 900)]
    drawn = ElementTree.fromstring(
        charts.curves("By clients", "clients", "requests/s", [charts.Curve("upload", points)])
    )
    (curve,) = drawn.iter("{http://www.w3.org/2000/svg}polyline")
    places = [tuple(map(float, place.split(","))) for place in curve.attrib["points"].split()]
    # 1, 8 and 64 are equally far apart, and more is higher.
    assert places[1][0] - places[0][0] == pytest.approx(places[2][0] - places[1][0])
    assert places[0][1] > places[1][1] > places[2][1]
    assert [place[0] for place in places] == sorted(place[0] for place in places)


def test_charts_can_be_read_in_light_and_dark_and_load_nothing() -> None:
    images = sorted((ROOT / "docs/images").glob("*.svg"))

    assert images
    for image in images:
        text = image.read_text("utf-8")
        ElementTree.fromstring(text)
        assert "prefers-color-scheme:dark" in text
        assert not re.search("href|url\\(|<script", text)
