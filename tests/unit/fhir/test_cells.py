"""Columns in clinical words: what no single element path can say."""

import pytest

from tests.unit.fhir.said import CERNER, shown, text


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        (
            {
                "reaction": [
                    {"manifestation": [{"text": "rash"}, {"text": "wheeze"}], "severity": "severe"},
                    {"manifestation": [{"text": "nausea"}]},
                ]
            },
            "rash + wheeze (severe), nausea",
        ),
        ({"reaction": [{"severity": "mild"}]}, "reaction not named (mild)"),
        ({"reaction": [{"description": "swelling"}]}, "swelling"),
    ],
)
def test_reactions_of_one_event_are_joined_by_plus(fields, words):
    assert text("AllergyIntolerance", "Reactions", **fields) == words


def test_an_allergy_without_reactions_says_that_they_are_not_known():
    assert shown("AllergyIntolerance", "Reactions").missing == "Reaction not known"


def test_a_refuted_allergy_reads_as_none():
    refuted = {"coding": [{"code": "refuted"}]}
    found = shown(
        "AllergyIntolerance",
        "Substance",
        code={"coding": [{"display": "Latex"}]},
        verificationStatus=refuted,
    )
    assert (found.text, found.tone) == ("Latex (refuted – not an allergy)", "negated")


def test_a_substance_in_words_only_is_said_not_to_be_coded():
    assert text("AllergyIntolerance", "Substance", code={"text": "blue dye"}) == (
        "blue dye (not coded)"
    )


def test_an_onset_says_how_precise_it_is():
    precision = {"url": CERNER + "precision", "valueCodeableConcept": {"text": "About"}}
    fields = {"onsetDateTime": "2015", "_onsetDateTime": {"extension": [precision]}}
    assert text("AllergyIntolerance", "Onset", **fields) == "About 2015"


def test_a_high_criticality_stands_out():
    found = shown("AllergyIntolerance", "Criticality", criticality="high")
    assert (found.text, found.tone) == ("HIGH RISK", "warning")


def result(**condition):
    value = {"url": CERNER + "condition-result", "valueCodeableConcept": condition.pop("result")}
    return {"modifierExtension": [value], **condition}


@pytest.mark.parametrize(
    ("condition", "words"),
    [
        ({"code": {"text": "Cancer"}}, "Cancer"),
        (
            result(result={"coding": [{"code": "260385009"}]}, code={"text": "Cancer"}),
            "No history of Cancer",
        ),
        (
            result(result={"coding": [{"code": "261665006"}]}, code={"text": "Cancer"}),
            "Cancer (not known whether)",
        ),
        (
            {"code": {"text": "Cancer"}, "contributedToDeath": True},
            "Cancer, contributed to death",
        ),
    ],
)
def test_a_negative_family_condition_never_reads_as_a_positive(condition, words):
    assert text("FamilyMemberHistory", "Condition", condition=[condition]) == words


def test_onset_ages_are_told_apart_by_condition():
    conditions = [
        {"code": {"text": "A"}, "onsetAge": {"value": 40, "unit": "years"}},
        {"code": {"text": "B"}, "onsetString": "childhood"},
    ]
    assert text("FamilyMemberHistory", "Onset age", condition=conditions) == (
        "A: 40 years; B: childhood"
    )


def test_a_stay_counts_its_days():
    period = {"start": "2026-05-01", "end": "2026-05-04"}
    assert text("Encounter", "Start – end", status="finished", period=period) == (
        "01-May-2026 – 04-May-2026 (3 days)"
    )


def test_an_appointment_says_its_end_by_the_time_alone_on_the_same_day():
    fields = {"start": "2026-05-09T15:00:00Z", "end": "2026-05-09T15:30:00Z"}
    assert text("Appointment", "Start – end", **fields) == "09-May-2026 10:00 −05:00 – 10:30"


def test_an_appointment_tells_people_from_places_and_from_the_patient():
    participant = [
        {"actor": {"reference": "Patient/1", "display": "OKAFOR"}, "status": "accepted"},
        {
            "actor": {"reference": "Practitioner/2", "display": "Lund"},
            "type": [{"text": "Resource"}],
        },
        {"actor": {"reference": "Location/3", "display": "Clinic"}},
    ]
    assert text("Appointment", "With", participant=participant) == "Lund (Resource)"
    assert text("Appointment", "Location", participant=participant) == "Clinic"
    assert text("Appointment", "Patient response", participant=participant) == "Accepted"


def test_members_who_left_a_team_are_counted():
    participant = [
        {"member": {"display": "Lund"}, "role": [{"text": "Nurse"}]},
        {"member": {"display": "Gone"}, "period": {"end": "2001-01-01"}},
    ]
    assert text("CareTeam", "Members", participant=participant) == "Lund (Nurse); 1 left the team"


def test_a_plan_without_elements_is_said_by_its_narrative():
    div = "<div><p>Walk <b>daily</b>.</p><p>Eat &amp; sleep.</p></div>"
    assert text("CarePlan", "Content", text={"div": div}) == "Walk daily.\nEat & sleep."


