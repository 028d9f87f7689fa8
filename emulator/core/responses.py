"""Answering with a few bytes, and the headers around every answer."""

from starlette.responses import Response

from emulator.core.clock import http_date
from emulator.core.request import Fields, VendorRequest

_NO_LENGTH = (204, 304)


class HeaderNames(dict[bytes, bytes]):
    """How a vendor spells header names on the wire, by their names in lower case.

    `Content-Type` is spelled as usual; a vendor adds what it spells otherwise, such as `X-Client-TLS-ver`.
    """

    def __init__(self, *names: str) -> None:
        super().__init__({name.lower().encode(): name.encode() for name in ("ETag", "WWW-Authenticate", *names)})

    def __missing__(self, name: bytes) -> bytes:
        self[name] = name.title()
        return self[name]


class Reply(Response):
    """A body, a status, and all of the headers but the length. Starlette's own works more of them out, which takes as
    long again as all the rest of an answer's making."""

    def __init__(self, body: bytes, status: int, fields: Fields) -> None:
        self.body = body
        self.status_code = status
        self.background = None
        self.raw_headers = list(fields.items())
        if status not in _NO_LENGTH:
            self.raw_headers.append((b"content-length", b"%d" % len(body)))


def common_headers(request: VendorRequest) -> Fields:
    """The headers around every answer: the sandbox's time, and what the vendor has added to the call."""
    return {b"date": http_date(request.sandbox.clock.now()), **request.answer_headers}
