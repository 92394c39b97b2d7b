"""The request as views under a launch see it."""

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from smartapp.launches.models import Launch


class LaunchRequest(HttpRequest):
    """A request whose launch is live and named by its session (launches.middleware)."""

    launch: Launch
    htmx: HtmxDetails
