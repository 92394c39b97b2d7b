"""Lists and details of every type: one view each, whatever the type."""

import asyncio
import json
import uuid
from typing import Any

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from smartapp.audit.actions import Action
from smartapp.audit.trail import arecord
from smartapp.chart import lists
from smartapp.chart.asks import Ask, Context, first_way
from smartapp.chart.cards import clock
from smartapp.chart.details import detail, whole
from smartapp.chart.frame import (
    context_of,
    failed,
    frame,
    links_of,
    reach_of,
    table_of,
)
from smartapp.chart.navigation import Reach, State, is_granted
from smartapp.chart.special import operations_of
from smartapp.chart.users import practitioner_of
from smartapp.fhir.entry import ResourceType
from smartapp.fhir.types import REGISTRY
from smartapp.gateway.dialects import Default
from smartapp.gateway.errors import FhirError
from smartapp.gateway.target import Fetched
from smartapp.launches.models import Launch
from smartapp.launches.requests import LaunchRequest
from smartapp.sealed import envelope
from smartapp.ui.absence import Absence, told
from smartapp.ui.errors import is_fragment


@require_safe
async def index(request: LaunchRequest, launch_id: uuid.UUID) -> HttpResponse:
    """Every type, by family, with the reason where one cannot be opened."""
    return render(request, "chart/index.html", await frame(request, "records"))


def place(launch: Launch, entry: ResourceType) -> str:
    """What the sealed choices of a list are sealed for."""
    return f"chart.view:{launch.pk}:{entry.name}"


def choices_of(launch: Launch, entry: ResourceType, sealed: str) -> dict[str, str]:
    """The form's data from the address. Raises Http404 where we did not write it."""
    try:
        return {
            str(k): str(v)
            for k, v in json.loads(envelope.unseal(place(launch, entry), sealed)).items()
        }
    except (envelope.Unsealable, ValueError):
        raise Http404("The choices in this address are not valid.") from None


@require_http_methods(["GET", "HEAD", "POST"])
async def record_list(
    request: LaunchRequest, launch_id: uuid.UUID, entry: ResourceType
) -> HttpResponse:
    """A list, or what it needs first. What is typed goes through the address only sealed."""
    found = reach_of(request.launch, entry)
    if wanted := request.GET.get("id", "").strip():
        url = links_of(request.launch).detail(entry.name, wanted)
        if url:
            return HttpResponseRedirect(url)
    if found.state not in (State.LIST, State.FORM):
        return await _unlisted(request, found)
    view = lists.View.of(request.GET)
    if request.method == "POST":
        return await _chosen(request, found, view)
    return await _list(request, found, view)


async def _unlisted(request: LaunchRequest, found: Reach) -> HttpResponse:
    """A type without a list here: by id, or not at all, and why."""
    kinds = {
        State.NOT_GRANTED: Absence.NOT_GRANTED,
        State.NOT_SUPPORTED: Absence.NOT_SUPPORTED,
    }
    kind = kinds.get(found.state, Absence.NOT_ASKED)
    context = await frame(request, found.entry.name)
    context |= _around(request.launch, found)
    context |= {"told": told(kind, request.launch.connection.name), "reason": found.reason}
    status = {State.NOT_GRANTED: 403, State.NOT_SUPPORTED: 501}.get(found.state, 200)
    return render(request, "chart/unlisted.html", context, status=status)


def _around(launch: Launch, found: Reach) -> dict[str, Any]:
    """What stands beside a list: get by id, ids from other records, operations."""
    entry = found.entry
    readable = found.listing.readable and is_granted(entry, launch.scopes, "r")
    return {
        "entry": entry,
        "by_id": readable,
        "known_url": reverse("known-ids", args=[launch.pk, entry]) if readable else "",
        "operations": operations_of(launch, entry),
    }


async def _chosen(request: LaunchRequest, found: Reach, view: lists.View) -> HttpResponse:
    """The form: checked, sealed, and on to its list; or itself again, with what is wrong."""
    launch = request.launch
    way = _way(found, view.way)
    ask = Ask(found, way, await _context(launch, found), request.POST.dict())
    if not ask.is_valid():
        context = await frame(request, found.entry.name)
        context |= _around(launch, found) | _form(found, ask, view)
        return render(request, "chart/list.html", context, status=422)
    data = {name: request.POST[name] for name in ask.fields if request.POST.get(name)}
    sealed = envelope.seal(place(launch, found.entry), json.dumps(data))
    answer = HttpResponseRedirect(request.path + lists.View(way=view.way, chosen=sealed).url())
    answer.status_code = 303
    return answer


