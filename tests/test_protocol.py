"""HTTP on the wire, with both of uvicorn's parsers: what the subclasses add, and what they must not break."""

import asyncio
import gc
import logging
import socket
import struct
import weakref
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress
from functools import partial
from itertools import pairwise
from typing import Any

import pytest
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from uvicorn import Config
from uvicorn.server import ServerState

from emulator.core.faults.connection import EXTENSION
from emulator.core.header_names import HeaderNames
from emulator.protocol import protocol_class

GET = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"
LAST = b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
PUT = b"PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello"
CHUNKED = b"PUT / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n\r\n\r\na\r\n0\r\n\r\n"
# Seconds until a test that hangs fails.
PATIENCE = 20
Dialogue = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[bytes]]


class Server:
    """An application behind one of the protocols, on a socket."""

    def __init__(self, parser: str) -> None:
        self.parser = parser
        # Any: uvicorn lists its own protocols only.
        self.state: Any = ServerState()

    def talk(self, app: ASGIApp, dialogue: Dialogue, *, keep_alive: float = PATIENCE) -> bytes:
        """Return what a dialogue returns over a connection that may be idle for so many seconds."""

        async def run() -> bytes:
            config = Config(app, http=protocol_class(self.parser), lifespan="off", log_config=None)
            config.load()
            # uvicorn takes whole seconds, and one would be long for a test.
            vars(config)["timeout_keep_alive"] = keep_alive
            # Any: the base class takes no arguments.
            make_protocol: Any = protocol_class(self.parser)
            protocol = partial(make_protocol, config, self.state, {})
            server = await asyncio.get_running_loop().create_server(protocol, "127.0.0.1", 0)
            async with server, asyncio.timeout(PATIENCE):
                reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
                result = await dialogue(reader, writer)
                writer.close()
                # So that the server's side ends, too.
                await asyncio.sleep(0.01)
            return result

        return asyncio.run(run())

    def send(self, app: ASGIApp, *requests: bytes) -> bytes:
        """Return all that is answered to requests that are sent at once, until the connection ends."""

        async def dialogue(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes:
            writer.write(b"".join(requests))
            return await reader.read()

        return self.talk(app, dialogue)


@pytest.fixture(params=["httptools", "h11"])
def server(request: pytest.FixtureRequest) -> Server:
    return Server(request.param)


def respond_with(*bodies: bytes, status: int = 200, headers: tuple[tuple[bytes, bytes], ...] = ()) -> ASGIApp:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": status, "headers": list(headers)})
        for body in bodies:
            await send({"type": "http.response.body", "body": body, "more_body": True})
        await send({"type": "http.response.body"})

    return app


async def body_length(scope: Scope, receive: Receive, send: Send) -> None:
    """Read the body and answer with its length."""
    size, more = 0, True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            return
        size += len(message["body"])
        more = message["more_body"]
    body = b"%d" % size
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"%d" % len(body))]})
    await send({"type": "http.response.body", "body": body})


def bodies_of(responses: bytes) -> list[bytes]:
    """Return the bodies of the responses with status 200, and the statuses of the others."""
    parts = (response.partition(b"\r\n\r\n") for response in responses.split(b"HTTP/1.1 ")[1:])
    return [body if head.startswith(b"200") else head[:3] for head, _, body in parts]


