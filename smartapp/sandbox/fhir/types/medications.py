"""MedicationRequest, MedicationAdministration, MedicationDispense, Immunization."""

from smartapp.sandbox.fhir.checks import at_least_one, id_alone, not_both
from smartapp.sandbox.fhir.definition import (
    TypeDef,
    date,
    ids,
    page_count,
    patient_param,
    reference,
    token,
    updated,
)
from smartapp.sandbox.fhir.dialects import (
    BOUNDS,
    LOWER,
    LOWER_TIMED,
    ORDER_UPDATED,
    VACCINATION,
    VISIT,
)

MEDICATION_REQUEST = TypeDef(
    name="MedicationRequest",
    does="rscp",
    params=(
        ids(),
        patient_param("subject"),
        token("intent", "intent"),
        token("status", "status"),
        date("-timing-boundsPeriod", BOUNDS, "dosageInstruction.timing.repeat.boundsPeriod"),
        updated(ORDER_UPDATED),
        page_count(),
    ),
    checks=(at_least_one("_id", "patient", paged=True), id_alone()),
    patient=("subject",),
    page=25,
    revinclude=True,
    required=("status", "intent"),
)

MEDICATION_ADMINISTRATION = TypeDef(
    name="MedicationAdministration",
    params=(
        ids(),
        patient_param("subject"),
        token("status", "status"),
        reference("performer", "performer.actor", many=True),
        date("effective-time", VISIT, "effectiveDateTime", "effectivePeriod"),
        page_count(listed=False),
    ),
    checks=(at_least_one("_id", "patient", paged=True), id_alone()),
    patient=("subject",),
    page=50,
    required=("status",),
)

MEDICATION_DISPENSE = TypeDef(
    name="MedicationDispense",
    params=(
        ids(),
        patient_param("subject"),
        date("date", LOWER, "whenHandedOver", "whenPrepared"),
        updated(LOWER_TIMED),
        page_count(),
    ),
    checks=(at_least_one("_id", "patient", paged=True), id_alone()),
    patient=("subject",),
    page=50,
    revinclude=True,
    required=("status",),
)

IMMUNIZATION = TypeDef(
    name="Immunization",
    does="rscu",
    params=(
        ids(),
        patient_param("patient"),
        date("date", VACCINATION, "occurrenceDateTime"),
        token("target-disease", "protocolApplied.targetDisease", "vaccineCode"),
        updated(LOWER),
    ),
    checks=(
        at_least_one("_id", "patient"),
        not_both("date", "_lastUpdated"),
        id_alone(),
    ),
    patient=("patient",),
    total=True,
    revinclude=True,
    required=("status",),
)

TYPES = (MEDICATION_REQUEST, MEDICATION_ADMINISTRATION, MEDICATION_DISPENSE, IMMUNIZATION)
