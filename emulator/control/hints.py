"""What a request that no operation of a vendor matched probably meant."""

from collections.abc import Sequence
from difflib import SequenceMatcher
from functools import lru_cache

from emulator.core.routing import Operation
from emulator.core.vendor import Vendor

# How alike two words must be for one to be a slip of the other.
ALIKE = 0.75


def hint_for(vendor: Vendor, method: str, target: str) -> str | None:
    """A sentence about the route that a request (its method and whole target) came nearest to; None where none is
    near."""
    segments = target.partition("?")[0].strip("/").split("/")
    if segments[0] == "sandbox":
        segments = segments[2:]
    segments = [segment for segment in segments if segment][1 if segments[:1] == [vendor.name] else 0 :]
    scored = [(_nearness(operation, method, segments), operation) for operation in vendor.operations]
    score, nearest = max(scored, key=lambda pair: pair[0], default=(0.0, None))
    if nearest is None or score == 0:
        return None
    return f"Did you mean {nearest.method} /{vendor.name}{nearest.path}?{_why(nearest, method, segments)}"


def _nearness(operation: Operation, method: str, segments: Sequence[str]) -> float:
    """From 0 to 1."""
    wanted = operation.path.strip("/").split("/")
    same_method = 0.01 if operation.method == method else 0.0
    if len(wanted) == len(segments):
        likeness = [_likeness(part, segment) for part, segment in zip(wanted, segments, strict=True)]
        alike = min(likeness) >= ALIKE and any(not part.startswith("{") for part in wanted)
        return sum(likeness) / len(likeness) - 0.02 + same_method if alike else 0.0
    # The base path is missing, or there is too much of it.
    longer, shorter = (wanted, segments) if len(wanted) > len(segments) else (segments, wanted)
    tail = longer[len(longer) - len(shorter) :]
    pairs = zip(tail, shorter, strict=True) if longer is wanted else zip(shorter, tail, strict=True)
    fixed = [(part, segment) for part, segment in pairs if not part.startswith("{")]
    return 0.5 + same_method if fixed and all(part.lower() == segment.lower() for part, segment in fixed) else 0.0


def _likeness(part: str, segment: str) -> float:
    """From 0 to 1; 0 wherever it would be too little for a slip."""
    if part.startswith("{"):
        return 1.0
    # To compare what is long takes long, and of lengths so different no two words are alike.
    return _ratio(part.lower(), segment.lower()) if len(segment) <= 2 * len(part) else 0.0


@lru_cache(maxsize=4096)
def _ratio(part: str, segment: str) -> float:
    return SequenceMatcher(None, part, segment).ratio()


def _why(operation: Operation, method: str, segments: Sequence[str]) -> str:
    wanted = operation.path.strip("/").split("/")
    if len(wanted) != len(segments):
        return " The base path is another."
    if any(_likeness(part, segment) < 1 for part, segment in zip(wanted, segments, strict=True)):
        return " The path is spelled differently."
    if operation.method != method:
        return f" That path is not for {method}."
    return " The path ends in a slash." if operation.path.endswith("/") else ""
