"""A client of the control API, on the standard library's HTTP client: a test run needs no other."""

import json
import os
import re
import socket
import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import partial
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from selectors import EVENT_READ, DefaultSelector
from time import monotonic
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode, urlsplit

if TYPE_CHECKING:
    from ssl import SSLContext

# How long (seconds) an answer may take: longer than any wait for an exchange.
TIMEOUT = 90
# How long (seconds) a connection may lie idle and be used again: less than the server keeps it open.
MAX_IDLE = 4
# The methods of requests that may be sent again although the first may have been carried out (RFC 9110, 9.2.2).
_REPEATABLE = frozenset({"GET", "PUT", "DELETE"})
# Why a server does not answer, and what to do about it: the first that fits.
_REASONS: Mapping[type[Exception], str] = {
    ConnectionRefusedError: "nothing listens there; `attachment-emulator serve` starts one",
    socket.gaierror: "the host name is not known",
    TimeoutError: "it did not answer in time",
    ssl.SSLCertVerificationError: "its certificate is not trusted, or is for another host name",
    ssl.SSLError: "what listens there does not speak TLS; try http:// instead of https://",
    ConnectionError: "what listens there closed the connection or does not speak HTTP",
    HTTPException: "what listens there closed the connection or does not speak HTTP",
}
CREDENTIAL_VARIABLE = "EMULATOR_CONTROL_TOKEN"
_CONNECTIONS: dict[str, type[HTTPConnection]] = {"http": HTTPConnection, "https": HTTPSConnection}


class EmulatorError(Exception):
    """The emulator refused a request, or does not answer; the message says why."""


class Control:
    """The control API of one server. Several threads can use it at once."""

    def __init__(self, url: str, timeout: float = TIMEOUT, token: str | None = None) -> None:
        """`timeout` (seconds) is for each answer; the control token is that in EMULATOR_CONTROL_TOKEN by default.

        Raises EmulatorError for a URL that cannot be a server's.
        """
        self.url = url.rstrip("/")
        try:
            parts = urlsplit(self.url)
            host, port = (parts.hostname or "").encode("idna").decode(), parts.port
        except ValueError:
            host = ""
        if not host or parts.scheme not in _CONNECTIONS:
            raise EmulatorError(f"{url!r} is no URL of an emulator: http://127.0.0.1:4600 would be one")
        self._prefix = parts.path
        options: dict[str, Any] = {"context": trust()} if parts.scheme == "https" else {}
        self._connect = partial(_CONNECTIONS[parts.scheme], host, port, timeout=timeout, **options)
        token = os.environ.get(CREDENTIAL_VARIABLE, "") if token is None else token
        if not re.fullmatch("[!-~]*", token):
            raise EmulatorError("a control token has only ASCII characters and no blanks")
        self._headers = {"Authorization": f"Bearer {token}"} if token else {}
        self._idle: list[tuple[HTTPConnection, float]] = []
        """The connections that lie idle, and since when."""
        self._vendor_hosts: frozenset[str] = frozenset()

    def health(self) -> Mapping[str, Any]:
        """Return the server's version, vendors and store. Raises EmulatorError, also where no emulator answers."""
        health = self.ask("GET", "/health")
        if not isinstance(health, dict) or "vendors" not in health:
            raise EmulatorError(f"what answers at {self.url} is no emulator")
        return health

    def vendor_hosts(self) -> frozenset[str]:
        """Return the vendors' host names that the emulator answers at. Raises EmulatorError."""
        self._vendor_hosts = self._vendor_hosts or frozenset(self.ask("GET", "/proxy")["hosts"])
        return self._vendor_hosts

    def sandbox_url(self, name: str) -> str:
        """Return the URL that the vendors of a sandbox are mounted below."""
        return self.url if name == "default" else f"{self.url}/sandbox/{name}"

    def ask(
        self,
        method: str,
        path: str,
        query: Mapping[str, object] | None = None,
        body: Mapping[str, object] | bytes | None = None,
    ) -> Any:
        """Return the answer: JSON, or bytes where it is none. Members of query and body that are None are left out.

        A mapping is sent as JSON, bytes as they are. Raises EmulatorError.
        """
        status, content_type, data = self._send(method, path, _without_none(query), body)
        try:
            answer = json.loads(data) if "json" in content_type else data
        except ValueError:
            answer = data
        if status >= 400:
            detail = answer.get("detail") if isinstance(answer, dict) else None
            raise EmulatorError(f"{method} {path}: {detail or f'status {status}, which is no answer of an emulator'}")
        return answer

    def ask_sandbox(self, method: str, name: str, path: str = "", /, **members: Any) -> Any:
        """Return the answer about one sandbox. Members go into the query for GET and DELETE, otherwise into the body.

        Raises EmulatorError.
        """
        target = path_of(name, path)
        if method in ("GET", "DELETE"):
            return self.ask(method, target, query=members)
        return self.ask(method, target, body=_without_none(members))

    @contextmanager
    def stream(self, path: str, timeout: float) -> Iterator[HTTPResponse]:
        """Yield an answer that is read while it is sent. `timeout` (seconds) is for each part of it.

        Raises EmulatorError.
        """
        connection = self._connect(timeout=timeout)
        try:
            connection.request("GET", f"{self._prefix}/_emulator{path}", headers=self._headers)
            response = connection.getresponse()
            if response.status >= 400:
                raise EmulatorError(f"GET {path}: status {response.status}")
            yield response
        except (HTTPException, OSError) as error:
            raise EmulatorError(f"no emulator answers at {self.url}: {explain(error)}") from None
        finally:
            connection.close()

    def close(self) -> None:
        """Close the idle connections."""
        while self._idle:
            self._idle.pop()[0].close()

    def _send(
        self, method: str, path: str, query: Mapping[str, object], body: Mapping[str, object] | bytes | None
    ) -> tuple[int, str, bytes]:
        target = f"{self._prefix}/_emulator{path}" + (f"?{urlencode(query)}" if query else "")
        if isinstance(body, bytes | None):
            data, headers = body, self._headers
        else:
            data, headers = json.dumps(body).encode(), {**self._headers, "Content-Type": "application/json"}
        try:
            if connection := self._take_idle():
                # It may have been closed at the other end in this moment.
                with suppress(*((HTTPException, ConnectionError) if method in _REPEATABLE else ())):
                    return self._exchange(connection, method, target, data, headers)
            return self._exchange(self._connect(), method, target, data, headers)
        except (HTTPException, OSError) as error:
            raise EmulatorError(f"no emulator answers at {self.url}: {explain(error)}") from None

    def _take_idle(self) -> HTTPConnection | None:
        """Return a connection that lay idle, unless it was closed at the other end or soon will be."""
        with suppress(IndexError):
            while True:
                connection, since = self._idle.pop()
                if monotonic() - since < MAX_IDLE and not _is_readable(connection):
                    return connection
                connection.close()
        return None

    def _exchange(
        self, connection: HTTPConnection, method: str, target: str, data: bytes | None, headers: Mapping[str, str]
    ) -> tuple[int, str, bytes]:
        try:
            connection.request(method, target, data, headers)
            response = connection.getresponse()
            answer = response.status, response.headers.get("content-type", ""), response.read()
        except BaseException:
            connection.close()
            raise
        self._idle.append((connection, monotonic()))
        return answer


