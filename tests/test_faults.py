"""Faults on real connections: what a client sees of them, byte by byte, under either parser."""

import http.client
import json
import logging
import os
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from itertools import count
from random import Random
from threading import Thread
from typing import Any, Literal, Self, get_args
from urllib.parse import urlsplit

import httpx
import pytest

from emulator.protocol import protocol_class
from emulator.server import BackgroundServer
from emulator.settings import Settings
from tests.vendor_clients import SEED, VENDOR_NAMES, request_of, showing

FILE = "/xero/api.xro/2.0/Invoices/INV-0002/Attachments/a.pdf"
CONTENT = bytes(range(256)) * 800
HEADERS = {"Authorization": "Bearer x", "xero-tenant-id": "t", "Accept": "application/json"}
# How many requests of random faults: 10,000 say more, and take half a minute.
REQUESTS = int(os.environ.get("EMULATOR_TEST_REQUESTS", "600"))
# How long (seconds) is not waited for, as it never takes so long.
PATIENCE = 20

Parser = Literal["httptools", "h11"]
PARSERS = get_args(Parser)


class Box:
    """A sandbox on a server, and connections to it."""

    def __init__(self, url: str, name: str) -> None:
        self.netloc = urlsplit(url).netloc
        self.name = name
        self.mount = f"/sandbox/{name}"
        self.http = httpx.Client(base_url=f"{url}{self.mount}", headers=HEADERS, timeout=PATIENCE, verify=False)
        self._control = httpx.Client(base_url=url, timeout=PATIENCE, verify=False)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.http.close()
        self._control.close()

    def ask(self, method: str, below: str = "", /, **fields: Any) -> Any:
        content = json.dumps(fields) if fields else None
        answer = self._control.request(method, f"/_emulator/sandboxes/{self.name}{below}", content=content)
        assert answer.is_success, answer.text
        return answer.json() if answer.content else None

    def arm(self, kind: str, **fields: Any) -> None:
        self.ask("POST", "/faults", kind=kind, **fields)

    def exchanges(self) -> list[dict[str, Any]]:
        exchanges: list[dict[str, Any]] = self.ask("GET", "/journal")["exchanges"]
        return exchanges

    def is_settled(self) -> bool:
        """Whether no exchange is under way."""
        return all(item["outcome"] != "open" for item in self.exchanges())

    def ended(self, fault: str) -> dict[str, Any]:
        """The exchange that triggered a fault of this kind, once it has ended."""
        exchange: dict[str, Any] = self.ask("GET", f"/journal/wait?fault={fault}&timeout={PATIENCE}")
        return exchange

    def used_bytes(self) -> int:
        size: int = self._control.get("/_emulator/health").json()["store"]["bytes"]
        return size

    def connect(self) -> socket.socket:
        host, _, port = self.netloc.partition(":")
        return socket.create_connection((host, int(port)), timeout=PATIENCE)

    def head(self, method: str = "GET", *more: str) -> bytes:
        """A request's head, as it goes over the wire."""
        lines = [f"{method} {self.mount}{FILE} HTTP/1.1", "Host: x"]
        lines += [f"{name}: {value}" for name, value in HEADERS.items()]
        return "\r\n".join([*lines, *more, "", ""]).encode()

    def exchange(self, *sent: bytes) -> tuple[bytes, str]:
        """What comes back on a connection of its own, and how that ends."""
        with closing(self.connect()) as connection:
            for data in sent:
                connection.sendall(data)
            return rest_of(connection)


def rest_of(connection: socket.socket) -> tuple[bytes, str]:
    """What still comes, and how the connection ends: `eof`, or `reset`."""
    received = b""
    while True:
        try:
            data = connection.recv(65536)
        except ConnectionResetError:
            return received, "reset"
        if not data:
            return received, "eof"
        received += data


def body_of(received: bytes) -> bytes:
    return received.partition(b"\r\n\r\n")[2]


