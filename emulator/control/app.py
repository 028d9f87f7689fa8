"""What answers requests that are for no vendor: the front page at `/`, and the control API below `/_emulator`."""

import logging
import re
from urllib.parse import quote

from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from emulator.console.text import as_html, as_text
from emulator.control.asking import Asked, Refused, read_body, read_query
from emulator.control.guard import rejection_reason
from emulator.control.hints import looks_like, path_with_mount
from emulator.control.routes import BASE, ROUTES, Contract
from emulator.core.problems import problem
from emulator.core.routing import Router, segments_of
from emulator.core.sandbox import NoSandbox, SandboxRegistry
from emulator.core.urls import public_url
from emulator.vendors import VENDORS

logger = logging.getLogger("emulator")
ROUTER = Router(ROUTES)


def create_control(registry: SandboxRegistry) -> ASGIApp:
    async def control(scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        try:
            response = await _answer(registry, request)
        except ClientDisconnect:
            return
        await response(scope, receive, send)

    return control


async def _answer(registry: SandboxRegistry, request: Request) -> Response:
    path = _path(request)
    if path == "/":
        return _front_page(registry, request)
    if path != BASE and not path.startswith(f"{BASE}/"):
        return _not_found(registry, request)
    try:
        return await _control(registry, request)
    except NoSandbox as error:
        return problem(404, "There is no such sandbox", str(error))
    except Refused as refused:
        return problem(refused.status, refused.title, refused.detail)
    except ClientDisconnect:
        raise
    except Exception:
        logger.exception("%s %s", request.method, path)
        return problem(500, "The emulator failed", "This is a defect of the emulator; the server's log says more.")


async def _control(registry: SandboxRegistry, request: Request) -> Response:
    if reason := rejection_reason(request, registry.options.external_url, registry.options.trusted_hosts):
        raise Refused(403, "Not from here", reason)
    path = _path(request)
    # The path has been decoded already, and segments are decoded once.
    method = "GET" if request.method == "HEAD" else request.method
    match = ROUTER.match(method, segments_of(quote(path).encode()))
    if match is None:
        listed = f"{public_url(request.scope, request.headers, registry.options.external_url)}{BASE}/openapi.json"
        raise Refused(404, "Not part of the control API", f"There is no {path}; {listed} lists what there is.")
    if match.operation is None:
        return _not_allowed(request, match.methods)
    contract: Contract = match.operation.context
    query = read_query(request, contract.query)
    body = {} if contract.body is None else await read_body(request, contract.body)
    return await contract.handler(Asked(registry, request, match.params, query, body))


def _front_page(registry: SandboxRegistry, request: Request) -> Response:
    if request.method not in ("GET", "HEAD"):
        return _not_for_people(registry, request)
    url = public_url(request.scope, request.headers, registry.options.external_url)
    if "text/html" in request.headers.get("accept", ""):
        return HTMLResponse(as_html(url, tuple(VENDORS.values())))
    return PlainTextResponse(as_text(url, tuple(VENDORS.values())))


def _path(request: Request) -> str:
    """The path, where the emulator is mounted inside another application too."""
    path: str = request.scope["path"]
    return path.removeprefix(request.scope.get("root_path", ""))


def _not_found(registry: SandboxRegistry, request: Request) -> Response:
    url = public_url(request.scope, request.headers, registry.options.external_url)
    path = _path(request)
    if meant := _ours(request.method, path) or path_with_mount(
        tuple(VENDORS.values()), request.method, path, request.headers
    ):
        detail = f"You probably meant {url}{meant} : no vendor is mounted at {path}."
    else:
        mounts = ", ".join(f"{url}/{name}" for name in VENDORS)
        detail = f"No vendor is mounted at {path}. Vendors: {mounts} . The front page at / says more."
    return problem(404, "Not part of the emulator", detail)


def _ours(method: str, path: str) -> str | None:
    """The path of the control API that was probably meant: its base is missing, or a sandbox stands before it."""
    below = re.fullmatch(rf"/sandbox/([^/]+){BASE}(/.+)", path)
    meant = [f"{BASE}/sandboxes/{below[1]}{below[2]}", f"{BASE}{below[2]}"] if below else [f"{BASE}{path}"]
    return next((each for each in meant if ROUTER.match(method, segments_of(each.encode()))), None)


def _not_for_people(registry: SandboxRegistry, request: Request) -> Response:
    """What a client that was pointed at the bare server gets."""
    url = public_url(request.scope, request.headers, registry.options.external_url)
    packs = [pack for pack in [looks_like(tuple(VENDORS.values()), request.headers)] if pack] or VENDORS.values()
    bases = ", ".join(f"{url}/{pack.name}{pack.base_path} ({pack.title})" for pack in packs)
    detail = f"/ is not for {request.method}. Point the client at {bases}."
    return problem(405, "Method not allowed", detail, {"Allow": "GET, HEAD"})


def _not_allowed(request: Request, methods: tuple[str, ...]) -> Response:
    detail = f"{request.url.path} is not for {request.method}. It takes {', '.join(methods)}."
    return problem(405, "Method not allowed", detail, {"Allow": ", ".join(methods)})
