"""Guess the vendor and path that a request without a matching route was meant for."""

import re
from collections.abc import Mapping, Sequence

from emulator.core.routing import segments_of
from emulator.core.vendor import Vendor


def path_with_mount(vendors: Sequence[Vendor], method: str, path: str, headers: Mapping[str, str]) -> str | None:
    """Return the path that was probably meant, or None.

    The path may lack the vendor's mount, or mount and base path, or have another mount.
    """
    named = re.match(r"/sandbox/[^/]*(?=/)", path)
    sandbox = named[0] if named else ""
    rest = path[len(sandbox) :]
    candidates = [
        (nearness, _likeness_of(vendor, headers), f"{sandbox}/{vendor.name}{below}")
        for vendor in vendors
        # With the base path added, every path begins like the vendor's, so only whole matches count.
        for below, least in ((rest, 1), (vendor.base_path + rest, 2), (f"/{rest[1:].partition('/')[2]}", 1))
        if (nearness := _nearness_of(vendor, method, below)) >= least
    ]
    # If several vendors have such a path, the credentials decide, then the method.
    return max(candidates, key=lambda hit: (hit[0] > 1, hit[1], hit[0]))[2] if candidates else None


def looks_like(vendors: Sequence[Vendor], headers: Mapping[str, str]) -> Vendor | None:
    """Return the vendor whose credentials the headers resemble most, or None."""
    best = max(vendors, key=lambda vendor: _likeness_of(vendor, headers))
    return best if _likeness_of(best, headers) >= 0 else None


def _nearness_of(vendor: Vendor, method: str, path: str) -> int:
    """Rate how well a path below the mount matches the vendor.

    3: it is an operation's; 2: it is one's with another method; 1: some path begins with the same segment; 0: no match.
    """
    segments = segments_of(path.encode("latin-1", "replace"))
    if match := vendor.router.match(method, segments):
        return 3 if match.operation else 2
    return int(segments[0] in {operation.path.split("/")[1] for operation in vendor.operations})


def _likeness_of(vendor: Vendor, headers: Mapping[str, str]) -> int:
    """Return how many of the vendor's credential headers are present, minus the missing ones."""
    wanted = {name: value for name, value in vendor.sample.headers.items() if name != "Accept"}
    present = [
        name in headers and headers[name].startswith(value.partition(" ")[0] if " " in value else "")
        for name, value in wanted.items()
    ]
    return 2 * sum(present) - len(present)
