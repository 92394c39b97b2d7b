"""Background work of launches: revocations again, idle launches, old rows. Tasks carry no ids."""

import asyncio
from datetime import timedelta

from celery import shared_task
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db.models import Q
from django.utils import timezone

from smartapp.audit.actions import Action
from smartapp.gateway import pool
from smartapp.launches.ending import end, retry
from smartapp.launches.grants import PendingRevocation
from smartapp.launches.models import (
    REQUEST_LIFETIME,
    WINDOW_LIFETIME,
    AuthorizationRequest,
    Launch,
    WindowCode,
)


@shared_task  # type: ignore[untyped-decorator]  # celery has no types
def retry_revocations() -> None:
    """Ask for revocations that wait or failed, oldest first."""
    asyncio.run(_retry_revocations())


async def _retry_revocations() -> None:
    rows = PendingRevocation.objects.select_related("connection").order_by("created_at")[:50]
    async with pool.closing():
        # Side by side: an EHR that does not answer must not hold up the others'.
        await asyncio.gather(*[retry(row) async for row in rows])


@shared_task  # type: ignore[untyped-decorator]  # celery has no types
def prune() -> None:
    """End launches that ran out, erase their tokens, and drop rows nobody can use any more."""
    now = timezone.now()
    AuthorizationRequest.objects.filter(created_at__lt=now - REQUEST_LIFETIME).delete()
    WindowCode.objects.filter(created_at__lt=now - WINDOW_LIFETIME).delete()
    Session.objects.filter(expire_date__lt=now).delete()
    # Last: an EHR that does not answer a revocation must not keep the rest from being done.
    asyncio.run(_end_idle())


async def _end_idle() -> None:
    now = timezone.now()
    idle = Q(last_activity_at__lte=now - timedelta(seconds=settings.LAUNCH_IDLE_S))
    over = Launch.objects.filter(idle | Q(expires_at__lte=now), ended_at=None)
    async with pool.closing():
        async for launch in over.select_related("grant__connection", "grant__user")[:500]:
            reason = Launch.Ended.EXPIRED if launch.expires_at <= now else Launch.Ended.IDLE
            # Silent EHRs would keep the other launches from being ended.
            await end(launch, reason, Action.TIME_OUT, revoke_now=False)
