"""What answers requests that are for no vendor."""

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from emulator import __version__
from emulator.control.files import held_files
from emulator.control.front_page import as_html, as_text
from emulator.core.sandbox import World
from emulator.problems import problem
from emulator.urls import public_url
from emulator.vendors import PACKS


def create_control(world: World) -> Starlette:
    """The front page at `/` and the control API below `/_emulator`."""

    def url(request: Request) -> str:
        return public_url(request.scope, world.options.external_url)

    def front_page(request: Request) -> Response:
        if "text/html" in request.headers.get("accept", ""):
            return HTMLResponse(as_html(url(request), PACKS))
        return PlainTextResponse(as_text(url(request), PACKS))

    def health(_: Request) -> Response:
        store = world.store
        return JSONResponse(
            {
                "status": "ok",
                "version": __version__,
                "vendors": [pack.name for pack in PACKS],
                "sandboxes": len(world.sandboxes),
                "store": {"blobs": len(store), "bytes": store.used_bytes, "max_bytes": store.max_bytes},
            }
        )

    def files(request: Request) -> Response:
        sandbox = world.sandboxes.get(request.path_params["sandbox"])
        if sandbox is None:
            return problem(404, "No such sandbox", f"There is no sandbox {request.path_params['sandbox']!r}.")
        wanted = request.query_params
        found = [
            each
            for each in held_files(sandbox)
            if wanted.get("vendor", each["vendor"]) == each["vendor"]
            and wanted.get("staged", str(each["staged"]).lower()) == str(each["staged"]).lower()
        ]
        return JSONResponse({"files": found})

    def not_found(request: Request, _: Exception) -> Response:
        mounts = ", ".join(f"{url(request)}/{pack.name}" for pack in PACKS)
        detail = f"No vendor is mounted at {request.url.path}. Vendors: {mounts}. The front page at / says more."
        return problem(404, "Not part of the emulator", detail)

    def not_allowed(request: Request, error: Exception) -> Response:
        headers = error.headers if isinstance(error, HTTPException) else None
        detail = f"{request.url.path} is not for {request.method}. The front page at / says where the vendors are."
        return problem(405, "Method not allowed", detail, headers)

    return Starlette(
        routes=[
            Route("/", front_page),
            Route("/_emulator/health", health),
            Route("/_emulator/sandboxes/{sandbox}/files", files),
        ],
        exception_handlers={404: not_found, 405: not_allowed},
    )
