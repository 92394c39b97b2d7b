"""Entries for problems, allergies, medications, immunizations, procedures and visits."""

from typing import Any
from xml.etree.ElementTree import Element

from smartapp.sandbox.ccd.words import first, medication_words
from smartapp.sandbox.ccd.xml import (
    CVX,
    LOINC,
    RXNORM,
    SNOMED,
    code,
    concept,
    interval,
    new_id,
    node,
    reference,
    template,
    time,
)
from smartapp.sandbox.fhir.paths import walk
from smartapp.sandbox.fhir.special import has_code
from smartapp.sandbox.fhir.wire import Resource

_TEMPLATES = "2.16.840.1.113883.10.20.22.4"
_ACT_CLASS = "2.16.840.1.113883.5.6"
_ACT_CODE = "2.16.840.1.113883.5.4"
_NO_KNOWN = ("716186003", "409137002")


def _concern(parent: Element, root: str, resource: Resource, row: str) -> Element:
    """A concern act around one observation; gives the relation to hang it on."""
    act = node(parent, "act", classCode="ACT", moodCode="EVN")
    template(act, f"{_TEMPLATES}.{root}", "2015-08-01")
    new_id(act)
    node(act, "code", code="CONC", codeSystem=_ACT_CLASS)
    reference(act, row)
    is_active = has_code(resource, "clinicalStatus", "active", "recurrence", "relapse")
    node(act, "statusCode", code="active" if is_active else "completed")
    started = first(resource, "recordedDate", "onsetDateTime", "assertedDate")
    ended = None if is_active else first(resource, "abatementDateTime")
    interval(act, started, ended)
    return node(act, "entryRelationship", typeCode="SUBJ")


def problem(parent: Element, resource: Resource, row: str) -> None:
    """Problem Concern Act with its Problem Observation."""
    relation = _concern(parent, "3", resource, row)
    observation = node(relation, "observation", classCode="OBS", moodCode="EVN")
    template(observation, f"{_TEMPLATES}.4", "2015-08-01")
    new_id(observation)
    kind = code(observation, "code", "55607006", SNOMED, "Problem")
    code(kind, "translation", "75326-9", LOINC, "Problem")
    reference(observation, row)
    node(observation, "statusCode", code="completed")
    interval(observation, resource.get("onsetDateTime"), resource.get("abatementDateTime"))
    concept(observation, "value", resource.get("code"), SNOMED, "CD")


def allergy(parent: Element, resource: Resource, row: str) -> None:
    """Allergy Concern Act with its Allergy Observation; "no known" is a negation."""
    relation = _concern(parent, "30", resource, row)
    is_negated = has_code(resource, "code", *_NO_KNOWN)
    negation = {"negationInd": "true"} if is_negated else {}
    observation = node(relation, "observation", classCode="OBS", moodCode="EVN", **negation)
    template(observation, f"{_TEMPLATES}.7", "2014-06-09")
    new_id(observation)
    node(observation, "code", code="ASSERTION", codeSystem=_ACT_CODE)
    reference(observation, row)
    node(observation, "statusCode", code="completed")
    interval(observation, resource.get("onsetDateTime"), None)
    kind = code(observation, "value", "419199007", SNOMED, "Allergy to substance")
    kind.set("{http://www.w3.org/2001/XMLSchema-instance}type", "CD")
    _substance(observation, resource, is_negated)
    for reaction in walk(resource, "reaction"):
        _reaction(observation, reaction, row)


def _substance(observation: Element, resource: Resource, is_negated: bool) -> None:
    participant = node(observation, "participant", typeCode="CSM")
    role = node(participant, "participantRole", classCode="MANU")
    entity = node(role, "playingEntity", classCode="MMAT")
    if is_negated:
        node(entity, "code", nullFlavor="NA")
        return
    concept(entity, "code", resource.get("code"), RXNORM)


