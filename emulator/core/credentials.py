"""Reading what a client shows of itself."""

import base64
from binascii import Error as Base64Error


def basic(authorization: str) -> bytes | None:
    """What an Authorization header of the scheme Basic holds, decoded; None where it is no such header."""
    scheme, _, encoded = authorization.partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        return base64.b64decode(encoded.strip(), validate=True)
    except (Base64Error, ValueError):
        return b""
