"""The vendors, one package each. A vendor package never imports another.

A vendor package is loaded when somebody first asks for it: most who start the emulator want one vendor, and soon. Only
the rules of all of them have to be there at once, for the settings.
"""

from collections.abc import Iterator, Mapping
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING

from emulator.core.rules import Rule
from emulator.core.vendor import Vendor
from emulator.vendors.codat.rules import RULES as _CODAT
from emulator.vendors.dualentry.rules import RULES as _DUALENTRY
from emulator.vendors.vrplatform.rules import RULES as _VRPLATFORM
from emulator.vendors.xero.rules import RULES as _XERO

if TYPE_CHECKING:
    from emulator.verification.probe import ProbeSet

VENDOR_NAMES = ("xero", "codat", "dualentry", "vrplatform")
# Host names that reach a vendor without its mount, and the path below the mount that each stands for.
HOSTS: Mapping[str, tuple[str, str]] = {
    "api.xero.com": ("xero", ""),
    "identity.xero.com": ("xero", "/identity"),
    "login.xero.com": ("xero", ""),
    "api.codat.io": ("codat", ""),
    "link.codat.io": ("codat", "/link"),
    "link-api.codat.io": ("codat", "/link-api"),
    "api.dualentry.com": ("dualentry", ""),
    "api-dev.dualentry.com": ("dualentry", ""),
    "api.vrplatform.app": ("vrplatform", ""),
    "staging.api.vrplatform.app": ("vrplatform", ""),
    "api.edge.vrplatform.app": ("vrplatform", ""),
}
RULES: tuple[Rule, ...] = (*_XERO, *_CODAT, *_DUALENTRY, *_VRPLATFORM)


class _Vendors(Mapping[str, Vendor]):
    """The vendors by name, in the order in which lists show them."""

    def __getitem__(self, name: str) -> Vendor:
        if name not in VENDOR_NAMES:
            raise KeyError(name)
        return load(name)

    def __iter__(self) -> Iterator[str]:
        return iter(VENDOR_NAMES)

    def __len__(self) -> int:
        return len(VENDOR_NAMES)


@cache
def load(name: str) -> Vendor:
    """Load the vendor with this name, which is one of VENDOR_NAMES."""
    vendor: Vendor = import_module(f"emulator.vendors.{name}.vendor").VENDOR
    return vendor


def load_probes(name: str) -> "ProbeSet":
    """Load what verification asks of the vendor with this name, which is one of VENDOR_NAMES."""
    probes: ProbeSet = import_module(f"emulator.vendors.{name}.probes").PROBES
    return probes


VENDORS: Mapping[str, Vendor] = _Vendors()
