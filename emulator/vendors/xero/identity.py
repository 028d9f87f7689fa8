"""Xero's identity endpoints: consent, tokens and connections."""

import base64
import json
from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, quote, unquote, urlencode, urlsplit

from starlette.responses import Response

from emulator.core.clock import ticks
from emulator.core.credentials import basic, strip_sandbox_prefix
from emulator.core.request import VendorRequest
from emulator.core.sandbox import DEFAULT
from emulator.vendors.xero import errors, rules
from emulator.vendors.xero.auth import check_token
from emulator.vendors.xero.state import Token, state_of

DEFAULT_SCOPES = (
    "openid profile email offline_access accounting.transactions accounting.contacts accounting.settings "
    "accounting.attachments"
)
# Once there are so many tokens, expired ones are removed.
MAX_TOKENS = 1000


async def issue_token(request: VendorRequest) -> Response:
    """Issue tokens for client_credentials, authorization_code and refresh_token.

    The client id is in the form or in Basic auth.
    """
    form = await _form(request)
    client_id = _client(request, form)
    state = state_of(request.sandbox)
    strict = request.options.auth == "strict"
    grant_type = form.get("grant_type")
    scopes = _scopes(form)
    if grant_type == "client_credentials":
        return _issued(request, client_id, scopes, custom_connection=True)
    if grant_type == "authorization_code":
        code = form.get("code", "")
        if not code or (strict and code not in state.codes):
            raise request.refusal(rules.GRANT)
        state.codes.discard(code)
        state.reconnect()
        return _issued(request, client_id, scopes)
    if grant_type == "refresh_token":
        value = form.get("refresh_token", "")
        previous = state.refresh_tokens.get(value)
        held = previous or state.unissued
        if not value or (held and held.revoked) or (strict and not _is_of(previous, client_id)):
            raise request.refusal(rules.GRANT)
        state.refresh_tokens.pop(value, None)
        if held and (previous or state.scopes_matter):
            scopes = held.scopes
        return _issued(request, client_id, scopes)
    raise request.refusal(rules.GRANT_TYPE)


async def revoke_token(request: VendorRequest) -> Response:
    """Revoke an access token, or a refresh token and with it every token of its app."""
    form = await _form(request)
    client_id = _client(request, form)
    state = state_of(request.sandbox)
    revoked = form.get("token", "")
    if revoked in state.refresh_tokens:
        state.change_tokens(lambda token: token.client_id == client_id, revoked=True)
    elif revoked in state.tokens:
        state.tokens[revoked] = replace(state.tokens[revoked], revoked=True)
    return errors.plain(request, 200)


async def authorize(request: VendorRequest) -> Response:
    """Redirect the browser to the app with a code, as if the user had consented."""
    query = request.query_params
    client_id, redirect_uri = query.get("client_id", ""), query.get("redirect_uri", "")
    known = strip_sandbox_prefix(client_id) in state_of(request.sandbox).clients
    if (
        not client_id
        or not redirect_uri.isprintable()
        or not redirect_uri
        or (request.options.auth == "strict" and not known)
    ):
        raise request.refusal(rules.CLIENT)
    code = _token(request)
    state_of(request.sandbox).codes.add(code)
    request.secret = True
    answer = {"code": code, **({"state": query["state"]} if "state" in query else {})}
    response = errors.plain(request, 302)
    location = quote(redirect_uri, safe=":/%#?=@[]!$&'()*+,;")
    response.headers["Location"] = f"{location}{'&' if '?' in location else '?'}{urlencode(answer)}"
    return response


async def discover(request: VendorRequest) -> Response:
    """Return the OpenID Connect discovery document."""
    url = urlsplit(request.api_url)
    if request.by_host_name:
        # Two hosts share the endpoints, and consent has a path of its own.
        port = f":{url.port}" if url.port else ""
        identity = url._replace(netloc=f"identity.xero.com{port}").geturl()
        consent = url._replace(netloc=f"login.xero.com{port}").geturl() + "/identity"
    else:
        identity = consent = f"{url.geturl()}/identity"
    return errors.plain(
        request,
        200,
        {
            "issuer": "https://identity.xero.com",
            "authorization_endpoint": f"{consent}/connect/authorize",
            "token_endpoint": f"{identity}/connect/token",
            "revocation_endpoint": f"{identity}/connect/revocation",
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["none"],
        },
    )


