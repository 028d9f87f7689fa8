"""What the emulator knows of a vendor: the seam between the core and the packs."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from starlette.responses import Response

from emulator.core.call import Call
from emulator.core.operations import Operation
from emulator.core.rules import Refusal, Rule


@dataclass(frozen=True, slots=True)
class Pack:
    """One vendor. The pack decides what is checked, and in which order; the core only carries."""

    name: str
    """The first segment of its mount: `xero` is served below `/xero`."""
    title: str
    base_path: str
    """What a client is pointed at, below the mount."""
    hosts: Mapping[str, str]
    """Host names that reach it without the mount, and the path below the mount that each stands for."""
    operations: tuple[Operation, ...]
    rules: tuple[Rule, ...]
    example: str
    """A first request, as a curl command for a shell; `{url}` stands for the mount's URL."""
    answer: Callable[[Call], Awaitable[Response]]
    """Raises Refusal."""
    refuse: Callable[[Call, Refusal], Response]
    """The dialect: a refusal in the vendor's bytes."""
