"""How DualEntry phrases its answers: the error envelope, and what the framework and the file storage say beside it."""

import json
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal, localcontext
from html import escape

from starlette.responses import Response

from emulator.core.request import VendorRequest
from emulator.core.responses import Reply, common_headers
from emulator.core.rules import Refusal
from emulator.vendors.dualentry.models import MAX_DIGITS

JSON = b"application/json; charset=utf-8"
HTML = b"text/html; charset=utf-8"
# Digits enough for the product of two amounts.
PRECISION = 4 * MAX_DIGITS


def success(request: VendorRequest, body: object, status: int = 200) -> Response:
    return _answer(request, status, dumped(body), JSON)


def refuse(request: VendorRequest, refusal: Refusal) -> Response:
    """Return a refusal in DualEntry's bytes; its fact `errors` lists what is wrong with the input."""
    body, content_type = _FORMS[refusal.answer.kind](refusal)
    response = _answer(request, refusal.answer.status, body, content_type)
    response.headers.update(refusal.headers)
    return response


def dumped(body: object) -> bytes:
    with localcontext(prec=PRECISION):
        return json.dumps(body, default=_plain, allow_nan=False).encode()


def _answer(request: VendorRequest, status: int, body: bytes, content_type: bytes) -> Response:
    return Reply(body, status, {**common_headers(request), b"content-type": content_type})


def _plain(value: object) -> str:
    if isinstance(value, Decimal):
        # Two decimals at least, as money is written.
        return f"{value:.2f}" if (value * 100) % 1 == 0 else f"{value:f}"
    if isinstance(value, date):
        return value.isoformat().replace("+00:00", "Z")
    raise TypeError(f"{type(value)} is not for JSON")


def _errors(refusal: Refusal) -> tuple[bytes, bytes]:
    errors = refusal.facts.get("errors")
    messages = errors if isinstance(errors, list) else [refusal.message]
    return dumped({"success": False, "errors": {refusal.item: messages}}), JSON


def _page(refusal: Refusal) -> tuple[bytes, bytes]:
    title, text = escape(refusal.item), escape(refusal.message)
    page = (
        f'\n<!doctype html>\n<html lang="en">\n<head>\n  <title>{title}</title>\n</head>\n<body>\n'
        f"  <h1>{title}</h1><p>{text}</p>\n</body>\n</html>\n"
    )
    return page.encode(), HTML


def _words(refusal: Refusal) -> tuple[bytes, bytes]:
    return refusal.message.encode(), HTML


def _proxy(refusal: Refusal) -> tuple[bytes, bytes]:
    heading = f"<center><h1>{refusal.message}</h1></center>"
    lines = ["<html>", f"<head><title>{refusal.message}</title></head>", "<body>", heading, "</body>", "</html>", ""]
    return "\r\n".join(lines).encode(), b"text/html"


def _storage(refusal: Refusal) -> tuple[bytes, bytes]:
    error = f"<Error><Code>{refusal.item}</Code><Message>{refusal.message}</Message></Error>"
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{error}'.encode(), b"application/xml"


_FORMS: Mapping[str, Callable[[Refusal], tuple[bytes, bytes]]] = {
    "errors": _errors,
    "page": _page,
    "words": _words,
    "proxy": _proxy,
    "storage": _storage,
    "empty": lambda _: (b"", HTML),
}
