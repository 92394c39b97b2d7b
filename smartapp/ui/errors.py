"""Errors as pages or fragments, with the true status and a reference: one mapping for all."""

import sys
from dataclasses import replace

import structlog
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone

from smartapp.audit.trail import AuditUnavailable
from smartapp.gateway.errors import Conflict, FhirError, Rejected, Unreachable
from smartapp.ui import notices
from smartapp.ui.notices import Notice

__all__ = ["Notice", "fhir_error", "is_fragment", "reference_of", "show"]

log = structlog.get_logger(__name__)


def reference_of(request: HttpRequest) -> str:
    """The request id: whoever has it finds the log lines."""
    return str(request.META.get("smartapp.request_id", ""))


def is_fragment(request: HttpRequest) -> bool:
    return request.headers.get("HX-Request") == "true" and not request.headers.get("HX-Boosted")


def show(request: HttpRequest, notice: Notice, reference: str = "") -> HttpResponse:
    """The notice as a whole page, or as the part of one that htmx asked for.

    A fragment carries the header X-Notice: only our own errors are put into a page, never those
    of a proxy in between.
    """
    fragment = is_fragment(request)
    again = notice.retry and request.method in ("GET", "HEAD")
    context = {
        "notice": notice,
        "reference": reference or reference_of(request),
        "retry_url": request.get_full_path() if again else "",
    }
    name = "ui/error.html#notice" if fragment else "ui/error.html"
    response = render(request, name, context, status=notice.status)
    if fragment:
        response.headers["X-Notice"] = str(notice.status)
    return response


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return show(request, notices.BAD_REQUEST)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    return show(request, notices.NOT_PERMITTED)


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return show(request, notices.NOT_FOUND)


def server_error(request: HttpRequest) -> HttpResponse:
    """Django's last resort, also for what fails in middleware. It must not fail itself."""
    error = sys.exc_info()[1]
    try:
        known = answer_to(request, error) if isinstance(error, Exception) else None
        return known or show(request, notices.FAULT)
    except Exception as second:  # a broken template must still leave a reference to give
        log.error("error_page_failed", exc_info=second)
        text = f"{notices.FAULT.title}.\nReference: {reference_of(request)}\n"
        return HttpResponse(text, content_type="text/plain; charset=utf-8", status=500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    log.warning("csrf_refused", method=request.method)
    return show(request, notices.STALE_FORM)


def foreign_post(request: HttpRequest) -> HttpResponse:
    return show(request, notices.FOREIGN_POST)


def answer_to(request: HttpRequest, error: Exception) -> HttpResponse | None:
    """The page for an error that views need not catch; None for a fault of ours."""
    if isinstance(error, FhirError):
        return fhir_error(request, error)
    if isinstance(error, AuditUnavailable | OperationalError | InterfaceError):
        log.error("unavailable", exc_info=error)
        return show(request, notices.UNAVAILABLE)
    return None


def fhir_error(request: HttpRequest, error: FhirError) -> HttpResponse:
    """Say what an EHR's refusal or silence means, with the true status and a reference."""
    log.warning(
        "fhir_error",
        kind=error.kind,
        connection=error.connection,
        status=error.status,
        reference=error.reference,
        ehr_request_id=error.request_id,
    )
    response = show(request, worded(notices.of_fhir(error), error, request), error.reference)
    if error.retry_at is not None:
        wait_s = (error.retry_at - timezone.now()).total_seconds()
        response.headers["Retry-After"] = str(max(1, round(wait_s)))
    if response.status_code == 401:
        response.headers["WWW-Authenticate"] = 'Bearer error="invalid_token"'
    return response


def worded(notice: Notice, error: FhirError, request: HttpRequest) -> Notice:
    """The notice with the EHR's name, the time of a next try, and the EHR's own words."""
    system = system_of(request)
    retry = notice.retry and not (isinstance(error, Unreachable) and error.permanent)
    words = own_words(error) if isinstance(error, Conflict | Rejected) else ()
    advice = notice.advice
    if error.retry_at is not None:
        advice = f"Try again after {time_of(request, error)}."
    elif notice.retry and not retry:
        advice = "Trying again will not help: give the reference below to your support."
    return replace(
        notice,
        title=capital(notice.title.replace("{system}", system)),
        text=capital(notice.text.replace("{system}", system)),
        advice=advice.replace("{system}", system),
        retry=retry,
        words=words,
    )


def own_words(error: FhirError) -> tuple[str, ...]:
    said = tuple(issue.text[:300] for issue in error.issues[:5] if issue.text)
    return said or ("No reason was given.",)


def system_of(request: HttpRequest) -> str:
    """What clinicians call the EHR of this launch."""
    connection = getattr(getattr(request, "launch", None), "connection", None)
    return str(getattr(connection, "name", "the EHR"))


def time_of(request: HttpRequest, error: FhirError) -> str:
    zone = getattr(getattr(request, "launch", None), "zone", None)
    return f"{timezone.localtime(error.retry_at, zone):%H:%M:%S}"


def capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def dressed(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    """Give an error answer without a body its page; what asks for a reload stays as it is."""
    notice = notices.BY_STATUS.get(response.status_code)
    bare = not response.streaming and not getattr(response, "content", b"")
    if notice is None or not bare or "HX-Refresh" in response.headers:
        return response
    page = show(request, notice)
    for name, value in response.headers.items():
        if name not in ("Content-Type", "Content-Length"):
            page.headers[name] = value
    page.cookies.update(response.cookies)
    return page