@pytest.fixture(params=["httptools", "h11"], scope="module")
def url(request: pytest.FixtureRequest) -> Iterator[str]:
    server = BackgroundServer(Settings.of(port=0, http=request.param, max_exchanges=1_000_000))
    yield server.url
    server.stop()


numbers = count()


@pytest.fixture
def box(url: str, caplog: pytest.LogCaptureFixture) -> Iterator[Box]:
    """A sandbox of the test's own, with a file in it; afterwards the log is to be empty, and nothing under way."""
    with Box(url, f"box-{next(numbers)}") as box:
        assert box.http.put(FILE, content=CONTENT).status_code == 200
        box.ask("DELETE", "/journal")
        yield box
        wait_until(lambda: all(item["outcome"] != "open" for item in box.exchanges()))
        box.ask("DELETE")
        assert box.used_bytes() == 0
    assert complaints(caplog) == []


def complaints(caplog: pytest.LogCaptureFixture) -> list[str]:
    names = ("emulator", "uvicorn", "asyncio")
    return [
        record.getMessage()
        for record in caplog.records
        if record.name.startswith(names) and record.levelno > logging.INFO
    ]


# --- Endings ----------------------------------------------------------------------------------------------------------

UPLOADS = {
    "with a length": lambda box: (box.head("PUT", f"Content-Length: {len(CONTENT)}"), CONTENT),
    "chunked": lambda box: (
        box.head("PUT", "Transfer-Encoding: chunked"),
        b"%x\r\n%s\r\n0\r\n\r\n" % (len(CONTENT), CONTENT),
    ),
    "empty": lambda box: (box.head("PUT", "Content-Length: 0"),),
}
uploads = pytest.mark.parametrize("upload", UPLOADS.values(), ids=list(UPLOADS))


@uploads
@pytest.mark.parametrize(
    ("fields", "end", "status"),
    [
        ({"kind": "reset", "when": "before"}, "reset", None),
        ({"kind": "reset", "when": "during"}, "reset", None),
        ({"kind": "reset", "when": "during", "after_bytes": 1000}, "reset", None),
        ({"kind": "reset", "when": "after"}, "reset", None),
        ({"kind": "stall", "direction": "up", "seconds": 0.01}, "reset", None),
        ({"kind": "empty-reply"}, "eof", None),
        ({"kind": "lost-answer"}, "reset", 200),
    ],
    ids=lambda value: "-".join(map(str, value.values())) if isinstance(value, dict) else "",
)
def test_a_connection_ends_without_a_byte_in_the_way_that_was_ordered(
    box: Box, upload: Callable[[Box], tuple[bytes, ...]], fields: dict[str, Any], end: str, status: int | None
) -> None:
    box.arm(**fields)
    received, ended = b"", "reset"
    # Where it is reset before all is sent, that is seen while sending.
    with suppress(ConnectionResetError, BrokenPipeError):
        received, ended = box.exchange(*upload(box))

    assert (received, ended) == (b"", end)
    exchange = box.ended(fields["kind"])
    # An empty file is refused, and that too can be lost.
    assert exchange["status"] in ((status, 400) if status else (None,))
    assert (exchange["outcome"], exchange["operation"]) == ("cut", "createInvoiceAttachmentByFileName")


@pytest.mark.parametrize("kind", ["reset", "empty-reply", "lost-answer"])
def test_a_request_without_a_body_ends_likewise(box: Box, kind: str) -> None:
    box.arm(kind)

    assert box.exchange(box.head()) == (b"", "eof" if kind == "empty-reply" else "reset")


@pytest.mark.parametrize("expected", [httpx.ReadError, httpx.RemoteProtocolError])
def test_a_client_sees_what_it_sees_in_process(box: Box, expected: type[Exception]) -> None:
    box.arm("lost-answer" if expected is httpx.ReadError else "empty-reply")

    with pytest.raises(expected):
        box.http.get(FILE)
    assert box.http.get(FILE).content == CONTENT


