"""The patient page: its shell, the lines and the cards that load by themselves."""

import uuid

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from smartapp.chart import cards, strips
from smartapp.chart.frame import failure, frame
from smartapp.chart.navigation import ORDER
from smartapp.fhir.entry import Family, ResourceType
from smartapp.fhir.types import REGISTRY
from smartapp.gateway.errors import FhirError
from smartapp.launches.requests import LaunchRequest
from smartapp.ui.errors import is_fragment

ENCOUNTER, ALLERGY = REGISTRY["Encounter"], REGISTRY["AllergyIntolerance"]


@require_safe
async def chart(request: LaunchRequest, launch_id: uuid.UUID) -> HttpResponse:
    """The shell: who the patient is, and a place for each card. Without the patient, nothing."""
    launch = request.launch
    if not launch.patient:
        return HttpResponseRedirect(reverse("patients", args=[launch_id]))
    context = await frame(request)
    context["cards"] = [cards.card_of(launch, family) for family in ORDER]
    if launch.encounter:
        context["encounter_url"] = reverse("encounter-line", args=[launch_id])
    return render(request, "chart/patient.html", context)


@require_safe
async def card(request: LaunchRequest, launch_id: uuid.UUID, family: Family) -> HttpResponse:
    """One family: its sections, what is slow left to load by itself."""
    context = await frame(request)
    found = await cards.gather(request, family)
    kinds = ("rows", "pending", "failed", "empty")
    context |= {
        "title": family.title,
        "sections": [one for one in found if one.kind in kinds],
        "absent": [one for one in found if one.kind not in kinds],
    }
    part = "#card" if is_fragment(request) else ""
    return render(request, f"chart/card.html{part}", context)


@require_safe
async def card_type(
    request: LaunchRequest, launch_id: uuid.UUID, family: Family, entry: ResourceType
) -> HttpResponse:
    """One type of a card on its own, however long the EHR takes."""
    if entry.family is not family:
        raise Http404("This type is not in this family.")
    context = await frame(request)
    found = await cards.one(request, entry)
    context |= {"title": entry.title, "sections": [found], "section": found}
    part = "#section" if is_fragment(request) else ""
    return render(request, f"chart/card.html{part}", context)


@require_safe
async def allergies(request: LaunchRequest, launch_id: uuid.UUID) -> HttpResponse:
    """The allergy line of the banner; a failure is a state of it, never an empty line."""
    context = await frame(request)
    try:
        page = await request.launch.client().search(ALLERGY, {}, cap=cards.CAP)
        line = strips.allergy_line(page, request.launch.zone)
    except FhirError as error:
        line = strips.unavailable(failure(request, error)["notice"].title)
    context |= {"line": line, "list_url": reverse("record-list", args=[launch_id, ALLERGY])}
    part = "#line" if is_fragment(request) else ""
    return render(request, f"chart/allergies.html{part}", context)


@require_safe
async def encounter(request: LaunchRequest, launch_id: uuid.UUID) -> HttpResponse:
    """The visit that the app was launched from."""
    launch = request.launch
    if not launch.encounter:
        raise Http404("This launch names no visit.")
    context = await frame(request)
    try:
        fetched = await launch.client().read(ENCOUNTER, launch.encounter)
        context["facts"] = strips.encounter_facts(fetched.resource, launch.zone)
    except FhirError as error:
        context |= failure(request, error)
    context["url"] = reverse("record-detail", args=[launch_id, ENCOUNTER, launch.encounter])
    part = "#strip" if is_fragment(request) else ""
    return render(request, f"chart/encounter.html{part}", context)
