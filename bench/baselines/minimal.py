"""The same as a Starlette application that somebody writes in five minutes: a route, the body, a JSON answer."""

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

_files: dict[str, bytes] = {}


async def upload(request: Request) -> Response:
    _files[request.path_params["name"]] = await request.body()
    return JSONResponse({})


async def download(request: Request) -> Response:
    return Response(_files.get(request.path_params["name"], b""), media_type="application/pdf")


app = Starlette(
    routes=[Route("/{name:path}", upload, methods=["PUT", "POST"]), Route("/{name:path}", download, methods=["GET"])]
)