def _reaction(observation: Element, reaction: Any, row: str) -> None:
    for manifestation in walk(reaction, "manifestation"):
        relation = node(observation, "entryRelationship", typeCode="MFST", inversionInd="true")
        found = node(relation, "observation", classCode="OBS", moodCode="EVN")
        template(found, f"{_TEMPLATES}.9", "2014-06-09")
        new_id(found)
        node(found, "code", code="ASSERTION", codeSystem=_ACT_CODE)
        reference(found, row)
        node(found, "statusCode", code="completed")
        concept(found, "value", manifestation, SNOMED, "CD")


def medication(parent: Element, resource: Resource, row: str) -> None:
    """Medication Activity: an order is intended, what a patient reports is taken."""
    is_reported = resource.get("reportedBoolean") is True
    activity = node(
        parent,
        "substanceAdministration",
        classCode="SBADM",
        moodCode="EVN" if is_reported else "INT",
    )
    template(activity, f"{_TEMPLATES}.16", "2014-06-09")
    new_id(activity)
    reference(activity, row)
    is_active = resource.get("status") in ("active", "on-hold", "draft")
    node(activity, "statusCode", code="active" if is_active else "completed")
    bounds = "dosageInstruction.timing.repeat.boundsPeriod"
    started = first(resource, f"{bounds}.start", "authoredOn")
    interval(activity, started, first(resource, f"{bounds}.end"))
    route = first(resource, "dosageInstruction.route")
    if route is not None:
        concept(activity, "routeCode", route, SNOMED)
    _dose(activity, first(resource, "dosageInstruction.doseAndRate.doseQuantity"))
    product = node(node(activity, "consumable"), "manufacturedProduct", classCode="MANU")
    template(product, f"{_TEMPLATES}.23", "2014-06-09")
    material = node(product, "manufacturedMaterial")
    named = resource.get("medicationCodeableConcept") or {"text": medication_words(resource)}
    concept(material, "code", named, RXNORM)


def _dose(activity: Element, dose: Any) -> None:
    if not isinstance(dose, dict) or dose.get("value") is None:
        node(activity, "doseQuantity", nullFlavor="UNK")
        return
    unit = {"unit": str(dose["code"])} if dose.get("code") else {}
    node(activity, "doseQuantity", value=str(dose["value"]), **unit)


def immunization(parent: Element, resource: Resource, row: str) -> None:
    """Immunization Activity; one not given is negated."""
    not_given = "true" if resource.get("status") == "not-done" else "false"
    activity = node(
        parent,
        "substanceAdministration",
        classCode="SBADM",
        moodCode="EVN",
        negationInd=not_given,
    )
    template(activity, f"{_TEMPLATES}.52", "2015-08-01")
    new_id(activity)
    reference(activity, row)
    node(activity, "statusCode", code="completed")
    time(activity, "effectiveTime", resource.get("occurrenceDateTime"))
    product = node(node(activity, "consumable"), "manufacturedProduct", classCode="MANU")
    template(product, f"{_TEMPLATES}.54", "2014-06-09")
    material = node(product, "manufacturedMaterial")
    concept(material, "code", resource.get("vaccineCode"), CVX)
    if resource.get("lotNumber"):
        node(material, "lotNumberText", resource["lotNumber"])


_PROCEDURE_STATUS = {
    "completed": "completed",
    "in-progress": "active",
    "not-done": "cancelled",
    "stopped": "aborted",
}


def procedure(parent: Element, resource: Resource, row: str) -> None:
    """Procedure Activity Procedure."""
    done = node(parent, "procedure", classCode="PROC", moodCode="EVN")
    template(done, f"{_TEMPLATES}.14", "2014-06-09")
    new_id(done)
    concept(done, "code", resource.get("code"), SNOMED)
    reference(done, row)
    status = str(resource.get("status"))
    node(done, "statusCode", code=_PROCEDURE_STATUS.get(status, "completed"))
    time(done, "effectiveTime", first(resource, "performedDateTime", "performedPeriod.start"))


def visit(parent: Element, resource: Resource, row: str) -> None:
    """Encounter Activity."""
    found = node(parent, "encounter", classCode="ENC", moodCode="EVN")
    template(found, f"{_TEMPLATES}.49", "2015-08-01")
    new_id(found)
    concept(found, "code", first(resource, "type"), SNOMED)
    reference(found, row)
    interval(found, first(resource, "period.start"), first(resource, "period.end"))
