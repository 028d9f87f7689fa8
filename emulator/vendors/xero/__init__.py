"""The emulation of Xero: documents of the accounting API, their attachments, and the identity endpoints."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Unpack

    from emulator.core.emulator_app import EmulatorApp
    from emulator.settings import Settings
    from emulator.types import ServerSettings


def create_app(settings: Settings | None = None, **options: Unpack[ServerSettings]) -> EmulatorApp:
    """Return Xero alone as an ASGI application, to be mounted in one of yours: `Mount("/fakes/xero", create_app())`.

    It has sandboxes of its own, under `/sandbox/{name}` below the mount, and neither control API nor page. Takes
    settings by name and raises as `emulator.create_app` does.
    """
    # The settings hold the rules of every vendor, so they load after this package.
    from emulator.vendors.standalone import create_vendor_app

    return create_vendor_app("xero", settings, options)
