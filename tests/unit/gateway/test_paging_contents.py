"""What stands in the pages of a list: messages, poison, includes, very large pages."""

import pytest
import stamina

from smartapp.gateway import errors
from tests.unit.gateway.ehr import Ehr, Reply, Session, bundle, observation
from tests.unit.gateway.test_paging import OBSERVATION, ids, page, search


@pytest.fixture(autouse=True)
def _without_waiting():
    with stamina.set_testing(True, attempts=10, cap=True):
        yield


def outcome(severity, code, text="Some were suppressed"):
    issue = {"severity": severity, "code": code, "diagnostics": text}
    return {"resourceType": "OperationOutcome", "issue": [issue]}


@pytest.mark.parametrize(
    ("severity", "code", "complete"),
    [
        ("warning", "suppressed", False),
        ("warning", "incomplete", False),
        ("error", "exception", False),
        ("fatal", "exception", False),
        ("warning", "informational", True),
        ("information", "informational", True),
    ],
)
@pytest.mark.parametrize("mode", ["outcome", "match"])
async def test_a_message_within_a_list_is_no_item(severity, code, complete, mode):
    answer = bundle(observation("a"))
    answer["entry"].append({"resource": outcome(severity, code), "search": {"mode": mode}})
    found, _ = await search({"patient=p1": Reply(answer)})
    assert (ids(found), found.complete) == (["a"], complete)
    assert [issue.text for issue in found.issues] == ["Some were suppressed"]
    assert complete or "Some were suppressed" in found.stopped


async def test_a_message_instead_of_a_list_is_an_error():
    with pytest.raises(errors.Rejected) as caught:
        await search({"patient=p1": Reply(outcome("error", "processing", "Busy"))})
    assert [issue.text for issue in caught.value.issues] == ["Busy"]


@pytest.mark.parametrize(
    "answer",
    [{"resourceType": "Observation", "id": "x"}, {}, [], {"resourceType": "Bundle", "entry": 1}],
)
async def test_what_is_no_bundle_is_an_error(answer):
    with pytest.raises(errors.Malformed):
        await search({"patient=p1": Reply(answer)})


@pytest.mark.parametrize(
    "poison", [None, 7, {"resourceType": 1}, {"resourceType": "Condition", "id": "c"}, {"id": "x"}]
)
async def test_a_poisoned_entry_is_counted_and_the_rest_is_given(poison):
    found, _ = await search(page(1) | {"patient=p1": Reply(bundle(observation("a"), poison))})
    assert (ids(found), found.unreadable, found.complete) == (["a"], 1, False)
    assert found.stopped == "1 item could not be read."


async def test_an_empty_list_is_complete():
    found, _ = await search({"patient=p1": Reply({"resourceType": "Bundle", "type": "searchset"})})
    assert (found.matches, found.complete) == ((), True)


async def test_no_new_page_is_asked_for_when_the_time_is_up():
    found, session = await search(page(1, "a", following=2) | page(2, "b"), budget_s=0)
    assert (ids(found), found.complete) == (["a"], False)
    assert found.stopped == "The EHR had sent 1 when time was up; it has more."
    assert found.cursor.query == "Observation?page=2"
    assert len(session.ehr.asked) == 1


async def test_includes_come_apart_from_matches_and_once_each():
    provenance = {
        "resourceType": "Provenance",
        "id": "v",
        "target": [{"reference": "Observation/a"}],
    }
    answer = bundle(observation("a"))
    answer["entry"] += [{"resource": provenance, "search": {"mode": "include"}}] * 2
    session = Session(Ehr({"_revinclude=Provenance": Reply(answer)}))
    with session as client:
        found = await client.search(OBSERVATION, {"_revinclude": "Provenance:target"}, cap=5)
    assert (ids(found), [r["id"] for r in found.included]) == (["a"], ["v"])


async def test_a_list_is_as_old_as_its_oldest_page():
    session = Session(Ehr(page(1, "a", following=2) | page(2, "b")))
    with session as client:
        first = await client.search(OBSERVATION, cap=50)
        second = await client.search(OBSERVATION, cap=50)
    assert second.cached
    assert second.fetched_at == first.fetched_at


async def test_a_very_large_page_is_decoded_like_any_other():
    big = [observation(f"o{n}", note=[{"text": "x" * 2000}]) for n in range(600)]
    found, _ = await search({"patient=p1": Reply(bundle(*big))}, cap=1000)
    assert len(found.matches) == 600


async def test_an_operation_may_give_two_types_with_the_same_id():
    both = bundle(observation("a"), {"resourceType": "Condition", "id": "a"}, observation("a"))
    with Session(Ehr({"$everything": Reply(both)})) as client:
        found = await client.operation("Observation/$everything", {"patient": "p1"})
    assert [r["resourceType"] for r in found.matches] == ["Observation", "Condition"]
    assert found.complete


async def test_items_without_an_id_are_all_kept():
    nameless = {"resourceType": "Observation"}
    found, _ = await search({"patient=p1": Reply(bundle(nameless, nameless))})
    assert len(found.matches) == 2
