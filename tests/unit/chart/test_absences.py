"""Why there is nothing: five texts, for each of the types."""

import asyncio

import pytest

from smartapp.chart import cards
from smartapp.chart.frame import reach_of
from smartapp.chart.navigation import State
from smartapp.fhir.entry import Family
from smartapp.fhir.scopes import Scopes
from smartapp.fhir.types import REGISTRY
from smartapp.gateway.capability import Capability
from smartapp.gateway.errors import Forbidden, Malformed, Throttled, Unreachable, WrongPatient
from tests.unit.chart.fakes import launch, page, request_of, resource

ENTRIES = list(REGISTRY.values())
LISTED = [entry for entry in ENTRIES if "patient" in entry.search or "_id" in entry.search]
NOTHING = Capability.parse(
    {"rest": [{"resource": [{"type": "Basic", "interaction": [{"code": "read"}]}]}]}
)


def fails(error):
    def answer(entry):
        raise error

    return answer


async def told(found, entry):
    return await cards.section(request_of(found), reach_of(found, entry))


def names(entries):
    return [entry.name for entry in entries]


@pytest.mark.parametrize("entry", LISTED, ids=names(LISTED))
async def test_an_empty_answer_says_that_the_ehr_was_asked_and_has_none(entry):
    section = await told(launch(), entry)
    assert (section.kind, section.headline) == ("empty", "None recorded")


@pytest.mark.parametrize("entry", LISTED, ids=names(LISTED))
async def test_a_failure_is_told_with_a_reference_and_never_as_empty(entry):
    section = await told(launch(fails(Unreachable("down"))), entry)
    assert (section.kind, section.headline) == ("failed", "Not loaded")
    assert section.failure["reference"]


@pytest.mark.parametrize("entry", LISTED, ids=names(LISTED))
async def test_what_the_ehr_holds_is_counted_and_shown(entry):
    section = await told(launch(lambda e: page(e, resource(e.name))), entry)
    assert (section.kind, section.count) == ("rows", "1")


@pytest.mark.parametrize("entry", ENTRIES, ids=names(ENTRIES))
async def test_a_type_the_ehr_does_not_offer_is_said_so_and_not_asked_for(entry):
    found = launch(capability=NOTHING)
    section = await told(found, entry)
    assert (section.kind, section.headline) == ("not-supported", "Not available")
    assert found.said.asked == []


@pytest.mark.parametrize("entry", ENTRIES, ids=names(ENTRIES))
async def test_a_type_that_is_not_granted_is_said_so_and_not_asked_for(entry):
    found = launch(scopes=Scopes.parse("openid"))
    section = await told(found, entry)
    # No scope exists for what a server publishes of itself.
    expected = "not-asked" if entry.family is Family.METADATA else "not-granted"
    assert section.kind == expected
    assert found.said.asked == []


UNASKED = [entry for entry in ENTRIES if entry not in LISTED]


@pytest.mark.parametrize("entry", UNASKED, ids=names(UNASKED))
async def test_a_type_that_needs_more_than_the_patient_is_said_not_to_be_asked(entry):
    found = launch()
    section = await told(found, entry)
    assert (section.kind, section.headline) == ("not-asked", "Not asked for")
    assert found.said.asked == []


async def test_the_five_headlines_differ():
    entry = REGISTRY["Condition"]
    sections = [
        await told(launch(), entry),
        await told(launch(fails(Unreachable("down"))), entry),
        await told(launch(capability=NOTHING), entry),
        await told(launch(scopes=Scopes.parse("openid")), entry),
        await told(launch(), REGISTRY["Binary"]),
    ]
    assert len({section.headline for section in sections}) == 5
    assert len({section.kind for section in sections}) == 5


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (Forbidden("no"), "not-granted"),
        (Throttled("later"), "failed"),
        (Malformed("odd"), "failed"),
        (WrongPatient("other"), "failed"),
    ],
)
async def test_each_error_is_the_absence_that_it_means(error, kind):
    assert (await told(launch(fails(error)), REGISTRY["Condition"])).kind == kind


async def test_withdrawn_records_are_counted_not_shown():
    wrong = resource("Condition", 2, verificationStatus={"coding": [{"code": "entered-in-error"}]})
    section = await told(
        launch(lambda e: page(e, resource("Condition"), wrong)), REGISTRY["Condition"]
    )
    assert section.count == "1"
    assert "1 hidden as entered in error" in section.meta


async def test_an_unfinished_list_is_counted_as_or_more():
    answer = page(REGISTRY["Condition"], resource("Condition"), complete=False, stopped="Cut.")
    section = await told(launch(lambda _: answer), REGISTRY["Condition"])
    assert section.count == "1 or more"
    assert section.notes == ("Cut.",)


async def test_an_empty_but_unfinished_list_is_never_called_empty():
    answer = page(REGISTRY["Condition"], complete=False, stopped="Cut.")
    section = await told(launch(lambda _: answer), REGISTRY["Condition"])
    assert section.kind == "rows"
    assert section.count == "0 or more"


async def test_a_slow_type_becomes_a_placeholder_and_holds_up_none():
    never = asyncio.Event()

    async def late(entry):
        await never.wait()

    def answer(entry):
        return late(entry) if entry.name == "Condition" else page(entry)

    found = launch()
    found.said.answer = lambda entry, params: answer(entry)
    sections = await cards.gather(request_of(found), Family.PROBLEMS, deadline_s=0.05)
    kinds = {section.name: section.kind for section in sections}
    assert kinds.pop("Condition") == "pending"
    assert set(kinds.values()) == {"empty"}


async def test_an_error_that_is_not_the_ehrs_is_not_hidden_in_a_card():
    with pytest.raises(RuntimeError):
        await cards.gather(request_of(launch(fails(RuntimeError("no audit")))), Family.PROBLEMS)


def test_a_types_reach_is_the_least_of_offer_and_grant():
    entry = REGISTRY["Observation"]
    by_id_only = launch(scopes=Scopes.parse("user/Observation.r"))
    assert reach_of(by_id_only, entry).state is State.ID
