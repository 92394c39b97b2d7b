"""Columns of allergies, conditions and family history."""

from collections.abc import Mapping
from datetime import tzinfo
from typing import Any

from smartapp.fhir import codes
from smartapp.fhir.allergies import is_negative
from smartapp.fhir.cells.shared import choice, concept, extension, items
from smartapp.fhir.columns import at, join
from smartapp.fhir.display import Shown
from smartapp.fhir.display.concepts import as_text
from smartapp.fhir.display.primitives import code_words
from smartapp.fhir.status import codes_of, condition_lifecycle, condition_result, negation

Resource = Mapping[str, Any]

_PRECISION = codes.CERNER + "precision"
_DIAGNOSIS = codes.CERNER + "diagnosis-type"
_SEVERITY = codes.STRUCTURE + "familymemberhistory-severity"
_ADOPTED = codes.CERNER + "patient-adopted"


def substance(resource: Resource, zone: tzinfo) -> Shown:
    """The substance, or the negative statement; failing a code, the substances of the reactions."""
    shown = at(resource, "code|reaction.substance", zone)
    if is_negative(resource):
        return shown.reworded(shown.text, "negated")
    if negation(resource):
        said = shown.text or shown.missing or "substance not named"
        return shown.reworded(f"{said} (refuted – not an allergy)", "negated")
    if shown.text and not shown.codings:
        return shown.reworded(f"{shown.text} (not coded)")
    return shown


def reactions(resource: Resource, zone: tzinfo) -> Shown:
    """`rash + wheeze (severe), nausea`: + joins one event, the comma separates events.

    Source: NHS Common User Interface, Adverse Drug Reactions, ADR-0019 to 0023.
    """
    if is_negative(resource):
        return Shown(missing="Not applicable")
    events = []
    for item in items(resource.get("reaction")):
        signs = " + ".join(_manifestations(item, zone)) or as_text(item.get("description"))
        severity = as_text(item.get("severity"))
        said = signs or ("reaction not named" if severity else "")
        events.append(f"{said} ({severity})" if severity else said)
    text = ", ".join(event for event in events if event)
    return Shown(text) if text else Shown(missing="Reaction not known")


def _manifestations(reaction: Mapping[str, Any], zone: tzinfo) -> list[str]:
    rows = [{"one": item} for item in items(reaction.get("manifestation"))]
    return [text for row in rows if (text := concept(row, "one", zone))]


def onset(resource: Resource, zone: tzinfo) -> Shown:
    """The onset, with how precise it is where the sender says so: About 2015."""
    shown = at(resource, "onset[x]", zone)
    return _with_precision(shown, resource.get("_onsetDateTime"), zone)


def _with_precision(shown: Shown, element: Any, zone: tzinfo) -> Shown:
    precision = extension(element, _PRECISION, zone).text
    if not precision or not shown.text or precision.casefold() in {"age", "date"}:
        return shown
    return shown.reworded(f"{precision} {shown.text}")


def problem(resource: Resource, zone: tzinfo) -> Shown:
    """The problem; a refuted one is said to be."""
    shown = at(resource, "code", zone)
    if negation(resource):
        said = shown.text or shown.missing or "problem not named"
        return shown.reworded(f"{said} (refuted)", "negated")
    return shown


def category(resource: Resource, zone: tzinfo) -> Shown:
    """Problem list, encounter diagnosis, concern; with the kind of diagnosis."""
    shown = at(resource, "category", zone)
    kind = extension(resource, _DIAGNOSIS, zone).text
    return shown.reworded(f"{shown.text} ({kind})") if kind and shown.text else shown


def relative(resource: Resource, zone: tzinfo) -> Shown:
    """The relationship, the name, and whether the patient is adopted."""
    shown = at(resource, "relationship", zone)
    adopted = extension(resource, _ADOPTED, zone).text
    name = as_text(resource.get("name"))
    notes = [part for part in (name, "patient adopted" if adopted == "Yes" else "") if part]
    text = f"{shown.text or shown.missing or 'Relative not named'}"
    return shown.reworded(f"{text} ({', '.join(notes)})" if notes else text)


def family_conditions(resource: Resource, zone: tzinfo) -> Shown:
    """Each condition, `No history of` before a negative one; withdrawn ones are said to be."""
    found = [_family_condition(item, zone) for item in items(resource.get("condition"))]
    if not found and resource.get("status") == "health-unknown":
        return Shown(missing="Health not known")
    return join(found) if found else at(resource, "dataAbsentReason", zone)


def _family_condition(item: dict[str, Any], zone: tzinfo) -> Shown:
    name = concept(item, "code", zone) or "condition not named"
    severity = extension(item, _SEVERITY, zone).text
    text = f"{name} ({severity.lower()})" if severity else name
    if "entered-in-error" in condition_lifecycle(item):
        return Shown(f"{text} (entered in error)", tone="error")
    result = condition_result(item)
    if result == "negative":
        return Shown(f"No history of {text}", tone="negated")
    if result == "unknown":
        return Shown(f"{text} (not known whether)", tone="warning")
    died = item.get("contributedToDeath") is True
    return Shown(f"{text}, contributed to death" if died else text)


def family_onset(resource: Resource, zone: tzinfo) -> Shown:
    """The age at onset of each condition, with how precise it is."""
    found = []
    for item in items(resource.get("condition")):
        shown = _with_precision(choice(item, "onset", zone), item.get("onsetAge"), zone)
        if shown.text:
            found.append(shown.reworded(f"{concept(item, 'code', zone)}: {shown.text}"))
    return found[0].reworded(found[0].text.partition(": ")[2]) if len(found) == 1 else join(found)


def deceased(resource: Resource, zone: tzinfo) -> Shown:
    """Whether the relative has died, when or at what age."""
    if resource.get("deceasedBoolean") is False:
        return Shown("No", kind="boolean")
    shown = choice(resource, "deceased", zone)
    if shown.kind in {"quantity", "range"} and shown.text:
        shown = _with_precision(shown, resource.get("deceasedAge"), zone)
        return shown.reworded(f"Yes, at {shown.text}")
    return shown.reworded(f"Yes, {shown.text}") if shown.kind == "date" else shown


def criticality(resource: Resource, zone: tzinfo) -> Shown:
    """The risk of a severe reaction in words."""
    code = as_text(resource.get("criticality"))
    words = {"low": "Low risk", "high": "HIGH RISK", "unable-to-assess": "Unable to assess"}
    if code in words:
        return Shown(words[code], kind="code", tone="warning" if code == "high" else "")
    return at(resource, "criticality", zone)


def verification(resource: Resource, zone: tzinfo) -> Shown:
    """How sure it is; anything but confirmed stands out."""
    shown = at(resource, "verificationStatus", zone)
    kinds = codes_of(resource.get("verificationStatus"))
    text = shown.text if shown.text not in kinds else code_words(shown.text)
    sure = not kinds or kinds[0] == "confirmed"
    return shown.reworded(text, "warning") if text and not sure else shown
