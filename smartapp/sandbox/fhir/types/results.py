"""Observation, DiagnosticReport, Specimen, Media."""

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
from smartapp.sandbox.fhir.dialects import REPORTED, WINDOW
from smartapp.sandbox.fhir.special import has_code
from smartapp.sandbox.fhir.wire import Resource


def _is_social_history(resource: Resource) -> bool:
    return has_code(resource, "category", "social-history")


EFFECTIVE = ("effectiveDateTime", "effectivePeriod", "effectiveInstant")

OBSERVATION = TypeDef(
    name="Observation",
    does="rscu",
    params=(
        ids(),
        patient_param("subject"),
        patient_param("subject", name="subject"),
        token("category", "category"),
        token("code", "code"),
        date("date", WINDOW, *EFFECTIVE),
        updated(WINDOW),
        page_count(),
    ),
    checks=(
        at_least_one("_id", "patient", "subject", paged=True),
        not_both("patient", "subject"),
        not_both("date", "_lastUpdated"),
        id_alone(),
    ),
    patient=("subject",),
    dated=(*EFFECTIVE, "issued"),
    order="newest",
    leads=_is_social_history,
    page=50,
    revinclude=True,
    required=("status",),
)

DIAGNOSTIC_REPORT = TypeDef(
    name="DiagnosticReport",
    does="rsc",
    params=(
        ids(),
        patient_param("subject"),
        token("category", "category"),
        token("code", "code"),
        reference("encounter", "encounter", many=True),
        date("date", REPORTED, "effectiveDateTime", "effectivePeriod"),
        updated(WINDOW),
        page_count(),
    ),
    checks=(
        at_least_one("_id", "patient", paged=True),
        not_both("date", "_lastUpdated"),
        id_alone(),
    ),
    patient=("subject",),
    page=10,
    page_max=100,
    revinclude=True,
    required=("status",),
)

SPECIMEN = TypeDef(
    name="Specimen", params=(ids(),), checks=(at_least_one("_id"),), patient=("subject",)
)

MEDIA = TypeDef(name="Media", does="r", patient=("subject",))

TYPES = (OBSERVATION, DIAGNOSTIC_REPORT, SPECIMEN, MEDIA)
