"""Records of any shape: the server reads, lists and summarises them without an error of its own."""

import random
from copy import deepcopy
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

import pytest

from smartapp.sandbox import generator
from smartapp.sandbox.fhir.types import DEFINITIONS
from tests.unit.sandbox.fhir_factory import concept, ehr, make

JUNK: tuple[Any, ...] = (
    None,
    5,
    "x",
    True,
    [],
    {},
    [None],
    [5],
    [[]],
    {"coding": "x"},
    {"coding": [5, None, {"code": {}, "system": []}]},
    {"reference": 5},
    {"start": 5},
    "9999-99-99",
    {"value": {}},
    [{"extension": "x"}],
    "\u2014\x00",
)
DEMANDED = {
    "CarePlan": "&category=assess-plan",
    "Appointment": "&date=ge1900-01-01T00:00:00Z&date=lt2100-01-01T00:00:00Z",
    "RelatedPerson": "&-relationship-level=http://hl7.org/fhir/resource-types|Patient",
}
FILTERS = {"token": "a|b", "reference": "1", "string": "ab"}


@lru_cache(maxsize=1)
def generated():
    return generator.generate(datetime(2026, 5, 2, tzinfo=UTC))


def spoilt(rng, node):
    """A copy in which elements are missing or replaced by junk here and there."""
    if isinstance(node, list):
        return [spoilt(rng, one) for one in node]
    if not isinstance(node, dict):
        return deepcopy(rng.choice(JUNK)) if rng.random() < 0.05 else node
    chance = {name: rng.random() for name in node}
    kept = {name: value for name, value in node.items() if chance[name] > 0.05}
    return {
        name: deepcopy(rng.choice(JUNK)) if chance[name] < 0.15 else spoilt(rng, value)
        for name, value in kept.items()
    }


def malformed(name, seed):
    """Thirty spoilt records of a type; those that can name a patient name one."""
    rng = random.Random(seed)  # noqa: S311 - test data
    samples = [one for one in generated() if one["resourceType"] == name]
    subject = {path.split(".")[0] for path in DEFINITIONS[name].patient} & {"subject", "patient"}
    patient = {one: {"reference": "Patient/1"} for one in subject}
    for number in range(30):
        record = spoilt(rng, rng.choice(samples))
        yield record | patient | {"resourceType": name, "id": f"f{number}"}


def filters(definition):
    """One query for each parameter that narrows a patient's list."""
    for param in definition.params:
        if param.kind in FILTERS and param.name not in {"_id", "patient", "subject"}:
            yield f"{param.name}={FILTERS[param.kind]}"


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize("name", sorted(set(DEFINITIONS) - {"Binary"}))
async def test_no_malformed_record_breaks_the_server(name, seed):
    definition = DEFINITIONS[name]
    async with ehr() as one:
        for record in malformed(name, seed):
            one.state.store.put(record, foreign=True)
        ids = [resource["id"] for resource in one.state.store.resources(name)]
        read = [(await one.get(f"{name}/{id_}")).status_code for id_ in ids]
        assert set(read) == {200}
        if definition.param("patient") and name != "Account":
            listing = f"{name}?patient=1{DEMANDED.get(name, '')}"
            assert (await one.get(listing)).status_code == 200
            for query in filters(definition):
                assert (await one.get(f"{listing}&{query}")).status_code < 500, query


@pytest.mark.parametrize("seed", range(5))
async def test_a_summary_is_made_of_malformed_records(seed):
    patient = make("Patient", "1", name=5, telecom=[None, {"value": []}], gender=concept("x"))
    types = (
        "AllergyIntolerance",
        "CarePlan",
        "Condition",
        "Encounter",
        "Immunization",
        "MedicationRequest",
        "Observation",
        "Procedure",
    )
    async with ehr([patient, *(r for name in types for r in malformed(name, seed))]) as one:
        response = await one.get("Binary/$autogen-ccd-if?patient=1", accept="application/xml")
    assert response.status_code == 200
    assert response.text.count("</section>") == 10
