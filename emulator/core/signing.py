"""Signed tokens, for file URLs that give access without credentials."""

import hashlib
import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as Base64Error
from functools import lru_cache

_SIGNATURE_BYTES = 18


@lru_cache(4096)
def sign(secret: str, *values: object) -> str:
    """Return a signed token that holds these values, none of which may contain a space."""
    text = " ".join(map(str, values)).encode()
    return urlsafe_b64encode(_signature(secret, text) + text).decode().rstrip("=")


def verify_token(secret: str, token: str) -> list[str] | None:
    """Verify a token and return its values; None if it was not signed with this secret."""
    try:
        decoded = urlsafe_b64decode(token.encode() + b"=" * (-len(token) % 4))
    except (Base64Error, ValueError):
        return None
    if urlsafe_b64encode(decoded).decode().rstrip("=") != token:
        # Decoding ignores padding and characters outside the alphabet; a token has exactly one spelling.
        return None
    signature, text = decoded[:_SIGNATURE_BYTES], decoded[_SIGNATURE_BYTES:]
    return text.decode().split() if hmac.compare_digest(signature, _signature(secret, text)) else None


def _signature(secret: str, text: bytes) -> bytes:
    return hmac.digest(secret.encode(), text, hashlib.sha256)[:_SIGNATURE_BYTES]
