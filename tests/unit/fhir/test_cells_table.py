"""Columns that add to an element: one row for what each says."""

from datetime import UTC

import pytest

from smartapp.fhir.columns import cell
from smartapp.fhir.types import REGISTRY

CERNER = "https://fhir-ehr.cerner.com/r4/StructureDefinition/"
HL7 = "http://hl7.org/fhir/StructureDefinition/"


def adds(name, **value):
    return {"extension": [{"url": CERNER + name, **value}]}


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
    ("CarePlan", "Content", {"description": "Walk"}, "Walk"),
    ("CarePlan", "Content", {"activity": [{}], "text": {"div": "<p>no</p>"}}, ""),
    (
        "CarePlan",
        "Content",
        {"text": {"div": "&lt;div&gt;Twice escaped&lt;/div&gt;"}},
        "Twice escaped",
    ),
    ("Device", "Device", {"deviceName": [{"name": "P1"}], "type": {"text": "Pacer"}}, "P1 – Pacer"),
    ("Device", "Device", {"deviceName": [{"name": "P1"}]}, "P1"),
    ("Device", "Device", {"udiCarrier": [{"carrierHRF": "(01)7"}]}, "(01)7"),
    ("Device", "Maker and model", {"manufacturer": "M", "modelNumber": "2"}, "M, 2"),
    (
        "ServiceRequest",
        "Order",
        {"code": {"text": "MRI"}, "orderDetail": [{"text": "left"}]},
        "MRI (left)",
    ),
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
        "MedicationRequest",
        "Pharmacy verification",
        adds("pharmacy-verification-status", valueCodeableConcept={"text": "Verified"}),
        "Verified",
    ),
    (
        "MedicationRequest",
        "Quantity and refills",
        {
            "dispenseRequest": {
                "quantity": {"value": 30, "unit": "tabs"},
                "numberOfRepeatsAllowed": 2,
            }
        },
        "30 tabs, 2 refills",
    ),
    (
        "MedicationRequest",
        "Start – stop",
        {"dispenseRequest": {"validityPeriod": {"start": "2026"}}},
        "From 2026",
    ),
    ("MedicationAdministration", "Dose or rate", {"dosage": {"text": "one puff"}}, "one puff"),
    ("MedicationAdministration", "Dose or rate", {}, ""),
    (
        "MedicationDispense",
        "Quantity and days",
        {"quantity": {"value": 30, "unit": "tabs"}, "daysSupply": {"value": 10, "unit": "days"}},
        "30 tabs for 10 days",
    ),
    (
        "Immunization",
        "Vaccine",
        {"vaccineCode": {"text": "MMR"}, "primarySource": False},
        "MMR (reported)",
    ),
    (
        "Immunization",
        "Lot",
        {"lotNumber": "A1", "expirationDate": "2027-01"},
        "A1, expires Jan-2027",
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
    (
        "Condition",
        "Category",
        {
            "category": [{"text": "Diagnosis"}],
            **adds("diagnosis-type", valueCodeableConcept={"text": "Discharge"}),
        },
        "Diagnosis (Discharge)",
    ),
    (
        "Condition",
        "Problem",
        {"code": {"text": "TB"}, "verificationStatus": {"coding": [{"code": "refuted"}]}},
        "TB (refuted)",
    ),
    (
        "Condition",
        "Verification",
        {"verificationStatus": {"coding": [{"code": "differential"}]}},
        "Differential",
    ),
    (
        "AllergyIntolerance",
        "Substance",
        {"reaction": [{"substance": {"coding": [{"display": "Egg"}]}}]},
        "Egg",
    ),
    ("AllergyIntolerance", "Criticality", {"criticality": "moon"}, "Moon"),
    (
        "FamilyMemberHistory",
        "Relative",
        {
            "relationship": {"text": "Mother"},
            "name": "Ann",
            **adds("patient-adopted", valueBoolean=True),
        },
        "Mother (Ann, patient adopted)",
    ),
    (
        "FamilyMemberHistory",
        "Onset age",
        {"condition": [{"code": {"text": "A"}, "onsetString": "young"}]},
        "young",
    ),
    (
        "FamilyMemberHistory",
        "Condition",
        {
            "condition": [
                {
                    "code": {"text": "Cancer"},
                    "modifierExtension": [
                        {
                            "url": CERNER + "condition-lifecycle-status",
                            "valueCodeableConcept": {"coding": [{"code": "entered-in-error"}]},
                        }
                    ],
                }
            ]
        },
        "Cancer (entered in error)",
    ),
    (
        "Encounter",
        "Start – end",
        {"status": "planned", "period": {"start": "2001-01-01"}},
        "From 01-Jan-2001",
    ),
    (
        "Encounter",
        "Start – end",
        {"status": "finished", "period": {"start": "2001-01-01"}},
        "From 01-Jan-2001",
    ),
    (
        "Encounter",
        "Attending",
        {"participant": [{"type": [{"text": "Nurse"}], "individual": {"display": "Ann"}}]},
        "Ann (Nurse)",
    ),
    ("Encounter", "Visit number", {"identifier": [{"value": "7"}]}, "Identifier 7"),
    (
        "Appointment",
        "Start – end",
        {"requestedPeriod": [{"start": "2026-01"}]},
        "Requested: From Jan-2026",
    ),
    ("Appointment", "Start – end", {"start": "2026-01-01T10:00:00Z"}, "01-Jan-2026 10:00 +00:00"),
    (
        "Slot",
        "Location",
        adds("scheduling-location", valueReference={"display": "Clinic"}),
        "Clinic",
    ),
    ("Slot", "Location", {"schedule": {"display": "Dr Lund"}}, "Dr Lund"),
    ("Goal", "Target", {"target": [{"dueDate": "2026"}]}, ""),
    ("CareTeam", "Members", {"participant": [{"role": [{"text": "Nurse"}]}]}, "Not named (Nurse)"),
]


@pytest.mark.parametrize(("name", "title", "fields", "words"), CASES)
def test_a_column_says(name, title, fields, words):
    [column] = [column for column in REGISTRY[name].columns if column.title == title]
    assert cell(column, {"resourceType": name, **fields}, UTC).text == words
