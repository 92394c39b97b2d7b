"""DocumentReference, Binary, Communication, Consent, Questionnaire(Response), Provenance."""

from smartapp.sandbox.fhir.checks import (
    at_least_one,
    exactly_one,
    id_alone,
    needs,
    not_both,
)
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
from smartapp.sandbox.fhir.dialects import DOCUMENT_PERIOD, RECEIVED, REPORTED, WINDOW

_MESSAGE = ("category", "recipient", "received", "-email-status")

DOCUMENT_REFERENCE = TypeDef(
    name="DocumentReference",
    does="rscu",
    params=(
        ids(),
        patient_param("subject"),
        reference("encounter", "context.encounter", many=True),
        token("type", "type"),
        token("category", "category"),
        date("period", DOCUMENT_PERIOD, "context.period"),
        date("date", REPORTED, "date"),
        updated(WINDOW),
        page_count(),
    ),
    checks=(
        at_least_one("_id", "patient", paged=True),
        not_both("date", "period"),
        not_both("date", "_lastUpdated"),
        not_both("period", "_lastUpdated"),
        id_alone(),
    ),
    patient=("subject",),
    page=10,
    page_max=100,
    revinclude=True,
    operations={"docref": "Fetch a patient's documents: a continuity of care document."},
)

BINARY = TypeDef(
    name="Binary",
    does="r",
    operations={"autogen-ccd-if": "Generate a Continuity of Care Document (CCD)."},
)

COMMUNICATION = TypeDef(
    name="Communication",
    does="rscp",
    params=(
        ids(),
        token("category", "category"),
        date("received", RECEIVED, "received"),
        reference("recipient", "recipient", modifiers=("Practitioner", "Group")),
        token("-email-status", "extension:email-status.valueCodeableConcept"),
    ),
    checks=(
        at_least_one("_id", *_MESSAGE),
        id_alone(),
        *(needs(name, *(one for one in _MESSAGE if one != name)) for name in _MESSAGE),
    ),
    patient=("subject",),
    required=("status",),
)

CONSENT = TypeDef(
    name="Consent",
    params=(
        ids(),
        patient_param("patient"),
        reference("actor", "provision.actor.reference"),
        token("patient.identifier", "patient", chain=("identifier",), many=False),
        token("actor.identifier", "provision.actor.reference", chain=("identifier",), many=False),
    ),
    checks=(exactly_one("_id", "actor", "patient", "actor.identifier", "patient.identifier"),),
    patient=("patient",),
    includes=("Consent:actor", "Consent:patient"),
    required=("status",),
)

QUESTIONNAIRE = TypeDef(name="Questionnaire", params=(ids(),), checks=(at_least_one("_id"),))

QUESTIONNAIRE_RESPONSE = TypeDef(
    name="QuestionnaireResponse",
    does="rsu",
    params=(ids(), patient_param("subject")),
    checks=(at_least_one("_id", "patient"), id_alone()),
    patient=("subject",),
    required=("status",),
)

PROVENANCE = TypeDef(
    name="Provenance",
    does="rsc",
    params=(ids(), reference("target", "target", many=True)),
    checks=(exactly_one("_id", "target"),),
    patient=("target",),
    total=True,
)

TYPES = (
    DOCUMENT_REFERENCE,
    BINARY,
    COMMUNICATION,
    CONSENT,
    QUESTIONNAIRE,
    QUESTIONNAIRE_RESPONSE,
    PROVENANCE,
)
