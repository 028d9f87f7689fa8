"""Xero's identity endpoints: consent, tokens, discovery and the key set."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, quote, unquote, urlencode, urlsplit

from starlette.responses import Response

from emulator.core.credentials import basic, fingerprint, strip_sandbox_prefix
from emulator.core.request import VendorRequest
from emulator.core.sandbox import DEFAULT
from emulator.vendors.xero import errors, rules, signed_tokens
from emulator.vendors.xero.scopes import requested_scopes
from emulator.vendors.xero.state import Consent, Token, state_of

# Once there are so many tokens, expired ones are removed.
MAX_TOKENS = 1000


async def issue_token(request: VendorRequest) -> Response:
    """Issue tokens for client_credentials, authorization_code and refresh_token. Raises Refusal.

    The client id is in the form or in Basic auth.
    """
    form = await _form(request)
    client_id = _client(request, form)
    grant_type = form.get("grant_type")
    if grant_type == "client_credentials":
        return _issue(request, client_id, _requested_scopes(request, form))
    if grant_type == "authorization_code":
        consent = _redeem_code(request, form)
        state_of(request.sandbox).reconnect(consent)
        return _issue(request, client_id, consent.scopes, consent)
    if grant_type == "refresh_token":
        return _refresh(request, client_id, form)
    raise request.refusal(rules.GRANT_TYPE)


async def revoke_token(request: VendorRequest) -> Response:
    """Revoke an access token, or a refresh token and with it every token of its app."""
    form = await _form(request)
    client_id = _client(request, form)
    state = state_of(request.sandbox)
    revoked = fingerprint(form.get("token", ""))
    if revoked in state.refresh_tokens:
        state.change_tokens(lambda token: token.client_id == client_id, revoked=True)
    elif revoked in state.tokens:
        state.tokens[revoked] = replace(state.tokens[revoked], revoked=True)
    return errors.plain(request, 200)


async def authorize(request: VendorRequest) -> Response:
    """Redirect the browser to the app with a code, as if the user had consented. Raises Refusal."""
    query = request.query_params
    client_id, redirect_uri = query.get("client_id", ""), query.get("redirect_uri", "")
    state = state_of(request.sandbox)
    known = strip_sandbox_prefix(client_id) in state.clients
    if (
        not client_id
        or not redirect_uri.isprintable()
        or not redirect_uri
        or (request.options.auth == "strict" and not known)
    ):
        raise request.refusal(rules.CLIENT)
    scopes = requested_scopes(request, query.get("scope", ""), of_user=True)
    code = _opaque_credential(request)
    state.codes[fingerprint(code)] = _new_consent(request, scopes, query.get("nonce", ""))
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
            "issuer": signed_tokens.ISSUER,
            "authorization_endpoint": f"{consent}/connect/authorize",
            "token_endpoint": f"{identity}/connect/token",
            "revocation_endpoint": f"{identity}/connect/revocation",
            "jwks_uri": f"{identity}/.well-known/openid-configuration/jwks",
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
        },
    )


async def list_keys(request: VendorRequest) -> Response:
    """Return the key set with which clients check the signatures of tokens."""
    return errors.plain(request, 200, signed_tokens.key_set())


def _redeem_code(request: VendorRequest, form: dict[str, str]) -> Consent:
    """Return the consent that an authorization code stands for, which it does once. Raises Refusal."""
    state = state_of(request.sandbox)
    sent = form.get("code", "")
    code = fingerprint(sent)
    if not sent or (request.options.auth == "strict" and code not in state.codes):
        raise request.refusal(rules.GRANT)
    consent = state.codes.pop(code, None)
    return consent or _new_consent(request, _requested_scopes(request, form))


def _refresh(request: VendorRequest, client_id: str, form: dict[str, str]) -> Response:
    """Issue tokens for a refresh token, which is good once, with the scopes that it had. Raises Refusal."""
    state = state_of(request.sandbox)
    sent = form.get("refresh_token", "")
    value = fingerprint(sent)
    previous = state.refresh_tokens.get(value)
    held = previous or state.unissued
    is_own = previous is not None and previous.client_id == client_id
    if not sent or (held and held.revoked) or (request.options.auth == "strict" and not is_own):
        raise request.refusal(rules.GRANT)
    keeps_scopes = held is not None and (held is previous or state.scopes_matter)
    scopes = held.scopes if held and keeps_scopes else _requested_scopes(request, form)
    consent = (previous and previous.consent) or _new_consent(request, scopes)
    state.refresh_tokens.pop(value, None)
    return _issue(request, client_id, scopes, consent)


def _issue(request: VendorRequest, client_id: str, scopes: frozenset[str], consent: Consent | None = None) -> Response:
    """Issue an access token, and what goes with it. Without a consent it is a custom connection's."""
    state, sandbox = state_of(request.sandbox), request.sandbox
    now = sandbox.clock.now()
    lifetime = request.value(rules.TOKEN_LIFETIME)
    own = None if consent or state.default_organisation is None else state.default_organisation.tenant_id
    unsigned = Token("", client_id, scopes, now + timedelta(seconds=lifetime), own, consent)
    access_token = signed_tokens.access_token(sandbox, unsigned, now)
    token = replace(unsigned, value=fingerprint(access_token))
    if len(state.tokens) >= MAX_TOKENS:
        state.tokens = {value: token for value, token in state.tokens.items() if token.expires > now}
    state.tokens[token.value] = token
    body: dict[str, Any] = {}
    if consent and "openid" in scopes:
        body["id_token"] = signed_tokens.id_token(sandbox, access_token, token, consent, now)
    body |= {"access_token": access_token, "expires_in": lifetime, "token_type": "Bearer"}
    if consent and "offline_access" in scopes:
        body["refresh_token"] = refresh_token = _opaque_credential(request)
        state.refresh_tokens[fingerprint(refresh_token)] = token
    body["scope"] = " ".join(sorted(scopes))
    return errors.plain(request, 200, body, media_type=b"application/json; charset=UTF-8")


def _new_consent(request: VendorRequest, scopes: frozenset[str], nonce: str = "") -> Consent:
    ids, now = request.sandbox.ids, request.sandbox.clock.now()
    return Consent(ids.uuid(), ids.uuid().replace("-", ""), now, scopes, nonce)


def _opaque_credential(request: VendorRequest) -> str:
    """Return a new code or refresh token. It names its sandbox, so that a request with it needs no other sign of it."""
    name = request.sandbox.name
    prefix = "" if name == DEFAULT else f"sbx_{name}."
    return prefix + request.sandbox.ids.token()


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
    if not client_id or (
        request.options.auth == "strict" and known.get(strip_sandbox_prefix(client_id)) != fingerprint(secret)
    ):
        raise request.refusal(rules.CLIENT)
    return client_id


def _requested_scopes(request: VendorRequest, form: dict[str, str]) -> frozenset[str]:
    # xero-node says `scopes`, and the word `undefined` where it was given none.
    requested = form.get("scope") or form.get("scopes") or ""
    of_user = form.get("grant_type") != "client_credentials"
    return requested_scopes(request, "" if requested == "undefined" else requested, of_user=of_user)
