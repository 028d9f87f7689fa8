import asyncio
import gc
import logging
import weakref
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

import pytest
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from uvicorn import Config
from uvicorn.server import ServerState

from emulator.protocols.http import MAX_UNREAD_BYTES, MAX_WAITING, HttpProtocol

GET = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"
LAST = b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
PATIENCE = 20
Talk = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[bytes]]


def talk(app: ASGIApp, talking: Talk, state: ServerState | None = None, keep_alive: float = PATIENCE) -> bytes:
    """What comes of talking to an application over a connection that may be idle for so many seconds."""

    async def run() -> bytes:
        config = Config(app, http=HttpProtocol, lifespan="off", log_config=None)
        config.load()
        # uvicorn takes whole seconds, and one would be long for a test.
        vars(config)["timeout_keep_alive"] = keep_alive
        loop = asyncio.get_running_loop()
        protocol = partial(HttpProtocol, config, state or ServerState(), {})
        server = await loop.create_server(protocol, "127.0.0.1", 0)
        async with server, asyncio.timeout(PATIENCE):
            reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
            found = await talking(reader, writer)
            writer.close()
            # So that the server's side ends, too.
            await asyncio.sleep(0.01)
        return found

    return asyncio.run(run())


def said(app: ASGIApp, *requests: bytes) -> bytes:
    """All that is answered to what is sent at once, until the connection ends."""

    async def talking(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes:
        writer.write(b"".join(requests))
        return await reader.read()

    return talk(app, talking)


def answering(*bodies: bytes, status: int = 200, headers: tuple[tuple[bytes, bytes], ...] = ()) -> ASGIApp:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": status, "headers": list(headers)})
        for body in bodies:
            await send({"type": "http.response.body", "body": body, "more_body": True})
        await send({"type": "http.response.body"})

    return app


async def length(scope: Scope, receive: Receive, send: Send) -> None:
    """Reads the body, and answers how long it was."""
    size = 0
    more = True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            return
        size += len(message["body"])
        more = message["more_body"]
    body = b"%d" % size
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"%d" % len(body))]})
    await send({"type": "http.response.body", "body": body})


def test_an_answer_of_no_known_length_comes_in_chunks() -> None:
    answer = said(answering(b"one", b"", b"three"), LAST)

    head, _, body = answer.partition(b"\r\n\r\n")
    assert head.splitlines() == [b"HTTP/1.1 200 OK", b"connection: close", b"transfer-encoding: chunked"]
    assert body == b"3\r\none\r\n5\r\nthree\r\n0\r\n\r\n"


def test_a_client_that_knows_no_chunks_is_told_the_end_by_the_end() -> None:
    answer = said(answering(b"one", b"two"), b"GET / HTTP/1.0\r\n\r\n")

    assert answer == b"HTTP/1.1 200 OK\r\nconnection: close\r\n\r\nonetwo"


@pytest.mark.parametrize(("status", "line"), [(204, b"204 No Content"), (304, b"304 Not Modified"), (599, b"599 ")])
def test_a_status_is_named_where_it_has_a_name(status: int, line: bytes) -> None:
    answer = said(answering(status=status, headers=((b"x-a", b"1"),)), LAST)

    assert answer.startswith(b"HTTP/1.1 " + line + b"\r\nx-a: 1\r\n")
    assert (b"chunked" in answer) == (status == 599)


def test_a_head_request_gets_no_body() -> None:
    app = answering(b"body", headers=((b"content-length", b"4"),))

    answer = said(app, b"HEAD / HTTP/1.1\r\nHost: x\r\n\r\n", LAST)

    first, second = answer.split(b"HTTP/1.1 200 OK\r\n")[1:]
    assert first == b"content-length: 4\r\n\r\n"
    assert second.endswith(b"\r\n\r\nbody")


def test_an_application_that_wants_the_connection_to_end_has_its_way() -> None:
    answer = said(answering(headers=((b"connection", b"Close"), (b"content-length", b"0"))), GET, GET)

    assert answer.count(b"HTTP/1.1 200 OK") == 1


