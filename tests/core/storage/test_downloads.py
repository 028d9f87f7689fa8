"""Files that lie in the store in several chunks, and parts of them."""

import asyncio
from collections.abc import Mapping
from typing import Any

import pytest
from starlette.types import Message, Receive, Scope, Send

from emulator.core.request import VendorRequest
from emulator.core.sandbox import SandboxRegistry
from emulator.core.storage.downloads import FileResponse, disposition, download
from emulator.core.storage.file_store import Blob, FileStore
from emulator.settings import Settings
from tests.asgi import scope_of

CHUNKS = [bytes([number]) * 100_000 for number in range(4)]
WHOLE = b"".join(CHUNKS)


@pytest.fixture
def store() -> FileStore:
    return FileStore(10**7)


@pytest.fixture
def blob(store: FileStore) -> Blob:
    with store.writer() as writer:
        for chunk in CHUNKS:
            writer.write(chunk)
        blob = writer.commit()
    assert len(blob.chunks) == 4
    return blob


async def _nothing() -> Message:
    return {"type": "http.request"}


def served(blob: Blob, method: str = "GET", **headers: str) -> tuple[int, Mapping[str, str], list[bytes]]:
    """Status, headers and the pieces of a body."""
    scope: Scope = scope_of(method, "/a", {name.replace("_", "-"): value for name, value in headers.items()})
    sandbox = SandboxRegistry(Settings()).sandbox("default")
    exchange = sandbox.journal.open(sandbox.clock.now(), "vendor", method, "/a", scope["headers"])
    call = VendorRequest(scope, _nothing, b"/a")
    call.bind(sandbox, exchange, "/vendor")
    return sent(download(call, blob, "text/plain", {b"x-more": b"1"}), scope)


def sent(response: Any, scope: Scope) -> tuple[int, Mapping[str, str], list[bytes]]:
    messages: list[Message] = []

    async def collect(message: Message) -> None:
        messages.append(message)

    async def run(receive: Receive, send: Send) -> None:
        await response(scope, receive, send)

    asyncio.run(run(_nothing, collect))
    start, *rest = messages
    fields = {name.decode(): value.decode() for name, value in start["headers"]}
    return start["status"], fields, [message["body"] for message in rest if message.get("body")]


@pytest.mark.parametrize(
    ("range_header", "start", "stop", "pieces"),
    [
        ("bytes=0-399999", 0, 400_000, 4),
        ("bytes=0-99999", 0, 100_000, 1),
        ("bytes=100000-199999", 100_000, 200_000, 1),
        ("bytes=99999-100000", 99_999, 100_001, 2),
        ("bytes=99999-300000", 99_999, 300_001, 4),
        ("bytes=150000-250000", 150_000, 250_001, 2),
        ("bytes=399999-", 399_999, 400_000, 1),
        ("bytes=-100001", 299_999, 400_000, 2),
        ("bytes=0-0", 0, 1, 1),
        ("bytes=-999999999999", 0, 400_000, 4),
    ],
)
def test_a_range_lies_across_chunks(blob: Blob, range_header: str, start: int, stop: int, pieces: int) -> None:
    status, headers, body = served(blob, range=range_header)

    assert (status, b"".join(body)) == (206, WHOLE[start:stop])
    assert len(body) == pieces
    assert headers["content-range"] == f"bytes {start}-{stop - 1}/400000"
    assert (headers["content-length"], headers["x-more"]) == (str(stop - start), "1")


def test_the_whole_is_sent_as_it_lies_in_the_store(blob: Blob) -> None:
    status, headers, body = served(blob)

    assert (status, body) == (200, CHUNKS)
    assert all(sent_one is stored for sent_one, stored in zip(body, blob.chunks, strict=True))
    assert (headers["content-length"], headers["accept-ranges"]) == ("400000", "bytes")
    assert "content-range" not in headers


def test_head_sends_no_bytes(blob: Blob) -> None:
    status, headers, body = served(blob, "HEAD")

    assert (status, body, headers["content-length"]) == (200, [], "400000")


@pytest.mark.parametrize("range_header", ["bytes=400000-", "bytes=-0", "bytes=999999999999999999-"])
def test_a_range_beyond_the_end_says_how_long_the_file_is(blob: Blob, range_header: str) -> None:
    status, headers, body = served(blob, range=range_header)

    assert (status, headers["content-range"], body) == (416, "bytes */400000", [])


@pytest.mark.parametrize("range_header", ["bytes=0-1, 3-4", "bytes=9-3", "bytes=1-9999999999999999999", "bytes=1", ""])
def test_what_is_not_one_range_gets_the_whole(blob: Blob, range_header: str) -> None:
    status, _, body = served(blob, range=range_header)

    assert (status, body) == (200, CHUNKS)


def test_a_file_that_is_known_is_not_sent(blob: Blob) -> None:
    etag = served(blob)[1]["etag"]

    for known in (etag, f'"other", W/{etag}', "*"):
        status, headers, body = served(blob, if_none_match=known)
        assert (status, body, headers["etag"]) == (304, [], etag)
    assert served(blob, if_none_match=etag.strip('"'))[0] == 200
    assert served(blob, range="bytes=0-1", if_range=etag)[0] == 206
    assert served(blob, range="bytes=0-1", if_range='"other"')[0] == 200


def test_a_response_is_whole_by_default(blob: Blob) -> None:
    response = FileResponse(blob, "text/plain")

    assert sent(response, scope_of("GET", "/", {}))[2] == CHUNKS
    assert response.headers["content-type"] == "text/plain"


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("a.pdf", 'attachment; filename="a.pdf"'),
        ("a b;c.pdf", 'attachment; filename="a b;c.pdf"'),
        ('a"b.pdf', "attachment; filename=\"a_b.pdf\"; filename*=UTF-8''a%22b.pdf"),
        ("a\\b", "attachment; filename=\"a_b\"; filename*=UTF-8''a%5Cb"),
        ("100%.pdf", "attachment; filename=\"100_.pdf\"; filename*=UTF-8''100%25.pdf"),
        ("é€.pdf", "attachment; filename=\"__.pdf\"; filename*=UTF-8''%C3%A9%E2%82%AC.pdf"),
        ("a\r\nb", "attachment; filename=\"a__b\"; filename*=UTF-8''a%0D%0Ab"),
        ("\ud800", "attachment; filename=\"_\"; filename*=UTF-8''%3F"),
        ("", 'attachment; filename=""'),
    ],
)
def test_a_disposition_says_any_name_in_plain_letters_and_exactly(name: str, expected: str) -> None:
    assert disposition(name) == expected.encode("ascii")
