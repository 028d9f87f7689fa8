"""Serving: uvicorn on a socket that is ours, in the foreground or in a thread."""

import asyncio
import errno
import socket
from collections.abc import Callable
from contextlib import suppress
from threading import Event, Thread
from types import FrameType

import uvicorn

from emulator.app import create_app
from emulator.core.urls import url_at
from emulator.protocol import protocol_class
from emulator.settings import Settings

# How long (seconds) a connection may be idle between requests.
KEEP_ALIVE = 5
# How long (seconds) a stopping server waits for answers that are under way.
GRACE = 2
# How long (seconds) whoever was cut off has to see it.
ABORT_GRACE_SECONDS = 0.02


class CannotListen(Exception):
    """The address is taken or is not ours to take; the message says which, in one line."""


class Server(uvicorn.Server):
    """Says when it is ready, and ends in good order on Ctrl-C or SIGTERM, or at once when told to."""

    def __init__(self, settings: Settings, on_ready: Callable[[], None]) -> None:
        config = uvicorn.Config(
            create_app(settings),
            http=protocol_class(settings.http),
            ws="none",
            lifespan="off",
            log_config=None,
            access_log=False,
            timeout_keep_alive=KEEP_ALIVE,
            # The vendors' own headers, and none beside them; URLs are ours to work out.
            server_header=False,
            date_header=False,
            proxy_headers=False,
        )
        super().__init__(config)
        self._on_ready = on_ready
        self._loop: asyncio.AbstractEventLoop | None = None
        self._exit = asyncio.Event()
        self._at_once = False

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._loop = asyncio.get_running_loop()
        self._on_ready()

    async def main_loop(self) -> None:
        # uvicorn looks ten times a second whether it is to stop; this one is told.
        if not self.should_exit:
            await self._exit.wait()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        if not self._at_once:
            asyncio.get_running_loop().call_later(GRACE, self._hang_up)
            await super().shutdown(sockets)
            return
        for server in self.servers:
            server.close()
        self._hang_up()
        if self.server_state.tasks:
            await asyncio.wait(self.server_state.tasks, timeout=GRACE)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        if self.should_exit:
            # A second signal waits for nobody.
            self._soon(self._hang_up)
        self.should_exit = True
        self._soon(self._exit.set)

    def stop(self) -> None:
        """End without waiting for anybody. For any thread."""
        self._at_once = self.should_exit = True
        self._soon(self._exit.set)

    def _soon(self, call: Callable[[], object]) -> None:
        if self._loop is not None:
            with suppress(RuntimeError):  # It has ended.
                self._loop.call_soon_threadsafe(call)

    def _hang_up(self) -> None:
        """End every connection at once, and what still answers on one soon after."""
        # The application, too, sees its connection break, unless it waits for something else.
        for connection in list(self.server_state.connections):
            connection.transport.abort()
        asyncio.get_running_loop().call_later(ABORT_GRACE_SECONDS, self._cancel)

    def _cancel(self) -> None:
        for task in list(self.server_state.tasks):
            task.cancel()


def serve(settings: Settings, on_ready: Callable[[str], None]) -> None:
    """Serve until a signal says stop. `on_ready` gets the base URL once requests are accepted. Raises CannotListen, and
    what `create_app` raises."""
    with listen(settings.host, settings.port) as listener:
        Server(settings, lambda: on_ready(url_of(listener))).run(sockets=[listener])


class BackgroundServer:
    """A server in a thread of its own, which accepts requests from the moment that it is there."""

    def __init__(self, settings: Settings) -> None:
        """Raises CannotListen, and whatever keeps a server from starting."""
        self._settled = Event()
        self._failures: list[BaseException] = []
        self._server = Server(settings, self._settled.set)
        # Bound here, so that whoever asks for a free port knows which, and a busy one is told of at once.
        self._listener = listen(settings.host, settings.port)
        self.url = url_of(self._listener)
        self._thread = Thread(target=self._run, name="attachment-emulator", daemon=True)
        self._thread.start()
        self._settled.wait()
        for failure in self._failures:
            self._listener.close()
            raise failure

    def stop(self) -> None:
        """End it without waiting for anybody. Returns when it has ended."""
        self._server.stop()
        self._thread.join()
        self._listener.close()

    def _run(self) -> None:
        try:
            self._server.run(sockets=[self._listener])
        except BaseException as error:
            self._failures.append(error)
        finally:
            self._settled.set()


def listen(host: str, port: int) -> socket.socket:
    """A listening socket. Raises CannotListen."""
    try:
        host.encode("idna")
    except UnicodeError:
        raise CannotListen(f"there is no host {host!r}") from None
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


def url_of(listener: socket.socket) -> str:
    """The base URL of what listens there, without a trailing slash."""
    host, port, *_ = listener.getsockname()
    return url_at(host, port)
