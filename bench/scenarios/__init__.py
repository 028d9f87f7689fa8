"""What is measured, a module for each question."""

from collections.abc import Callable, Iterator, Mapping

from bench.figures import Figure, Skipped
from bench.rounds import Plan
from bench.scenarios import (
    chunked,
    clients,
    fixtures,
    idle,
    large,
    listing,
    memory,
    peers,
    sandboxes,
    slow,
    small,
    starting,
    tls,
)

Scenario = Callable[[Plan], Iterator[Figure | Skipped]]

SCENARIOS: Mapping[str, tuple[str, Scenario]] = {
    "small": ("10 KB files, eight keep-alive connections, journal on", small.run),
    "peers": ("Beside other emulators, eight connections", peers.run),
    "large": ("Large files, one connection", large.run),
    "chunked": ("Bodies in chunks, one connection and another client beside it", chunked.run),
    "memory": ("Resident memory", memory.run),
    "clients": ("10 KB uploads from 1, 8, 64 and 512 clients at once", clients.run),
    "idle": ("1,000 idle connections", idle.run),
    "listing": ("The list of one document, 100,000 attachments elsewhere", listing.run),
    "sandboxes": ("1, 100 and 1,000 sandboxes", sandboxes.run),
    "slow": ("One slow upload beside fast requests", slow.run),
    "tls": ("10 KB files over TLS, eight keep-alive connections", tls.run),
    "starting": ("Starting", starting.run),
    "fixtures": ("In a test run", fixtures.run),
}
