"""Pages of the sandbox's FHIR server: sizes, tokens, links, totals, a record that comes twice."""

import pytest

from tests.unit.sandbox.fhir_factory import concepts, ehr, link, make, matched, observation, to

BASE_TIME = "2026-05-01T08:{:02d}:00Z"


def many(number, **elements):
    return [
        observation(f"L-{n}", effectiveDateTime=BASE_TIME.format(n % 60), **elements)
        for n in range(number)
    ]


async def test_the_first_page_has_fifty_results_and_a_link_to_the_next():
    async with ehr(many(60)) as one:
        bundle = (await one.get("Observation?patient=1")).json()
    assert len(bundle["entry"]) == 50
    assert "-pageContext=eJ" in (link(bundle, "next") or "")
    assert link(bundle, "previous") is None


async def test_every_record_is_on_some_page_and_one_is_on_two():
    async with ehr(many(130)) as one:
        pages = await one.pages("Observation?patient=1")
    ids = [id_ for page in pages for id_ in matched(page)]
    assert set(ids) == {f"L-{n}" for n in range(130)}
    assert len(ids) == 131


async def test_the_second_page_repeats_the_last_record_of_the_first():
    async with ehr(many(60)) as one:
        first, second = await one.pages("Observation?patient=1")
    assert matched(second)[0] == matched(first)[-1]


async def test_social_history_is_whole_on_the_first_page():
    social = [observation(f"SH-{n}", category=concepts("social-history")) for n in range(7)]
    async with ehr([*many(60), *social]) as one:
        first = await one.get("Observation?patient=1")
    assert len(matched(first.json())) == 57
    assert set(matched(first.json())) >= {f"SH-{n}" for n in range(7)}


async def test_the_previous_link_leads_back():
    async with ehr(many(60)) as one:
        first, second = await one.pages("Observation?patient=1")
        back = await one.http.get(link(second, "previous") or "")
    assert matched(back.json()) == matched(first)


async def test_pages_stay_as_they_were_while_records_arrive():
    async with ehr(many(60)) as one:
        first = (await one.get("Observation?patient=1")).json()
        one.state.store.put(observation("L-new", effectiveDateTime="2026-05-02T08:00:00Z"))
        second = (await one.http.get(link(first, "next") or "")).json()
    assert matched(second)[1:] == [f"L-{n}" for n in range(9, -1, -1)]


async def test_an_unknown_page_token_is_not_found():
    async with ehr() as one:
        response = await one.get("Observation?-pageContext=nonsense&-pageDirection=NEXT")
    assert response.status_code == 404


async def test_the_next_link_of_slots_drops_the_parameters():
    slots = [
        make(
            "Slot",
            str(n),
            status="free",
            serviceType=concepts("a"),
            start=f"2026-06-01T08:{n:02d}:00Z",
        )
        for n in range(12)
    ]
    query = "service-type=a&start=ge2026-01-01T00:00:00Z&start=lt2027-01-01T00:00:00Z&_count=10"
    async with ehr(slots) as one:
        following = link((await one.get(f"Slot?{query}")).json(), "next") or ""
    assert "service-type" not in following


@pytest.mark.parametrize(
    ("type_name", "query", "number", "size"),
    [
        ("Observation", "patient=1&_count=7", 30, 7),
        ("Observation", "patient=1&_count=900", 230, 200),
        ("DiagnosticReport", "patient=1", 30, 10),
        ("DiagnosticReport", "patient=1&_count=500", 130, 100),
        ("DocumentReference", "patient=1", 30, 10),
        ("Encounter", "patient=1", 30, 10),
        ("MedicationRequest", "patient=1", 30, 25),
        ("Condition", "patient=1", 300, 300),
        ("Procedure", "patient=1", 300, 300),
        ("AllergyIntolerance", "patient=1", 300, 300),
        ("Immunization", "patient=1", 300, 300),
    ],
)
async def test_pages_have_the_live_server_s_sizes(type_name, query, number, size):
    subject = {"subject": to("Patient/1"), "patient": to("Patient/1"), "intent": "order"}
    records = [make(type_name, str(n), status="final", **subject) for n in range(number)]
    async with ehr(records) as one:
        assert len(await one.ids(f"{type_name}?{query}")) == size


@pytest.mark.parametrize(
    ("type_name", "total"),
    [("Immunization", 2), ("Device", 2), ("Encounter", 2), ("Condition", None), ("Goal", None)],
)
async def test_the_total_is_said_only_where_the_live_server_says_it(type_name, total):
    subject = {"subject": to("Patient/1"), "patient": to("Patient/1"), "lifecycleStatus": "active"}
    records = [make(type_name, str(n), status="finished", **subject) for n in range(2)]
    async with ehr(records) as one:
        bundle = (await one.get(f"{type_name}?patient=1")).json()
    assert bundle.get("total") == total


async def test_an_encounter_result_of_several_pages_says_no_total():
    visits = [
        make("Encounter", str(n), status="finished", subject=to("Patient/1")) for n in range(11)
    ]
    async with ehr(visits) as one:
        assert "total" not in (await one.get("Encounter?patient=1")).json()
