"""The texts for people: the front page as text, and the greeting in the terminal that started the server."""

from collections.abc import Sequence
from urllib.parse import quote

from emulator.core.programs import as_curl, sample_request
from emulator.core.vendor import Vendor
from emulator.version import __version__


def as_text(url: str, vendors: Sequence[Vendor]) -> str:
    """Return the front page as plain text."""
    lines = [f"attachment-emulator {__version__} is running.", "", *_base_urls(url, vendors)]
    for vendor in vendors:
        lines += ["", f"Example request to {vendor.title}:", "", _example(url, vendor)]
    return "\n".join([*lines, ""])


def as_greeting(url: str, vendors: Sequence[Vendor], *, strict: bool, token: str = "") -> str:
    """Return the greeting: base URLs, an example request that succeeds, and the console if it needs a token."""
    # With strict credentials, no vendor accepts the example's.
    example = f"curl {url}/_emulator/health" if strict else _example(url, vendors[0])
    after = f"`attachment-emulator doctor {url}` explains the last refused request. Ctrl-C stops the emulator."
    console = [f"Console: {url}/#token={quote(token, safe='')}", ""] if token else []
    return "\n".join(["", *_base_urls(url, vendors), "", "Example request:", "", example, "", *console, after])


def _base_urls(url: str, vendors: Sequence[Vendor]) -> list[str]:
    return [
        "Base URLs for your client:",
        *(f"  {vendor.title:12} {_mount(url, vendor)}{vendor.base_path}" for vendor in vendors),
    ]


def _mount(url: str, vendor: Vendor) -> str:
    return f"{url}/{vendor.name}"


def _example(url: str, vendor: Vendor) -> str:
    return as_curl(sample_request(vendor, _mount(url, vendor)))
