"""The control API: the emulator's own, beside those of the vendors."""

BASE = "/_emulator"
"""Where the server mounts it."""
