"""Serving: uvicorn on a socket that is ours, with the details that vendors' clients need."""

import asyncio
import errno
import re
import socket
from collections.abc import Callable
from types import FrameType
from typing import Any
from urllib.parse import quote_from_bytes

import uvicorn
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol, RequestResponseCycle

from emulator.app import create_app
from emulator.settings import Settings

# How long (seconds) a stopping server waits for answers that are under way.
GRACE = 2
# The longest request line and headers together.
MAX_HEAD_BYTES = 64 * 1024
_ASCII = "".join(map(chr, range(0x80)))
_UPGRADE = re.compile(rb"\r\nupgrade[ \t]*:[^\r\n]*\r\n", re.IGNORECASE)


class CannotListen(Exception):
    """The address is taken or is not ours to take; the message says which, in one line."""


NOT_HTTP = (
    "Invalid HTTP request received. Often it is a space in the request line or in a header's name: write %20 in a "
    "path, and no space before a header's colon."
)


class Protocol(HttpToolsProtocol):
    """HTTP as forgiving as the vendors' gateways, where uvicorn is stricter or the parser trips."""

    _between_requests = True
    _head = b""
    _running: RequestResponseCycle | None = None

    def data_received(self, data: bytes) -> None:
        # The client is not idle, whether or not the parser gets to see this.
        self._unset_keepalive_if_required()
        if self._between_requests:
            data = self._head + data
            end = data.find(b"\r\n\r\n")
            if (len(data) if end < 0 else end) > MAX_HEAD_BYTES:
                self._refuse(431, f"The request line and headers are longer than {MAX_HEAD_BYTES} bytes.")
                return
            if end < 0 and _may_be_head(data):
                self._head = data
                return
            self._head = b""
            self._between_requests = False
            data = _mended(data, end)
        super().data_received(data)

    # asyncio keeps a half-closed connection open for a protocol that answers True; uvicorn declares that it never does.
    def eof_received(self) -> bool:  # type: ignore[override]
        # A client that has sent all it has to say still wants its answer.
        cycle = self.cycle
        return cycle is not None and not cycle.response_complete and not cycle.more_body

    def on_message_begin(self) -> None:
        # Also in the middle of a read, for a client that sends its next request before the answer: that one's head
        # is the parser's alone.
        self._between_requests = False
        super().on_message_begin()

    def on_message_complete(self) -> None:
        self._between_requests = True
        super().on_message_complete()

    def connection_lost(self, exc: Exception | None) -> None:
        # With several requests on their way, uvicorn tells only the last of them.
        if self._running is not None:
            self._running.disconnected = True
            self._running.message_event.set()
        super().connection_lost(exc)

    def send_400_response(self, msg: str) -> None:
        super().send_400_response(NOT_HTTP)

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: Any) -> None:
        self._running = cycle
        super()._start_asgi_task(cycle, app)

    def _refuse(self, status: int, message: str) -> None:
        head = f"content-type: text/plain; charset=utf-8\r\ncontent-length: {len(message)}\r\nconnection: close\r\n\r\n"
        self.transport.write(STATUS_LINE[status] + head.encode() + message.encode())
        self.transport.close()


def _may_be_head(data: bytes) -> bool:
    """Whether this may become a request head. What looks otherwise (a TLS handshake, lines that end without CR) goes to
    the parser at once, which refuses it."""
    first = data.lstrip(b"\r\n")[:1]
    return (not first or first.isupper()) and data.count(b"\n") == data.count(b"\r\n")


def _mended(data: bytes, end: int) -> bytes:
    """A request head that the parser takes: raw UTF-8 in its first line percent-encoded (as curl sends a file name that
    was typed into a terminal), and without `Upgrade`, at which the parser would take the body for another protocol."""
    line = data[: data.find(b"\r\n")]
    if not line.isascii():
        quoted = quote_from_bytes(line, _ASCII).encode()
        data = quoted + data[len(line) :]
        end += len(quoted) - len(line)
    if _UPGRADE.search(data, 0, end + 2):
        data = _UPGRADE.sub(b"\r\n", data[: end + 2]) + data[end + 2 :]
    return data


class Server(uvicorn.Server):
    """Says when it is ready, and ends in good order on Ctrl-C or SIGTERM."""

    def __init__(self, config: uvicorn.Config, on_ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._on_ready = on_ready
        self._hang_up_now: Callable[[], object] | None = None

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        loop = asyncio.get_running_loop()
        self._hang_up_now = lambda: loop.call_soon_threadsafe(self._hang_up)
        self._on_ready()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        asyncio.get_running_loop().call_later(GRACE, self._hang_up)
        await super().shutdown(sockets)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        if self.should_exit and self._hang_up_now:
            # A second signal waits for nobody.
            self._hang_up_now()
        self.should_exit = True

    def _hang_up(self) -> None:
        # Whoever is still sending or reading sees the connection break, and so does the application.
        for connection in list(self.server_state.connections):
            connection.transport.abort()


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
    host, port, *_ = listener.getsockname()
    # What listens everywhere is reached here; the addresses are read, not bound.
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
