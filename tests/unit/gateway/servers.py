"""CapabilityStatements of two invented servers: one Millennium-like, one of plain base R4."""

from smartapp.fhir.types import REGISTRY
from smartapp.gateway.capability import Capability

_READ_SEARCH = ["read", "search-type"]
_PROVENANCE = [
    "AllergyIntolerance",
    "CarePlan",
    "CareTeam",
    "Condition",
    "Device",
    "DiagnosticReport",
    "DocumentReference",
    "Encounter",
    "Goal",
    "Immunization",
    "MedicationRequest",
    "NutritionOrder",
    "Observation",
    "Patient",
    "Procedure",
    "ServiceRequest",
]
_PARAMETERS = {
    "Account": "_id patient -encounter -guarantor type identifier _count",
    "AllergyIntolerance": "_id patient clinical-status _lastUpdated",
    "Appointment": "_id _count date -date-or-req-period patient practitioner location status",
    "CarePlan": "_id date patient category _count",
    "CareTeam": "_id category encounter patient status",
    "ChargeItem": "_id context account -status _count",
    "Communication": "_id category received recipient -email-status",
    "Condition": "_id patient encounter subject clinical-status category _lastUpdated",
    "Consent": "_id patient actor patient.identifier actor.identifier",
    "Coverage": "_id patient -encounter",
    "Device": "_id patient",
    "DiagnosticReport": "_id category code encounter patient date _lastUpdated _count",
    "DocumentReference": "_id patient encounter period _count type category date _lastUpdated",
    "Encounter": "_id _count patient subject status date identifier account _lastUpdated",
    "FamilyMemberHistory": "_id patient status",
    "Goal": "_id patient target-date",
    "Immunization": "_id patient _lastUpdated date target-disease",
    "InsurancePlan": "_id owned-by",
    "Location": "_id -physicalType identifier address address-city address-state "
    "address-postalcode name organization type",
    "MedicationAdministration": "_id patient status performer effective-time",
    "MedicationDispense": "_id patient date _lastUpdated _count",
    "MedicationRequest": "_id patient intent status _lastUpdated -timing-boundsPeriod _count",
    "NutritionOrder": "_id patient status _lastUpdated _count",
    "Observation": "_id patient subject category code date _lastUpdated _count",
    "Organization": "_id identifier type _count name address",
    "Patient": "_id identifier name given family address-postalcode birthdate phone email gender "
    "_count",
    "Person": "_id identifier",
    "Practitioner": "_id identifier given family name active _count",
    "Procedure": "_id patient subject date _lastUpdated",
    "Provenance": "_id target",
    "Questionnaire": "_id",
    "QuestionnaireResponse": "_id patient",
    "RelatedPerson": "_id identifier patient -encounter -relationship-level",
    "Schedule": "_id",
    "ServiceRequest": "_id patient subject code _lastUpdated _count",
    "Slot": "_id start service-type schedule.actor -location _count",
    "Specimen": "_id",
}


def statement(*rows):
    """A statement of (type, interactions, parameters) rows; None leaves the element out."""
    return {
        "resourceType": "CapabilityStatement",
        "fhirVersion": "4.0.1",
        "rest": [{"mode": "server", "resource": [_row(*row) for row in rows]}],
    }


def _row(name, interactions, parameters):
    row = {"type": name}
    if interactions is not None:
        row["interaction"] = [{"code": code} for code in interactions]
    if parameters is not None:
        row["searchParam"] = [{"name": name} for name in parameters]
    return row


def millennium():
    """A server with the vendor's rules."""
    rows = [
        _row(
            name,
            _READ_SEARCH if name in _PARAMETERS else ["read"],
            _PARAMETERS.get(name, "").split(),
        )
        for name in REGISTRY
    ]
    for row in rows:
        if row["type"] in _PROVENANCE:
            row["searchRevInclude"] = ["Provenance:target"]
        if row["type"] == "Organization":
            row["operation"] = [{"name": "get-cg-for-mrcu", "definition": "x"}]
    rest = [{"mode": "server", "resource": rows}]
    return Capability.parse({"publisher": "Oracle Health", "rest": rest})


def generic():
    """A server that offers every type and names no parameter."""
    return Capability.parse(statement(*((name, _READ_SEARCH, None) for name in REGISTRY)))
