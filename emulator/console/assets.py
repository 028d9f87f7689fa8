"""The files of the page at `/`: HTML, style and ES modules, sent with headers that forbid everything else."""

import gzip
import hashlib
from functools import cache
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response

MOUNT = "/_console/"
"""The path below which everything but the page itself is served."""
_DIRECTORY = Path(__file__).with_name("static")
# By name, because a machine may map `.js` to a type that browsers refuse for modules.
_MEDIA_TYPES = {".css": "text/css", ".html": "text/html", ".js": "text/javascript", ".svg": "image/svg+xml"}
_POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "connect-src": "'self'",
    # Blobs are previews, whose type the page itself has found.
    "img-src": "'self' blob:",
    "frame-src": "blob:",
    "base-uri": "'none'",
    "form-action": "'none'",
    "frame-ancestors": "'none'",
    "require-trusted-types-for": "'script'",
}
_HEADERS = {
    "Content-Security-Policy": "; ".join(f"{name} {value}" for name, value in _POLICY.items()),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    # Asked again each time, so that the page is that of the running version.
    "Cache-Control": "no-cache",
}


def page(request: Request) -> Response:
    """Return the page itself."""
    return _respond(request, "index.html", {"Vary": "Accept, Accept-Encoding"})


def asset(request: Request, name: str) -> Response | None:
    """Return the file with this name, or None if there is none."""
    return _respond(request, name, {"Vary": "Accept-Encoding"}) if name in _names() else None


def _respond(request: Request, name: str, headers: dict[str, str]) -> Response:
    zipped = "gzip" in request.headers.get("accept-encoding", "")
    content, etag = _read(name, zipped=zipped)
    headers = {**_HEADERS, **headers, "ETag": etag}
    if zipped:
        headers["Content-Encoding"] = "gzip"
    if request.headers.get("if-none-match") == etag:
        return Response(status_code=304, headers=headers)
    return Response(content, headers=headers, media_type=_MEDIA_TYPES[Path(name).suffix])


@cache
def _names() -> frozenset[str]:
    return frozenset(file.relative_to(_DIRECTORY).as_posix() for file in _DIRECTORY.rglob("*.*"))


@cache
def _read(name: str, *, zipped: bool) -> tuple[bytes, str]:
    content = (_DIRECTORY / name).read_bytes()
    if zipped:
        content = gzip.compress(content, mtime=0)
    return content, f'"{hashlib.sha256(content).hexdigest()[:32]}"'
