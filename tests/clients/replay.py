"""Requests that the source of a client makes, sent byte for byte over a socket.

For clients that cannot be installed where the checks run. An HTTP client for Python would add headers of its own, and
quote paths in its own way.
"""

import socket
from collections.abc import Mapping
from dataclasses import dataclass
from http.client import HTTPResponse
from urllib.parse import parse_qs, urlencode, urlsplit

# The arrangement of most replays: the client's own host names lead to the emulator.
API = "https://api.xero.com"
ACCOUNTING = f"{API}/api.xro/2.0"
IDENTITY = "https://identity.xero.com"
LOGIN = "https://login.xero.com"


@dataclass(frozen=True)
class Response:
    """An answer as it came."""

    status: int
    headers: dict[str, str]
    """Their names in the letter case that was sent."""
    body: bytes


@dataclass(frozen=True)
class Wire:
    """The connection to an emulator, whatever host a client asks for."""

    server: str
    """The emulator's own URL."""

    def send(self, method: str, url: str, headers: Mapping[str, str], body: bytes | None = None) -> Response:
        """Send one request, and return its answer.

        The host of the URL goes into the header Host, and its path is sent as it is, spaces and all. Content-Length is
        added, as every client's HTTP library does.
        """
        host, _, target = url.partition("://")[2].partition("/")
        length = {} if body is None else {"Content-Length": str(len(body))}
        lines = [f"{name}: {value}" for name, value in {"Host": host, **headers, **length}.items()]
        head = "\r\n".join([f"{method} /{target} HTTP/1.1", *lines, "", ""])
        address = urlsplit(self.server)
        with socket.create_connection((address.hostname, address.port), timeout=10) as connection:
            connection.sendall(head.encode("latin-1") + (body or b""))
            with HTTPResponse(connection, method=method) as response:
                response.begin()
                return Response(response.status, dict(response.getheaders()), response.read())


def form(**fields: str) -> bytes:
    """Return fields as application/x-www-form-urlencoded, a space as `+`."""
    return urlencode(fields).encode()


def consent(wire: Wire, **query: str) -> dict[str, str]:
    """Ask for consent as the browser does, and return the parameters with which it is sent back to the app."""
    answer = wire.send("GET", f"{LOGIN}/identity/connect/authorize?{urlencode(query)}", {"Accept": "text/html"})
    assert answer.status == 302
    fields = parse_qs(urlsplit(answer.headers["Location"]).query)
    return {name: values[0] for name, values in fields.items()}