def test_what_must_not_be_ordered_reads_as_a_negative():
    found = shown("ServiceRequest", "Order", code={"text": "MRI"}, doNotPerform=True)
    assert (found.text, found.tone) == ("DO NOT: MRI", "negated")


def test_what_cannot_wait_stands_out():
    found = shown("ServiceRequest", "Priority", priority="stat")
    assert (found.text, found.tone) == ("STAT", "warning")


@pytest.mark.parametrize(
    ("sent", "words", "tone"),
    [
        ("NPO", "NOTHING BY MOUTH (NPO)", "warning"),
        ("NPO after midnight", "NPO after midnight", "warning"),
        ("Regular diet", "Regular diet", ""),
    ],
)
def test_nothing_by_mouth_stands_out_and_a_condition_on_it_is_kept(sent, words, tone):
    found = shown("NutritionOrder", "Diet", oralDiet={"type": [{"text": sent}]})
    assert (found.text, found.tone) == (words, tone)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"deceasedAge": {"value": 61, "unit": "years"}}, "Yes, at 61 years"),
        ({"deceasedDate": "2010"}, "Yes, 2010"),
        ({"deceasedBoolean": True}, "Yes"),
        ({"deceasedBoolean": False}, "No"),
        ({"deceasedString": "in the war"}, "in the war"),
    ],
)
def test_a_relatives_death_is_said_with_what_is_known_of_it(fields, words):
    assert text("FamilyMemberHistory", "Deceased", **fields) == words


def test_a_goal_says_what_is_to_be_reached():
    target = [{"measure": {"text": "HbA1c"}, "detailQuantity": {"value": 7, "unit": "%"}}]
    assert text("Goal", "Target", target=target) == "HbA1c: 7 %"


def test_an_unsigned_document_stands_out():
    found = shown("DocumentReference", "Document status", docStatus="preliminary")
    assert (found.text, found.tone) == ("UNSIGNED", "warning")


def test_a_documents_own_title_stands_beside_its_type():
    fields = {"type": {"text": "Note"}, "description": "Follow-up"}
    assert text("DocumentReference", "Type and title", **fields) == "Note – Follow-up"


@pytest.mark.parametrize(
    ("provision", "words"),
    [
        ({"type": "permit"}, "Permit"),
        ({"type": "deny"}, "DENY"),
        ({"type": "permit", "provision": [{"type": "deny"}]}, "DENY in part, else permit"),
        ({"type": "deny", "provision": [{"type": "permit"}]}, "DENY, with exceptions that permit"),
        (
            {"provision": [{"type": "permit"}, {"type": "deny"}]},
            "DENY and permit – see the details",
        ),
    ],
)
def test_a_consent_says_deny_first(provision, words):
    assert text("Consent", "Decision", provision=provision) == words


def test_an_unanswered_question_is_said_to_be_and_never_reads_as_no():
    item = [
        {"text": "Smoker", "answer": [{"valueBoolean": False}]},
        {"text": "Drinker"},
        {"text": "Group", "item": [{"linkId": "3.1", "answer": [{"valueInteger": 2}]}]},
    ]
    assert text("QuestionnaireResponse", "Answers", item=item) == (
        "Smoker: No; Drinker: not answered; 3.1: 2"
    )


def test_a_balance_is_said_with_its_currency():
    money = {"value": 12, "currency": "USD"}
    extension = [{"url": CERNER + "account-balance", "valueMoney": money}]
    assert text("Account", "Balance", extension=extension) == "12 USD"


def test_a_coverage_names_plan_and_group():
    rows = [
        {"type": {"text": "Plan"}, "name": "Gold", "value": "77"},
        {"type": {"text": "Group"}, "value": "88"},
    ]
    assert text("Coverage", "Plan or group", **{"class": rows}) == "Plan: Gold (77); Group: 88"


def test_a_practitioner_is_named_with_the_credential_once():
    fields = {
        "name": [{"family": "Lund", "suffix": ["RN"]}],
        "qualification": [{"code": {"text": "RN"}}],
    }
    assert text("Practitioner", "Name", **fields) == "LUND, RN"


def test_race_is_said_by_its_text():
    url = "http://hl7.org/fhir/us/core/StructureDefinition/us-core-race"
    extension = [{"url": url, "extension": [{"url": "text", "valueString": "White"}]}]
    assert text("Patient", "Race and ethnicity", extension=extension) == "White"


def test_a_column_that_cannot_read_a_resource_says_so():
    found = shown("Questionnaire", "Questions", item=[{"type": ["odd"]}])
    assert (found.text, found.raw) == ("Could not be read – see the details", True)


@pytest.mark.parametrize(
    ("intent", "words"),
    [
        ("order", "MRI"),
        ("plan", "MRI (plan, not an order)"),
        ("option", "MRI (option, not an order)"),
    ],
)
def test_a_request_that_orders_nothing_says_so(intent, words):
    assert text("ServiceRequest", "Order", code={"text": "MRI"}, intent=intent) == words
