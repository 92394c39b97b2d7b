"""A list: loaded to its cap, split, narrowed, sorted and windowed; what it says of itself."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import Http404
from django.utils.safestring import SafeString

from smartapp.chart.asks import FIND, STATUS, Ask
from smartapp.chart.cards import clock, count_text, words_of
from smartapp.chart.frame import table_of
from smartapp.chart.ordering import by_column
from smartapp.chart.tables import Split, Table, split
from smartapp.fhir import elements
from smartapp.fhir.display.concepts import coding
from smartapp.fhir.entry import Resource, ResourceType
from smartapp.fhir.order import newest_first
from smartapp.fhir.status import codes_of, status_text
from smartapp.gateway.client import FhirClient
from smartapp.gateway.target import Cursor, Page
from smartapp.launches.models import Launch
from smartapp.sealed import envelope
from smartapp.ui.absence import Absence, told

CAP = 1_000
BUDGET_S = 12.0
WINDOW = 100
_OPTIONS = 60


@dataclass(frozen=True, slots=True)
class View:
    """How the list is looked at, from the address. `chosen`: the sealed choices of the form."""

    sort: int = 0
    start: int = 0
    reveal: bool = False
    cursor: str = ""
    chosen: str = ""
    way: int = 0

    @classmethod
    def of(cls, query: Mapping[str, str]) -> "View":
        """Raises Http404 for an address that we would not write."""
        try:
            numbers = {name: int(query.get(name) or 0) for name in ("sort", "start", "way")}
        except ValueError:
            raise Http404("A number in the address is none.") from None
        if numbers["start"] < 0 or numbers["way"] < 0:
            raise Http404("A number in the address is negative.")
        return cls(
            **numbers,
            reveal=query.get("reveal") == "1",
            cursor=query.get("cursor", ""),
            chosen=query.get("v", ""),
        )

    def url(self, **changes: Any) -> str:
        """The same view with changes, as a query; what is at its default is left out."""
        facts = {
            "sort": self.sort,
            "start": self.start,
            "way": self.way,
            "reveal": int(self.reveal),
            "cursor": self.cursor,
            "v": self.chosen,
        } | changes
        return "?" + urlencode({name: value for name, value in facts.items() if value})


def salt(launch: Launch, entry: ResourceType) -> str:
    return f"chart.cursor:{launch.pk}:{entry.name}"


def seal(launch: Launch, entry: ResourceType, cursor: Cursor) -> str:
    """A place in the list that goes through the browser, for this launch and type only.

    Sealed, not only signed: the EHR's own query may hold an id or a name (PRV-04).
    """
    place = [cursor.query, cursor.offset, cursor.seen, cursor.total]
    return envelope.seal(salt(launch, entry), json.dumps(place))


def unseal(launch: Launch, entry: ResourceType, text: str) -> Cursor:
    """Raises Http404 for a place that we did not seal for this list."""
    try:
        query, offset, seen, total = json.loads(envelope.unseal(salt(launch, entry), text))
    except (envelope.Unsealable, ValueError, TypeError):
        raise Http404("This place in the list is not valid.") from None
    return Cursor(query, offset, seen, total)


async def load(
    client: FhirClient, entry: ResourceType, params: Mapping[str, Any], cursor: Cursor | None
) -> Page:
    if cursor is not None:
        return await client.resume(entry, cursor, cap=CAP, budget_s=BUDGET_S)
    return await client.search(entry, params, cap=CAP, budget_s=BUDGET_S)


@dataclass(frozen=True, slots=True)
class Column:
    """A heading and the address that sorts by it; `sorted`: ascending, descending or ""."""

    title: str
    url: str
    sorted: str


@dataclass(frozen=True, slots=True)
class Note:
    """A notice above the rows; `url` with its `link` text where something can be done."""

    text: str
    level: str = "warn"
    url: str = ""
    link: str = ""


@dataclass(frozen=True, slots=True)
class Listed:
    """A list in words and rows, as its template wants it."""

    count: str
    scope: str
    columns: tuple[Column, ...]
    rows: SafeString
    notices: tuple[Note, ...]
    filtered: str
    hidden: str
    reveal_url: str
    revealed: bool
    more_url: str
    more_text: str
    back_url: str
    shown: str
    empty: str
    clear_url: str


def listed(launch: Launch, entry: ResourceType, page: Page, ask: Ask, view: View) -> Listed:
    """Everything that the page says of what the EHR sent. Pure but for the clock."""
    parts = split(page.matches)
    table = table_of(launch, entry)
    kept = narrowed(parts.live, table, ask)
    ordered = order(entry, kept, view.sort)
    if view.reveal:
        ordered += order(entry, narrowed(parts.withdrawn, table, ask), view.sort)
    window = ordered[view.start : view.start + WINDOW]
    end = view.start + len(window)
    more = len(ordered) - end
    return Listed(
        count=_count(len(parts.live), page, view),
        scope=_scope(launch, ask, page, view),
        columns=_columns(entry, view),
        rows=table.rows(window),
        notices=tuple(_notices(launch, entry, page, view)),
        filtered=_filtered(len(kept), len(parts.live), ask, page),
        hidden=_hidden(len(parts.withdrawn), revealed=view.reveal),
        reveal_url=view.url(reveal=int(not view.reveal), start=0),
        revealed=view.reveal,
        more_url=view.url(start=end) if more else "",
        more_text=f"Show {min(more, WINDOW)} more",
        back_url=view.url(start=max(0, view.start - WINDOW)) if view.start else "",
        shown=f"Rows {view.start + 1:,} to {end:,} of {len(ordered):,}" if window else "",
        empty=_empty(launch, page, parts, ask),
        clear_url=View(way=view.way).url(),
    )


def narrowed(resources: Sequence[Resource], table: Table, ask: Ask) -> list[Resource]:
    """Those that our own two filters let through: the status in words, and a text in any column."""
    status, text = ask.cleaned_data.get(STATUS), ask.cleaned_data.get(FIND, "").casefold()
    return [
        one
        for one in resources
        if (not status or status_text(one, table.zone) == status)
        and (not text or table.matches(one, text))
    ]


def order(entry: ResourceType, resources: Sequence[Resource], sort: int) -> list[Resource]:
    """Newest first, or by the column of this number, from the end where it is negative."""
    if not sort or abs(sort) > len(entry.columns):
        return sorted(resources, key=lambda one: newest_first(entry, one))
    return by_column(entry.columns[abs(sort) - 1], resources, descending=sort < 0)


def _count(live: int, page: Page, view: View) -> str:
    said = count_text(live, page)
    return f"{said} in this part" if view.cursor else f"{said} record{'' if said == '1' else 's'}"


def _scope(launch: Launch, ask: Ask, page: Page, view: View) -> str:
    """What was asked, and when: never a list without its scope."""
    is_whole = page.complete and not view.cursor
    whole = "all that the EHR shows you" if is_whole else "a part of what the EHR has"
    asked = ", ".join(ask.said((*ask.way_fields, *ask.narrowing))) or whole
    when = clock(page.fetched_at, launch)
    return f"{asked} · {'from the cache of' if page.cached else 'fetched'} {when}"


def _columns(entry: ResourceType, view: View) -> tuple[Column, ...]:
    columns = []
    for number, column in enumerate(entry.columns, 1):
        up = view.sort == number
        state = "ascending" if up else "descending" if view.sort == -number else ""
        url = view.url(sort=-number if up else number, start=0)
        columns.append(Column(column.title, url, state))
    return tuple(columns)


def _notices(launch: Launch, entry: ResourceType, page: Page, view: View) -> list[Note]:
    notes = []
    if view.cursor:
        url = view.url(cursor="", start=0)
        notes.append(Note("This is a later part of a long list.", "info", url, "Back to its start"))
    if page.stopped:
        text = f"Incomplete: {page.stopped}"
        if page.cursor:
            url = view.url(cursor=seal(launch, entry, page.cursor), start=0)
            notes.append(Note(text, "warn", url, f"Load the next {CAP:,}"))
        else:
            notes.append(Note(text))
    notes += [Note(text, "info") for text in words_of(page)]
    return notes


def _filtered(kept: int, live: int, ask: Ask, page: Page) -> str:
    """The filter notice with both counts; of what the EHR itself filtered only one is known."""
    ours, theirs = ask.said((STATUS, FIND)), ask.said(ask.narrowing)
    if ours:
        return f"{kept:,} of {count_text(live, page)} shown: {', '.join([*theirs, *ours])}"
    return f"Only what the EHR found for {', '.join(theirs)}" if theirs else ""


def _hidden(withdrawn: int, *, revealed: bool) -> str:
    if not withdrawn:
        return ""
    return f"{withdrawn} {'shown' if revealed else 'hidden'} as entered in error."


def _empty(launch: Launch, page: Page, parts: Split, ask: Ask) -> str:
    """Why there are no rows: the EHR has none, all are withdrawn, or the filters leave none."""
    if parts.live:
        return "The filters leave no record to show."
    if parts.withdrawn:
        return "Only records entered in error were sent."
    said = told(Absence.EMPTY if page.complete else Absence.PARTIAL, launch.connection.name)
    if page.complete and ask.said((*ask.way_fields, *ask.narrowing)):
        return f"{launch.connection.name} was asked and shows you none that matches."
    return f"{said.headline}. {said.text}"


def options(entry: ResourceType, page: Page, ask: Ask) -> None:
    """Offer, for each filter, the codes that the loaded records hold."""
    for name in ask.filters:
        found = _codes(page.matches, name)
        ask.offer(name, found if len(found) <= _OPTIONS else {})
    statuses = sorted({status_text(one, ask.context.zone) for one in page.matches} - {""})
    ask.offer(STATUS, {text: text for text in statuses})


def _codes(resources: Sequence[Resource], parameter: str) -> dict[str, str]:
    """`system|code` → words, of the element that a token parameter is named after."""
    first, *others = parameter.split("-")
    path = first + "".join(word.capitalize() for word in others)
    found: dict[str, str] = {}
    for resource in resources:
        for value in elements.values(resource, path):
            found |= _tokens(value.value)
    return dict(sorted(found.items(), key=lambda pair: pair[1].casefold()))


def _tokens(value: Any) -> dict[str, str]:
    if isinstance(value, dict) and isinstance(value.get("coding"), list):
        codings = [one for one in map(coding, value["coding"]) if one and one.code]
        text = value.get("text")
        return {
            f"{one.system}|{one.code}" if one.system else one.code: one.display
            or (text if isinstance(text, str) else one.code)
            for one in codings
        }
    return {code: code for code in codes_of(value)}
