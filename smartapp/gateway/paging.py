"""Following a list page by page to its end, its cap or its budget, and saying where it stopped."""

import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from smartapp.fhir.bundles import Issue, Parsed, newest
from smartapp.fhir.entry import Resource, ResourceType
from smartapp.gateway.errors import (
    FhirError,
    NotFound,
    SignInExpired,
    Unreachable,
    WrongPatient,
)
from smartapp.gateway.target import Cursor, Page
from smartapp.gateway.urls import UrlRefused, inside, relative

_MOST_PAGES = 200
_EMPTY_PAGES = 3
_LACKING = frozenset({"suppressed", "incomplete", "too-costly", "throttled", "timeout"})
FOREIGN_LINK = "foreign-link"


_START = Cursor("")


class Ask(NamedTuple):
    """One page to fetch: a GET, or a POST of form fields."""

    url: str
    form: str | None = None


class Sheet(NamedTuple):
    """One page as fetched, decoded and guarded."""

    parsed: Parsed
    unreadable: int
    fetched_at: datetime
    cached: bool
    request_id: str


FetchSheet = Callable[[Ask, bool], Awaitable[Sheet]]


@dataclass(frozen=True, slots=True)
class Plan:
    """How far to go: at most `cap` matches, no new page after `deadline` (monotonic seconds)."""

    entry: ResourceType | None
    base: str
    cap: int
    deadline: float | None = None
    begin: Cursor = _START


@dataclass(slots=True)
class _Walk:
    plan: Plan
    matches: list[Resource] = field(default_factory=list)
    included: list[Resource] = field(default_factory=list)
    issues: list[Issue] = field(default_factory=list)
    sheets: list[Sheet] = field(default_factory=list)
    ids: set[object] = field(default_factory=set)
    visited: set[str] = field(default_factory=set)
    empty: int = 0
    total: int | None = None
    stopped: str | None = None
    cursor: Cursor | None = None


async def walk(fetch: FetchSheet, first: Ask, plan: Plan) -> Page:
    """All pages from `first` on. A failure of the first is raised; of a later one it is said."""
    state, restarted = _Walk(plan, total=plan.begin.total), False
    following: Ask | None = first
    while following is not None:
        ask = following
        try:
            sheet = await fetch(ask, restarted)
        except (WrongPatient, SignInExpired):
            raise
        except FhirError as error:
            if not (isinstance(error, NotFound) and state.sheets and not restarted):
                _failed(state, ask, error)
                break
            # The EHR dropped the later pages: the list is begun again, once.
            state, restarted, following = _Walk(plan, total=plan.begin.total), True, first
        else:
            following = _take(state, ask, sheet)
    return _page(state, first)


def _failed(state: _Walk, ask: Ask, error: FhirError) -> None:
    """Raises the error of a first page; a later one leaves what is there, marked."""
    if not state.sheets:
        raise error
    count = len(state.ids)
    state.stopped = f"The EHR's list ended in an error after {count} items: {error}"
    state.issues.extend(error.issues)
    if isinstance(error, Unreachable):
        state.cursor = _cursor(state, ask.url, 0)


def _take(state: _Walk, ask: Ask, sheet: Sheet) -> Ask | None:
    """Add a page; the next one to ask for, or None with the reason in `state.stopped`."""
    offset = 0 if state.sheets else state.plan.begin.offset
    state.sheets.append(sheet)
    state.visited.add(ask.url)
    state.included.extend(sheet.parsed.includes)
    state.issues.extend(sheet.parsed.issues)
    if sheet.parsed.total is not None and state.total is None:
        state.total = sheet.parsed.total
    before = len(state.ids)
    cut = _add(state, sheet.parsed.matches, offset)
    if cut is not None:
        _stop_at_cap(state, None if ask.form else _cursor(state, ask.url, cut))
        return None
    state.empty = 0 if len(state.ids) > before else state.empty + 1
    return _next(state, ask, sheet.parsed.next_url)


