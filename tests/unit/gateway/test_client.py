"""FhirClient against a tiny EHR: reading, searching, refusing, observing."""

from decimal import Decimal

import pytest
import stamina

from smartapp.fhir.scopes import Scopes
from smartapp.fhir.types import REGISTRY
from smartapp.gateway import errors
from smartapp.gateway.capability import Capability
from smartapp.gateway.target import Cursor, Policy
from tests.unit.gateway.ehr import BASE, Ehr, Reply, Session, bundle, observation

OBSERVATION = REGISTRY["Observation"]
PATIENT = REGISTRY["Patient"]


@pytest.fixture(autouse=True)
def _without_waiting():
    with stamina.set_testing(True, attempts=10, cap=True):
        yield


async def test_a_read_gives_the_resource_with_its_decimals_as_written():
    body = '{"resourceType":"Observation","id":"o1","subject":{"reference":"Patient/p1"},"valueQuantity":{"value":1.10}}'
    with Session(Ehr({"/Observation/o1": Reply(body)})) as client:
        fetched = await client.read(OBSERVATION, "o1")
    assert str(fetched.resource["valueQuantity"]["value"]) == "1.10"
    assert isinstance(fetched.resource["valueQuantity"]["value"], Decimal)


async def test_the_token_goes_with_a_request_under_the_base():
    ehr = Ehr({"/Observation/o1": Reply(observation("o1"))})
    with Session(ehr) as client:
        await client.read(OBSERVATION, "o1")
    assert ehr.asked[0].headers["authorization"] == "Bearer t0ken"
    assert ehr.asked[0].headers["accept"] == "application/fhir+json"


async def test_a_search_adds_the_launch_patient():
    ehr = Ehr({"/Observation?": Reply(bundle(observation("o1")))})
    with Session(ehr) as client:
        page = await client.search(OBSERVATION, cap=50)
    assert ehr.asked[0].query == "patient=p1&_count=50"
    assert [r["id"] for r in page.matches] == ["o1"]
    assert page.complete
    assert page.stopped is None
