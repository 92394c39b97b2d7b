"""Middleware of every answer: cookies, request log, headers, posts from elsewhere.

All of it runs natively in the event loop: it reads headers and waits for nothing.
"""

import time
import uuid
from collections.abc import Awaitable, Callable
from http.cookies import Morsel
from typing import Any, ClassVar

import structlog
from asgiref.sync import iscoroutinefunction, markcoroutinefunction
from csp.constants import SELF
from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.cache import patch_vary_headers

from smartapp.ui import errors

log = structlog.get_logger(__name__)

Answer = HttpResponseBase
GetResponse = Callable[[HttpRequest], Any]


class Middleware:
    """`enter` may answer at once; `leave` sees every answer on its way out."""

    sync_capable: ClassVar[bool] = True
    async_capable: ClassVar[bool] = True

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response
        self.is_async = iscoroutinefunction(get_response)
        if self.is_async:
            markcoroutinefunction(self)

    def __call__(self, request: HttpRequest) -> Answer | Awaitable[Answer]:
        if self.is_async:
            return self._acall(request)
        response = self.enter(request) or self.get_response(request)
        return self.leave(request, response)

    async def _acall(self, request: HttpRequest) -> Answer:
        response = self.enter(request) or await self.get_response(request)
        return self.leave(request, response)

    def enter(self, request: HttpRequest) -> Answer | None:
        return None

    def leave(self, request: HttpRequest, response: Answer) -> Answer:
        return response


def allow_partitioned() -> None:
    """Teach `http.cookies` the Partitioned attribute, which it knows itself from Python 3.14."""
    reserved: dict[str, str] = Morsel._reserved  # type: ignore[attr-defined]  # no public way
    flags: set[str] = Morsel._flags  # type: ignore[attr-defined]  # likewise
    reserved.setdefault("partitioned", "Partitioned")
    flags.add("partitioned")


allow_partitioned()


class PartitionedCookies(Middleware):
    """A SameSite=None cookie survives in an EHR's frame only if partitioned.

    Deletions too: without the attribute they would delete another, unpartitioned cookie.
    """

    def leave(self, request: HttpRequest, response: Answer) -> Answer:
        for morsel in response.cookies.values():
            if morsel["samesite"].lower() == "none":
                morsel["secure"] = True
                morsel["partitioned"] = True
        return response


class RequestLog(Middleware):
    """A request id in every log line and answer, and one line per request without its query."""

    def enter(self, request: HttpRequest) -> Answer | None:
        request_id = uuid.uuid4().hex
        request.META["smartapp.request_id"] = request_id
        request.META["smartapp.started"] = time.perf_counter()
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=request_id)
        return None

    def leave(self, request: HttpRequest, response: Answer) -> Answer:
        response.headers["X-Request-Id"] = request.META["smartapp.request_id"]
        match = request.resolver_match
        log.info(
            "request",
            method=request.method,
            route=match.route if match else None,
            launch=match.kwargs.get("launch_id") if match else None,
            status=response.status_code,
            duration_ms=round((time.perf_counter() - request.META["smartapp.started"]) * 1000, 1),
        )
        return response


FEATURES_OFF = (
    "accelerometer autoplay camera display-capture encrypted-media fullscreen gamepad"
    " geolocation gyroscope hid idle-detection local-fonts magnetometer microphone midi payment"
    " picture-in-picture screen-wake-lock serial storage-access usb xr-spatial-tracking"
)
# Security keys are a second factor of staff; nothing else of the machine is used.
PERMISSIONS = ", ".join(
    [f"{feature}=()" for feature in FEATURES_OFF.split()]
    + ["publickey-credentials-create=(self)", "publickey-credentials-get=(self)"]
)


class SecurityHeaders(Middleware):
    """Nothing is cached, embedded as a subresource elsewhere, or given a device of the user."""

    def leave(self, request: HttpRequest, response: Answer) -> Answer:
        headers = response.headers
        headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        headers.setdefault("Permissions-Policy", PERMISSIONS)
        del headers["Server"]
        if not is_static(request, response):
            kept = headers.get("Cache-Control", "")
            if "no-store" not in kept and "public" not in kept:
                headers["Cache-Control"] = "no-store"
            patch_vary_headers(response, ("Cookie", "HX-Request"))
        return response


def is_static(request: HttpRequest, response: Answer) -> bool:
    return request.path_info.startswith(settings.STATIC_URL) and response.status_code in (200, 304)


class ErrorPages(Middleware):
    """An error that a view let through, or answered without a body, becomes its page.

    Stands inside the CSP's middleware, whose nonce the page needs.
    """

    def leave(self, request: HttpRequest, response: Answer) -> Answer:
        return errors.dressed(request, response)

    def process_exception(self, request: HttpRequest, exception: Exception) -> Answer | None:
        """None for a fault of ours, which Django then logs and shows as a 500."""
        return errors.answer_to(request, exception)


class AdminScripts(Middleware):
    """Django's admin loads its own script files without a nonce: there, and only there, any
    script of this site runs. Inline script runs nowhere."""

    def leave(self, request: HttpRequest, response: Answer) -> Answer:
        if request.path_info.startswith(reverse("admin:index")):
            response._csp_replace = {"script-src": [SELF]}  # type: ignore[attr-defined]  # django-csp's own hook
        return response


SAFE_METHODS = ("GET", "HEAD", "OPTIONS", "TRACE")
OWN_SITES = ("same-origin", "none")


class SameOriginPosts(Middleware):
    """A state-changing request comes from our own pages, whatever its token says (EM-06).

    A browser too old to say where from has only the token.
    """

    def enter(self, request: HttpRequest) -> Answer | None:
        if request.method in SAFE_METHODS:
            return None
        if request.headers.get("Sec-Fetch-Site", "same-origin") in OWN_SITES:
            return None
        log.warning("cross_site_post_refused", method=request.method)
        return errors.foreign_post(request)
