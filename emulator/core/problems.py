"""The emulator's own error responses, problem details as RFC 9457 defines them."""

from collections.abc import Mapping

from starlette.responses import JSONResponse

MEDIA_TYPE = "application/problem+json"


class Problem(JSONResponse):
    """A problem response."""

    def __init__(self, status: int, title: str, detail: str, headers: Mapping[str, str] | None) -> None:
        super().__init__(problem_members(status, title, detail), status, headers, MEDIA_TYPE)
        self.detail = detail


def problem(status: int, title: str, detail: str, headers: Mapping[str, str] | None = None) -> Problem:
    """Return a problem response."""
    # The detail may repeat text of the client with lone surrogates, which UTF-8 cannot encode.
    detail = detail.encode(errors="backslashreplace").decode()
    return Problem(status, title, detail, headers)


def problem_members(status: int, title: str, detail: str) -> dict[str, object]:
    """Return the members of a problem."""
    return {"type": "about:blank", "title": title, "status": status, "detail": detail}
