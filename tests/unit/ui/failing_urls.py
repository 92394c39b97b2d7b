"""The app's addresses, and two more whose views fail."""

from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.urls import path

from smartapp import urls
from smartapp.gateway.errors import Unreachable
from smartapp.ui.middleware import Middleware

CANARY = "canary-5e2f"

handler400, handler403 = urls.handler400, urls.handler403
handler404, handler500 = urls.handler404, urls.handler500


async def fault(request: HttpRequest) -> HttpResponse:
    raise RuntimeError(CANARY)


async def unreachable(request: HttpRequest) -> HttpResponse:
    raise Unreachable(CANARY)


urlpatterns = [*urls.urlpatterns, path("fault/", fault), path("unreachable/", unreachable)]


class LostDatabase(Middleware):
    """A middleware of ours that asks a database which is gone."""

    def enter(self, request: HttpRequest) -> None:
        raise OperationalError(CANARY)
