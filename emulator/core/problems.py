"""The emulator's own error responses, problem details as RFC 9457 defines them."""

from collections.abc import Mapping

from starlette.responses import JSONResponse, Response


def problem(status: int, title: str, detail: str, headers: Mapping[str, str] | None = None) -> Response:
    """Return an `application/problem+json` response."""
    # The detail may repeat text of the client with lone surrogates, which UTF-8 cannot encode.
    detail = detail.encode(errors="backslashreplace").decode()
    body = {"type": "about:blank", "title": title, "status": status, "detail": detail}
    return JSONResponse(body, status, headers, "application/problem+json")
