"""The guard: whose resource it is."""

import pytest

from smartapp.fhir.patients import belongs_to, patient_references

BASE = "https://ehr.example/r4"


@pytest.mark.parametrize(
    "resource",
    [
        {"resourceType": "Observation", "subject": {"reference": "Patient/1"}},
        {"resourceType": "Observation", "subject": {"reference": f"{BASE}/Patient/1"}},
        {"resourceType": "Observation", "subject": {"reference": "Patient/1/_history/4"}},
        {"resourceType": "AllergyIntolerance", "patient": {"reference": "Patient/1"}},
        {"resourceType": "Coverage", "beneficiary": {"reference": "Patient/1"}},
        {"resourceType": "Account", "subject": [{"reference": "Patient/1"}]},
        {
            "resourceType": "Appointment",
            "participant": [
                {"actor": {"reference": "Patient/2"}},
                {"actor": {"reference": "Patient/1"}},
            ],
        },
        {"resourceType": "Person", "link": [{"target": {"reference": "Patient/1"}}]},
        {"resourceType": "Patient", "id": "1"},
        {"resourceType": "Practitioner", "id": "9"},
        {"resourceType": "Observation", "subject": {"reference": "Group/2"}},
        {"resourceType": "Observation", "subject": {"display": "Okafor"}},
        {"resourceType": "Observation", "focus": [{"reference": "Patient/2"}]},
    ],
)
def test_a_resource_that_names_the_patient_or_none_belongs(resource):
    assert belongs_to(resource, "1", BASE)


@pytest.mark.parametrize(
    "resource",
    [
        {"resourceType": "Observation", "subject": {"reference": "Patient/2"}},
        {"resourceType": "Observation", "subject": {"reference": "Patient/11"}},
        {"resourceType": "Observation", "subject": {"reference": "https://x.example/r4/Patient/1"}},
        {"resourceType": "Goal", "subject": {"reference": "urn:uuid:1", "type": "Patient"}},
        {"resourceType": "Patient", "id": "2"},
        {"resourceType": "Person", "link": [{"target": {"reference": "Patient/2"}}]},
        {
            "resourceType": "MedicationRequest",
            "subject": {"display": "x"},
            "contained": [{"resourceType": "Observation", "subject": {"reference": "Patient/2"}}],
        },
        {
            "resourceType": "Appointment",
            "participant": [{"actor": {"reference": "Patient/2"}}],
        },
    ],
)
def test_a_resource_that_names_another_patient_does_not_belong(resource):
    assert not belongs_to(resource, "1", BASE)


@pytest.mark.parametrize("subject", [7, "Patient/2", ["x"], {"reference": 7}, None])
def test_a_subject_of_a_wrong_type_names_nobody(subject):
    assert patient_references({"resourceType": "Goal", "subject": subject}) == set()
