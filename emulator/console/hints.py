"""Which vendor, and which of its paths, a request that reached nobody was probably meant for."""

import re
from collections.abc import Mapping, Sequence

from emulator.core.routing import segments_of
from emulator.core.vendor import Vendor


def path_with_mount(vendors: Sequence[Vendor], method: str, path: str, headers: Mapping[str, str]) -> str | None:
    """The path that was probably meant by one that leads to no vendor: because the mount is missing, or the base path
    with it, or the mount is another. None where it is like no vendor's."""
    named = re.match(r"/sandbox/[^/]*(?=/)", path)
    sandbox = named[0] if named else ""
    rest = path[len(sandbox) :]
    candidates = [
        (nearness, _likeness_of(vendor, headers), f"{sandbox}/{vendor.name}{below}")
        for vendor in vendors
        # With a base path in front, anything begins as the vendor's paths do.
        for below, least in ((rest, 1), (vendor.base_path + rest, 2), (f"/{rest[1:].partition('/')[2]}", 1))
        if (nearness := _nearness_of(vendor, method, below)) >= least
    ]
    # Between two that have such a path, the credentials decide, and only then the method.
    return max(candidates, key=lambda hit: (hit[0] > 1, hit[1], hit[0]))[2] if candidates else None


def looks_like(vendors: Sequence[Vendor], headers: Mapping[str, str]) -> Vendor | None:
    """The vendor whose credentials are most like those in the headers; None where they are like nobody's."""
    best = max(vendors, key=lambda vendor: _likeness_of(vendor, headers))
    return best if _likeness_of(best, headers) >= 0 else None


def _nearness_of(vendor: Vendor, method: str, path: str) -> int:
    """Of a path below the mount: 3 where it leads to an operation, 2 where it would with another method, 1 where the
    vendor has paths that begin so, otherwise 0."""
    segments = segments_of(path.encode("utf-8", "surrogateescape"))
    if match := vendor.router.match(method, segments):
        return 3 if match.operation else 2
    return int(segments[0] in {operation.path.split("/")[1] for operation in vendor.operations})


def _likeness_of(vendor: Vendor, headers: Mapping[str, str]) -> int:
    """How many of the headers that say who asks are there, less those that are missing; below 0 where none is."""
    wanted = re.findall(r"-H '(?!Accept)([\w-]+): (Basic |Bearer |)", vendor.example)
    present = [headers.get(name, "").startswith(scheme) and name in headers for name, scheme in wanted]
    return 2 * sum(present) - len(present)
