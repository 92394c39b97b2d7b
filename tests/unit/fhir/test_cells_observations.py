"""Results: the value with its flag, why there is none, ranges, components."""

from datetime import UTC
from decimal import Decimal

import pytest

from smartapp.fhir.cells import observations

INTERPRETATION = "http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation"


def of(**fields):
    return {"resourceType": "Observation", "status": "final", **fields}


def flagged(code, text=None):
    found = {"coding": [{"system": INTERPRETATION, "code": code}]}
    return [found | ({"text": text} if text else {})]


POTASSIUM = {"value": Decimal("6.20"), "unit": "mmol/L"}
NORMAL = [
    {"low": {"value": Decimal("3.5"), "unit": "mmol/L"}, "high": {"value": 5, "unit": "mmol/L"}}
]


@pytest.mark.parametrize(
    ("code", "text", "tone"),
    [
        ("H", "6.20 mmol/L High ▲", "abnormal"),
        ("HH", "6.20 mmol/L Critical high ▲▲", "critical"),
        ("LL", "6.20 mmol/L Critical low ▼▼", "critical"),
        ("N", "6.20 mmol/L", ""),
    ],
)
def test_a_value_is_flagged_in_words_and_shape(code, text, tone):
    shown = observations.value(of(valueQuantity=POTASSIUM, interpretation=flagged(code)), UTC)
    assert (shown.text, shown.tone) == (text, tone)


def test_the_senders_own_word_for_the_flag_is_kept():
    shown = observations.interpretation(of(interpretation=flagged("HH", "PANIC")), UTC)
    assert (shown.text, shown.spoken) == ("PANIC ▲▲", "PANIC")


def test_all_interpretations_are_said():
    rows = [*flagged("H"), {"text": "Delta"}]
    shown = observations.interpretation(of(interpretation=rows), UTC)
    assert (shown.text, shown.tone) == ("High ▲; Delta", "abnormal")


@pytest.mark.parametrize(
    ("ranges", "amount", "text"),
    [
        (NORMAL, POTASSIUM, "High ▲ (calc.)"),
        (NORMAL, {"value": 3, "unit": "mmol/L"}, "Low ▼ (calc.)"),
        (NORMAL, {"value": 5, "unit": "mmol/L"}, ""),
        (NORMAL, {"value": 9, "unit": "mg/dL"}, ""),
        (NORMAL, {"value": 9, "unit": "mmol/L", "comparator": ">"}, ""),
        (NORMAL * 2, POTASSIUM, ""),
        ([{**NORMAL[0], "age": {"low": {"value": 18}}}], POTASSIUM, ""),
        ([{**NORMAL[0], "type": {"coding": [{"code": "therapeutic"}]}}], POTASSIUM, ""),
        ([], POTASSIUM, ""),
    ],
)
def test_without_an_interpretation_only_a_sure_range_flags_and_is_marked(ranges, amount, text):
    resource = of(valueQuantity=amount, referenceRange=ranges)
    assert observations.interpretation(resource, UTC).text == text


def test_each_component_is_said_with_its_own_flag():
    component = [
        {"code": {"text": "Systolic"}, "valueQuantity": {"value": 148, "unit": "mmHg"}},
        {
            "code": {"text": "Diastolic"},
            "dataAbsentReason": {"coding": [{"code": "unknown"}], "text": "Unknown"},
        },
    ]
    shown = observations.value(of(component=component), UTC)
    assert shown.text == "Systolic: 148 mmHg; Diastolic: Unknown"


@pytest.mark.parametrize(
    ("fields", "missing"),
    [
        ({"dataAbsentReason": {"text": "Specimen lost"}}, "Specimen lost"),
        ({"status": "cancelled"}, "No result – cancelled"),
        ({"status": "registered"}, "Pending"),
        ({}, None),
    ],
)
def test_why_there_is_no_value_is_said(fields, missing):
    shown = observations.value(of(**fields), UTC)
    assert (shown.text, shown.missing) == ("", missing)


