"""What a client that missed every route, or every vendor, probably meant."""

import re
from collections.abc import Mapping, Sequence
from difflib import SequenceMatcher
from functools import lru_cache

from emulator.core.routing import Operation, segments_of
from emulator.core.vendor import Vendor

# How alike two words must be for one to be a slip of the other.
ALIKE = 0.75


def hint_for(pack: Vendor, method: str, target: str) -> str | None:
    """A sentence about the route that a request (its method and whole target) came nearest to; None where none is
    near."""
    segments = target.partition("?")[0].strip("/").split("/")
    if segments[0] == "sandbox":
        segments = segments[2:]
    segments = [segment for segment in segments if segment][1 if segments[:1] == [pack.name] else 0 :]
    scored = [(_nearness(operation, method, segments), operation) for operation in pack.operations]
    score, nearest = max(scored, key=lambda pair: pair[0], default=(0.0, None))
    if nearest is None or score == 0:
        return None
    return f"Did you mean {nearest.method} /{pack.name}{nearest.path}?{_why(nearest, method, segments)}"


def path_with_mount(packs: Sequence[Vendor], method: str, path: str, headers: Mapping[str, str]) -> str | None:
    """The path that was probably meant by one that leads to no vendor: because the mount is missing, or the base path
    with it, or the mount is another. None where it is like no vendor's."""
    named = re.match(r"/sandbox/[^/]*(?=/)", path)
    sandbox = named[0] if named else ""
    rest = path[len(sandbox) :]
    found = [
        (nearness, _likeness_of(pack, headers), f"{sandbox}/{pack.name}{each}")
        for pack in packs
        # With a base path in front, anything begins as the vendor's paths do.
        for each, least in ((rest, 1), (pack.base_path + rest, 2), (f"/{rest[1:].partition('/')[2]}", 1))
        if (nearness := _nearness_of(pack, method, each)) >= least
    ]
    # Between two that have such a path, the credentials decide, and only then the method.
    return max(found, key=lambda each: (each[0] > 1, each[1], each[0]))[2] if found else None


def looks_like(packs: Sequence[Vendor], headers: Mapping[str, str]) -> Vendor | None:
    """The vendor whose credentials are most like those in the headers; None where they are like nobody's."""
    best = max(packs, key=lambda pack: _likeness_of(pack, headers))
    return best if _likeness_of(best, headers) >= 0 else None


def _nearness_of(pack: Vendor, method: str, path: str) -> int:
    """Of a path below the mount: 3 where it leads to an operation, 2 where it would with another method, 1 where the
    vendor has paths that begin so, otherwise 0."""
    segments = segments_of(path.encode("utf-8", "surrogateescape"))
    if match := pack.router.match(method, segments):
        return 3 if match.operation else 2
    return int(segments[0] in {each.path.split("/")[1] for each in pack.operations})


def _likeness_of(pack: Vendor, headers: Mapping[str, str]) -> int:
    """How many of the headers that say who asks are there, less those that are missing; below 0 where none is."""
    wanted = re.findall(r"-H '(?!Accept)([\w-]+): (Basic |Bearer |)", pack.example)
    there = [headers.get(name, "").startswith(scheme) and name in headers for name, scheme in wanted]
    return 2 * sum(there) - len(there)


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
