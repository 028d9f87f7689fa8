"""Answering with a file, or with a part of one."""

import re
from collections.abc import Iterator, Mapping
from urllib.parse import quote

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from emulator.core.blobs import Blob
from emulator.core.call import Call

_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})", re.IGNORECASE)


class FileResponse(Response):
    """Sends a blob's chunks as they lie in the store, or those of a range (of byte positions)."""

    def __init__(
        self, blob: Blob, media_type: str, headers: Mapping[str, str] | None = None, part: range | None = None
    ) -> None:
        self.blob = blob
        self.part = range(blob.size) if part is None else part
        given = {"content-type": media_type, "content-length": str(len(self.part)), **(headers or {})}
        if part is None:
            super().__init__(headers=given)
        else:
            given["content-range"] = f"bytes {part.start}-{part.stop - 1}/{blob.size}"
            super().__init__(status_code=206, headers=given)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
        if scope["method"] != "HEAD":
            for chunk in self.pieces():
                await send({"type": "http.response.body", "body": chunk, "more_body": True})
        await send({"type": "http.response.body", "body": b""})

    def pieces(self) -> Iterator[bytes]:
        """The body, as it lies in the store."""
        if len(self.part) == self.blob.size:
            yield from self.blob.chunks
            return
        at = 0
        for chunk in self.blob.chunks:
            start, stop = max(self.part.start - at, 0), self.part.stop - at
            if start < len(chunk) and stop > 0:
                yield chunk[start:stop]
            at += len(chunk)


def download(call: Call, blob: Blob, media_type: str, headers: Mapping[str, str] | None = None) -> Response:
    """A file as an object store serves it (RFC 9110): whole, one range of it (206, 416), or not again (304).

    Several ranges, and what is no range at all, get the whole file.
    """
    etag = f'"{blob.sha256[:32]}"'
    headers = {"accept-ranges": "bytes", "etag": etag, **(headers or {})}
    known = call.headers.get("if-none-match", "")
    if known.strip() == "*" or etag in re.findall(r'"[^"]*"', known):
        return Response(status_code=304, headers=headers)
    if call.headers.get("if-range", etag) != etag:
        return FileResponse(blob, media_type, headers)
    part = _part(call, blob.size)
    if part is None:
        return FileResponse(blob, media_type, headers)
    if not part:
        return Response(status_code=416, headers={**headers, "content-range": f"bytes */{blob.size}"})
    return FileResponse(blob, media_type, headers, part)


def _part(call: Call, size: int) -> range | None:
    """The positions that a call asks for; None where it asks for no single range, or for one that ends before it
    begins."""
    asked = _RANGE.fullmatch(call.headers.get("range", "").replace(" ", ""))
    if call.method != "GET" or asked is None:
        return None
    first, last = asked.groups()
    if first and last:
        return range(int(first), min(int(last) + 1, size)) if int(first) <= int(last) else None
    if first:
        return range(int(first), size)
    return range(max(0, size - int(last)), size) if last else None


def disposition(file_name: str) -> str:
    """A Content-Disposition that saves under this name: with `filename*` where plain ASCII does not say it."""
    plain = re.sub(r'[^ -~]|["\\%]', "_", file_name)
    more = "" if plain == file_name else f"; filename*=UTF-8''{quote(file_name, safe='', errors='replace')}"
    return f'attachment; filename="{plain}"{more}'
