"""Access control of the control API: web pages of other origins may not use it.

A page in a developer's browser can send requests to a server on loopback, but it cannot forge Host, Origin and
Sec-Fetch-Site. A request to a public domain, or from a page of another origin, is refused. So is a form, which browsers
send for any page without asking the server first. Other clients may leave out or mislabel the type of their JSON, as
`curl --data` does.

With the setting `control_token` a request needs that token, as a bearer token or, from the console, in a cookie: a
browser sends no header with a link, nor with a stream of events.
"""

from hmac import compare_digest
from ipaddress import ip_address
from urllib.parse import unquote, urlsplit

from starlette.requests import Request

COOKIE = "emulator_control_token"
"""The cookie in which the console, percent-encoded, sends the control token."""
# Domains that are reserved for local use and cannot be registered.
_LOCAL = (".localhost", ".local", ".internal", ".test", ".example", ".home.arpa")


def rejection_reason(request: Request, external_url: str, trusted_hosts: str) -> str | None:
    """Return a sentence that says why a request is refused, or None if it is allowed."""
    host = _host(f"//{request.headers.get('host', '')}")
    trusted = {*trusted_hosts.lower().split(), _host(external_url)} - {""}
    if not (_is_local(host) or host in trusted):
        return f"The host {host!r} is not trusted. To use the control API by it, add it to the setting trusted_hosts."
    origin = request.headers.get("origin")
    if origin is not None and _host(origin) not in {host, *trusted} and not _is_loopback(_host(origin)):
        return f"Pages of {origin} may not use the control API."
    if origin is None and request.headers.get("sec-fetch-site") == "cross-site":
        # An image, a script or a link.
        return "Pages of other sites may not use the control API."
    return None


def has_token(request: Request, token: str) -> bool:
    """Return whether a request has the control token, or needs none because there is none."""
    return not token or compare_digest(sent_token(request).encode(errors="replace"), token.encode())


def sent_token(request: Request) -> str:
    """Return the control token that a request has, right or wrong; empty if it has none."""
    scheme, _, bearer = request.headers.get("authorization", "").partition(" ")
    return bearer.strip() if scheme.lower() == "bearer" else unquote(request.cookies.get(COOKIE, ""))


def is_form(request: Request) -> bool:
    """Return whether a browser sends something other than JSON where JSON is expected."""
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    return (
        request.method == "POST"
        and media_type not in ("", "application/json")
        and any(name in request.headers for name in ("origin", "sec-fetch-site", "sec-fetch-mode"))
    )


def _host(url: str) -> str:
    try:
        return (urlsplit(url).hostname or "").lower()
    except ValueError:
        return "?"


def _is_local(host: str) -> bool:
    """Return whether a host is an address, a name without a domain (a container's) or in a local domain."""
    return _is_address(host) or "." not in host or host.endswith(_LOCAL)


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def _is_loopback(host: str) -> bool:
    return host == "localhost" or (_is_address(host) and ip_address(host).is_loopback)
