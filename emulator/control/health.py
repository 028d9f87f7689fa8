"""The health report. Readiness probes request it first, so this module must load fast."""

from collections.abc import Iterable
from time import monotonic
from typing import Any

from emulator.core.sandbox import SandboxRegistry
from emulator.version import __version__


def health(registry: SandboxRegistry, vendor_names: Iterable[str]) -> dict[str, Any]:
    """Return the members of the health report."""
    store = registry.store
    return {
        "status": "ok",
        "version": __version__,
        "uptime": round(monotonic() - registry.started, 3),
        "vendors": list(vendor_names),
        "sandboxes": len(registry.sandboxes),
        "store": {"blobs": len(store), "bytes": store.used_bytes, "max_bytes": store.max_bytes},
    }
