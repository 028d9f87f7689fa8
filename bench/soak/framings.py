"""Bytes that no client library sends: odd framings of requests, and streams with random mutations."""

import asyncio
import random
import re
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from functools import partial

from bench.load import Request
from bench.soak.checks import Check, Plan, exactly, none_of
from bench.soak.target import Target, at_once, close, prefix
from bench.soak.traffic import VENDOR_NAMES, change, listing, upload

# Seconds that a server may wait for more of a request before this client leaves.
_WAIT = 1.0
_FAILED = re.compile(rb"HTTP/1\.1 50[0234] ")
_PATH = b"/sandbox/raw/xero/api.xro/2.0/Invoices"
_HOST = b"Host: x\r\n"
_END = b"\r\n\r\n"

_REQUEST_LINES = (
    b"",
    b"\r\n",
    b"\r\n\r\n\r\nGET / HTTP/1.1",
    b"GET",
    b"GET /",
    b"GET  / HTTP/1.1",
    b"GET / HTTP/0.9",
    b"GET / HTTP/1.0",
    b"GET / HTTP/1.2",
    b"GET / HTTP/2.0",
    b"GET / HTTP/9.9",
    b"GET / http/1.1",
    b"get / HTTP/1.1",
    b"GET\t/\tHTTP/1.1",
    b"GET / HTTP/1.1 ",
    b" GET / HTTP/1.1",
    b"GET * HTTP/1.1",
    b"OPTIONS * HTTP/1.1",
    b"GET x HTTP/1.1",
    b"GET ?a HTTP/1.1",
    b"GET # HTTP/1.1",
    b"GET //x/..//%2e%2e/ HTTP/1.1",
    b"GET /\x00 HTTP/1.1",
    b"GET /\xff HTTP/1.1",
    b"GET /% HTTP/1.1",
    b"GET /%zz HTTP/1.1",
    b"GET http://api.xero.com/ HTTP/1.1",
    b"GET http:// HTTP/1.1",
    b"GET http://[ HTTP/1.1",
    b"GET gopher://x/ HTTP/1.1",
    b"CONNECT / HTTP/1.1",
    b"CONNECT x:1 HTTP/1.1",
    b"CONNECT api.xero.com:99999 HTTP/1.1",
    b"CONNECT [::1 HTTP/1.1",
    b"TRACE / HTTP/1.1",
    b"PRI * HTTP/2.0\r\n\r\nSM",
    b"NONSENSE / HTTP/1.1",
    b"G\x00T / HTTP/1.1",
    b"A" * 100_000 + b" / HTTP/1.1",
    b"GET /" + b"a" * 60_000 + b" HTTP/1.1",
    b"GET /" + b"a" * 200_000 + b" HTTP/1.1",
    b"GET /?" + b"a=b&" * 15_000 + b" HTTP/1.1",
    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    b"SSH-2.0-OpenSSH_9.0",
)
_HEADERS = (
    b"",
    b"Host: x\r\nHost: y",
    b"Host:",
    b"Host: [",
    b"Host: \xff",
    b"Host: x:99999999",
    b"Host: " + b"a" * 10_000,
    b"Host : x",
    b"Host\r\n: x",
    b": x",
    b"no colon",
    b"A: b\r\n folded",
    b" A: b",
    b"A: \x00",
    b"A: \x7f\x01",
    b"A\x00: b",
    b"A: b\nB: c",
    b"A: b\rB: c",
    b"A: " + b"b" * 70_000,
    b"\r\n".join(b"A%d: b" % at for at in range(10_000)),
    b"Expect: 100-continue",
    b"Expect: nonsense",
    b"Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: a\r\nSec-WebSocket-Version: 13",
    b"Upgrade: h2c\r\nConnection: Upgrade, HTTP2-Settings\r\nHTTP2-Settings: A",
    b"Connection: \x00",
    b"Connection: close, keep-alive, close",
    b"Range: bytes=" + b"0-1," * 10_000,
    b"Accept-Encoding: " + b"gzip;q=0," * 5_000,
    b"Content-Type: multipart/form-data; boundary=" + b"a" * 10_000,
    b"Cookie: " + b"a=b;" * 10_000,
    b"X-Emulator-Sandbox: ../" + b"a" * 10_000,
    b"Authorization: Basic \xff",
    b"Authorization: Basic " + b"A" * 10_001,
    b"X-Forwarded-Host: [\r\nX-Forwarded-Proto: nonsense",
)
_BODIES = (
    (b"Content-Length: -1", b"hello"),
    (b"Content-Length: +5", b"hello"),
    (b"Content-Length: 5.0", b"hello"),
    (b"Content-Length: 0x5", b"hello"),
    (b"Content-Length: ", b"hello"),
    (b"Content-Length: 5, 5", b"hello"),
    (b"Content-Length: 5, 6", b"hello"),
    (b"Content-Length: 5\r\nContent-Length: 5", b"hello"),
    (b"Content-Length: 5\r\nContent-Length: 6", b"hello!"),
    (b"Content-Length: 99999999999999999999999", b"hello"),
    (b"Content-Length: 9223372036854775807", b"hello"),
    (b"Content-Length: " + b"0" * 1000 + b"5", b"hello"),
    (b"Content-Length: \xb2", b"hello"),
    (b"Content-Length: 3", b"hello"),
    (b"Content-Length: 10", b"hello"),
    (b"Transfer-Encoding: chunked\r\nContent-Length: 5", b"5\r\nhello\r\n0\r\n\r\n"),
    (b"Content-Length: 5\r\nTransfer-Encoding: chunked", b"0\r\n\r\nGET / HTTP/1.1\r\nHost: x\r\n\r\n"),
    (b"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked", b"0\r\n\r\n"),
    (b"Transfer-Encoding: identity", b"hello"),
    (b"Transfer-Encoding: gzip, chunked", b"0\r\n\r\n"),
    (b"Transfer-Encoding: chunked, gzip", b"0\r\n\r\n"),
    (b"Transfer-Encoding: \x0bchunked", b"0\r\n\r\n"),
    (b"Transfer-Encoding : chunked", b"0\r\n\r\n"),
    (b"Transfer-Encoding:\r\n chunked", b"0\r\n\r\n"),
    (b"Transfer-Encoding: nonsense", b"0\r\n\r\n"),
)
_CHUNKS = (
    b"-1\r\nhello\r\n0\r\n\r\n",
    b"0x5\r\nhello\r\n0\r\n\r\n",
    b" 5\r\nhello\r\n0\r\n\r\n",
    b"5 \r\nhello\r\n0\r\n\r\n",
    b"g\r\nhello\r\n0\r\n\r\n",
    b"\r\nhello\r\n0\r\n\r\n",
    b"5\nhello\n0\n\n",
    b"5\rhello\r0\r\r",
    b"5\r\nhello0\r\n\r\n",
    b"5\r\nhello!\r\n0\r\n\r\n",
    b"6\r\nhello\r\n0\r\n\r\n",
    b"ffffffffffffffff\r\nhello",
    b"fffffffffffffffff\r\nhello",
    b"7fffffffffffffff\r\nhello",
    b"0" * 10_000 + b"5\r\nhello\r\n0\r\n\r\n",
    b"5;" + b"a=b;" * 50_000 + b"\r\nhello\r\n0\r\n\r\n",
    b'5;a="\r\nhello\r\n0\r\n\r\n',
    b"5\r\nhello\r\n0\r\nA: b\r\n\r\n",
    b"5\r\nhello\r\n0\r\nContent-Length: 1\r\nHost: y\r\n\r\n",
    b"5\r\nhello\r\n0\r\nno colon\r\n\r\n",
    b"5\r\nhello\r\n0\r\n" + b"A: b\r\n" * 20_000 + b"\r\n",
    b"5\r\nhello\r\n0\r\nA: " + b"b" * 200_000 + b"\r\n\r\n",
    b"1\r\na\r\n" * 20_000 + b"0\r\n\r\n",
    b"0\r\n\r\n0\r\n\r\n",
    b"5\r\nhello\r\n",
    b"",
)


