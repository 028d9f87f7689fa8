"""The emulator's own pages: the front page and the control API. Everything here speaks in no vendor's name."""

from emulator.control.app import create_control

__all__ = ["create_control"]
