"""The emulator in the hands of a test: a server, a sandbox on it, and what a test asks of both."""

from emulator.testing.control import EmulatorError
from emulator.testing.faults import Fault, Faults
from emulator.testing.journal import Exchange, Journal
from emulator.testing.sandbox import Clock, File, Files, Sandbox
from emulator.testing.server import Emulator
from emulator.testing.vendors import Codat, Document, DualEntry, Vendor, VRPlatform, Xero

__all__ = [
    "Clock",
    "Codat",
    "Document",
    "DualEntry",
    "Emulator",
    "EmulatorError",
    "Exchange",
    "Fault",
    "Faults",
    "File",
    "Files",
    "Journal",
    "Sandbox",
    "VRPlatform",
    "Vendor",
    "Xero",
]
