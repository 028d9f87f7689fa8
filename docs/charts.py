"""Draws the charts of the pages as SVG: curves over a logarithmic axis, and stacked bars.

A chart is legible in a light and in a dark page: it has its own background, and follows the reader's colour scheme.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape

WIDTH, HEIGHT = 560, 300
# Left, right, top and bottom of the plot.
LEFT, RIGHT, TOP, BOTTOM = 64, 536, 64, 252
COLOURS = 4
_STYLE = """
svg{font:13px system-ui,sans-serif;--back:#fff;--text:#1f2933;--dim:#5b6770;--grid:#e3e7ea;
--c0:#00796b;--c1:#c2410c;--c2:#1d4ed8;--c3:#7c3aed}
@media (prefers-color-scheme:dark){svg{--back:#1e2129;--text:#e6e8ea;--dim:#a3adb5;--grid:#363b45;
--c0:#4dd0c0;--c1:#fb923c;--c2:#7aa7ff;--c3:#c4a5ff}}
text{fill:var(--text)}.dim{fill:var(--dim)}.on{fill:var(--back)}.title{font-weight:600;font-size:15px}
line{stroke:var(--grid)}polyline{fill:none;stroke-width:2.5;stroke-linejoin:round}
""" + "".join(f".s{at}{{stroke:var(--c{at})}}.f{at}{{fill:var(--c{at})}}" for at in range(COLOURS))


@dataclass(frozen=True)
class Curve:
    """A named line through points, from left to right."""

    name: str
    points: Sequence[tuple[float, float]]


def curves(title: str, x_label: str, unit: str, lines: Sequence[Curve]) -> str:
    """Draw curves over one logarithmic axis; the other is linear and begins at zero."""
    xs = sorted({x for line in lines for x, _ in line.points})
    ceiling, step = _scale(max(y for line in lines for _, y in line.points))
    first, span = math.log(xs[0]), math.log(xs[-1]) - math.log(xs[0])

    def place(x: float, y: float) -> tuple[float, float]:
        right = LEFT + (RIGHT - LEFT) * (math.log(x) - first) / span
        return round(right, 1), round(BOTTOM - (BOTTOM - TOP) * y / ceiling, 1)

    parts = [_text(LEFT - 50, 24, title, "title"), *_legend([line.name for line in lines])]
    for tick in range(round(ceiling / step) + 1):
        _, y = place(xs[0], tick * step)
        parts.append(f'<line x1="{LEFT}" y1="{y}" x2="{RIGHT}" y2="{y}"/>')
        parts.append(_text(LEFT - 8, y + 4, f"{tick * step:,g}", "dim", "end"))
    parts += (_text(place(x, 0)[0], BOTTOM + 20, f"{x:,g}", "dim", "middle") for x in xs)
    parts.append(_text((LEFT + RIGHT) / 2, BOTTOM + 40, x_label, "dim", "middle"))
    parts.append(_text(RIGHT, 24, unit, "dim", "end"))
    for number, line in enumerate(lines):
        places = [place(*point) for point in line.points]
        parts.append(f'<polyline class="s{number}" points="{" ".join(f"{x},{y}" for x, y in places)}"/>')
        parts += (f'<circle class="f{number}" cx="{x}" cy="{y}" r="4"/>' for x, y in places)
    return _svg(title, HEIGHT, parts)


def stacked_bars(title: str, names: Sequence[str], rows: Mapping[str, Sequence[int]]) -> str:
    """Draw a bar for each row, whose parts have these names and are labelled with their numbers."""
    left, right = 120, RIGHT - 30
    most = max(sum(row) for row in rows.values())
    parts = [_text(LEFT - 50, 24, title, "title"), *_legend(names)]
    for at, (label, row) in enumerate(rows.items()):
        y, x = TOP + 8 + 38 * at, float(left)
        parts.append(_text(left - 10, y + 18, label, "", "end"))
        for number, count in enumerate(row):
            width = (right - left) * count / most
            parts.append(f'<rect class="f{number}" x="{x:.1f}" y="{y}" width="{width:.1f}" height="26"/>')
            if width > 18:
                parts.append(_text(x + width / 2, y + 18, f"{count}", "on", "middle"))
            x += width
        parts.append(_text(x + 8, y + 18, f"{sum(row)}", "dim"))
    return _svg(title, TOP + 20 + 38 * len(rows), parts)


def _legend(names: Sequence[str]) -> Iterable[str]:
    x = LEFT - 50
    for number, name in enumerate(names):
        yield f'<rect class="f{number}" x="{x}" y="37" width="11" height="11" rx="2"/>'
        yield _text(x + 17, 47, name, "dim")
        x += 38 + 7 * len(name)


def _scale(most: float) -> tuple[float, float]:
    """A round number at or above this one, and the distance between lines: four to eight of them."""
    size = 10 ** math.floor(math.log10(most))
    step = next(size * part for part in (0.1, 0.2, 0.25, 0.5, 1, 2) if most / (size * part) <= 6)
    return step * math.ceil(most / step), step


def _text(x: float, y: float, text: str, kind: str = "", anchor: str = "start") -> str:
    return f'<text class="{kind}" x="{x:g}" y="{y:g}" text-anchor="{anchor}">{escape(text)}</text>'


def _svg(title: str, height: int, parts: Iterable[str]) -> str:
    box = f'viewBox="0 0 {WIDTH} {height}" role="img" aria-label="{escape(title)}"'
    head = f'<svg xmlns="http://www.w3.org/2000/svg" {box}>'
    back = f'<rect width="{WIDTH}" height="{height}" rx="6" style="fill:var(--back)"/>'
    return "\n".join([head, f"<style>{_STYLE}</style>", back, *parts, "</svg>", ""])
