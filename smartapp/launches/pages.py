"""The pages that a launch shows before, instead of and after a chart."""

from collections.abc import Sequence

import structlog
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse

from smartapp.audit.actions import Action
from smartapp.launches.ending import end
from smartapp.launches.failures import AGAIN, LaunchFailed
from smartapp.launches.models import Launch
from smartapp.ui.errors import reference_of

log = structlog.get_logger(__name__)


def is_framed(request: HttpRequest) -> bool:
    """Whether the browser says that it will show the answer in a frame."""
    return request.headers.get("Sec-Fetch-Dest", "") in ("iframe", "frame")


def framed_by(response: HttpResponseBase, origins: Sequence[str]) -> HttpResponseBase:
    """Allow these origins, and no other, to show the answer in a frame."""
    if origins and settings.EMBEDDING:
        response._csp_replace = {"frame-ancestors": list(origins)}  # type: ignore[attr-defined]  # django-csp's own hook
        response.xframe_options_exempt = True  # type: ignore[attr-defined]  # Django's own hook
    return response


def failure(request: HttpRequest, failed: LaunchFailed) -> HttpResponse:
    """Say in one page what went wrong with a launch, and what to do."""
    text = failed.failure.text
    log.warning("launch failed", failure=failed.failure.name, error=failed.detail)
    window = reverse("launch-window", args=[failed.window_code]) if failed.window_code else ""
    context = {
        "title": text.title,
        "cause": text.cause,
        "advice": text.advice,
        "reference": reference_of(request),
        "error_uri": failed.error_uri,
        "window_url": window,
    }
    return render(request, "launches/failure.html", context, status=text.status)


def ended(request: HttpRequest, reason: Launch.Ended, can_return: bool = True) -> HttpResponse:
    """Say why a chart is closed. Nothing of the patient is on this page."""
    advice = AGAIN if can_return else "Please ask your administrator."
    context = {"reason": reason.label, "advice": advice}
    if can_return and not is_framed(request):
        context["login_url"] = reverse("login")
    return render(request, "launches/ended.html", context, status=401)


async def end_late(launch: Launch, reason: Launch.Ended) -> None:
    """A launch that ran out is ended by whoever notices first."""
    await end(launch, reason, Action.TIME_OUT)
