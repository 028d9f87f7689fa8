"""Credentials: read them from request headers, and track those that were revoked.

A vendor's state holds fingerprints of credentials, not the credentials: people commit and share snapshots.
"""

import base64
import hashlib
import re
from binascii import Error as Base64Error
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

SANDBOX_CLAIM = "sandbox"
"""The first claim of a JSON Web Token that was issued in another sandbox than `default`: the sandbox's name."""
_SANDBOX = re.compile(r"sbx_([A-Za-z0-9_-]{1,64})(?:\.(.*))?", re.ASCII | re.DOTALL)
# The Base64 of the claims then begins with that of `{"sandbox":"`, wherever the name ends.
_CLAIMS_OF_SANDBOX = "." + base64.urlsafe_b64encode(f'{{"{SANDBOX_CLAIM}":"'.encode()).decode()


def sandbox_from_credential(credential: str) -> str | None:
    """Return the sandbox that a credential names, or None.

    That is `orders` for `sbx_orders` and `sbx_orders.anything`, and for a JSON Web Token that was issued there.
    """
    if _CLAIMS_OF_SANDBOX in credential:
        return _sandbox_from_token(credential)
    match = _SANDBOX.fullmatch(credential) if credential.startswith("sbx_") else None
    return match[1] if match else None


def _sandbox_from_token(token: str) -> str | None:
    import jwt

    try:
        name = jwt.decode(token, options={"verify_signature": False}).get(SANDBOX_CLAIM)
    except jwt.InvalidTokenError:
        return None
    return name if isinstance(name, str) else None


def strip_sandbox_prefix(credential: str) -> str:
    """Return a credential without the sandbox that it names: `key` for `sbx_orders.key`."""
    match = _SANDBOX.fullmatch(credential)
    return match[2] if match and match[2] else credential


def fingerprint(credential: str) -> str:
    """Return what the state holds in place of a credential: its SHA-256, in hexadecimal."""
    return hashlib.sha256(credential.encode("utf-8", "surrogatepass")).hexdigest()


def key_fingerprint(key: str) -> str:
    """Return the fingerprint of an API key, without the sandbox that it may name."""
    return fingerprint(strip_sandbox_prefix(key))


def fingerprints(keys: Iterable[str]) -> set[str]:
    """Return the fingerprints of API keys."""
    return {key_fingerprint(key) for key in keys}


def credential_from_headers(headers: Mapping[str, str]) -> str:
    """Return the credential in a request's headers, or an empty string.

    It is the API key, the bearer token or the user name of Basic authentication.
    """
    if key := headers.get("x-api-key"):
        return key.strip()
    scheme, _, value = headers.get("authorization", "").partition(" ")
    if scheme.lower() == "basic":
        return _decode_base64(value).decode("utf-8", "replace").partition(":")[0]
    return value.strip()


def basic(authorization: str) -> bytes | None:
    """Return the decoded credentials of an Authorization header with the scheme Basic.

    Credentials that are not Base64 come out empty. None for another scheme.
    """
    scheme, _, encoded = authorization.partition(" ")
    return _decode_base64(encoded) if scheme.lower() == "basic" else None


def _decode_base64(encoded: str) -> bytes:
    try:
        return base64.b64decode(encoded.strip(), validate=True)
    except (Base64Error, ValueError):
        return b""


@dataclass(slots=True)
class RevokedKeys:
    """Keys that a test has revoked. They are refused in every auth mode."""

    all_keys: bool = False
    keys: set[str] = field(default_factory=set)
    """The fingerprints of the keys."""

    def add(self, key: str | None) -> None:
        """Revoke a key, or every key (None)."""
        if key is None:
            self.all_keys = True
        else:
            self.keys.add(key_fingerprint(key))

    def hash_keys(self) -> None:
        """Replace keys by their fingerprints, in a state that an emulator wrote which held the keys themselves."""
        self.keys = fingerprints(self.keys)

    def __contains__(self, key: str) -> bool:
        """Return whether the key with this fingerprint (`key_fingerprint`) was revoked."""
        return self.all_keys or key in self.keys