# --- Answers that break off -------------------------------------------------------------------------------------------

HALF = len(CONTENT) // 2


@pytest.mark.parametrize(
    ("after", "size"),
    [(None, HALF), (0, 0), (1, 1), (70_000, 70_000), (len(CONTENT), len(CONTENT) - 1), (10**9, len(CONTENT) - 1)],
)
def test_a_truncated_body_has_exactly_so_many_bytes_of_those_that_were_promised(
    box: Box, after: int | None, size: int
) -> None:
    box.arm("truncated", **({} if after is None else {"after_bytes": after}))

    received, end = box.exchange(box.head())

    assert body_of(received) == CONTENT[:size]
    assert f"content-length: {len(CONTENT)}\r\n".encode() in received.lower()
    assert end == "eof"


def test_a_refusal_is_truncated_although_its_upload_was_not_wanted(box: Box) -> None:
    box.arm("truncated", after_bytes=3)
    file = bytes(11 * 1024 * 1024)

    received, end = box.exchange(box.head("PUT", f"Content-Length: {len(file)}"), file)

    assert (received[:13], len(body_of(received)), end) == (b"HTTP/1.1 413 ", 3, "eof")
    assert box.ended("truncated")["status"] == 413


@pytest.mark.parametrize("kind", ["truncated", "stall"])
def test_where_there_is_no_body_not_even_the_head_is_sent(box: Box, kind: str) -> None:
    box.arm(kind, vendor="dualentry", method="HEAD", **({"seconds": 0.01} if kind == "stall" else {}))
    target = download_of(box).encode()

    received = box.exchange(b"HEAD " + target + b" HTTP/1.1\r\nHost: x\r\n\r\n")

    assert received == (b"", "eof" if kind == "truncated" else "reset")


def download_of(box: Box) -> str:
    """The target of a file of DualEntry's, which can be had in parts."""
    method, target, body, headers = request_of("dualentry", SEED["dualentry"], CONTENT)
    fields = {**headers, "X-API-KEY": SEED["dualentry"]["owner"]}
    assert box.http.request(method, f"/dualentry{target}", content=body, headers=fields).status_code == 200
    record = box.http.get(f"/dualentry/public/v2/invoices/{SEED['dualentry']['id']}/", headers=fields).json()
    url: str = next(
        attachment["download_url"] for attachment in record["attachments"] if attachment["file_name"] == "a.pdf"
    )
    return str(urlsplit(url).path)


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"kind": "truncated"}, CONTENT[100:150]),
        ({"kind": "truncated", "after_bytes": 7}, CONTENT[100:107]),
        ({"kind": "stall", "after_bytes": 7, "seconds": 0.01}, CONTENT[100:107]),
        ({"kind": "slow", "bytes_per_second": 10**6}, CONTENT[100:200]),
    ],
)
def test_a_part_of_a_file_breaks_off_within_the_part(box: Box, fields: dict[str, Any], expected: bytes) -> None:
    target = download_of(box)
    box.arm(**fields)
    lines = f"GET {target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nRange: bytes=100-199\r\n\r\n"

    received, _ = box.exchange(lines.encode())

    assert received.startswith(b"HTTP/1.1 206 ")
    assert body_of(received) == expected


def test_a_malformed_chunk_is_nonsense_on_the_wire_and_to_a_client(box: Box) -> None:
    box.arm("malformed-chunk", times=3)

    received, end = box.exchange(box.head())
    with pytest.raises(httpx.RemoteProtocolError):
        box.http.get(FILE)
    with closing(http.client.HTTPConnection(box.netloc)) as connection, pytest.raises(http.client.IncompleteRead):
        connection.request("GET", f"{box.mount}{FILE}", headers=HEADERS)
        connection.getresponse().read()

    head, _, body = received.partition(b"\r\n\r\n")
    assert (body, end) == (b"4\r\nEmul\r\nno length\r\n", "eof")
    assert b"\r\nTransfer-Encoding: chunked\r\n" in head + b"\r\n"
    assert b"content-length" not in head.lower()
    # It may see the nonsense before the end.
    wait_until(lambda: [item["outcome"] for item in box.exchanges()] == ["cut"] * 3)


