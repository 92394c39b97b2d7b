"""Columns of visits: when, with whom, where."""

from collections.abc import Mapping
from datetime import tzinfo
from typing import Any

from smartapp.fhir import codes, dates
from smartapp.fhir.cells.shared import concept, extension, items, referred
from smartapp.fhir.columns import at, join
from smartapp.fhir.display import Shown
from smartapp.fhir.display.concepts import as_text
from smartapp.fhir.display.primitives import code_words
from smartapp.fhir.elements import target
from smartapp.fhir.encounters import attending, stay_days, visit_number

Resource = Mapping[str, Any]

_PLACE = codes.CERNER + "scheduling-location"


def stay(resource: Resource, zone: tzinfo) -> Shown:
    """Start and end of an encounter, and the days between once there are any."""
    shown = at(resource, "period", zone)
    days = stay_days(resource, dates.today(zone), zone)
    if not shown.text or not days or days < 1 or resource.get("status") == "planned":
        return shown
    has_ended = isinstance(resource["period"], dict) and resource["period"].get("end")
    if not has_ended and resource.get("status") != "in-progress":
        return shown
    return shown.reworded(f"{shown.text} ({days} {'day' if days == 1 else 'days'})")


def attending_names(resource: Resource, zone: tzinfo) -> Shown:
    """Those who attend; failing them all who take part, each with the part."""
    found = list(attending(resource, zone))
    return join(found) if found else _participants(resource, "individual", zone)


def _participants(resource: Resource, key: str, zone: tzinfo) -> Shown:
    found = []
    for row in items(resource.get("participant")):
        if isinstance(row.get(key), dict):
            shown = referred(row[key], resource, zone)
            roles = [text for item in items(row.get("type")) if (text := _role(item, zone))]
            found.append(_with_roles(shown, roles))
    return join(found)


def _role(item: dict[str, Any], zone: tzinfo) -> str:
    return concept({"type": item}, "type", zone)


def _with_roles(shown: Shown, roles: list[str]) -> Shown:
    text = shown.text or shown.missing or ""
    return shown.reworded(f"{text} ({', '.join(roles)})") if roles else shown


def number(resource: Resource, zone: tzinfo) -> Shown:
    """The visit number with its label."""
    label, value = visit_number(resource)
    return Shown(f"{label} {value}".strip(), kind="identifier")


def slot_time(resource: Resource, zone: tzinfo) -> Shown:
    """Start and end; the end by its time alone on the same day; else the times asked for."""
    start, end = at(resource, "start", zone), at(resource, "end", zone)
    if not start.text:
        asked = at(resource, "requestedPeriod", zone)
        return asked.reworded(f"Requested: {asked.text}") if asked.text else start
    if not end.text:
        return start
    day, _, hour = end.text.partition(" ")
    same = start.text.startswith(day) and hour
    return start.reworded(f"{start.text} – {hour[:5] if same else end.text}")


def people_and_things(resource: Resource, zone: tzinfo) -> Shown:
    """With whom an appointment is: everyone and everything but the patient and the place."""
    return _actors(resource, frozenset({"Patient", "Location"}), zone, is_kept=False)


def places(resource: Resource, zone: tzinfo) -> Shown:
    """Where an appointment is."""
    return _actors(resource, frozenset({"Location"}), zone, is_kept=True)


def _actors(resource: Resource, types: frozenset[str], zone: tzinfo, *, is_kept: bool) -> Shown:
    found = []
    for row in items(resource.get("participant")):
        actor = row.get("actor")
        if isinstance(actor, dict) and (_type_of(actor) in types) is is_kept:
            roles = [text for item in items(row.get("type")) if (text := _role(item, zone))]
            found.append(_with_roles(referred(actor, resource, zone), roles))
    return join(found)


def _type_of(actor: Mapping[str, Any]) -> str:
    reference = as_text(actor.get("reference"))
    known = target(reference) or target("/".join(reference.split("/")[-2:]))
    return known[0] if known else as_text(actor.get("type"))


def patient_response(resource: Resource, zone: tzinfo) -> Shown:
    """Whether the patient accepted."""
    found = []
    for row in items(resource.get("participant")):
        actor = row.get("actor")
        if isinstance(actor, dict) and _type_of(actor) == "Patient":
            found.append(Shown(code_words(as_text(row.get("status")))))
    return join(found)


def slot_place(resource: Resource, zone: tzinfo) -> Shown:
    """Where a slot is, by the scheduling location; else whose schedule it is of."""
    shown = extension(resource, _PLACE, zone)
    return shown if shown.text else at(resource, "schedule", zone)
