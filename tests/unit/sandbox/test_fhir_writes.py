"""Writing to the sandbox: empty replies, versions, preconditions, scopes."""

import pytest

from tests.unit.sandbox.fhir_factory import ehr, make, said
from tests.unit.sandbox.write_bodies import (
    ALLERGY,
    PROBLEM,
    RECORDS,
    allergy,
    condition,
    document,
    vital,
)


async def test_a_create_answers_empty_with_the_address_and_the_version():
    async with ehr(RECORDS) as one:
        response = await one.send("POST", "Observation", vital())
        address = response.headers["Location"]
        stored = (await one.http.get(address)).json()
    assert (response.status_code, response.content) == (201, b"")
    assert address.startswith(f"{one.base}/Observation/VS-")
    assert response.headers["ETag"] == f'W/"{stored["meta"]["versionId"]}"'
    assert stored["valueQuantity"]["value"] == 71


async def test_what_was_created_is_found_at_once():
    async with ehr(RECORDS) as one:
        await one.ids("Condition?patient=1")
        await one.send("POST", "Condition", condition())
        assert len(await one.ids("Condition?patient=1")) == 2


async def test_an_update_answers_empty_with_a_new_version():
    async with ehr(RECORDS) as one:
        body = condition(id="p1", code=PROBLEM["code"])
        response = await one.send("PUT", "Condition/p1", body, "1")
        stored = (await one.get("Condition/p1")).json()
    assert (response.status_code, response.content) == (200, b"")
    assert response.headers["ETag"] == f'W/"{stored["meta"]["versionId"]}"'
    assert stored["meta"]["versionId"] != "1"


async def test_an_update_removes_what_it_leaves_out_and_keeps_what_is_the_server_s():
    async with ehr(RECORDS) as one:
        body = allergy(id="11", code=ALLERGY["code"])
        await one.send("PUT", "AllergyIntolerance/11", body, "1")
        stored = (await one.get("AllergyIntolerance/11")).json()
    assert "criticality" not in stored
    assert stored["recordedDate"] == "2020-01-01"


WRITES = [
    ("PUT", "Condition/p1", condition(id="p1", code=PROBLEM["code"])),
    ("PATCH", "MedicationRequest/21", [{"op": "replace", "path": "/status", "value": "stopped"}]),
    ("DELETE", "Coverage/41", None),
]


@pytest.mark.parametrize(("method", "path", "body"), WRITES)
async def test_a_write_without_if_match_fails_its_precondition(method, path, body):
    async with ehr(RECORDS) as one:
        assert (await one.send(method, path, body)).status_code == 412


@pytest.mark.parametrize(("method", "path", "body"), WRITES)
async def test_a_write_to_an_older_version_is_a_conflict(method, path, body):
    async with ehr(RECORDS) as one:
        assert (await one.send(method, path, body, "0")).status_code == 409


@pytest.mark.parametrize(("method", "path", "body"), WRITES)
async def test_a_write_to_an_unknown_record_is_not_found(method, path, body):
    async with ehr(RECORDS) as one:
        unknown = path.split("/")[0] + "/none"
        assert (await one.send(method, unknown, body, "1")).status_code == 404


async def test_a_deleted_coverage_is_gone():
    async with ehr(RECORDS) as one:
        response = await one.send("DELETE", "Coverage/41", None, "1")
        assert response.status_code == 204
        assert (await one.get("Coverage/41")).status_code == 404
        assert await one.ids("Coverage?patient=1") == []


async def test_a_written_note_is_read_through_its_binary():
    async with ehr(RECORDS) as one:
        created = await one.send("POST", "DocumentReference", document("<p>Better.</p>"))
        stored = (await one.http.get(created.headers["Location"])).json()
        attachment = stored["content"][0]["attachment"]
        note = await one.http.get(attachment["url"], headers={"Accept": "text/html"})
    assert "data" not in attachment
    assert note.text == "<p>Better.</p>"


async def test_a_post_may_say_that_it_is_a_patch():
    body = [{"op": "replace", "path": "/gender", "value": "other"}]
    media = {"Content-Type": "application/json-patch+json"}
    async with ehr(RECORDS) as one:
        response = await one.send("POST", "Patient/1?_method=patch", body, "1", **media)
        stored = (await one.get("Patient/1")).json()
    assert (response.status_code, stored["gender"]) == (200, "other")


@pytest.mark.parametrize(
    ("scopes", "method", "path", "status"),
    [
        (["user/Observation.rs"], "POST", "Observation", 403),
        (["user/Observation.c"], "POST", "Observation", 201),
        (["user/Observation.write"], "POST", "Observation", 201),
        (["user/Observation.u"], "PUT", "Observation/VS-61", 403),
        (["user/Observation.ru"], "PUT", "Observation/VS-61", 200),
    ],
)
async def test_a_write_needs_its_scope(scopes, method, path, status):
    body = vital()
    if method == "PUT":
        body = vital(id="VS-61", status="amended", identifier=[{"value": "CE61"}])
    async with ehr(RECORDS) as one:
        token = one.token(*scopes)
        response = await one.send(method, path, body, "1", **token)
    assert response.status_code == status, response.text


async def test_a_patient_s_token_writes_about_nobody_else():
    async with ehr([*RECORDS, make("Patient", "2")]) as one:
        token = one.token("patient/Condition.cruds", patient="2")
        response = await one.send("POST", "Condition", condition(), **token)
    assert response.status_code == 403


@pytest.mark.parametrize(
    ("method", "path"), [("POST", "Goal"), ("PUT", "Procedure/1"), ("DELETE", "Patient/1")]
)
async def test_a_write_that_the_type_does_not_offer_is_not_allowed(method, path):
    async with ehr(RECORDS) as one:
        assert (await one.send(method, path, {}, "1")).status_code == 405


@pytest.mark.parametrize("body", [b"{", b"[]", b"5", b'{"resourceType":"Goal"}', b"\xff"])
async def test_a_body_that_is_no_resource_of_the_type_is_invalid(body):
    async with ehr(RECORDS) as one:
        response = await one.http.post(
            f"{one.base}/Condition",
            content=body,
            headers={"Content-Type": "application/fhir+json"},
        )
    assert response.status_code == 400
    assert said(response) == "Invalid request"


async def test_another_content_type_is_refused():
    async with ehr(RECORDS) as one:
        media = {"Content-Type": "text/plain"}
        assert (await one.send("POST", "Condition", condition(), **media)).status_code == 415
