"""Each datatype in words: as sent, with its units, and why there is none."""

from datetime import UTC
from decimal import Decimal

import pytest

from smartapp.fhir.display import show_as

MASKED = {
    "extension": [
        {
            "url": "http://hl7.org/fhir/StructureDefinition/data-absent-reason",
            "valueCode": "masked",
        }
    ]
}
UNKNOWN = {
    "extension": [
        {
            "url": "http://hl7.org/fhir/StructureDefinition/data-absent-reason",
            "valueCode": "unknown",
        }
    ]
}


def words(datatype, value, sibling=None):
    return show_as(datatype, value, sibling, UTC)


@pytest.mark.parametrize(
    ("sent", "text"),
    [
        (Decimal("1.10"), "1.10"),
        (Decimal("0.0000001"), "0.0000001"),
        (Decimal("1E+2"), "100"),
        (Decimal("5.0"), "5.0"),
        (7, "7"),
        (0.5, "0.5"),
        (Decimal("1E+400"), "1E+400"),
    ],
)
def test_a_number_keeps_its_zeros_and_gets_no_exponent(sent, text):
    assert words("decimal", sent).text == text


@pytest.mark.parametrize(
    ("quantity", "text", "spoken"),
    [
        ({"value": Decimal("6.20"), "unit": "mmol/L", "code": "mmol/L"}, "6.20 mmol/L", ""),
        (
            {"value": Decimal("0.01"), "comparator": "<", "unit": "ug/L"},
            "<0.01 ug/L",
            "less than 0.01 ug/L",
        ),
        ({"value": 5, "comparator": ">=", "code": "mg"}, "≥5 mg", "greater than or equal to 5 mg"),
        ({"value": 5, "comparator": "~", "unit": "mg"}, "~ 5 mg", "~ 5 mg"),
        ({"value": 3, "code": "1"}, "3", ""),
        ({"unit": "mg"}, "(no value) mg", ""),
    ],
)
def test_a_quantity_says_its_comparator_and_unit(quantity, text, spoken):
    shown = words("Quantity", quantity)
    assert (shown.text, shown.spoken) == (text, spoken)


def test_a_quantity_whose_value_is_a_string_is_shown_as_sent_and_marked():
    shown = words("Quantity", {"value": "5,0", "unit": "mg"})
    assert shown.text == "5,0 mg"
    assert shown.raw


@pytest.mark.parametrize(
    ("datatype", "value", "text"),
    [
        ("Range", {"low": {"value": 3, "unit": "g"}, "high": {"value": 5, "unit": "g"}}, "3 – 5 g"),
        (
            "Range",
            {"low": {"value": 3, "unit": "g"}, "high": {"value": 5, "unit": "kg"}},
            "3 g – 5 kg",
        ),
        ("Range", {"low": {"value": 3, "unit": "g"}}, "≥3 g"),
        ("Range", {"high": {"value": 3, "unit": "g"}}, "≤3 g"),
        ("Ratio", {"numerator": {"value": 1}, "denominator": {"value": 128}}, "1 : 128"),
        (
            "Ratio",
            {"numerator": {"value": 5, "unit": "mg"}, "denominator": {"value": 1, "unit": "mL"}},
            "5 mg per 1 mL",
        ),
        ("Money", {"value": Decimal("12.50"), "currency": "USD"}, "12.50 USD"),
        ("Money", {"value": 3}, "3 (currency not given)"),
        (
            "SampledData",
            {"origin": {"value": 0, "unit": "mV"}, "period": 10, "data": "1 2 E 3"},
            "4 samples of mV, every 10 ms",
        ),
        ("Period", {"start": "2026-01-01", "end": "2026-02"}, "01-Jan-2026 – Feb-2026"),
        ("Period", {"start": "2026-01-01"}, "From 01-Jan-2026"),
        ("Period", {"end": "2026-01-01"}, "Until 01-Jan-2026"),
        ("boolean", False, "No"),
        ("code", "entered-in-error", "Entered in error"),
        ("code", "http", "Http"),
        ("token", "en-US", "en-US"),
        ("ContactPoint", {"value": "555", "system": "phone", "use": "home"}, "555 (phone, home)"),
        (
            "Address",
            {"line": ["1 Main St"], "city": "Ames", "state": "IA", "postalCode": "50010"},
            "1 Main St, Ames, IA 50010",
        ),
        ("Address", {"text": "Under the bridge"}, "Under the bridge"),
        ("base64Binary", "aGVsbG8=", "Data, 5 bytes"),
        (
            "Attachment",
            {"title": "CT", "contentType": "application/pdf", "size": 14200},
            "CT (application/pdf, 14.2 kB)",
        ),
        (
            "Signature",
            {"type": [{"display": "Author"}], "when": "2026-01-01", "who": {"display": "Lund, P"}},
            "Signed, by Lund, P, 01-Jan-2026, Author",
        ),
        ("Annotation", {"text": "Fell.", "authorString": "Lund"}, "Fell. (Lund)"),
    ],
)
def test_a_datatype_is_said_in_words(datatype, value, text):
    shown = words(datatype, value)
    assert shown.text == text
    assert not shown.raw


