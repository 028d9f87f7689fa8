"""A vendor by itself as an ASGI application, without the rest of the server."""

from starlette.routing import Mount

from emulator.core.emulator_app import EmulatorApp
from emulator.core.sandbox import SandboxRegistry
from emulator.core.vendor_app import VendorApp
from emulator.settings import Settings
from emulator.types import ServerSettings
from emulator.vendors import VENDORS


def create_vendor_app(name: str, settings: Settings | None, options: ServerSettings) -> EmulatorApp:
    """Return the app of one vendor over sandboxes of its own.

    Raises as `emulator.create_app` does, and ValueError for a snapshot, which only the whole emulator can restore.
    """
    settings = (settings or Settings()).replace(**options)
    if settings.snapshot:
        raise ValueError("snapshot: a vendor alone restores none; use emulator.create_app(snapshot=...)")
    registry = SandboxRegistry(settings)
    vendor = VendorApp(registry, VENDORS, name)
    return EmulatorApp(registry, [Mount("/sandbox/{sandbox}", vendor), Mount("/", vendor)])
