"""What a token lets its bearer read and write."""

import pytest

from tests.unit.sandbox.fhir_factory import NOW, ehr, make, observation, to

RECORDS = [
    make("Patient", "1"),
    make("Patient", "2"),
    observation("L-1"),
    observation("L-2", "2"),
    make("Binary", "TR-1", contentType="text/plain", data="eA=="),
    make(
        "DocumentReference",
        "5",
        status="current",
        subject=to("Patient/1"),
        content=[{"attachment": {"url": "http://localhost/r4/t/Binary/TR-1"}}],
    ),
    make("Consent", "6", status="active", patient=to("Patient/1")),
    make("Location", "7"),
]


@pytest.mark.parametrize("sent", ["", "Bearer", "Bearer wrong", "Basic abc"])
async def test_a_request_without_a_good_token_is_challenged(sent):
    async with ehr(RECORDS) as one:
        response = await one.get("Patient/1", authorization=sent)
    assert response.status_code == 401
    assert response.headers["WWW-Authenticate"].startswith("Bearer ")


async def test_a_token_past_its_time_is_challenged():
    async with ehr(RECORDS, token_lifetime_s=60) as one:
        one.clock.now = NOW.replace(minute=1, second=1)
        response = await one.get("Patient/1")
    assert response.status_code == 401
    assert "expired" in response.headers["WWW-Authenticate"]


@pytest.mark.parametrize(
    ("scopes", "path", "status"),
    [
        (["user/Observation.rs"], "Observation/L-1", 200),
        (["user/Observation.rs"], "Observation?patient=1", 200),
        (["user/Observation.r"], "Observation/L-1", 200),
        (["user/Observation.r"], "Observation?patient=1", 403),
        (["user/Observation.s"], "Observation/L-1", 403),
        (["user/Observation.read"], "Observation/L-1", 200),
        (["user/Observation.read"], "Observation?patient=1", 200),
        (["user/Observation.write"], "Observation/L-1", 403),
        (["user/Patient.rs"], "Observation/L-1", 403),
        (["launch", "openid"], "Observation/L-1", 403),
        (["system/Observation.rs"], "Observation/L-1", 200),
        (["user/Binary.r"], "Binary/TR-1", 403),
        (["user/Binary.r", "user/DocumentReference.rs"], "Binary/TR-1", 200),
        (["user/Consent.rs"], "Consent/6", 403),
        (["user/Consent.rs", "user/Patient.rs"], "Consent/6", 200),
        (["user/Observation.rs"], "Observation?patient=1&_revinclude=Provenance:target", 403),
        (["patient/Location.rs"], "Location/7", 403),
    ],
)
async def test_a_scope_covers_what_its_letters_say(scopes, path, status):
    async with ehr(RECORDS) as one:
        response = await one.get(path, **one.token(*scopes, patient="1"))
    assert response.status_code == status


async def test_a_missing_scope_is_said_in_plain_json():
    async with ehr(RECORDS) as one:
        response = await one.get("Observation/L-1", **one.token("user/Patient.rs"))
    assert response.headers["Content-Type"] == "application/json"
    assert response.json()["code"] == 403
    assert "insufficient_scope" in response.json()["message"]


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("Observation/L-1", 200),
        ("Observation/L-2", 403),
        ("Observation?patient=1", 200),
        ("Observation?patient=2", 403),
        ("Patient/1", 200),
        ("Patient/2", 403),
        ("Binary/TR-1", 200),
        ("Binary/$autogen-ccd-if?patient=2", 403),
        ("DocumentReference/$docref?patient=2", 403),
    ],
)
async def test_a_patient_scope_reaches_its_patient_only(path, status):
    names = ("Observation", "Patient", "Binary", "DocumentReference")
    async with ehr(RECORDS) as one:
        token = one.token(*(f"patient/{name}.rs" for name in names), patient="1")
        assert (await one.get(path, **token)).status_code == status


async def test_a_search_by_id_under_a_patient_scope_leaves_others_out():
    async with ehr(RECORDS) as one:
        token = one.token("patient/Observation.rs", patient="1")
        response = await one.get("Observation?_id=L-1,L-2", **token)
    assert [entry["resource"]["id"] for entry in response.json()["entry"]] == ["L-1"]


async def test_a_page_of_one_patient_s_token_is_closed_to_another_s():
    records = [observation(f"L-{n}") for n in range(60)]
    async with ehr(records) as one:
        token = one.token("patient/Observation.rs", patient="1")
        first = (await one.get("Observation?patient=1", **token)).json()
        url = next(link["url"] for link in first["link"] if link["relation"] == "next")
        other = one.token("patient/Observation.rs", patient="2")
        assert (await one.http.get(url, headers=other)).status_code == 403