# --- Standing still, and crawling -------------------------------------------------------------------------------------


def test_a_stalled_answer_stops_after_so_many_bytes_and_ends_with_a_reset(box: Box) -> None:
    box.arm("stall", after_bytes=70_000, seconds=0.05)

    received, end = box.exchange(box.head())

    assert (body_of(received), end) == (CONTENT[:70_000], "reset")


@pytest.mark.parametrize("direction", ["up", "down"])
def test_a_client_that_gives_up_on_a_stall_ends_it(box: Box, direction: str) -> None:
    box.arm("stall", direction=direction, after_bytes=10, seconds=60)

    with pytest.raises(httpx.ReadTimeout):
        if direction == "up":
            box.http.put(FILE, content=b"some bytes", timeout=0.1)
        else:
            box.http.get(FILE, timeout=0.1)

    assert box.ended("stall")["outcome"] == "cut"


@pytest.mark.parametrize(
    ("fields", "outcomes"),
    [
        ({"kind": "slow", "bytes_per_second": 20}, {"disconnected"}),
        ({"kind": "slow", "bytes_per_second": 1, "direction": "up"}, {"disconnected", "answered"}),
    ],
)
def test_a_client_that_gives_up_on_a_slow_transfer_ends_it(
    box: Box, fields: dict[str, Any], outcomes: set[str]
) -> None:
    box.arm(**fields)

    with closing(box.connect()) as connection:
        if fields.get("direction"):
            connection.sendall(box.head("PUT", "Content-Length: 100000") + bytes(1000))
        else:
            connection.sendall(box.head())
            assert connection.recv(10) == b"HTTP/1.1 2"

    assert box.ended("slow")["outcome"] in outcomes


def test_a_slow_answer_comes_in_small_pieces(box: Box) -> None:
    box.arm("slow", bytes_per_second=2_000_000)

    with box.http.stream("GET", FILE) as answer:
        pieces = [len(piece) for piece in answer.iter_raw()]

    assert sum(pieces) == len(CONTENT)
    assert len(pieces) > 1
    assert box.ended("slow")["outcome"] == "answered"


@pytest.mark.parametrize("direction", ["up", "down"])
def test_a_corrupted_file_has_one_other_byte(box: Box, direction: str) -> None:
    box.arm("corrupted", direction=direction, after_bytes=70_001)
    if direction == "up":
        assert box.http.put(FILE, content=CONTENT).status_code == 200

    data = box.http.get(FILE).content

    assert len(data) == len(CONTENT)
    assert [at for at in range(len(data)) if data[at] != CONTENT[at]] == [70_001]
    assert (box.http.get(FILE).content == CONTENT) is (direction == "down")


# --- Early refusals ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("framing", ["length", "chunked"])
def test_an_early_refusal_comes_while_the_client_sends_and_hardly_anything_is_read(
    box: Box, monkeypatch: pytest.MonkeyPatch, framing: str
) -> None:
    read = 0
    for spoken in map(protocol_class, PARSERS):
        receive: Callable[..., None] = spoken.data_received

        def counting(self: Any, data: bytes, receive: Callable[..., None] = receive) -> None:
            nonlocal read
            read += len(data)
            receive(self, data)

        monkeypatch.setattr(spoken, "data_received", counting)
    file = bytes(20_000_000)
    box.arm("early-refusal", status=413)

    with suppress(httpx.WriteError, httpx.ReadError):
        content = file if framing == "length" else iter([file[:65536]] * 300)
        answer = box.http.put(FILE, content=content)
        assert (answer.status_code, answer.headers["connection"]) == (413, "close")

    exchange = box.ended("early-refusal")
    assert (exchange["status"], exchange["outcome"]) == (413, "cut")
    assert read < 2_000_000
    assert box.used_bytes() == len(CONTENT)


