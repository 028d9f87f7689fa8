"""A multipart upload read the way Starlette reads one: `request.form()`, the file into a spooled temporary file."""

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route


async def upload(request: Request) -> Response:
    async with request.form() as form:
        return JSONResponse({"parts": len(form)})


app = Starlette(routes=[Route("/{name:path}", upload, methods=["POST"])])
