"""The URL that a client reaches the server by."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote, unquote

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.types import Scope

ROOT_PATH = "emulator.root_path"
"""The key of a scope that remembers under which prefix somebody else's application has mounted the emulator."""


def public_url(scope: Scope, headers: Mapping[str, str], external_url: str) -> str:
    """Scheme, host and prefix, without a trailing slash.

    The setting if there is one; otherwise what the request says of itself: Host, or in a proxy's words
    X-Forwarded-Proto, X-Forwarded-Host and X-Forwarded-Prefix.
    """
    if external_url:
        return external_url.rstrip("/")
    host = headers.get("x-forwarded-host") or headers.get("host") or _address(scope)
    scheme = headers.get("x-forwarded-proto") or scope["scheme"]
    # Each proxy on the way appends its own; the first is the client's.
    host, scheme = host.partition(",")[0].strip(), scheme.partition(",")[0].strip()
    prefix = headers.get("x-forwarded-prefix", "").rstrip("/")
    return f"{scheme}://{host}{prefix}{quote(scope.get(ROOT_PATH, scope.get('root_path', '')))}"


def path_below_mount(scope: Scope) -> str:
    """The path below whatever an application is mounted at, percent-decoded once.

    Whatever it is mounted in may have routed on the path as Starlette does, decoded, or on the path as it was sent.
    """
    path: str = scope["path"].removeprefix(scope.get("root_path", ""))
    as_sent = (scope.get("raw_path") or b"").decode("latin-1")
    return unquote(path) if as_sent.endswith(path) else path


def url_at(host: str, port: object) -> str:
    """What listens on an address is reached from the same machine by this URL."""
    # What listens everywhere is reached here.
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - the addresses are read, not bound.
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _address(scope: Scope) -> str:
    return "{}:{}".format(*scope["server"] or ("localhost", 80))