async def framings(target: Target, _: Plan) -> AsyncIterator[Check]:
    """Each is answered, waited for or ended, and never by a failure."""
    streams = list(_framings())
    async for check in _send(target, streams, "raw framings"):
        yield check


async def mutations(target: Target, plan: Plan) -> AsyncIterator[Check]:
    """Valid streams with bytes changed, doubled, left out and moved."""
    chance = random.Random(0)  # noqa: S311 - the same in every run.
    valid = list(_valid(target.server.port))
    streams = [_mutated(chance.choice(valid), valid, chance) for _ in range(plan.count(6000, least=200))]
    async for check in _send(target, streams, "mutated streams"):
        yield check


async def _send(target: Target, streams: list[bytes], what: str) -> AsyncIterator[Check]:
    stored = await target.stored()
    # What is loaded with the first of its kind is loaded now.
    for vendor in VENDOR_NAMES:
        await target.send(listing(vendor, "raw"))
    await target.send(Request("GET", "/"))
    received = await at_once(48, [partial(_talk, target, stream) for stream in streams])
    failed = [
        (stream[:200], bytes(answer[:200]))
        for stream, answer in zip(streams, received, strict=True)
        if _FAILED.search(answer)
    ]
    answered = sum(bool(answer) for answer in received)
    yield none_of(f"failures, {answered:,} were answered", failed, f"{len(streams):,} {what}")
    await target.send(Request("DELETE", "/_emulator/sandboxes/raw"))
    await target.send(Request("POST", "/_emulator/sandboxes/default/reset"))
    for name in [box["name"] for box in (await target.control("GET", "/sandboxes"))["sandboxes"]]:
        # A mutation may have named others.
        await target.send(Request("DELETE", f"/_emulator/sandboxes/{name}"))
    yield exactly("bytes stored afterwards", await target.stored_becomes(stored), stored)
    good = await target.send(listing("xero", "after"))
    yield exactly("the next request is answered with", good.status, 200)


