"""The ASGI app that routes requests by their undecoded path."""

from collections.abc import Sequence
from urllib.parse import quote, unquote

from starlette.routing import BaseRoute, Router
from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocketClose

from emulator.core.sandbox import SandboxRegistry
from emulator.core.urls import ROOT_PATH


class EmulatorApp:
    """An ASGI app made of Starlette routes, which match on the undecoded path.

    File names hold `%2F` and `%0A`: decoded, a slash would split a name and a line break would match no route. The app
    can be mounted under any prefix of another application; the `root_path` that it is called with is the prefix of the
    URLs in answers.
    """

    def __init__(self, registry: SandboxRegistry, routes: Sequence[BaseRoute]) -> None:
        self.registry = registry
        """The sandboxes that the routes share."""
        # Not Starlette(): its error middleware would answer 500 where a fault aborts the connection.
        self._router = Router(routes, redirect_slashes=False)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await WebSocketClose()(scope, receive, send)
            return
        if scope["type"] == "http":
            # Some ASGI servers leave raw_path out.
            raw_path: bytes = scope.get("raw_path") or quote(scope["path"]).encode()
            root_path = scope.get("root_path", "")
            # Every route begins with a slash, which the target `*` of an OPTIONS request does not have.
            path = "/" + _path_below(root_path, raw_path.decode("latin-1")).removeprefix("/")
            scope = {**scope, "raw_path": raw_path, "path": path, "root_path": "", ROOT_PATH: root_path}
            # Those of an application that mounted this one name no sandbox of ours.
            scope["path_params"] = {}
        await self._router(scope, receive, send)


def _path_below(root_path: str, path: str) -> str:
    """Return what follows the prefix in a path that is still percent-encoded."""
    if not root_path:
        return path
    # The client may have percent-encoded the prefix differently from the application that mounted this one.
    segments = path.split("/")
    depth = root_path.rstrip("/").count("/") + 1
    is_below = unquote("/".join(segments[:depth])) == root_path.rstrip("/")
    return "/" + "/".join(segments[depth:]) if is_below else path
