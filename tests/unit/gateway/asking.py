"""A client that asks a tiny EHR for one record, and what such an EHR says when it refuses."""

from smartapp.fhir.types import REGISTRY
from tests.unit.gateway.ehr import Ehr

OBSERVATION = REGISTRY["Observation"]
PATIENT = REGISTRY["Patient"]
OUTCOME = {
    "resourceType": "OperationOutcome",
    "issue": [{"severity": "error", "code": "invalid", "details": {"text": "Not like that"}}],
}
BROKEN_RECORD = {
    "resourceType": "OperationOutcome",
    "issue": [{"severity": "fatal", "code": "required", "location": ["/f:Observation/f:status"]}],
}


def reading(reply):
    return Ehr({"/Observation/o1": reply})


async def read(session):
    with session as client:
        return await client.read(OBSERVATION, "o1")
