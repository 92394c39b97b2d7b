"""The stories hold what decision support has to find: the drug, and the result beside it."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from smartapp.sandbox import generator

NOW = datetime(2026, 11, 20, 15, 30, tzinfo=UTC)
LOINC, RXNORM = "http://loinc.org", "http://www.nlm.nih.gov/research/umls/rxnorm"


@pytest.fixture(scope="module")
def record():
    return generator.generate(NOW)


def own(record, slug, kind):
    target = f"Patient/{generator.patient_id(slug)}"
    return [
        one
        for one in record
        if one["resourceType"] == kind and one.get("subject", {}).get("reference") == target
    ]


def has(concept, system, code):
    return any(
        one.get("system") == system and one.get("code") == code for one in concept.get("coding", [])
    )


def active(record, slug, code):
    return [
        one
        for one in own(record, slug, "MedicationRequest")
        if one["status"] == "active"
        and one["intent"] == "order"
        and not one.get("doNotPerform")
        and has(one.get("medicationCodeableConcept", {}), RXNORM, code)
    ]


def latest(record, slug, loinc):
    """The newest usable number of an analyte."""
    usable = [
        one
        for one in own(record, slug, "Observation")
        if has(one["code"], LOINC, loinc)
        and one["status"] in ("final", "amended", "corrected", "preliminary")
        and "valueQuantity" in one
    ]
    newest = max(usable, key=lambda one: datetime.fromisoformat(one["effectiveDateTime"]))
    return newest["valueQuantity"]["value"]


DRUGS = [
    ("diabetic-ckd", "metformin", "861004"),
    ("diabetic-ckd", "ibuprofen", "197806"),
    ("diabetic-ckd", "losartan", "979492"),
    ("diabetic-ckd", "hydrochlorothiazide", "310798"),
    ("heart-failure", "spironolactone", "313096"),
    ("heart-failure", "lisinopril", "314076"),
    ("polypharmacy", "warfarin", "855332"),
    ("polypharmacy", "sulfamethoxazole", "198335"),
    ("polypharmacy", "citalopram", "200371"),
    ("psychiatric", "lithium", "197889"),
    ("psychiatric", "ibuprofen", "197806"),
    ("post-op", "oxycodone", "1049621"),
    ("post-op", "lorazepam", "197901"),
    ("pregnancy", "lisinopril", "314077"),
    ("icu", "piperacillin", "312447"),
]


@pytest.mark.parametrize(("slug", "drug", "code"), DRUGS)
def test_the_drug_is_current(record, slug, drug, code):
    assert active(record, slug, code), drug


RESULTS = [
    ("diabetic-ckd", "2160-0", "3.5", "4.5"),
    ("diabetic-ckd", "4548-4", "9.0", "10.0"),
    ("heart-failure", "2823-3", "5.5", "5.9"),
    ("polypharmacy", "6301-6", "4.6", "9.0"),
    ("polypharmacy", "2823-3", "3.0", "3.4"),
    ("psychiatric", "14334-7", "1.21", "1.50"),
    ("icu", "2524-7", "4.0", "12.0"),
]


@pytest.mark.parametrize(("slug", "loinc", "low", "high"), RESULTS)
def test_the_latest_result_is_in_the_alarming_range(record, slug, loinc, low, high):
    assert Decimal(low) <= Decimal(latest(record, slug, loinc)) <= Decimal(high)


def test_creatinine_rises_over_the_years(record):
    series = [
        one
        for one in own(record, "diabetic-ckd", "Observation")
        if has(one["code"], LOINC, "2160-0")
    ]
    series.sort(key=lambda one: datetime.fromisoformat(one["effectiveDateTime"]))
    values = [one["valueQuantity"]["value"] for one in series]
    assert values == sorted(values)
    assert len(values) == 10


def test_a_septic_patient_has_every_early_warning_parameter_within_the_hour(record):
    start = "2026-11-19T23:00"
    newest = [
        one for one in own(record, "icu", "Observation") if one["effectiveDateTime"][:16] >= start
    ]
    wanted = {"8867-4", "9279-1", "8331-1", "2708-6", "3150-0", "85354-9", "80288-4"}
    found = {one["code"] for each in newest for one in each["code"]["coding"]}
    assert wanted <= found


def test_a_child_grows(record):
    heights = [
        one
        for one in own(record, "asthma-child", "Observation")
        if has(one["code"], LOINC, "8302-2")
    ]
    heights.sort(key=lambda one: datetime.fromisoformat(one["effectiveDateTime"]))
    values = [one["valueQuantity"]["value"] for one in heights]
    assert values == sorted(values)
    assert len(values) == 6
