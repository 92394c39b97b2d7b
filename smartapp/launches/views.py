"""Launch in, callback, hospital chooser, sign-out: how a chart is opened and closed."""

import uuid
from collections.abc import Callable, Coroutine
from functools import wraps
from typing import Any

from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseRedirect,
)
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from smartapp.audit.actions import Action, Outcome
from smartapp.audit.trail import arecord
from smartapp.connections.waiting import to_its_end
from smartapp.launches import authorize, cookies, entrance, pages
from smartapp.launches import callback as answers
from smartapp.launches.digests import new_value
from smartapp.launches.ending import end
from smartapp.launches.failures import LaunchFailed
from smartapp.launches.models import Launch
from smartapp.launches.requests import LaunchRequest
from smartapp.launches.sessions import open_session

View = Callable[..., Coroutine[Any, Any, HttpResponseBase]]


def says_failure(view: View) -> View:
    """Turn LaunchFailed into its page, audited, framed by the EHRs we know."""

    @wraps(view)
    async def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            response = await view(request, *args, **kwargs)
        except LaunchFailed as failed:
            detail = {"failure": failed.failure.name, "detail": failed.detail}
            await arecord(Action.LAUNCH_FAILURE, Outcome.FAILURE, detail=detail)
            response = pages.failure(request, failed)
        return pages.framed_by(response, await entrance.embed_origins())

    return answered


@require_GET
@says_failure
async def launch(request: HttpRequest) -> HttpResponseBase:
    """EHR launch: an unknown issuer is refused before anything is fetched (LS-01)."""
    connection, parameter = await entrance.read_launch(request.GET)
    if pages.is_framed(request) and not cookies.browser(request):
        return await entrance.try_cookies(request.GET, connection, parameter)
    await arecord(Action.LAUNCH_START, connection=connection.slug)
    begun = await authorize.begin(connection, parameter)
    return begun.redirect()


@require_GET
@says_failure
async def window(request: HttpRequest, code: str) -> HttpResponseBase:
    """The same launch again, in a window whose cookies are its own (EM-04)."""
    row = await entrance.take_window(code)
    begun = await authorize.begin(row.connection, row.launch_parameter)
    return begun.redirect()


@require_GET
@says_failure
async def callback(request: HttpRequest) -> HttpResponseBase:
    """The way back from the authorization server; ends in a redirect to a clean address."""
    answer = answers.read(dict(request.GET.lists()))
    row = await answers.consume(answer, request.COOKIES, framed=pages.is_framed(request))
    again = await entrance.older_scopes(row, answer)
    if again is not None:
        return again.redirect()
    browser = cookies.browser(request) or new_value()
    opened = await answers.complete(row, answer, browser)
    response = await to_chart(opened)
    cookies.set_browser(response, browser)
    cookies.clear_flow(response, row.state_digest)
    return response


async def to_chart(opened: Launch) -> HttpResponse:
    """Redirect into a launch, with a session of its own."""
    name = "chart" if opened.patient else "patients"
    response = HttpResponseRedirect(reverse(name, args=[opened.pk]))
    response.status_code = 303
    cookies.set_launch(response, opened.pk, await open_session(opened))
    return response


@require_GET
async def login(request: HttpRequest) -> HttpResponse:
    """Choose the hospital."""
    return render(request, "launches/login.html", {"connections": await entrance.ready()})


@require_GET
@says_failure
async def login_connection(request: HttpRequest, slug: str) -> HttpResponseBase:
    """Standalone launch: sign in with the hospital, then find the patient."""
    connection = await entrance.by_slug(slug)
    await arecord(Action.LAUNCH_START, connection=connection.slug, detail={"standalone": True})
    begun = await authorize.begin(connection, None)
    return begun.redirect()


@require_POST
async def sign_out(request: LaunchRequest, launch_id: uuid.UUID) -> HttpResponse:
    """End the launch here and its tokens at the EHR; nothing of it stays in the browser."""
    # A browser that leaves meanwhile, as when a part loads its page again, cancels this request.
    await to_its_end(_sign_out(request))
    response = pages.ended(request, Launch.Ended.SIGNED_OUT)
    response.status_code = 200
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    cookies.clear_launch(response, launch_id)
    return response


async def _sign_out(request: LaunchRequest) -> None:
    await end(request.launch, Launch.Ended.SIGNED_OUT, Action.SIGN_OUT)
    await request.session.aflush()


@require_GET
async def ended(request: LaunchRequest, launch_id: uuid.UUID) -> HttpResponse:
    """Where an expired page goes: says why, or leads back while the launch still lives."""
    reason = request.launch.why_ended()
    if reason is None:
        return HttpResponseRedirect(reverse("chart", args=[launch_id]))
    if reason in (Launch.Ended.IDLE, Launch.Ended.EXPIRED) and request.launch.ended_at is None:
        await pages.end_late(request.launch, reason)
    return pages.ended(request, reason, request.launch.user.is_active)


@require_POST
async def presence(request: LaunchRequest, launch_id: uuid.UUID) -> HttpResponse:
    """Somebody is at the page: the middleware has noted it."""
    if request.launch.why_ended() is not None:
        raise Http404
    return HttpResponse(status=204)
