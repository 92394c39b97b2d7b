"""Patients that only references know: who stands in for them."""

import json

import pytest

from smartapp.sandbox.config import SandboxConfig
from smartapp.sandbox.seeding import fill
from smartapp.sandbox.store import Store

BASE = SandboxConfig().fhir_base


@pytest.fixture
def filled(tmp_path):
    """A store with these records and no generated ones, and the lines for the user."""

    def make(*resources):
        (tmp_path / "data.json").write_text(json.dumps(resources))
        store = Store()
        return store, fill(store, SandboxConfig(data_dirs=(tmp_path,), generated=False))

    return make


def record(subject, own="1"):
    return {"resourceType": "Condition", "id": own, "subject": subject}


def test_a_patient_in_no_folder_is_stood_in_for_with_the_name_of_the_references(filled):
    named = record({"reference": "Patient/7", "display": "JOHNSON, MARIE"}, "2")
    store, notes = filled(record({"reference": "Patient/7"}), named)
    assert store.get("Patient", "7") == {
        "resourceType": "Patient",
        "id": "7",
        "name": [{"text": "JOHNSON, MARIE"}],
    }
    assert any("in no folder: 1." in note for note in notes)


def test_a_patient_whom_nothing_names_is_said_to_be_missing(filled):
    store, _ = filled(record({"reference": f"{BASE}/Patient/7"}))
    assert store.get("Patient", "7")["name"] == [{"text": "Patient 7, not in the data folder"}]


@pytest.mark.parametrize(
    "subject",
    [
        {"reference": "Patient/8"},
        {"reference": "Group/7"},
        {"reference": "https://other.example/r4/Patient/7"},
        {"reference": "#p"},
        {"display": "JOHNSON, MARIE"},
        "Patient/7",
    ],
    ids=["there", "a group", "elsewhere", "contained", "no reference", "malformed"],
)
def test_nobody_stands_in_for_a_patient_who_is_there_or_elsewhere(filled, subject):
    store, notes = filled({"resourceType": "Patient", "id": "8"}, record(subject))
    assert [one["id"] for one in store.resources("Patient")] == ["8"]
    assert not any("in no folder" in note for note in notes)
