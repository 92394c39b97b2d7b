"""The cards of the patient page: a section per type, none of which waits for the others."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString

from smartapp.chart.asks import Ask, Params, first_way
from smartapp.chart.frame import context_of, failure, links_of, reach_of, table_of
from smartapp.chart.navigation import Reach, State, is_granted, reaches
from smartapp.chart.tables import Split, age_of, split
from smartapp.fhir.cells.medications import is_reported
from smartapp.fhir.dates import text as date_text
from smartapp.fhir.entry import Family, Resource, ResourceType
from smartapp.fhir.order import newest_date, newest_first
from smartapp.fhir.status import is_past
from smartapp.gateway.errors import FhirError
from smartapp.gateway.target import Page
from smartapp.launches.models import Launch
from smartapp.launches.requests import LaunchRequest
from smartapp.ui.absence import Absence, absence_of, told

# One page of most EHRs: enough for the newest, and one request.
CAP = 100
ROWS = 3
SOFT_DEADLINE_S = 1.5
BUDGET_S = 8.0
NO_ROWS = SafeString()


@dataclass(frozen=True, slots=True)
class Section:
    """One type in a card. `kind`: rows, pending or an absence; `failure`: what an error says."""

    name: str
    title: str
    kind: str
    url: str
    list_url: str
    count: str = ""
    rows: SafeString = NO_ROWS
    meta: str = ""
    headline: str = ""
    text: str = ""
    notes: tuple[str, ...] = ()
    failure: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Card:
    """A family on the patient page before its data: what will be asked, and the room it takes."""

    name: str
    title: str
    url: str
    items: tuple[Reach, ...]
    reserve: int


def params_of(launch: Launch, found: Reach) -> Params | None:
    """What the section of a type asks without a form; None where a list cannot be asked so."""
    asked = _asked(launch, found)
    return asked[0] if asked else None


def _asked(launch: Launch, found: Reach) -> tuple[Params, str] | None:
    """What is asked, and in words to what part of the record that confines the answer."""
    if found.state is State.LIST:
        return {}, ""
    way = first_way(found, context_of(launch)) if found.state is State.FORM else None
    if way is None:
        return None
    place, data = way
    ask = Ask(found, found.listing.ways[place], context_of(launch), data)
    return (ask.parameters(), ", ".join(ask.said(ask.way_fields))) if ask.is_valid() else None


def card_of(launch: Launch, family: Family) -> Card:
    found = reaches(launch.scopes, launch.connection.capability(), family)
    asked = tuple(one for one in found if params_of(launch, one) is not None)
    url = reverse("card", args=[launch.pk, family])
    return Card(family.value, family.title, url, asked, min(len(asked), 7))


async def gather(
    request: LaunchRequest, family: Family, *, deadline_s: float = SOFT_DEADLINE_S
) -> list[Section]:
    """The sections of a family; one that is slow becomes a placeholder that loads by itself."""
    launch = request.launch
    found = reaches(launch.scopes, launch.connection.capability(), family)
    tasks = [asyncio.ensure_future(section(request, one)) for one in found]
    done, late = await asyncio.wait(tasks, timeout=deadline_s)
    for task in late:
        task.cancel()
    # A failure that is not the EHR's, such as an audit trail that cannot be written, is raised.
    for error in [task.exception() for task in done]:
        if error is not None:
            raise error
    return [
        task.result() if task in done else _section(launch, one.entry, "pending")
        for task, one in zip(tasks, found, strict=True)
    ]


async def section(request: LaunchRequest, found: Reach) -> Section:
    """One type: its newest rows, or why there are none."""
    launch, entry = request.launch, found.entry
    asked = _asked(launch, found)
    if asked is None:
        return _absent(launch, found)
    params, scope = asked
    try:
        page = await launch.client().search(entry, params, cap=CAP, budget_s=BUDGET_S)
    except FhirError as error:
        return _failed(request, entry, error)
    return _loaded(launch, entry, page, scope)


def _absent(launch: Launch, found: Reach) -> Section:
    """A type that was not asked for, with the reason."""
    kinds = {
        State.NOT_GRANTED: Absence.NOT_GRANTED,
        State.NOT_SUPPORTED: Absence.NOT_SUPPORTED,
    }
    kind = kinds.get(found.state, Absence.NOT_ASKED)
    if found.state is State.ID and not is_granted(found.entry, launch.scopes, "s"):
        kind = Absence.NOT_GRANTED if found.listing.ways else kind
    said = told(kind, launch.connection.name)
    needs = "Needs a choice first" if found.state is State.FORM else found.reason
    return _section(
        launch, found.entry, kind.value, headline=said.headline, text=needs or said.text
    )


def _failed(request: LaunchRequest, entry: ResourceType, error: FhirError) -> Section:
    launch = request.launch
    kind = absence_of(error)
    said = told(kind, launch.connection.name)
    if kind is not Absence.FAILED:
        return _section(launch, entry, kind.value, headline=said.headline, text=said.text)
    return _section(
        launch, entry, kind.value, headline=said.headline, failure=failure(request, error)
    )


def _section(launch: Launch, entry: ResourceType, kind: str, **facts: Any) -> Section:
    url = reverse("card-type", args=[launch.pk, entry.family, entry])
    return Section(entry.name, entry.title, kind, url, links_of(launch).list(entry.name), **facts)


def _loaded(launch: Launch, entry: ResourceType, page: Page, scope: str) -> Section:
    parts = split(page.matches)
    ordered = sorted(parts.live, key=lambda one: newest_first(entry, one))
    fetched = f"{'cached' if page.cached else 'fetched'} {clock(page.fetched_at, launch)}"
    around = f"{scope}. " if scope else ""
    hidden = _hidden(parts.withdrawn)
    if not ordered and page.complete:
        headline, text = _none(launch, parts, scope)
        meta = f"{around}{hidden}{fetched.capitalize()}"
        kind = Absence.EMPTY.value
        notes = words_of(page)
        return _section(launch, entry, kind, headline=headline, text=text, meta=meta, notes=notes)
    age = age_of(newest_date(entry, ordered), timezone.now(), launch.zone)
    newest = "Newest" if page.complete else "Newest of these"
    return _section(
        launch,
        entry,
        "rows",
        count=count_text(len(ordered), page),
        rows=table_of(launch, entry).brief(sorted(ordered, key=_rank)[:ROWS]),
        meta=f"{around}{hidden}{f'{newest} {age}, ' if age else ''}{fetched}",
        notes=(*((page.stopped,) if page.stopped and not page.cursor else ()), *words_of(page)),
    )


def words_of(page: Page) -> tuple[str, ...]:
    """What the EHR itself says of its answer, each once, beside why the list stopped."""
    said = [
        issue.text for issue in page.issues if issue.text and issue.text not in (page.stopped or "")
    ]
    return tuple(f"The EHR says: {text}" for text in dict.fromkeys(said))


def _rank(resource: Resource) -> tuple[bool, bool]:
    """What is in force first, and of that what was ordered here before what is only reported."""
    return is_past(resource), is_reported(resource)


def _none(launch: Launch, parts: Split, scope: str) -> tuple[str, str]:
    """Why a whole answer leaves no row: a part that was asked for has none, or all is withdrawn."""
    if parts.withdrawn:
        return "None in force", "Only records entered in error were sent."
    if scope:
        return "None found", f"{launch.connection.name} was asked for a part and shows you none."
    said = told(Absence.EMPTY, launch.connection.name)
    return said.headline, f"{launch.connection.name} was asked and shows you none."


def count_text(count: int, page: Page) -> str:
    """`12`, or `100 or more` where the EHR has not sent all."""
    return f"{count:,}" if page.complete else f"{count:,} or more"


def _hidden(withdrawn: Sequence[Resource]) -> str:
    return f"{len(withdrawn)} hidden as entered in error. " if withdrawn else ""


def clock(moment: datetime, launch: Launch) -> str:
    """A moment of today as HH:mm, of another day in full, in the site's zone."""
    local = moment.astimezone(launch.zone)
    if local.date() == timezone.now().astimezone(launch.zone).date():
        return f"{local:%H:%M:%S}"
    return date_text(moment.isoformat(), launch.zone)


async def one(request: LaunchRequest, entry: ResourceType) -> Section:
    """The section of a type on its own: waits as long as the gateway does."""
    return await section(request, reach_of(request.launch, entry))
