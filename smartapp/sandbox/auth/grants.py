"""From a finished authorization request to a grant, its code and its tokens."""

import secrets
from datetime import timedelta
from typing import Any

from smartapp.sandbox.auth.server import (
    CODE_LIFETIME,
    AuthorizationRequest,
    AuthServer,
    Code,
    Grant,
)
from smartapp.sandbox.config import SandboxConfig
from smartapp.sandbox.tokens import TokenStore


def _context(server: AuthServer, request: AuthorizationRequest, tenant: str) -> dict[str, Any]:
    """The launch context as the token answer tells it."""
    launch = request.launch
    user = request.user
    answer: dict[str, Any] = {"tenant": tenant}
    if request.patient:
        answer["patient"] = request.patient
    if request.encounter:
        answer["encounter"] = request.encounter
    if user:
        answer |= {"user": user.practitioner, "username": user.username}
    answer["need_patient_banner"] = launch.need_patient_banner if launch else True
    if launch is None or launch.style:
        answer["smart_style_url"] = server.addresses.style
    if launch and launch.intent:
        answer["intent"] = launch.intent
    if launch and launch.fhir_context:
        answer["fhirContext"] = list(launch.fhir_context)
    return answer


def make_code(
    server: AuthServer, request: AuthorizationRequest, granted: str, config: SandboxConfig
) -> str:
    """A grant, and the code that is good once and for a minute."""
    if request.user is None:
        raise AssertionError("a code is issued to a signed-in clinician only")
    now = server.clock()
    grant = Grant(
        client=request.client,
        user=request.user,
        scopes=granted,
        patient=request.patient,
        context=_context(server, request, config.tenant),
        nonce=request.nonce,
        session=request.session,
        created=now,
        active_until=now + timedelta(seconds=config.active_ttl_s),
    )
    server.grants.append(grant)
    value = secrets.token_urlsafe(24)
    server.codes[value] = Code(
        grant=grant,
        redirect_uri_sent=request.redirect_uri_sent,
        challenge=request.challenge,
        expires_at=now + CODE_LIFETIME,
    )
    return value


def issue_access_token(server: AuthServer, tokens: TokenStore, grant: Grant, scopes: str) -> str:
    """An access token of the grant, with these of its scopes."""
    token = tokens.issue(
        scopes.split(),
        patient=grant.patient,
        user=grant.user.practitioner,
        client_id=grant.client.client_id,
        lifetime_s=server.knobs.token_lifetime_s,
    )
    grant.access_tokens.append(token)
    return token


def issue_refresh_token(server: AuthServer, grant: Grant) -> str:
    """A refresh token that takes the place of the grant's earlier one."""
    value = secrets.token_urlsafe(32)
    grant.refresh_token = value
    server.refresh_tokens[value] = grant
    return value


def end(tokens: TokenStore, grant: Grant) -> None:
    """Revoke the grant with every token that came of it."""
    grant.revoked = True
    grant.refresh_token = None
    for token in grant.access_tokens:
        tokens.revoke(token)
