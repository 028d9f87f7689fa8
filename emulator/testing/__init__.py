"""The emulator in a test: a server, a sandbox on it, and what a test asks of both."""

from emulator.testing.changes import Change, Changes
from emulator.testing.clock import Clock
from emulator.testing.control import EmulatorError
from emulator.testing.exchange import Exchange
from emulator.testing.faults import Fault, FaultFields, FaultMatch, Faults
from emulator.testing.files import File, FileFilters, Files
from emulator.testing.intercept import Interception, RequestBlocked
from emulator.testing.journal import ExchangeFilters, Journal
from emulator.testing.sandbox import Sandbox
from emulator.testing.server import Emulator
from emulator.testing.usage import AccountUsage, LimitUsage, Usage, UsageCounts, VendorUsage
from emulator.testing.vendors import BaseVendor, Codat, Document, DualEntry, Vendor, VRPlatform, Xero
from emulator.testing.webhooks import Receiver, WebhookAttempt, WebhookDelivery, WebhookEndpoint, Webhooks

__all__ = [
    "AccountUsage",
    "BaseVendor",
    "Change",
    "Changes",
    "Clock",
    "Codat",
    "Document",
    "DualEntry",
    "Emulator",
    "EmulatorError",
    "Exchange",
    "ExchangeFilters",
    "Fault",
    "FaultFields",
    "FaultMatch",
    "Faults",
    "File",
    "FileFilters",
    "Files",
    "Interception",
    "Journal",
    "LimitUsage",
    "Receiver",
    "RequestBlocked",
    "Sandbox",
    "Usage",
    "UsageCounts",
    "VRPlatform",
    "Vendor",
    "VendorUsage",
    "WebhookAttempt",
    "WebhookDelivery",
    "WebhookEndpoint",
    "Webhooks",
    "Xero",
]
