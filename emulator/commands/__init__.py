"""The commands of `attachment-emulator`."""
