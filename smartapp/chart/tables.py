"""From entry and resources to rows: what is hidden, what is blocked, what the cells say."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from html import escape

from django.utils.safestring import SafeString

from smartapp.chart.markup import Links, anchor, safe, words
from smartapp.chart.tags import FIRST_COLUMNS, tags
from smartapp.fhir import columns, dates
from smartapp.fhir.display import Shown
from smartapp.fhir.entry import Column, Resource, ResourceType
from smartapp.fhir.status import is_retracted, negation, unknown_modifiers

MISSING = '<span class="missing">'
NOT_RECORDED = f"{MISSING}Not recorded</span>"
WITHDRAWN = '<span class="say stop">Entered in error</span>'
LONGEST = 300


@dataclass(frozen=True, slots=True)
class Split:
    """Records to show, and those withdrawn as entered in error."""

    live: tuple[Resource, ...]
    withdrawn: tuple[Resource, ...]


def split(resources: Iterable[Resource]) -> Split:
    live: list[Resource] = []
    withdrawn: list[Resource] = []
    for resource in resources:
        (withdrawn if is_retracted(resource) else live).append(resource)
    return Split(tuple(live), tuple(withdrawn))


@dataclass(frozen=True, slots=True)
class Table:
    """How the records of one type are written: their columns, zone and addresses."""

    entry: ResourceType
    zone: tzinfo
    links: Links

    def rows(self, resources: Iterable[Resource]) -> SafeString:
        """Table rows, one per record."""
        return safe("".join([self._row(resource) for resource in resources]))

    def _row(self, resource: Resource) -> str:
        withdrawn = is_retracted(resource)
        blockers = unknown_modifiers(resource)
        if blockers and not withdrawn:
            return self._blocked(resource, blockers)
        cells = self._cells(resource, withdrawn)
        html = "".join([f'<td role="cell">{cell}</td>' for cell in cells])
        return (
            f'<tr role="row" class="withdrawn">{html}</tr>'
            if withdrawn
            else f'<tr role="row">{html}</tr>'
        )

    def _cells(self, resource: Resource, withdrawn: bool) -> list[str]:
        """The first cell links to the record; the first three never stay blank."""
        links = self.links
        shown = [columns.cell(column, resource, self.zone) for column in self.entry.columns]
        cells = [words(one, links) or "" for one in shown[1:]]
        for n, column in enumerate(self.entry.columns[1:FIRST_COLUMNS]):
            cells[n] = _of(column, cells[n] or NOT_RECORDED)
        if withdrawn:
            cells = [_struck(cell) for cell in cells]
        return [self._first(resource, shown[:2], withdrawn), *cells]

    def _first(self, resource: Resource, shown: Sequence[Shown], withdrawn: bool) -> str:
        inner = words(shown[0]) or NOT_RECORDED
        inner = f"<s>{inner}</s>" if withdrawn else inner
        url = self.links.detail(self.entry.name, resource.get("id"))
        state = tags(self.entry, resource, self.zone)
        return f"{_said(resource, shown, withdrawn=withdrawn)}{state}{anchor(url, inner)}"

    def _blocked(self, resource: Resource, blockers: Sequence[str]) -> str:
        """A record that says something unknown changes its meaning: not shown as a fact."""
        name = f"{self.entry.name} {resource.get('id', '')}".strip()
        link = anchor(self.links.detail(self.entry.name, resource.get("id")), escape(name))
        return (
            f'<tr role="row" class="blocked"><td role="cell" colspan="{len(self.entry.columns)}">'
            f"{link} {blocked_text(blockers)}</td></tr>"
        )

    def brief(self, resources: Iterable[Resource]) -> SafeString:
        """The rows of a card: the first three columns, as a list of links."""
        return safe("".join([self._brief(resource) for resource in resources]))

    def _brief(self, resource: Resource) -> str:
        url = self.links.detail(self.entry.name, resource.get("id"))
        blockers = unknown_modifiers(resource)
        if blockers:
            return f"<li>{_block_link(url, blocked_text(blockers))}</li>"
        shown = [
            _cut(columns.cell(one, resource, self.zone))
            for one in self.entry.columns[:FIRST_COLUMNS]
        ]
        what, *others = [
            _of(column, words(one) or NOT_RECORDED)
            for column, one in zip(self.entry.columns, shown, strict=False)
        ]
        said = _said(resource, shown[:2], withdrawn=False)
        said += tags(self.entry, resource, self.zone)
        inner = f'<span class="what">{said}{what}</span>' + "".join(
            f'<span class="{name}">{text}</span>'
            for name, text in zip(("also", "when"), others, strict=False)
        )
        return f"<li>{_block_link(url, inner)}</li>"

    def matches(self, resource: Resource, text: str) -> bool:
        """Whether any column says this text, whatever its case."""
        return any(
            text in columns.cell(column, resource, self.zone).text.casefold()
            for column in self.entry.columns
        )


def _cut(shown: Shown) -> Shown:
    """A text as long as a page is cut in a card, and says so."""
    if len(shown.text) <= LONGEST:
        return shown
    return Shown(f"{shown.text[:LONGEST]}… (more on its page)", kind=shown.kind, tone=shown.tone)


def _struck(cell: str) -> str:
    """A value that holds no more; what says so itself stays as it is."""
    return f"<s>{cell}</s>" if cell and "entered in error" not in cell.casefold() else cell


def _of(column: Column, cell: str) -> str:
    """A cell that says that nothing is there; of what, where no heading stands above it."""
    says_itself = column.title.removesuffix("s").casefold() in cell.casefold()
    if says_itself or not cell.startswith(MISSING):
        return cell
    return f'{MISSING[:-1]} data-of="{escape(column.title)}">{cell[len(MISSING) :]}'


def _block_link(url: str, inner: str) -> str:
    return f'<a href="{escape(url)}">{inner}</a>' if url else f'<span class="row">{inner}</span>'


def _said(resource: Resource, shown: Sequence[Shown], *, withdrawn: bool) -> str:
    """What must be read before the rest: withdrawn, or a negation that the cells do not say."""
    negated = negation(resource)
    if any(negated.casefold() in one.text.casefold() for one in shown):
        negated = ""
    said = f'<span class="negated">{escape(negated)}</span> ' if negated else ""
    return f"{WITHDRAWN} {said}" if withdrawn else said


def blocked_text(blockers: Sequence[str]) -> str:
    names = ", ".join(escape(one) for one in blockers)
    return (
        '<span class="say warn">Not shown: this record carries a modifier that this app does not'
        f" know ({names}), so its meaning may be the opposite. Read it in the EHR.</span>"
    )


def age_of(value: str | None, now: datetime, zone: tzinfo) -> str:
    """How old a date is, no more exactly than it is given; "" where it is none or lies ahead."""
    found = dates.parse(value)
    if found is None or found.first > now.astimezone(zone).date():
        return ""
    if found.moment is not None:
        return age_text(dates.seconds(value), now)
    if not found.day:
        return f"from {dates.text(value, zone)}"
    days = (now.astimezone(zone).date() - found.first).days
    return _days(days) if days else "from today"


def age_text(moment: float | None, now: datetime) -> str:
    """How old the newest record is; "" where no record is dated or it lies ahead."""
    if moment is None or moment > now.timestamp():
        return ""
    hours = int((now.timestamp() - moment) // 3600)
    if hours < 48:
        return f"{hours} h old" if hours else "less than 1 h old"
    return _days(hours // 24)


def _days(days: int) -> str:
    return f"{days} d old" if days < 730 else f"{days // 365} y old"
