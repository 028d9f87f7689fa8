"""A body that was not wanted, on a connection that ends; and what a body's digest leaves out."""

import asyncio
import hashlib

import pytest
from starlette.types import Message

from emulator import create_app
from emulator.core import request
from emulator.core.request import VendorRequest
from emulator.core.sandbox import SandboxRegistry
from emulator.settings import Settings
from tests.asgi import Answer, scope_of
from tests.vendors.xero.conftest import INVOICE, Xero

TARGET = f"/Invoices/{INVOICE}/Attachments/a.pdf"


def refused(*pieces: bytes, cut: bool = False, **headers: str) -> Answer:
    xero = Xero(create_app(xero_max_request_bytes=3))
    answer = xero.request("PUT", TARGET, pieces, {"content-length": "1000", **headers}, cut=cut)
    assert answer.rule == "xero.max-request-bytes"
    return answer


def test_an_unwanted_body_is_read_before_the_connection_closes(monkeypatch: pytest.MonkeyPatch) -> None:
    assert refused(b"1234", b"5678", connection="close").headers["connection"] == "close"
    assert refused(b"1234", connection="close", cut=True).status == 413
    monkeypatch.setattr(request, "DRAIN_BYTES", 3)
    assert refused(b"1234", b"5678", connection="close", cut=True).status == 413


def test_a_client_that_awaits_permission_is_told_that_the_connection_closes() -> None:
    assert refused(b"", expect="100-continue").headers["connection"] == "close"
    assert refused(b"1234").headers["connection"] == "keep-alive"


@pytest.mark.parametrize("headers", [{"connection": "close"}, {}])
def test_a_refusal_of_the_last_piece_is_answered_like_any_other(headers: dict[str, str]) -> None:
    xero = Xero(create_app(xero_max_request_bytes=10))

    answer = xero.request("PUT", TARGET, [bytes(100)], headers)

    assert (answer.status, answer.rule) == (413, "xero.max-request-bytes")


def digest(content_type: str, *pieces: bytes) -> str:
    messages: list[Message] = [{"type": "http.request", "body": piece, "more_body": True} for piece in pieces]
    messages[-1]["more_body"] = False

    async def receive() -> Message:
        return messages.pop(0)

    scope = scope_of("POST", "/", {"content-type": content_type})
    sandbox = SandboxRegistry(Settings()).sandbox("default")
    exchange = sandbox.journal.open(sandbox.clock.now(), "vendor", "POST", "/", scope["headers"])
    request = VendorRequest(scope, receive, b"/")
    request.bind(sandbox, exchange, "")
    return asyncio.run(request.digest())


def form_of(boundary: bytes, content: bytes = b"content") -> bytes:
    part = b"--%b\r\nContent-Disposition: form-data; name=a\r\n\r\n%b\r\n--%b--\r\n"
    return part % (boundary, content, boundary)


def test_a_digest_is_that_of_the_bytes() -> None:
    expected = hashlib.sha256(b"one two").hexdigest()

    assert digest("text/plain", b"one ", b"two") == digest("", b"one two") == expected
    assert digest("multipart/form-data", b"one two") == expected


@pytest.mark.parametrize("size", [1, 2, 3, 7, 1000])
def test_a_digest_leaves_out_the_boundary_however_a_form_is_cut(size: int) -> None:
    def cut(boundary: bytes, content: bytes = b"content", quote: str = "") -> str:
        body = form_of(boundary, content)
        pieces = [body[at : at + size] for at in range(0, len(body), size)]
        return digest(f"multipart/form-data; boundary={quote}{boundary.decode()}{quote}", *pieces)

    first = cut(b"----made-up-1")

    assert first == cut(b"----made-up-2") == cut(b"another") == cut(b"a b", quote='"') == cut(b"aaa")
    assert first != cut(b"----made-up-1", b"other")


def test_bytes_that_look_like_the_start_of_a_boundary_count() -> None:
    def of(content: bytes) -> str:
        return digest("multipart/form-data; boundary=aab", *[bytes([byte]) for byte in form_of(b"aab", content)])

    assert len({of(content) for content in (b"", b"a", b"aa", b"aaa")}) == 4


def test_a_body_that_broke_off_has_no_digest() -> None:
    messages: list[Message] = [{"type": "http.request", "body": b"1", "more_body": True}]

    async def receive() -> Message:
        return messages.pop(0)

    scope = scope_of("POST", "/", {})
    sandbox = SandboxRegistry(Settings()).sandbox("default")
    exchange = sandbox.journal.open(sandbox.clock.now(), "vendor", "POST", "/", scope["headers"])
    request = VendorRequest(scope, receive, b"/")
    request.bind(sandbox, exchange, "")

    async def read_some() -> None:
        request.hash_body()
        await request.read()

    asyncio.run(read_some())
    assert request.digest_so_far() is None


class Broken(Exception):
    """What a server may let a request come to."""


@pytest.mark.parametrize("error", [Broken, asyncio.CancelledError])
def test_a_place_is_left_however_the_exchange_ends(error: type[BaseException]) -> None:
    app = create_app(xero_rate_limits=True)
    sandbox = app.registry.sandbox("default")
    pieces: list[int] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": b""}

    async def fail(message: Message) -> None:
        pieces.append(sandbox.in_flight.total())
        raise error

    with pytest.raises(error):
        asyncio.run(app(scope_of("GET", f"/xero/api.xro/2.0{TARGET}", Xero(app).headers), receive, fail))

    assert pieces == [1]
    assert not sandbox.in_flight
