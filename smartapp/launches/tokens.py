"""GrantAuth: the bearer token on every EHR request, and one refresh for all (SEC-07)."""

import asyncio
import uuid
from collections.abc import AsyncGenerator
from datetime import timedelta

import httpx
import structlog
from django.db.models import Q
from django.utils import timezone

from smartapp.audit.actions import Action, Outcome
from smartapp.audit.trail import arecord
from smartapp.connections.waiting import give_back, to_its_end
from smartapp.gateway.errors import SignInExpired, Unreachable
from smartapp.launches.grants import Grant
from smartapp.launches.token_endpoint import TokenAnswer, TokenRefused, TokenUnavailable, ask
from smartapp.sealed.fields import Sealed, seal

log = structlog.get_logger(__name__)

AHEAD = timedelta(seconds=90)
APART = timedelta(seconds=60)
# Longer than a token request can take, its turn included: never two at once.
CLAIM = timedelta(seconds=30)
POLL_S = 0.1
WAIT_S = 18.0


class GrantAuth(httpx.Auth):
    """Attach the grant's token; on a 401 refresh once and send once more."""

    def __init__(self, grant_id: uuid.UUID) -> None:
        self.grant_id = grant_id

    async def async_auth_flow(
        self, request: httpx.Request
    ) -> AsyncGenerator[httpx.Request, httpx.Response]:
        token = await self._set_token(request)
        response = yield request
        if response.status_code == 401:
            await self._set_token(request, refused=token)
            again = yield request
            if again.status_code == 401:
                await Grant.objects.filter(pk=self.grant_id).aupdate(
                    fresh_refused_at=timezone.now()
                )
                await give_back()

    async def _set_token(self, request: httpx.Request, refused: str | None = None) -> str:
        try:
            token = await current_token(self.grant_id, refused)
        finally:
            await give_back()
        request.headers["Authorization"] = f"Bearer {token}"
        return token


async def current_token(grant_id: uuid.UUID, refused: str | None = None) -> str:
    """Give a token that is good now; `refused` names one that the EHR just answered 401 to.

    Raises:
        SignInExpired: the grant has ended, or there is no way to a new token.
        Unreachable: the token endpoint does not answer; the refresh token is kept.
    """
    deadline = asyncio.get_running_loop().time() + WAIT_S
    while True:
        grant = await _grant(grant_id)
        token: str = grant.access_token or ""
        if not _needs_refresh(grant, token, refused):
            return token
        if _is_hopeless(grant, token, refused):
            raise SignInExpired("the EHR refuses a token that it has just renewed")
        if grant.refresh_token is None or not grant.may_refresh:
            return await _without_refresh(grant, refused)
        claim = await _claim(grant)
        if claim is not None:
            return await to_its_end(_refresh(grant, claim))
        if token != refused and grant.expires_at > timezone.now():
            return token  # somebody else renews it ahead of time; this one still works
        if asyncio.get_running_loop().time() > deadline:
            raise Unreachable("the token is being refreshed elsewhere and does not come")
        await asyncio.sleep(POLL_S)


async def _grant(grant_id: uuid.UUID) -> Grant:
    grant = await Grant.objects.select_related("connection").filter(pk=grant_id).afirst()
    if grant is None or grant.ended_at is not None or not grant.access_token:
        raise SignInExpired("the grant has ended")
    if grant.is_elsewhere:
        await end_grant(grant, reason="withdrawn")
        raise SignInExpired("the connection is another EHR's now")
    return grant


def _needs_refresh(grant: Grant, token: str, refused: str | None) -> bool:
    """A refused or expired token always; one that soon expires, unless it is quite new."""
    now = timezone.now()
    if token == refused or grant.expires_at <= now:
        return True
    lifetime = grant.expires_at - grant.refreshed_at
    ahead = min(AHEAD, lifetime / 4)
    return now >= grant.expires_at - ahead and now - grant.refreshed_at >= APART


def _is_hopeless(grant: Grant, token: str, refused: str | None) -> bool:
    """A brand-new token was refused as well: no refresh within the next minute (UP-03)."""
    at = grant.fresh_refused_at
    return token == refused and at is not None and timezone.now() - at < APART


