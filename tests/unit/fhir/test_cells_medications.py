"""Columns of medications: the drug, the dose, what was given or handed over."""

import pytest

from tests.unit.fhir.said import CERNER, shown, text


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"medicationCodeableConcept": {"text": "aspirin"}}, "aspirin"),
        (
            {"medicationCodeableConcept": {"text": "aspirin"}, "reportedBoolean": True},
            "aspirin (reported)",
        ),
        (
            {"medicationCodeableConcept": {"text": "aspirin"}, "intent": "proposal"},
            "aspirin (proposal, not an order)",
        ),
        (
            {"medicationCodeableConcept": {"text": "aspirin"}, "doNotPerform": True},
            "DO NOT: aspirin",
        ),
        (
            {
                "medicationReference": {"reference": "#m"},
                "contained": [
                    {
                        "resourceType": "Medication",
                        "id": "m",
                        "code": {"text": "infusion"},
                        "ingredient": [
                            {
                                "itemCodeableConcept": {"text": "heparin"},
                                "strength": {
                                    "numerator": {"value": 25000, "unit": "units"},
                                    "denominator": {"value": 250, "unit": "mL"},
                                },
                            },
                            {"itemCodeableConcept": {"text": "saline"}},
                        ],
                    }
                ],
            },
            "infusion [heparin 25,000 units per 250 mL + saline]",
        ),
        ({"medicationReference": {"reference": "Medication/7"}}, "Medication/7"),
    ],
)
def test_a_drug_is_said_with_what_must_be_read_with_it(fields, words):
    assert text("MedicationRequest", "Medication", **fields) == words


def test_the_bounds_of_a_dosage_are_said_once_in_their_own_column():
    repeat = {
        "boundsPeriod": {"start": "2026-01-01"},
        "frequency": 1,
        "period": 1,
        "periodUnit": "d",
    }
    fields = {"dosageInstruction": [{"text": "one", "timing": {"repeat": repeat}}]}
    assert text("MedicationRequest", "Dosage", **fields) == "one — every day"
    assert text("MedicationRequest", "Start – stop", **fields) == "From 01-Jan-2026"


def test_what_was_given_says_dose_rate_and_over_how_long():
    over = {"url": CERNER + "infuse-over-time", "valueDuration": {"value": 30, "unit": "minutes"}}
    dosage = {"dose": {"value": 500, "unit": "mg"}, "extension": [over], "route": {"text": "IV"}}
    assert text("MedicationAdministration", "Dose or rate", dosage=dosage) == (
        "DOSE 500 mg over 30 minutes"
    )


@pytest.mark.parametrize(
    ("fields", "words", "missing"),
    [
        ({"whenHandedOver": "2026-01-02"}, "02-Jan-2026", None),
        ({"whenPrepared": "2026-01-01"}, "Prepared 01-Jan-2026, not handed over", None),
        ({}, "", "Hand-over not recorded"),
    ],
)
def test_a_dispense_says_whether_it_was_handed_over(fields, words, missing):
    found = shown("MedicationDispense", "Handed over", **fields)
    assert (found.text, found.missing) == (words, missing)


def test_a_vaccine_not_given_reads_as_a_negative():
    found = shown("Immunization", "Vaccine", vaccineCode={"text": "MMR"}, status="not-done")
    assert (found.text, found.tone) == ("NOT GIVEN: MMR", "negated")


def test_a_dose_number_is_said_of_its_series():
    protocol = [{"doseNumberPositiveInt": 2, "seriesDosesPositiveInt": 3, "series": "hepatitis B"}]
    assert text("Immunization", "Dose number", protocolApplied=protocol) == "2 of 3, hepatitis B"
