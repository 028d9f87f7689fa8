"""The whole server as one ASGI application: finds the vendor and the sandbox of a request, and carries its answer."""

import logging
from urllib.parse import quote

from starlette.requests import ClientDisconnect
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from emulator.control import create_control
from emulator.core.blobs import StoreFull
from emulator.core.call import Call
from emulator.core.downloads import FileResponse
from emulator.core.journal import REDACTED, Body, redact
from emulator.core.pack import Pack
from emulator.core.rules import Refusal
from emulator.core.sandbox import World
from emulator.problems import problem
from emulator.settings import Settings
from emulator.urls import public_url
from emulator.vendors import PACKS

logger = logging.getLogger("emulator")


def create_app(settings: Settings | None = None, **options: object) -> "Gateway":
    """The emulator as an ASGI application.

    Takes settings, or single options by name: `create_app(xero_max_attachments=3)`. Raises TypeError for an option
    that does not exist and ValueError for a value that does not fit.
    """
    return Gateway((settings or Settings()).with_(**options))


class Gateway:
    """Plain ASGI, because every byte of every file passes through here."""

    def __init__(self, settings: Settings) -> None:
        self.world = World(settings)
        self._mounts = {pack.name: pack for pack in PACKS}
        self._hosts = {host: (pack, prefix) for pack in PACKS for host, prefix in pack.hosts.items()}
        self._control: ASGIApp = create_control(self.world)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        found = self._vendor_of(scope) if scope["type"] == "http" else None
        if found is None:
            await self._control(scope, receive, send)
        else:
            await self._serve(scope, receive, send, *found)

    def _vendor_of(self, scope: Scope) -> tuple[Pack, bytes, str] | None:
        """The pack, the path below its mount as it was sent, and the mount's URL."""
        path = _raw_path(scope).removeprefix(scope.get("root_path", "").encode())
        base = public_url(scope, self.world.options.external_url)
        mount, _, rest = path.removeprefix(b"/").partition(b"/")
        if pack := self._mounts.get(mount.decode("latin-1")):
            return pack, b"/" + rest, f"{base}/{pack.name}"
        host = next((value for name, value in scope["headers"] if name == b"host"), b"").decode("latin-1")
        if by_host := self._hosts.get(host.partition(":")[0].lower()):
            pack, prefix = by_host
            return pack, prefix.encode() + path, base
        return None

    async def _serve(self, scope: Scope, receive: Receive, send: Send, pack: Pack, path: bytes, mount_url: str) -> None:
        sandbox = self.world.default
        exchange = sandbox.journal.open(
            sandbox.clock.now(), pack.name, scope["method"], _target(scope), scope["headers"]
        )
        call = Call(scope, receive, sandbox=sandbox, exchange=exchange, path=path, mount_url=mount_url)
        try:
            response = await self._answer(pack, call)
        except ClientDisconnect:
            exchange.outcome = "disconnected"
            sandbox.journal.weigh(exchange)
            return
        await call.settle(response)
        _note(call, response)
        await response(scope, receive, send)
        if exchange.outcome == "open":
            exchange.outcome = "answered"

    async def _answer(self, pack: Pack, call: Call) -> Response:
        try:
            return await self._ask(pack, call)
        except StoreFull as full:
            return problem(
                507,
                "The emulator's file store is full",
                f"Its cap is {full.max_bytes} bytes; raise max_store_bytes, or remove what is no longer needed.",
            )
        except ClientDisconnect:
            raise
        except Exception:
            logger.exception("%s %s", call.method, call.exchange.target)
            call.exchange.outcome = "failed"
            return problem(
                500,
                "The emulator failed",
                "This is a defect of the emulator, not an answer of the vendor's; the server's log says more.",
            )

    async def _ask(self, pack: Pack, call: Call) -> Response:
        try:
            return await pack.answer(call)
        except Refusal as refusal:
            call.exchange.rules = tuple(rule.id for rule in refusal.rules)
            response = pack.refuse(call, refusal)
            if not self.world.options.bare:
                response.headers["Emulator-Rule"] = ", ".join(call.exchange.rules)
            return response


def _note(call: Call, response: Response) -> None:
    exchange = call.exchange
    exchange.status = response.status_code
    exchange.response_headers = redact(response.raw_headers)
    if call.secret:
        # A redirect may carry a code, a query string anything.
        exchange.target = exchange.target.partition("?")[0]
        exchange.response_headers = tuple(
            (name, REDACTED if name == b"location" else value) for name, value in exchange.response_headers
        )
    if isinstance(response, FileResponse):
        exchange.response_body = Body.of_file(response.blob)
    else:
        exchange.response_body = call.remembered(bytes(response.body))
    call.sandbox.journal.weigh(exchange)


def _target(scope: Scope) -> str:
    query: bytes = scope["query_string"]
    return (_raw_path(scope) + (b"?" + query if query else b"")).decode("latin-1")


def _raw_path(scope: Scope) -> bytes:
    # Some ASGI servers leave it out.
    raw: bytes | None = scope.get("raw_path")
    return raw or quote(scope["path"]).encode()
