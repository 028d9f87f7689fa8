"""What the emulator knows of a vendor: the seam between the core and the packs."""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass

from starlette.responses import Response

from emulator.core.blobs import Blob
from emulator.core.call import Call
from emulator.core.operations import Operation
from emulator.core.rules import Refusal, Rule
from emulator.core.sandbox import Sandbox


@dataclass(frozen=True, slots=True)
class HeldFile:
    """An attachment, as the emulator's own pages speak of it."""

    owner: str
    """The tenant, connection, organisation or team whose it is."""
    id: str
    name: str
    content_type: str
    blob: Blob | None
    """None while its bytes are still to come."""
    documents: tuple[str, ...]
    """What it hangs on; nothing, while it is merely staged."""


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
    files: Callable[[Sandbox], Iterable[HeldFile]]
    """Every attachment that the vendor has in a sandbox."""
