"""Serving: uvicorn on a socket that is ours, with the details that vendors' clients need."""

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
_URL_CHARACTERS = "".join(map(chr, range(0x21, 0x7F)))


class CannotListen(Exception):
    """The address is taken or is not ours to take; the message says which, in one line."""


class Protocol(HttpToolsProtocol):
    """Accepts file names that a client puts into the request line as raw UTF-8, as curl does."""

    def on_url(self, url: bytes) -> None:
        super().on_url(url if url.isascii() else quote_from_bytes(url, _URL_CHARACTERS).encode())


class Server(uvicorn.Server):
    """Says when it is ready, and ends without a fuss on Ctrl-C or SIGTERM."""

    def __init__(self, config: uvicorn.Config, on_ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._on_ready = on_ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._on_ready()

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
        timeout_graceful_shutdown=GRACE,
    )
    Server(config, lambda: on_ready(settings.external_url or url_of(listener))).run(sockets=[listener])


def listen(host: str, port: int) -> socket.socket:
    """A listening socket. Raises CannotListen."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=2048)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise CannotListen(
                f"port {port} on {host} is taken; choose another with --port, or a free one with --port 0"
            ) from None
        raise CannotListen(f"cannot listen on port {port} of {host}: {error.strerror or error}") from None
    except OverflowError:
        raise CannotListen(f"there is no port {port}: ports go from 0 to 65535") from None


def url_of(listener: socket.socket) -> str:
    host, port, *_ = listener.getsockname()
    # What listens everywhere is reached here.
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
