"""The page at `/`, in the browser or as text, and the answers to requests that match no route."""

import re
from collections.abc import Mapping
from urllib.parse import unquote

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from emulator.console.assets import MOUNT, asset, page
from emulator.console.hints import looks_like, path_with_mount
from emulator.console.text import agent_guide, as_text, llms_txt
from emulator.control import BASE
from emulator.core.problems import Problem, problem
from emulator.core.responses import forbid_sniffing
from emulator.core.sandbox import SandboxRegistry
from emulator.core.urls import public_url
from emulator.core.vendor import Vendor


def console(registry: SandboxRegistry, vendors: Mapping[str, Vendor]) -> ASGIApp:
    """Return the ASGI app for `/` and for every path that matches no other route."""

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope)
        url = public_url(scope, request.headers, registry.options.external_url)
        # Undecoded and, below a sandbox's mount too, from the beginning.
        path: str = scope["path"]
        reads = request.method in ("GET", "HEAD")
        response: Response | None = None
        if path.startswith(MOUNT) and reads:
            response = asset(request, path.removeprefix(MOUNT))
        elif path == "/":
            respond = _front_page if reads else _method_not_allowed
            response = respond(request, url, vendors)
        elif path in ("/agents.md", "/llms.txt") and reads:
            text = agent_guide(url) if path == "/agents.md" else llms_txt(url, tuple(vendors.values()))
            response = PlainTextResponse(text)
        response = response or _not_found(request, path, url, vendors)
        if isinstance(response, Problem):
            target = scope["raw_path"].decode("latin-1")
            registry.reject(request.method, target, response.status_code, response.detail)
        await response(scope, receive, forbid_sniffing(send))

    return app


def _front_page(request: Request, url: str, vendors: Mapping[str, Vendor]) -> Response:
    if "text/html" in request.headers.get("accept", ""):
        return page(request)
    return PlainTextResponse(as_text(url, tuple(vendors.values())), headers={"Vary": "Accept"})


def _method_not_allowed(request: Request, url: str, vendors: Mapping[str, Vendor]) -> Response:
    """Answer a client whose base URL is that of the server and not that of a vendor."""
    likely = looks_like(tuple(vendors.values()), request.headers)
    bases = ", ".join(
        f"{url}/{vendor.name}{vendor.base_path} ({vendor.title})"
        for vendor in ([likely] if likely else vendors.values())
    )
    detail = f"/ does not accept {request.method}. Set the client's base URL to {bases}."
    return problem(405, "Method not allowed", detail, {"Allow": "GET, HEAD"})


def _not_found(request: Request, path: str, url: str, vendors: Mapping[str, Vendor]) -> Response:
    if path == BASE:
        # A mount does not match its own prefix without a slash.
        detail = f"There is no {path}; {url}{BASE}/openapi.json lists the operations."
        return problem(404, "Not part of the control API", detail)
    parent, _, name = path.rpartition("/")
    if re.fullmatch("(/sandbox/[^/]+)?", parent) and (vendor := vendors.get(name)):
        detail = f"Set the client's base URL to {url}{path}{vendor.base_path} ({vendor.title})."
        return problem(404, "Not part of the emulator", detail)
    meant = _control_path(unquote(path))
    if meant := meant or path_with_mount(tuple(vendors.values()), request.method, path, request.headers):
        detail = f"You probably meant {url}{meant} : no vendor is mounted at {path}."
    else:
        mounts = ", ".join(f"{url}/{name}" for name in vendors)
        detail = f"No vendor is mounted at {path}. Vendors: {mounts} . See the front page at /."
    return problem(404, "Not part of the emulator", detail)


def _control_path(path: str) -> str | None:
    """Return the control API path that was probably meant by one without its base or with a sandbox before it."""
    # Imported here because the control API loads on first use.
    from emulator.control.routes import is_served

    prefixed = re.fullmatch(rf"/sandbox/([^/]+){BASE}(/.+)", path)
    candidates = [f"/sandboxes/{prefixed[1]}{prefixed[2]}", prefixed[2]] if prefixed else [path]
    return next((f"{BASE}{candidate}" for candidate in candidates if is_served(candidate.rstrip("/"))), None)
