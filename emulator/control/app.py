"""The control API as an ASGI app to mount: access check, health and the lazily loaded routes.

The operations, and pydantic with them, load on the first request for something other than health.
"""

from collections.abc import Mapping
from contextlib import suppress
from functools import cached_property

from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from emulator.control.errors import answer_or_problem
from emulator.control.guard import has_token, is_form, rejection_reason, sent_token
from emulator.control.health import health
from emulator.core.problems import problem
from emulator.core.responses import forbid_sniffing
from emulator.core.sandbox import SandboxRegistry
from emulator.core.urls import path_below_mount
from emulator.core.vendor import Vendor

_UNAUTHORIZED = (
    "This emulator was started with a control token: send it as Authorization: Bearer TOKEN. The command "
    "attachment-emulator and the pytest fixtures take it from the environment variable EMULATOR_CONTROL_TOKEN."
)
_UNAUTHORIZED_BY_ANOTHER = (
    "The control token that was sent is not the one that this emulator was started with. The command "
    "attachment-emulator and the pytest fixtures send what the environment variable EMULATOR_CONTROL_TOKEN has."
)


class ControlApp:
    """The ASGI app of the control API."""

    def __init__(self, registry: SandboxRegistry, vendors: Mapping[str, Vendor]) -> None:
        self._registry = registry
        self._vendors = vendors

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        # Decoded once, here; a slash at the end makes no difference.
        path = path_below_mount(scope).rstrip("/")
        if path.endswith("\n"):
            # A route's pattern would ignore a final line feed.
            path += "/"
        scope = {**scope, "path": f"{scope.get('root_path', '')}{path or '/'}", "raw_path": None}
        request = Request(scope, receive)
        with suppress(ClientDisconnect):
            await self._select_app(request, path)(scope, receive, forbid_sniffing(send))

    def _select_app(self, request: Request, path: str) -> ASGIApp:
        """Return the ASGI app that answers the request."""
        options = self._registry.options
        if reason := rejection_reason(request, options.external_url, options.trusted_hosts):
            return problem(403, "Forbidden host or origin", reason)
        if path == "/health" and request.method in ("GET", "HEAD") and not request.scope["query_string"]:
            # Probes have no token.
            return self._respond_with_health
        if not has_token(request, options.control_token):
            detail = _UNAUTHORIZED_BY_ANOTHER if sent_token(request) else _UNAUTHORIZED
            return problem(401, "Control token needed", detail, {"WWW-Authenticate": "Bearer"})
        if is_form(request):
            return problem(415, "Not JSON", "A page sends JSON, with Content-Type: application/json.")
        return self._router

    async def _respond_with_health(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def answer() -> Response:
            return JSONResponse(health(self._registry, self._vendors))

        response = await answer_or_problem(Request(scope), answer())
        await response(scope, receive, send)

    @cached_property
    def _router(self) -> ASGIApp:
        from emulator.control.routes import ControlRouter

        return ControlRouter(self._registry, self._vendors)
