"""A minimal Starlette application that does the same: hash the body, keep it, answer with JSON."""

import hashlib

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

_files: dict[str, bytes] = {}


async def upload(request: Request) -> Response:
    body = await request.body()
    digest = hashlib.sha256(body).hexdigest()
    _files[request.path_params["name"]] = body
    return JSONResponse({"name": request.path_params["name"], "size": len(body), "sha256": digest})


async def download(request: Request) -> Response:
    return Response(_files.get(request.path_params["name"], b""), media_type="application/pdf")


app = Starlette(
    routes=[Route("/{name:path}", upload, methods=["PUT", "POST"]), Route("/{name:path}", download, methods=["GET"])]
)
