"""HTTP/1.1 as forgiving as the vendors' gateways, on httptools' parser.

The parser sees heads, and bodies that come in chunks. Any other body, whose length was told, goes by it: each piece is
handed on as it came from the socket.
"""

import asyncio
import re
from collections import deque
from typing import Any, cast
from urllib.parse import quote_from_bytes, unquote

from httptools import HttpParserError, HttpParserUpgrade, HttpRequestParser, parse_url
from uvicorn import Config
from uvicorn.server import ServerState

from emulator.core.faults.connection import EXTENSION
from emulator.protocols.connections import LiveConnection
from emulator.protocols.cycle import Cycle, status_line

# The longest request line and headers together.
MAX_HEAD_BYTES = 64 * 1024
# A client has to wait while the application has not taken more than so much, in bytes of bodies or in requests.
MAX_UNREAD_BYTES = 512 * 1024
MAX_WAITING = 64
# Beyond so much, what is written goes out at once.
MAX_HELD_BYTES = 64 * 1024
NOT_HTTP = (
    "Invalid HTTP request received. Often it is a space in the request line or in a header's name: write %20 in a "
    "path, and no space before a header's colon."
)
_ASCII = "".join(map(chr, range(0x80)))
_UPGRADE = re.compile(rb"\r\nupgrade[ \t]*:[^\r\n]*", re.IGNORECASE)


