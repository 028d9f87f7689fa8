"""The ASGI app around a vendor: it selects the sandbox, records the exchange and injects armed faults."""

import logging
from collections.abc import Mapping
from functools import partial
from time import monotonic

from starlette.requests import ClientDisconnect
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from emulator.core.browsers import CONFINED, is_browser, is_embedded
from emulator.core.faults.connection import ConnectionAborted, ConnectionAbortedInProcess, connection_of
from emulator.core.faults.fault import InvalidFault
from emulator.core.faults.injector import FaultInjector
from emulator.core.faults.matching import fault_for
from emulator.core.journal import Body
from emulator.core.numbers import parse_int
from emulator.core.problems import problem
from emulator.core.redaction import redact_headers
from emulator.core.request import VendorRequest
from emulator.core.rules import Refusal
from emulator.core.sandbox import DEFAULT, NoSandbox, Sandbox, SandboxRegistry
from emulator.core.sandbox_selection import connection_sandbox, select_sandbox
from emulator.core.storage.downloads import FileResponse
from emulator.core.storage.file_store import StoreFull
from emulator.core.vendor import Vendor

logger = logging.getLogger("emulator")


class VendorApp:
    """One vendor as an ASGI app, to be mounted by a path or a host name.

    Plain ASGI, because every byte of every file passes through it. The first request loads the vendor package.
    """

    def __init__(
        self, registry: SandboxRegistry, vendors: Mapping[str, Vendor], name: str, host_path: str | None = None
    ) -> None:
        """`host_path` is for a host name of the vendor's: the path below the vendor's mount that it stands for."""
        self._registry = registry
        self._vendors = vendors
        self._name = name
        self._host_path = host_path

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        started = monotonic()
        vendor = self._vendors[self._name]
        mounted_at: str = scope["root_path"]
        path = (self._host_path or "") + scope["path"][len(mounted_at) :]
        request = VendorRequest(scope, receive, path.encode("latin-1"))
        request.by_host_name = self._host_path is not None
        connection_of(scope).spell_headers(vendor.header_names)
        in_path: str | None = scope.get("path_params", {}).get("sandbox")
        try:
            sandbox = self._find_sandbox(request, in_path or await select_sandbox(request, vendor))
        except ClientDisconnect:
            return
        except NoSandbox as error:
            self._registry.reject(request.method, _target(scope), 400, str(error))
            await problem(400, "There is no such sandbox", str(error))(scope, receive, send)
            return
        exchange = sandbox.journal.open(
            sandbox.clock.now(), vendor.name, request.method, _target(scope), scope["headers"], started
        )
        # A URL that is asked for through the same proxy leads to the same sandbox by itself.
        prefix = "" if connection_sandbox(scope) == sandbox.name else _url_prefix(sandbox)
        request.bind(sandbox, exchange, prefix + mounted_at.removeprefix(f"/sandbox/{in_path}"))
        request.match = match = vendor.router.match(request.method, request.segments)
        if match and match.operation:
            exchange.operation = match.operation.id
        request.start_meter(sandbox.usage.of_vendor(vendor.name))
        try:
            await self._respond(vendor, request, request.counting(send))
        except ConnectionAbortedInProcess as aborted:
            exchange.outcome = "cut"
            raise aborted.exception from None
        except ConnectionAborted:
            exchange.outcome = "cut"
        except ClientDisconnect:
            exchange.outcome = "disconnected"
        finally:
            if exchange.outcome == "open":
                # The server is stopping.
                exchange.outcome = "disconnected"
            request.end_meters()
            self._registry.close_exchange(sandbox, exchange)
            request.run_cleanup_callbacks()

    def _find_sandbox(self, request: VendorRequest, name: str) -> Sandbox:
        """Return the sandbox with this name, creating it on first use, but not for other sites. Raises NoSandbox."""
        if name not in self._registry.sandboxes and is_embedded(request):
            raise NoSandbox("Pages of other sites do not create sandboxes.")
        return self._registry.sandbox(name)

    async def _respond(self, vendor: Vendor, request: VendorRequest, send: Send) -> None:
        """Send the vendor's answer, altered by an armed fault if one matches.

        Raises ConnectionAborted and ClientDisconnect.
        """
        injector = None
        try:
            if fault := fault_for(request, vendor, self._vendors):
                injector = FaultInjector(fault, request)
                response = await injector.answer(
                    partial(_answer, vendor, request), partial(_respond_with_status, vendor, request)
                )
            else:
                response = await _answer(vendor, request)
        except InvalidFault as error:
            response = problem(error.status, error.title, error.detail)
        if injector and not request.options.hide_emulator_headers:
            response.headers["Emulator-Fault"] = request.exchange.fault or ""
        if isinstance(response, FileResponse) and is_browser(request):
            response.headers.update(CONFINED)
        if not (request.body_ended or (injector and injector.leaves_body_unread)):
            await request.drain_or_close(response)
        _record_response(request, response)
        if injector:
            await injector.send(response, send)
        else:
            await response(request.scope, request.receive, send)
        if request.exchange.outcome == "open":
            request.exchange.outcome = "answered"


