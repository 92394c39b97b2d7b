"""In live mode things happen: new, corrected and withdrawn records, and nothing impossible."""

import importlib
import json
import random
from datetime import UTC, datetime, timedelta

import pytest

from smartapp.sandbox import generator

NOW = datetime(2026, 11, 20, 15, 30, tzinfo=UTC)
STEPS = 80
START = {(one["resourceType"], one["id"]): one for one in generator.generate(NOW)[:3000]}


def chance(seed):
    return random.Random(seed)  # noqa: S311 - test data, not secrets


def key(resource):
    return resource["resourceType"], resource["id"]


def live(seed):
    """(before, after) of every change of a stretch of time; before is None if it is new."""
    stored = dict(START)
    rng, changes = chance(seed), []
    for step in range(STEPS):
        for one in generator.tick(stored.values(), NOW + timedelta(seconds=5 * step), rng):
            changes.append((stored.get(key(one)), one))
            stored[key(one)] = one
    return changes


@pytest.fixture(scope="module")
def stretch():
    return live(1)


def test_the_same_chance_gives_the_same_changes(stretch):
    again = live(1)
    assert [generator.dumps(new) for _, new in again] == [
        generator.dumps(new) for _, new in stretch
    ]


def test_new_records_and_new_versions_both_come(stretch):
    olds = [old for old, _ in stretch]
    assert None in olds
    assert any(olds)


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        ("Observation", "final"),
        ("Observation", "corrected"),
        ("Observation", "entered-in-error"),
        ("ServiceRequest", "active"),
        ("MedicationAdministration", "completed"),
        ("MedicationRequest", "stopped"),
    ],
)
def test_what_happens_is_varied(stretch, kind, status):
    assert any(new["resourceType"] == kind and new["status"] == status for _, new in stretch)


def test_a_new_version_differs_in_version_time_and_content(stretch):
    for old, new in stretch:
        if old is not None:
            assert new["meta"]["versionId"] != old["meta"]["versionId"]
            assert new["meta"]["lastUpdated"] >= "2026-11-20T15:30:00"
            assert new["status"] != old["status"]


def test_a_correction_says_what_was_reported_before(stretch):
    corrected = [(old, new) for old, new in stretch if new["status"] == "corrected"]
    assert corrected
    for old, new in corrected:
        assert str(old["valueQuantity"]["value"]) in new["note"][0]["text"]


def test_a_correction_keeps_the_precision(stretch):
    for old, new in stretch:
        if new["status"] == "corrected":
            before, after = (str(one["valueQuantity"]["value"]) for one in (old, new))
            assert len(before.partition(".")[2]) == len(after.partition(".")[2])


def test_every_change_is_valid_by_the_strict_models(stretch):
    for _, new in stretch:
        kind = new["resourceType"]
        model = getattr(importlib.import_module(f"fhirclient.models.{kind.lower()}"), kind)
        assert model(json.loads(generator.dumps(new)), strict=True)


def test_stored_records_are_not_changed_in_place():
    stored = generator.generate(NOW)
    before = [generator.dumps(one) for one in stored]
    for step in range(10):
        generator.tick(stored, NOW, chance(step))
    assert [generator.dumps(one) for one in stored] == before


def test_an_empty_store_still_gets_new_vitals():
    rng = chance(3)
    written = [one for step in range(20) for one in generator.tick([], NOW, rng)]
    assert any(one["resourceType"] == "Observation" for one in written)
