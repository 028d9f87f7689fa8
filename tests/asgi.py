"""A client that speaks ASGI to the emulator directly, with every byte of the request in the test's own hands."""

import asyncio
import atexit
import json
from collections.abc import Coroutine, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from threading import local
from typing import Any
from urllib.parse import unquote
from xml.etree.ElementTree import Element, fromstring

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Scope

from tests import contract, openapi


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Headers
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()

    def json(self) -> Any:
        return json.loads(self.body)

    def xml(self) -> Element:
        return fromstring(self.body)

    @property
    def rule(self) -> str | None:
        return self.headers.get("emulator-rule")


class Disconnected(Exception):
    """The request ended without an answer."""


async def send(app: ASGIApp, scope: Scope, body: Iterable[bytes], *, cut: bool = False) -> Answer:
    """One request. The body arrives in the given pieces; `cut` loses the connection after the last of them."""
    pieces = list(body) or [b""]
    incoming: list[Message] = [{"type": "http.request", "body": piece, "more_body": True} for piece in pieces]
    if not cut:
        incoming[-1]["more_body"] = False
    outgoing: list[Message] = []
    answered = asyncio.Event()
    if cut:
        answered.set()

    async def receive() -> Message:
        # Lets other requests in between, as a network would.
        await asyncio.sleep(0)
        if incoming:
            return incoming.pop(0)
        await answered.wait()
        return {"type": "http.disconnect"}

    async def collect(message: Message) -> None:
        outgoing.append(message)
        if message["type"] == "http.response.body" and not message.get("more_body"):
            answered.set()

    await app(scope, receive, collect)
    if not outgoing:
        raise Disconnected
    start, *rest = outgoing
    answer = Answer(
        start["status"], Headers(raw=start["headers"]), b"".join(message.get("body", b"") for message in rest)
    )
    content_type = answer.headers.get("content-type", "")
    openapi.check(scope["method"], scope["path"], answer.status, content_type, answer.body)
    contract.check(scope["method"], scope["path"], answer.status, content_type, answer.body)
    return answer


_thread = local()


def run(request: Coroutine[Any, Any, Answer]) -> Answer:
    """What asyncio.run returns, but on one loop for all requests of a thread: a new one costs more than a request."""
    if not hasattr(_thread, "loop"):
        _thread.loop = asyncio.new_event_loop()
        atexit.register(_thread.loop.close)
    loop: asyncio.AbstractEventLoop = _thread.loop
    try:
        # Its threads end with the request, and what they refer to is gone. Their number is given, as it takes long to
        # find out how many suit the machine.
        with ThreadPoolExecutor(4) as executor:
            loop.set_default_executor(executor)
            return loop.run_until_complete(request)
    finally:
        if tasks := asyncio.all_tasks(loop):
            for task in tasks:
                task.cancel()
            loop.run_until_complete(asyncio.gather(*tasks, return_exceptions=True))


def scope_of(method: str, target: str | bytes, headers: Mapping[str, str]) -> Scope:
    """The scope that uvicorn makes of a request line and headers."""
    raw = target.encode() if isinstance(target, str) else target
    path, _, query = raw.partition(b"?")
    fields = {"host": "emulator.test", **{name.lower(): value for name, value in headers.items()}}
    return {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": unquote(path.decode("latin-1")),
        "raw_path": path,
        "query_string": query,
        "root_path": "",
        "headers": [(name.encode(), value.encode("latin-1")) for name, value in fields.items()],
        "client": ("127.0.0.1", 50000),
        "server": ("127.0.0.1", 4600),
    }


class Client:
    """Synchronous requests to an app, below a base path, with headers that every request carries."""

    def __init__(self, app: ASGIApp, base: str = "", headers: Mapping[str, str] | None = None) -> None:
        self.app = app
        self.base = base
        self.headers = dict(headers or {})

    def request(
        self,
        method: str,
        target: str | bytes,
        body: bytes | Iterable[bytes] = b"",
        headers: Mapping[str, str | None] | None = None,
        *,
        cut: bool = False,
    ) -> Answer:
        """Headers given as None are left out."""
        fields = {name: value for name, value in {**self.headers, **(headers or {})}.items() if value is not None}
        pieces = [body] if isinstance(body, bytes) else list(body)
        if isinstance(body, bytes):
            fields.setdefault("content-length", str(len(body)))
        raw = target.encode() if isinstance(target, str) else target
        scope = scope_of(method, self.base.encode() + raw, fields)
        return run(send(self.app, scope, pieces, cut=cut))

    def get(self, target: str | bytes, **headers: str | None) -> Answer:
        return self.request("GET", target, headers=_names(headers))

    def put(self, target: str | bytes, body: bytes | Iterable[bytes], **headers: str | None) -> Answer:
        return self.request("PUT", target, body, _names(headers))

    def post(self, target: str | bytes, body: bytes | Iterable[bytes], **headers: str | None) -> Answer:
        return self.request("POST", target, body, _names(headers))

    def send_json(self, method: str, target: str, value: object, **headers: str | None) -> Answer:
        fields = {"content-type": "application/json", **_names(headers)}
        return self.request(method, target, json.dumps(value).encode(), fields)


def _names(headers: Mapping[str, str | None]) -> dict[str, str | None]:
    return {name.replace("_", "-"): value for name, value in headers.items()}