async def _answer(vendor: Vendor, request: VendorRequest) -> Response:
    """Return the vendor's answer or refusal, or a problem response if the emulator itself fails.

    Raises ClientDisconnect.
    """
    try:
        try:
            return await vendor.answer(request)
        except Refusal as refusal:
            return _refuse(vendor, request, refusal)
    except StoreFull as full:
        return problem(507, "The emulator's file store is full", str(full))
    except ClientDisconnect:
        raise
    except Exception:
        logger.exception("%s %s", request.method, request.exchange.target)
        request.exchange.outcome = "failed"
        return problem(
            500,
            "Internal error of the emulator",
            "This is a bug in the emulator, not an answer of the vendor; see the server's log.",
        )


def _refuse(vendor: Vendor, request: VendorRequest, refusal: Refusal) -> Response:
    """Render a refusal in the vendor's format, with a header that names the rules behind it."""
    request.exchange.rules = tuple(rule.id for rule in refusal.rules)
    response = vendor.refuse(request, refusal)
    _limit_retry_after(request, response)
    if not request.options.hide_emulator_headers:
        response.headers["Emulator-Rule"] = ", ".join(request.exchange.rules)
    return response


def _respond_with_status(vendor: Vendor, request: VendorRequest, status: int, retry_after: int | None) -> Response:
    """Return the vendor's answer for the status that a fault asks for.

    The journal names no rule, as none refused the request.
    """
    fault_response = vendor.fault_responses[status]
    request.answer_headers |= vendor.rate_headers(request)
    response = vendor.refuse(request, request.refusal(fault_response.rule, **fault_response.facts))
    response.headers.update(fault_response.headers)
    _limit_retry_after(request, response)
    if retry_after is not None:
        response.headers["Retry-After"] = str(retry_after)
    return response


def _limit_retry_after(request: VendorRequest, response: Response) -> None:
    """Limit Retry-After to the setting `max_retry_after`: an SDK sleeps that long and would hang a test."""
    longest = request.options.max_retry_after
    if parse_int(response.headers.get("retry-after", ""), 0) > longest:
        response.headers["Retry-After"] = str(longest)


def _record_response(request: VendorRequest, response: Response) -> None:
    """Record the answer in the journal, with credentials redacted."""
    exchange = request.exchange
    exchange.status = response.status_code
    if request.secret:
        # The query string and a redirect's target may hold credentials.
        exchange.target = exchange.target.partition("?")[0]
        exchange.response_head = redact_headers(response.raw_headers, also=b"location")
    else:
        exchange.response_head = redact_headers(response.raw_headers)
    if isinstance(response, FileResponse):
        exchange.response_body = Body.of_file(response.blob)
    else:
        exchange.response_body = request.journal_body(bytes(response.body))


def _target(scope: Scope) -> str:
    """Return path and query as they were sent."""
    path, query = scope["raw_path"], scope["query_string"]
    target: bytes = path + b"?" + query if query else path
    return target.decode("latin-1")


def _url_prefix(sandbox: Sandbox) -> str:
    """Return the path prefix that makes URLs in answers lead to the same sandbox."""
    return "" if sandbox.name == DEFAULT else f"/sandbox/{sandbox.name}"
