"""The sandbox's FHIR server against the specifications and the live server it imitates."""

import os
from functools import lru_cache
from pathlib import Path

import pytest

from smartapp.fhir.schema import validate
from smartapp.sandbox.config import SandboxConfig
from smartapp.sandbox.fhir.types import DEFINITIONS
from smartapp.sandbox.fhir.wire import decode
from tests.unit.sandbox.fhir_factory import ehr, link, matched

_LETTERS = {
    "read": "r",
    "search-type": "s",
    "create": "c",
    "update": "u",
    "patch": "p",
    "delete": "d",
}
_NOT_SERVED = {"CapabilityStatement", "Basic", "Group"}
"""Live types outside the 41: one is metadata itself, two are for systems only."""
DEMANDED = {
    "CarePlan": "&category=assess-plan",
    "Appointment": "&date=ge1900-01-01T00:00:00Z&date=lt2100-01-01T00:00:00Z",
    "RelatedPerson": "&-relationship-level=http://hl7.org/fhir/resource-types|Patient",
}
BY_PATIENT = sorted(name for name, one in DEFINITIONS.items() if one.param("patient"))
LISTED = [name for name in BY_PATIENT if name != "Account"]


def corpus(*parts):
    """A folder of the corpus, or a skip that says what is missing."""
    root = os.environ.get("SMARTAPP_CORPUS")
    if not root:
        pytest.skip("SMARTAPP_CORPUS is not set")
    path = Path(root, *parts)
    if not path.exists():
        pytest.skip(f"{path} does not exist")
    return path


@lru_cache(maxsize=1)
def _live_statement():
    folder = corpus("millennium-r4", "live")
    return decode(next(folder.glob("*capability-statement-r4-secure.json")).read_bytes())


async def _metadata():
    async with ehr() as one:
        response = await one.http.get(f"{one.base}/metadata", headers={"Authorization": ""})
    assert response.status_code == 200
    return response.json()


def _by_type(statement):
    return {one["type"]: one for one in statement["rest"][0]["resource"]}


async def test_the_capability_statement_is_valid_r4_and_needs_no_token():
    statement = await _metadata()
    assert statement["fhirVersion"] == "4.0.1"
    assert validate(statement) == []


async def test_the_capability_statement_lists_forty_one_types():
    served = set(_by_type(await _metadata()))
    assert served == set(DEFINITIONS) | {"CapabilityStatement"}
    assert len(DEFINITIONS) == 41


async def test_it_names_the_endpoints_of_the_authorization_server():
    security = (await _metadata())["rest"][0]["security"]
    uris = {one["url"]: one["valueUri"] for one in security["extension"][0]["extension"]}
    assert set(uris) == {"authorize", "token", "revoke", "introspect", "manage"}
    assert all(uri.startswith(SandboxConfig().public_url) for uri in uris.values())


@pytest.mark.corpus
async def test_interactions_and_parameters_are_the_live_server_s():
    live, own = _by_type(_live_statement()), _by_type(await _metadata())
    assert set(live) - set(own) == _NOT_SERVED - {"CapabilityStatement"}
    for name, stated in live.items():
        if name in _NOT_SERVED:
            continue
        mine = own[name]
        for element, key in (("interaction", "code"), ("searchParam", "name")):
            wanted = {one[key] for one in stated.get(element, [])}
            assert {one[key] for one in mine.get(element, [])} == wanted, (name, element)
        for element in ("searchInclude", "searchRevInclude", "updateCreate"):
            assert mine.get(element) == stated.get(element), (name, element)


@pytest.mark.parametrize("name", sorted(DEFINITIONS))
async def test_what_is_declared_is_served(name):
    """No declared search or read is answered as if the server did not know it."""
    async with ehr() as one:
        definition = DEFINITIONS[name]
        assert (await one.get(f"{name}/none")).status_code == 404
        if "s" in definition.does:
            response = await one.get(f"{name}?_id=none")
            assert response.status_code == 200
            assert validate(response.json()) == []


@pytest.mark.parametrize("name", sorted(DEFINITIONS))
async def test_what_is_not_declared_is_not_served(name):
    definition = DEFINITIONS[name]
    requests = {"c": ("POST", name), "u": ("PUT", f"{name}/1"), "p": ("PATCH", f"{name}/1")}
    requests["d"] = ("DELETE", f"{name}/1")
    async with ehr() as one:
        for letter, (method, path) in requests.items():
            if letter not in definition.does:
                assert (await one.send(method, path, {})).status_code == 405, (method, path)


async def test_every_generated_record_is_read_as_its_own_type():
    async with ehr(generated=True) as one:
        wrong = []
        for name in DEFINITIONS:
            for resource in list(one.state.store.resources(name))[:50]:
                response = await one.get(f"{name}/{resource['id']}")
                if response.status_code == 200 and response.json()["id"] != resource["id"]:
                    wrong.append((name, resource["id"]))
        assert wrong == []


async def test_the_generated_data_holds_every_type():
    async with ehr(generated=True) as one:
        assert [name for name in DEFINITIONS if one.state.store.count(name) == 0] == []


async def test_a_chart_of_twenty_thousand_results_is_paged_to_its_end():
    async with ehr(generated=True) as one:
        charts: dict[str, int] = {}
        for resource in one.state.store.resources("Observation"):
            for patient in one.state.store.patients_of(resource):
                charts[patient] = charts.get(patient, 0) + 1
        patient = max(charts, key=lambda name: charts[name])
        pages = await one.pages(f"Observation?patient={patient}&_count=200")
        times = sorted(logged.ms for logged in one.state.requests)
    assert charts[patient] >= 20_000
    assert len({id_ for page in pages for id_ in matched(page)}) == charts[patient]
    assert times[len(times) // 2] < 50


@pytest.mark.corpus
@pytest.mark.parametrize("folder", ["synthea-r4", "millennium-r4"])
async def test_every_record_of_the_corpus_is_read_and_listed(folder):
    async with ehr(data_dirs=(corpus(folder),)) as one:
        store, patients = one.state.store, set()
        for name in DEFINITIONS:
            for resource in store.resources(name):
                response = await one.get(f"{name}/{resource['id']}")
                assert response.status_code == 200, (name, resource["id"])
                patients |= store.patients_of(resource)
        for name in LISTED:
            found = await _listed(one, name, patients)
            missing = [r["id"] for r in store.resources(name) if store.patients_of(r)]
            assert set(missing) <= found, name


async def _listed(one, name, patients):
    found = set()
    for patient in sorted(patients):
        url = f"{one.base}/{name}?patient={patient}{DEMANDED.get(name, '')}"
        while url:
            response = await one.http.get(url)
            assert response.status_code == 200, response.text
            found |= set(matched(response.json()))
            url = link(response.json(), "next") or ""
    return found
