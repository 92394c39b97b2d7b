"""R4's definitions, and strict validation of what we send."""

from decimal import Decimal

import pytest

from smartapp.fhir import schema


@pytest.mark.parametrize(
    ("path", "datatype"),
    [
        ("Patient.name", "HumanName"),
        ("Patient.name.given", "string"),
        ("Patient.birthDate", "date"),
        ("Patient.contact.name.family", "string"),
        ("Observation.effective[x]", "dateTime|instant|Period|Timing"),
        ("Observation.component.code", "CodeableConcept"),
        ("Observation.subject", "Reference"),
        ("Observation.status", "code"),
        ("Coding.code", "token"),
        ("Binary.data", "base64Binary"),
        ("Narrative.div", "xhtml"),
        ("Annotation.text", "markdown"),
        ("Meta.lastUpdated", "instant"),
        ("Extension.valueCode", "code"),
        ("Extension.valueUrl", "uri"),
        ("Questionnaire.item.item.linkId", "string"),
        ("Patient.moon", None),
        ("Moon.phase", None),
        ("Patient", "Patient"),
        ("../os.path", None),
    ],
)
def test_a_path_has_the_datatype_that_r4_defines(path, datatype):
    assert schema.datatype(path) == datatype


def test_a_valid_resource_has_nothing_to_complain_of():
    resource = {
        "resourceType": "Observation",
        "status": "final",
        "code": {"text": "x"},
        "valueQuantity": {"value": Decimal("1.10")},
    }
    assert schema.validate(resource) == []


@pytest.mark.parametrize(
    "resource",
    [
        None,
        {},
        {"resourceType": "Moon"},
        {"resourceType": "HumanName"},
        {"resourceType": "Observation", "status": "final"},
        {"resourceType": "Patient", "moon": "full"},
        {"resourceType": "Patient", "birthDate": "yesterday"},
        {"resourceType": "Patient", "name": {"family": "x"}},
    ],
)
def test_what_r4_forbids_is_said(resource):
    assert schema.validate(resource)
