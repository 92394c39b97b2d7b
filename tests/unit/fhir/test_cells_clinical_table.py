"""Clinical columns that add to an element: one row for what each says."""

import pytest

from tests.unit.fhir.said import CERNER, adds, text

CASES = [
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
    ("Appointment", "Start – end", {"start": "2026-01-01T10:00:00Z"}, "01-Jan-2026 04:00 −06:00"),
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
    assert text(name, title, **fields) == words