async def list_connections(request: VendorRequest) -> Response:
    """List the organisations that the token reaches."""
    state = state_of(request.sandbox)
    token = check_token(request, state)
    own = token.organisation if token else None
    event = request.query_params.get("authEventId")
    connections = [
        {
            "id": organisation.connection_id,
            "authEventId": organisation.connection_id,
            "tenantId": organisation.tenant_id,
            "tenantType": "ORGANISATION",
            "tenantName": organisation.about["Name"],
            "createdDateUtc": ticks(organisation.connected).removesuffix("Z"),
            "updatedDateUtc": ticks(organisation.connected).removesuffix("Z"),
        }
        for organisation in state.connected
        if own in (None, organisation.tenant_id) and event in (None, organisation.connection_id)
    ]
    return errors.plain(request, 200, connections)


async def delete_connection(request: VendorRequest, connection_id: str) -> Response:
    state = state_of(request.sandbox)
    check_token(request, state)
    tenant_ids = {
        organisation.tenant_id
        for organisation in state.connected
        if organisation.connection_id == connection_id.lower()
    }
    if not tenant_ids:
        raise request.refusal(rules.UNKNOWN_RECORD)
    state.disconnected |= tenant_ids
    return errors.plain(request, 204)


def _issued(
    request: VendorRequest, client_id: str, scopes: frozenset[str], *, custom_connection: bool = False
) -> Response:
    state, sandbox = state_of(request.sandbox), request.sandbox
    lifetime = request.value(rules.TOKEN_LIFETIME)
    now = sandbox.clock.now()
    own = state.default_organisation.tenant_id if custom_connection and state.default_organisation else None
    token = Token(_token(request), client_id, scopes, now + timedelta(seconds=lifetime), own)
    if len(state.tokens) >= MAX_TOKENS:
        state.tokens = {value: token for value, token in state.tokens.items() if token.expires > now}
    state.tokens[token.value] = token
    body: dict[str, Any] = {"access_token": token.value, "expires_in": lifetime, "token_type": "Bearer"}
    if not custom_connection:
        refresh = _token(request)
        state.refresh_tokens[refresh] = token
        claims = {"iss": "https://identity.xero.com", "aud": client_id, "sub": client_id, "iat": int(now.timestamp())}
        body = {
            "id_token": _unsigned({**claims, "exp": int(token.expires.timestamp())}),
            **body,
            "refresh_token": refresh,
        }
    body["scope"] = " ".join(sorted(scopes))
    return errors.plain(request, 200, body, media_type=b"application/json; charset=UTF-8")


def _is_of(token: Token | None, client_id: str) -> bool:
    return token is not None and token.client_id == client_id


def _token(request: VendorRequest) -> str:
    """Return a new credential. It carries the sandbox, so a call that has it needs no other sign of the sandbox."""
    name = request.sandbox.name
    prefix = "" if name == DEFAULT else f"sbx_{name}."
    return prefix + request.sandbox.ids.token()


def _unsigned(claims: dict[str, Any]) -> str:
    """Return an unsigned JSON Web Token (`alg` is `none`)."""
    parts = (json.dumps(part, separators=(",", ":")).encode() for part in ({"alg": "none", "typ": "JWT"}, claims))
    return ".".join([*(base64.urlsafe_b64encode(part).rstrip(b"=").decode() for part in parts), ""])


async def _form(request: VendorRequest) -> dict[str, str]:
    request.secret = True
    body = await request.read_body(rules.MAX_REQUEST_BYTES)
    return {name: values[0] for name, values in parse_qs(body.decode("utf-8", "replace")).items()}


def _client(request: VendorRequest, form: dict[str, str]) -> str:
    client_id, secret = form.get("client_id", ""), form.get("client_secret", "")
    pair = basic(request.headers.get("authorization", ""))
    if pair is not None:
        client_id, _, secret = (unquote(part) for part in pair.decode("utf-8", "replace").partition(":"))
    known = state_of(request.sandbox).clients
    if not client_id or (request.options.auth == "strict" and known.get(strip_sandbox_prefix(client_id)) != secret):
        raise request.refusal(rules.CLIENT)
    return client_id


def _scopes(form: dict[str, str]) -> frozenset[str]:
    # xero-node says `scopes`, and the word `undefined` where it was given none.
    asked = form.get("scope") or form.get("scopes") or ""
    return frozenset((asked if asked not in ("", "undefined") else DEFAULT_SCOPES).split())
