"""ASGI with nothing around it: keeps what is sent to a path, and sends back what a path has."""

from starlette.types import Receive, Scope, Send

_files: dict[str, list[bytes]] = {}
_HEADERS = [(b"content-type", b"application/json"), (b"content-length", b"2")]


async def app(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["method"] == "GET":
        chunks = _files.get(scope["path"], [])
        size = str(sum(map(len, chunks))).encode()
        headers = [(b"content-type", b"application/pdf"), (b"content-length", size)]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        for chunk in chunks:
            await send({"type": "http.response.body", "body": chunk, "more_body": True})
        await send({"type": "http.response.body", "body": b""})
        return
    chunks = []
    more = True
    while more:
        message = await receive()
        chunks.append(message.get("body", b""))
        more = message.get("more_body", False)
    _files[scope["path"]] = chunks
    await send({"type": "http.response.start", "status": 200, "headers": _HEADERS})
    await send({"type": "http.response.body", "body": b"{}"})
