"""The control by HTTP: arming faults, reading the log, starting afresh, for this machine only."""

import httpx
import pytest

from smartapp.sandbox.tokens import token_hash
from tests.unit.sandbox.fhir_factory import ehr, observation

CONTROL = "http://localhost:9000/control"
READ = "Observation/L-1"


async def test_a_fault_armed_by_http_strikes():
    async with ehr([observation("L-1")]) as one:
        armed = await one.http.post(f"{CONTROL}/faults", json={"kind": "gone", "times": 1})
        assert (await one.get(READ)).status_code == 410
    assert armed.status_code == 201
    assert armed.json()["armed"][0]["number"] == 1


async def test_several_faults_are_armed_at_once_and_taken_out_one_by_one():
    async with ehr([observation("L-1")]) as one:
        await one.http.post(f"{CONTROL}/faults", json=[{"kind": "gone"}, {"kind": "bom"}])
        await one.http.delete(f"{CONTROL}/faults?number=1")
        listed = (await one.http.get(f"{CONTROL}/faults")).json()["armed"]
    assert [fault["kind"] for fault in listed] == ["bom"]


async def test_all_faults_are_taken_out():
    async with ehr([observation("L-1")]) as one:
        one.fault("gone")
        assert (await one.http.delete(f"{CONTROL}/faults")).status_code == 204
        assert (await one.get(READ)).status_code == 200


@pytest.mark.parametrize(
    ("content", "media"),
    [
        (b'{"kind":"gone"}', "text/plain"),
        (b"{", "application/json"),
        (b"5", "application/json"),
        (b'{"kind":"x"}', "application/json"),
    ],
)
async def test_a_fault_that_is_not_understood_is_refused_with_one_sentence(content, media):
    async with ehr() as one:
        headers = {"Content-Type": media}
        response = await one.http.post(f"{CONTROL}/faults", content=content, headers=headers)
    assert response.status_code == 400
    assert response.json()["error"].endswith(".")


async def test_an_unknown_number_of_a_fault_is_refused():
    async with ehr() as one:
        assert (await one.http.delete(f"{CONTROL}/faults?number=9")).status_code == 400


async def test_the_log_tells_each_request_and_hides_the_token():
    async with ehr([observation("L-1")]) as one:
        token = one.token()
        await one.get(f"{READ}?x=1", **token)
        listed = (await one.http.get(f"{CONTROL}/requests")).json()["requests"]
    plain = token["Authorization"].removeprefix("Bearer ")
    assert len(listed) == 1
    assert listed[0]["method"] == "GET"
    assert listed[0]["path"].endswith(READ)
    assert listed[0]["query"] == "x=1"
    assert listed[0]["status"] == 200
    assert listed[0]["token"] == token_hash(plain)
    assert plain not in str(listed)


async def test_the_log_is_emptied():
    async with ehr([observation("L-1")]) as one:
        await one.get(READ)
        await one.http.delete(f"{CONTROL}/requests")
        assert (await one.http.get(f"{CONTROL}/requests")).json()["requests"] == []


async def test_a_reset_restores_data_tokens_faults_and_log():
    async with ehr([observation("L-1")]) as one:
        one.state.store.delete("Observation", "L-1")
        one.state.store.put(observation("L-2"))
        one.fault("gone")
        await one.get(READ)
        reset = await one.http.post(f"{CONTROL}/reset", json={})
        assert (await one.get(READ)).status_code == 401
        assert (await one.get(READ, **one.token())).status_code == 200
        assert (await one.get("Observation/L-2", **one.token())).status_code == 404
    assert reset.status_code == 204


async def test_the_control_answers_this_machine_only():
    async with ehr() as one:
        transport = httpx.ASGITransport(app=one.app, client=("192.0.2.7", 4000))
        async with httpx.AsyncClient(transport=transport) as stranger:
            assert (await stranger.get(f"{CONTROL}/requests")).status_code == 403
