"""The loads by name: what they put on which servers."""

from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field

from bench.soak import bodies, connections, cuts, framings, limits, mixed, processes, resets, stopping, webhooks
from bench.soak.checks import Check, Plan
from bench.soak.target import ALL, PARSERS, PLAIN, Flavour, Target


@dataclass(frozen=True, slots=True)
class Load:
    """One kind of load, and the servers that it is put on."""

    title: str
    run: Callable[[Target, Plan], AsyncIterator[Check]]
    flavours: tuple[Flavour, ...] = PLAIN
    settings: Mapping[str, object] = field(default_factory=dict)
    together: bool = False
    """Whether the servers are under load at the same time."""
    stops: bool = False
    """Whether the load ends the server."""


LOADS: Mapping[str, Load] = {
    "attachments": Load("parallel uploads to one Xero document", limits.attachments, ALL),
    "sandboxes": Load(
        "more sandboxes than the server may have", limits.sandboxes, settings={"max_sandboxes": limits.MAX_SANDBOXES}
    ),
    "store": Load(
        "more bytes than the store may hold", limits.store, settings={"max_store_bytes": limits.MAX_STORE_BYTES}
    ),
    "cut-uploads": Load("uploads that are cut at random", cuts.uploads, ALL, together=True),
    "disconnects": Load("clients that leave before they are answered", cuts.disconnects, ALL, together=True),
    "resets": Load("uploads while their sandboxes are reset and deleted", resets.resets, PARSERS, resets.SETTINGS),
    "idle": Load("connections that send nothing", connections.idle, ALL),
    "slow-heads": Load("requests whose heads never end", connections.slow_heads, ALL),
    "stopping": Load("SIGTERM in the middle of uploads", stopping.stopping, ALL, stops=True),
    "framings": Load("odd framings of requests", framings.framings, ALL),
    "mutations": Load("streams with random mutations", framings.mutations, ALL),
    "bodies": Load("hostile JSON and XML", bodies.bodies),
    "webhooks": Load("thousands of webhooks to a slow receiver", webhooks.slow_receiver),
    "mixed": Load("everything at once, with faults and webhooks", mixed.mixed, ALL, mixed.SETTINGS, together=True),
    "processes": Load("several client processes", processes.processes, PLAIN, processes.SETTINGS),
}
