"""The control API: the emulator's own HTTP API, beside those of the vendors."""

BASE = "/_emulator"
"""The path at which the server mounts it."""
