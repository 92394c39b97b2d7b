"""AllergyIntolerance, Condition, Procedure, FamilyMemberHistory."""

from smartapp.sandbox.fhir.checks import at_least_one, id_alone, not_both, only_value
from smartapp.sandbox.fhir.definition import (
    TypeDef,
    date,
    ids,
    patient_param,
    reference,
    token,
    updated,
)
from smartapp.sandbox.fhir.dialects import PERFORMED, WINDOW
from smartapp.sandbox.fhir.special import of_visit

ALLERGY_INTOLERANCE = TypeDef(
    name="AllergyIntolerance",
    does="rscu",
    params=(
        ids(),
        patient_param("patient"),
        token("clinical-status", "clinicalStatus"),
        updated(WINDOW),
    ),
    checks=(at_least_one("_id", "patient"), id_alone()),
    patient=("patient",),
    revinclude=True,
)

CONDITION = TypeDef(
    name="Condition",
    does="rscu",
    params=(
        ids(),
        patient_param("subject"),
        patient_param("subject", name="subject"),
        reference("encounter", matches=of_visit, many=True),
        token("clinical-status", "clinicalStatus"),
        token("category", "category"),
        updated(WINDOW),
    ),
    checks=(
        at_least_one("_id", "patient", "subject"),
        id_alone(),
        not_both("patient", "subject"),
        only_value("category", "problem-list-item", "encounter-diagnosis", "health-concern"),
    ),
    patient=("subject",),
    revinclude=True,
)

PROCEDURE = TypeDef(
    name="Procedure",
    does="rsc",
    params=(
        ids(),
        patient_param("subject"),
        patient_param("subject", name="subject"),
        date("date", PERFORMED, "performedDateTime", "performedPeriod"),
        updated(WINDOW),
    ),
    checks=(
        at_least_one("_id", "patient", "subject"),
        not_both("patient", "subject"),
        not_both("date", "_lastUpdated"),
        id_alone(),
    ),
    patient=("subject",),
    revinclude=True,
    required=("status",),
)

FAMILY_MEMBER_HISTORY = TypeDef(
    name="FamilyMemberHistory",
    does="rscu",
    params=(ids(), patient_param("patient"), token("status", "status")),
    checks=(at_least_one("_id", "patient"), id_alone()),
    patient=("patient",),
    required=("status",),
)

TYPES = (ALLERGY_INTOLERANCE, CONDITION, PROCEDURE, FAMILY_MEMBER_HISTORY)
