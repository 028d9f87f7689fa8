"""The table of all operations of the control API, and their Starlette routes."""

from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import replace

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Match, Route, Router, compile_path
from starlette.types import Receive, Scope, Send

from emulator.control import (
    BASE,
    credentials,
    documents,
    faults,
    journal,
    rules,
    sandboxes,
    server,
    snapshots,
    usage,
    webhooks,
)
from emulator.control.operation import ControlContext, Operation
from emulator.core.problems import problem
from emulator.core.sandbox import SandboxRegistry
from emulator.core.urls import path_below_mount, public_url
from emulator.core.vendor import Vendor


def _operations() -> Iterator[Operation]:
    for module in (server, rules, sandboxes, snapshots, documents, credentials, faults, journal, usage, webhooks):
        yield from (value for value in vars(module).values() if isinstance(value, Operation))
    # The first name of documents, which older clients use.
    for operation in (documents.list_documents, documents.create_document):
        yield replace(operation, path="/sandboxes/{sandbox}/world", deprecated=True)


OPERATIONS = tuple(_operations())
_PATHS = tuple(compile_path(operation.path)[0] for operation in OPERATIONS)


def is_served(path: str) -> bool:
    """Return whether any operation has this path below the control API's mount."""
    return any(pattern.fullmatch(path) for pattern in _PATHS)


class ControlRouter:
    """The ASGI app for all operations on the sandboxes of a registry."""

    def __init__(self, registry: SandboxRegistry, vendors: Mapping[str, Vendor]) -> None:
        self._registry = registry
        self._vendors = vendors

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await _ROUTER({**scope, _REGISTRY: self._registry, _VENDORS: self._vendors}, receive, send)


_REGISTRY = "emulator.registry"
_VENDORS = "emulator.vendors"


def _endpoint(operation: Operation) -> Callable[[Request], Awaitable[Response]]:
    async def respond(request: Request) -> Response:
        scope = request.scope
        return await operation.respond(ControlContext(scope[_REGISTRY], scope[_VENDORS], OPERATIONS, request))

    return respond


# Of the module, as to make them takes longer than most requests.
_ROUTES = tuple(Route(operation.path, _endpoint(operation), methods=[operation.method]) for operation in OPERATIONS)


class _Unserved:
    """Answers 404 for a path that does not exist, and 405 for one that does not take the method."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = BASE + path_below_mount(scope)
        if methods := self._methods(scope):
            detail = f"{path} does not accept {scope['method']}, only {methods}."
            response = problem(405, "Method not allowed", detail, {"Allow": methods})
        else:
            external_url = scope[_REGISTRY].options.external_url
            url = public_url(scope, Request(scope).headers, external_url).removesuffix(BASE)
            detail = f"There is no {path}; {url}{BASE}/openapi.json lists the operations."
            response = problem(404, "Not part of the control API", detail)
        await response(scope, receive, send)

    @staticmethod
    def _methods(scope: Scope) -> str:
        """Return the methods that the path accepts, in the format of the Allow header."""
        matching = [route for route in _ROUTES if route.matches(scope)[0] is not Match.NONE]
        return ", ".join(sorted({method for route in matching for method in route.methods or ()}))


# The catch-all pattern matches no line feed; the default takes those paths.
_ROUTER = Router([*_ROUTES, Route("/{path:path}", _Unserved())], default=_Unserved(), redirect_slashes=False)
