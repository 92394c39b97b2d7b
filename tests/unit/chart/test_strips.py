"""The allergy line has four states, and never says none of a list with a part missing."""

from zoneinfo import ZoneInfo

import pytest

from smartapp.chart.strips import allergy_line, encounter_facts, unavailable
from smartapp.fhir.types import REGISTRY
from tests.unit.chart.fakes import page, resource

ALLERGY = REGISTRY["AllergyIntolerance"]
ZONE = ZoneInfo("America/Chicago")
PENICILLIN = resource(
    "AllergyIntolerance", 1, code={"text": "Penicillin"}, recordedDate="2020-01-02"
)
NONE_KNOWN = resource(
    "AllergyIntolerance",
    2,
    code={"coding": [{"system": "http://snomed.info/sct", "code": "716186003"}]},
)


@pytest.mark.parametrize(
    ("matches", "kind"),
    [((PENICILLIN,), "known"), ((NONE_KNOWN,), "none-known"), ((), "not-recorded")],
)
def test_a_whole_list_has_one_of_three_states(matches, kind):
    assert allergy_line(page(ALLERGY, *matches), ZONE).kind == kind


@pytest.mark.parametrize("matches", [(), (NONE_KNOWN,)])
def test_an_unfinished_list_without_an_allergy_is_unavailable(matches):
    assert allergy_line(page(ALLERGY, *matches, complete=False), ZONE).kind == "unavailable"


def test_an_unfinished_list_with_an_allergy_says_that_there_may_be_more():
    line = allergy_line(page(ALLERGY, PENICILLIN, complete=False), ZONE)
    assert line.kind == "known"
    assert "perhaps more" in line.note


def test_known_allergies_are_named_with_the_date_they_were_recorded():
    line = allergy_line(page(ALLERGY, PENICILLIN), ZONE)
    assert (line.text, line.recorded) == ("Penicillin", "02-Jan-2020")


def test_a_failure_is_a_state_of_its_own():
    assert unavailable("no answer").label == "Unavailable"


def test_what_a_visit_does_not_say_is_said_not_to_be_recorded():
    facts = dict(encounter_facts(resource("Encounter"), ZONE))
    assert set(facts.values()) == {"Not recorded"}


def test_a_statement_about_drugs_alone_does_not_read_as_one_about_all_allergies():
    drugs = resource("AllergyIntolerance", 3, code={"text": "No known drug allergies"})
    line = allergy_line(page(ALLERGY, drugs), ZONE)
    assert (line.kind, line.label) == ("none-known", "No known drug allergies")
    assert line.text == "other kinds of allergy: not recorded"


def test_a_visit_with_an_unknown_modifier_states_nothing():
    visit = resource("Encounter", status="in-progress", implicitRules="http://x/reversed")
    ((label, text),) = encounter_facts(visit, ZONE)
    assert label == "This visit is not shown"
    assert "http://x/reversed" in text
