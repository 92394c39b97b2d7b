"""Columns of people, documents and billing that add to an element: one row for what each says."""

import pytest

from tests.unit.fhir.said import CERNER, adds, text

HL7 = "http://hl7.org/fhir/StructureDefinition/"
CASES = [
    ("Account", "Balance", {}, ""),
    ("ChargeItem", "Price", {"priceOverride": {"value": 5, "currency": "USD"}}, "5 USD"),
    (
        "ChargeItem",
        "Price",
        {
            "extension": [
                {"url": CERNER + "unit-price", "valueMoney": {"value": 5, "currency": "USD"}},
                {"url": CERNER + "net-price", "valueMoney": {"value": 9, "currency": "USD"}},
            ]
        },
        "5 USD each; 9 USD net",
    ),
    (
        "ChargeItem",
        "Modifiers and revenue code",
        adds("revenue-code", valueCodeableConcept={"text": "0302"}),
        "0302",
    ),
    ("Coverage", "Plan or group", {"type": {"text": "PPO"}}, "PPO"),
    ("DocumentReference", "Type and title", {"description": "Letter"}, "Letter"),
    (
        "DocumentReference",
        "Type and title",
        {"type": {"text": "Note"}, "description": "note"},
        "Note",
    ),
    ("DocumentReference", "Document status", {"docStatus": "final"}, "Final"),
    ("Communication", "Read", adds("email-status", valueString="read"), "read"),
    ("Communication", "From → to", {"sender": {"display": "A"}}, "A → not stated"),
    ("Communication", "From → to", {}, ""),
    ("QuestionnaireResponse", "Form", {"questionnaire": "Q/1"}, "Q/1"),
    (
        "QuestionnaireResponse",
        "Form",
        {
            "questionnaire": "Q/1",
            "_questionnaire": {"extension": [{"url": HL7 + "display", "valueString": "PHQ-9"}]},
        },
        "PHQ-9",
    ),
    (
        "QuestionnaireResponse",
        "Answers",
        {"item": [{"text": "Sleep:", "answer": [{}], "item": [{"linkId": "2"}]}]},
        "Sleep: no value; 2: not answered",
    ),
    (
        "Questionnaire",
        "Questions",
        {"item": [{"type": "group", "item": [{"type": "string"}]}]},
        "1 question",
    ),
    (
        "OperationDefinition",
        "Parameters",
        {"parameter": [{"name": "start", "use": "in", "type": "date"}]},
        "start (in, date)",
    ),
    (
        "Provenance",
        "Who",
        {"agent": [{"who": {"display": "Lund"}, "role": [{"text": "Author"}]}, {"who": {}}]},
        "Lund (Author); not named",
    ),
    (
        "Practitioner",
        "NPI",
        {
            "identifier": [
                {"value": "x"},
                {"system": "http://hl7.org/fhir/sid/us-npi", "value": "7"},
            ]
        },
        "NPI 7",
    ),
    (
        "Practitioner",
        "NPI",
        {
            "identifier": [
                {
                    "type": {
                        "coding": [
                            {
                                "system": "http://terminology.hl7.org/CodeSystem/v2-0203",
                                "code": "DEA",
                            }
                        ]
                    },
                    "value": "x",
                }
            ]
        },
        "DEA number x",
    ),
    ("Practitioner", "Physician", adds("is-physician", valueBoolean=True), "Yes"),
    (
        "Practitioner",
        "Name",
        {"name": [{"family": "Lund"}], "qualification": [{"code": {"text": "RN"}}]},
        "LUND, RN",
    ),
    ("RelatedPerson", "Relationship", {"relationship": [{"text": "Mother"}]}, "Mother"),
    (
        "RelatedPerson",
        "Relationship",
        adds("relation", valueCodeableConcept={"text": "Guardian"}),
        "Guardian",
    ),
    (
        "RelatedPerson",
        "Level",
        adds("relationship-level", valueCoding={"display": "Patient"}),
        "Patient",
    ),
    (
        "Patient",
        "Sex assigned at birth",
        {
            "extension": [
                {
                    "url": "http://hl7.org/fhir/us/core/StructureDefinition/us-core-birthsex",
                    "valueCode": "M",
                }
            ]
        },
        "Male",
    ),
]


@pytest.mark.parametrize(("name", "title", "fields", "words"), CASES)
def test_a_column_says(name, title, fields, words):
    assert text(name, title, **fields) == words
