"""Statuses in words: withdrawn, negated, unknown, and what changes the meaning of a row."""

from datetime import UTC

import pytest

from smartapp.fhir import status
from smartapp.fhir.types import REGISTRY

CERNER = "https://fhir-ehr.cerner.com/r4/StructureDefinition/"


def concept(code, text=None):
    return {"coding": [{"code": code}]} | ({"text": text} if text else {})


@pytest.mark.parametrize(
    "resource",
    [
        {"resourceType": "Observation", "status": "entered-in-error"},
        {"resourceType": "Condition", "verificationStatus": concept("entered-in-error")},
        {"resourceType": "Condition", "verificationStatus": {"text": "Entered in Error"}},
        {
            "resourceType": "Condition",
            "verificationStatus": {"coding": [{"code": "x"}, {"code": "entered-in-error"}]},
        },
        {"resourceType": "DocumentReference", "status": "current", "docStatus": "entered-in-error"},
        {"resourceType": "Goal", "lifecycleStatus": "entered-in-error"},
    ],
)
def test_a_resource_entered_in_error_is_found_wherever_it_says_so(resource):
    assert status.is_retracted(resource)
    assert status.status_text(resource) == "Entered in error"


@pytest.mark.parametrize(
    "resource",
    [
        {},
        {"status": None},
        {"status": ["entered-in-error"]},
        {"verificationStatus": concept("refuted")},
        {"code": {"text": "entered-in-error"}},
    ],
)
def test_any_other_resource_is_not_retracted(resource):
    assert not status.is_retracted(resource)


@pytest.mark.parametrize(
    ("resource", "words"),
    [
        ({"resourceType": "Condition", "clinicalStatus": concept("active")}, "Active"),
        (
            {
                "resourceType": "Condition",
                "clinicalStatus": concept("active", "Active"),
                "verificationStatus": concept("provisional"),
            },
            "Active, provisional",
        ),
        ({"resourceType": "Condition"}, ""),
        (
            {
                "resourceType": "AllergyIntolerance",
                "clinicalStatus": concept("active"),
                "meta": {"security": [{"code": "UNCERTREL"}]},
            },
            "Active, from outside, not verified",
        ),
        ({"resourceType": "DocumentReference", "status": "superseded"}, "Superseded"),
        (
            {"resourceType": "DocumentReference", "status": "current", "docStatus": "amended"},
            "Current, amended",
        ),
        (
            {"resourceType": "Goal", "lifecycleStatus": "rejected", "statusReason": "no"},
            "Rejected – no",
        ),
        ({"resourceType": "Observation", "status": "cancelled"}, "No result – cancelled"),
        ({"resourceType": "Observation", "status": "registered"}, "Pending"),
        ({"resourceType": "Observation", "status": "preliminary"}, "Preliminary"),
        (
            {"resourceType": "DocumentReference", "status": "current", "docStatus": "preliminary"},
            "Current, UNSIGNED",
        ),
        (
            {
                "resourceType": "Appointment",
                "status": "noshow",
                "cancelationReason": {"text": "Ill"},
            },
            "Did not attend – Ill",
        ),
        ({"resourceType": "Goal", "lifecycleStatus": "on-hold"}, "On hold"),
        ({"resourceType": "Patient", "active": False}, "Inactive"),
        ({"resourceType": "Practitioner", "active": True}, "Active"),
        ({"resourceType": "FamilyMemberHistory", "status": "health-unknown"}, "Health not known"),
    ],
)
def test_a_status_is_said_in_words(resource, words):
    assert status.status_text(resource) == words


@pytest.mark.parametrize("name", sorted(REGISTRY))
def test_an_unknown_status_is_its_raw_code_and_never_active(name):
    shown = status.shown({"resourceType": name, "status": "moon-lit"}, UTC)
    assert (shown.text, shown.raw) == ("moon-lit", True)


def test_a_status_that_is_withheld_says_why():
    absent = "http://hl7.org/fhir/StructureDefinition/data-absent-reason"
    resource = {"_status": {"extension": [{"url": absent, "valueCode": "unknown"}]}}
    assert status.shown(resource, UTC).missing == "Unknown"


def test_a_coverage_whose_period_is_over_has_ended_though_active():
    coverage = {"resourceType": "Coverage", "status": "active", "period": {"end": "2001-01-01"}}
    assert status.status_text(coverage, UTC) == "Ended"


def test_a_coverage_whose_period_goes_on_is_active():
    coverage = {"resourceType": "Coverage", "status": "active", "period": {"end": "2999"}}
    assert status.status_text(coverage, UTC) == "Active"


