"""Entries for results, vital signs and social history."""

from typing import Any
from xml.etree.ElementTree import Element

from smartapp.sandbox.ccd.words import EFFECTIVE, first, said, value_text
from smartapp.sandbox.ccd.xml import (
    LOINC,
    SNOMED,
    code,
    concept,
    new_id,
    node,
    plain,
    reference,
    template,
    time,
)
from smartapp.sandbox.fhir.paths import walk
from smartapp.sandbox.fhir.wire import Resource

_TEMPLATES = "2.16.840.1.113883.10.20.22.4"
_INTERPRETATION = "http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation"
_SMOKING = "72166-2"


def result(parent: Element, resource: Resource, row: str) -> None:
    """Result Organizer with one Result Observation for the value or for each component."""
    organizer = node(parent, "organizer", classCode="BATTERY", moodCode="EVN")
    template(organizer, f"{_TEMPLATES}.1", "2015-08-01")
    new_id(organizer)
    concept(organizer, "code", resource.get("code"), LOINC)
    node(organizer, "statusCode", code=_status(resource))
    for part in _parts(resource):
        found = _observation(organizer, resource, part, row)
        _templates_first(found, "2", "2015-08-01")


def vital(parent: Element, resource: Resource, row: str) -> None:
    """Vital Signs Organizer with one observation for the value or for each component."""
    organizer = node(parent, "organizer", classCode="CLUSTER", moodCode="EVN")
    template(organizer, f"{_TEMPLATES}.26", "2015-08-01")
    new_id(organizer)
    kind = code(organizer, "code", "46680005", SNOMED, "Vital signs")
    code(kind, "translation", "74728-7", LOINC, "Vital signs")
    node(organizer, "statusCode", code="completed")
    time(organizer, "effectiveTime", first(resource, *EFFECTIVE))
    for part in _parts(resource):
        found = _observation(organizer, resource, part, row)
        _templates_first(found, "27", "2014-06-09")


def social(parent: Element, resource: Resource, row: str) -> None:
    """Smoking Status, or another Social History Observation."""
    is_smoking = _SMOKING in walk(resource, "code.coding.code")
    found = node(parent, "observation", classCode="OBS", moodCode="EVN")
    if is_smoking:
        template(found, f"{_TEMPLATES}.78", "2014-06-09")
    else:
        template(found, f"{_TEMPLATES}.38", "2015-08-01")
    _content(found, resource, resource, row)


def _parts(resource: Resource) -> list[Any]:
    """What holds a value: the resource itself, else its components."""
    components = [one for one in walk(resource, "component") if isinstance(one, dict)]
    has_value = any(name.startswith("value") for name in resource)
    return [resource, *components] if has_value or not components else components


def _status(resource: Resource) -> str:
    return "active" if resource.get("status") in ("registered", "preliminary") else "completed"


def _observation(organizer: Element, resource: Resource, part: Any, row: str) -> Element:
    component = node(organizer, "component")
    found = node(component, "observation", classCode="OBS", moodCode="EVN")
    _content(found, resource, part, row)
    return found


def _templates_first(found: Element, root: str, extension: str) -> None:
    """The schema wants templates before all else."""
    before = len(found)
    template(found, f"{_TEMPLATES}.{root}", extension)
    templates = list(found)[before:]
    for one in templates:
        found.remove(one)
    found[:0] = templates


def _content(found: Element, resource: Resource, part: Any, row: str) -> None:
    new_id(found)
    concept(found, "code", part.get("code"), LOINC)
    reference(found, row)
    node(found, "statusCode", code=_status(resource))
    time(found, "effectiveTime", first(resource, *EFFECTIVE))
    _value(found, part)
    for one in walk(part, "interpretation"):
        concept(found, "interpretationCode", one, _INTERPRETATION)
    for one in walk(part, "referenceRange"):
        _range(found, one)


def _value(found: Element, part: Any) -> None:
    measured = part.get("valueQuantity")
    coded = part.get("valueCodeableConcept")
    if isinstance(measured, dict) and measured.get("value") is not None:
        _quantity(found, measured)
    elif isinstance(coded, dict):
        concept(found, "value", coded, SNOMED, "CD")
    elif value_text(part):
        node(found, "value", value_text(part), xsi_type="ST")
    else:
        node(found, "value", nullFlavor="UNK", xsi_type="ST")


def _quantity(found: Element, measured: dict[str, Any]) -> None:
    """A measured number; with a comparator it is a bound of an interval."""
    unit = {"unit": str(measured["code"])} if measured.get("code") else {}
    number, comparator = str(measured["value"]), str(measured.get("comparator", ""))
    if not comparator:
        node(found, "value", xsi_type="PQ", value=number, **unit)
        return
    bounds = node(found, "value", xsi_type="IVL_PQ")
    inclusive = {} if comparator.endswith("=") else {"inclusive": "false"}
    edge = "high" if comparator.startswith("<") else "low"
    node(bounds, edge, value=number, **unit, **inclusive)


def _range(found: Element, stated: Any) -> None:
    if not isinstance(stated, dict):
        return
    holder = node(node(found, "referenceRange"), "observationRange")
    if stated.get("text"):
        node(holder, "text", said(stated["text"]))
    bounds = {edge: stated[edge] for edge in ("low", "high") if isinstance(stated.get(edge), dict)}
    if bounds:
        value = node(holder, "value", xsi_type="IVL_PQ")
        for edge, one in bounds.items():
            unit = {"unit": plain(one["code"])} if one.get("code") else {}
            node(value, edge, value=str(one.get("value", "")), **unit)
