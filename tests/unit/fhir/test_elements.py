"""Elements by path: choices, lists, alternatives, siblings of primitives, references."""

import pytest

from smartapp.fhir import elements

OBSERVATION = {
    "resourceType": "Observation",
    "valueQuantity": {"value": 5},
    "component": [
        {"code": {"text": "a"}, "valueString": "x"},
        {"code": {"text": "b"}, "valueInteger": 2},
    ],
    "_status": {"extension": [{"url": "u", "valueCode": "unknown"}]},
}


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("value[x]", [("Quantity", {"value": 5}, "valueQuantity")]),
        ("valueQuantity.value", [("decimal", 5, "valueQuantity.value")]),
        (
            "component.value[x]",
            [
                ("string", "x", "component[0].valueString"),
                ("integer", 2, "component[1].valueInteger"),
            ],
        ),
        (
            "component.code.text",
            [("string", "a", "component[0].code.text"), ("string", "b", "component[1].code.text")],
        ),
        (
            "note|component.code.text",
            [("string", "a", "component[0].code.text"), ("string", "b", "component[1].code.text")],
        ),
        ("note", []),
        ("moon.phase", []),
    ],
)
def test_a_path_finds_every_value_with_its_datatype_and_place(path, found):
    assert [tuple(value[:3]) for value in elements.values(OBSERVATION, path)] == found


def test_a_primitive_that_is_absent_but_says_why_is_a_value():
    [value] = elements.values(OBSERVATION, "status")
    assert value.value is None
    assert value.sibling == OBSERVATION["_status"]


def test_siblings_stand_beside_the_items_of_a_list():
    patient = {
        "resourceType": "Patient",
        "name": [{"given": ["Ruth", None], "_given": [None, {"id": "g"}]}],
    }
    found = elements.values(patient, "name.given")
    assert [(value.value, value.sibling) for value in found] == [
        ("Ruth", None),
        (None, {"id": "g"}),
    ]


def test_an_organizations_name_is_a_string_and_a_patients_a_human_name():
    organization = elements.values({"resourceType": "Organization", "name": "North"}, "name")
    patient = elements.values({"resourceType": "Patient", "name": [{"family": "O"}]}, "name")
    assert (organization[0].datatype, patient[0].datatype) == ("string", "HumanName")


def test_of_alternatives_the_first_that_has_a_value_counts():
    resource = {"resourceType": "DocumentReference", "description": "d", "date": "2026"}
    assert elements.first(resource, "type|description|date") == "d"


@pytest.mark.parametrize(
    "resource", [{}, {"resourceType": 7}, {"resourceType": "Moon", "name": "x"}]
)
def test_an_unknown_type_is_walked_without_types(resource):
    found = elements.values(resource, "name")
    assert all(value.datatype == "" for value in found)


def test_a_contained_resource_is_found_by_its_local_reference():
    inside = {"resourceType": "Medication", "id": "m"}
    resource = {"contained": ["odd", {"id": "x"}, inside]}
    assert elements.contained(resource, "#m") is inside
    assert elements.contained(resource, "#n") is None
    assert elements.contained(resource, "Medication/m") is None


def test_references_are_all_found_once_in_order():
    resource = {
        "subject": {"reference": "Patient/1"},
        "performer": [{"reference": "Practitioner/2"}, {"reference": "Patient/1"}],
    }
    assert elements.references(resource) == ["Patient/1", "Practitioner/2"]


@pytest.mark.parametrize(
    ("reference", "found"),
    [
        ("Patient/1", ("Patient", "1")),
        ("Patient/1/_history/3", ("Patient", "1")),
        ("https://ehr.example/r4/Patient/1", ("Patient", "1")),
        ("https://other.example/r4/Patient/1", None),
        ("https://ehr.example/r4/evil/Patient/1", None),
        ("#p", None),
        ("urn:uuid:0c3151bd-1cbf-4d64-b04d-cd9187a4c6e0", None),
        ("Patient/../1", None),
        ("Patient/1?x=y", None),
        (7, None),
    ],
)
def test_a_reference_has_a_target_only_on_this_server(reference, found):
    assert elements.target(reference, "https://ehr.example/r4") == found
