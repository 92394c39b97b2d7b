"""One server session per launch, held by a cookie in that launch's own path."""

import re
import uuid

from asgiref.sync import sync_to_async
from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase, UpdateError
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpRequest, HttpResponse

from smartapp.launches import cookies
from smartapp.launches.models import Launch

LAUNCH_PATH = re.compile(r"^/launches/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})/")
LAUNCH_KEY = "launch"


def launch_id_of(path: str) -> uuid.UUID | None:
    """Which launch a path belongs to; None for every other page."""
    found = LAUNCH_PATH.match(path)
    return uuid.UUID(found[1]) if found else None


@sync_to_async
def open_session(launch: Launch) -> str:
    """Make the session of a new launch and give its key; never an adopted one (LS-09)."""
    session = SessionStore()
    session[LAUNCH_KEY] = str(launch.pk)
    session.set_expiry(settings.LAUNCH_LIFETIME_S)
    session.create()
    return session.session_key or ""


def names(session: SessionBase, launch_id: uuid.UUID) -> bool:
    """True when this session was made for this very launch (LS-11)."""
    return session.get(LAUNCH_KEY) == str(launch_id)


class LaunchSessions(SessionMiddleware):
    """Django's sessions elsewhere; under a launch, that launch's own session.

    A launch's session is made by the callback alone: here it is read, and saved when it changed,
    but no new one begins.
    """

    def process_request(self, request: HttpRequest) -> None:
        if launch_id_of(request.path) is None:
            super().process_request(request)
            return
        request.session = SessionStore(request.COOKIES.get(settings.LAUNCH_COOKIE_NAME))

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        launch_id = launch_id_of(request.path)
        if launch_id is None:
            return super().process_response(request, response)
        session = request.session
        if session.is_empty():
            if settings.LAUNCH_COOKIE_NAME in request.COOKIES:
                cookies.clear_launch(response, launch_id)
        elif session.modified and names(session, launch_id):
            try:
                session.save(must_create=False)
            except UpdateError:  # signed out in another tab meanwhile
                cookies.clear_launch(response, launch_id)
        return response
