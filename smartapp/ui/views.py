"""Home and the two health checks."""

import structlog
from asgiref.sync import sync_to_async
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from smartapp.ui.health import Health, health

log = structlog.get_logger(__name__)


async def home(request: HttpRequest) -> HttpResponse:
    return redirect("login")


@csrf_exempt
@require_POST
async def csp_report(request: HttpRequest) -> HttpResponse:
    """A browser refused something on one of our pages. Which page is not kept: it names a chart."""
    log.warning("csp_violation")
    return HttpResponse(status=204)


async def livez(request: HttpRequest) -> HttpResponse:
    """The process answers; nothing else is asked."""
    return HttpResponse("alive\n", content_type="text/plain")


async def readyz(request: HttpRequest) -> HttpResponse:
    """One word, since anybody may ask; the log says which check failed."""
    state = await sync_to_async(health)()
    status = 503 if state is Health.NOT_READY else 200
    return HttpResponse(f"{state}\n", content_type="text/plain", status=status)
