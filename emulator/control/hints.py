"""Hints for requests that match no operation of the vendor."""

from collections.abc import Sequence
from difflib import SequenceMatcher
from functools import lru_cache

from emulator.core.routing import Operation
from emulator.core.vendor import Vendor

# How similar (0 to 1) two words must be for one to count as a misspelling of the other.
ALIKE = 0.75


def hint_for(vendor: Vendor, method: str, target: str) -> str | None:
    """Return a sentence that names the operation nearest to a request, or None if none is near."""
    segments = target.partition("?")[0].strip("/").split("/")
    if segments[0] == "sandbox":
        segments = segments[2:]
    segments = [segment for segment in segments if segment][1 if segments[:1] == [vendor.name] else 0 :]
    scored = [(_nearness(operation, method, segments), operation) for operation in vendor.operations]
    score, nearest = max(scored, key=lambda pair: pair[0], default=(0.0, None))
    if nearest is None or score == 0:
        return None
    return (
        f"Did you mean {nearest.method} /{vendor.name}{nearest.path}?{_describe_difference(nearest, method, segments)}"
    )


def _nearness(operation: Operation, method: str, segments: Sequence[str]) -> float:
    """Return how near a request is to an operation, from 0 to 1."""
    wanted = operation.path.strip("/").split("/")
    same_method = 0.01 if operation.method == method else 0.0
    if len(wanted) == len(segments):
        likeness = [_likeness(part, segment) for part, segment in zip(wanted, segments, strict=True)]
        alike = min(likeness) >= ALIKE and any(not part.startswith("{") for part in wanted)
        return sum(likeness) / len(likeness) - 0.02 + same_method if alike else 0.0
    # The base path is missing or doubled.
    longer, shorter = (wanted, segments) if len(wanted) > len(segments) else (segments, wanted)
    tail = longer[len(longer) - len(shorter) :]
    pairs = zip(tail, shorter, strict=True) if longer is wanted else zip(shorter, tail, strict=True)
    fixed = [(part, segment) for part, segment in pairs if not part.startswith("{")]
    return 0.5 + same_method if fixed and all(part.lower() == segment.lower() for part, segment in fixed) else 0.0


def _likeness(part: str, segment: str) -> float:
    """Return how similar a segment is to a part of a path, from 0 to 1."""
    if part.startswith("{"):
        return 1.0
    # Comparing long words is slow, and words of such different lengths are never similar.
    return _ratio(part.lower(), segment.lower()) if len(segment) <= 2 * len(part) else 0.0


@lru_cache(maxsize=4096)
def _ratio(part: str, segment: str) -> float:
    return SequenceMatcher(None, part, segment).ratio()


def _describe_difference(operation: Operation, method: str, segments: Sequence[str]) -> str:
    wanted = operation.path.strip("/").split("/")
    if len(wanted) != len(segments):
        return " The base path is different."
    if any(_likeness(part, segment) < 1 for part, segment in zip(wanted, segments, strict=True)):
        return " The path is spelled differently."
    if operation.method != method:
        return f" That path does not accept {method}."
    return " The path ends in a slash." if operation.path.endswith("/") else ""