@pytest.mark.parametrize(
    ("fields", "text"),
    [
        ({"valueString": "positive"}, "positive"),
        ({"valueCodeableConcept": {"text": "E. coli"}}, "E. coli"),
        ({"valueQuantity": {"value": 1, "comparator": "<", "unit": "g"}}, "<1 g"),
        ({"valueBoolean": False}, "No"),
        ({"valueInteger": 0}, "0"),
        ({"valueDateTime": "2026-01"}, "Jan-2026"),
        ({"valueRatio": {"numerator": {"value": 1}, "denominator": {"value": 64}}}, "1 : 64"),
    ],
)
def test_a_value_of_any_type_is_said(fields, text):
    assert observations.value(of(**fields), UTC).text == text


def test_a_comparator_is_spoken_in_words():
    amount = {"value": 1, "comparator": "<", "unit": "g"}
    shown = observations.value(of(valueQuantity=amount, interpretation=flagged("L")), UTC)
    assert shown.spoken == "less than 1 g, Low"


def test_all_reference_ranges_are_said_with_kind_population_age_and_text():
    ranges = [
        NORMAL[0],
        {
            "text": "up to 6",
            "type": {"text": "therapeutic"},
            "appliesTo": [{"text": "dialysis"}],
            "age": {"low": {"value": 18, "unit": "a"}},
        },
    ]
    assert observations.reference_range(of(referenceRange=ranges), UTC).text == (
        "3.5 – 5 mmol/L; up to 6 (therapeutic; dialysis; age ≥18 a)"
    )


def test_the_ranges_of_components_are_said_with_their_names():
    component = [{"code": {"text": "Systolic"}, "referenceRange": [{"text": "<140"}]}]
    assert observations.reference_range(of(component=component), UTC).text == "Systolic: <140"


@pytest.mark.parametrize(
    ("word", "text", "tone"),
    [
        ("High", "6.20 mmol/L High ▲", "abnormal"),
        ("CRITICAL HIGH", "6.20 mmol/L CRITICAL HIGH ▲▲", "critical"),
        ("see comment", "6.20 mmol/L see comment", ""),
        ("Normal", "6.20 mmol/L", ""),
    ],
)
def test_a_flag_without_a_code_stands_beside_the_value_too(word, text, tone):
    row = of(valueQuantity=POTASSIUM, interpretation=[{"text": word}])
    shown = observations.value(row, UTC)
    assert (shown.text, shown.tone) == (text, tone)


def test_a_local_code_beside_normal_makes_no_flag():
    codings = [{"code": "214", "display": "Normal"}, {"system": INTERPRETATION, "code": "N"}]
    row = of(valueQuantity=POTASSIUM, interpretation=[{"coding": codings, "text": "Normal"}])
    assert observations.value(row, UTC).text == "6.20 mmol/L"


def test_a_local_code_is_known_by_its_words():
    local = [{"coding": [{"system": "http://local", "code": "7", "display": "High"}]}]
    shown = observations.value(of(valueQuantity=POTASSIUM, interpretation=local), UTC)
    assert (shown.text, shown.tone) == ("6.20 mmol/L High ▲", "abnormal")


def test_a_value_that_was_cancelled_does_not_read_as_a_result():
    shown = observations.value(of(valueQuantity=POTASSIUM) | {"status": "cancelled"}, UTC)
    assert shown.text == "No result – cancelled (sent: 6.20 mmol/L)"
    assert shown.tone == "negated"


def test_a_panel_says_how_many_results_it_groups():
    panel = of(hasMember=[{"reference": "Observation/1"}, {"reference": "Observation/2"}])
    assert observations.value(panel, UTC).text == "Panel of 2 results"


def test_a_panel_says_first_why_it_has_no_value():
    panel = of(hasMember=[{"reference": "Observation/1"}], dataAbsentReason={"text": "Sample lost"})
    assert observations.value(panel, UTC).missing == "Sample lost"


def test_an_attached_result_is_not_a_missing_one():
    url = "http://hl7.org/fhir/5.0/StructureDefinition/extension-Observation.valueAttachment"
    attached = {"title": "Ladder", "contentType": "image/png"}
    row = of(extension=[{"url": url, "valueAttachment": attached}])
    assert observations.value(row, UTC).text == "Attached: Ladder (image/png)"
