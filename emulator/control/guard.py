"""Who may use the control API: nobody's web page.

A page in a developer's browser can send requests to a server on loopback. It cannot forge Host and Origin: a request
that came by a domain of somebody else's, or from a page of another origin, is refused.
"""

from ipaddress import ip_address
from urllib.parse import urlsplit

from starlette.requests import Request

# Names that nobody can register.
_LOCAL = (".localhost", ".local", ".internal", ".test", ".example", ".home.arpa")


def rejection_reason(request: Request, external_url: str, trusted_hosts: str) -> str | None:
    """Why a request is refused, as a sentence; None for a good one."""
    host = _host(f"//{request.headers.get('host', '')}")
    trusted = {*trusted_hosts.lower().split(), _host(external_url)} - {""}
    if not (_is_local(host) or host in trusted):
        return f"The control API is not called {host!r}. If it is meant to be, say so with trusted_hosts."
    origin = request.headers.get("origin")
    if origin is not None and _host(origin) not in {host, *trusted} and not _is_loopback(_host(origin)):
        return f"Pages of {origin} may not use the control API."
    return None


def _host(url: str) -> str:
    try:
        return (urlsplit(url).hostname or "").lower()
    except ValueError:
        return "?"


def _is_local(host: str) -> bool:
    """An address, a name without a domain (as containers have), or one of a domain that is for local use."""
    return _is_address(host) or "." not in host or host.endswith(_LOCAL)


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def _is_loopback(host: str) -> bool:
    return host == "localhost" or (_is_address(host) and ip_address(host).is_loopback)
