"""The whole server as one ASGI application: finds the vendor and the sandbox of a request, and carries its answer."""

import logging
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import NamedTuple
from urllib.parse import parse_qs, quote

from starlette.requests import ClientDisconnect
from starlette.responses import Response
from starlette.routing import Mount, Router
from starlette.types import Receive, Scope, Send

from emulator.console.app import console
from emulator.control import BASE
from emulator.control.app import control
from emulator.core.credentials import sandbox_from_credential, shown
from emulator.core.faults.connection import ConnectionAborted, ConnectionAbortedInProcess
from emulator.core.faults.fault import InvalidFault
from emulator.core.faults.injector import FaultInjector
from emulator.core.faults.matching import fault_for
from emulator.core.journal import SECRET_HEADERS, Body, kept
from emulator.core.problems import problem
from emulator.core.request import VendorRequest, parse_int
from emulator.core.rules import Refusal
from emulator.core.sandbox import DEFAULT, NoSandbox, SandboxRegistry
from emulator.core.storage.downloads import FileResponse
from emulator.core.storage.file_store import StoreFull
from emulator.core.vendor import Vendor
from emulator.settings import Settings
from emulator.vendors import HOSTS, VENDOR_NAMES, VENDORS, load

logger = logging.getLogger("emulator")
# The longest sign-in form (bytes) that is searched for the name of a sandbox.
MAX_SIGN_IN_FORM = 64 * 1024


def create_app(settings: Settings | None = None, **options: object) -> "Gateway":
    """The emulator as an ASGI application.

    Takes settings, or single options by name: `create_app(xero_max_attachments=3)`. Raises TypeError for an option
    that does not exist and ValueError for a value that does not fit, a snapshot that is of no use among them.
    """
    return Gateway((settings or Settings()).replace(**options))


class _Route(NamedTuple):
    """Where a request is to go."""

    pack: Vendor
    target: bytes
    """Path and query, as they were sent."""
    path: bytes
    """What follows the vendor's mount."""
    mount: str
    sandbox: str | None
    """As the path names it."""


