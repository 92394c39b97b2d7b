"""The status codes that R4 knows for each type, and how some are said."""

_REQUEST = "draft active on-hold revoked completed entered-in-error unknown"
_EVENT = "preparation in-progress not-done on-hold stopped completed entered-in-error unknown"
_RESULT = "registered preliminary final amended corrected cancelled entered-in-error unknown"
_PUBLICATION = "draft active retired unknown"
_FINANCIAL = "active cancelled draft entered-in-error"
_ACTIVE = "active inactive"

STATUS_CODES = {
    name: frozenset(codes.split())
    for name, codes in {
        "Account": "active inactive entered-in-error on-hold unknown",
        "AllergyIntolerance": "active inactive resolved",
        "Appointment": "proposed pending booked arrived fulfilled cancelled noshow "
        "entered-in-error checked-in waitlist",
        "CarePlan": _REQUEST,
        "CareTeam": "proposed active suspended inactive entered-in-error",
        "ChargeItem": "planned billable not-billable aborted billed entered-in-error unknown",
        "Communication": _EVENT,
        "Condition": "active recurrence relapse inactive remission resolved",
        "Consent": "draft proposed active rejected inactive entered-in-error",
        "Coverage": _FINANCIAL,
        "Device": "active inactive entered-in-error unknown",
        "DiagnosticReport": f"{_RESULT} partial appended",
        "DocumentReference": "current superseded entered-in-error",
        "Encounter": "planned arrived triaged in-progress onleave finished cancelled "
        "entered-in-error unknown",
        "FamilyMemberHistory": "partial completed entered-in-error health-unknown",
        "Goal": "proposed planned accepted active on-hold completed cancelled entered-in-error "
        "rejected",
        "Immunization": "completed entered-in-error not-done",
        "InsurancePlan": _PUBLICATION,
        "Location": "active suspended inactive",
        "Media": _EVENT,
        "MedicationAdministration": "in-progress not-done on-hold completed entered-in-error "
        "stopped unknown",
        "MedicationDispense": "preparation in-progress cancelled on-hold completed "
        "entered-in-error stopped declined unknown",
        "MedicationRequest": "active on-hold cancelled completed entered-in-error stopped draft "
        "unknown",
        "NutritionOrder": _REQUEST,
        "Observation": _RESULT,
        "OperationDefinition": _PUBLICATION,
        "Organization": _ACTIVE,
        "Patient": _ACTIVE,
        "Person": _ACTIVE,
        "Practitioner": _ACTIVE,
        "Procedure": _EVENT,
        "Questionnaire": _PUBLICATION,
        "QuestionnaireResponse": "in-progress completed amended entered-in-error stopped",
        "RelatedPerson": _ACTIVE,
        "Schedule": _ACTIVE,
        "ServiceRequest": _REQUEST,
        "Slot": "busy free busy-unavailable busy-tentative entered-in-error",
        "Specimen": "available unavailable unsatisfactory entered-in-error",
        "StructureDefinition": _PUBLICATION,
    }.items()
}

WORDS = {
    "Observation": {"registered": "Pending", "cancelled": "No result – cancelled"},
    "DiagnosticReport": {
        "registered": "Pending",
        "partial": "Partial – more to come",
        "cancelled": "No result – cancelled",
    },
    "DocumentReference": {"superseded": "Superseded"},
    "Encounter": {"unknown": "Unknown – perhaps merged into another"},
    "FamilyMemberHistory": {"health-unknown": "Health not known"},
    "MedicationDispense": {"preparation": "Being prepared"},
    "MedicationRequest": {"draft": "Draft – not an order yet"},
    "Specimen": {"unsatisfactory": "UNSATISFACTORY", "unavailable": "UNAVAILABLE"},
}

_WARNING = """
preliminary partial unsatisfactory unavailable on-hold suspended unknown noshow draft registered
stopped amended corrected appended
"""
_OLD = "inactive resolved remission cancelled revoked superseded retired rejected aborted"

WARNING = frozenset(_WARNING.split())
OLD = frozenset(_OLD.split())

_RUNNING = frozenset({"active", "on-hold", "unknown"})

CURRENT = {
    "AllergyIntolerance": frozenset({"active"}),
    "CarePlan": _RUNNING,
    "Condition": frozenset({"active", "recurrence", "relapse"}),
    "Coverage": frozenset({"active"}),
    "Device": frozenset({"active", "unknown"}),
    "DocumentReference": frozenset({"current"}),
    "Encounter": frozenset({"arrived", "triaged", "in-progress", "onleave"}),
    "Goal": frozenset({"planned", "accepted", "active", "on-hold"}),
    "MedicationRequest": _RUNNING,
    "NutritionOrder": _RUNNING,
    "ServiceRequest": _RUNNING,
}
"""Of the types whose records come into force and go out of it: the codes that mean in force."""
