"""The allergy line: known, none known, not recorded."""

import pytest

from smartapp.fhir.allergies import Allergies, allergy_state, is_negative

SNOMED = "http://snomed.info/sct"
NONE_KNOWN = {"coding": [{"system": SNOMED, "code": "716186003"}], "text": "No known allergy"}
NO_DRUG_TEXT = "No known drug allergy"
NO_DRUG = {"coding": [{"system": SNOMED, "code": "409137002", "display": NO_DRUG_TEXT}]}


def allergy(code, clinical="active", sure="confirmed", **fields):
    return {
        "resourceType": "AllergyIntolerance",
        "code": code,
        "clinicalStatus": {"coding": [{"code": clinical}]},
        "verificationStatus": {"coding": [{"code": sure}]},
        **fields,
    }


PENICILLIN = allergy({"text": "Penicillin"}, recordedDate="2020-02-01")
EGG = allergy({"text": "egg"}, recordedDate="2021-03")


@pytest.mark.parametrize(
    ("rows", "kind", "text"),
    [
        ([], Allergies.NOT_RECORDED, "Not recorded"),
        ([PENICILLIN, EGG], Allergies.KNOWN, "egg; Penicillin"),
        ([allergy(NONE_KNOWN)], Allergies.NONE_KNOWN, "No known allergy"),
        ([allergy(NO_DRUG)], Allergies.NONE_KNOWN, "No known drug allergy"),
        ([allergy(NO_DRUG), EGG], Allergies.KNOWN, "egg"),
        (
            [allergy({"text": "Latex"}, clinical="resolved")],
            Allergies.NOT_RECORDED,
            "Not recorded (1 past or refuted)",
        ),
        (
            [allergy({"text": "Latex"}, sure="refuted")],
            Allergies.NOT_RECORDED,
            "Not recorded (1 past or refuted)",
        ),
        (
            [allergy({"text": "Latex"}, sure="entered-in-error")],
            Allergies.NOT_RECORDED,
            "Not recorded",
        ),
        ([allergy(NONE_KNOWN, sure="entered-in-error")], Allergies.NOT_RECORDED, "Not recorded"),
        ([{"resourceType": "AllergyIntolerance"}], Allergies.KNOWN, "Substance not named"),
        (
            [allergy({"text": "Latex"}, sure="unconfirmed")],
            Allergies.KNOWN,
            "Latex (unconfirmed)",
        ),
        (
            [allergy({"text": "Bees"}, meta={"security": [{"code": "UNCERTREL"}]})],
            Allergies.KNOWN,
            "Bees (from outside, not verified)",
        ),
        (
            [{"code": {"text": "Latex"}, "verificationStatus": {"text": "Refuted"}}],
            Allergies.NOT_RECORDED,
            "Not recorded (1 past or refuted)",
        ),
        ([{"reaction": [{"substance": {"text": "nuts"}}]}], Allergies.KNOWN, "nuts"),
        (
            [allergy(NONE_KNOWN, modifierExtension=[{"url": "http://x/not"}])],
            Allergies.KNOWN,
            "1 not readable here, see the EHR",
        ),
        ([allergy(NO_DRUG | {"text": "NKMA"})], Allergies.NONE_KNOWN, f"{NO_DRUG_TEXT} (NKMA)"),
    ],
)
def test_the_list_as_a_whole_is_in_one_of_three_states(rows, kind, text):
    state = allergy_state(rows)
    assert (state.kind, state.text) == (kind, text)


def test_the_newest_recording_is_kept_as_sent():
    assert allergy_state([PENICILLIN, EGG]).recorded == "2021-03"


@pytest.mark.parametrize(
    ("code", "negative"),
    [
        (NONE_KNOWN, True),
        ({"text": "No Known Medication Allergies"}, True),
        ({"text": "NKDA"}, True),
        ({"text": "NKA"}, True),
        ({"coding": [{"system": "http://other", "code": "716186003"}]}, False),
        ({"text": "Nickel"}, False),
        ({"text": "nkd"}, False),
        (None, False),
    ],
)
def test_a_negative_statement_is_told_from_an_allergy(code, negative):
    assert is_negative({"code": code} if code else {}) is negative


@pytest.mark.parametrize(
    ("code", "whole"),
    [
        (NONE_KNOWN, True),
        ({"text": "NKA"}, True),
        ({"text": "No known allergies"}, True),
        (NO_DRUG, False),
        ({"text": "NKDA"}, False),
        (NONE_KNOWN | {"text": "No known food allergies"}, False),
    ],
)
def test_no_known_drug_allergy_is_not_no_known_allergy(code, whole):
    assert allergy_state([allergy(code)]).of_all_kinds is whole
