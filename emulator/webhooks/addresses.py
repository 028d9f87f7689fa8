"""Where webhooks may be sent: to this machine, and to the hosts that a setting allows.

A web page could otherwise have the emulator call addresses that only this machine reaches. What is checked is what is
called: names of this machine are not looked up, whatever a name server would say.
"""

from ipaddress import IPv6Address, ip_address
from urllib.parse import urlsplit

LOOPBACK = ("127.0.0.1", "::1")
"""Where the names of this machine lead (RFC 6761)."""


def rejection_reason(url: str, allowed_hosts: str) -> str | None:
    """Return why nothing may be sent to a URL, as a sentence; None if it may."""
    host = host_of(url)
    if not host:
        return f"{url!r} is not a URL that begins with http:// or https://."
    if _is_loopback(host) or host in map(_canonical, allowed_hosts.split()):
        return None
    return (
        f"Webhooks are sent to this machine only, not to {host}; start the server with "
        f"--webhook-hosts {host} to allow it."
    )


def host_of(url: str) -> str:
    """Return the host that a URL names, in the one form that is compared and called; empty if it is no URL."""
    try:
        parts = urlsplit(url)
        host, _ = _canonical(parts.hostname or ""), parts.port
    except ValueError:
        return ""
    return host if parts.scheme in ("http", "https") and url.isprintable() and " " not in url else ""


def addresses_of(host: str) -> tuple[str, ...]:
    """Return what to connect to for a host that `host_of` returned: the first that accepts a connection."""
    return LOOPBACK if _is_local_name(host) else (host,)


def _canonical(host: str) -> str:
    """Return a host in lower case, in ASCII and without a dot at its end; empty if it cannot be one."""
    try:
        host = host.lower().removeprefix("[").removesuffix("]").removesuffix(".").encode("idna").decode()
    except UnicodeError:
        return ""
    try:
        address = ip_address(host)
    except ValueError:
        return host
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return str(mapped or address)


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return _is_local_name(host)


def _is_local_name(host: str) -> bool:
    return host == "localhost" or host.endswith(".localhost")
