"""Asking the control API. The standard library's client, so that a test run which uses the emulator needs no other."""

import json
from collections.abc import Mapping
from contextlib import suppress
from functools import partial
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

# How long (seconds) an answer may take: longer than any wait for an exchange.
TIMEOUT = 90
_KINDS: dict[str, type[HTTPConnection]] = {"http": HTTPConnection, "https": HTTPSConnection}


class EmulatorError(Exception):
    """The emulator did not do what it was asked to, or is not there; the message says why."""


class Control:
    """The control API of one server. For any thread; whoever waits keeps nobody waiting."""

    def __init__(self, url: str, timeout: float = TIMEOUT) -> None:
        """`timeout` (seconds) is for each answer. Raises EmulatorError for what is no URL of a server."""
        self.url = url.rstrip("/")
        try:
            parts = urlsplit(self.url)
            host, port = (parts.hostname or "").encode("idna").decode(), parts.port
        except ValueError:
            host = ""
        if not host or parts.scheme not in _KINDS:
            raise EmulatorError(f"{url!r} is no URL of an emulator: http://127.0.0.1:4600 would be one")
        self._prefix = parts.path
        self._connect = partial(_KINDS[parts.scheme], host, port, timeout=timeout)
        self._idle: list[HTTPConnection] = []

    def health(self) -> Mapping[str, Any]:
        """What it says of itself. Raises EmulatorError, also where somebody else answers."""
        found = self.ask("GET", "/health")
        if not isinstance(found, dict) or "vendors" not in found:
            raise EmulatorError(f"what answers at {self.url} is no emulator")
        return found

    def ask(
        self,
        method: str,
        path: str,
        query: Mapping[str, object] | None = None,
        body: Mapping[str, object] | bytes | None = None,
    ) -> Any:
        """The JSON that it answers (bytes, where the answer is none). Members that are None are left out.

        A body is sent as JSON, or as the bytes that it is.

        Raises EmulatorError.
        """
        status, content_type, data = self._send(method, path, _given(query), body)
        try:
            found = json.loads(data) if "json" in content_type else data
        except ValueError:
            found = data
        if status >= 400:
            detail = found.get("detail") if isinstance(found, dict) else None
            raise EmulatorError(f"{method} {path}: {detail or f'{status}, and nothing that an emulator would say'}")
        return found

    def ask_sandbox(self, method: str, name: str, path: str = "", /, **members: Any) -> Any:
        """The same, of one sandbox. Members go into the query for GET and DELETE, otherwise into the body."""
        target = path_of(name, path)
        if method in ("GET", "DELETE"):
            return self.ask(method, target, query=members)
        return self.ask(method, target, body=_given(members))

    def close(self) -> None:
        """End the connections that lie idle."""
        while self._idle:
            self._idle.pop().close()

    def _send(
        self, method: str, path: str, query: Mapping[str, object], body: Mapping[str, object] | bytes | None
    ) -> tuple[int, str, bytes]:
        target = f"{self._prefix}/_emulator{path}" + (f"?{urlencode(query)}" if query else "")
        data = body if isinstance(body, bytes | None) else json.dumps(body).encode()
        try:
            # A connection that lay idle may have been closed at the other end.
            with suppress(HTTPException, ConnectionError, IndexError):
                return self._exchange(self._idle.pop(), method, target, data)
            return self._exchange(self._connect(), method, target, data)
        except (HTTPException, OSError) as error:
            raise EmulatorError(f"no emulator answers at {self.url}: {error or type(error).__name__}") from None

    def _exchange(
        self, connection: HTTPConnection, method: str, target: str, data: bytes | None
    ) -> tuple[int, str, bytes]:
        try:
            connection.request(method, target, data)
            response = connection.getresponse()
            found = response.status, response.headers.get("content-type", ""), response.read()
        except BaseException:
            connection.close()
            raise
        self._idle.append(connection)
        return found


class SandboxPart:
    """What a test holds of one sandbox. Methods raise EmulatorError where the emulator refuses, or is gone."""

    def __init__(self, control: Control, sandbox: str) -> None:
        self._control = control
        self._sandbox = sandbox

    def _ask(self, method: str, path: str, /, **members: Any) -> Any:
        return self._control.ask_sandbox(method, self._sandbox, path, **members)


def path_of(sandbox: str, path: str) -> str:
    """The path of a sandbox in the control API, and what follows it."""
    return f"/sandboxes/{quote(sandbox, safe='')}{path}"


def _given(members: Mapping[str, object] | None) -> dict[str, object]:
    return {name: value for name, value in (members or {}).items() if value is not None}
