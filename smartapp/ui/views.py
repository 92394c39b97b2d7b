"""Home and the two health checks."""

from asgiref.sync import sync_to_async
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from smartapp.ui.health import Health, health


async def home(request: HttpRequest) -> HttpResponse:
    return redirect("login")


async def livez(request: HttpRequest) -> HttpResponse:
    """The process answers; nothing else is asked."""
    return HttpResponse("alive\n", content_type="text/plain")


async def readyz(request: HttpRequest) -> HttpResponse:
    """One word, since anybody may ask; the log says which check failed."""
    state = await sync_to_async(health)()
    status = 503 if state is Health.NOT_READY else 200
    return HttpResponse(f"{state}\n", content_type="text/plain", status=status)
