"""What every page of a chart has around its content: banner, navigation, addresses, who asks."""

from datetime import date
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from smartapp.chart.asks import Context
from smartapp.chart.markup import Links
from smartapp.chart.navigation import Navigation, Reach, navigation, reach, reaches
from smartapp.chart.tables import Table
from smartapp.fhir.banner import Banner, banner
from smartapp.fhir.entry import ResourceType
from smartapp.fhir.types import REGISTRY
from smartapp.gateway.errors import FhirError
from smartapp.launches.models import Launch
from smartapp.launches.requests import LaunchRequest
from smartapp.ui.errors import fhir_error, is_fragment, reference_of, worded
from smartapp.ui.notices import Notice, of_fhir

STANDING = (
    "You may not see everything: the EHR can hide sensitive visits, documents and values"
    " from a sign-in without saying so."
)


def links_of(launch: Launch) -> Links:
    return Links(reverse("records", args=[launch.pk]), launch.connection.fhir_base)


def table_of(launch: Launch, entry: ResourceType) -> Table:
    return Table(entry, launch.zone, links_of(launch))


def reach_of(launch: Launch, entry: ResourceType) -> Reach:
    return reach(entry, launch.scopes, launch.connection.capability())


def context_of(launch: Launch, user: str = "") -> Context:
    """What forms may fill in by themselves: the visit of the launch, today at the site, `user`."""
    return Context(launch.zone, today_of(launch), launch.encounter or "", user)


async def banner_of(launch: Launch) -> Banner:
    """The launch's patient in words. Raises FhirError: without a patient nothing is shown."""
    fetched = await launch.client().read(REGISTRY["Patient"], launch.patient or "")
    return banner(fetched.resource, today_of(launch), launch.zone)


def today_of(launch: Launch) -> date:
    """Today at the site."""
    return timezone.now().astimezone(launch.zone).date()


def rail_of(launch: Launch, current: str = "") -> Navigation:
    found = reaches(launch.scopes, launch.connection.capability())
    return navigation(found, links_of(launch), current)


async def frame(request: LaunchRequest, current: str = "") -> dict[str, Any]:
    """The context of `chart/base.html`; a fragment stands in a page that has it already."""
    launch = request.launch
    if not launch.patient:
        raise Http404("This launch has no patient yet.")
    if is_fragment(request):
        return {}
    return {
        "banner": await banner_of(launch),
        "brief": not launch.need_patient_banner,
        "navigation": rail_of(launch, current),
        "allergies_url": reverse("allergy-line", args=[launch.pk]),
        "standing": STANDING,
    }


def failed(request: HttpRequest, error: FhirError, around: dict[str, Any]) -> HttpResponse:
    """An error in the place of the content, with the patient and the navigation still there."""
    answer = fhir_error(request, error)
    if not is_fragment(request):
        context = {**around, **failure(request, error)}
        answer.content = render_to_string("chart/failed.html", context, request).encode()
    return answer


def failure(request: HttpRequest, error: FhirError) -> dict[str, Any]:
    """What a template says of an error: notice, reference, and where to try again."""
    notice: Notice = worded(of_fhir(error), error, request)
    return {
        "notice": notice,
        "reference": error.reference or reference_of(request),
        "retry_url": request.get_full_path() if notice.retry else "",
    }
