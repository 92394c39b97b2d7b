"""The way back: state consumed once, code for tokens, user, grant, launch.

Source: SMART App Launch 2.2 sections 2.0.9–2.0.12; RFC 9207 (issuer in the answer).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import structlog
from django.conf import settings
from django.utils import timezone

from smartapp.accounts.models import User
from smartapp.audit.actions import Action, Outcome
from smartapp.audit.trail import arecord
from smartapp.connections.addresses import BadAddress, normal
from smartapp.connections.discovery import Discovered, pinned
from smartapp.connections.models import Connection
from smartapp.launches import cookies, identity
from smartapp.launches.digests import digest, matches, new_value
from smartapp.launches.failures import OAUTH_ERRORS, Failure, LaunchFailed, code_of
from smartapp.launches.grants import Grant
from smartapp.launches.identity import Claims, IdTokenRefused
from smartapp.launches.models import AuthorizationRequest, Launch, WindowCode
from smartapp.launches.token_endpoint import TokenAnswer, TokenRefused, TokenUnavailable, ask

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Answer:
    """The callback's parameters; each must occur once."""

    state: str
    code: str
    error: str
    error_uri: str
    issuer: str | None


def read(query: Mapping[str, list[str]]) -> Answer:
    """Read the query of the callback.

    Raises:
        LaunchFailed: a parameter occurs twice, or there is no state.
    """
    if any(len(values) > 1 for values in query.values()):
        raise LaunchFailed(Failure.STATE, "a parameter occurs twice")
    first = {name: values[0] for name, values in query.items() if values}
    if not first.get("state"):
        raise LaunchFailed(Failure.STATE, "no state")
    return Answer(
        first["state"],
        first.get("code", ""),
        first.get("error", ""),
        first.get("error_uri", ""),
        first.get("iss"),
    )


async def consume(answer: Answer, sent: Mapping[str, str], *, framed: bool) -> AuthorizationRequest:
    """Take the authorization request of this state out, for this browser, once.

    Raises:
        LaunchFailed: unknown, used, expired or foreign state; no cookie came back.
    """
    state_digest = digest(answer.state)
    row = (
        await AuthorizationRequest.objects.select_related("connection")
        .filter(state_digest=state_digest)
        .afirst()
    )
    if row is None:
        raise LaunchFailed(Failure.STATE, "unknown or used state")
    taken, _ = await AuthorizationRequest.objects.filter(pk=row.pk).adelete()
    if not taken:
        raise LaunchFailed(Failure.STATE, "state used at the same moment")
    flow = sent.get(cookies.flow_name(state_digest))
    if flow is None and framed and not row.is_expired:
        raise await without_cookies(row.connection, row.launch_parameter)
    if row.is_expired or not matches(flow, row.flow_digest):
        raise LaunchFailed(Failure.STATE, "expired state, or another browser's")
    return row


async def without_cookies(connection: Connection, launch_parameter: str | None) -> LaunchFailed:
    """No cookie survives in this frame: offer the same launch in a window of its own (EM-04)."""
    code = new_value()
    await WindowCode.objects.acreate(
        digest=digest(code), connection=connection, launch_parameter=launch_parameter
    )
    failed = LaunchFailed(Failure.NO_COOKIE, "no cookie came back in a frame")
    failed.window_code = code
    return failed


def check(answer: Answer, row: AuthorizationRequest) -> Discovered:
    """Refuse an answer of another server, or one that says no.

    Raises:
        LaunchFailed: as said.
    """
    discovered = pinned(row.endpoints)
    if answer.issuer is not None and answer.issuer != discovered.issuer:
        raise LaunchFailed(Failure.ISSUER_MISMATCH, "iss is another issuer")
    if answer.issuer is None and discovered.iss_parameter:
        raise LaunchFailed(Failure.ISSUER_MISMATCH, "iss is missing though announced")
    if answer.error:
        failure = OAUTH_ERRORS.get(answer.error, Failure.REFUSED_REQUEST)
        raise LaunchFailed(failure, code_of(answer.error), own_page(answer.error_uri, discovered))
    if not answer.code:
        raise LaunchFailed(Failure.REFUSED_REQUEST, "neither code nor error")
    pins = row.connection.discovered if row.connection.is_ready else None
    if not pins or pinned(pins).endpoints() != discovered.endpoints():
        raise LaunchFailed(Failure.NOT_READY, "the connection changed during the launch")
    return discovered


def own_page(url: str, discovered: Discovered) -> str:
    """The EHR's page about an error, if it is one of its own over https; else empty."""
    try:
        page, endpoint = normal(url.split("?", 1)[0]), normal(discovered.authorization_endpoint)
    except BadAddress:
        return ""
    host = "/".join(endpoint.split("/")[:3])
    return url if page.startswith(host + "/") and len(url) < 2000 else ""


async def complete(row: AuthorizationRequest, answer: Answer, browser: str) -> Launch:
    """Exchange the code, verify the user, and store grant and launch.

    Raises:
        LaunchFailed: the token endpoint or the id_token would not do.
    """
    discovered = check(answer, row)
    tokens = await _exchange(row, answer)
    user, claims = await _user(row, discovered, tokens)
    await _end_other_users(browser, user)
    grant = await _grant(row, tokens, user, claims)
    return await _launch(grant, tokens, browser)


