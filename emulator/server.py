"""The server: uvicorn on a socket of the emulator's, in the foreground or in a thread."""

import asyncio
import errno
import socket
from collections.abc import Callable
from contextlib import nullcontext, suppress
from ipaddress import ip_address
from threading import Event, Thread
from types import FrameType
from urllib.parse import urlsplit

import uvicorn

from emulator.app import create_app
from emulator.core.sandbox import DEFAULT
from emulator.core.urls import url_at
from emulator.interception.interception import Interception
from emulator.protocol import protocol_class
from emulator.settings import Settings
from emulator.vendors import HOSTS, RULES, VENDORS
from emulator.webhooks.webhooks import Webhooks

# How long (seconds) a connection may be idle between requests.
KEEP_ALIVE = 5
# How long (seconds) a stopping server waits for answers in progress.
GRACE = 2
# How long (seconds) a request task may react to the loss of its connection before it is cancelled.
ABORT_GRACE_SECONDS = 0.02


class CannotListen(Exception):
    """The address cannot be bound; the one-line message says why."""


class Server(uvicorn.Server):
    """A uvicorn server that reports when it is ready.

    On Ctrl-C or SIGTERM it finishes the answers in progress; `stop` ends it at once.
    """

    def __init__(self, settings: Settings, on_ready: Callable[[], None]) -> None:
        app = create_app(settings)
        self.registry = app.registry
        """The sandboxes that it serves."""
        self._log = None
        if settings.log != "off":
            from emulator.request_log.request_log import open_request_log

            app.registry.observer = self._log = open_request_log(settings.log, VENDORS, RULES)
        interception = Interception(HOSTS, app.registry.proxy_counts, settings.passthrough)
        config = uvicorn.Config(
            app,
            http=protocol_class(settings.http, interception),
            ssl_context_factory=(lambda _, __: interception.loopback_context()) if settings.tls else None,
            ws="none",
            lifespan="off",
            log_config=None,
            access_log=False,
            timeout_keep_alive=KEEP_ALIVE,
            # Only the vendors' headers are sent, and the emulator derives URLs from proxy headers itself.
            server_header=False,
            date_header=False,
            proxy_headers=False,
        )
        super().__init__(config)
        self._registry = app.registry
        self._on_ready = on_ready
        self._loop: asyncio.AbstractEventLoop | None = None
        self._exit = asyncio.Event()
        self._at_once = False

    def run(self, sockets: list[socket.socket] | None = None) -> None:
        with self._log or nullcontext():
            super().run(sockets)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._loop = asyncio.get_running_loop()
        self._on_ready()

    async def main_loop(self) -> None:
        # uvicorn polls its exit flag ten times a second; waiting for an event stops sooner.
        if not self.should_exit:
            await self._exit.wait()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._registry.close()
        if not self._at_once:
            asyncio.get_running_loop().call_later(GRACE, self._abort_connections)
            await super().shutdown(sockets)
            return
        for server in self.servers:
            server.close()
        self._abort_connections()
        if self.server_state.tasks:
            await asyncio.wait(self.server_state.tasks, timeout=GRACE)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        if self.should_exit:
            # A second signal ends the answers in progress.
            self._call_soon(self._abort_connections)
        self.should_exit = True
        self._call_soon(self._exit.set)

    def stop(self) -> None:
        """Stop the server without waiting for answers in progress. Thread-safe."""
        self._at_once = self.should_exit = True
        self._call_soon(self._exit.set)

    def _call_soon(self, call: Callable[[], object]) -> None:
        if self._loop is not None:
            with suppress(RuntimeError):  # The loop has ended.
                self._loop.call_soon_threadsafe(call)

    def _abort_connections(self) -> None:
        """Abort every connection, and soon after cancel the tasks that still use one."""
        # A task notices the loss of its connection unless it waits for something else.
        for connection in list(self.server_state.connections):
            connection.transport.abort()
        asyncio.get_running_loop().call_later(ABORT_GRACE_SECONDS, self._cancel_tasks)

    def _cancel_tasks(self) -> None:
        for task in list(self.server_state.tasks):
            task.cancel()


def serve(settings: Settings, on_ready: Callable[[str, Webhooks], None]) -> None:
    """Serve until a signal stops the server.

    `on_ready` gets the base URL and the webhooks of the sandbox `default` once requests are accepted.

    Raises CannotListen, and what `create_app` raises.
    """
    with listen(settings.host, settings.port) as listener:
        url = url_of(listener, tls=settings.tls)
        server = Server(settings, lambda: on_ready(url, server.registry.sandboxes[DEFAULT].webhooks))
        server.run(sockets=[listener])


class BackgroundServer:
    """A server in a thread of its own. Once constructed it accepts requests."""

    def __init__(self, settings: Settings) -> None:
        """Start the server. Raises CannotListen, and whatever keeps it from starting."""
        self._started = Event()
        self._failures: list[BaseException] = []
        self._server = Server(settings, self._started.set)
        # Bound here, so that a free port is known and a busy one raises at once.
        self._listener = listen(settings.host, settings.port)
        self.url = url_of(self._listener, tls=settings.tls)
        self._thread = Thread(target=self._run, name="attachment-emulator", daemon=True)
        self._thread.start()
        self._started.wait()
        for failure in self._failures:
            self._listener.close()
            raise failure

    def stop(self) -> None:
        """Stop the server without waiting for answers in progress. Returns when it has ended."""
        self._server.stop()
        self._thread.join()
        self._listener.close()

    def _run(self) -> None:
        try:
            self._server.run(sockets=[self._listener])
        except BaseException as error:
            self._failures.append(error)
        finally:
            self._started.set()


def listen(host: str, port: int) -> socket.socket:
    """Return a listening socket. Raises CannotListen."""
    try:
        host.encode("idna")
    except UnicodeError:
        raise CannotListen(f"{host!r} is not a valid host name") from None
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=2048)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise CannotListen(
                f"port {port} on {host} is taken; choose another with --port, or a free one with --port 0"
            ) from None
        reason = str(error.strerror or error).partition(" (while")[0]
        raise CannotListen(f"cannot listen on port {port} of {host}: {reason}") from None


def url_of(listener: socket.socket, *, tls: bool = False) -> str:
    """Return the base URL of a listening socket, without a trailing slash."""
    host, port, *_ = listener.getsockname()
    url = url_at(host, port)
    return f"https{url.removeprefix('http')}" if tls else url


def network_url(host: str, url: str) -> str | None:
    """Return the URL by which other machines reach a server that listens on this host; None if they cannot.

    `url` is the one by which this machine reaches it.
    """
    parts = urlsplit(url)
    if _stands_for_all(host):
        return url_at(_own_address(host), parts.port)
    try:
        return None if ip_address(parts.hostname or "").is_loopback else url
    except ValueError:
        return None


def _stands_for_all(host: str) -> bool:
    """Return whether a host stands for all addresses of the machine, as 0.0.0.0, 0 and :: do."""
    try:
        return ip_address(socket.getaddrinfo(host, None)[0][4][0]).is_unspecified
    except (OSError, UnicodeError):
        return False


def _own_address(host: str) -> str:
    """Return the address of this machine on its network."""
    family, elsewhere = (socket.AF_INET6, "2001:db8::1") if ":" in host else (socket.AF_INET, "192.0.2.1")
    try:
        # Nothing is sent: this only asks which address would be used.
        with socket.socket(family, socket.SOCK_DGRAM) as probe:
            probe.connect((elsewhere, 9))
            return str(probe.getsockname()[0])
    except OSError:
        return socket.gethostname()
