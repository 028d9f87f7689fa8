"""The URL that a client reaches the server by."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from starlette.types import Scope


def public_url(scope: Scope, external_url: str) -> str:
    """Scheme, host and prefix, without a trailing slash.

    The setting if there is one; otherwise what the request says of itself: Host, or in a proxy's words
    X-Forwarded-Proto, X-Forwarded-Host and X-Forwarded-Prefix.
    """
    if external_url:
        return external_url.rstrip("/")
    said = {name: value.decode("latin-1") for name, value in scope["headers"] if name in _NAMES}
    host = said.get(b"x-forwarded-host") or said.get(b"host") or "{}:{}".format(*scope["server"] or ("localhost", 80))
    scheme = said.get(b"x-forwarded-proto") or scope["scheme"]
    prefix = said.get(b"x-forwarded-prefix", "").rstrip("/")
    return f"{_first(scheme)}://{_first(host)}{prefix}{scope.get('root_path', '')}"


def url_at(host: str, port: object) -> str:
    """What listens on an address is reached from the same machine by this URL."""
    # What listens everywhere is reached here.
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - the addresses are read, not bound.
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


_NAMES = frozenset({b"host", b"x-forwarded-host", b"x-forwarded-proto", b"x-forwarded-prefix"})


def _first(value: str) -> str:
    # Each proxy on the way appends its own; the first is the client's.
    return value.partition(",")[0].strip()
