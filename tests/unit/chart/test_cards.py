"""Cards: what was asked for, what is in force first, and no age or absence that is not known."""

import pytest

from smartapp.chart import cards
from smartapp.chart.frame import reach_of
from smartapp.fhir.bundles import Issue
from smartapp.fhir.types import REGISTRY
from smartapp.gateway.capability import Capability
from tests.unit.chart.fakes import launch, page, request_of, resource

MILLENNIUM = Capability.parse({"software": {"name": "Oracle Health Millennium"}})


async def told(found, name):
    return await cards.section(request_of(found), reach_of(found, REGISTRY[name]))


def prescriptions(*states):
    return [
        resource(
            "MedicationRequest",
            number,
            status=state,
            authoredOn=f"2026-11-{20 - number}",
            medicationCodeableConcept={"text": f"drug {number}"},
        )
        for number, state in enumerate(states)
    ]


async def test_what_is_in_force_comes_before_drafts_and_what_was_stopped():
    rows = prescriptions("draft", "stopped", "active", "on-hold", "completed")
    section = await told(launch(lambda entry: page(entry, *rows)), "MedicationRequest")
    shown = [section.rows.index(f"drug {number}") for number in (2, 3, 0)]
    assert shown == sorted(shown)
    assert "Newest from today" in section.meta


async def test_what_was_ordered_here_comes_before_what_is_only_reported():
    rows = prescriptions("active", "active", "active", "active")
    rows[0]["reportedBoolean"] = True
    section = await told(launch(lambda entry: page(entry, *rows)), "MedicationRequest")
    assert "drug 0" not in section.rows


async def test_an_unknown_state_is_not_sorted_away():
    rows = prescriptions("stopped", "stopped", "stopped", "made-up")
    section = await told(launch(lambda entry: page(entry, *rows)), "MedicationRequest")
    assert "drug 3" in section.rows


async def test_of_a_list_in_part_the_newest_is_only_that_of_the_part():
    rows = prescriptions("active")
    found = launch(lambda entry: page(entry, *rows, complete=False, stopped="It has more."))
    assert "Newest of these" in (await told(found, "MedicationRequest")).meta


async def test_where_all_is_withdrawn_nothing_is_said_not_to_be_recorded():
    rows = prescriptions("entered-in-error")
    section = await told(launch(lambda entry: page(entry, *rows)), "MedicationRequest")
    assert (section.headline, section.text) == (
        "None in force",
        "Only records entered in error were sent.",
    )


@pytest.mark.parametrize("rows", [(), (resource("Appointment", 1, status="booked"),)])
async def test_a_card_that_asked_for_a_part_says_for_which(rows):
    found = launch(lambda entry: page(entry, *rows), capability=MILLENNIUM)
    section = await told(found, "Appointment")
    assert "Date from" in section.meta
    assert section.headline in {"", "None found"}


@pytest.mark.parametrize("rows", [[], prescriptions("active")])
async def test_what_the_ehr_says_of_its_answer_stands_in_the_card(rows):
    issue = Issue("warning", "suppressed", "One item was withheld.")
    found = launch(lambda entry: page(entry, *rows, issues=(issue,)))
    section = await told(found, "MedicationRequest")
    assert section.notes == ("The EHR says: One item was withheld.",)
