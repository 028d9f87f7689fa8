"""Answering with a file."""

from collections.abc import Mapping

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from emulator.core.blobs import Blob


class FileResponse(Response):
    """Sends a blob's chunks as they lie in the store."""

    def __init__(self, blob: Blob, media_type: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(headers={"content-type": media_type, "content-length": str(blob.size), **(headers or {})})
        self.blob = blob

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
        for chunk in self.blob.chunks:
            await send({"type": "http.response.body", "body": chunk, "more_body": True})
        await send({"type": "http.response.body", "body": b""})
