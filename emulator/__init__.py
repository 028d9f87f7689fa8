"""A local server that behaves like the file-attachment APIs of accounting vendors."""

from typing import TYPE_CHECKING, Any

from emulator.version import __version__

__all__ = ["Emulator", "Settings", "__version__", "create_app"]

if TYPE_CHECKING:
    from emulator.app import create_app
    from emulator.settings import Settings
    from emulator.testing import Emulator

_HOME = {"create_app": "emulator.app", "Emulator": "emulator.testing", "Settings": "emulator.settings"}


def __getattr__(name: str) -> Any:
    # Importing this package stays free of the web stack until somebody uses it.
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_HOME[name]), name)