class Gateway:
    """Plain ASGI, because every byte of every file passes through here."""

    def __init__(self, settings: Settings) -> None:
        self.registry = SandboxRegistry(settings)
        if settings.snapshot:
            from emulator.control.snapshots import begin_with

            begin_with(self.registry, VENDORS, Path(settings.snapshot))
        self._pages = Router(
            [Mount(BASE, control(self.registry, VENDORS))],
            default=console(self.registry, VENDORS),
            redirect_slashes=False,
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        route = self._route(scope) if scope["type"] == "http" else None
        if route is None:
            await self._pages(_undecoded(scope), receive, send)
            return
        call = VendorRequest(scope, receive, route.path)
        try:
            named = _named_by(call.headers) if route.sandbox is None else route.sandbox
            if named is None and (route.path in route.pack.sign_in or b"client_id=" in scope["query_string"]):
                named = await _signed_in_to(call, route.pack)
            sandbox = self.registry.sandbox(DEFAULT if named is None else named)
        except ClientDisconnect:
            return
        except NoSandbox as error:
            await problem(400, "There is no such sandbox", str(error))(scope, receive, send)
            return
        # A URL in an answer leads to the same sandbox, whatever chose it.
        prefix = "" if sandbox.name == DEFAULT else f"/sandbox/{sandbox.name}"
        exchange = sandbox.journal.open(
            sandbox.clock.now(), route.pack.name, call.method, route.target.decode("latin-1"), scope["headers"]
        )
        call.bind(sandbox, exchange, prefix + route.mount)
        try:
            await _converse(route.pack, call, send)
        except ConnectionAbortedInProcess as cut:
            exchange.outcome = "cut"
            raise cut.seen from None
        except ConnectionAborted:
            exchange.outcome = "cut"
        except ClientDisconnect:
            exchange.outcome = "disconnected"
        finally:
            if exchange.outcome == "open":
                # The server is stopping.
                exchange.outcome = "disconnected"
            sandbox.journal.close(exchange)
            if call.cleanup_callbacks:
                call.end()

    def _route(self, scope: Scope) -> _Route | None:
        """The way to a vendor, if the request is for one."""
        path = _raw_path(scope)
        target = path + b"?" + scope["query_string"] if scope["query_string"] else path
        if prefix := scope.get("root_path"):
            path = path.removeprefix(quote(prefix).encode())
        sandbox = None
        if path.startswith(b"/sandbox/"):
            name, slash, rest = path.removeprefix(b"/sandbox/").partition(b"/")
            sandbox, path = name.decode("latin-1"), slash + rest
        mount, _, rest = path.removeprefix(b"/").partition(b"/")
        if (vendor := mount.decode("latin-1")) in VENDOR_NAMES:
            return _Route(load(vendor), target, b"/" + rest, f"/{vendor}", sandbox)
        host = next((value for name, value in scope["headers"] if name == b"host"), b"").decode("latin-1")
        if by_host := HOSTS.get(host.partition(":")[0].lower()):
            vendor, prefix = by_host
            return _Route(load(vendor), target, prefix.encode() + path, "", sandbox)
        return None


async def _converse(pack: Vendor, call: VendorRequest, send: Send) -> None:
    """Answer, or do what a fault wants instead. Raises ConnectionAborted, ClientDisconnect."""
    injection = None
    try:
        if fault := fault_for(call, pack, VENDORS):
            injection = FaultInjector(fault, call)
            response = await injection.answer(partial(_answer, pack, call), partial(_fail, pack, call))
        else:
            response = await _answer(pack, call)
    except InvalidFault as error:
        response = problem(error.status, error.title, error.detail)
    if injection and not call.options.bare:
        response.headers["Emulator-Fault"] = call.exchange.fault or ""
    if not (call.body_ended or (injection and injection.leaves_body)):
        await call.drain_or_close(response)
    _note(call, response)
    if injection:
        await injection.send(response, send)
    else:
        await response(call.scope, call.receive, send)
    if call.exchange.outcome == "open":
        call.exchange.outcome = "answered"


async def _answer(pack: Vendor, call: VendorRequest) -> Response:
    """The vendor's answer, be it a refusal; a problem of the emulator's where it could not come to one. Raises
    ClientDisconnect."""
    try:
        try:
            return await pack.answer(call)
        except Refusal as refusal:
            return _refuse(pack, call, refusal)
    except StoreFull as full:
        return problem(507, "The emulator's file store is full", str(full))
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


def _refuse(pack: Vendor, call: VendorRequest, refusal: Refusal) -> Response:
    """A refusal in the vendor's words, and beside them the rules that it follows from."""
    call.exchange.rules = tuple(rule.id for rule in refusal.rules)
    response = pack.refuse(call, refusal)
    _shorten_wait(call, response)
    if not call.options.bare:
        response.headers["Emulator-Rule"] = ", ".join(call.exchange.rules)
    return response


def _fail(pack: Vendor, call: VendorRequest, status: int, retry_after: int | None) -> Response:
    """The status that a fault has ordered, in the vendor's words. The journal names no rule: none refused the call."""
    failure = pack.fault_responses[status]
    call.answer_headers |= pack.rate_headers(call)
    response = pack.refuse(call, call.refusal(failure.rule, **failure.facts))
    response.headers.update(failure.headers)
    _shorten_wait(call, response)
    if retry_after is not None:
        response.headers["Retry-After"] = str(retry_after)
    return response


def _shorten_wait(call: VendorRequest, response: Response) -> None:
    """Tell no client to wait longer than the settings allow."""
    longest = call.options.max_retry_after
    if parse_int(response.headers.get("retry-after", ""), 0) > longest:
        response.headers["Retry-After"] = str(longest)


def _note(call: VendorRequest, response: Response) -> None:
    """Write an answer down in the journal."""
    exchange = call.exchange
    exchange.status = response.status_code
    if call.secret:
        # Credentials may be in a query string, and in where a redirect leads.
        exchange.target = exchange.target.partition("?")[0]
        exchange.response_head = kept(response.raw_headers, SECRET_HEADERS | {b"location"})
    else:
        exchange.response_head = kept(response.raw_headers)
    if isinstance(response, FileResponse):
        exchange.response_body = Body.of_file(response.blob)
    else:
        exchange.response_body = call.journal_body(bytes(response.body))


def _named_by(headers: Mapping[str, str]) -> str | None:
    """The sandbox that a request names by a header or a credential."""
    named = headers.get("x-emulator-sandbox")
    return sandbox_from_credential(shown(headers)) if named is None else named


async def _signed_in_to(call: VendorRequest, pack: Vendor) -> str | None:
    """The sandbox that a client names where it asks for a token, or for consent."""
    form = await call.peek(MAX_SIGN_IN_FORM) if call.path in pack.sign_in else call.scope["query_string"]
    fields = parse_qs(form.decode("latin-1"))
    given = (fields[name][0] for name in ("client_id", "code", "refresh_token", "token") if name in fields)
    return next(filter(None, map(sandbox_from_credential, given)), None)


def _raw_path(scope: Scope) -> bytes:
    # Some ASGI servers leave it out.
    raw: bytes | None = scope.get("raw_path")
    return raw or quote(scope["path"]).encode()


def _undecoded(scope: Scope) -> Scope:
    """The same request with its path as it was sent: Starlette's mounts do not match a decoded line feed."""
    if scope["type"] != "http":
        return scope
    root_path = scope.get("root_path", "")
    below = _raw_path(scope).removeprefix(quote(root_path).encode())
    return {**scope, "path": root_path + below.decode("latin-1")}