@pytest.mark.parametrize(
    ("resource", "words"),
    [
        (
            {
                "resourceType": "Procedure",
                "status": "not-done",
                "statusReason": {"text": "refused"},
            },
            "NOT DONE – refused",
        ),
        (
            {
                "resourceType": "MedicationAdministration",
                "status": "not-done",
                "statusReason": [{"text": "asleep"}, {"text": "nil by mouth"}],
            },
            "NOT GIVEN – asleep, nil by mouth",
        ),
        ({"resourceType": "Immunization", "status": "not-done"}, "NOT GIVEN"),
        ({"resourceType": "ServiceRequest", "doNotPerform": True}, "DO NOT"),
        (
            {"resourceType": "ServiceRequest", "status": "active", "doNotPerform": True},
            "DO NOT (active)",
        ),
        (
            {"resourceType": "ServiceRequest", "status": "revoked", "doNotPerform": True},
            "DO NOT (revoked)",
        ),
        ({"resourceType": "Condition", "verificationStatus": {"text": "Refuted"}}, "Refuted"),
        (
            {"resourceType": "AllergyIntolerance", "verificationStatus": concept("refuted")},
            "Refuted – not an allergy",
        ),
        ({"resourceType": "Condition", "verificationStatus": concept("refuted")}, "Refuted"),
        ({"resourceType": "MedicationDispense", "status": "declined"}, "DECLINED"),
    ],
)
def test_a_negation_is_read_as_a_negative(resource, words):
    shown = status.shown(resource, UTC)
    assert (shown.text, shown.tone) == (words, "negated")
    assert status.is_negated(resource)


def test_what_may_be_done_is_no_negation():
    assert not status.is_negated({"status": "active", "doNotPerform": False})


@pytest.mark.parametrize(
    ("resource", "found"),
    [
        ({"modifierExtension": [{"url": "https://x/not"}]}, ["https://x/not"]),
        ({"component": [{"modifierExtension": [{"url": "https://x/y"}]}]}, ["https://x/y"]),
        ({"contained": [{"modifierExtension": [{"url": "https://x/z"}]}]}, ["https://x/z"]),
        ({"implicitRules": "https://x/rules"}, ["https://x/rules"]),
        ({"modifierExtension": [{}]}, ["an extension without an address"]),
        ({"modifierExtension": []}, []),
        ({"extension": [{"url": "https://x/y"}]}, []),
    ],
)
def test_a_modifier_that_we_do_not_know_blocks_the_row(resource, found):
    assert status.unknown_modifiers(resource) == found


@pytest.mark.parametrize(
    ("value", "result"),
    [
        ({"coding": [{"code": "260385009"}]}, "negative"),
        ({"coding": [{"code": "10828004"}]}, "positive"),
        ({"text": "NEGATIVE"}, "negative"),
        ({"text": "maybe"}, ""),
        ("negative", ""),
    ],
)
def test_the_result_of_a_family_condition_is_known_or_blocks_the_row(value, result):
    extension = {"url": CERNER + "condition-result", "valueCodeableConcept": value}
    condition = {"modifierExtension": [extension]}
    assert status.condition_result(condition) == result
    assert bool(status.unknown_modifiers({"condition": [condition]})) is (not result)


@pytest.mark.parametrize(
    ("resource", "past"),
    [
        ({"resourceType": "MedicationRequest", "status": "active"}, False),
        ({"resourceType": "MedicationRequest", "status": "draft"}, True),
        ({"resourceType": "MedicationRequest", "status": "made-up"}, False),
        ({"resourceType": "MedicationRequest"}, False),
        ({"resourceType": "Encounter", "status": "planned"}, True),
        ({"resourceType": "Observation", "status": "cancelled"}, False),
    ],
)
def test_only_a_state_that_is_known_not_to_be_in_force_is_past(resource, past):
    assert status.is_past(resource) is past


@pytest.mark.parametrize(
    ("resource", "tone"),
    [
        (
            {
                "resourceType": "DocumentReference",
                "status": "current",
                "docStatus": "preliminary",
            },
            "warning",
        ),
        ({"resourceType": "DocumentReference", "status": "current", "docStatus": "final"}, ""),
        (
            {
                "resourceType": "Condition",
                "clinicalStatus": concept("active"),
                "verificationStatus": concept("provisional"),
            },
            "warning",
        ),
    ],
)
def test_what_is_unsigned_or_unsure_stands_out(resource, tone):
    assert status.shown(resource, UTC).tone == tone
