"""http.client, and with it urllib.request."""

import socket
from collections.abc import Callable
from functools import wraps
from http.client import HTTPConnection, HTTPSConnection
from typing import Any
from urllib.parse import urlsplit

from emulator.testing.control import trust
from emulator.testing.intercept import REDIRECTED, Redirection, redirection_for


def _wrap_putrequest(putrequest: Callable[..., None]) -> Callable[..., None]:
    @wraps(putrequest)
    def redirect(connection: Any, method: str, url: str, skip_host: Any = 0, skip_accept_encoding: Any = 0) -> None:
        scheme, host, path = _target(connection, url)
        redirection = redirection_for(host, method, f"{scheme}://{host}{path}")
        if redirection is None:
            if connection in REDIRECTED:
                REDIRECTED[connection].close()
                REDIRECTED.pop(connection)
                connection.sock = None
            putrequest(connection, method, url, skip_host, skip_accept_encoding)
            return
        if connection._HTTPConnection__state == "Idle":  # noqa: SLF001 - otherwise the original raises, and nothing changes.
            _connect(connection, redirection)
        # The original takes the host from a whole URL, which no longer comes to it.
        adds_host = not skip_host and url.startswith(("http://", "https://"))
        putrequest(connection, method, redirection.prefix + path, skip_host or adds_host, skip_accept_encoding)
        if adds_host:
            connection.putheader("Host", urlsplit(url).netloc)
        for name, value in redirection.headers_for(scheme).items():
            connection.putheader(name, value)

    return redirect


def _target(connection: Any, url: str) -> tuple[str, str, str]:
    """Return scheme, host and path of a request, whether or not a proxy is in between."""
    scheme = getattr(connection, "emulated_scheme", "https" if isinstance(connection, HTTPSConnection) else "http")
    if url.startswith(("http://", "https://")):
        parts = urlsplit(url)
        return parts.scheme, parts.hostname or "", parts._replace(scheme="", netloc="").geturl() or "/"
    return scheme, connection._tunnel_host or connection.host, url or "/"  # noqa: SLF001 - there is no public name for it.


def _connect(connection: Any, redirection: Redirection) -> None:
    sock = REDIRECTED.get(connection)
    if sock is not None and sock is connection.sock and sock.getpeername()[1] == redirection.address[1]:
        return
    if connection.sock is not None:
        # Not `connection.close()`, with which urllib3 forgets the request that has begun.
        connection.sock.close()
    sock = socket.create_connection(redirection.address, connection.timeout)
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    if redirection.url.startswith("https:"):
        sock = trust().wrap_socket(sock, server_hostname=redirection.address[0])
    connection.sock = REDIRECTED[connection] = sock


METHODS = [(HTTPConnection, "putrequest", _wrap_putrequest)]
