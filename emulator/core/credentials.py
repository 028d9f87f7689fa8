"""Credentials: reading those that a client shows, and keeping account of those that are withdrawn."""

import base64
import re
from binascii import Error as Base64Error
from collections.abc import Mapping
from dataclasses import dataclass, field

_SANDBOX = re.compile(r"sbx_([A-Za-z0-9_-]{1,64})(?:\.(.*))?", re.ASCII | re.DOTALL)


def sandbox_from_credential(credential: str) -> str | None:
    """The sandbox that a credential names: `sbx_orders` and `sbx_orders.anything` are for the sandbox `orders`."""
    match = _SANDBOX.fullmatch(credential) if credential.startswith("sbx_") else None
    return match[1] if match else None


def strip_sandbox_prefix(credential: str) -> str:
    """A credential without the sandbox that it names: of `sbx_orders.key` the `key`."""
    match = _SANDBOX.fullmatch(credential)
    return match[2] if match and match[2] else credential


def credential_from_headers(headers: Mapping[str, str]) -> str:
    """The credential in a request's headers, wherever vendors have it: an API key, a bearer token, the user of Basic;
    empty where there is none."""
    if key := headers.get("x-api-key"):
        return key.strip()
    scheme, _, value = headers.get("authorization", "").partition(" ")
    if scheme.lower() == "basic":
        return _decode_base64(value).decode("utf-8", "replace").partition(":")[0]
    return value.strip()


def basic(authorization: str) -> bytes | None:
    """What an Authorization header of the scheme Basic holds, decoded (nothing, where that cannot be done); None where
    the header is of another scheme."""
    scheme, _, encoded = authorization.partition(" ")
    return _decode_base64(encoded) if scheme.lower() == "basic" else None


def _decode_base64(encoded: str) -> bytes:
    try:
        return base64.b64decode(encoded.strip(), validate=True)
    except (Base64Error, ValueError):
        return b""


@dataclass(slots=True)
class Withdrawn:
    """Keys that were withdrawn: good no longer, in any auth mode."""

    every: bool = False
    keys: set[str] = field(default_factory=set)

    def add(self, key: str | None) -> None:
        """Withdraw a key, or (None) every key."""
        if key is None:
            self.every = True
        else:
            self.keys.add(strip_sandbox_prefix(key))

    def __contains__(self, key: str) -> bool:
        """Whether a key is withdrawn; it is given without the sandbox that it may name (`strip_sandbox_prefix`)."""
        return self.every or key in self.keys
