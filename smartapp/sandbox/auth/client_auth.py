"""Which app is calling: public, by secret, or by a signed assertion."""

import base64
import binascii
import hmac
import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote_plus, urlsplit

import httpx
from joserfc import jws, jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from smartapp.sandbox.auth.errors import OAuthError
from smartapp.sandbox.auth.server import AuthServer
from smartapp.sandbox.clients import Client

ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
ALGORITHMS = ("RS384", "ES384")
_MAX_LIFE_S = 300
_LEEWAY_S = 5
_LOOPBACK = {"127.0.0.1", "localhost", "::1"}
_MAX_BYTES = 100_000


def _refuse_secret(detail: str) -> OAuthError:
    return OAuthError("invalid_client", "oauth2:token:invalid-authorization-header", 401, detail)


def _refuse_assertion(detail: str) -> OAuthError:
    return OAuthError("invalid_client", "oauth2:token:invalid-client-assertion", 401, detail)


def _basic(header: str) -> tuple[str, str]:
    """Id and secret of a Basic header, as sent."""
    scheme, _, encoded = header.partition(" ")
    try:
        text = base64.b64decode(encoded, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        raise _refuse_secret("not base64") from None
    client_id, colon, secret = text.partition(":")
    if scheme.casefold() != "basic" or not colon:
        raise _refuse_secret("not Basic id:secret")
    return client_id, secret


def _same(expected: str, sent: str) -> bool:
    """RFC 6749 form-encodes the secret before base64, SMART's example does not: both are taken."""
    return any(
        hmac.compare_digest(expected.encode(), one.encode()) for one in (sent, unquote_plus(sent))
    )


def _by_secret(server: AuthServer, header: str, form: Mapping[str, str]) -> Client:
    client_id, secret = _basic(header)
    client = server.clients.get(client_id) or server.clients.get(unquote_plus(client_id))
    if client is None or client.kind != "client_secret_basic" or client.secret is None:
        raise _refuse_secret("no such client with a secret")
    if not _same(client.secret, secret) or form.get("client_id", client_id) != client_id:
        raise _refuse_secret("wrong secret or another client_id in the body")
    return client


def _public(server: AuthServer, form: Mapping[str, str]) -> Client:
    client = server.clients.get(form.get("client_id", ""))
    if client is None or client.kind != "public" or "client_secret" in form:
        raise _refuse_secret("no such public client")
    return client


def _header(assertion: str) -> dict[str, Any]:
    try:
        return dict(jws.extract_compact(assertion.encode()).headers())
    except (JoseError, ValueError):
        raise _refuse_assertion("not a JWT") from None


def _unverified_issuer(assertion: str) -> str:
    """`iss` before the signature is checked: only good to find the registration."""
    try:
        claims = json.loads(jws.extract_compact(assertion.encode()).payload)
    except (JoseError, ValueError):
        raise _refuse_assertion("not a JWT") from None
    issuer = claims.get("iss") if isinstance(claims, dict) else None
    return issuer if isinstance(issuer, str) else ""


async def _fetch_jwks(server: AuthServer, address: str) -> dict[str, Any]:
    """A client's published keys; the sandbox fetches from its own machine only."""
    if urlsplit(address).hostname not in _LOOPBACK:
        raise _refuse_assertion("jwks_uri is not on this machine")
    try:
        async with httpx.AsyncClient(
            transport=server.transport, timeout=5, trust_env=False
        ) as client:
            answer = await client.get(address, headers={"Accept": "application/json"})
    except httpx.HTTPError as error:
        raise _refuse_assertion(f"jwks_uri did not answer: {error}") from error
    if answer.status_code != 200 or len(answer.content) > _MAX_BYTES:
        raise _refuse_assertion("jwks_uri gave no JWKS")
    try:
        found = json.loads(answer.content)
    except ValueError:
        raise _refuse_assertion("jwks_uri gave no JSON") from None
    return found if isinstance(found, dict) else {}


def _key_with(jwks: Mapping[str, Any], kid: str) -> KeySet | None:
    listed = jwks.get("keys")
    known = [one for one in listed if isinstance(one, dict)] if isinstance(listed, list) else []
    keys = [one for one in known if one.get("kid") == kid]
    try:
        return KeySet.import_key_set({"keys": keys}) if keys else None
    except (JoseError, ValueError, KeyError):
        raise _refuse_assertion("the published key is not usable") from None


async def _key(server: AuthServer, client: Client, kid: str) -> KeySet:
    """The client's key of that id; a kid not seen yet makes the keys be fetched again."""
    if client.jwks is not None:
        found = _key_with(client.jwks, kid)
    else:
        address = client.jwks_uri or ""
        found = _key_with(server.jwks_cache.get(address, {}), kid)
        if found is None:
            server.jwks_cache[address] = await _fetch_jwks(server, address)
            found = _key_with(server.jwks_cache[address], kid)
    if found is None:
        raise _refuse_assertion("no key with this kid is published")
    return found


def _check_header(header: Mapping[str, Any], client: Client) -> str:
    """The kid of an acceptable header."""
    if header.get("alg") not in ALGORITHMS or header.get("typ") != "JWT":
        raise _refuse_assertion("alg must be RS384 or ES384, and typ JWT")
    if "jku" in header and header["jku"] != client.jwks_uri:
        raise _refuse_assertion("jku is not the registered address")
    kid = header.get("kid")
    if not isinstance(kid, str):
        raise _refuse_assertion("kid is missing")
    return kid


def _number(claims: Mapping[str, Any], name: str) -> float | None:
    value = claims.get(name)
    if value is None or (isinstance(value, int | float) and not isinstance(value, bool)):
        return value
    raise _refuse_assertion(f"{name} is not a number")


def _check_claims(server: AuthServer, client: Client, claims: Mapping[str, Any]) -> None:
    now = server.clock().timestamp()
    if claims.get("iss") != client.client_id or claims.get("sub") != client.client_id:
        raise _refuse_assertion("iss and sub must be the client_id")
    if claims.get("aud") != server.addresses.token:
        raise _refuse_assertion("aud must be the token endpoint")
    expires = _number(claims, "exp")
    if expires is None or expires <= now or expires > now + _MAX_LIFE_S + _LEEWAY_S:
        raise _refuse_assertion("exp must be at most five minutes ahead")
    if any((_number(claims, name) or 0) > now + _LEEWAY_S for name in ("iat", "nbf")):
        raise _refuse_assertion("iat or nbf lies ahead")
    _use_once(server, claims.get("jti"), client.client_id, expires, now)


def _use_once(
    server: AuthServer, identifier: object, client_id: str, expires: float, now: float
) -> None:
    if not isinstance(identifier, str) or not identifier:
        raise _refuse_assertion("jti is missing")
    seen = server.used_assertions
    for name in [name for name, until in seen.items() if until < now]:
        del seen[name]
    name = f"{client_id} {identifier}"
    if name in seen:
        raise _refuse_assertion("jti was used before")
    seen[name] = expires


async def _by_assertion(server: AuthServer, form: Mapping[str, str]) -> Client:
    assertion = form.get("client_assertion", "")
    client = server.clients.get(_unverified_issuer(assertion))
    if form.get("client_assertion_type") != ASSERTION_TYPE:
        raise _refuse_assertion("client_assertion_type")
    if client is None or client.kind != "private_key_jwt":
        raise _refuse_assertion("no such client with keys")
    kid = _check_header(_header(assertion), client)
    try:
        token = jwt.decode(assertion, await _key(server, client, kid), algorithms=ALGORITHMS)
    except (JoseError, ValueError):
        raise _refuse_assertion("the signature does not fit") from None
    _check_claims(server, client, token.claims)
    return client


def method_of(header: str | None, form: Mapping[str, str]) -> str:
    """The way in which a caller tries to authenticate."""
    if header is not None:
        return "client_secret_basic"
    return "private_key_jwt" if "client_assertion" in form else "public"


async def authenticate(server: AuthServer, header: str | None, form: Mapping[str, str]) -> Client:
    """The registered app that is calling; raises OAuthError."""
    method = method_of(header, form)
    if method == "client_secret_basic":
        if "client_assertion" in form:
            raise OAuthError("invalid_request", "oauth2:token:invalid-request")
        return _by_secret(server, header or "", form)
    return (
        await _by_assertion(server, form) if method == "private_key_jwt" else _public(server, form)
    )