def test_an_early_refusal_can_be_read_by_who_looks_before_all_is_sent(box: Box) -> None:
    box.arm("early-refusal", status=401)

    received, _ = box.exchange(box.head("PUT", "Content-Length: 20000000"))

    assert received.startswith(b"HTTP/1.1 401 ")
    assert b"connection: close" in received.lower()


# --- Other requests ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "fields",
    [
        {"kind": "status"},
        {"kind": "delay", "seconds": 0},
        {"kind": "slow", "bytes_per_second": 10**8, "direction": "up"},
        {"kind": "corrupted"},
    ],
    ids=lambda fields: fields["kind"],
)
def test_a_connection_that_a_fault_leaves_open_is_as_good_as_before(box: Box, fields: dict[str, Any]) -> None:
    box.arm(**fields)
    put = box.head("PUT", f"Content-Length: {len(CONTENT)}") + CONTENT

    received, end = box.exchange(put, box.head("GET", "Connection: close"))

    assert received.count(b"HTTP/1.1 ") == 2
    assert (received.endswith(CONTENT), end) == (True, "eof")


@pytest.mark.parametrize("kind", ["reset", "empty-reply", "lost-answer", "truncated", "malformed-chunk"])
def test_connections_beside_it_are_unharmed(box: Box, kind: str) -> None:
    with closing(box.connect()) as beside:
        # One that was used before, and one amid an upload.
        beside.sendall(box.head("PUT", f"Content-Length: {len(CONTENT)}") + CONTENT[:1000])
        assert box.http.get(FILE).content == CONTENT
        box.arm(kind, method="GET")
        box.exchange(box.head())
        assert box.http.get(FILE).content == CONTENT
        beside.sendall(CONTENT[1000:] + box.head("GET", "Connection: close"))
        received, end = rest_of(beside)

    assert (received.count(b"HTTP/1.1 200 "), end) == (2, "eof")


@pytest.mark.parametrize(
    ("fields", "answers", "end"),
    [
        ({"kind": "status"}, [b"200", b"503", b"200"], "eof"),
        ({"kind": "delay", "seconds": 0.01}, [b"200", b"200", b"200"], "eof"),
        ({"kind": "truncated"}, [b"200", b"200"], "eof"),
        ({"kind": "malformed-chunk"}, [b"200", b"200"], "eof"),
        ({"kind": "empty-reply"}, [b"200"], "eof"),
        ({"kind": "early-refusal"}, [b"200", b"413"], None),
        ({"kind": "reset"}, None, "reset"),
        ({"kind": "lost-answer"}, None, "reset"),
    ],
    ids=lambda value: value.get("kind") if isinstance(value, dict) else "",
)
def test_of_several_requests_at_once_only_the_struck_one_and_those_behind_it_suffer(
    box: Box, fields: dict[str, Any], answers: list[bytes] | None, end: str | None
) -> None:
    box.arm(skip=1, **fields)
    small = box.head().replace(b"Attachments/a.pdf", b"Attachments")
    last = small.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n")

    received, ended = box.exchange(small * 2 + last)

    if answers is not None:
        assert [item[:3] for item in received.split(b"HTTP/1.1 ")[1:]] == answers
    assert end in (None, ended)
    expected = 3 if fields["kind"] in ("status", "delay") else 2
    assert [item["fault"] for item in box.exchanges()] == [None, fields["kind"], None][:expected]


def test_a_head_request_that_is_refused_by_order_has_no_body(box: Box) -> None:
    box.arm("status")

    received, _ = box.exchange(box.head("HEAD", "Connection: close"))

    assert received.startswith(b"HTTP/1.1 503 ")
    assert body_of(received) == b""


