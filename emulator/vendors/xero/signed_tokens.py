"""JSON Web Tokens: access tokens and id tokens, and the key set with which clients check them."""

import base64
import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from importlib.resources import files
from typing import Any

from emulator.core.credentials import SANDBOX_CLAIM
from emulator.core.json_reader import JsonObject
from emulator.core.sandbox import DEFAULT, Sandbox
from emulator.vendors.xero.state import Consent, Token, state_of

ISSUER = "https://identity.xero.com"


def access_token(sandbox: Sandbox, token: Token, issued: datetime) -> str:
    """Return a new access token. It names its sandbox, so that a request with it needs no other sign of the sandbox."""
    consent = token.consent
    return _sign(
        {
            **({} if sandbox.name == DEFAULT else {SANDBOX_CLAIM: sandbox.name}),
            **_lifetime(token, issued),
            "iss": ISSUER,
            "aud": f"{ISSUER}/resources",
            "client_id": token.client_id,
            **(_user(sandbox, consent) if consent else {}),
            "jti": sandbox.ids.uuid().replace("-", "").upper(),
            **({"authentication_event_id": consent.event_id} if consent else {}),
            "scope": sorted(token.scopes),
        }
    )


def id_token(sandbox: Sandbox, access_token: str, token: Token, consent: Consent, issued: datetime) -> str:
    """Return the id token that goes with an access token."""
    user = state_of(sandbox).user
    return _sign(
        {
            **_lifetime(token, issued),
            "iss": ISSUER,
            "aud": token.client_id,
            "iat": int(issued.timestamp()),
            **({"nonce": consent.nonce} if consent.nonce else {}),
            # OpenID Connect Core, 3.1.3.6: the left half of the access token's hash.
            "at_hash": _base64url(hashlib.sha256(access_token.encode()).digest()[:16]),
            **_user(sandbox, consent),
            **({"preferred_username": user["email"], "email": user["email"]} if "email" in token.scopes else {}),
            **(_names(user) if "profile" in token.scopes else {}),
        }
    )


def key_set() -> JsonObject:
    """Return the JSON Web Key Set (RFC 7517) that holds the public key."""
    return {"keys": [{name: _signing_key()[name] for name in ("kty", "use", "alg", "kid", "n", "e")}]}


def _lifetime(token: Token, issued: datetime) -> JsonObject:
    return {"nbf": int(issued.timestamp()), "exp": int(token.expires.timestamp())}


def _names(user: Mapping[str, str]) -> JsonObject:
    given, family = user["given_name"], user["family_name"]
    return {"given_name": given, "family_name": family, "name": f"{given} {family}"}


def _user(sandbox: Sandbox, consent: Consent) -> JsonObject:
    user = state_of(sandbox).user
    return {
        "sub": user["xero_userid"].replace("-", ""),
        "auth_time": int(consent.at.timestamp()),
        "xero_userid": user["xero_userid"],
        "global_session_id": consent.session_id,
        "sid": consent.session_id,
    }


def _sign(claims: JsonObject) -> str:
    # Loaded with the first token: cryptography takes longer to load than the whole emulator to start.
    import jwt

    return jwt.encode(claims, _private_key(), "RS256", {"kid": _signing_key()["kid"]})


@cache
def _signing_key() -> Mapping[str, str]:
    """Return the key as a JSON Web Key. It is no secret, but makes signatures checkable on every machine."""
    key: Mapping[str, str] = json.loads(files(__package__).joinpath("signing_key.json").read_bytes())
    return key


@cache
def _private_key() -> Any:
    from jwt.algorithms import RSAAlgorithm

    return RSAAlgorithm.from_jwk(dict(_signing_key()))


def _base64url(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()
