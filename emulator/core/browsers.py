"""Requests of web browsers to a vendor's routes, whose clients are programs.

Browsers mark their requests with the headers Sec-Fetch-*, which pages cannot forge. No vendor's client sends them.
"""

from collections.abc import Mapping

from starlette.requests import Request

CONFINED: Mapping[str, str] = {"Content-Security-Policy": "sandbox", "X-Content-Type-Options": "nosniff"}
"""Headers with which a browser runs nothing in a file: its origin is that of the console and the control API."""


def is_browser(request: Request) -> bool:
    """Return whether a browser sends the request."""
    return "sec-fetch-mode" in request.headers


def is_embedded(request: Request) -> bool:
    """Return whether a page of another site embeds the request, such as an image. A link, as to a consent, is none."""
    headers = request.headers
    return headers.get("sec-fetch-site") == "cross-site" and headers.get("sec-fetch-dest") != "document"