async def failing(scope: Scope, receive: Receive, send: Send) -> None:
    raise ValueError("what for")


async def silent(scope: Scope, receive: Receive, send: Send) -> None:
    pass


BROKEN = (b"x-a", b"1\r\nx-b: 2")


@pytest.mark.parametrize(
    "app",
    [
        failing,
        silent,
        answering(headers=(BROKEN,)),
        answering(headers=((b"a", b"\n"),)),
        answering(b"12345", headers=((b"content-length", b"4"),)),
    ],
)
def test_an_application_that_does_not_answer_makes_a_500(app: ASGIApp, caplog: pytest.LogCaptureFixture) -> None:
    answer = said(app, GET, GET)

    assert answer.startswith(b"HTTP/1.1 500 Internal Server Error\r\n")
    assert answer.count(b"HTTP/1.1") == 1
    assert bool(caplog.records) == (app is not silent)


@pytest.mark.parametrize("bodies", [(b"123",), (b"12", b"34", b"5")])
@pytest.mark.usefixtures("caplog")
def test_an_answer_that_is_not_as_long_as_it_says_breaks_off(bodies: tuple[bytes, ...]) -> None:
    answer = said(answering(*bodies, headers=((b"content-length", b"4"),)), GET, GET)

    assert answer.count(b"HTTP/1.1") == 1
    assert b"5" not in answer


@pytest.mark.parametrize("size", [100, 5_000_000])
@pytest.mark.parametrize("framing", ["length", "chunked"])
def test_a_body_arrives_whole_however_it_is_framed(size: int, framing: str) -> None:
    body = b"Content-Length: %d\r\n\r\n" % size + bytes(size)
    if framing == "chunked":
        body = b"Transfer-Encoding: chunked\r\n\r\n%x\r\n" % size + bytes(size) + b"\r\n0\r\n\r\n"
    request = b"PUT / HTTP/1.1\r\nHost: x\r\n"

    answer = said(length, request, body, request, body, LAST)

    assert answer.count(b"\r\n\r\n%d" % size) == 2
    assert answer.endswith(b"\r\n\r\n0")


def test_many_requests_may_come_at_once() -> None:
    answer = said(length, GET * (3 * MAX_WAITING), LAST)

    assert answer.count(b"HTTP/1.1 200 OK") == 3 * MAX_WAITING + 1


def test_requests_behind_what_is_no_request_are_not_seen_and_those_before_it_are_answered() -> None:
    answer = said(length, GET, b"nonsense\r\n\r\n", GET)

    good, bad = answer.split(b"HTTP/1.1 ")[1:]
    assert good.startswith(b"200 OK")
    assert bad.startswith(b"400 Bad Request")


def test_a_body_whose_chunks_make_no_sense_is_the_clients_fault() -> None:
    begun = b"PUT / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\nzz\r\n"
    told: list[Message] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        while not told or told[-1]["type"] != "http.disconnect":
            told.append(await receive())

    answer = said(app, begun)

    assert answer.startswith(b"HTTP/1.1 400 Bad Request")


def test_what_stands_behind_the_last_request_is_not_looked_at() -> None:
    chunked = LAST.replace(b"\r\n\r\n", b"\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n")

    for last in (LAST, chunked):
        assert said(length, last, GET, b"nonsense\r\n\r\n").count(b"HTTP/1.1") == 1


def test_a_method_that_nobody_knows_is_the_applications_affair() -> None:
    answer = said(length, b"CONNECT /a HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")

    assert answer.startswith(b"HTTP/1.1 200 OK")


