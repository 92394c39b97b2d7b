"""Columns of medications: the drug with its ingredients, dose, times, quantities."""

from collections.abc import Mapping
from datetime import tzinfo
from typing import Any

from smartapp.fhir import codes, dates
from smartapp.fhir.cells.shared import choice, extension, items, not_an_order, with_notes
from smartapp.fhir.columns import at, join
from smartapp.fhir.display import Shown
from smartapp.fhir.display.concepts import as_text
from smartapp.fhir.display.primitives import number
from smartapp.fhir.display.quantities import show_ratio
from smartapp.fhir.display.timing import as_doses, dose_line, show_dosage
from smartapp.fhir.elements import contained
from smartapp.fhir.status import negation

Resource = Mapping[str, Any]

_PHARMACY = codes.CERNER + "pharmacy-verification-status"
_OVER_TIME = codes.CERNER + "infuse-over-time"


def drug(resource: Resource, zone: tzinfo) -> Shown:
    """The medication, with what must be read with it: DO NOT, reported, not an order."""
    shown = medication(resource, zone)
    notes = ["reported"] if is_reported(resource) else not_an_order(resource)
    shown = with_notes(shown, notes)
    prefix = negation(resource)
    if prefix and shown.text:
        return shown.reworded(f"{prefix}: {shown.text}", "negated")
    return shown


def is_reported(resource: Resource) -> bool:
    """Whether a prescription is what the patient or another source tells, not an order of here."""
    source = resource.get("reportedReference")
    return resource.get("reportedBoolean") is True or isinstance(source, dict)


def medication(resource: Resource, zone: tzinfo) -> Shown:
    """The drug's name; of a contained Medication its own, and its ingredients."""
    shown = at(resource, "medication[x]", zone)
    inside = contained(resource, shown.reference or "")
    if inside is None:
        return shown
    name = at(inside, "code", zone)
    parts = [_ingredient(item, resource, zone) for item in items(inside.get("ingredient"))]
    said = " + ".join(part for part in parts if part)
    own = shown.text if shown.text != shown.reference else ""
    text = name.text or own
    text = f"{text} [{said}]" if text and said else text or said or shown.text
    return shown.reworded(text)._replace(codings=name.codings)


def _ingredient(item: dict[str, Any], resource: Resource, zone: tzinfo) -> str:
    """An ingredient with its strength: heparin 25,000 units per 250 mL."""
    name = choice(item, "item", zone)
    inside = contained(resource, name.reference or "")
    text = at(inside, "code", zone).text if inside is not None else name.text
    strength = show_ratio(as_doses(item["strength"]), zone).text if item.get("strength") else ""
    return f"{text or name.text} {strength}".strip()


def dosage(resource: Resource, zone: tzinfo) -> Shown:
    """Every dosage instruction: the sig as written, the structured dose beside it.

    From when to when is said by `course`.
    """
    rows = items(resource.get("dosageInstruction"))
    return join([show_dosage(_without_bounds(row), zone) for row in rows])


def _without_bounds(row: dict[str, Any]) -> dict[str, Any]:
    timing = row.get("timing")
    repeat = timing.get("repeat") if isinstance(timing, dict) else None
    if not isinstance(timing, dict) or not isinstance(repeat, dict):
        return row
    kept = {key: value for key, value in repeat.items() if not key.startswith("bounds")}
    return {**row, "timing": {**timing, "repeat": kept}}


def given(resource: Resource, zone: tzinfo) -> Shown:
    """What was given: dose and rate from the structured elements, else the text."""
    found = resource.get("dosage")
    if not isinstance(found, dict):
        return Shown()
    amount = {key: value for key, value in found.items() if key not in {"route", "site", "method"}}
    line = dose_line(amount, zone) or as_text(found.get("text"))
    over = extension(found, _OVER_TIME, zone).text or extension(resource, _OVER_TIME, zone).text
    return Shown(f"{line} over {over}".strip() if over else line, kind="dosage")


def course(resource: Resource, zone: tzinfo) -> Shown:
    """When it is to be taken: the bounds of each instruction; else how long the order is valid."""
    found = []
    for item in items(resource.get("dosageInstruction")):
        timing = item.get("timing")
        repeat = timing.get("repeat") if isinstance(timing, dict) else None
        if isinstance(repeat, dict):
            found.append(choice(repeat, "bounds", zone))
    shown = join([one for one in found if one.text])
    return shown if shown.text else at(resource, "dispenseRequest.validityPeriod", zone)


def supply(resource: Resource, zone: tzinfo) -> Shown:
    """Quantity, days and refills of an order."""
    request = resource.get("dispenseRequest")
    if not isinstance(request, dict):
        return Shown()
    refills = number(request.get("numberOfRepeatsAllowed"))
    parts = [
        at(resource, "dispenseRequest.quantity", zone).text,
        at(resource, "dispenseRequest.expectedSupplyDuration", zone).text,
        f"{refills} refill{'' if refills == '1' else 's'}" if refills else "",
    ]
    return Shown(", ".join(part for part in parts if part))


def verification(resource: Resource, zone: tzinfo) -> Shown:
    """Whether pharmacy has verified the order."""
    return extension(resource, _PHARMACY, zone)


def handed_over(resource: Resource, zone: tzinfo) -> Shown:
    """When it was handed over; without that, that it was not."""
    shown = at(resource, "whenHandedOver", zone)
    if shown.text or shown.missing:
        return shown
    prepared = dates.text(resource["whenPrepared"], zone) if resource.get("whenPrepared") else ""
    if not prepared:
        return Shown(missing="Hand-over not recorded")
    return Shown(f"Prepared {prepared}, not handed over", kind="date", tone="warning")


def amount(resource: Resource, zone: tzinfo) -> Shown:
    """Quantity and days of a dispense."""
    days = at(resource, "daysSupply", zone).text
    parts = [at(resource, "quantity", zone).text, f"for {days}" if days else ""]
    return Shown(" ".join(part for part in parts if part), kind="quantity")


def vaccine(resource: Resource, zone: tzinfo) -> Shown:
    """The vaccine; one not given is said not to be, one not from the source is said reported."""
    shown = at(resource, "vaccineCode", zone)
    if negation(resource):
        text = f"NOT GIVEN: {shown.text or shown.missing or 'vaccine not named'}"
        return shown.reworded(text, "negated")
    reported = resource.get("primarySource") is False
    return with_notes(shown, ["reported"] if reported else [])


def dose_number(resource: Resource, zone: tzinfo) -> Shown:
    """`2 of 3, hepatitis B series`, for each protocol that counts it."""
    found = []
    for item in items(resource.get("protocolApplied")):
        dose = choice(item, "doseNumber", zone)
        of = choice(item, "seriesDoses", zone).text
        text = f"{dose.text} of {of}" if dose.text and of else dose.text
        said = ", ".join(part for part in (text, as_text(item.get("series"))) if part)
        found.append(dose.reworded(said))
    return join(found)


def lot(resource: Resource, zone: tzinfo) -> Shown:
    """Lot and expiry."""
    expires = at(resource, "expirationDate", zone).text
    parts = [as_text(resource.get("lotNumber")), f"expires {expires}" if expires else ""]
    return Shown(", ".join(part for part in parts if part))
