"""Errors as pages or fragments, with the true status and a reference: one mapping for all."""

from dataclasses import dataclass

import structlog
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.csrf import requires_csrf_token

from smartapp.audit.trail import AuditUnavailable

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Notice:
    """What an error page says. `retry` offers the same address again."""

    status: int
    title: str
    text: str
    advice: str = ""
    retry: bool = False


BAD_REQUEST = Notice(
    400, "This request was not understood", "The address or the form that was sent is not valid."
)
NOT_PERMITTED = Notice(403, "Not permitted", "You may not open this page.")
NOT_FOUND = Notice(
    404,
    "Not found",
    "There is no page at this address, or it is not open to you.",
    "If you followed a link from a chart, open the chart again from the EHR.",
)
NO_SUCH_METHOD = Notice(405, "Not possible here", "This address does not accept such a request.")
TOO_LARGE = Notice(413, "Too large", "More was sent than this page accepts.")
TOO_MANY = Notice(
    429, "Too many attempts", "There were too many attempts in a short time.", "Wait some minutes."
)
FAULT = Notice(
    500,
    "This page could not be shown",
    "Something failed in this app. Nothing was changed in the patient's record.",
    "Try again; if it happens again, give the reference below to your support.",
    retry=True,
)
UNAVAILABLE = Notice(
    503,
    "This app is not available at the moment",
    "It cannot reach its own database, so it shows nothing that it could not also record.",
    "Try again in a minute.",
    retry=True,
)
STALE_FORM = Notice(
    403,
    "This form is no longer valid",
    "It was open for too long, or your sign-in changed meanwhile. Nothing was sent.",
    "Open the page again and repeat the step.",
    retry=True,
)
FOREIGN_POST = Notice(
    403,
    "Refused",
    "This request came from a page of another site, so it was not carried out.",
)
BY_STATUS = {
    notice.status: notice
    for notice in (BAD_REQUEST, NOT_PERMITTED, NOT_FOUND, NO_SUCH_METHOD, TOO_LARGE, TOO_MANY)
}


def reference_of(request: HttpRequest) -> str:
    """The request id: whoever has it finds the log lines."""
    return str(request.META.get("smartapp.request_id", ""))


def is_fragment(request: HttpRequest) -> bool:
    return request.headers.get("HX-Request") == "true" and not request.headers.get("HX-Boosted")


def show(request: HttpRequest, notice: Notice, reference: str = "") -> HttpResponse:
    """The notice as a whole page, or as the part of one that htmx asked for."""
    part = "#notice" if is_fragment(request) else ""
    safe = request.method in ("GET", "HEAD")
    context = {
        "notice": notice,
        "reference": reference or reference_of(request),
        "retry_url": request.get_full_path() if notice.retry and safe else "",
    }
    return render(request, f"ui/error.html{part}", context, status=notice.status)


@requires_csrf_token
def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return show(request, BAD_REQUEST)


@requires_csrf_token
def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    return show(request, NOT_PERMITTED)


@requires_csrf_token
def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return show(request, NOT_FOUND)


@requires_csrf_token
def server_error(request: HttpRequest) -> HttpResponse:
    return show(request, FAULT)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    log.warning("csrf_refused", method=request.method)
    return show(request, STALE_FORM)


def foreign_post(request: HttpRequest) -> HttpResponse:
    return show(request, FOREIGN_POST)


def answer_to(request: HttpRequest, error: Exception) -> HttpResponse | None:
    """The page for an error that views need not catch; None for a fault of ours."""
    if isinstance(error, AuditUnavailable | OperationalError | InterfaceError):
        log.error("unavailable", exc_info=error)
        return show(request, UNAVAILABLE)
    return None


def dressed(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    """Give an error answer without a body its page."""
    notice = BY_STATUS.get(response.status_code)
    if notice is None or response.streaming or getattr(response, "content", b""):
        return response
    page = show(request, notice)
    for name, value in response.headers.items():
        page.headers.setdefault(name, value)
    page.cookies.update(response.cookies)
    return page
