"""Writes the figures on `growth.md` and in the README, and the curves in `images/`, from `figures.json`.

python docs/growth.py           writes them
python docs/growth.py --check   fails if they are not what this would write, or if the bench measures more

To measure anew, which wants a machine that does nothing else, and write what was found:

python -m bench --json docs/figures.json && python docs/growth.py

A bar that is not met needs a sentence in `UNMET_BARS`.
"""

import json
import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any, NamedTuple

from charts import Curve, curves

from bench.figures import format_number
from bench.scenarios import SCENARIOS

ROOT = Path(__file__).parents[1]
FIGURES = ROOT / "docs" / "figures.json"
PAGES = (ROOT / "docs" / "growth.md", ROOT / "README.md")
IMAGES = ROOT / "docs" / "images"
# What is between them is written here. The name is a scenario's, or "bars" for the figures that are held against one,
# or "summary" for a few of these.
_BLOCK = re.compile(r"(<!-- figures: (\w+) -->\n).*?(<!-- /figures -->)", re.DOTALL)
Figure = Mapping[str, Any]
"""As `bench.figures.Figure.as_json` has it."""
Lines = Iterable[str]

_SLOWER_UPLOADS = (
    "everything that an upload passes through: in a profile no piece of the emulator's own takes more than 4 % of it. "
    "The largest others are uvicorn's sending, Starlette's routing and the SHA-256. `--log off` saves a twentieth."
)
UNMET_BARS: Mapping[tuple[str, str], str] = {
    ("Xero upload", "bare ASGI callable"): _SLOWER_UPLOADS,
    ("Xero upload", "minimal Starlette app"): _SLOWER_UPLOADS,
    ("10 KB Xero upload", "moto, S3 PUT"): _SLOWER_UPLOADS,
    ("fresh sandbox and its disposal", "2 requests to a bare ASGI callable"): (
        "the machine, in part: two requests to a bare callable took 0.4 ms on it in an earlier run, and the sandbox "
        "0.96 ms. A request to the control API also passes through its guard, its routes and the check of its body."
    ),
    ("one test: sandbox, document, upload, download", "pytest-httpserver, a stub by hand"): (
        "the number of requests. The emulator answers five: a fresh sandbox, the document, the upload, the download "
        "and the list of files for the assertion, each in about half a millisecond. The stub answers two, and its "
        "state is made and looked at in the test's own process."
    ),
}
"""By name and baseline of a figure, why it does not reach its bar; shown as long as it does not."""


class Chart(NamedTuple):
    """Curves of one scenario's figures over the number in their names."""

    title: str
    x_label: str
    unit: str
    lines: Mapping[str, tuple[str, str]]
    """By name: a pattern for names of figures, whose group is the number, and "value" or "baseline_value"."""


# By scenario.
CHARTS: Mapping[str, Chart] = {
    "large": Chart(
        "Throughput by file size",
        "size of the file, MiB",
        "MiB/s",
        {
            "upload": (r"Xero upload of ([\d,]+) MiB", "value"),
            "download": (r"Xero download of ([\d,]+) MiB", "value"),
            "upload, bare": (r"Xero upload of ([\d,]+) MiB", "baseline_value"),
            "download, bare": (r"Xero download of ([\d,]+) MiB", "baseline_value"),
        },
    ),
    "sandboxes": Chart(
        "Uploads a second by sandboxes",
        "sandboxes in use",
        "requests/s",
        {"Xero upload, 10 KB": (r"(?:Xero uploads )?over ([\d,]+)", "value")},
    ),
    "clients": Chart(
        "Uploads a second by clients",
        "clients at once",
        "requests/s",
        {"Xero upload, 10 KB": (r"from ([\d,]+)", "value")},
    ),
}


# What the README shows: the scenario and the beginning of the figure's name.
SUMMARY = (
    ("peers", "10 KB Xero upload"),
    ("memory", "peak growth"),
    ("starting", "cold start"),
    ("fixtures", "fresh sandbox"),
)


def filled(page: str, results: Mapping[str, Any]) -> str:
    """A page with its figures. Raises SystemExit where one is not explained."""
    return _BLOCK.sub(lambda block: "\n".join([block[1], *_block(block[2], results), "", block[3]]), page)


def _block(name: str, results: Mapping[str, Any]) -> Lines:
    if name == "bars":
        return _bars(results)
    if name == "summary":
        return _summary_of(results)
    return _scenario(name, _of_scenario(name, results))


def _of_scenario(name: str, results: Mapping[str, Any]) -> list[Figure]:
    title, _ = SCENARIOS[name]
    return [figure for figure in results["figures"] if figure["scenario"] == title]


def _scenario(name: str, figures: Sequence[Figure]) -> Lines:
    if name in CHARTS:
        yield from (f"![{CHARTS[name].title}](images/growth-{name}.svg)", "")
    yield "| | measured | beside it | ratio | lowest to highest |"
    yield "|---|---|---|---|---|"
    for figure in figures:
        beside = (
            f"{format_number(figure['baseline_value'])} {figure['unit']}, {figure['baseline']}"
            if figure["baseline"]
            else ""
        )
        ratio = format_number(figure["ratio"]) if figure["baseline"] else ""
        measured = f"{format_number(figure['value'])} {figure['unit']}"
        yield f"| {figure['name']} | {measured} | {beside} | {ratio} | {_range(figure['spread'])} |"


