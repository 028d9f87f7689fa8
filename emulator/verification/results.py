"""The rules that a verification against the vendor has confirmed, from a file that is part of the package."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

FILE = Path(__file__).with_name("results.json")


@dataclass(frozen=True, slots=True)
class Verified:
    """When a rule was confirmed last, and how."""

    date: str
    how: Literal["live", "recording"]

    def __str__(self) -> str:
        return f"{self.date}, {'against the API' if self.how == 'live' else 'with a recording'}"


@cache
def verified_rules() -> Mapping[str, Verified]:
    """Return what is known of the verified rules, by id."""
    results = json.loads(FILE.read_text("utf-8"))["verified"]
    return {rule: Verified(**result) for rule, result in results.items()}
