"""Responses that send a file or a range of it."""

import re
from collections.abc import Iterator
from urllib.parse import quote

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from emulator.core.request import Fields, VendorRequest
from emulator.core.responses import Reply
from emulator.core.storage.file_store import Blob

_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})", re.IGNORECASE)


class FileResponse(Response):
    """Sends the chunks of a blob, or of a range of byte positions in it, straight from the store."""

    def __init__(self, blob: Blob, media_type: str, fields: Fields | None = None, part: range | None = None) -> None:
        self.blob = blob
        self.part = range(blob.size) if part is None else part
        headers = {b"content-type": media_type.encode("latin-1", "replace"), b"content-length": b"%d" % len(self.part)}
        headers |= fields or {}
        if part is not None:
            headers[b"content-range"] = b"bytes %d-%d/%d" % (part.start, part.stop - 1, blob.size)
        self.status_code = 200 if part is None else 206
        self.background = None
        self.raw_headers = list(headers.items())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
        if scope["method"] != "HEAD":
            for chunk in self.pieces():
                await send({"type": "http.response.body", "body": chunk, "more_body": True})
        await send({"type": "http.response.body", "body": b""})

    def pieces(self) -> Iterator[bytes]:
        """Yield the body in pieces."""
        if len(self.part) == self.blob.size:
            yield from self.blob.chunks
            return
        position = 0
        for chunk in self.blob.chunks:
            start, stop = max(self.part.start - position, 0), self.part.stop - position
            if start < len(chunk) and stop > 0:
                yield chunk[start:stop]
            position += len(chunk)


def download(request: VendorRequest, blob: Blob, media_type: str, fields: Fields | None = None) -> Response:
    """Serve a file as an object store does (RFC 9110): all of it, one range (206, 416) or not modified (304).

    Several ranges or an invalid Range header get the whole file.
    """
    etag = f'"{blob.sha256[:32]}"'
    fields = {b"accept-ranges": b"bytes", b"etag": etag.encode(), **(fields or {})}
    known = request.headers.get("if-none-match", "")
    if known.strip() == "*" or etag in re.findall(r'"[^"]*"', known):
        return Reply(b"", 304, fields)
    if request.headers.get("if-range", etag) != etag:
        return FileResponse(blob, media_type, fields)
    part = _requested_range(request, blob.size)
    if part is None:
        return FileResponse(blob, media_type, fields)
    if not part:
        return Reply(b"", 416, {**fields, b"content-range": b"bytes */%d" % blob.size})
    return FileResponse(blob, media_type, fields, part)


def _requested_range(request: VendorRequest, size: int) -> range | None:
    """Return the requested range; None without a single, valid one."""
    match = _RANGE.fullmatch(request.headers.get("range", "").replace(" ", ""))
    if request.method != "GET" or match is None:
        return None
    first, last = match.groups()
    if first and last:
        return range(int(first), min(int(last) + 1, size)) if int(first) <= int(last) else None
    if first:
        return range(int(first), size)
    return range(max(0, size - int(last)), size) if last else None


def disposition(file_name: str, *, inline: bool = False) -> bytes:
    """Return a Content-Disposition with this file name, adding `filename*` if the name is not plain ASCII."""
    plain = re.sub(r'[^ -~]|["\\%]', "_", file_name)
    extended = "" if plain == file_name else f"; filename*=UTF-8''{quote(file_name, safe='', errors='replace')}"
    return f'{"inline" if inline else "attachment"}; filename="{plain}"{extended}'.encode()
