"""Redirection in this process: requests to the vendors' own hosts reach a sandbox, whatever sends them.

Requests are redirected, not connections: clients, sessions and pools that existed before work, none of their
connections is used for a vendor, and none is left behind. A request goes to the emulator as plain HTTP with the
vendor's name in `Host`, so that proxies, certificates and name servers play no part.

httpx, urllib3 (and with it requests), aiohttp and http.client (and with it urllib.request) are patched once they are
imported; none has to be there.
"""

from __future__ import annotations

import sys
from contextvars import ContextVar
from importlib import import_module
from importlib.abc import MetaPathFinder
from ipaddress import ip_address
from threading import RLock
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit
from weakref import WeakKeyDictionary

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from http.client import HTTPConnection
    from importlib.machinery import ModuleSpec
    from socket import socket
    from types import ModuleType, TracebackType


class RequestBlocked(RuntimeError):
    """A test called a host that is neither a vendor's nor this machine, and `block_others` is set."""


class Redirection:
    """Where requests to which hosts go."""

    def __init__(self, url: str, sandbox: str, hosts: frozenset[str], *, block_others: bool) -> None:
        self.url = url
        """The emulator's."""
        self.sandbox = sandbox
        """The sandbox's name."""
        parts = urlsplit(self.url)
        self.scheme, self.prefix = parts.scheme, parts.path
        self.address = parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
        """The emulator's host and port."""
        self._hosts = hosts
        self._block_others = block_others
        self._outer: Redirection | None = None

    def start(self) -> None:
        """Begin to redirect."""
        with _LOCK:
            self._outer = _INNERMOST.get()
            _INNERMOST.set(self)
            _ACTIVE.append(self)
            if len(_ACTIVE) == 1:
                _patch_libraries()

    def stop(self) -> None:
        """Stop redirecting. What was in force before is in force again."""
        with _LOCK:
            if self not in _ACTIVE:
                return
            _ACTIVE.remove(self)
            if _INNERMOST.get() is self:
                _INNERMOST.set(self._outer)
            if not _ACTIVE:
                _restore_libraries()

    def headers_for(self, scheme: str) -> dict[str, str]:
        """Return what a redirected request carries: the sandbox, and the scheme that its client believes in."""
        return {"X-Emulator-Sandbox": self.sandbox, "X-Forwarded-Proto": scheme}

    def takes(self, host: str, method: str, url: str) -> bool:
        """Return whether a request to this host goes to the sandbox. Raises RequestBlocked."""
        host = host.rstrip(".").lower()
        if host in self._hosts:
            return True
        if self._block_others and host != self.address[0] and not _is_local(host):
            raise RequestBlocked(
                f"{method} {url} was not sent: this test may call the vendors' hosts and this machine only. Stub "
                f"{host}, or leave out block_others."
            )
        return False


class Interception:
    """What `Sandbox.intercept` returns: in force until `stop`, or the end of its `with` block."""

    def __init__(self, redirection: Redirection) -> None:
        self._redirection = redirection
        redirection.start()

    def stop(self) -> None:
        """Stop redirecting. What was in force before is in force again."""
        self._redirection.stop()

    def __enter__(self) -> Interception:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


# In force, the innermost last; a thread that a test starts does not see the context variable.
_ACTIVE: list[Redirection] = []
_INNERMOST: ContextVar[Redirection | None] = ContextVar("emulator_redirection", default=None)
_LOCK = RLock()


def redirection_for(host: str | None, method: str, url: str) -> Redirection | None:
    """Return the redirection that takes a request, or None for one that goes on untouched. Raises RequestBlocked."""
    innermost = _INNERMOST.get()
    # A task may outlive the block that it was started in.
    active = innermost if innermost in _ACTIVE else _ACTIVE[-1] if _ACTIVE else None
    return active if active and host and active.takes(host, method, url) else None


def stop_all(url: str, sandbox: str) -> None:
    """Stop every redirection that is still in force for a sandbox."""
    for redirection in reversed(_ACTIVE.copy()):
        if (redirection.url, redirection.sandbox) == (url, sandbox):
            redirection.stop()


def _is_local(host: str) -> bool:
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


# The connections of http.client that lead to the emulator, with the sockets.
REDIRECTED: WeakKeyDictionary[HTTPConnection, socket] = WeakKeyDictionary()
# Of what is patched: the class, the name of its method, and the method as it was.
_ORIGINALS: list[tuple[type, str, Any]] = []
# The module in which a library's classes are, and the one here that patches them.
_PATCHES = {
    "http.client": "emulator.testing.patches.http_client",
    "urllib3.connectionpool": "emulator.testing.patches.urllib3",
    "httpx": "emulator.testing.patches.httpx",
    "aiohttp.connector": "emulator.testing.patches.aiohttp",
}


def _patch_libraries() -> None:
    for name in _PATCHES:
        if name in sys.modules:
            _patch(name)
    sys.meta_path.insert(0, _IMPORTS)


def _restore_libraries() -> None:
    sys.meta_path.remove(_IMPORTS)
    while _ORIGINALS:
        owner, name, original = _ORIGINALS.pop()
        setattr(owner, name, original)
    # Their next request connects anew, to whom they mean. An answer that is still being read stays readable.
    for connection, sock in list(REDIRECTED.items()):
        sock.close()
        if connection.sock is sock:
            connection.sock = None
    REDIRECTED.clear()


def _patch(module: str) -> None:
    owners: Sequence[tuple[type, str, Callable[[Any], Any]]] = import_module(_PATCHES[module]).METHODS
    for owner, name, wrap in owners:
        original = owner.__dict__[name]
        _ORIGINALS.append((owner, name, original))
        setattr(owner, name, wrap(original))


class _ImportedLater(MetaPathFinder):
    """Patches a library that is imported while a redirection is in force."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname not in _PATCHES:
            return None
        spec = next(self._specs(fullname, path, target), None)
        if spec is not None and spec.loader is not None:
            loader: Any = spec.loader
            execute = loader.exec_module

            def execute_and_patch(module: ModuleType) -> None:
                execute(module)
                with _LOCK:
                    if _ACTIVE:
                        _patch(fullname)

            loader.exec_module = execute_and_patch
        return spec

    def _specs(self, name: str, path: Sequence[str] | None, target: ModuleType | None) -> Iterator[ModuleSpec]:
        for finder in sys.meta_path:
            if finder is not self and (spec := finder.find_spec(name, path, target)):
                yield spec


_IMPORTS = _ImportedLater()