def test_who_waits_for_100_continue_is_refused_without_it(box: Box) -> None:
    box.arm("early-refusal")

    received, _ = box.exchange(box.head("PUT", "Content-Length: 1000", "Expect: 100-continue"))

    assert received.startswith(b"HTTP/1.1 413 ")


# --- Stopping ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("parser", PARSERS)
@pytest.mark.parametrize(
    "fields",
    [
        {"kind": "stall", "seconds": 60},
        {"kind": "stall", "seconds": 60, "direction": "up"},
        {"kind": "slow", "bytes_per_second": 1},
        {"kind": "slow", "bytes_per_second": 1, "direction": "up"},
        {"kind": "delay", "seconds": 60},
    ],
    ids=lambda fields: f"{fields['kind']}-{fields.get('direction')}",
)
def test_a_server_stops_and_says_nothing_whatever_it_was_made_to_wait_for(
    caplog: pytest.LogCaptureFixture, parser: Parser, fields: dict[str, Any]
) -> None:
    server = BackgroundServer(Settings.of(port=0, http=parser))
    with Box(server.url, "default") as box:
        box.arm(**fields)
        with closing(box.connect()) as connection:
            connection.sendall(box.head("PUT", f"Content-Length: {len(CONTENT)}") + CONTENT)
            wait_until(lambda: any(item["fault"] for item in box.exchanges()))
            server.stop()
            assert rest_of(connection)[1] in ("eof", "reset")

    assert complaints(caplog) == []


def wait_until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.002)


# --- All at once ------------------------------------------------------------------------------------------------------

KINDS: tuple[dict[str, Any], ...] = (
    {"kind": "status", "status": 503},
    {"kind": "status", "status": 500, "retry_after": 1},
    {"kind": "early-refusal"},
    {"kind": "reset", "when": "before"},
    {"kind": "reset", "when": "during"},
    {"kind": "reset", "when": "after"},
    {"kind": "empty-reply"},
    {"kind": "lost-answer"},
    {"kind": "delay", "seconds": 0.002},
    {"kind": "truncated"},
    {"kind": "truncated", "after_bytes": 1},
    {"kind": "stall", "direction": "up", "seconds": 0.002},
    {"kind": "stall", "direction": "down", "seconds": 0.002},
    {"kind": "slow", "direction": "up", "bytes_per_second": 20_000_000},
    {"kind": "slow", "direction": "down", "bytes_per_second": 20_000_000},
    {"kind": "corrupted", "direction": "up"},
    {"kind": "corrupted", "direction": "down"},
    {"kind": "malformed-chunk"},
)
BOXES = ("default", "one", "two")
# What each vendor lists files or documents at.
LOOK = {
    "xero": "/api.xro/2.0/Invoices/INV-0002/Attachments",
    "codat": "/companies",
    "dualentry": "/public/v2/invoices/1002/",
    "vrplatform": "/transaction-attachments",
}


