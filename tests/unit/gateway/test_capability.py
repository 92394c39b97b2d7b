"""CapabilityStatement → what is supported, and how a type is listed."""

import pytest

from smartapp.fhir.types import REGISTRY
from smartapp.gateway.capability import GENERIC, MILLENNIUM, Capability
from smartapp.gateway.dialects import Default, Kind, listing
from tests.unit.gateway.servers import generic, millennium, statement


@pytest.mark.parametrize(
    ("type_name", "interaction", "parameter", "expected"),
    [
        ("Observation", "read", None, True),
        ("Observation", "search-type", "patient", True),
        ("Observation", "search-type", "code:in", True),
        ("Observation", "search-type", "_lastUpdated", False),
        ("Observation", "search-type", "_sort", True),
        ("Observation", "search-type", "subject.name", False),
        ("Observation", "search-type", "patient.identifier", True),
        ("Observation", "create", None, False),
        ("Media", "search-type", None, False),
        ("Goal", "read", None, False),
        ("Condition", "search-type", "clinical-status", True),
        ("Condition", "search-type", "_lastUpdated", True),
        ("Condition", "search-type", "colour", False),
    ],
)
def test_a_statement_says_what_may_be_sent(type_name, interaction, parameter, expected):
    known = Capability.parse(
        statement(
            ("Observation", ["read", "search-type"], ["patient", "code"]),
            ("Media", ["read"], []),
            ("Condition", ["read", "search-type"], []),
        )
    )
    assert known.supports(type_name, interaction, parameter) is expected


def test_a_statement_without_resources_allows_a_try():
    assert Capability.parse({}).supports("Observation", "read")
    assert Capability.parse({"rest": [{"mode": "client"}]}).supports("Goal", "search-type")


def test_a_server_that_declares_no_interaction_anywhere_allows_a_try():
    known = Capability.parse(statement(("Observation", None, None)))
    assert known.supports("Observation", "read")
    assert not known.supports("Goal", "read")


@pytest.mark.parametrize(
    "odd",
    [
        {"rest": None},
        {"rest": [None, {"resource": [None, {"type": 7}, {"type": "Goal", "searchParam": "x"}]}]},
        {"rest": [{"resource": [{"type": "Goal", "interaction": [{"code": None}]}]}]},
        {"software": "x", "publisher": 5, "fhirVersion": None},
    ],
)
def test_an_odd_statement_is_read_without_an_exception(odd):
    assert Capability.parse(odd).product == GENERIC


@pytest.mark.parametrize(
    ("changes", "product"),
    [
        ({}, GENERIC),
        ({"publisher": "Oracle Health"}, MILLENNIUM),
        ({"publisher": "Cerner"}, MILLENNIUM),
        ({"software": {"name": "HAPI FHIR Server"}}, GENERIC),
        ({"implementation": {"description": "Oracle Health implementation"}}, MILLENNIUM),
    ],
)
def test_the_product_is_told_by_its_publisher(changes, product):
    assert Capability.parse({**statement(), **changes}).product == product


def test_the_product_is_told_by_parameters_that_only_it_has():
    known = Capability.parse(statement(("Account", ["search-type"], ["-encounter"])))
    assert known.product == MILLENNIUM


def test_includes_and_operations_are_those_declared():
    known = millennium()
    assert known.includes("Observation", "_revinclude", "Provenance:target")
    assert not known.includes("Observation", "_include", "Observation:subject")
    assert known.operates("Organization", "get-cg-for-mrcu")
    assert not known.operates("Organization", "everything")


