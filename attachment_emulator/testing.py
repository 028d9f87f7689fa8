"""What is in `emulator.testing`."""

from attachment_emulator import load_package

load_package()

from emulator.testing import *  # noqa: E402, F403 - it is the same module under another name.
from emulator.testing import __all__ as __all__  # noqa: E402, PLC0414 - for type checkers.
