"""The whole server as one table of Starlette routes."""

from pathlib import Path
from typing import Unpack

from starlette.routing import Host, Mount

from emulator.console.app import console
from emulator.control.app import ControlApp
from emulator.core.emulator_app import EmulatorApp
from emulator.core.sandbox import SandboxRegistry
from emulator.core.vendor_app import VendorApp
from emulator.settings import Settings
from emulator.types import ServerSettings
from emulator.vendors import HOSTS, VENDOR_NAMES, VENDORS


def create_app(settings: Settings | None = None, **options: Unpack[ServerSettings]) -> EmulatorApp:
    """Return the emulator as an ASGI application, to be served or mounted below any prefix.

    Takes settings, or single ones by name: `create_app(xero_max_attachments=3)`. Raises TypeError for a setting that
    does not exist and ValueError for a value that it does not take, a snapshot that cannot be restored among them.
    """
    settings = (settings or Settings()).replace(**options)
    registry = SandboxRegistry(settings)
    registry.proxy_counts.hosts = tuple(HOSTS)
    if settings.webhook:
        registry.begin_with_webhooks(VENDORS)
    if settings.snapshot:
        from emulator.control.snapshots import load_snapshot

        load_snapshot(registry, VENDORS, Path(settings.snapshot))
    vendors = [Mount(f"/{name}", VendorApp(registry, VENDORS, name)) for name in VENDOR_NAMES]
    hosts = [Host(host, VendorApp(registry, VENDORS, name, below)) for host, (name, below) in HOSTS.items()]
    page = Mount("/", console(registry, VENDORS))
    return EmulatorApp(
        registry,
        [
            *vendors,
            Mount("/sandbox/{sandbox}", routes=[*vendors, *hosts, page]),
            Mount("/_emulator", ControlApp(registry, VENDORS)),
            *hosts,
            page,
        ],
    )
