"""What is checked, how much of it, and how it is shown."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Plan:
    """How much load there is to be."""

    seconds: float = 600
    """How long the mixed load lasts."""
    share: float = 1
    """Of the requests, connections and files that a full run has."""

    def count(self, full: int, least: int = 1) -> int:
        """Return how many of something there are, of which a full run has so many."""
        return max(least, round(full * self.share))


@dataclass(frozen=True, slots=True)
class Check:
    """Something that has to hold, and whether it did."""

    name: str
    figure: str
    """What was measured, as text."""
    held: bool

    def line(self, where: str) -> str:
        """The check in one line."""
        return f"  {'held' if self.held else 'FAILED':7} {where:14} {self.name}: {self.figure}"


def at_most(name: str, value: float, limit: float, unit: str) -> Check:
    """A check that a measured value is within a limit."""
    return Check(name, f"{value:,.1f} {unit}, {limit:,.1f} at most", value <= limit)


def exactly(name: str, value: object, expected: object) -> Check:
    """A check that a value is the expected one."""
    return Check(name, f"{value}" if value == expected else f"{value}, expected {expected}", value == expected)


def none_of(name: str, examples: Sequence[object], among: str) -> Check:
    """A check that nothing went wrong among so much; a failure shows the first examples."""
    shown = "; ".join(str(example)[:300] for example in examples[:3])
    return Check(name, f"{len(examples)} of {among}{': ' if shown else ''}{shown}", not examples)
