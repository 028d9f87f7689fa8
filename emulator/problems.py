"""The emulator's own errors (RFC 9457), in no vendor's name."""

from collections.abc import Mapping

from starlette.responses import JSONResponse, Response


def problem(status: int, title: str, detail: str, headers: Mapping[str, str] | None = None) -> Response:
    body = {"type": "about:blank", "title": title, "status": status, "detail": detail}
    return JSONResponse(body, status, headers, "application/problem+json")
