"""DualEntry's responses: JSON, the error envelope, and the error forms of its web framework, proxy and file storage."""

import json
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal, localcontext
from html import escape

from starlette.responses import Response

from emulator.core.request import VendorRequest
from emulator.core.responses import Reply, common_headers
from emulator.core.rules import Refusal
from emulator.vendors.dualentry.rules import AMOUNT_DIGITS

JSON = b"application/json; charset=utf-8"
HTML = b"text/html; charset=utf-8"
# Enough decimal digits for the product of two amounts.
PRECISION = 4 * AMOUNT_DIGITS.highest


def success(request: VendorRequest, body: object, status: int = 200) -> Response:
    """Return a response with a JSON body."""
    return _response(request, status, to_json(body), JSON)


def refuse(request: VendorRequest, refusal: Refusal) -> Response:
    """Return a refusal in the form that its rule names. Its fact `errors` lists what is wrong with the input."""
    body, content_type = _FORMS[refusal.answer.kind](refusal)
    response = _response(request, refusal.answer.status, body, content_type)
    response.headers.update(refusal.headers)
    return response


def to_json(body: object) -> bytes:
    """Serialize a body, with decimals as strings."""
    with localcontext(prec=PRECISION):
        return json.dumps(body, default=_encode, allow_nan=False).encode()


def _response(request: VendorRequest, status: int, body: bytes, content_type: bytes) -> Response:
    return Reply(body, status, {**common_headers(request), b"content-type": content_type})


def _encode(value: object) -> str:
    if isinstance(value, Decimal):
        # Money has at least two decimals.
        return f"{value:.2f}" if (value * 100) % 1 == 0 else f"{value:f}"
    if isinstance(value, date):
        return value.isoformat().replace("+00:00", "Z")
    raise TypeError(f"cannot serialize {type(value)} as JSON")


def _error_envelope(refusal: Refusal) -> tuple[bytes, bytes]:
    errors = refusal.facts.get("errors")
    messages = errors if isinstance(errors, list) else [refusal.message]
    return to_json({"success": False, "errors": {refusal.item: messages}}), JSON


def _html_page(refusal: Refusal) -> tuple[bytes, bytes]:
    title, text = escape(refusal.item), escape(refusal.message)
    page = (
        f'\n<!doctype html>\n<html lang="en">\n<head>\n  <title>{title}</title>\n</head>\n<body>\n'
        f"  <h1>{title}</h1><p>{text}</p>\n</body>\n</html>\n"
    )
    return page.encode(), HTML


def _plain_text(refusal: Refusal) -> tuple[bytes, bytes]:
    return refusal.message.encode(), HTML


def _proxy_page(refusal: Refusal) -> tuple[bytes, bytes]:
    heading = f"<center><h1>{refusal.message}</h1></center>"
    lines = ["<html>", f"<head><title>{refusal.message}</title></head>", "<body>", heading, "</body>", "</html>", ""]
    return "\r\n".join(lines).encode(), b"text/html"


def _storage_error(refusal: Refusal) -> tuple[bytes, bytes]:
    error = f"<Error><Code>{refusal.item}</Code><Message>{refusal.message}</Message></Error>"
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{error}'.encode(), b"application/xml"


_FORMS: Mapping[str, Callable[[Refusal], tuple[bytes, bytes]]] = {
    "errors": _error_envelope,
    "page": _html_page,
    "text": _plain_text,
    "proxy": _proxy_page,
    "storage": _storage_error,
    "empty": lambda _: (b"", HTML),
}
