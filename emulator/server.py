"""Serving: uvicorn on a socket that is ours, with the details that vendors' clients need."""

import asyncio
import errno
import socket
from collections.abc import Callable
from types import FrameType
from urllib.parse import quote_from_bytes

import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from emulator.app import create_app
from emulator.settings import Settings

# How long (seconds) a stopping server waits for answers that are under way.
GRACE = 2
_ASCII = "".join(map(chr, range(0x80)))


class CannotListen(Exception):
    """The address is taken or is not ours to take; the message says which, in one line."""


NOT_HTTP = (
    "Invalid HTTP request received. Often it is a space in the request line or in a header's name: write %20 in a "
    "path, and no space before a header's colon."
)


class Protocol(HttpToolsProtocol):
    """Takes raw UTF-8 in the request line, as curl sends a file name that was typed into a terminal."""

    _in_request_line = True

    def data_received(self, data: bytes) -> None:
        if self._in_request_line:
            end = data.find(b"\n")
            line = data if end < 0 else data[:end]
            if not line.isascii():
                data = quote_from_bytes(line, _ASCII).encode() + data[len(line) :]
            self._in_request_line = end < 0
        super().data_received(data)

    def on_message_complete(self) -> None:
        self._in_request_line = True
        super().on_message_complete()

    def send_400_response(self, msg: str) -> None:
        super().send_400_response(NOT_HTTP)


class Server(uvicorn.Server):
    """Says when it is ready, and ends in good order on Ctrl-C or SIGTERM."""

    def __init__(self, config: uvicorn.Config, on_ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._on_ready = on_ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._on_ready()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        asyncio.get_running_loop().call_later(GRACE, self._hang_up)
        await super().shutdown(sockets)

    def _hang_up(self) -> None:
        # Whoever is still sending or reading sees the connection break, and so does the application.
        for connection in list(self.server_state.connections):
            connection.transport.abort()

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        # A second signal does not wait for anybody.
        self.force_exit = self.should_exit
        self.should_exit = True


def serve(settings: Settings, on_ready: Callable[[str], None]) -> None:
    """Serve until a signal says stop. `on_ready` gets the base URL once requests are accepted. Raises CannotListen."""
    listener = listen(settings.host, settings.port)
    config = uvicorn.Config(
        create_app(settings),
        http=Protocol,
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        # The vendors' own headers, and none beside them; URLs are ours to work out.
        server_header=False,
        date_header=False,
        proxy_headers=False,
    )
    Server(config, lambda: on_ready(url_of(listener))).run(sockets=[listener])


def listen(host: str, port: int) -> socket.socket:
    """A listening socket. Raises CannotListen."""
    if port > 65535:
        raise CannotListen(f"there is no port {port}: ports go from 0 to 65535")
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=2048)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise CannotListen(
                f"port {port} on {host} is taken; choose another with --port, or a free one with --port 0"
            ) from None
        raise CannotListen(f"cannot listen on port {port} of {host}: {error.strerror or error}") from None


def url_of(listener: socket.socket) -> str:
    host, port, *_ = listener.getsockname()
    # What listens everywhere is reached here.
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