async def _without_refresh(grant: Grant, refused: str | None) -> str:
    """Our clock may be wrong: a token is spent when the EHR says so."""
    token: str = grant.access_token or ""
    if refused is None and token:
        return token
    await end_grant(grant)
    raise SignInExpired("the token has expired and the EHR gave no refresh token")


async def _claim(grant: Grant) -> uuid.UUID | None:
    """Win the right to refresh, or not: one conditional UPDATE, which holds on both databases."""
    claim, now = uuid.uuid4(), timezone.now()
    free = Q(refresh_claimed_until=None) | Q(refresh_claimed_until__lt=now)
    won = await Grant.objects.filter(
        free, pk=grant.pk, ended_at=None, refreshed_at=grant.refreshed_at
    ).aupdate(refresh_claim=claim, refresh_claimed_until=now + CLAIM)
    return claim if won else None


async def _refresh(grant: Grant, claim: uuid.UUID) -> str:
    form = await _form(grant)
    await give_back()
    try:
        answer = await ask(grant.connection, grant.endpoints, form)
    except TokenRefused as error:
        log.warning("refresh refused", grant=str(grant.pk))
        await _recorded(grant, Outcome.REFUSED)
        await end_grant(grant)
        raise SignInExpired(f"the EHR refused the refresh: {error.error}") from error
    except TokenUnavailable as error:
        await _release(grant, claim)
        raise Unreachable("the EHR's token endpoint does not answer") from error
    await _check_patient(grant, answer)
    await _store(grant, claim, answer)
    await _recorded(grant, Outcome.SUCCESS)
    return answer.access_token


async def _recorded(grant: Grant, outcome: Outcome) -> None:
    await arecord(
        Action.TOKEN_REFRESH, outcome, user_id=grant.user_id, connection=grant.connection.slug
    )


async def _form(grant: Grant) -> dict[str, str]:
    form = {"grant_type": "refresh_token", "refresh_token": grant.refresh_token or ""}
    if grant.active_ttl is not None:
        last = await grant.launches.order_by("-last_activity_at").afirst()
        if last is not None:
            idle = timezone.now() - last.last_activity_at
            form["active_at"] = str(max(0, int(idle.total_seconds())))
    return form


async def _check_patient(grant: Grant, answer: TokenAnswer) -> None:
    """Stop when the refreshed token is for another patient: that is not the same chart."""
    if answer.patient is None:
        return
    others = grant.launches.filter(parent=None, ended_at=None).exclude(patient=None)
    if await others.exclude(patient=answer.patient).aexists():
        await end_grant(grant, reason="other-patient")
        raise SignInExpired("the refreshed token names another patient")


async def _store(grant: Grant, claim: uuid.UUID, answer: TokenAnswer) -> None:
    """Keep the new tokens before they are used; an answer without a refresh token keeps the old."""
    now = timezone.now()
    kept = answer.refresh_token or grant.refresh_token or ""
    await Grant.objects.filter(pk=grant.pk, refresh_claim=claim).aupdate(
        access_token=_sealed("access_token", grant, answer.access_token),
        refresh_token=_sealed("refresh_token", grant, kept),
        scope=grant.scope if answer.scope is None else answer.scope,
        expires_at=now + answer.lifetime,
        refreshed_at=now,
        fresh_refused_at=None,
        refresh_claim=None,
        refresh_claimed_until=None,
    )


def _sealed(column: str, grant: Grant, text: str) -> Sealed | None:
    return seal(Grant._meta.get_field(column), grant.pk, text)


async def _release(grant: Grant, claim: uuid.UUID) -> None:
    await Grant.objects.filter(pk=grant.pk, refresh_claim=claim).aupdate(
        refresh_claim=None, refresh_claimed_until=None
    )


async def end_grant(grant: Grant, reason: str = "ehr-session") -> None:
    """End a grant and its launches here; its tokens are forgotten."""
    now = timezone.now()
    await Grant.objects.filter(pk=grant.pk).aupdate(
        ended_at=now, access_token=None, refresh_token=None
    )
    await grant.launches.filter(ended_at=None).aupdate(ended_at=now, ended_reason=reason)
