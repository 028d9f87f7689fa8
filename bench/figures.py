"""What was measured: figures, the bars they are held against, and how both are shown."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from statistics import median
from typing import Any, Literal, Self


@dataclass(frozen=True, slots=True)
class Bar:
    """What a figure has to reach: its ratio to the baseline, or its own value."""

    sign: Literal["≥", "≤"]
    limit: float
    of: Literal["ratio", "value"] = "ratio"

    def met_by(self, figure: "Figure") -> bool:
        reached = figure.value if self.of == "value" else figure.ratio
        if reached is None:
            raise ValueError(f"{figure.name} has no baseline that its bar could mean")
        return reached >= self.limit if self.sign == "≥" else reached <= self.limit


def at_least(limit: float, of: Literal["ratio", "value"] = "ratio") -> Bar:
    return Bar("≥", limit, of)


def at_most(limit: float, of: Literal["ratio", "value"] = "ratio") -> Bar:
    return Bar("≤", limit, of)


@dataclass(frozen=True, slots=True)
class Figure:
    """One thing measured in every round, and the baseline measured beside it."""

    name: str
    unit: str
    values: Sequence[float]
    """One a round."""
    baseline: str = ""
    baseline_values: Sequence[float] = ()
    """One a round, in the same order."""
    bar: Bar | None = None
    scenario: str = ""

    @property
    def value(self) -> float:
        """The median."""
        return median(self.values)

    @property
    def baseline_value(self) -> float | None:
        return median(self.baseline_values) if self.baseline_values else None

    @property
    def ratios(self) -> list[float]:
        """To the baseline, round by round: what slows a machine down for a while slows both."""
        if not self.baseline_values:
            return []
        return [value / beside for value, beside in zip(self.values, self.baseline_values, strict=True)]

    @property
    def ratio(self) -> float | None:
        """The median."""
        return median(self.ratios) if self.baseline_values else None

    @property
    def spread(self) -> tuple[float, float]:
        """Lowest and highest: of the ratios, or of the values where there is no baseline."""
        among = self.ratios or self.values
        return min(among), max(among)

    @property
    def met(self) -> bool | None:
        """None where there is no bar."""
        return self.bar.met_by(self) if self.bar else None

    def of(self, scenario: str) -> Self:
        return replace(self, scenario=scenario)

    def as_json(self) -> dict[str, Any]:
        return {
            "scenario": self.scenario,
            "name": self.name,
            "value": self.value,
            "unit": self.unit,
            "values": list(self.values),
            "baseline": self.baseline or None,
            "baseline_value": self.baseline_value,
            "baseline_values": list(self.baseline_values),
            "ratio": self.ratio,
            "spread": list(self.spread),
            "bar": f"{self.bar.of} {self.bar.sign} {self.bar.limit:g}" if self.bar else None,
            "met": self.met,
        }


@dataclass(frozen=True, slots=True)
class Skipped:
    """A measurement that could not be taken."""

    why: str
    """A sentence."""


HEADINGS = ("", "measured", "baseline", "", "ratio", "lowest to highest", "bar", "met")


def table(figures: Iterable[Figure]) -> str:
    """The figures in columns, scenario by scenario."""
    rows: list[tuple[str, ...]] = [HEADINGS]
    for scenario, members in groupby(figures, lambda figure: figure.scenario):
        rows += [(), (scenario,), *map(_cells, members)]
    widths = [max((len(row[at]) for row in rows if len(row) > 1), default=0) for at in range(len(HEADINGS))]
    return "\n".join("  ".join(map(str.ljust, row, widths)).rstrip() if len(row) > 1 else "".join(row) for row in rows)


def _cells(figure: Figure) -> tuple[str, ...]:
    beside = figure.baseline_value
    bar = figure.bar
    unit = f" {figure.unit}" if bar and bar.of == "value" else ""
    return (
        f"  {figure.name}",
        f"{format_number(figure.value)} {figure.unit}",
        "" if beside is None else f"{format_number(beside)} {figure.unit}",
        figure.baseline,
        "" if figure.ratio is None else format_number(figure.ratio),
        " to ".join(map(format_number, figure.spread)),
        f"{bar.sign} {format_number(bar.limit)}{unit}" if bar else "",
        {True: "yes", False: "NO", None: ""}[figure.met],
    )


def format_number(number: float) -> str:
    """Three digits at most, the others being noise."""
    if abs(number) >= 100:
        return f"{number:,.0f}"
    return f"{number:.1f}" if abs(number) >= 10 else f"{number:.2f}" if abs(number) >= 0.1 else f"{number:.1g}"
