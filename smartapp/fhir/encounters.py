"""What the encounter strip says: number, class, unit and bed, admitted, attending."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from typing import Any

from smartapp.fhir import dates, status
from smartapp.fhir.columns import at
from smartapp.fhir.display import Shown
from smartapp.fhir.display.concepts import (
    as_text,
    identifier_label,
    identifier_value,
    show_concept,
    show_reference,
)
from smartapp.fhir.elements import contained

Resource = Mapping[str, Any]

_CLASSES = {
    "AMB": "Ambulatory",
    "EMER": "Emergency",
    "IMP": "Inpatient",
    "ACUTE": "Inpatient, acute",
    "NONAC": "Inpatient, not acute",
    "OBSENC": "Observation",
    "PRENC": "Pre-admission",
    "SS": "Short stay",
    "VR": "Virtual",
    "HH": "Home health",
    "FLD": "In the field",
}
_NUMBER_TYPES = frozenset({"AN", "VN"})
_PLACE_NOTES = {"planned": "planned", "reserved": "reserved", "completed": "left"}


@dataclass(frozen=True, slots=True)
class Strip:
    """The encounter in words; "" where it says nothing. `attending`: each with its reference."""

    number_label: str
    number: str
    kind: str
    place: str
    admitted: str
    ended: str
    status: str
    attending: tuple[Shown, ...] = ()
    is_retracted: bool = False


def strip(resource: Resource, zone: tzinfo) -> Strip:
    """The strip of an Encounter."""
    label, number = visit_number(resource)
    period = resource.get("period")
    period = period if isinstance(period, dict) else {}
    return Strip(
        number_label=label,
        number=number,
        kind=class_and_type(resource, zone).text,
        place=place(resource, zone).text,
        admitted=dates.text(period["start"], zone) if period.get("start") else "",
        ended=dates.text(period["end"], zone) if period.get("end") else "",
        status=status.status_text(resource, zone),
        attending=attending(resource, zone),
        is_retracted=status.is_retracted(resource),
    )


def visit_number(resource: Resource) -> tuple[str, str]:
    """Label and value of the visit or account number; ("", "") where there is none."""
    items = [item for item in _items(resource.get("identifier")) if identifier_value(item)]
    for item in items:
        label = identifier_label(item)
        if _NUMBER_TYPES.intersection(status.codes_of(item.get("type"))) or "FIN" in label.upper():
            return "FIN" if "FIN" in label.upper() else label or "Visit number", identifier_value(
                item
            )
    if not items:
        return "", ""
    return identifier_label(items[0]) or "Identifier", identifier_value(items[0])


def class_and_type(resource: Resource, zone: tzinfo) -> Shown:
    """The class in words, and the type where it says something else."""
    found = resource.get("class")
    code = as_text(found.get("code")) if isinstance(found, dict) else ""
    shown = at(resource, "class", zone)
    kind = _CLASSES.get(code) or shown.text
    more = at(resource, "type", zone)
    if more.text and more.text.casefold() != kind.casefold():
        text = f"{kind} – {more.text}" if kind else more.text
        return more.reworded(text)
    return shown.reworded(kind) if kind != shown.text else shown


def place(resource: Resource, zone: tzinfo) -> Shown:
    """Where the patient is now; failing that every place named, with its state."""
    rows = [row for row in _items(resource.get("location")) if row.get("location") is not None]
    now = [row for row in rows if _is_now(row)] or rows
    found = []
    for row in now:
        shown = _location(row["location"], resource, zone)
        note = _PLACE_NOTES.get(as_text(row.get("status")), "")
        found.append(shown.reworded(f"{shown.text} ({note})") if note else shown)
    texts = dict.fromkeys(one.text for one in found if one.text)
    if len(found) == 1:
        return found[0]
    return Shown("; ".join(texts), kind="reference", parts=tuple(found))


def _is_now(row: Mapping[str, Any]) -> bool:
    state = row.get("status")
    period = row.get("period")
    ended = isinstance(period, dict) and period.get("end") is not None
    return state == "active" or (state is None and not ended)


def _location(value: Any, resource: Resource, zone: tzinfo) -> Shown:
    """The display of a reference; of a contained location without one, its name."""
    shown = show_reference(value, zone)
    inside = contained(resource, shown.reference or "")
    if inside is not None and shown.text == shown.reference:
        return shown.reworded(as_text(inside.get("name")) or shown.text)
    return shown


def attending(resource: Resource, zone: tzinfo) -> tuple[Shown, ...]:
    """Those who attend, whose part in it has not ended; each once."""
    found = {}
    for row in _items(resource.get("participant")):
        period = row.get("period")
        end = dates.instant(period.get("end")) if isinstance(period, dict) else None
        if _attends(row, zone) and row.get("individual") and not _is_over(end, resource):
            shown = show_reference(row["individual"], zone)
            found[shown.text] = shown
    return tuple(found.values())


def _is_over(end: datetime | None, resource: Resource) -> bool:
    """Whether a participation ended before the encounter did."""
    if end is None:
        return False
    period = resource.get("period")
    last = dates.instant(period.get("end")) if isinstance(period, dict) else None
    return last is None or end < last


def _attends(row: Mapping[str, Any], zone: tzinfo) -> bool:
    kinds = _items(row.get("type"))
    return any(
        "ATND" in status.codes_of(kind) or "attend" in show_concept(kind, zone).text.lower()
        for kind in kinds
    )


def _items(value: Any) -> Iterator[dict[str, Any]]:
    return (item for item in (value if isinstance(value, list) else ()) if isinstance(item, dict))


def stay_days(resource: Resource, today: date, zone: tzinfo) -> int | None:
    """Length of stay in days, to today while it lasts; None without a start.

    The days are those of the site, so that they agree with the dates shown.
    """
    period = resource.get("period")
    period = period if isinstance(period, dict) else {}
    start, end = dates.parse(period.get("start")), dates.parse(period.get("end"))
    if start is None or not start.day:
        return None
    return ((end.on(zone) if end else today) - start.on(zone)).days
