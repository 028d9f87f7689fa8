"""Where webhooks may be sent: to this machine, and to the hosts that a setting allows.

A web page could otherwise have the emulator call addresses that only this machine reaches.
"""

from ipaddress import ip_address
from urllib.parse import urlsplit


def rejection_reason(url: str, allowed_hosts: str) -> str | None:
    """Return why nothing may be sent to a URL, as a sentence; None if it may."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        host = ""
    if not host or parts.scheme not in ("http", "https") or not url.isprintable() or " " in url:
        return f"{url!r} is not a URL that begins with http:// or https://."
    if _is_loopback(host) or host in allowed_hosts.lower().split():
        return None
    return (
        f"Webhooks are sent to this machine only, not to {host}; start the server with "
        f"--webhook-hosts {host} to allow it."
    )


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")
