"""Allergies, conditions, procedures and family history of a chart."""

from datetime import datetime
from typing import Any
from uuid import UUID

from smartapp.sandbox.generator import systems
from smartapp.sandbox.generator.datatypes import (
    Json,
    coding,
    concept,
    extension,
    present,
    standard,
)
from smartapp.sandbox.generator.world import Chart

_T = systems.TERMINOLOGY
_CONDITION = {
    "problem-list-item": (_T + "condition-category", "Problem List Item"),
    "encounter-diagnosis": (_T + "condition-category", "Encounter Diagnosis"),
    "health-concern": (
        "http://hl7.org/fhir/us/core/CodeSystem/condition-category",
        "Health Concern",
    ),
}
ERROR = "entered-in-error"


def status(kind: str, code: str) -> Json:
    """One of the standard status codes of a code system of HL7's."""
    display = code.replace("-", " ").title()
    return concept(display, coding(_T + kind, code, display))


def clinical(code: str) -> Json:
    """Clinical status of a condition."""
    return status("condition-clinical", code)


def verified(code: str) -> Json:
    """Verification status of a condition."""
    return status("condition-ver-status", code)


def snomed(code: str, text: str) -> Json:
    """A concept with one SNOMED CT coding."""
    return standard(systems.SNOMED, code, text)


def problem(chart: Chart, code: Json, at: datetime, **more: Any) -> Json:
    """Write a condition; `kind` is its category, `verification` its verification status."""
    kind = more.pop("kind", "problem-list-item")
    verification = more.pop("verification", "confirmed")
    key = chart.next_id({"problem-list-item": "p", "encounter-diagnosis": "d"}.get(kind, ""))
    version = key.strip("pd")
    if kind == "health-concern":
        key = version = str(UUID(int=int(key) * 0x9E3779B97F4A7C15, version=4))
    system, title = _CONDITION[kind]
    elements = {
        "clinicalStatus": None if verification == ERROR else clinical("active"),
        "verificationStatus": verified(verification),
        "category": [concept(title, coding(system, kind, title))],
        "code": code,
        "subject": chart.subject,
        "encounter": chart.visit if kind == "encounter-diagnosis" else None,
        "recordedDate": chart.world.stamp(at),
        "recorder": chart.author,
        **more,
    }
    resource = {"resourceType": "Condition", "id": key, **present(**elements)}
    return chart.world.add(resource, at, version)


def diagnosis(chart: Chart, code: str, text: str, at: datetime, **more: Any) -> Json:
    """Write an encounter diagnosis coded in ICD-10-CM."""
    role = more.pop("role", "Admitting")
    return problem(
        chart,
        concept(text, coding(systems.ICD10CM, code, text, True)),
        at,
        kind="encounter-diagnosis",
        extension=[extension("diagnosis-type", valueCodeableConcept={"text": role})],
        **more,
    )


def allergy(chart: Chart, code: Json, at: datetime, **more: Any) -> Json:
    """Write an allergy or intolerance; `verification` as for conditions."""
    verification = more.pop("verification", "confirmed")
    key = more.pop("id", None) or chart.next_id()
    elements = {
        "clinicalStatus": None
        if verification == ERROR
        else status("allergyintolerance-clinical", "active"),
        "verificationStatus": status("allergyintolerance-verification", verification),
        "type": "allergy",
        "category": ["medication"],
        "code": code,
        "patient": chart.subject,
        "recordedDate": chart.world.stamp(at),
        "recorder": chart.author,
        **more,
    }
    resource = {"resourceType": "AllergyIntolerance", "id": key, **present(**elements)}
    return chart.world.add(resource, at, chart.next_id())


def reaction(*manifestations: tuple[str, str], **more: Any) -> Json:
    """One reaction event of an allergy, with (SNOMED CT code, text) manifestations."""
    return present(manifestation=[snomed(code, text) for code, text in manifestations], **more)


def procedure(chart: Chart, code: Json, at: datetime, **more: Any) -> Json:
    """Write a procedure performed at a time, unless `more` says otherwise."""
    elements = {
        "status": "completed",
        "code": code,
        "subject": chart.subject,
        "encounter": chart.visit,
        "performedDateTime": chart.world.stamp(at),
        "recorder": chart.author,
        **more,
    }
    if "_performedDateTime" in more or "performedPeriod" in more:
        elements["performedDateTime"] = None
    key = elements.pop("id", None) or chart.next_id()
    resource = {"resourceType": "Procedure", "id": key, **present(**elements)}
    return chart.world.add(resource, at)


def relative(chart: Chart, role: tuple[str, str], conditions: list[Json], **more: Any) -> Json:
    """Write the history of one relative; role is a v3-RoleCode and its word."""
    number = chart.next_id()
    elements = {
        "status": "completed",
        "patient": chart.subject,
        "date": chart.world.stamp(chart.world.ago(days=200)),
        "relationship": standard(systems.V3 + "RoleCode", *role),
        "condition": conditions,
        **more,
    }
    resource = {"resourceType": "FamilyMemberHistory", "id": f"{chart.patient_id}-{number}"}
    return chart.world.add({**resource, **present(**elements)}, chart.world.ago(days=200))


def family_condition(code: Json, positive: bool = True, **more: Any) -> Json:
    """A relative's condition; when not positive the modifier extension reverses it."""
    result = (
        ("10828004", "Positive", "POSITIVE") if positive else ("260385009", "Negative", "NEGATIVE")
    )
    value = concept(result[2], coding(systems.SNOMED, result[0], f"{result[1]} (qualifier value)"))
    state = status("condition-clinical", "active")
    return present(
        modifierExtension=[
            extension("condition-result", valueCodeableConcept=value),
            extension("condition-lifecycle-status", valueCodeableConcept=state),
        ],
        code=code,
        **more,
    )