class Worker(Thread):
    """A client that meets whatever comes."""

    def __init__(self, url: str, seed: int, requests: int) -> None:
        super().__init__()
        self.netloc = urlsplit(url).netloc
        self.random = Random(seed)
        self.requests = requests
        self.connection = http.client.HTTPConnection(self.netloc, timeout=PATIENCE)
        self.answered = self.broken = 0
        self.failure: BaseException | None = None

    def run(self) -> None:
        try:
            with closing(self.connection):
                for _ in range(self.requests):
                    self.one()
        except BaseException as error:
            self.failure = error

    def one(self) -> None:
        random, vendor = self.random, self.random.choice(VENDOR_NAMES)
        box = random.choice(BOXES)
        mount = f"/sandbox/{box}/{vendor}" + ("/api.xro/2.0" if vendor == "xero" else "")
        headers = dict(showing(vendor, SEED[vendor]["owner"] if vendor == "dualentry" else "x"))
        method, target, body = "GET", f"/sandbox/{box}/{vendor}{LOOK[vendor]}", b""
        if random.random() < 0.7:
            content = random.randbytes(8) * random.choice((1, 100, 30_000))
            method, target, body, more = request_of(vendor, SEED[vendor], content, f"{random.randrange(5)}.pdf")
            target, headers = mount + target, headers | more
        fault = random.choice(KINDS)
        aim = random.choice(({}, {"vendor": vendor}, {"method": method}, {"path": target.rpartition("/")[2]}))
        often = random.choice(
            ({}, {"times": 2}, {"skip": 1}, {"every": 2, "times": 2}, {"probability": 0.5, "times": 1})
        )
        if random.random() < 0.3:
            parts = [fault["kind"], *(f"{name}={value}" for name, value in fault.items() if name != "kind")]
            headers["X-Emulator-Fault"] = "; ".join([*parts, f"skip={random.randrange(2)}"])
        elif random.random() < 0.9:
            self.arm(f"/_emulator/sandboxes/{box}/faults", {**fault, **aim, **often})
        if random.random() < 0.2:
            headers["Idempotency-Key"] = random.choice("abc")
        # Without a length a body goes in chunks.
        sent = iter([body[:9], body[9:]]) if body and random.random() < 0.2 else body
        try:
            self.connection.request(method, target, sent, headers)
            self.connection.getresponse().read()
        except (OSError, http.client.HTTPException):
            self.connection.close()
            self.broken += 1
        else:
            self.answered += 1

    def arm(self, target: str, fault: dict[str, Any]) -> None:
        with closing(http.client.HTTPConnection(self.netloc, timeout=PATIENCE)) as connection:
            for method, body in (("POST", json.dumps(fault)), ("DELETE", "")):
                connection.request(method, target, body)
                answer = connection.getresponse()
                received = answer.read()
                if answer.status == 201:
                    return
                # There are as many as there can be, until all are disarmed.
                assert answer.status in (409, 204), received


def test_random_faults_from_many_clients_leave_nothing_behind(url: str, caplog: pytest.LogCaptureFixture) -> None:
    workers = [Worker(url, seed, REQUESTS // 8) for seed in range(4)]
    with Box(url, "default") as first:
        before = first.used_bytes()
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()

        assert [worker.failure for worker in workers] == [None] * 4
        assert sum(worker.answered for worker in workers) > REQUESTS // 10
        assert sum(worker.broken for worker in workers) > REQUESTS // 20
        for name in BOXES:
            with Box(url, name) as box:
                wait_until(box.is_settled)
                exchanges = box.exchanges()
                assert {one["outcome"] for one in exchanges} <= {"answered", "cut", "disconnected"}
                assert {one["fault"] for one in exchanges} >= {kind["kind"] for kind in KINDS} or len(exchanges) < 500
                box.ask("POST", "/reset")
        assert first.used_bytes() == before
    assert complaints(caplog) == []


@pytest.mark.parametrize("parser", PARSERS)
def test_a_request_that_is_cut_off_while_it_waits_for_its_turn_is_let_go(parser: Parser) -> None:
    server = BackgroundServer(Settings.of(port=0, http=parser))
    try:
        with Box(server.url, "cut") as box:
            chunked = "Transfer-Encoding: chunked"
            first = box.head("PUT", chunked, "X-Emulator-Fault: delay; seconds=0.1") + b"4\r\nwhol\r\n0\r\n\r\n"
            with closing(box.connect()) as connection:
                connection.sendall(first + box.head("PUT", chunked) + b"5\r\nhe")
                connection.shutdown(socket.SHUT_WR)
                answer, _ = rest_of(connection)

            assert answer.startswith(b"HTTP/1.1 200")
            # h11 has not seen the second request when the first is answered, and the connection closes.
            if parser == "httptools":
                assert box.ask("GET", f"/journal/wait?after=1&timeout={PATIENCE}")["outcome"] == "disconnected"
    finally:
        server.stop()
