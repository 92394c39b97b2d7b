"""The registry against R4: every path, search parameter and family."""

import pytest

from smartapp.fhir import schema
from smartapp.fhir.entry import Family
from smartapp.fhir.search_parameters import NAMES, date_path, is_defined
from smartapp.fhir.types import REGISTRY

TYPES = """
Patient Person RelatedPerson Practitioner Organization Encounter Appointment Schedule Slot Location
AllergyIntolerance Condition Procedure FamilyMemberHistory MedicationRequest
MedicationAdministration MedicationDispense Immunization Observation DiagnosticReport Specimen Media
CarePlan CareTeam Goal ServiceRequest NutritionOrder Device DocumentReference Binary Communication
Consent Questionnaire QuestionnaireResponse Provenance Account ChargeItem Coverage InsurancePlan
OperationDefinition StructureDefinition
"""
BY_LINK_ONLY = {"Binary", "Questionnaire"}
DIRECTORIES = {
    "Practitioner": ("name",),
    "Organization": ("name",),
    "Location": ("name",),
    "Schedule": ("actor",),
    "Slot": ("service-type", "start"),
    "InsurancePlan": ("owned-by",),
    "OperationDefinition": ("name",),
    "StructureDefinition": ("name",),
}
ENTRIES = list(REGISTRY.values())
COLUMNS = [
    (entry.name, column.title, path)
    for entry in ENTRIES
    for column in entry.columns
    if column.path
    for path in column.path.split("|")
]


def test_the_registry_holds_the_41_types_in_the_order_of_their_families():
    assert list(REGISTRY) == TYPES.split()
    assert [entry.family for entry in ENTRIES] == sorted(
        (entry.family for entry in ENTRIES), key=list(Family).index
    )


@pytest.mark.parametrize(("name", "title", "path"), COLUMNS)
def test_a_column_names_an_element_that_r4_defines(name, title, path):
    assert schema.datatype(f"{name}.{path}"), f"{title}: {name} has no {path}"


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.name)
def test_a_watched_element_is_one_that_r4_defines(entry):
    assert entry.watch
    assert [path for path in entry.watch if not schema.datatype(f"{entry.name}.{path}")] == []


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.name)
def test_every_parameter_of_an_entry_is_one_that_r4_defines(entry):
    used = (*entry.search, *entry.filters, *entry.fixed, *filter(None, [entry.date_param]))
    assert [name for name in used if not is_defined(entry.name, name)] == []


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.name)
def test_a_date_parameter_searches_an_element_that_r4_defines(entry):
    if entry.date_param:
        path = date_path(entry.name, entry.date_param)
        assert path
        assert schema.datatype(f"{entry.name}.{path}")


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.name)
def test_a_list_has_three_columns_for_the_narrow_row_and_each_says_one_thing(entry):
    assert len(entry.columns) >= 3
    assert all(bool(column.path) != bool(column.show) for column in entry.columns)
    assert len({column.title for column in entry.columns}) == len(entry.columns)


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.name)
def test_a_type_is_listed_by_patient_wherever_r4_can(entry):
    if entry.name == "Patient":
        assert entry.search == ("_id",)
    elif entry.name in BY_LINK_ONLY:
        assert entry.search == ()
    else:
        assert entry.search == DIRECTORIES.get(entry.name, ("patient",))


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.name)
def test_a_type_that_r4_cannot_search_by_patient_is_not_listed_by_patient(entry):
    assert ("patient" in entry.search) == ("patient" in NAMES[entry.name])
