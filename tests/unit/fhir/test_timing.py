"""Timings and dosages: the sig as written, the structured dose in words."""

from datetime import UTC
from decimal import Decimal

import pytest

from smartapp.fhir.display import show_as


@pytest.mark.parametrize(
    ("repeat", "words"),
    [
        ({"frequency": 1, "period": 1, "periodUnit": "d"}, "every day"),
        ({"frequency": 2, "period": 1, "periodUnit": "d"}, "2 times every day"),
        ({"frequency": 1, "period": 8, "periodUnit": "h"}, "every 8 hours"),
        ({"frequency": 1, "period": 4, "periodMax": 6, "periodUnit": "h"}, "every 4–6 hours"),
        (
            {"frequency": 1, "frequencyMax": 2, "period": 1, "periodUnit": "d"},
            "1–2 times every day",
        ),
        ({"dayOfWeek": ["mon", "wed"], "timeOfDay": ["08:00:00"]}, "Mon, Wed, at 08:00"),
        ({"when": ["AC"], "offset": 30}, "30 minutes before meals"),
        ({"duration": 2, "durationUnit": "h"}, "over 2 hours"),
        ({"count": 3}, "3 times in all"),
        ({"boundsDuration": {"value": 7, "unit": "days"}}, "for 7 days"),
        ({"boundsPeriod": {"start": "2026-01-01"}}, "from 01-Jan-2026"),
        ({"when": ["XX"]}, "XX"),
    ],
)
def test_a_repeat_is_said_in_words(repeat, words):
    assert show_as("Timing", {"repeat": repeat}, None, UTC).text == words


def test_a_timing_says_its_code_and_its_events():
    timing = {"code": {"text": "BID"}, "event": ["2026-01-01", "2026-01-02"]}
    assert show_as("Timing", timing, None, UTC).text == "BID; 01-Jan-2026, 02-Jan-2026"


@pytest.mark.parametrize(
    ("dosage", "words"),
    [
        ({"text": "Take one daily"}, "Take one daily"),
        (
            {"text": "1 tab BID", "doseAndRate": [{"doseQuantity": {"value": 5, "unit": "mg"}}]},
            "1 tab BID — DOSE 5 mg",
        ),
        (
            {
                "text": "15 mg, Oral, BID",
                "doseAndRate": [{"doseQuantity": {"value": 5, "unit": "mg"}}],
                "route": {"text": "Oral"},
                "timing": {"code": {"text": "BID"}},
            },
            "15 mg, Oral, BID — DOSE 5 mg",
        ),
        (
            {
                "text": "5 mg, Oral",
                "doseAndRate": [{"doseQuantity": {"value": 5, "unit": "mg"}}],
                "route": {"text": "Oral"},
            },
            "5 mg, Oral",
        ),
        (
            {
                "text": "5 mg/kg",
                "doseAndRate": [{"doseQuantity": {"value": 5, "unit": "mg"}}],
            },
            "5 mg/kg — DOSE 5 mg",
        ),
        (
            {
                "doseAndRate": [{"doseQuantity": {"value": Decimal("5.0"), "unit": "mg"}}],
                "route": {"text": "Oral"},
                "asNeededCodeableConcept": {"text": "pain"},
            },
            "DOSE 5 mg — Oral — as needed for pain",
        ),
        (
            {"doseAndRate": [{"doseQuantity": {"value": 10000, "unit": "U"}}]},
            "DOSE 10,000 units",
        ),
        (
            {"doseAndRate": [{"rateQuantity": {"value": Decimal("125.0"), "unit": "mL/h"}}]},
            "RATE 125 mL/h",
        ),
        ({"asNeededBoolean": True}, "as needed"),
        (
            {
                "maxDosePerPeriod": {
                    "numerator": {"value": 4, "unit": "g"},
                    "denominator": {"value": 1, "unit": "d"},
                }
            },
            "at most 4 g per 1 d",
        ),
    ],
)
def test_a_dosage_is_its_sig_and_its_structured_dose(dosage, words):
    assert show_as("Dosage", dosage, None, UTC).text == words


def test_a_dose_keeps_its_comparator():
    dosage = {"doseAndRate": [{"doseQuantity": {"value": 5, "comparator": "<", "unit": "mg"}}]}
    assert show_as("Dosage", dosage, None, UTC).text == "DOSE <5 mg"


@pytest.mark.parametrize(
    ("unit", "words"),
    [
        ("\N{MICRO SIGN}g", "microgram"),
        ("\N{GREEK SMALL LETTER MU}g/kg/min", "microgram/kg/min"),
        ("U/h", "units/h"),
        ("[IU]", "international units"),
        ("mL/h", "mL/h"),
    ],
)
def test_a_unit_that_is_easily_misread_is_never_shown_in_a_dose(unit, words):
    dosage = {"doseAndRate": [{"doseQuantity": {"value": 50, "unit": unit}}]}
    assert show_as("Dosage", dosage, None, UTC).text == f"DOSE 50 {words}"


@pytest.mark.parametrize(
    ("sig", "words"),
    [
        ("1000 mg by mouth", "1000 mg by mouth"),
        ("11,000 mg by mouth", "11,000 mg by mouth — DOSE 1,000 mg"),
    ],
)
def test_a_comma_of_thousands_makes_no_other_dose(sig, words):
    dosage = {"text": sig, "doseAndRate": [{"doseQuantity": {"value": 1000, "unit": "mg"}}]}
    assert show_as("Dosage", dosage, None, UTC).text == words


def test_the_limit_of_a_dose_is_written_as_a_dose():
    limit = {
        "numerator": {"value": Decimal("4000.0"), "unit": "mg"},
        "denominator": {"value": 1, "unit": "d"},
    }
    shown = show_as("Dosage", {"maxDosePerPeriod": limit}, None, UTC)
    assert shown.text == "at most 4,000 mg per 1 d"