async def _context(launch: Launch, found: Reach) -> Context:
    """What the form may fill in; who looks is asked for only where a way may want it."""
    wanted = any(need.default is Default.USER for way in found.listing.ways for need in way.needs)
    return context_of(launch, await practitioner_of(launch) if wanted else "")


def _way(found: Reach, number: int) -> Any:
    if number >= len(found.listing.ways):
        raise Http404("There is no such way to search.")
    return found.listing.ways[number]


def _form(found: Reach, ask: Ask, view: lists.View) -> dict[str, Any]:
    """The form of a list and, where the EHR knows several ways to search, the others."""
    ways = [
        {"title": way.title or " and ".join(need.title for need in way.needs), "number": number}
        for number, way in enumerate(found.listing.ways)
    ]
    return {
        "ask": ask,
        "ways": ways if len(ways) > 1 else [],
        "way": view.way,
        "form_action": lists.View(way=view.way).url(),
    }


def _data(request: LaunchRequest, found: Reach, view: lists.View) -> dict[str, str] | None:
    """What to ask: the sealed choices, else what needs no choice; None where it must be said."""
    launch = request.launch
    if view.chosen:
        return choices_of(launch, found.entry, view.chosen)
    if found.state is State.LIST:
        return {}
    first = first_way(found, context_of(launch))
    return first[1] if first and first[0] == view.way else None


async def _list(request: LaunchRequest, found: Reach, view: lists.View) -> HttpResponse:
    launch, entry = request.launch, found.entry
    data = _data(request, found, view)
    ask = Ask(found, _way(found, view.way), await _context(launch, found), data)
    around = asyncio.ensure_future(frame(request, entry.name))
    answer: dict[str, Any] = {}
    try:
        if data is not None and ask.is_valid():
            answer["list"] = await _loaded(launch, found, ask, view)
    except FhirError as error:
        return failed(request, error, await around | _around(launch, found))
    context = await around | _around(launch, found) | _form(found, ask, view) | answer
    if "list" not in context:
        context["told"] = told(Absence.NOT_ASKED, launch.connection.name)
    part = "#rows" if is_fragment(request) else ""
    return render(request, f"chart/list.html{part}", context)


async def _loaded(launch: Launch, found: Reach, ask: Ask, view: lists.View) -> lists.Listed:
    entry = found.entry
    cursor = lists.unseal(launch, entry, view.cursor) if view.cursor else None
    page = await lists.load(launch.client(), entry, ask.parameters(), cursor)
    lists.options(entry, page, ask)
    # Off the event loop: a full list takes tens of milliseconds to sort and write.
    return await asyncio.to_thread(lists.listed, launch, entry, page, ask, view)


@require_safe
async def record_detail(
    request: LaunchRequest, launch_id: uuid.UUID, entry: ResourceType, resource_id: str
) -> HttpResponse:
    """One record, every element of it; `?format=json` is the resource itself, as a file."""
    launch = request.launch
    around = asyncio.ensure_future(frame(request, entry.name))
    try:
        fetched = await launch.client().read(entry, resource_id)
    except FhirError as error:
        return failed(request, error, await around)
    context = await around
    if request.GET.get("format") == "json":
        return await _file(launch, entry, resource_id, fetched)
    context |= {
        "entry": entry,
        "detail": await asyncio.to_thread(detail, fetched, table_of(launch, entry)),
        "fetched": fetched,
        "when": clock(fetched.fetched_at, launch),
        "list_url": links_of(launch).list(entry.name),
        # Where the narrative is watched for changes, it is what the record says.
        "narrative_first": "text" in entry.watch,
        "provenance_url": _provenance_url(launch, entry, resource_id),
    }
    return render(request, _template(entry), context)


def _template(entry: ResourceType) -> list[str]:
    return [f"chart/types/{entry.name}.html", "chart/detail.html"]


def _provenance_url(launch: Launch, entry: ResourceType, resource_id: str) -> str:
    """Where the EHR tells who recorded what, and the sign-in may ask."""
    source = reach_of(launch, REGISTRY["Provenance"])
    if entry.name == "Provenance" or source.state not in (State.LIST, State.FORM):
        return ""
    return reverse("record-provenance", args=[launch.pk, entry, resource_id])


async def _file(
    launch: Launch, entry: ResourceType, resource_id: str, fetched: Fetched
) -> HttpResponse:
    await arecord(
        Action.EXPORT,
        user_id=launch.grant.user_id,
        connection=launch.connection.slug,
        launch=launch.pk,
        patient=launch.patient,
        resource_type=entry.name,
        resource_ids=[resource_id],
    )
    headers = {
        "Content-Disposition": f'attachment; filename="{entry.name}.json"',
        "Content-Security-Policy": "sandbox",
    }
    return HttpResponse(
        whole(fetched.resource), content_type="application/fhir+json", headers=headers
    )
