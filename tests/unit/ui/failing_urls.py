"""The app's addresses, and two more whose views fail."""

from django.http import HttpRequest, HttpResponse
from django.urls import path

from smartapp import urls
from smartapp.gateway.errors import Unreachable

CANARY = "canary-5e2f"

handler400, handler403 = urls.handler400, urls.handler403
handler404, handler500 = urls.handler404, urls.handler500


async def fault(request: HttpRequest) -> HttpResponse:
    raise RuntimeError(CANARY)


async def unreachable(request: HttpRequest) -> HttpResponse:
    raise Unreachable(CANARY)


urlpatterns = [*urls.urlpatterns, path("fault/", fault), path("unreachable/", unreachable)]
