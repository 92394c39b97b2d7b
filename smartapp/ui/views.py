"""Home and the two health checks."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect


async def home(request: HttpRequest) -> HttpResponse:
    return redirect("login")


async def livez(request: HttpRequest) -> HttpResponse:
    return HttpResponse("alive\n", content_type="text/plain")