class HttpProtocol(asyncio.Protocol):
    """One connection, and a task that answers its requests in turn."""

    transport: asyncio.Transport
    unread_bytes = 0
    """What has come of bodies and was not taken yet."""
    congested = False
    """Whether what was written piles up."""
    paused = False
    """Whether nothing is read for the moment."""

    _connection: LiveConnection
    _waiting: deque[Cycle]
    """The request that is being answered, and those behind it."""
    # Both are there while there is something for them.
    _coming: Any = None
    """The cycle of the request whose body is being received."""
    _parser: Any = None
    _head = b""
    """What has come of a request head."""
    _left = 0
    """How many bytes are to come of a body whose length was told."""
    _parsing = False
    """Whether the parser is in the middle of a message."""
    _tail = b""
    """The last bytes that it has got of one."""
    _ends = False
    """Whether no more requests are taken: the connection closes when those it has are answered."""
    _farewell = b""
    """What is said last."""
    _idle: asyncio.Future[None] | None = None
    """What the task waits for while it has nothing to do."""
    _timer: asyncio.TimerHandle | None = None
    _active = 0.0
    """When something last happened."""
    _held_bytes = 0

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        self._app = config.loaded_app
        self._keep_alive = config.timeout_keep_alive
        self._connections: set[Any] = server_state.connections
        self._tasks = server_state.tasks
        self._loop = _loop or asyncio.get_running_loop()
        self._waiting = deque()
        self._room = asyncio.Event()
        self._held: list[bytes] = []
        """What is to be sent."""

    # --- The connection -----------------------------------------------------------------------------------------------

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # A connection's is always one that reads and writes.
        self.transport = transport = cast("asyncio.Transport", transport)
        self._connection = LiveConnection(transport, self.flush)
        self._client, self._server = _address(transport, "peername"), _address(transport, "sockname")
        self._connections.add(self)
        task = self._loop.create_task(self._answer())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def connection_lost(self, exc: Exception | None) -> None:
        self._connections.discard(self)
        self._connection.end()
        self._ends = True
        for cycle in self._waiting:
            cycle.lose()
        self.resume_writing()
        self._wake()
        if self._timer:
            self._timer.cancel()
        # They refer to this protocol.
        self._parser = self._coming = self._timer = None

    # asyncio keeps a half-closed connection open for a protocol that answers True.
    def eof_received(self) -> bool:
        # A client that has sent all it has to say still wants its answer; one that gave up looks the same.
        self._connection.hung_up.set()
        self._ends = True
        # The loop, which may close the transport now, does not know what is held.
        self.flush()
        return bool(self._waiting) and not self._waiting[0].coming

    def pause_writing(self) -> None:
        self.congested = True
        self._room.clear()

    def resume_writing(self) -> None:
        self.congested = False
        self._room.set()

    def shutdown(self) -> None:
        """uvicorn is about to stop."""
        self._ends = True
        if self._waiting:
            self._waiting[-1].keep_alive = False
        self._wake()

    async def room(self) -> None:
        """Wait while what was written piles up, and somebody is there to take it."""
        await self._room.wait()

    def write(self, data: bytes) -> None:
        """Send, together with what else is written in this step of the loop. What all connections have to send then
        goes out in one go, which costs much less than a bit now and then."""
        if not self._held:
            self._loop.call_soon(self.flush)
        self._held.append(data)
        self._held_bytes += len(data)
        if self._held_bytes > MAX_HELD_BYTES:
            self.flush()

    def flush(self) -> None:
        """Hand what is to be sent to the transport."""
        if self._held and not self.transport.is_closing():
            if self._held_bytes > MAX_HELD_BYTES:
                self.transport.writelines(self._held)
            else:
                self.transport.write(b"".join(self._held))
        self._held = []
        self._held_bytes = 0

    def regulate(self) -> None:
        """Read on, or leave the rest to the kernel until more of what came is taken."""
        full = self.unread_bytes > MAX_UNREAD_BYTES or len(self._waiting) > MAX_WAITING
        if full != self.paused and not self.transport.is_closing():
            self.paused = full
            if full:
                self.transport.pause_reading()
            else:
                self.transport.resume_reading()

    # --- Requests -----------------------------------------------------------------------------------------------------

    def data_received(self, data: bytes) -> None:
        self._active = self._loop.time()
        while data:
            if self._left:
                data = self._read_body(data)
            elif self._parsing:
                data = self._read_chunks(data)
            elif self._ends:
                break
            else:
                data = self._read_head(data)
        if self.unread_bytes > MAX_UNREAD_BYTES or len(self._waiting) > MAX_WAITING:
            self.regulate()

    def _read_head(self, data: bytes) -> bytes:
        """Take a request head, if all of it is there, and give back what follows it."""
        data = self._head + data
        end = data.find(b"\r\n\r\n") + 4
        if (end if end >= 4 else len(data)) > MAX_HEAD_BYTES:
            self._refuse(431, f"The request line and headers are longer than {MAX_HEAD_BYTES} bytes.")
            return b""
        if end < 4:
            if _may_be_head(data):
                self._head = data
                return b""
            end = len(data)
        self._head = self._tail = b""
        self._headers: list[tuple[bytes, bytes]] = []
        self._length = 0
        self._chunked = self._expects = False
        self._parser = HttpRequestParser(self)
        self._parse(_mended(data[:end]))
        if self._parsing and not self._chunked:
            self._left = self._length
            self._parsing = False
        return data[end:]

    def _read_body(self, data: bytes) -> bytes:
        """Take what belongs to the body, and give back what follows it."""
        piece = data[: self._left]
        self._left -= len(piece)
        self._coming.feed(piece, last=not self._left)
        if not self._left:
            self._coming = None
        return data[len(piece) :]

    def _read_chunks(self, data: bytes) -> bytes:
        """Take what belongs to the body, which only an empty line can end, and give back what follows it."""
        fed = len(self._tail)
        data = self._tail + data
        while self._parsing and fed < len(data):
            # The line may have begun with what the parser already has.
            end = data.find(b"\r\n\r\n", max(0, fed - 3)) + 4
            end = end if end >= 4 else len(data)
            self._parse(memoryview(data)[fed:end])
            fed = end
        self._tail = data[max(0, fed - 3) : fed]
        return data[fed:]

    def _parse(self, data: bytes | memoryview) -> None:
        """Give all of it to the parser."""
        try:
            self._parser.feed_data(data)
        except HttpParserUpgrade:
            # It is the method CONNECT: answered like any that nobody knows, but what follows is no request.
            self._waiting[-1].keep_alive = False
            self._ends = True
        except HttpParserError:
            self._refuse(400, NOT_HTTP)

    def _refuse(self, status: int, message: str) -> None:
        """Answer what is no request, once those before it are answered, and be done."""
        head = f"content-type: text/plain; charset=utf-8\r\ncontent-length: {len(message)}\r\nconnection: close\r\n\r\n"
        self._farewell = status_line(status) + f"\r\n{head}{message}".encode()
        self._ends = True
        self._parsing = False
        if self._coming:
            self._coming.lose()
        self._wake()

    # What the parser calls.

    def on_url(self, url: bytes) -> None:
        self._parsing = True
        self._url = url

    def on_header(self, name: bytes, value: bytes) -> None:
        if self._coming:
            # It comes after the body, where nobody looks for it.
            return
        name = name.lower()
        self._headers.append((name, value))
        if name == b"content-length":
            self._length = int(value)
        elif name == b"transfer-encoding":
            self._chunked = True
        elif name == b"expect":
            self._expects = value.lower() == b"100-continue"

    def on_headers_complete(self) -> None:
        url = parse_url(self._url)
        path = url.path or b"/"
        version = self._parser.get_http_version()
        scope = {
            "type": "http",
            "asgi": {"version": "3.0", "spec_version": "2.3"},
            "http_version": version,
            "method": self._parser.get_method().decode(),
            "scheme": "http",
            "path": unquote(path.decode()) if b"%" in path else path.decode(),
            "raw_path": path,
            "query_string": url.query or b"",
            "root_path": "",
            "headers": self._headers,
            "client": self._client,
            "server": self._server,
            "extensions": {EXTENSION: self._connection},
        }
        keep_alive = version == "1.1" and self._parser.should_keep_alive()
        self._ends = self._ends or not keep_alive
        self._coming = Cycle(self, scope, keep_alive=keep_alive, expects=self._expects and version == "1.1")
        self._waiting.append(self._coming)
        self._wake()

    def on_body(self, body: bytes) -> None:
        self._coming.feed(body, last=False)

    def on_message_complete(self) -> None:
        self._parsing = False
        self._coming.feed(b"", last=True)
        self._coming = None

    # --- Answers ------------------------------------------------------------------------------------------------------

    async def _answer(self) -> None:
        """Answer what comes until the connection ends."""
        while not self.transport.is_closing():
            if self._waiting:
                cycle = self._waiting[0]
                if cycle.coming and self._connection.hung_up.is_set():
                    # It waited for its turn, and its rest will never come.
                    cycle.lose()
                await cycle.run(self._app)
                if self._farewell and cycle.broken_off:
                    # What is said now would be taken for the rest of the answer.
                    self._farewell = b""
                self._waiting.popleft()
                if not cycle.keep_alive:
                    self._close()
                self._active = self._loop.time()
                if self.paused:
                    self.regulate()
            elif self._ends:
                self._close()
            else:
                if self._active and not self._timer:
                    self._close_when_idle()
                self._idle = self._loop.create_future()
                await self._idle
        self._waiting.clear()

    def _wake(self) -> None:
        """Let the task see what is to be done."""
        if self._idle and not self._idle.done():
            self._idle.set_result(None)

    def _close(self) -> None:
        self._ends = True
        self.write(self._farewell)
        self.flush()
        self.transport.close()

    def _close_when_idle(self) -> None:
        in_the_middle = self._waiting or self._head or self._left or self._parsing
        idle = 0 if in_the_middle else self._loop.time() - self._active
        if idle >= self._keep_alive:
            self.transport.close()
        else:
            # One timer for the whole connection: one for every request would cost each a bit.
            self._timer = self._loop.call_later(self._keep_alive - idle, self._close_when_idle)


def _address(transport: asyncio.Transport, name: str) -> tuple[str, int] | None:
    """One end of a connection; None where it is no internet address."""
    found = transport.get_extra_info(name)
    return found[:2] if isinstance(found, tuple) else None


def _may_be_head(data: bytes) -> bool:
    """Whether this may become a request head. What looks otherwise (a TLS handshake, lines that end without CR) goes to
    the parser at once, which refuses it."""
    data = data.lstrip(b"\r\n")
    first = data[:1]
    return (not first or first.isupper()) and data.count(b"\n") == data.count(b"\r\n")


def _mended(head: bytes) -> bytes:
    """A request head that the parser takes: raw UTF-8 in its first line percent-encoded (as curl sends a file name that
    was typed into a terminal), and without `Upgrade`, at which the parser would take the body for another protocol."""
    if not head.isascii():
        line, rest = head[: head.find(b"\r\n")], head[head.find(b"\r\n") :]
        head = quote_from_bytes(line, _ASCII).encode() + rest
    return _UPGRADE.sub(b"", head) if b"\nupgrade" in head.lower() else head
