"""A multipart upload read with `request.form()`; the file is hashed and kept, as an emulator has to."""

import hashlib

from starlette.applications import Starlette
from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

_files: list[tuple[str, str, bytes]] = []


async def upload(request: Request) -> Response:
    async with request.form() as form:
        for part in form.values():
            if isinstance(part, UploadFile):
                data = await part.read()
                digest = hashlib.sha256(data).hexdigest()
                _files.append((request.path_params["name"], digest, data))
    return JSONResponse({"files": len(_files)})


async def discard(request: Request) -> Response:
    """Read a body of any kind and forget it."""
    size = 0
    async for piece in request.stream():
        size += len(piece)
    return JSONResponse({"size": size})


app = Starlette(
    routes=[Route("/{name:path}", upload, methods=["POST"]), Route("/{name:path}", discard, methods=["PUT", "GET"])]
)
