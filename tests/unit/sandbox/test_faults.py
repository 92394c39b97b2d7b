"""Faults on demand: each breaks what it says, as often and where it is told."""

import gzip
from datetime import timedelta
from email.utils import parsedate_to_datetime

import httpx
import pytest

from smartapp.sandbox.faults import KINDS, FaultError, Faults
from smartapp.sandbox.tokens import token_hash
from tests.unit.sandbox.fhir_factory import NOW, ehr, link, make, observation

RECORDS = [make("Patient", "1"), *(observation(f"L-{n}") for n in range(60))]
SEARCH = "Observation?patient=1"
READ = "Observation/L-1"


@pytest.mark.parametrize(
    ("kind", "status", "code"),
    [
        ("unauthorized", 401, "login"),
        ("forbidden", 403, "forbidden"),
        ("not_found", 404, "not-found"),
        ("gone", 410, "deleted"),
        ("conflict", 409, "conflict"),
        ("precondition", 412, "conflict"),
        ("rejected", 422, "business-rule"),
        ("throttle", 429, "throttled"),
        ("fatal", 500, "required"),
    ],
)
async def test_a_status_fault_answers_with_its_status(kind, status, code):
    async with ehr(RECORDS) as one:
        one.fault(kind)
        response = await one.get(READ)
    assert response.status_code == status
    assert response.json()["issue"][0]["code"] == code


async def test_a_fault_strikes_as_often_as_it_is_told():
    async with ehr(RECORDS) as one:
        one.fault("error", status=502, times=2)
        replies = [(await one.get(READ)).status_code for _ in range(3)]
    assert replies == [502, 502, 200]


@pytest.mark.parametrize(
    ("select", "struck"),
    [
        ({"type": "Observation"}, [READ, SEARCH]),
        ({"type": "Patient"}, ["Patient/1"]),
        ({"interaction": "search"}, [SEARCH]),
        ({"interaction": "read"}, [READ, "Patient/1"]),
        ({"interaction": "metadata"}, ["metadata"]),
        ({"id": "L-1"}, [READ]),
        ({"patient": "1"}, [SEARCH]),
        ({"type": "Observation", "interaction": "read"}, [READ]),
        ({"patient": "2"}, []),
    ],
)
async def test_a_fault_strikes_only_what_it_selects(select, struck):
    async with ehr(RECORDS) as one:
        one.fault("gone", **select)
        paths = [READ, SEARCH, "Patient/1", "metadata"]
        replies = {path: (await one.get(path)).status_code for path in paths}
    assert [path for path in paths if replies[path] == 410] == struck


async def test_a_fault_can_be_for_one_token():
    async with ehr(RECORDS) as one:
        other = one.token()
        one.fault("gone", token=token_hash(other["Authorization"].removeprefix("Bearer ")))
        assert (await one.get(READ, **other)).status_code == 410
        assert (await one.get(READ)).status_code == 200


@pytest.mark.parametrize("notation", ["seconds", "date"])
async def test_throttling_says_when_to_come_back_in_both_notations(notation):
    async with ehr(RECORDS) as one:
        one.fault("throttle", retry_after=90, notation=notation)
        value = (await one.get(READ)).headers["Retry-After"]
    if notation == "seconds":
        assert value == "90"
    else:
        assert parsedate_to_datetime(value) == NOW + timedelta(seconds=90)


async def test_a_token_that_ran_out_stays_out():
    async with ehr(RECORDS) as one:
        one.fault("token_expiry", times=1)
        first, second = await one.get(READ), await one.get(READ)
        fresh = await one.get(READ, **one.token())
    assert [first.status_code, second.status_code, fresh.status_code] == [401, 401, 200]


async def test_a_reset_breaks_the_connection():
    async with ehr(RECORDS) as one:
        one.fault("reset", times=1)
        with pytest.raises(httpx.ReadError):
            await one.get(READ)


async def test_a_hang_ends_by_dropping_the_connection():
    async with ehr(RECORDS) as one:
        one.fault("hang", seconds=0)
        with pytest.raises(httpx.ReadError):
            await one.get(READ)


async def test_latency_delays_and_answers():
    async with ehr(RECORDS) as one:
        one.fault("latency", seconds=0.05)
        assert (await one.get(READ)).status_code == 200
        assert one.state.requests[-1].ms >= 50


async def test_a_slow_body_arrives_whole():
    async with ehr(RECORDS) as one:
        one.fault("slow_body", seconds=0.01, chunks=3)
        assert (await one.get(READ)).json()["id"] == "L-1"


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


async def test_two_faults_strike_together():
    async with ehr(RECORDS) as one:
        one.fault("strip_meta")
        one.fault("wrong_content_type", media="text/plain")
        response = await one.get(READ)
    assert response.headers["Content-Type"] == "text/plain"
    assert "meta" not in response.json()


async def test_a_fault_changes_the_answer_and_not_the_record():
    async with ehr(RECORDS) as one:
        one.fault("foreign_patient", times=1)
        await one.get(READ)
        assert (await one.get(READ)).json() == observation("L-1")


@pytest.mark.parametrize("kind", sorted(KINDS))
async def test_every_kind_of_fault_answers_and_leaves_the_server_well(kind):
    quick = {"latency": {"seconds": 0}, "hang": {"seconds": 0}, "slow_body": {"seconds": 0}}
    small = {"gzip_bomb": {"mb": 1}, "oversized": {"mb": 1}}
    async with ehr(RECORDS) as one:
        one.fault(kind, times=2, **(quick | small).get(kind, {}))
        for path in (SEARCH, READ):
            if kind in {"reset", "hang"}:
                with pytest.raises(httpx.ReadError):
                    await one.get(path)
            elif kind != "gzip_bomb":
                await one.get(path)
        one.state.faults.clear()
        assert (await one.get(READ, **one.token())).status_code == 200


@pytest.mark.parametrize(
    ("wanted", "words"),
    [
        ({}, "kind must be one of"),
        ({"kind": "meteor"}, "kind must be one of"),
        ({"kind": "gone", "colour": "red"}, "does not know colour"),
        ({"kind": "gone", "times": 0}, "times must be"),
        ({"kind": "gone", "times": True}, "times must be"),
        ({"kind": "gone", "interaction": "think"}, "interaction must be one of"),
        ({"kind": "poison", "variant": "x"}, "variant must be one of"),
        ({"kind": "throttle", "notation": "x"}, "notation must be one of"),
        ({"kind": "latency", "seconds": "long"}, "seconds must be a number"),
        ({"kind": "latency", "seconds": -1}, "seconds must be a number"),
    ],
)
def test_a_fault_that_is_not_understood_is_refused_with_a_reason(wanted, words):
    with pytest.raises(FaultError, match=words):
        Faults().arm(wanted)
