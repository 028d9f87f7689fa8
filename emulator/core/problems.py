"""The emulator's own errors (RFC 9457), in no vendor's name."""

from collections.abc import Mapping

from starlette.responses import JSONResponse, Response


def problem(status: int, title: str, detail: str, headers: Mapping[str, str] | None = None) -> Response:
    # It may say again what was sent: a text that JSON can hold and UTF-8 cannot.
    detail = detail.encode(errors="backslashreplace").decode()
    body = {"type": "about:blank", "title": title, "status": status, "detail": detail}
    return JSONResponse(body, status, headers, "application/problem+json")
