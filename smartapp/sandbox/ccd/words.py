"""Resources as rows of a narrative table."""

import re
from html import unescape
from typing import Any

from smartapp.sandbox.ccd.xml import concept_text
from smartapp.sandbox.fhir.paths import walk, walk_all
from smartapp.sandbox.fhir.wire import Resource

_TAG = re.compile(r"<[^>]*>")
EFFECTIVE = ("effectiveDateTime", "effectivePeriod.start", "effectiveInstant", "issued")


def first(resource: Resource, *paths: str) -> Any:
    """The first value under the paths, or None."""
    found = walk_all(resource, paths)
    return found[0] if found else None


def said(value: Any) -> str:
    """A simple value as text; nothing for what is absent."""
    return "" if value is None or isinstance(value, dict | list) else str(value)


def words(resource: Resource, path: str) -> str:
    """The concept under a path in words."""
    return concept_text(first(resource, path)) or "Not recorded"


def quantity(value: Any) -> str:
    """A Quantity as text."""
    if not isinstance(value, dict):
        return ""
    number = f"{value.get('comparator', '')}{value.get('value', '')}"
    return f"{number} {value.get('unit') or value.get('code') or ''}".strip()


def value_text(holder: Any) -> str:
    """The value of an Observation or of one of its components."""
    if not isinstance(holder, dict):
        return ""
    for name, value in holder.items():
        if name.startswith("value"):
            text = quantity(value) if "value" in _keys(value) else concept_text(value)
            return text or said(value)
    return concept_text(holder.get("dataAbsentReason"))


def _keys(value: Any) -> set[str]:
    return set(value) if isinstance(value, dict) else set()


def observed(resource: Resource) -> str:
    """The value, and those of the components with their names."""
    parts = [value_text(resource)]
    for one in (one for one in walk(resource, "component") if isinstance(one, dict)):
        parts.append(f"{concept_text(one.get('code'))}: {value_text(one)}")
    return "; ".join(part for part in parts if part) or "Not recorded"


def observation(resource: Resource) -> list[str]:
    """Test, value, date."""
    return [words(resource, "code"), observed(resource), said(first(resource, *EFFECTIVE))]


def problem(resource: Resource) -> list[str]:
    """Problem, status, onset."""
    onset = first(resource, "onsetDateTime", "onsetString", "recordedDate")
    return [words(resource, "code"), words(resource, "clinicalStatus"), said(onset)]


def allergy(resource: Resource) -> list[str]:
    """Substance, reactions, status."""
    reactions = (concept_text(one) for one in walk(resource, "reaction.manifestation"))
    listed = ", ".join(one for one in reactions if one)
    return [words(resource, "code"), listed, words(resource, "clinicalStatus")]


def medication(resource: Resource) -> list[str]:
    """Medication, how it is taken, status, when ordered."""
    taken = "; ".join(said(one) for one in walk(resource, "dosageInstruction.text"))
    return [
        medication_words(resource),
        taken,
        said(resource.get("status")),
        said(resource.get("authoredOn")),
    ]


def medication_words(resource: Resource) -> str:
    """The medication, by its concept or by the reference's display."""
    display = said(first(resource, "medicationReference.display"))
    return display or words(resource, "medicationCodeableConcept")


def immunization(resource: Resource) -> list[str]:
    """Vaccine, status, date, lot."""
    given = first(resource, "occurrenceDateTime", "occurrenceString")
    status, lot = said(resource.get("status")), said(resource.get("lotNumber"))
    return [words(resource, "vaccineCode"), status, said(given), lot]


def procedure(resource: Resource) -> list[str]:
    """Procedure, status, date."""
    done = first(resource, "performedDateTime", "performedPeriod.start", "performedString")
    return [words(resource, "code"), said(resource.get("status")), said(done)]


def encounter(resource: Resource) -> list[str]:
    """Visit, status, from, to."""
    kind = words(resource, "type")
    begin, end = first(resource, "period.start"), first(resource, "period.end")
    return [kind, said(resource.get("status")), said(begin), said(end)]


def plan(resource: Resource) -> list[str]:
    """Plan, status, its narrative: a care plan's content is nowhere else."""
    narrative = unescape(_TAG.sub(" ", said(first(resource, "text.div"))))
    title = said(resource.get("title")) or words(resource, "category")
    return [title, said(resource.get("status")), " ".join(narrative.split())]
