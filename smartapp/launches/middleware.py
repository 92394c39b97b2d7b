"""The launch that a path names: live, and held by this browser's session, or nothing at all."""

import uuid
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import ClassVar

import structlog
from asgiref.sync import markcoroutinefunction
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone

from smartapp.audit.actions import Action, Outcome
from smartapp.audit.trail import arecord
from smartapp.connections.waiting import give_back
from smartapp.launches import pages
from smartapp.launches.models import Launch
from smartapp.launches.sessions import launch_id_of, names
from smartapp.ui.errors import is_fragment, page_not_found

ACTIVITY_APART = timedelta(seconds=30)
BACKGROUND = "X-Background"

GetResponse = Callable[[HttpRequest], Awaitable[HttpResponseBase]]


class CurrentLaunch:
    """Sets `request.launch` and `request.user`, or answers 404, or says why the launch ended."""

    async_capable: ClassVar[bool] = True
    sync_capable: ClassVar[bool] = False

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response
        markcoroutinefunction(self)

    async def __call__(self, request: HttpRequest) -> HttpResponseBase:
        launch_id = launch_id_of(request.path)
        if launch_id is None:
            return await self.get_response(request)
        launch = await held(request, launch_id)
        if launch is None:
            return page_not_found(request, Http404())
        reason = launch.why_ended()
        if reason is not None and request.path != ended_path(launch_id):
            return framed(await ended(request, launch, reason), launch)
        enter(request, launch)
        if reason is None and BACKGROUND not in request.headers:
            await touch(launch)
        await give_back()
        return framed(await self.get_response(request), launch)


async def held(request: HttpRequest, launch_id: uuid.UUID) -> Launch | None:
    """The launch of this id, if this browser's session was made for it."""
    stored = await request.session.aget("launch")
    launch = (
        await Launch.objects.select_related("grant__connection", "grant__user")
        .filter(pk=launch_id)
        .afirst()
    )
    if launch is None:
        return None
    if stored == str(launch_id) and names(request.session, launch_id):
        return launch
    await arecord(
        Action.REFUSED,
        Outcome.REFUSED,
        connection=launch.connection.slug,
        launch=launch_id,
        detail={"reason": "the session does not hold this launch"},
    )
    return None


def enter(request: HttpRequest, launch: Launch) -> None:
    structlog.contextvars.bind_contextvars(launch=str(launch.pk), connection=launch.connection.slug)
    request.launch = launch  # type: ignore[attr-defined]  # views see a LaunchRequest
    request.user = launch.user


async def touch(launch: Launch) -> None:
    """Note that a person was here; at most every half minute, since the row is only a clock."""
    now = timezone.now()
    if now - launch.last_activity_at > ACTIVITY_APART:
        await Launch.objects.filter(pk=launch.pk).aupdate(last_activity_at=now)
        launch.last_activity_at = now


async def ended(request: HttpRequest, launch: Launch, reason: Launch.Ended) -> HttpResponse:
    """A page that says why; a fragment makes the whole page load again, and so say it."""
    if launch.ended_at is None and reason in (Launch.Ended.IDLE, Launch.Ended.EXPIRED):
        await pages.end_late(launch, reason)
    if is_fragment(request):
        return HttpResponse(status=401, headers={"HX-Refresh": "true"})
    return pages.ended(request, reason, launch.user.is_active)


def ended_path(launch_id: uuid.UUID) -> str:
    return reverse("launch-ended", args=[launch_id])


def framed(response: HttpResponseBase, launch: Launch) -> HttpResponseBase:
    """Let the launch's own EHR, and nobody else, show this answer in a frame (EM-01)."""
    return pages.framed_by(response, launch.connection.embed_origins)
