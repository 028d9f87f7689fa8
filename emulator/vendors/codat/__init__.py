"""The emulation of Codat: accounting data and attachments of a company's linked accounting platforms."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Unpack

    from emulator.core.emulator_app import EmulatorApp
    from emulator.settings import Settings
    from emulator.types import ServerSettings


def create_app(settings: Settings | None = None, **options: Unpack[ServerSettings]) -> EmulatorApp:
    """Return an ASGI application that emulates Codat only, to be mounted in yours.

    Mount it with `Mount("/fakes/codat", create_app())`. It has its own sandboxes, under `/sandbox/{name}` below the
    mount, but no control API and no console. It takes settings by name, and raises errors, as `emulator.create_app`
    does.
    """
    # Imported here because the settings import the rules of every vendor, this package included.
    from emulator.vendors.standalone import create_vendor_app

    return create_vendor_app("codat", settings, options)
