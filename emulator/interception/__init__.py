"""TLS for the vendors' own host names, on the emulator's own port."""
