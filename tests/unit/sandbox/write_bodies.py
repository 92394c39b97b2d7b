"""Bodies that the sandbox accepts, and the records that they are about."""

from base64 import b64encode

from tests.unit.sandbox.fhir_factory import concept, concepts, make, observation, to

OWN = "https://fhir.cerner.com/t/codeSet/72"
LOINC = "http://loinc.org"
PATIENT = make("Patient", "1", active=True, name=[{"id": "CI-1", "family": "A"}], gender="female")
DOCTOR = make("Practitioner", "900")
VISIT = make("Encounter", "7", status="in-progress", subject=to("Patient/1"))
SLOT = make("Slot", "5", status="free", start="2026-06-01T08:00:00Z", end="2026-06-01T08:30:00Z")
ORGANIZATION = make("Organization", "3", name="Northside", active=True)
ALLERGY = make(
    "AllergyIntolerance",
    "11",
    patient=to("Patient/1"),
    code=concept("7980"),
    clinicalStatus=concept("active"),
    criticality="high",
    recordedDate="2020-01-01",
)
PROBLEM = make(
    "Condition",
    "p1",
    category=concepts("problem-list-item"),
    clinicalStatus=concept("active"),
    code=concept("38341003"),
    subject=to("Patient/1"),
)
HOME_MEDICATION = make(
    "MedicationRequest",
    "21",
    status="active",
    intent="plan",
    reportedBoolean=True,
    category=[concept("community"), concept("patientspecified")],
    subject=to("Patient/1"),
)
APPOINTMENT = make("Appointment", "31", status="booked", participant=[{"actor": to("Patient/1")}])
COVERAGE = make("Coverage", "41", status="active", beneficiary=to("Patient/1"))
DOCUMENT = make(
    "DocumentReference",
    "51",
    status="current",
    docStatus="final",
    subject=to("Patient/1"),
    context={"encounter": [to("Encounter/7")]},
)
RECORDS = [
    PATIENT,
    DOCTOR,
    VISIT,
    SLOT,
    ORGANIZATION,
    ALLERGY,
    PROBLEM,
    HOME_MEDICATION,
    APPOINTMENT,
    COVERAGE,
    DOCUMENT,
    observation("VS-61", category=concepts("vital-signs"), identifier=[{"value": "CE61"}]),
]
PERFORMER = [
    {
        **to("Practitioner/900"),
        "extension": [
            {
                "url": "http://hl7.org/fhir/StructureDefinition/event-performerFunction",
                "valueCodeableConcept": concept("LA"),
            }
        ],
    }
]


def vital(**elements):
    given = {
        "resourceType": "Observation",
        "status": "final",
        "category": concepts("vital-signs"),
        "code": concept("8867-4", LOINC),
        "subject": to("Patient/1"),
        "effectiveDateTime": "2026-05-01T08:00:00Z",
        "valueQuantity": {"value": 71, "unit": "/min"},
        "performer": PERFORMER,
    }
    return _without_none(given | elements)


def condition(**elements):
    given = {
        "resourceType": "Condition",
        "category": concepts("problem-list-item"),
        "clinicalStatus": concept("active"),
        "code": concept("73211009", "http://snomed.info/sct"),
        "subject": to("Patient/1"),
    }
    return _without_none(given | elements)


def allergy(**elements):
    given = {
        "resourceType": "AllergyIntolerance",
        "clinicalStatus": concept("active"),
        "code": concept("1191"),
        "patient": to("Patient/1"),
    }
    return _without_none(given | elements)


def document(text="<p>Well.</p>", **elements):
    media = "text/html;charset=utf-8"
    attachment = {"contentType": media, "data": b64encode(text.encode()).decode()}
    given = {
        "resourceType": "DocumentReference",
        "status": "current",
        "docStatus": "final",
        "type": concept("11506-3", LOINC),
        "subject": to("Patient/1"),
        "author": [to("Practitioner/900")],
        "content": [{"attachment": attachment}],
        "context": {
            "encounter": [to("Encounter/7")],
            "period": {"end": "2026-05-01T09:00:00Z"},
        },
    }
    return _without_none(given | elements)


def medication(**elements):
    given = {
        "resourceType": "MedicationRequest",
        "status": "active",
        "intent": "plan",
        "reportedBoolean": True,
        "medicationCodeableConcept": {"text": "metformin"},
        "subject": to("Patient/1"),
    }
    return _without_none(given | elements)


def booking(**elements):
    given = {
        "resourceType": "Appointment",
        "status": "booked",
        "slot": [to("Slot/5")],
        "participant": [{"actor": to("Patient/1"), "status": "accepted"}],
    }
    return _without_none(given | elements)


def immunization(**elements):
    given = {
        "resourceType": "Immunization",
        "status": "completed",
        "vaccineCode": concept("140"),
        "patient": to("Patient/1"),
        "occurrenceDateTime": "2026-05-01T08:00:00Z",
        "encounter": to("Encounter/7"),
    }
    return _without_none(given | elements)


def _without_none(resource):
    return {name: value for name, value in resource.items() if value is not None}
