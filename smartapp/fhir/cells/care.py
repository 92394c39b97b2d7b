"""Columns of care: plans, teams, goals, orders, diets, devices."""

from collections.abc import Mapping
from datetime import tzinfo
from typing import Any

from smartapp.fhir import dates
from smartapp.fhir.banner import has_ended
from smartapp.fhir.cells.shared import (
    choice,
    concept,
    items,
    narrative_text,
    not_an_order,
    referred,
    with_notes,
)
from smartapp.fhir.columns import at, join
from smartapp.fhir.display import Shown
from smartapp.fhir.display.concepts import as_text, show_concept
from smartapp.fhir.status import negation

Resource = Mapping[str, Any]

_FASTING = ("nil per os", "npo", "nothing by mouth", "nil by mouth")


def plan_content(resource: Resource, zone: tzinfo) -> Shown:
    """What a plan says: its description; where it has no elements for that, its narrative."""
    shown = at(resource, "description", zone)
    if shown.text or resource.get("activity"):
        return shown
    return Shown(narrative_text(resource), kind="narrative")


def members(resource: Resource, zone: tzinfo) -> Shown:
    """The members of a team, each with the role; those who left are counted."""
    today, found, ended = dates.today(zone), [], 0
    for row in items(resource.get("participant")):
        if has_ended(row, today):
            ended += 1
        else:
            found.append(_member(row, resource, zone))
    if ended:
        found.append(Shown(f"{ended} left the team", tone="old"))
    return join(found)


def _member(row: dict[str, Any], resource: Resource, zone: tzinfo) -> Shown:
    member = row.get("member") or row.get("onBehalfOf")
    shown = referred(member, resource, zone) if isinstance(member, dict) else Shown("Not named")
    roles = [text for item in items(row.get("role")) if (text := show_concept(item, zone).text)]
    return shown.reworded(f"{shown.text} ({', '.join(roles)})") if roles else shown


def targets(resource: Resource, zone: tzinfo) -> Shown:
    """Each target: what is measured, and what it is to be."""
    found = []
    for row in items(resource.get("target")):
        measure, aim = concept(row, "measure", zone), choice(row, "detail", zone).text
        found.append(Shown(": ".join(part for part in (measure, aim) if part)))
    return join([one for one in found if one.text])


def order(resource: Resource, zone: tzinfo) -> Shown:
    """What is ordered, with its details; DO NOT before what must not be done."""
    shown = at(resource, "code", zone)
    detail = at(resource, "orderDetail", zone).text
    text = f"{shown.text} ({detail})" if detail and shown.text else shown.text
    if negation(resource):
        return shown.reworded(f"DO NOT: {text or shown.missing}", "negated")
    return with_notes(shown.reworded(text) if detail else shown, not_an_order(resource))


def priority(resource: Resource, zone: tzinfo) -> Shown:
    """The priority in words; what cannot wait stands out."""
    shown = at(resource, "priority", zone)
    urgent = resource.get("priority") in {"stat", "asap", "urgent"}
    return shown.reworded(shown.text, "warning") if urgent else shown


def diet(resource: Resource, zone: tzinfo) -> Shown:
    """The diet, formula or supplement; nothing by mouth stands out."""
    path = "oralDiet.type|enteralFormula.baseFormulaType|supplement.type|supplement.productName"
    shown = at(resource, path, zone)
    words = shown.text.casefold()
    if words in _FASTING:
        return shown.reworded("NOTHING BY MOUTH (NPO)", "warning")
    is_partly = any(sign in words for sign in _FASTING)
    return shown.reworded(shown.text, "warning") if is_partly else shown


def device(resource: Resource, zone: tzinfo) -> Shown:
    """The name and the type of a device."""
    name, kind = at(resource, "deviceName.name", zone), at(resource, "type", zone)
    if name.text and kind.text and kind.text.casefold() not in name.text.casefold():
        return kind.reworded(f"{name.text} – {kind.text}")
    return kind if kind.text else name if name.text else at(resource, "udiCarrier.carrierHRF", zone)


def make(resource: Resource, zone: tzinfo) -> Shown:
    """Maker and model."""
    parts = [as_text(resource.get(key)) for key in ("manufacturer", "modelNumber", "partNumber")]
    return Shown(", ".join(part for part in parts if part))
