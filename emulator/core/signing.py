"""Tokens that say something and cannot be made up: what stands in the URL of a file that is open to whoever has it."""

import hashlib
import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as Base64Error
from functools import lru_cache

_SIGNATURE_BYTES = 18


@lru_cache(4096)
def sign(secret: str, *values: object) -> str:
    """A token that says these things (none with a blank in it), signed."""
    text = " ".join(map(str, values)).encode()
    return urlsafe_b64encode(_signature(secret, text) + text).decode().rstrip("=")


def opened(secret: str, token: str) -> list[str] | None:
    """What a token says; None for one that this secret has not signed."""
    try:
        decoded = urlsafe_b64decode(token.encode() + b"=" * (-len(token) % 4))
    except (Base64Error, ValueError):
        return None
    if urlsafe_b64encode(decoded).decode().rstrip("=") != token:
        # What decoding lets pass: padding, and characters that are none of the alphabet's.
        return None
    signature, text = decoded[:_SIGNATURE_BYTES], decoded[_SIGNATURE_BYTES:]
    return text.decode().split() if hmac.compare_digest(signature, _signature(secret, text)) else None


def _signature(secret: str, text: bytes) -> bytes:
    return hmac.digest(secret.encode(), text, hashlib.sha256)[:_SIGNATURE_BYTES]
