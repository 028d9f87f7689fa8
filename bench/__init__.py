"""Measurements of the emulator, each beside a baseline of the same run. `python -m bench` takes them."""
