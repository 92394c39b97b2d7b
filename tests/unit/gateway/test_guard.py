"""Whose record it is: another patient's spoils the whole answer; names go into bodies."""

import pytest
import stamina

from smartapp.gateway import errors
from smartapp.gateway.target import Policy
from tests.unit.gateway.asking import OBSERVATION, PATIENT
from tests.unit.gateway.ehr import BASE, Ehr, Reply, Session, bundle, observation
from tests.unit.gateway.servers import millennium


@pytest.fixture(autouse=True)
def _without_waiting():
    with stamina.set_testing(True, attempts=10, cap=True):
        yield


@pytest.mark.parametrize(
    "stranger",
    [
        observation("x", subject={"reference": "Patient/p2"}),
        observation("x", subject={"reference": f"{BASE}/Patient/p2"}),
        observation("x", subject={"reference": "https://other.example.test/r4/Patient/p1"}),
        observation("x", subject={"reference": "Patient/p2/_history/1"}),
    ],
)
async def test_one_foreign_resource_spoils_the_whole_answer(stranger):
    session = Session(Ehr({"/Observation?": Reply(bundle(observation("o1"), stranger))}))
    with session as client, pytest.raises(errors.WrongPatient):
        await client.search(OBSERVATION, cap=50)
    assert [access.outcome for access in session.seen] == ["wrong-patient"]


async def test_a_foreign_resource_on_a_later_page_spoils_the_whole_answer():
    stranger = observation("x", subject={"reference": "Patient/p2"})
    pages = [
        Reply(bundle(observation("o1"), next_url="Observation?page=2")),
        Reply(bundle(stranger)),
    ]
    with Session(Ehr({"/Observation?": pages})) as client, pytest.raises(errors.WrongPatient):
        await client.search(OBSERVATION, cap=50)


async def test_a_foreign_include_spoils_the_whole_answer():
    answer = bundle(observation("o1"))
    other = {"resourceType": "Encounter", "id": "e", "subject": {"reference": "Patient/p2"}}
    answer["entry"].append({"resource": other, "search": {"mode": "include"}})
    with (
        Session(Ehr({"/Observation?": Reply(answer)})) as client,
        pytest.raises(errors.WrongPatient),
    ):
        await client.search(OBSERVATION, cap=50)


@pytest.mark.parametrize(
    "own",
    [
        observation("x", subject={"reference": f"{BASE}/Patient/p1"}),
        observation("x", subject={"reference": "Patient/p1/_history/4"}),
        {"resourceType": "Observation", "id": "x"},
    ],
)
async def test_the_launch_patient_is_known_under_each_of_its_addresses(own):
    with Session(Ehr({"/Observation?": Reply(bundle(own))})) as client:
        assert len((await client.search(OBSERVATION, cap=50)).matches) == 1


async def test_without_a_launch_patient_nothing_is_guarded():
    stranger = {"resourceType": "Patient", "id": "p2"}
    with Session(Ehr({"/Patient/p2": Reply(stranger)}), Policy()) as client:
        assert (await client.read(PATIENT, "p2")).resource["id"] == "p2"


async def test_a_name_goes_into_a_body_not_into_an_address():
    ehr = Ehr({"/Patient/_search": Reply(bundle({"resourceType": "Patient", "id": "p9"}))})
    with Session(ehr, Policy()) as client:
        page = await client.search(PATIENT, {"name": "Ro ß"}, cap=20)
    assert [r["id"] for r in page.matches] == ["p9"]
    asked = ehr.asked[0]
    assert (asked.method, asked.query) == ("POST", "")
    assert asked.body == b"name=Ro%20%C3%9F&_count=20"
    assert asked.headers["content-type"] == "application/x-www-form-urlencoded"


@pytest.mark.parametrize("status", [404, 405, 415, 501])
async def test_a_server_without_post_search_is_asked_by_get_from_then_on(status):
    people = Reply(bundle({"resourceType": "Patient", "id": "p9"}))
    ehr = Ehr({"/Patient/_search": Reply(b"", status), "/Patient?": people})
    with Session(ehr, Policy()) as client:
        for name in ("Ro", "Mi"):
            assert len((await client.search(PATIENT, {"name": name}, cap=20)).matches) == 1
    assert [asked.method for asked in ehr.asked] == ["POST", "GET", "GET"]


async def test_millennium_is_searched_by_get():
    ehr = Ehr({"/Patient?": Reply(bundle())})
    with Session(ehr, Policy(capability=millennium())) as client:
        await client.search(PATIENT, {"name": "Ro"}, cap=20)
    assert [asked.method for asked in ehr.asked] == ["GET"]