def _add(state: _Walk, matches: tuple[Resource, ...], offset: int) -> int | None:
    """Take matches up to the cap; where it cuts the page, the place of the first not taken."""
    page = len(state.sheets)
    if not offset and len(state.ids) + len(matches) <= state.plan.cap:
        state.ids.update(_key(resource, page, n) for n, resource in enumerate(matches))
        state.matches.extend(matches)
        return None
    for place, resource in enumerate(matches[offset:], offset):
        key = _key(resource, page, place)
        if key not in state.ids and len(state.ids) >= state.plan.cap:
            return place
        state.ids.add(key)
        state.matches.append(resource)
    return None


def _key(resource: Resource, page: int, place: int) -> tuple[object, ...]:
    """What is the same resource when it is seen again; without an id nothing is."""
    return resource["resourceType"], resource.get("id") or (page, place)


def _next(state: _Walk, ask: Ask, link: str | None) -> Ask | None:
    if link is None:
        _check_total(state)
        return None
    try:
        url = inside(state.plan.base, link, ask.url)
    except UrlRefused as error:
        text = f"The link to the next page was not followed: {error}."
        state.issues.append(Issue("error", FOREIGN_LINK, text))
        state.stopped = f"The list is incomplete. {text}"
        return None
    reason = _reason_to_stop(state, url)
    if reason is None:
        return Ask(url)
    state.stopped = reason
    return None


def _reason_to_stop(state: _Walk, url: str) -> str | None:
    """Why the next page is not asked for; a cursor is left where going on makes sense."""
    count = len(state.ids)
    if url in state.visited:
        return f"The EHR's list leads back to a page already read, after {count} items."
    if state.empty >= _EMPTY_PAGES:
        return f"The EHR sent {_EMPTY_PAGES} pages in a row without a new item, after {count}."
    late = state.plan.deadline is not None and time.monotonic() >= state.plan.deadline
    if count < state.plan.cap and not late and len(state.sheets) < _MOST_PAGES:
        return None
    state.cursor = _cursor(state, url, 0)
    if count >= state.plan.cap:
        return f"The first {state.plan.begin.seen + count} were read; the EHR has more."
    return f"The EHR had sent {state.plan.begin.seen + count} when time was up; it has more."


def _stop_at_cap(state: _Walk, cursor: Cursor | None) -> None:
    state.cursor = cursor
    state.stopped = (
        f"The first {state.plan.begin.seen + len(state.ids)} were read; the EHR has more."
    )


def _check_total(state: _Walk) -> None:
    seen = state.plan.begin.seen + len(state.ids)
    lost = sum(sheet.unreadable for sheet in state.sheets)
    if state.total is not None and seen + lost < state.total:
        state.stopped = f"The EHR counts {state.total} but sent {seen + lost}."


def _cursor(state: _Walk, url: str, offset: int) -> Cursor:
    seen = state.plan.begin.seen + len(state.ids)
    return Cursor(relative(state.plan.base, url), offset, seen, state.total)


def _page(state: _Walk, first: Ask) -> Page:
    unreadable = sum(sheet.unreadable for sheet in state.sheets)
    stopped = state.stopped or _reported(state.issues) or _spoiled(unreadable)
    return Page(
        entry=state.plan.entry,
        matches=_distinct(state.matches, len(state.ids)),
        included=_distinct(state.included, 0),
        issues=tuple(dict.fromkeys(state.issues)),
        total=state.total,
        complete=stopped is None,
        stopped=stopped,
        cursor=state.cursor,
        fetched_at=min(sheet.fetched_at for sheet in state.sheets),
        cached=any(sheet.cached for sheet in state.sheets),
        request_url=first.url,
        unreadable=unreadable,
        request_id=state.sheets[-1].request_id,
    )


def _distinct(resources: list[Resource], count: int) -> tuple[Resource, ...]:
    """The newest version of each; where all of `count` ids are seen once, there is one of each."""
    return tuple(resources if len(resources) == count else newest(resources))


def _reported(issues: list[Issue]) -> str | None:
    """The server's own word that this is not all."""
    for issue in issues:
        if issue.severity in {"fatal", "error"} or issue.code in _LACKING:
            return f"The EHR says that the list is incomplete: {issue.text or issue.code}"
    return None


def _spoiled(unreadable: int) -> str | None:
    if not unreadable:
        return None
    return f"{unreadable} item{'s' if unreadable > 1 else ''} could not be read."
