"""Find and confirm a patient in a launch that has none; a confirmed one opens a child launch."""

import uuid
from typing import Any

from asgiref.sync import sync_to_async
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from smartapp.audit.actions import Action
from smartapp.audit.trail import arecord
from smartapp.fhir.banner import Banner, banner
from smartapp.fhir.entry import Resource
from smartapp.fhir.types import REGISTRY
from smartapp.gateway.errors import FhirError
from smartapp.gateway.target import Page
from smartapp.launches.forms import PatientSearch
from smartapp.launches.models import Launch
from smartapp.launches.requests import LaunchRequest
from smartapp.launches.views import to_chart
from smartapp.ui.errors import fhir_error

PATIENT = REGISTRY["Patient"]
MOST = 50


def in_user_context(request: LaunchRequest) -> Launch:
    """The launch, if it has no patient: a single-patient launch offers no search (S3)."""
    if request.launch.patient is not None:
        raise Http404
    return request.launch


@require_http_methods(["GET", "POST"])
async def search(request: LaunchRequest, launch_id: uuid.UUID) -> HttpResponse:
    """Search by POST, so that no name or number lands in an address or a log."""
    launch = in_user_context(request)
    form = PatientSearch(request.POST or None)
    context: dict[str, Any] = {
        "form": form,
        "confirm_url": reverse("patient-confirm", args=[launch_id]),
    }
    if request.method == "POST" and await sync_to_async(form.is_valid)():
        try:
            page = await launch.client().search(PATIENT, form.parameters(), cap=MOST)
        except FhirError as error:
            return fhir_error(request, error)
        context |= {"searched": True, "results": rows(page, launch), "notice": notice(page)}
    status = 422 if form.errors else 200
    return render(request, "launches/patients.html", context, status=status)


def rows(page: Page, launch: Launch) -> list[dict[str, Any]]:
    """One row a patient: what a clinician compares."""
    return [row(patient, said(patient, launch)) for patient in page.matches]


def row(patient: Resource, words: Banner) -> dict[str, Any]:
    return {
        "id": patient.get("id"),
        "name": words.name,
        "born": f"{words.born} ({words.age})" if words.age else words.born,
        "sex": words.gender,
        "identifiers": ", ".join(f"{line.label} {line.value}" for line in words.identifiers[:2]),
        "deceased": "Deceased" if words.is_deceased else "",
        "active": not words.is_inactive,
    }


def said(patient: Resource, launch: Launch) -> Banner:
    today = timezone.now().astimezone(launch.zone).date()
    return banner(patient, today, launch.zone)


def notice(page: Page) -> str:
    """Say that there are more, or that something is missing; never a silently short list."""
    if page.complete:
        return ""
    shown = f"The first {len(page.matches)} patients are shown; there are more."
    return f"{page.stopped or shown} Give more details to narrow the search."


@require_POST
async def confirm(request: LaunchRequest, launch_id: uuid.UUID) -> HttpResponse:
    """Show who was chosen; only a second, confirmed step opens the chart."""
    launch = in_user_context(request)
    try:
        fetched = await launch.client().read(PATIENT, request.POST.get("patient", ""))
    except FhirError as error:
        return fhir_error(request, error)
    patient_id = str(fetched.resource["id"])
    if request.POST.get("confirmed") == "yes":
        return await to_chart(await child(launch, patient_id))
    context = {
        "patient": said(fetched.resource, launch),
        "id": patient_id,
        "action": request.path,
        "back_url": reverse("patients", args=[launch_id]),
    }
    return render(request, "launches/confirm.html", context)


async def child(parent: Launch, patient: str) -> Launch:
    """A launch of its own for the chosen patient, on the parent's grant."""
    launch = Launch(
        grant=parent.grant,
        parent=parent,
        patient=patient,
        need_patient_banner=True,
        style_url=parent.style_url,
        tenant=parent.tenant,
        browser_digest=parent.browser_digest,
        expires_at=parent.expires_at,
    )
    await launch.asave(force_insert=True)
    await arecord(
        Action.PATIENT_CONFIRMED,
        user_id=parent.grant.user_id,
        connection=parent.connection.slug,
        launch=launch.pk,
        patient=patient,
        detail={"parent": str(parent.pk)},
    )
    return launch