@pytest.mark.parametrize(
    ("name", "text"),
    [
        (
            {"family": "Okafor", "given": ["Ruth", "A"], "prefix": ["Dr"]},
            "OKAFOR, Ruth A (Dr)",
        ),
        ({"family": "Okafor", "given": ["Ruth"], "suffix": ["MD"]}, "OKAFOR, Ruth, MD"),
        ({"given": ["Ruth"]}, "Ruth"),
        ({"text": "Ruth of Ames"}, "Ruth of Ames"),
        ({"family": "Okafor", "use": "maiden"}, "OKAFOR [maiden name]"),
        ({"family": "x" * 200}, "X" * 200),
    ],
)
def test_a_name_is_family_given_title_and_never_cut(name, text):
    assert words("HumanName", name).text == text


@pytest.mark.parametrize(
    ("concept", "text"),
    [
        ({"text": "Asthma", "coding": [{"display": "x"}]}, "Asthma"),
        (
            {"coding": [{"display": "a"}, {"display": "chosen", "userSelected": True}]},
            "chosen",
        ),
        ({"coding": [{"code": "1", "system": "http://loinc.org"}, {"display": "b"}]}, "b"),
        ({"coding": [{"code": "85354-9", "system": "http://loinc.org"}]}, "LOINC|85354-9"),
        (
            {
                "coding": [
                    {
                        "code": "problem-list-item",
                        "system": "http://terminology.hl7.org/CodeSystem/condition-category",
                    }
                ]
            },
            "Problem list item",
        ),
        ({}, ""),
    ],
)
def test_a_concept_is_its_text_else_the_best_of_its_displays(concept, text):
    assert words("CodeableConcept", concept).text == text


def test_a_concept_keeps_every_coding():
    codings = words(
        "CodeableConcept", {"text": "x", "coding": [{"code": "1"}, {"code": "2"}]}
    ).codings
    assert [coding.code for coding in codings] == ["1", "2"]


@pytest.mark.parametrize(
    ("value", "sibling", "missing"),
    [
        (None, MASKED, "Masked – withheld"),
        (None, UNKNOWN, "Unknown"),
        (
            None,
            {"extension": [{"url": MASKED["extension"][0]["url"], "valueCode": "moon"}]},
            "No value, reason “moon”",
        ),
    ],
)
def test_a_missing_primitive_says_why(value, sibling, missing):
    shown = words("dateTime", value, sibling)
    assert (shown.text, shown.missing) == ("", missing)


def test_masked_and_unknown_are_told_apart():
    assert words("Reference", MASKED).missing != words("Reference", UNKNOWN).missing


@pytest.mark.parametrize(
    ("coding", "missing"),
    [
        (
            {
                "system": "http://terminology.hl7.org/CodeSystem/data-absent-reason",
                "code": "masked",
            },
            "Masked – withheld",
        ),
        (
            {"system": "http://terminology.hl7.org/CodeSystem/v3-NullFlavor", "code": "NASK"},
            "Not asked",
        ),
        (UNKNOWN, "Unknown"),
    ],
)
def test_a_coding_that_says_why_there_is_no_value_is_no_value(coding, missing):
    shown = words("CodeableConcept", {"coding": [coding]})
    assert (shown.text, shown.missing) == ("", missing)


def test_an_unmapped_code_beside_a_text_leaves_the_text():
    shown = words("CodeableConcept", {"text": "Penicillin", "coding": [UNKNOWN]})
    assert shown.text == "Penicillin"


def test_an_identifier_is_shown_as_the_sender_renders_it():
    identifier = {
        "type": {"text": "MRN"},
        "value": "0009917",
        "_value": {
            "extension": [
                {
                    "url": "http://hl7.org/fhir/StructureDefinition/rendered-value",
                    "valueString": "00-09917",
                }
            ]
        },
    }
    assert words("Identifier", identifier).text == "MRN 00-09917"


@pytest.mark.parametrize(
    ("reference", "text", "target"),
    [
        ({"reference": "Practitioner/1", "display": "Lund, P"}, "Lund, P", "Practitioner/1"),
        ({"reference": "Practitioner/1"}, "Practitioner/1", "Practitioner/1"),
        ({"display": "Lund, P"}, "Lund, P", None),
        ({"identifier": {"value": "77"}}, "77", None),
    ],
)
def test_a_reference_is_its_display_else_its_address(reference, text, target):
    shown = words("Reference", reference)
    assert (shown.text, shown.reference) == (text, target)


@pytest.mark.parametrize(
    "datatype",
    [
        "Quantity",
        "CodeableConcept",
        "HumanName",
        "Period",
        "Dosage",
        "Timing",
        "Reference",
        "Ratio",
    ],
)
@pytest.mark.parametrize("value", ["text", 7, True, [1], ["a", None]])
def test_a_value_of_a_wrong_type_is_shown_raw_and_marked(datatype, value):
    shown = words(datatype, value)
    assert shown.raw
    assert shown.text


def test_a_datatype_we_do_not_know_is_shown_raw():
    shown = words("MoonPhase", {"phase": "full"})
    assert shown.raw
    assert "full" in shown.text
