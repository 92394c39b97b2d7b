"""Writing MedicationRequest (documented home medications only) and Immunization."""

from typing import Any

from smartapp.sandbox.fhir.paths import walk
from smartapp.sandbox.fhir.rules.rule import (
    PatchOp,
    WriteRule,
    Writing,
    code_of,
    known,
    number_of,
    timed,
)
from smartapp.sandbox.fhir.wire import Resource

_REQUEST = "http://terminology.hl7.org/CodeSystem/medicationrequest-category"
_STATEMENT = "http://terminology.hl7.org/CodeSystem/medication-statement-category"


def _is_reported(writing: Writing) -> str | None:
    reported = writing.body.get("reportedBoolean") is True
    return None if reported else "reportedBoolean must be true: orders cannot be written"


def _one_medication(writing: Writing) -> str | None:
    codings = walk(writing.body, "medicationCodeableConcept.coding")
    has_text = bool(writing.get("medicationCodeableConcept.text"))
    good = len(codings) == 1 or (not codings and has_text)
    return None if good else "medicationCodeableConcept must be a text or exactly one coding"


def _dose_fits(writing: Writing) -> str | None:
    path = "dosageInstruction.doseAndRate.doseQuantity"
    for one in walk(writing.body, path):
        if bool(one.get("system")) != bool(one.get("code")):
            return "system and code of a dose go together"
    return None


def _coded(system: str, code: str, display: str) -> dict[str, Any]:
    return {"coding": [{"system": system, "code": code, "display": display}], "text": display}


def _finish_request(writing: Writing, resource: Resource) -> Resource:
    categories = [
        _coded(_REQUEST, "community", "Community"),
        _coded(_STATEMENT, "patientspecified", "Patient Specified"),
    ]
    return {"category": categories, "authoredOn": writing.now} | resource


def _is_home_medication(writing: Writing) -> str | None:
    before = writing.before or {}
    codes = set(walk(before, "category.coding.code"))
    if before.get("reportedBoolean") is True and {"community", "patientspecified"} <= codes:
        return None
    return "only documented home medications can be changed"


MEDICATION_REQUEST = WriteRule(
    name="MedicationRequest",
    elements="status intent reportedBoolean doNotPerform medicationCodeableConcept subject "
    "encounter note dosageInstruction dispenseRequest substitution",
    create="status intent reportedBoolean medicationCodeableConcept subject",
    checks=(
        code_of("status", "active"),
        code_of("intent", "order", "plan"),
        number_of("dosageInstruction", 0, 1),
        number_of("dosageInstruction.doseAndRate", 0, 1),
        known("subject", "Patient"),
        known("encounter", "Encounter"),
        _is_reported,
        _one_medication,
        _dose_fits,
        lambda writing: "doNotPerform must be false" if writing.get("doNotPerform") else None,
    ),
    finish=_finish_request,
    patches=(PatchOp("/status", values=("stopped", "cancelled")),),
    patch_check=_is_home_medication,
)


def _visit_fits(writing: Writing) -> str | None:
    if writing.body.get("primarySource") is False or writing.get("encounter") is not None:
        return None
    return "encounter is required for a charted immunization"


def _source_fits(writing: Writing) -> str | None:
    primary = writing.body.get("primarySource", True)
    if writing.get("reportOrigin") is not None and primary is True:
        return "reportOrigin excludes primarySource true"
    if writing.is_update and writing.body.get("primarySource") is True:
        return "primarySource must not be true on update"
    return None


IMMUNIZATION = WriteRule(
    name="Immunization",
    elements="status statusReason vaccineCode patient encounter occurrenceDateTime primarySource "
    "reportOrigin manufacturer lotNumber expirationDate site route doseQuantity performer note "
    "protocolApplied",
    create="status vaccineCode patient occurrenceDateTime",
    update="status vaccineCode patient occurrenceDateTime id",
    fixed="patient",
    checks=(
        code_of("status", "completed", "not-done", "entered-in-error"),
        known("patient", "Patient"),
        known("encounter", "Encounter"),
        timed("occurrenceDateTime"),
        _visit_fits,
        _source_fits,
    ),
    finish=lambda writing, resource: {"primarySource": True} | resource,
    shape=lambda body: "HM{}" if body.get("status") == "not-done" else "M{}",
)

RULES = (MEDICATION_REQUEST, IMMUNIZATION)