def images(results: Mapping[str, Any]) -> Mapping[Path, str]:
    """The charts."""
    return {
        IMAGES / f"growth-{name}.svg": curves(
            chart.title,
            chart.x_label,
            chart.unit,
            [
                Curve(line, _points(_of_scenario(name, results), pattern, of))
                for line, (pattern, of) in chart.lines.items()
            ],
        )
        for name, chart in CHARTS.items()
    }


def _points(figures: Iterable[Figure], pattern: str, of: str) -> list[tuple[float, float]]:
    """The number in a figure's name and what was measured; and, where a baseline's name fits too, the baseline's."""
    points = {}
    for figure in figures:
        named = {figure["name"]: figure[of], figure["baseline"]: figure["baseline_value"]}
        for name, value in named.items():
            if match := re.fullmatch(pattern, name or ""):
                points[float(match[1].replace(",", ""))] = float(value)
    return sorted(points.items())


def _bars(results: Mapping[str, Any]) -> Lines:
    figures = _held(results)
    missed = [figure for figure in figures if not figure["met"]]
    yield f"{_count_met(results)}:"
    yield ""
    yield "| measured | | result | bar | |"
    yield "|---|---|---|---|---|"
    for scenario, members in groupby(figures, lambda figure: str(figure["scenario"])):
        for position, figure in enumerate(members):
            of, _, bar = figure["bar"].partition(" ")
            reached, unit = _reached(figure, of)
            verdict = _verdict(figure)
            yield f"| {'' if position else scenario} | {figure['name']} | {reached} | {bar}{unit} | {verdict} |"
    if missed:
        yield from ("", "What is in the way:", "")
        yield from (f"- **{figure['name']}**, {figure['baseline']}: {_remains(figure)}" for figure in missed)
    if results["skipped"]:
        yield from ("", "Not measured: " + " ".join(results["skipped"]))


def _summary_of(results: Mapping[str, Any]) -> Lines:
    for scenario, name in SUMMARY:
        title, _ = SCENARIOS[scenario]
        figure = next(
            (figure for figure in _held(results) if figure["scenario"] == title and figure["name"].startswith(name)),
            None,
        )
        if figure is None:
            raise SystemExit(f"docs/figures.json lacks {name!r} of {title!r}, which the README shows")
        of, _, bar = figure["bar"].partition(" ")
        reached, unit = _reached(figure, of)
        yield f"- {figure['name']}: {reached}; the bar is {bar}{unit}"
    yield ""
    yield f"{_count_met(results)}."


def _held(results: Mapping[str, Any]) -> list[Figure]:
    return [figure for figure in results["figures"] if figure["bar"]]


def _count_met(results: Mapping[str, Any]) -> str:
    figures = _held(results)
    met = [figure for figure in figures if figure["met"]]
    return f"{len(met)} of {len(figures)} bars are met ({results['machine']})"


def _reached(figure: Figure, of: str) -> tuple[str, str]:
    """What is held against the bar, and the bar's unit."""
    if of == "value":
        unit = f" {figure['unit']}"
        return (
            f"{format_number(figure['value'])}{unit} ({_range([min(figure['values']), max(figure['values'])])})",
            unit,
        )
    return f"{format_number(figure['ratio'])} times {figure['baseline']} ({_range(figure['spread'])})", ""


def _verdict(figure: Figure) -> str:
    """By the median; and whether the rounds agree."""
    of, sign, limit = figure["bar"].split(" ")
    rounds = figure["values"]
    if of == "ratio":
        rounds = [value / beside for value, beside in zip(rounds, figure["baseline_values"], strict=True)]
    met = {value >= float(limit) if sign == "≥" else value <= float(limit) for value in rounds}
    if len(met) == 1:
        return "met" if figure["met"] else "**NOT met**"
    return "met, not in every round" if figure["met"] else "**NOT met**, met in some rounds"


def _range(spread: Sequence[float]) -> str:
    return " to ".join(map(format_number, spread))


def _remains(figure: Figure) -> str:
    sentence = UNMET_BARS.get((figure["name"], figure["baseline"]))
    if sentence is None:
        raise SystemExit(
            f"{figure['name']}, {figure['baseline']}: not met, and UNMET_BARS in docs/growth.py says not why"
        )
    return sentence


def main() -> None:
    results = json.loads(FIGURES.read_text("utf-8"))
    measured = {figure["scenario"] for figure in results["figures"]}
    if lacking := [name for name, (title, _) in SCENARIOS.items() if title not in measured]:
        raise SystemExit(
            f"docs/figures.json lacks {', '.join(lacking)}: run `python -m bench --json docs/figures.json`"
        )
    stale = []
    written = {**{page: filled(page.read_text("utf-8"), results) for page in PAGES}, **images(results)}
    for file, text in written.items():
        if "--check" not in sys.argv:
            file.write_text(text, "utf-8")
        elif not file.is_file() or file.read_text("utf-8") != text:
            stale.append(str(file.relative_to(ROOT)))
    if stale:
        raise SystemExit(f"{', '.join(stale)} is not current: run `python docs/growth.py`")


if __name__ == "__main__":
    main()
