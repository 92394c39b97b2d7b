"""What only some types have: operations, provenance of a record, ids known from references."""

import asyncio
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from smartapp.chart import cards
from smartapp.chart.frame import failed, failure, frame, links_of, table_of
from smartapp.chart.navigation import State, is_granted, reaches
from smartapp.chart.operations import OPERATIONS, Operation
from smartapp.chart.tables import split
from smartapp.fhir.elements import target
from smartapp.fhir.entry import ResourceType
from smartapp.fhir.order import newest_first
from smartapp.fhir.types import REGISTRY
from smartapp.gateway.errors import FhirError
from smartapp.gateway.target import Page
from smartapp.launches.models import Launch
from smartapp.launches.requests import LaunchRequest
from smartapp.ui.errors import is_fragment

CAP = 200
# Where a resource holds the address of another one.
_POINTERS = frozenset({"reference", "url", "questionnaire"})


@dataclass(frozen=True, slots=True)
class Offer:
    """A link to an operation beside a list."""

    title: str
    url: str


def operations_of(launch: Launch, entry: ResourceType) -> list[Offer]:
    """The operations of a type that the EHR declares and the sign-in may use."""
    capability = launch.connection.capability()
    return [
        Offer(one.title, reverse("operation", args=[launch.pk, entry, one.name]))
        for one in OPERATIONS
        if one.type_name == entry.name
        and is_granted(entry, launch.scopes, "r")
        and (capability is None or capability.operates(entry.name, one.name))
    ]


@require_safe
async def operation(
    request: LaunchRequest, launch_id: uuid.UUID, entry: ResourceType, name: str
) -> HttpResponse:
    """An operation's form, and below it what the EHR answered."""
    found = next((o for o in OPERATIONS if (o.type_name, o.name) == (entry.name, name)), None)
    if found is None:
        raise Http404("There is no such operation.")
    context = await frame(request, entry.name)
    form = found.form(request.GET if "asked" in request.GET else None)
    context |= {"entry": entry, "operation": found, "form": form}
    if not form.is_bound or not form.is_valid():
        return render(request, "chart/operation.html", context, status=422 if form.errors else 200)
    try:
        context |= await _run(request.launch, entry, found, form)
    except FhirError as error:
        return failed(request, error, context)
    return render(request, "chart/operation.html", context)


async def _run(
    launch: Launch, entry: ResourceType, found: Operation, form: forms.Form
) -> dict[str, Any]:
    params = found.parameters(form.cleaned_data, launch.patient or "", launch.zone)
    page = await launch.client().operation(f"{entry.name}/${found.name}", params, cap=CAP)
    return _table(launch, entry, page)


def _table(launch: Launch, entry: ResourceType, page: Page) -> dict[str, Any]:
    """Rows newest first, withdrawn ones counted, and whether anything is missing."""
    parts = split(page.matches)
    ordered = sorted(parts.live, key=lambda one: newest_first(entry, one))
    return {
        "titles": [column.title for column in entry.columns],
        "rows": table_of(launch, entry).rows(ordered),
        "count": cards.count_text(len(ordered), page),
        "withdrawn": len(parts.withdrawn),
        "stopped": page.stopped,
        "when": cards.clock(page.fetched_at, launch),
    }


@require_safe
async def provenance(
    request: LaunchRequest, launch_id: uuid.UUID, entry: ResourceType, resource_id: str
) -> HttpResponse:
    """Who recorded this, and when, as far as the EHR tells."""
    source, launch = REGISTRY["Provenance"], request.launch
    context = await frame(request, entry.name)
    context["back_url"] = links_of(launch).detail(entry.name, resource_id)
    try:
        # Provenance names no patient: the record that it is about must be this patient's.
        await launch.client().read(entry, resource_id)
        about = {"target": f"{entry.name}/{resource_id}"}
        page = await launch.client().search(source, about, cap=cards.CAP)
        context |= _table(launch, source, page)
    except FhirError as error:
        context |= failure(request, error)
    part = "#rows" if is_fragment(request) else ""
    return render(request, f"chart/provenance.html{part}", context)


@require_safe
async def known(request: LaunchRequest, launch_id: uuid.UUID, entry: ResourceType) -> HttpResponse:
    """Ids of a type that the patient's other records refer to."""
    launch = request.launch
    context = await frame(request, entry.name)
    found = reaches(launch.scopes, launch.connection.capability())
    sources = [one.entry for one in found if one.state is State.LIST]
    pages = await asyncio.gather(*(_page(launch, one) for one in sources))
    ids = {one for page in pages if page for one in _named(page.matches, entry.name, launch)}
    links = links_of(launch)
    context |= {
        "entry": entry,
        "ids": [(one, links.detail(entry.name, one)) for one in sorted(ids)],
        "unread": [s.title for s, page in zip(sources, pages, strict=True) if page is None],
        "partly": [s.title for s, p in zip(sources, pages, strict=True) if p and not p.complete],
    }
    part = "#ids" if is_fragment(request) else ""
    return render(request, f"chart/known.html{part}", context)


async def _page(launch: Launch, entry: ResourceType) -> Page | None:
    """The list that the patient page asks too; None where the EHR did not give it, to be said."""
    try:
        return await launch.client().search(entry, {}, cap=cards.CAP, budget_s=cards.BUDGET_S)
    except FhirError:
        return None


def _named(resources: Iterable[Any], type_name: str, launch: Launch) -> Iterator[str]:
    """The ids of a type that resources point to, under this EHR's base."""
    pending: list[Any] = list(resources)
    while pending:
        item = pending.pop()
        if isinstance(item, list):
            pending.extend(item)
        elif isinstance(item, dict):
            pending.extend(item.values())
            for name in _POINTERS & item.keys():
                found = target(item[name], launch.connection.fhir_base)
                if found and found[0] == type_name:
                    yield found[1]
