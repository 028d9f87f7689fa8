"""Measures the emulator and prints what it found.

    python -m bench                         everything, in less than five minutes
    python -m bench --only small            one scenario; --only can be given several times
    python -m bench --json figures.json     the same figures for a program
    python -m bench --beside ../old         beside the emulator of another checkout, with its virtualenv in .venv

It runs from the root of the repository, on Linux, with what `pip install -e '.[dev,bench]'` installs and `wrk`
(`apt-get install wrk`). Each figure is the median of several rounds; its ratio is taken round by round to a baseline
measured in the same round, and shown with the lowest and the highest. Exit status 0 says that everything was
measured, not that every bar was met; 2 that something needed is missing.
"""

import json
import os
import platform
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import click

from bench.figures import Figure, Skipped, table
from bench.load import wrk
from bench.rounds import Plan
from bench.scenarios import SCENARIOS, other_checkout
from bench.servers import CannotMeasure
from emulator.commands.progress import progress


@click.command(help=(__doc__ or "").partition("\n")[0])
@click.option("--only", multiple=True, type=click.Choice(list(SCENARIOS)), help="Only this scenario.")
@click.option("--rounds", type=click.IntRange(1, 100), default=5, show_default=True, help="How often to measure.")
@click.option(
    "--json", "json_file", type=click.Path(dir_okay=False, path_type=Path), help="Write the figures here too."
)
@click.option(
    "--beside", "other", type=click.Path(exists=True, path_type=Path), help="Another checkout, to compare with."
)
def main(only: tuple[str, ...], rounds: int, json_file: Path | None, other: Path | None) -> None:
    begun = time.monotonic()
    figures: list[Figure] = []
    skipped: list[str] = []
    try:
        _check_system()
        for measured in _measured(only or tuple(SCENARIOS), Plan(rounds, other)):
            if isinstance(measured, Figure):
                figures.append(measured)
            else:
                skipped.append(measured.why)
    except CannotMeasure as reason:
        click.echo(str(reason), err=True)
        sys.exit(2)
    seconds = round(time.monotonic() - begun)
    click.echo(table(figures))
    click.echo("\n" + "\n".join([*skipped, f"{_machine()}; {rounds} rounds at most; {seconds} seconds."]))
    if json_file:
        results = {"machine": _machine(), "rounds": rounds, "seconds": seconds, "skipped": skipped}
        results["figures"] = [figure.as_json() for figure in figures]
        json_file.write_text(json.dumps(results, indent=1, ensure_ascii=False) + "\n", "utf-8")


def _check_system() -> None:
    """Raises CannotMeasure."""
    wrk()
    if not Path("/proc/self/clear_refs").exists():
        raise CannotMeasure("The bench needs Linux: it reads the memory of a process from /proc.")


def _measured(names: tuple[str, ...], plan: Plan) -> Iterator[Figure | Skipped]:
    for number, name in enumerate(names, 1):
        title, scenario = SCENARIOS[name]
        with progress(f"{number} of {len(names)}: {title}"):
            for measured in scenario(plan):
                yield measured.of(title) if isinstance(measured, Figure) else measured
    if plan.beside:
        with progress("beside the other checkout"):
            yield from (figure.of("Beside the other checkout") for figure in other_checkout.run(plan))


def _machine() -> str:
    return f"Python {platform.python_version()}, {platform.system()}, {os.cpu_count()} cores"


if __name__ == "__main__":
    main()