PATIENT_LISTED = [
    "AllergyIntolerance",
    "CarePlan",
    "CareTeam",
    "Condition",
    "Consent",
    "Coverage",
    "Device",
    "DiagnosticReport",
    "DocumentReference",
    "Encounter",
    "FamilyMemberHistory",
    "Goal",
    "Immunization",
    "MedicationAdministration",
    "MedicationDispense",
    "MedicationRequest",
    "NutritionOrder",
    "Observation",
    "Patient",
    "Procedure",
    "QuestionnaireResponse",
    "RelatedPerson",
    "ServiceRequest",
]
FORMS = [
    "Account",
    "Appointment",
    "ChargeItem",
    "Communication",
    "InsurancePlan",
    "Location",
    "Organization",
    "Person",
    "Practitioner",
    "Provenance",
    "Slot",
]
BY_ID = [
    "Binary",
    "Media",
    "OperationDefinition",
    "Questionnaire",
    "Schedule",
    "Specimen",
    "StructureDefinition",
]


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        *((name, Kind.PATIENT) for name in PATIENT_LISTED),
        *((name, Kind.FORM) for name in FORMS),
        *((name, Kind.ID) for name in BY_ID),
    ],
)
def test_every_type_has_its_way_on_millennium(name, kind):
    found = listing(REGISTRY[name], millennium())
    assert found.kind is kind
    assert found.readable
    assert bool(found.reason) is (kind is Kind.ID)


def test_the_table_of_millennium_is_the_whole_registry():
    assert sorted([*PATIENT_LISTED, *FORMS, *BY_ID]) == sorted(REGISTRY)


def needs(name, capability):
    return [[need.name for need in way.needs] for way in listing(REGISTRY[name], capability).ways]


@pytest.mark.parametrize(
    ("name", "ways"),
    [
        ("Observation", [["patient"]]),
        ("Patient", [["_id"]]),
        ("Appointment", [["patient", "date"], ["patient", "-date-or-req-period"]]),
        ("Account", [["-encounter"], ["patient", "identifier"], ["-guarantor"]]),
        ("ChargeItem", [["context"], ["account"]]),
        ("Slot", [["service-type", "start"]]),
        ("Provenance", [["target"]]),
    ],
)
def test_millennium_lists_a_type_by_these_parameters(name, ways):
    assert needs(name, millennium()) == ways


def test_a_date_range_has_a_default_so_that_appointments_come_unasked():
    found = listing(REGISTRY["Appointment"], millennium())
    need = found.needs[1]
    assert (need.default, need.prefixes, need.days) == (Default.PERIOD, ("ge", "lt"), (-365, 365))
    assert found.automatic


def test_slots_wait_for_a_form():
    assert not listing(REGISTRY["Slot"], millennium()).automatic


@pytest.mark.parametrize("name", [n for n, e in REGISTRY.items() if "patient" in e.search])
@pytest.mark.parametrize("capability", [None, generic()])
def test_a_server_of_base_r4_lists_all_clinical_types_by_patient(name, capability):
    found = listing(REGISTRY[name], capability)
    assert (found.kind, needs(name, capability)) == (Kind.PATIENT, [["patient"]])


@pytest.mark.parametrize(
    ("declared", "expected"),
    [(["subject", "code"], "subject"), (["patient", "subject"], "patient")],
)
def test_subject_stands_in_where_a_server_has_no_patient_parameter(declared, expected):
    known = Capability.parse(statement(("Observation", ["search-type"], declared)))
    assert needs("Observation", known) == [[expected]]


def test_a_type_without_a_patient_parameter_becomes_a_form_of_what_is_declared():
    known = Capability.parse(statement(("Media", ["search-type"], ["identifier", "_id"])))
    found = listing(REGISTRY["Media"], known)
    assert (found.kind, needs("Media", known)) == (Kind.FORM, [["identifier"]])


def test_a_type_that_is_not_offered_says_so():
    found = listing(REGISTRY["Goal"], Capability.parse(statement(("Media", ["read"], []))))
    assert (found.kind, found.readable) == (Kind.UNSUPPORTED, False)
    assert found.reason == "The EHR does not offer Goals."


def test_only_filters_and_dates_that_the_server_knows_are_offered():
    found = listing(REGISTRY["Observation"], millennium())
    assert found.filters == ("category", "code")
    assert found.date_param == "date"
    assert listing(REGISTRY["Condition"], millennium()).date_param is None


def test_a_constant_of_the_dialect_is_no_filter():
    assert "category" not in listing(REGISTRY["CarePlan"], millennium()).filters
