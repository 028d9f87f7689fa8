"""Verification: comparing the emulator with a recording, or with the vendor itself.

It knows no vendor. What to ask a vendor, and what must be equal, is data in the vendor's `probes.py`.
"""
