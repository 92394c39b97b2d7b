"""Faults that change a good answer: its bytes, its links, its records."""

import gzip

import pytest

from tests.unit.sandbox.fhir_factory import ehr, link, make, observation

RECORDS = [make("Patient", "1"), *(observation(f"L-{n}") for n in range(60))]
SEARCH = "Observation?patient=1"
READ = "Observation/L-1"


@pytest.mark.parametrize("kind", ["truncate", "empty", "not_json", "bad_utf8", "html"])
async def test_a_spoiled_body_is_no_json(kind):
    async with ehr(RECORDS) as one:
        one.fault(kind)
        response = await one.get(READ)
    assert response.status_code == 200
    with pytest.raises(ValueError):  # noqa: PT011 - any reason for which it is no JSON
        response.json()


async def test_a_byte_order_mark_comes_first():
    async with ehr(RECORDS) as one:
        one.fault("bom")
        assert (await one.get(READ)).content.startswith(b"\xef\xbb\xbf{")


async def test_a_wrong_content_type_labels_a_good_body():
    async with ehr(RECORDS) as one:
        one.fault("wrong_content_type", media="text/html")
        response = await one.get(READ)
    assert response.headers["Content-Type"] == "text/html"
    assert response.json()["id"] == "L-1"


async def test_a_gzip_bomb_is_small_on_the_wire():
    async with ehr(RECORDS) as one:
        one.fault("gzip_bomb", mb=2)
        async with one.http.stream("GET", f"{one.base}/{READ}") as response:
            raw = b"".join([chunk async for chunk in response.aiter_raw()])
    assert len(raw) < 20_000
    assert len(gzip.decompress(raw)) > 2_000_000


async def test_an_oversized_body_is_as_big_as_told():
    async with ehr(RECORDS) as one:
        one.fault("oversized", mb=1)
        assert len((await one.get(SEARCH)).content) > 1_000_000


async def test_a_page_loop_leads_back_to_the_same_page():
    async with ehr(RECORDS) as one:
        one.fault("page_loop")
        bundle = (await one.get(SEARCH)).json()
    assert link(bundle, "next") == link(bundle, "self")


@pytest.mark.parametrize(
    ("kind", "settings", "begins"),
    [
        ("next_foreign_host", {"host": "https://evil.example"}, "https://evil.example/r4/"),
        ("next_other_tenant", {"tenant": "other"}, "http://localhost:9000/r4/other/"),
        ("next_http", {}, "http://localhost/r4/"),
    ],
)
@pytest.mark.parametrize("path", [SEARCH, "Observation?patient=1&_count=200"])
async def test_a_next_link_leads_elsewhere(kind, settings, begins, path):
    async with ehr(RECORDS) as one:
        one.fault(kind, **settings)
        following = link((await one.get(path)).json(), "next") or ""
    assert following.startswith(begins)


async def test_a_missing_next_link_leaves_a_total_that_is_not_reached():
    async with ehr(RECORDS) as one:
        one.fault("next_drop")
        bundle = (await one.get(SEARCH)).json()
    assert link(bundle, "next") is None
    assert bundle["total"] > len(bundle["entry"])


@pytest.mark.parametrize("status", [404, 410])
async def test_a_gone_page_spares_the_first(status):
    async with ehr(RECORDS) as one:
        one.fault("page_gone", status=status)
        first = await one.get(SEARCH)
        second = await one.http.get(link(first.json(), "next") or "")
    assert (first.status_code, second.status_code) == (200, status)


async def test_a_fault_of_pages_is_not_used_up_by_what_has_none():
    async with ehr(RECORDS) as one:
        one.fault("page_gone", times=1)
        one.fault("next_drop", times=1)
        await one.get(READ)
        first = await one.get(SEARCH)
        again = (await one.get(SEARCH)).json()
        second = await one.http.get(link(again, "next") or "")
    assert link(first.json(), "next") is None
    assert second.status_code == 410


@pytest.mark.parametrize("path", [READ, SEARCH])
async def test_a_foreign_patient_s_record_comes_in(path):
    async with ehr(RECORDS) as one:
        one.fault("foreign_patient", foreign="777")
        body = (await one.get(path)).json()
    resource = body["entry"][0]["resource"] if "entry" in body else body
    assert resource["subject"]["reference"] == "Patient/777"


async def test_another_patient_can_be_sent_in_the_place_of_the_one_asked_for():
    async with ehr(RECORDS) as one:
        one.fault("foreign_patient", foreign="777")
        assert (await one.get("Patient/1")).json()["id"] == "777"


async def test_entries_come_twice():
    async with ehr(RECORDS) as one:
        one.fault("duplicate_entries")
        ids = [e["resource"]["id"] for e in (await one.get(SEARCH)).json()["entry"]]
    assert len(ids) == 2 * len(set(ids))


async def test_an_older_version_follows_the_current_one():
    async with ehr(RECORDS) as one:
        one.fault("stale")
        entries = (await one.get(SEARCH)).json()["entry"]
    first, last = entries[0]["resource"], entries[-1]["resource"]
    assert first["id"] == last["id"]
    assert last["meta"]["lastUpdated"] < first["meta"]["lastUpdated"]


async def test_a_read_may_show_an_older_version():
    async with ehr(RECORDS) as one:
        one.fault("stale", times=1)
        older, current = (await one.get(READ)).json(), (await one.get(READ)).json()
    assert older["meta"]["lastUpdated"] < current["meta"]["lastUpdated"]


async def test_records_come_without_meta():
    async with ehr(RECORDS) as one:
        one.fault("strip_meta")
        assert all("meta" not in e["resource"] for e in (await one.get(SEARCH)).json()["entry"])


async def test_a_poison_entry_may_be_null():
    async with ehr(RECORDS) as one:
        one.fault("poison", variant="null")
        assert (await one.get(SEARCH)).json()["entry"][0]["resource"] is None


async def test_a_poison_entry_may_have_elements_of_wrong_types():
    async with ehr(RECORDS) as one:
        one.fault("poison", variant="types")
        assert (await one.get(SEARCH)).json()["entry"][0]["resource"]["status"] == 7


async def test_a_poison_entry_may_be_three_hundred_levels_deep():
    async with ehr(RECORDS) as one:
        one.fault("poison", variant="depth")
        node, depth = (await one.get(READ)).json(), 0
        while "extension" in node:
            node, depth = node["extension"][0], depth + 1
    assert depth == 301


async def test_a_poison_entry_may_hold_a_number_beyond_measure():
    async with ehr(RECORDS) as one:
        one.fault("poison", variant="number")
        assert b"5e999999" in (await one.get(READ)).content


async def test_an_outcome_may_come_beside_the_results():
    async with ehr(RECORDS) as one:
        one.fault("outcome_entry")
        modes = [e["search"]["mode"] for e in (await one.get(SEARCH)).json()["entry"]]
    assert modes.count("outcome") == 1
    assert modes.count("match") == 50


@pytest.mark.parametrize("path", [READ, SEARCH])
async def test_an_outcome_may_be_all_there_is(path):
    async with ehr(RECORDS) as one:
        one.fault("only_outcome")
        body = (await one.get(path)).json()
    found = [e["resource"] for e in body["entry"]] if "entry" in body else [body]
    assert [one["resourceType"] for one in found] == ["OperationOutcome"]


async def test_update_times_may_lie_in_the_future():
    async with ehr(RECORDS) as one:
        one.fault("date_skew", seconds=172_800)
        stamp = (await one.get(READ)).json()["meta"]["lastUpdated"]
    assert stamp == "2026-05-03T10:00:00.000Z"
