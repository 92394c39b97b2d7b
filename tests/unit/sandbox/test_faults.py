"""Faults on demand: each breaks what it says, as often and where it is told."""

from datetime import timedelta
from email.utils import parsedate_to_datetime

import httpx
import pytest

from smartapp.sandbox.faults import KINDS, FaultError, Faults
from smartapp.sandbox.tokens import token_hash
from tests.unit.sandbox.fhir_factory import NOW, ehr, make, observation

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