async def _exchange(row: AuthorizationRequest, answer: Answer) -> TokenAnswer:
    form = {
        "grant_type": "authorization_code",
        "code": answer.code,
        "redirect_uri": row.redirect_uri,
        "code_verifier": row.verifier,
    }
    try:
        return await ask(row.connection, row.endpoints, form)
    except TokenRefused as error:
        page = own_page(error.error_uri, pinned(row.endpoints))
        raise LaunchFailed(Failure.TOKEN_REFUSED, code_of(error.error), page) from error
    except TokenUnavailable as error:
        raise LaunchFailed(Failure.TOKEN_UNAVAILABLE, str(error)[:200]) from error


async def _user(
    row: AuthorizationRequest, discovered: Discovered, tokens: TokenAnswer
) -> tuple[User, Claims | None]:
    """The user of the id_token; a user of their own where the EHR identifies nobody."""
    if tokens.id_token is None or not discovered.jwks_uri:
        if "openid" in row.scope.split() and discovered.jwks_uri:
            log.warning("no id_token though asked for", connection=row.connection.slug)
        return await identity.unidentified_user(), None
    try:
        claims = await identity.verify(tokens.id_token, row.connection, discovered, row.nonce)
    except IdTokenRefused as error:
        raise LaunchFailed(Failure.IDENTITY, str(error)) from error
    user, former = await identity.user_for(row.connection, claims)
    if not user.is_active:
        raise LaunchFailed(Failure.DENIED, "the user is disabled here")
    if former is not None:
        await arecord(
            Action.IDENTITY_CHANGED,
            user_id=user.pk,
            connection=row.connection.slug,
            detail={"fhirUser": {"before": former, "after": claims.fhir_user}},
        )
    return user, claims


async def _end_other_users(browser: str, user: User) -> None:
    """Another user on this browser: the former one's charts close (LS-17)."""
    others = Launch.objects.filter(browser_digest=digest(browser), ended_at=None).exclude(
        grant__user=user
    )
    async for launch in others.values("id", "grant__user_id"):
        await arecord(
            Action.LAUNCH_END,
            launch=launch["id"],
            user_id=launch["grant__user_id"],
            detail={"reason": Launch.Ended.OTHER_USER.value},
        )
    await others.aupdate(ended_at=timezone.now(), ended_reason=Launch.Ended.OTHER_USER)


async def _grant(
    row: AuthorizationRequest, tokens: TokenAnswer, user: User, claims: Claims | None
) -> Grant:
    now = timezone.now()
    active_ttl = tokens.context.get("active_ttl")
    grant = Grant(
        connection=row.connection,
        user=user,
        issuer=claims.issuer if claims else "",
        subject=claims.subject if claims else "",
        fhir_base=row.audience,
        client_id=row.connection.client_id,
        endpoints=row.endpoints,
        # A missing scope means: as requested; an empty one means: nothing (RFC 6749 section 5.1).
        scope=row.scope if tokens.scope is None else tokens.scope,
        access_token=tokens.access_token,
        refresh_token=tokens.refresh_token,
        expires_at=now + tokens.lifetime,
        refreshed_at=now,
        active_ttl=active_ttl if isinstance(active_ttl, int) and active_ttl > 0 else None,
    )
    await grant.asave(force_insert=True)
    return grant


async def _launch(grant: Grant, tokens: TokenAnswer, browser: str) -> Launch:
    launch = Launch(
        grant=grant,
        patient=tokens.patient,
        encounter=tokens.text("encounter") or None,
        need_patient_banner=said_yes(tokens.context.get("need_patient_banner")),
        style_url=tokens.text("smart_style_url", 2000),
        intent=tokens.text("intent")[:200],
        tenant=tokens.text("tenant")[:200],
        fhir_context=fhir_context(tokens.context.get("fhirContext")),
        browser_digest=digest(browser),
        expires_at=timezone.now() + timedelta(seconds=settings.LAUNCH_LIFETIME_S),
    )
    await launch.asave(force_insert=True)
    await arecord(
        Action.LAUNCH_SUCCESS,
        Outcome.SUCCESS,
        user_id=grant.user_id,
        connection=grant.connection.slug,
        launch=launch.pk,
        patient=launch.patient,
        detail={"scope": grant.scope, "encounter": launch.encounter},
    )
    return launch


def said_yes(value: Any) -> bool:
    """`need_patient_banner`: only a clear no hides the banner; some servers send it as text."""
    return not (value is False or (isinstance(value, str) and value.lower() == "false"))


def fhir_context(value: Any) -> list[dict[str, str]]:
    """`fhirContext` as a list of objects; SMART 2.0 had reference strings."""
    items = value if isinstance(value, list) else []
    read_items = [{"reference": item} if isinstance(item, str) else item for item in items[:50]]
    return [
        {name: text for name, text in item.items() if isinstance(text, str)}
        for item in read_items
        if isinstance(item, dict)
    ]