async def _talk(target: Target, stream: bytes) -> bytes:
    """Send a stream, and return all that comes back until the server ends the connection or only waits."""
    reader, writer = await target.connect()
    received = bytearray()
    with suppress(OSError):
        writer.write(stream)
        with suppress(TimeoutError):
            while True:
                async with asyncio.timeout(_WAIT):
                    piece = await reader.read(100_000)
                if not piece:
                    break
                received += piece
    close(writer)
    return bytes(received)


def _framings() -> Iterator[bytes]:
    for line in _REQUEST_LINES:
        yield line + b"\r\n" + _HOST + b"\r\n"
    for header in _HEADERS:
        yield b"GET " + _PATH + b" HTTP/1.1\r\n" + header + _END
    head = b"PUT " + _PATH + b" HTTP/1.1\r\n" + _HOST + b"Authorization: Bearer x\r\nxero-tenant-id: raw\r\n"
    for framing, body in _BODIES:
        yield head + framing + _END + body
    for chunks in _CHUNKS:
        yield head + b"Transfer-Encoding: chunked" + _END + chunks
    for request in (b"GET / HTTP/1.1", b"GET " + _PATH + b" HTTP/1.1"):
        # Lines that end in a line feed alone, requests without an end, and many at once.
        yield (request + b"\r\n" + _HOST + b"\r\n").replace(b"\r\n", b"\n")
        yield request + b"\r\n" + _HOST
        yield (request + b"\r\n" + _HOST + b"\r\n") * 500
        yield request + b"\r\n" + _HOST + b"Connection: close" + _END + b"\x00" * 100_000
    yield b"\x00" * 100_000
    yield b"\r\n" * 50_000


def _valid(port: int) -> Iterator[bytes]:
    for vendor in VENDOR_NAMES:
        for request in (upload(vendor, "raw", "a.pdf", b"bytes" * 20), change(vendor, "raw"), listing(vendor, "raw")):
            yield request.raw(port)
    head = f"PUT {prefix('raw')}/xero/api.xro/2.0/Invoices/INV-0002/Attachments/c.pdf HTTP/1.1\r\nHost: x\r\n"
    head += "Authorization: Bearer x\r\nxero-tenant-id: raw\r\nTransfer-Encoding: chunked\r\n\r\n"
    yield head.encode() + b"5\r\nhello\r\n6;a=b\r\n world\r\n0\r\nA: b\r\n\r\n"
    for path in ("/_emulator/sandboxes/raw/faults", "/_emulator/sandboxes/raw"):
        yield Request("POST", path, {"content-type": "application/json"}, b'{"kind": "reset", "times": 1}').raw(port)
    yield b"CONNECT api.xero.com:443 HTTP/1.1\r\nHost: api.xero.com:443\r\n\r\n" + b"\x16\x03\x01" + b"\x00" * 50


def _mutated(stream: bytes, others: list[bytes], chance: random.Random) -> bytes:
    mutated = bytearray(stream)
    for _ in range(chance.randint(1, 4)):
        at = chance.randrange(len(mutated) or 1)
        to = at + chance.randint(1, 30)
        kind = chance.randrange(6)
        if kind == 0:
            mutated[at : at + 1] = chance.randbytes(1)
        elif kind == 1:
            del mutated[at:to]
        elif kind == 2:
            mutated[at:at] = mutated[at:to] * chance.randint(1, 50)
        elif kind == 3:
            mutated[at:at] = chance.choice([b"\r\n", b"\n", b"\r", b"\x00", b":", b" ", b"\xff", b"0\r\n\r\n", b"%"])
        elif kind == 4:
            del mutated[at:]
        else:
            mutated[at:] = chance.choice(others)
    return bytes(mutated)
