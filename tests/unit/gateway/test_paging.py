"""Lists over several pages: followed to the end, or said where they stop and why."""

import pytest
import stamina

from smartapp.fhir.types import REGISTRY
from smartapp.gateway import errors
from tests.unit.gateway.ehr import BASE, Ehr, Reply, Session, bundle, observation

OBSERVATION = REGISTRY["Observation"]


@pytest.fixture(autouse=True)
def _without_waiting():
    with stamina.set_testing(True, attempts=10, cap=True):
        yield


def page(number, *names, following=None, **changes):
    """Page `number` of a list; `following` names the next page."""
    link = f"{BASE}/Observation?page={following}" if following else None
    return {
        f"page={number}" if number > 1 else "patient=p1": Reply(
            bundle(*(observation(name) for name in names), next_url=link, **changes)
        )
    }


async def search(replies, cap=50, **kwargs):
    ehr = Ehr(replies)
    session = Session(ehr)
    with session as client:
        return await client.search(OBSERVATION, cap=cap, **kwargs), session


def ids(found):
    return [resource["id"] for resource in found.matches]


async def test_all_pages_are_followed_to_the_end():
    found, _ = await search(
        page(1, "a", "b", following=2) | page(2, "c", following=3) | page(3, "d")
    )
    assert ids(found) == ["a", "b", "c", "d"]
    assert (found.complete, found.stopped, found.cursor) == (True, None, None)


async def test_a_page_link_is_sent_as_it_came():
    opaque = "-pageContext=eJx%2Bl%3D%2C&-pageDirection=NEXT&u=a%3A%2F%2Fb|c"
    link = f"{BASE}/Observation?patient=p1&{opaque}"
    replies = {"_count": Reply(bundle(observation("a"), next_url=link)), "NEXT": Reply(bundle())}
    _, session = await search(replies)
    assert session.ehr.asked[1].url == link


@pytest.mark.parametrize(
    "link", ["Observation?page=2", "?page=2", "/r4/tenant-a/Observation?page=2"]
)
async def test_a_relative_page_link_is_followed_under_the_base(link):
    first = {"patient=p1": Reply(bundle(observation("a"), next_url=link))}
    found, session = await search(first | page(2, "b"))
    assert ids(found) == ["a", "b"]
    assert session.ehr.asked[1].url == f"{BASE}/Observation?page=2"


@pytest.mark.parametrize(
    "link",
    [
        "https://evil.example.test/r4/tenant-a/Observation?page=2",
        "https://ehr.example.test/r4/tenant-b/Observation?page=2",
        "http://ehr.example.test/r4/tenant-a/Observation?page=2",
        "https://ehr.example.test/r4/tenant-a/../tenant-b/Observation",
    ],
)
async def test_a_page_link_to_elsewhere_gets_no_request_and_leaves_a_note(link):
    found, session = await search({"patient=p1": Reply(bundle(observation("a"), next_url=link))})
    assert len(session.ehr.asked) == 1
    assert (ids(found), found.complete, found.cursor) == (["a"], False, None)
    assert "not followed" in found.stopped
    assert session.seen[0].outcome == "partial"
    assert "not followed" in session.seen[0].note


@pytest.mark.parametrize("cap", [1, 2, 3])
async def test_a_list_cut_at_its_cap_goes_on_where_it_stopped(cap):
    replies = page(1, "a", "b", "c", following=2) | page(2, "d", "e")
    session = Session(Ehr(replies))
    seen: list[str] = []
    texts: list[str | None] = []
    with session as client:
        found = await client.search(OBSERVATION, cap=cap)
        while found.cursor:
            seen, texts = seen + ids(found), [*texts, found.stopped]
            assert not found.complete
            found = await client.resume(OBSERVATION, found.cursor, cap=cap)
    assert seen + ids(found) == ["a", "b", "c", "d", "e"]
    assert texts[0] == f"The first {cap} were read; the EHR has more."
    assert found.complete


async def test_an_unpaged_list_is_cut_at_the_cap_too():
    found, _ = await search(page(1, *(f"o{n}" for n in range(1623))), cap=100)
    assert len(found.matches) == 100
    assert found.cursor.offset == 100


async def test_a_list_as_long_as_its_cap_is_complete():
    found, _ = await search(page(1, "a", "b"), cap=2)
    assert found.complete


