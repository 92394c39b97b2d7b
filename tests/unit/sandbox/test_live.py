"""Time passing: what the generator says happened is stored as new versions."""

import asyncio
import random

from smartapp.sandbox import generator
from smartapp.sandbox.live import lifespan, step
from tests.unit.sandbox.fhir_factory import ehr, observation


async def test_a_step_stores_new_versions_stamped_with_the_time():
    async with ehr(generated=True, live=True) as one:
        before = {r["id"]: r for r in one.state.store.resources("Observation")}
        rng = random.Random(1)  # noqa: S311 - test data
        changed = sum(step(one.state, rng) for _ in range(30))
        after = {r["id"]: r for r in one.state.store.resources("Observation")}
        new = [r for id_, r in after.items() if before.get(id_) is not r]
    assert changed > 0
    assert new
    assert all(r["meta"]["lastUpdated"] == "2026-05-02T12:00:00.000Z" for r in new)


async def test_a_corrected_record_gets_another_version(monkeypatch):
    corrected = observation("L-1", status="corrected")
    monkeypatch.setattr(generator, "tick", lambda *given: [corrected])
    async with ehr([observation("L-1")]) as one:
        step(one.state, random.Random(1))  # noqa: S311 - test data
        stored = one.state.store.get("Observation", "L-1")
    assert stored is not None
    assert (stored["status"], stored["meta"]["versionId"]) == ("corrected", "2")


async def test_no_time_passes_unless_it_is_asked_for():
    async with ehr([observation("L-1")]) as one:
        async with lifespan(one.state)(one.app):
            pass
        assert one.state.store.count() == 1


async def test_time_passes_while_the_server_runs(monkeypatch):
    monkeypatch.setattr(generator, "tick", lambda *given: [observation("L-2")])
    async with ehr([observation("L-1")], live=True, live_interval_s=0) as one:
        async with lifespan(one.state)(one.app):
            for _ in range(100):
                response = await one.get("Observation/L-2")
                if response.status_code == 200:
                    break
                await asyncio.sleep(0)  # lets the other task run
        assert response.status_code == 200