# --- Heads of requests ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("request_", [PUT, CHUNKED], ids=["length", "chunked"])
def test_an_offer_of_http2_loses_no_body(server: Server, request_: bytes) -> None:
    # As Java's HttpClient sends its first request.
    offer = b"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAEAAEAAAAIAAAAB\r\nHost"

    async def dialogue(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes:
        writer.write(request_.replace(b"Host", offer))
        first = await reader.readuntil(b"\r\n\r\n5")
        writer.write(LAST)
        return first + await reader.read()

    assert bodies_of(server.talk(body_length, dialogue)) == [b"5", b"0"]


def test_raw_utf8_in_a_path_arrives_percent_encoded() -> None:
    paths: list[bytes] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        paths.append(scope["raw_path"])
        await body_length(scope, receive, send)

    Server("httptools").send(app, "GET /Zoë%20a HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())

    assert paths == [b"/Zo%C3%AB%20a"]


# What a gateway tolerates, and bytes in the body that are not to be touched.
TOLERATED = (
    "PUT /Zoë HTTP/1.1\r\nHost: x\r\nUpgrade: h2c\r\nNote: é\r\nupgrade:h2c\r\nConnection: close\r\n"
    "Content-Length: 30\r\n\r\n"
).encode()
UNTOUCHED = b"\xff\xfe\r\nUpgrade: kept\r\n\r\n".ljust(30, b"\x80")


@pytest.mark.parametrize("size", [1, 2, 3, 4, 5, 7, 50])
def test_a_tolerated_request_may_arrive_in_pieces_of_any_size(size: int) -> None:
    assert _received(TOLERATED + UNTOUCHED, range(size, len(TOLERATED + UNTOUCHED), size)) == (b"/Zo%C3%AB", UNTOUCHED)


def test_a_tolerated_request_may_arrive_in_any_two_pieces() -> None:
    for position in range(1, len(TOLERATED + UNTOUCHED)):
        assert _received(TOLERATED + UNTOUCHED, [position]) == (b"/Zo%C3%AB", UNTOUCHED), position


def _received(request: bytes, cuts: Iterable[int]) -> tuple[bytes, bytes]:
    """Return path and body of a request that arrives in pieces, as an application has them from httptools."""
    answers: list[tuple[bytes, bytes]] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        answers.append((scope["raw_path"], await Request(scope, receive).body()))
        await respond_with()(scope, receive, send)

    async def dialogue(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes:
        for start, end in pairwise((0, *cuts, len(request))):
            writer.write(request[start:end])
            await writer.drain()
            await asyncio.sleep(0.0005)
        return await reader.read()

    Server("httptools").talk(app, dialogue)
    return answers[0]


def test_what_is_not_http_is_answered_with_a_hint(server: Server) -> None:
    response = server.send(body_length, b"GET /a b HTTP/1.1\r\nHost: x\r\n\r\n")

    assert response.startswith(b"HTTP/1.1 400 Bad Request\r\n")
    assert b"%20" in response


def test_a_bad_request_does_not_get_into_an_answer_that_has_begun(server: Server) -> None:
    begun = asyncio.Event()

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"9")]})
        await send({"type": "http.response.body", "body": b"begun", "more_body": True})
        begun.set()
        while (await receive())["type"] != "http.disconnect":
            pass

    async def dialogue(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes:
        writer.write(CHUNKED[:-5])
        await begun.wait()
        writer.write(b"nonsense\r\n")
        return await reader.read()

    assert bodies_of(server.talk(app, dialogue)) == [b"begun"]


# --- Heads of responses -----------------------------------------------------------------------------------------------


def test_header_names_are_spelled_as_the_application_wants(server: Server) -> None:
    headers = ((b"x-client-tls-ver", b"tls1.3: x"), (b"content-length", b"21"), (b"etag", b"1"))
    # What looks like a header stays as it is in a body.
    body = b"HTTP/1.1 200\r\nx-client-tls-ver: 1"[-21:]

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        scope["extensions"][EXTENSION].spell_headers(HeaderNames("X-Client-TLS-ver"))
        await respond_with(body, headers=headers)(scope, receive, send)

    head, _, received = server.send(app, LAST).partition(b"\r\n\r\n")

    spelled = [b"X-Client-TLS-ver: tls1.3: x", b"Content-Length: 21", b"ETag: 1"]
    assert head.split(b"\r\n")[1:4] == spelled
    assert received == body


def test_a_head_does_not_wait_for_a_body_that_comes_late(server: Server) -> None:
    go_on = asyncio.Event()

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]})
        await go_on.wait()
        await send({"type": "http.response.body", "body": b"ok"})

    async def dialogue(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes:
        writer.write(LAST)
        head = await reader.readuntil(b"\r\n\r\n")
        go_on.set()
        return head + await reader.read()

    assert bodies_of(server.talk(app, dialogue)) == [b"ok"]


def test_a_head_request_gets_no_body(server: Server) -> None:
    app = respond_with(b"body", headers=((b"content-length", b"4"),))

    response = server.send(app, b"HEAD / HTTP/1.1\r\nHost: x\r\n\r\n", LAST)

    first, second = response.split(b"HTTP/1.1 200 OK\r\n")[1:]
    assert first == b"content-length: 4\r\n\r\n"
    assert second.endswith(b"\r\n\r\nbody")


def test_a_failing_application_is_a_500(server: Server, caplog: pytest.LogCaptureFixture) -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        raise ValueError("on purpose")

    response = server.send(app, GET, GET)

    assert response.startswith(b"HTTP/1.1 500 Internal Server Error\r\n")
    assert response.count(b"HTTP/1.1") == 1
    assert caplog.records


# --- Bodies -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("framing", ["length", "chunked"])
def test_a_large_body_arrives_whole(server: Server, framing: str) -> None:
    size = 5_000_000
    body = b"Content-Length: %d\r\n\r\n" % size + bytes(size)
    if framing == "chunked":
        body = b"Transfer-Encoding: chunked\r\n\r\n%x\r\n" % size + bytes(size) + b"\r\n0\r\n\r\n"
    request = b"PUT / HTTP/1.1\r\nHost: x\r\n"

    assert bodies_of(server.send(body_length, request, body, request, body, LAST)) == [b"%d" % size, b"%d" % size, b"0"]


@pytest.mark.parametrize("text", [b"x" * 62 + b"\r\n\r\n", b"\r\n\r\n", b"a"], ids=["paragraphs", "blank", "bytes"])
def test_a_body_in_chunks_of_any_kind_arrives_whole(server: Server, text: bytes) -> None:
    chunk = text if len(text) == 1 else text * (64_000 // len(text))
    count = 20_000 if len(text) == 1 else 30
    framed = b"%x\r\n%b\r\n" % (len(chunk), chunk)
    head = b"PUT / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n"

    assert bodies_of(server.send(body_length, head, framed * count, b"0\r\n\r\n")) == [b"%d" % (len(chunk) * count)]


def test_chunks_that_make_no_sense_are_a_bad_request(server: Server) -> None:
    begun = b"PUT / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\nzz\r\n"

    assert server.send(body_length, begun).startswith(b"HTTP/1.1 400 Bad Request")


CHUNKED_HEAD = b"PUT / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n"


@pytest.mark.parametrize(
    ("begun", "repeated"),
    [(b"0\r\n", b"X-Trailer: 12345678901234567890\r\n"), (b"0\r\nX-Trailer: ", b"x" * 40), (b"5;a=", b"x" * 40)],
    ids=["trailers", "trailer", "extension"],
)
def test_what_belongs_to_no_body_has_an_end(server: Server, begun: bytes, repeated: bytes) -> None:
    async def dialogue(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes:
        writer.write(CHUNKED_HEAD + begun)
        with suppress(ConnectionError):
            for _ in range(100):
                writer.write(repeated * 1000)
                await writer.drain()
                await asyncio.sleep(0)
        with suppress(ConnectionError):
            await reader.read()
        return b"closed"

    assert server.talk(body_length, dialogue) == b"closed"


def test_trailers_are_no_headers(server: Server) -> None:
    requests = CHUNKED_HEAD + b"0\r\nX-Emulator-Sandbox: other\r\n\r\n" + LAST

    heads: list[list[tuple[bytes, bytes]]] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        while (await receive()).get("more_body"):
            pass
        heads.append(scope["headers"])
        await respond_with(b"x", headers=((b"content-length", b"1"),))(scope, receive, send)

    answers = server.send(app, requests)

    assert answers.count(b"200 OK") == 2
    assert [[name for name, _ in head] for head in heads] == [
        [b"host", b"transfer-encoding"],
        [b"host", b"connection"],
    ]


def test_a_client_that_awaits_permission_gets_it(server: Server) -> None:
    request = PUT.replace(b"Host: x", b"Host: x\r\nConnection: close\r\nExpect: 100-continue")

    assert server.send(body_length, request).startswith(b"HTTP/1.1 100 Continue\r\n\r\n" if server.parser else b"")


# --- Connections ------------------------------------------------------------------------------------------------------


def test_pipelined_requests_are_answered_in_turn(server: Server) -> None:
    assert bodies_of(server.send(body_length, *[GET] * 100, PUT, CHUNKED, LAST)) == [b"0"] * 100 + [b"5", b"5", b"0"]


def test_a_request_may_arrive_in_any_two_pieces(server: Server) -> None:
    requests = CHUNKED + GET + PUT + LAST

    async def send_in_two(position: int, address: tuple[str, int]) -> None:
        reader, writer = await asyncio.open_connection(*address)
        writer.write(requests[:position])
        await asyncio.sleep(0.001)
        writer.write(requests[position:])
        assert bodies_of(await reader.read()) == [b"5", b"0", b"5", b"0"], position
        writer.close()

    async def dialogue(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes:
        for position in range(1, len(requests)):
            await send_in_two(position, writer.get_extra_info("peername"))
        return b""

    server.talk(body_length, dialogue)


def test_nothing_is_answered_behind_the_last_request(server: Server) -> None:
    assert server.send(body_length, LAST, GET, b"nonsense\r\n\r\n").count(b"HTTP/1.1") == 1


def test_a_body_that_breaks_off_in_nonsense_is_answered_once(server: Server, caplog: pytest.LogCaptureFixture) -> None:
    # The application has not begun to answer, and does not know of the body.
    broken = CHUNKED.replace(b"a\r\n0", b"nonsense\r\n0")

    assert bodies_of(server.send(respond_with(b"late"), broken)) == [b"400"]
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR]


@pytest.mark.parametrize("begun", [GET[:20], PUT[:-3], CHUNKED[:-8]], ids=["head", "length", "chunked"])
def test_a_client_that_pauses_within_a_request_is_waited_for(server: Server, begun: bytes) -> None:
    request = next(request for request in (GET, PUT, CHUNKED) if request.startswith(begun))

    async def dialogue(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes:
        writer.write(GET)
        first = await reader.readuntil(b"\r\n\r\n0")
        writer.write(begun)
        await asyncio.sleep(0.08)
        writer.write(request[len(begun) :] + LAST)
        return first + await reader.read()

    assert len(bodies_of(server.talk(body_length, dialogue, keep_alive=0.02))) == 3


def test_an_idle_connection_ends(server: Server) -> None:
    async def dialogue(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes:
        writer.write(GET)
        return await reader.read()

    assert bodies_of(server.talk(body_length, dialogue, keep_alive=0.02)) == [b"0"]


def test_a_half_closed_client_gets_its_answer(server: Server) -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await asyncio.sleep(0.02)
        await body_length(scope, receive, send)

    async def dialogue(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes:
        writer.write(PUT)
        writer.write_eof()
        return await reader.read()

    assert bodies_of(server.talk(app, dialogue)) == [b"5"]


def test_nothing_is_logged_when_a_client_goes_away(server: Server, caplog: pytest.LogCaptureFixture) -> None:
    received: list[Message] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        while not received or received[-1]["type"] != "http.disconnect":
            received.append(await receive())
        await send({"type": "http.response.start", "status": 200, "headers": []})

    async def dialogue(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes:
        writer.write(PUT[:-3])
        await asyncio.sleep(0.02)
        writer.transport.abort()
        await asyncio.sleep(0.02)
        return b""

    with caplog.at_level(logging.WARNING):
        server.talk(app, dialogue)

    assert [message["type"] for message in received] == ["http.request", "http.disconnect"]
    assert not caplog.records


@pytest.mark.parametrize("request_", [b"", GET, PUT, CHUNKED, PUT[:-2], CHUNKED[:-5], LAST, b"nonsense\r\n\r\n"])
def test_a_connection_that_has_ended_leaves_nothing_behind(request_: bytes) -> None:
    server = Server("httptools")
    left: list[weakref.ref[object]] = []

    async def dialogue(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes:
        writer.write(request_)
        await asyncio.sleep(0.01)
        left.extend(map(weakref.ref, server.state.connections))
        writer.transport.abort()
        await asyncio.sleep(0.01)
        return b""

    gc.disable()
    try:
        server.talk(body_length, dialogue)
        # Those that the server itself closed are gone already.
        assert [reference() for reference in left] == [None] * len(left)
    finally:
        gc.enable()


def test_a_connection_that_was_reset_is_not_kept_until_its_keep_alive_ends(server: Server) -> None:
    async def dialogue(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes:
        writer.write(GET)
        answer = await reader.readuntil(b"\r\n\r\n")
        [connection] = map(weakref.ref, server.state.connections)
        # Without lingering, what ends is reset.
        writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        writer.transport.abort()
        while connection() is not None:
            gc.collect()
            await asyncio.sleep(0.01)
        return answer

    assert server.talk(body_length, dialogue, keep_alive=10 * PATIENCE).startswith(b"HTTP/1.1 200")