def test_what_nobody_takes_stays_with_the_client() -> None:
    # Far more than the buffers of the system hold.
    size = 64 * 1024 * 1024
    unread: list[int] = []
    # Any: uvicorn lists its own protocols only.
    state: Any = ServerState()

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await asyncio.sleep(0.05)
        unread.extend(connection.unread_bytes for connection in state.connections)
        await length(scope, receive, send)

    async def talking(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes:
        writer.write(LAST.replace(b"GET", b"PUT")[:-2] + b"Content-Length: %d\r\n\r\n" % size)
        for _ in range(64):
            writer.write(bytes(size // 64))
            await writer.drain()
        return await reader.read()

    answer = talk(app, talking, state)

    assert b"\r\n\r\n%d" % size in answer
    assert MAX_UNREAD_BYTES < unread[0] < 2 * MAX_UNREAD_BYTES


def test_a_server_that_stops_answers_what_is_under_way_and_closes_the_rest() -> None:
    state = ServerState()

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        for connection in list(state.connections):
            connection.shutdown()
        await length(scope, receive, send)

    async def talking(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes:
        idle, other = await asyncio.open_connection(*writer.get_extra_info("peername"))
        writer.write(GET)
        found = await reader.read() + await idle.read()
        other.close()
        return found

    answer = talk(app, talking, state)

    assert answer.count(b"HTTP/1.1 200 OK") == 1
    assert b"connection: close" in answer
    assert not state.connections
    assert not state.tasks


def test_nothing_is_logged_when_a_client_goes_away(caplog: pytest.LogCaptureFixture) -> None:
    told: list[Message] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        while not told or told[-1]["type"] != "http.disconnect":
            told.append(await receive())
        await send({"type": "http.response.start", "status": 200, "headers": []})

    async def talking(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes:
        writer.write(b"PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhe")
        await asyncio.sleep(0.02)
        writer.transport.abort()
        await asyncio.sleep(0.02)
        return b""

    with caplog.at_level(logging.WARNING):
        talk(app, talking)

    assert [message["type"] for message in told] == ["http.request", "http.disconnect"]
    assert not caplog.records


CHUNKED = b"PUT / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n\r\n\r\na\r\n0\r\n\r\n"
PUT = b"PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello"


def bodies(answers: bytes) -> list[bytes]:
    """Those of the answers with a Content-Length, statuses of the others."""
    found = []
    for answer in answers.split(b"HTTP/1.1 ")[1:]:
        head, _, body = answer.partition(b"\r\n\r\n")
        found.append(body if head.startswith(b"200") else head[:3])
    return found


@pytest.mark.parametrize(
    ("requests", "expected"),
    [
        ([PUT, b"nonsense\r\n\r\n"], [b"5", b"400"]),
        ([CHUNKED, b"nonsense\r\n\r\n"], [b"5", b"400"]),
        ([PUT, b"GET / HTTP/1.1\r\nX: ", b"x" * 66_000], [b"5", b"431"]),
        ([CHUNKED, b"GET / HTTP/1.1\r\nX: ", b"x" * 66_000], [b"5", b"431"]),
        ([CHUNKED, PUT, CHUNKED, LAST], [b"5", b"5", b"5", b"0"]),
        ([CHUNKED, PUT.replace(b"Host", b"Connection: Upgrade\r\nUpgrade: h2c\r\nHost"), LAST], [b"5", b"5", b"0"]),
        ([CHUNKED, "GET /Zoë HTTP/1.1\r\nHost: x\r\n\r\n".encode(), LAST], [b"5", b"0", b"0"]),
        ([b"\r\n\n", GET, LAST], [b"0", b"0"]),
        ([b"\r\n\r\n", GET, LAST], [b"0", b"0"]),
        ([b"CONNECT /a HTTP/1.1\r\nContent-Length: 99\r\n\r\n", GET, GET], [b"0"]),
        ([PUT.replace(b"length", b"Length").replace(b": 5", b": +5"), GET], [b"400"]),
        ([b"GET http://x HTTP/1.1\r\nHost: x\r\n\r\n", LAST], [b"0", b"0"]),
    ],
)  # fmt: skip
def test_each_request_gets_its_own_answer(requests: list[bytes], expected: list[bytes]) -> None:
    assert bodies(said(length, *requests)) == expected


def test_requests_may_be_cut_anywhere() -> None:
    whole = b"\r\n" + CHUNKED + GET + PUT + LAST

    async def cut(at: int, address: tuple[str, int]) -> None:
        reader, writer = await asyncio.open_connection(*address)
        writer.write(whole[:at])
        await asyncio.sleep(0.001)
        writer.write(whole[at:])
        assert bodies(await reader.read()) == [b"5", b"0", b"5", b"0"], at
        writer.close()

    async def talking(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes:
        for at in range(1, len(whole)):
            await cut(at, writer.get_extra_info("peername"))
        return b""

    talk(length, talking)


def test_what_comes_behind_a_body_in_chunks_is_no_header() -> None:
    heads: list[list[tuple[bytes, bytes]]] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        heads.append(scope["headers"])
        await length(scope, receive, send)

    said(app, CHUNKED[:-2] + b"Authorization: Bearer x\r\n\r\n", LAST)

    assert [name for name, _ in heads[0]] == [b"host", b"transfer-encoding"]


@pytest.mark.parametrize(("version", "told"), [(b"1.1", True), (b"1.0", False)])
def test_only_who_knows_what_it_means_is_told_to_go_on(version: bytes, told: bool) -> None:
    request = PUT.replace(b"1.1", version).replace(b"Host: x", b"Connection: close\r\nExpect: 100-continue")

    assert (b"100 Continue" in said(length, request)) == told


@pytest.mark.parametrize("begun", [GET[:20], PUT[:-3], CHUNKED[:-8]])
def test_a_client_that_pauses_in_the_middle_is_waited_for(begun: bytes) -> None:
    whole = next(each for each in (GET, PUT, CHUNKED) if each.startswith(begun))
    # It answers at once, so that nothing but what is still to come keeps the connection.
    app = answering(headers=((b"content-length", b"0"),))

    async def talking(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes:
        writer.write(GET + begun)
        await asyncio.sleep(0.08)
        writer.write(whole[len(begun) :] + LAST)
        return await reader.read()

    assert talk(app, talking, keep_alive=0.02).count(b"HTTP/1.1 200 OK") == 3


def test_a_connection_that_is_idle_ends() -> None:
    async def talking(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes:
        writer.write(GET)
        return await reader.read()

    assert bodies(talk(length, talking, keep_alive=0.02)) == [b"0"]


@pytest.mark.parametrize("request_", [b"", GET, PUT, CHUNKED, PUT[:-2], CHUNKED[:-5], LAST, b"nonsense\r\n\r\n"])
def test_a_connection_that_has_ended_leaves_nothing_behind(request_: bytes) -> None:
    left: list[weakref.ref[HttpProtocol]] = []
    # Any: uvicorn lists its own protocols only.
    state: Any = ServerState()

    async def talking(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes:
        writer.write(request_)
        await asyncio.sleep(0.01)
        left.extend(map(weakref.ref, state.connections))
        writer.transport.abort()
        await asyncio.sleep(0.01)
        return b""

    gc.disable()
    try:
        talk(length, talking, state)
        # Those that the server itself closed are gone already.
        assert [each() for each in left] == [None] * len(left)
    finally:
        gc.enable()


def test_a_request_that_is_cut_off_while_it_waits_is_told_so() -> None:
    told: list[str] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await asyncio.sleep(0.02)
        told.append((await receive())["type"])
        await answering(headers=((b"content-length", b"0"),))(scope, receive, send)

    async def talking(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes:
        writer.write(GET + PUT[:-2])
        writer.write_eof()
        return await reader.read()

    assert bodies(talk(app, talking)) == [b""]
    assert told == ["http.request", "http.disconnect"]


def test_a_complaint_does_not_get_into_an_answer_that_has_begun() -> None:
    begun = asyncio.Event()

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"9")]})
        await send({"type": "http.response.body", "body": b"begun", "more_body": True})
        begun.set()
        while (await receive())["type"] != "http.disconnect":
            pass

    async def talking(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes:
        writer.write(CHUNKED[:-5])
        await begun.wait()
        writer.write(b"nonsense\r\n")
        return await reader.read()

    assert bodies(talk(app, talking)) == [b"begun"]