class SandboxPart:
    """One part of a sandbox: its journal, its files, a vendor in it.

    Every method raises EmulatorError where the emulator refuses, or does not answer.
    """

    def __init__(self, control: Control, sandbox: str) -> None:
        self._control = control
        self._sandbox = sandbox

    def _ask(self, method: str, path: str, /, **members: Any) -> Any:
        return self._control.ask_sandbox(method, self._sandbox, path, **members)


def _is_readable(connection: HTTPConnection) -> bool:
    """Return whether there is something to read on an idle connection: its end, or an answer to nothing."""
    if connection.sock is None:
        return True
    try:
        with DefaultSelector() as selector:
            selector.register(connection.sock, EVENT_READ)
            return bool(selector.select(0))
    except (OSError, ValueError):
        return True


def trust() -> "SSLContext":
    """Return a TLS context that trusts this machine's certificate authority too, if there is one."""
    import ssl

    from emulator.interception.state import certificate_path

    context = ssl.create_default_context()
    if certificate_path().exists():
        context.load_verify_locations(certificate_path())
    return context


def path_of(sandbox: str, path: str) -> str:
    """Return a path below a sandbox's own in the control API."""
    return f"/sandboxes/{quote(sandbox, safe='')}{path}"


def explain(error: OSError | HTTPException) -> str:
    """Return why a server does not answer."""
    reason = next((reason for kind, reason in _REASONS.items() if isinstance(error, kind)), None)
    return reason or (isinstance(error, OSError) and error.strerror) or str(error)


def _without_none(members: Mapping[str, object] | None) -> dict[str, object]:
    return {name: value for name, value in (members or {}).items() if value is not None}