async def test_an_id_seen_twice_keeps_its_newest_version():
    old = observation("a", meta={"lastUpdated": "2026-01-01T00:00:00Z"}, status="preliminary")
    new = observation("a", meta={"lastUpdated": "2026-01-02T00:00:00Z"}, status="final")
    replies = {
        "patient=p1": Reply(bundle(new, observation("b"), next_url="Observation?page=2")),
        "page=2": Reply(bundle(old, observation("c"))),
    }
    found, _ = await search(replies)
    assert [(r["id"], r["status"]) for r in found.matches] == [
        ("a", "final"),
        ("b", "final"),
        ("c", "final"),
    ]


async def test_a_list_that_leads_back_to_itself_is_stopped():
    replies = page(1, "a", following=2) | page(2, "b", following=3) | page(3, "c", following=2)
    found, session = await search(replies)
    assert ids(found) == ["a", "b", "c"]
    assert "leads back to a page already read" in found.stopped
    assert len(session.ehr.asked) == 3


def endless(*names):
    count = iter(range(2, 10_000))

    def answer(asked):
        link = f"Observation?patient=p1&page={next(count)}"
        return Reply(bundle(*(observation(name) for name in names), next_url=link))

    return {"patient=p1": answer}


@pytest.mark.parametrize("names", [(), ("a", "b")])
async def test_endless_pages_without_a_new_item_are_stopped(names):
    found, session = await search(endless(*names))
    assert "3 pages in a row without a new item" in found.stopped
    assert len(session.ehr.asked) == 3 + bool(names)


async def test_an_empty_page_in_between_does_not_stop_a_list():
    replies = page(1, following=2) | page(2, following=3) | page(3, "a")
    found, _ = await search(replies)
    assert (ids(found), found.complete) == (["a"], True)


@pytest.mark.parametrize(
    ("reply", "goes_on"),
    [
        (Reply(b"", 500), True),
        (Reply(b"", 429, {"retry-after": "300"}), True),
        (Reply(b"", 403), False),
        (Reply(b'{"resourceType":"Bundle","entry":['), False),
        (Reply("<html>", headers={"content-type": "text/html"}), False),
    ],
)
async def test_a_later_page_that_fails_leaves_what_came_before_and_says_so(reply, goes_on):
    found, session = await search(page(1, "a", "b", following=2) | {"page=2": reply})
    assert (ids(found), found.complete) == (["a", "b"], False)
    assert found.stopped.startswith("The EHR's list ended in an error after 2 items: ")
    assert (found.cursor is not None) is goes_on
    assert session.seen[0].outcome == "partial"


async def test_a_first_page_that_fails_is_no_empty_list():
    with pytest.raises(errors.Unreachable):
        await search({"patient=p1": Reply(b"", 500)})


async def test_an_expired_page_begins_the_list_again_once():
    first = [
        Reply(bundle(observation("a"), next_url="Observation?page=old")),
        Reply(bundle(observation("a"), next_url="Observation?page=new")),
    ]
    replies = {
        "patient=p1": first,
        "page=old": Reply(b"", 410),
        "page=new": Reply(bundle(observation("b"))),
    }
    found, _ = await search(replies)
    assert (ids(found), found.complete) == (["a", "b"], True)


async def test_a_page_that_expires_again_leaves_a_marked_part():
    found, session = await search(page(1, "a", following=2) | {"page=2": Reply(b"", 404)})
    assert (ids(found), found.complete) == (["a"], False)
    assert "ended in an error after 1 items" in found.stopped
    assert len(session.ehr.asked) == 4


async def test_a_sign_in_that_ends_on_the_way_is_said_as_such():
    with pytest.raises(errors.SignInExpired):
        await search(page(1, "a", following=2) | {"page=2": Reply(b"", 401)})


async def test_fewer_items_than_the_ehr_counts_are_not_all():
    found, _ = await search(page(1, "a", "b", total=3))
    assert (found.complete, found.total) == (False, 3)
    assert found.stopped == "The EHR counts 3 but sent 2."


async def test_the_count_is_carried_over_to_the_end_of_a_resumed_list():
    session = Session(Ehr(page(1, "a", "b", following=2, total=4) | page(2, "c")))
    with session as client:
        found = await client.search(OBSERVATION, cap=2)
        assert found.cursor is not None
        rest = await client.resume(OBSERVATION, found.cursor, cap=2)
    assert rest.stopped == "The EHR counts 4 but sent 3."


async def test_more_items_than_the_ehr_counts_are_all():
    found, _ = await search(page(1, "a", "b", total=1))
    assert found.complete
