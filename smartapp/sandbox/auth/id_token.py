"""Who signed in, as a signed JWT."""

from typing import Any

from smartapp.sandbox.auth.keys import KeyRing
from smartapp.sandbox.auth.server import AuthServer, Grant

_LIFETIME_S = 600


def _claims(server: AuthServer, grant: Grant) -> dict[str, Any]:
    now = int(server.clock().timestamp())
    granted = grant.scopes.split()
    who = f"{server.addresses.fhir_base}/Practitioner/{grant.user.practitioner}"
    claims: dict[str, Any] = {
        "iss": server.addresses.oidc_issuer,
        "sub": grant.user.username,
        "aud": grant.client.client_id,
        "name": grant.user.name,
        "iat": now,
        "exp": now + _LIFETIME_S,
    }
    if {"fhirUser", "profile"} & {*granted}:
        claims |= {"fhirUser": who, "profile": who}
    if grant.nonce is not None:
        claims["nonce"] = grant.nonce
    return claims


def id_token(server: AuthServer, grant: Grant) -> str:
    """The id_token of a grant, with whatever the control asked to be wrong in it."""
    claims = _claims(server, grant)
    if server.knobs.wrong_nonce:
        claims["nonce"] = "not-the-nonce-that-was-sent"
    claims |= server.knobs.id_token_claims
    keys = KeyRing() if server.knobs.unpublished_key else server.keys
    return keys.sign(claims)
