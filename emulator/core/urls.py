"""The URLs by which clients reach the server."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote, unquote

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.types import Scope

ROOT_PATH = "emulator.root_path"
"""The scope key for the prefix under which another application has mounted the emulator."""


def public_url(scope: Scope, headers: Mapping[str, str], external_url: str) -> str:
    """Return scheme, host and prefix of the server as the client sees it, without a trailing slash.

    This is the setting `external_url` if there is one; otherwise it is derived from Host or, behind a proxy, from
    X-Forwarded-Proto, X-Forwarded-Host and X-Forwarded-Prefix.
    """
    if external_url:
        return external_url.rstrip("/")
    host = headers.get("x-forwarded-host") or headers.get("host") or _address(scope)
    scheme = headers.get("x-forwarded-proto") or scope["scheme"]
    # Every proxy on the way appends a value; the first one is the client's.
    host, scheme = host.partition(",")[0].strip(), scheme.partition(",")[0].strip()
    prefix = headers.get("x-forwarded-prefix", "").rstrip("/")
    return f"{scheme}://{host}{prefix}{quote(scope.get(ROOT_PATH, scope.get('root_path', '')))}"


def path_below_mount(scope: Scope) -> str:
    """Return the path below an application's mount, percent-decoded once.

    The parent application may have routed on the decoded path, as Starlette does, or on the path as it was sent.
    """
    path: str = scope["path"].removeprefix(scope.get("root_path", ""))
    as_sent = (scope.get("raw_path") or b"").decode("latin-1")
    return unquote(path) if as_sent.endswith(path) else path


def url_at(host: str, port: object) -> str:
    """Return the URL by which this machine reaches a server that listens on an address."""
    # A server that listens on all addresses is reached by loopback.
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - the addresses are read, not bound.
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _address(scope: Scope) -> str:
    return "{}:{}".format(*scope["server"] or ("localhost", 80))
