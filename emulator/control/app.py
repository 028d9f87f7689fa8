"""The control API as an ASGI application, to be mounted: who may use it, whether the server is there, and its routes.

Its operations load, and pydantic with them, when somebody first asks for more than whether the server is there.
"""

from collections.abc import Mapping
from contextlib import suppress
from functools import cached_property

from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from emulator.control.errors import answer_or_problem
from emulator.control.guard import rejection_reason
from emulator.control.health import health
from emulator.core.problems import problem
from emulator.core.sandbox import SandboxRegistry
from emulator.core.urls import path_below_mount
from emulator.core.vendor import Vendor


def control(registry: SandboxRegistry, vendors: Mapping[str, Vendor]) -> ASGIApp:
    """The control API of these sandboxes and vendors."""
    return Control(registry, vendors)


class Control:
    def __init__(self, registry: SandboxRegistry, vendors: Mapping[str, Vendor]) -> None:
        self._registry = registry
        self._vendors = vendors

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._router(scope, receive, send)
            return
        # Decoded once, here; a slash at the end makes no difference.
        path = path_below_mount(scope).rstrip("/")
        if path.endswith("\n"):
            # A route's pattern would match without it.
            path += "/"
        scope = {**scope, "path": f"{scope.get('root_path', '')}{path or '/'}", "raw_path": None}
        request = Request(scope, receive)
        with suppress(ClientDisconnect):
            await self._choose(request, path)(scope, receive, send)

    def _choose(self, request: Request, path: str) -> ASGIApp:
        """What answers the request."""
        options = self._registry.options
        if reason := rejection_reason(request, options.external_url, options.trusted_hosts):
            return problem(403, "Not from here", reason)
        if path == "/health" and request.method in ("GET", "HEAD") and not request.scope["query_string"]:
            return self._health
        return self._router

    async def _health(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def answer() -> Response:
            return JSONResponse(health(self._registry, self._vendors))

        response = await answer_or_problem(Request(scope), answer())
        await response(scope, receive, send)

    @cached_property
    def _router(self) -> ASGIApp:
        from emulator.control.routes import build_router

        return build_router(self._registry, self._vendors)
