"""Writing AllergyIntolerance, Condition, Procedure, FamilyMemberHistory."""

from typing import Any

from smartapp.sandbox.fhir.paths import targets, walk
from smartapp.sandbox.fhir.rules.rule import (
    WriteRule,
    Writing,
    code_of,
    known,
    not_code,
    number_of,
    timed,
)
from smartapp.sandbox.fhir.special import has_code
from smartapp.sandbox.fhir.wire import Resource

_NO_KNOWN = ("716186003", "409137002")
_CATEGORIES = ("medication", "food", "environment")
_WITHDRAWN = ("entered-in-error", "refuted")


def _others(writing: Writing, resource: Resource) -> list[Resource]:
    """The patient's other active allergies."""
    _, patient = next(iter(targets(resource, ("patient",))))
    rows = writing.store.of_patient("AllergyIntolerance", patient)
    return [
        row.resource
        for row in rows
        if row.resource["id"] != resource.get("id")
        and has_code(row.resource, "clinicalStatus", "active")
    ]


def _no_known_is_true(writing: Writing) -> str | None:
    if not has_code(writing.body, "code", *_NO_KNOWN) or writing.is_update:
        return None
    others = [
        one for one in _others(writing, writing.body) if not has_code(one, "code", *_NO_KNOWN)
    ]
    return "no known allergies cannot be recorded while allergies are active" if others else None


def _one_manifestation(writing: Writing) -> str | None:
    reactions = walk(writing.body, "reaction")
    wrong = [one for one in reactions if len(walk(one, "manifestation")) != 1]
    return "reaction must have exactly one manifestation" if wrong else None


def _finish_allergy(writing: Writing, resource: Resource) -> Resource:
    """One category, notes stamped; a new allergy ends "no known allergies"."""
    sent = walk(resource, "category")
    kept = [one for one in _CATEGORIES if one in sent][:1]
    finished = resource | ({"category": kept} if kept else {})
    if not writing.is_update and not has_code(resource, "code", *_NO_KNOWN):
        for one in _others(writing, resource):
            if has_code(one, "code", *_NO_KNOWN):
                writing.store.put(one | {"clinicalStatus": _inactive()})
    return stamp_notes(writing, finished)


def _inactive() -> dict[str, Any]:
    system = "http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical"
    coding = {"system": system, "code": "inactive", "display": "Inactive"}
    return {"coding": [coding], "text": "Inactive"}


def stamp_notes(writing: Writing, resource: Resource) -> Resource:
    """Notes get the server's time and the signed-in author; old ones stay as they were."""
    before = {one.get("id"): one for one in walk(writing.before or {}, "note")}
    notes = []
    for number, note in enumerate(walk(resource, "note"), 1):
        old = before.get(note.get("id")) if note.get("id") else None
        author = {"authorReference": {"reference": f"Practitioner/{writing.user}"}}
        stamped = {"id": f"CI-{resource['id']}-{number}", "time": writing.now}
        notes.append(old or ((author if writing.user else {}) | note | stamped))
    return resource | ({"note": notes} if notes else {})


ALLERGY = WriteRule(
    name="AllergyIntolerance",
    elements="clinicalStatus verificationStatus category code patient type criticality encounter "
    "asserter contained onsetDateTime note reaction",
    create="clinicalStatus code patient",
    update="code patient",
    fixed="code patient",
    checks=(
        not_code("verificationStatus.coding.code", "entered-in-error", "refuted", on="c"),
        not_code("verificationStatus.coding.code", "refuted", on="u"),
        not_code("category", "biologic"),
        known("patient", "Patient"),
        known("encounter", "Encounter"),
        _one_manifestation,
        _no_known_is_true,
    ),
    finish=_finish_allergy,
)


def _is_diagnosis(writing: Writing) -> bool:
    return "encounter-diagnosis" in writing.codes("category")


def _status_fits(writing: Writing) -> str | None:
    clinical = writing.codes("clinicalStatus")
    withdrawn = [one for one in writing.codes("verificationStatus") if one in _WITHDRAWN]
    if not clinical and not (writing.is_update and withdrawn):
        return "clinicalStatus is required"
    if _is_diagnosis(writing) and clinical and clinical != ["active"]:
        return "clinicalStatus of a diagnosis must be active"
    return None


def _diagnosis_fits(writing: Writing) -> str | None:
    if not _is_diagnosis(writing):
        return (
            "encounter is for diagnoses only" if writing.is_update and _has_visit(writing) else None
        )
    if not _has_visit(writing):
        return "encounter is required for a diagnosis"
    return "a diagnosis has no abatement" if writing.get("abatementDateTime") else None


def _has_visit(writing: Writing) -> bool:
    return writing.get("encounter") is not None


def _problem_is_ours(writing: Writing) -> str | None:
    """Health concerns are read-only."""
    before = writing.before
    if before is not None and has_code(before, "category", "health-concern"):
        return "health concerns are read-only"
    return None


def _notes_are_new(writing: Writing) -> str | None:
    had = walk(writing.before or {}, "note")
    return "note cannot be changed" if had and walk(writing.body, "note") != had else None


def _finish_condition(writing: Writing, resource: Resource) -> Resource:
    who = {"reference": f"Practitioner/{writing.user}"}
    new = {} if writing.is_update else {"recordedDate": writing.now, "recorder": who}
    return stamp_notes(writing, (new if writing.user else {}) | resource)


CONDITION = WriteRule(
    name="Condition",
    elements="category clinicalStatus verificationStatus code subject encounter onsetDateTime "
    "abatementDateTime severity note",
    create="category code subject",
    update="category code subject id",
    fixed="subject",
    checks=(
        number_of("category", 1, 1),
        code_of("category.coding.code", "problem-list-item", "encounter-diagnosis"),
        not_code("verificationStatus.coding.code", *_WITHDRAWN, on="c"),
        known("subject", "Patient"),
        known("encounter", "Encounter"),
        _problem_is_ours,
        _status_fits,
        _diagnosis_fits,
        _notes_are_new,
    ),
    finish=_finish_condition,
    shape=lambda body: "d{}" if has_code(body, "category", "encounter-diagnosis") else "p{}",
    mixes=("code",),
)

PROCEDURE = WriteRule(
    name="Procedure",
    elements="status code subject encounter performedDateTime performedPeriod performer location "
    "note",
    create="status code subject performedDateTime|performedPeriod",
    checks=(
        code_of("status", "completed"),
        known("subject", "Patient"),
        known("encounter", "Encounter"),
        known("performer.actor", "Practitioner"),
        timed("performedDateTime", "performedPeriod.start"),
    ),
)


def _conditions_fit(writing: Writing) -> str | None:
    conditions = walk(writing.body, "condition")
    if conditions and not writing.is_update:
        return "condition cannot be provided on create"
    wrong = [one for one in conditions if not walk(one, "modifierExtension:condition-result")]
    return "condition must have a condition-result" if wrong else None


FAMILY_MEMBER_HISTORY = WriteRule(
    name="FamilyMemberHistory",
    elements="status patient relationship name sex born bornDate bornPeriod bornString "
    "deceasedBoolean deceasedAge deceasedDate dataAbsentReason extension condition",
    create="status patient relationship",
    update="status patient relationship id",
    fixed="patient",
    checks=(known("patient", "Patient"), _conditions_fit),
    finish=lambda writing, resource: (
        {"deceasedBoolean": False} | resource
        if not any(name.startswith("deceased") for name in resource)
        else resource
    ),
    modifiers=True,
    needs_match=False,
)

RULES = (ALLERGY, CONDITION, PROCEDURE, FAMILY_MEMBER_HISTORY)
