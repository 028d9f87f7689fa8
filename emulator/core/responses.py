"""Small responses, and the headers that all responses have in common."""

from starlette.responses import Response
from starlette.types import Message, Send

from emulator.core.clock import http_date
from emulator.core.request import Fields, VendorRequest

NOSNIFF: Fields = {b"x-content-type-options": b"nosniff"}
"""The header that keeps browsers from taking a file for another type than the one that it is sent as."""
_NO_LENGTH = (204, 304)


class Reply(Response):
    """A response made of a body, a status and headers, to which it adds only Content-Length.

    Starlette's own constructor derives more headers, which takes as long as everything else in building an answer.
    """

    def __init__(self, body: bytes, status: int, fields: Fields) -> None:
        self.body = body
        self.status_code = status
        self.background = None
        self.raw_headers = list(fields.items())
        if status not in _NO_LENGTH:
            self.raw_headers.append((b"content-length", b"%d" % len(body)))


def common_headers(request: VendorRequest) -> Fields:
    """Return the headers of every answer: Date by the sandbox's clock, and those that the vendor added."""
    return {b"date": http_date(request.sandbox.clock.now()), **request.answer_headers}


def forbid_sniffing(send: Send) -> Send:
    """Return a `send` that adds `X-Content-Type-Options: nosniff` to an answer without it."""
    (header,) = NOSNIFF.items()

    async def send_with_header(message: Message) -> None:
        if message["type"] == "http.response.start" and not any(name == header[0] for name, _ in message["headers"]):
            message = {**message, "headers": [*message["headers"], header]}
        await send(message)

    return send_with_header
