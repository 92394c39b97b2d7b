"""What the invented record must be: whole, repeatable, valid, and of real-life size."""

import importlib
import json
import re
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from smartapp.sandbox import generator
from smartapp.sandbox.fhir.types import DEFINITIONS

NOW = datetime(2026, 11, 20, 15, 30, tzinfo=UTC)
SAMPLE = 300


@pytest.fixture(scope="module")
def record():
    return generator.generate(NOW)


@pytest.fixture(scope="module")
def renditions():
    return generator.binaries(NOW)


def name(resource):
    return f"{resource['resourceType']}/{resource['id']}"


def walk(value):
    """Every dict inside a value."""
    if isinstance(value, dict):
        yield value
        for inner in value.values():
            yield from walk(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from walk(inner)


def faults(resource):
    """What fhirclient's strict model says against a resource."""
    kind = resource["resourceType"]
    model = getattr(importlib.import_module(f"fhirclient.models.{kind.lower()}"), kind)
    try:
        model(json.loads(generator.dumps(resource)), strict=True)
    except Exception as error:
        return str(error)
    return ""


def sample(record):
    """All resources of small types and the first of large ones, without the broken."""
    seen: Counter[str] = Counter()
    left_out = {*generator.BROKEN_IDS, *generator.SUPPRESSED_IDS}
    for resource in record:
        seen[resource["resourceType"]] += 1
        if seen[resource["resourceType"]] <= SAMPLE and name(resource) not in left_out:
            yield resource


def of_patient(record, slug, kind):
    target = f"Patient/{generator.patient_id(slug)}"
    return [
        one
        for one in record
        if one["resourceType"] == kind
        and (one.get("subject") or one.get("patient") or {}).get("reference") == target
    ]


def test_the_same_arguments_give_the_same_bytes(record):
    again = generator.generate(NOW)
    assert [generator.dumps(one) for one in again] == [generator.dumps(one) for one in record]


def test_the_whole_day_gives_the_same_record(record):
    evening = generator.generate(NOW.replace(hour=23, minute=59))
    assert evening == record


def test_another_seed_gives_other_values_under_the_same_ids(record):
    other = generator.generate(NOW, seed=2)
    assert other != record
    assert [name(one) for one in other] == [name(one) for one in record]


def test_another_tenant_and_base_appear_in_every_address():
    base = "https://ehr.example.org/r4/abc"
    record = generator.generate(NOW, tenant="abc", base=base)
    text = b"".join(generator.dumps(one) for one in record)
    assert generator.TENANT.encode() not in text
    assert b"localhost" not in text
    assert f"{base}/Binary/".encode() in text


@pytest.mark.parametrize("kind", DEFINITIONS)
def test_every_type_is_there(record, renditions, kind):
    kinds = {one["resourceType"] for one in record} | ({"Binary"} if renditions else set())
    assert kind in kinds


def test_no_other_type_is_there(record):
    assert {one["resourceType"] for one in record} <= set(DEFINITIONS)


def test_every_resource_is_valid_by_the_strict_models(record):
    assert {name(one): fault for one in sample(record) if (fault := faults(one))} == {}


@pytest.mark.parametrize("key", [*generator.BROKEN_IDS, *generator.SUPPRESSED_IDS])
def test_records_broken_on_purpose_lack_their_status(record, key):
    broken = next(one for one in record if name(one) == key)
    assert "status" in faults(broken)


def test_an_id_is_used_once(record):
    assert [key for key, times in Counter(map(name, record)).items() if times > 1] == []


def test_ids_are_legal(record, renditions):
    # The vendor's care teams have an underscore, which FHIR does not allow.
    legal = re.compile(r"((CARE|LIFETIME)_)?[A-Za-z0-9.-]{1,60}")
    ids = [one["id"] for one in record] + [one.id for one in renditions]
    assert [one for one in ids if not legal.fullmatch(one)] == []


def test_every_reference_leads_somewhere(record, renditions):
    known = {name(one) for one in record} | {f"Binary/{one.id}" for one in renditions}
    lost = {
        part["reference"]
        for resource in record
        for part in walk(resource)
        if isinstance(part.get("reference"), str)
        and not part["reference"].startswith("#")
        and part["reference"] not in known
    }
    assert lost == set()


def test_contained_references_lead_to_contained_resources(record):
    for resource in record:
        inside = {f"#{one['id']}" for one in resource.get("contained", [])}
        used = {
            part["reference"]
            for part in walk(resource)
            if str(part.get("reference", "")).startswith("#")
        }
        assert used <= inside, name(resource)


def test_every_resource_has_version_time_and_narrative(record):
    for resource in record:
        assert resource["meta"]["versionId"]
        assert datetime.fromisoformat(resource["meta"]["lastUpdated"]) <= NOW
        assert resource["text"]["div"].startswith("<div xmlns=")


def test_times_are_written_in_several_notations(record):
    stamps = [one["meta"]["lastUpdated"] for one in record]
    kinds = ("00:00Z", ".000Z", "+00:00", "-05:00")
    assert [kind for kind in kinds if not any(one.endswith(kind) for one in stamps)] == []


def test_results_are_not_from_the_future(record):
    latest = NOW.replace(hour=0, minute=0) + timedelta(hours=1)
    times = [one["effectiveDateTime"] for one in record if "effectiveDateTime" in one]
    exact = [datetime.fromisoformat(one) for one in times if "T" in one]
    assert exact
    assert max(exact) <= latest


def test_decimals_keep_their_digits(record):
    text = b"".join(generator.dumps(one) for one in of_patient(record, "workup", "Observation"))
    for digits in (b'"value":7.40,', b'"value":7.400,', b'"value":7.4,', b'"value":1.10,'):
        assert digits in text


def test_a_patient_is_found_by_short_name(record):
    patients = {one["id"] for one in record if one["resourceType"] == "Patient"}
    assert {generator.patient_id(slug) for slug in generator.PATIENTS} == patients
    assert len(patients) >= 14


def test_one_chart_holds_20_000_observations(record):
    assert len(of_patient(record, "icu", "Observation")) == 20_000


def test_one_chart_holds_1_600_conditions_most_of_them_withdrawn(record):
    conditions = of_patient(record, "many-problems", "Condition")
    withdrawn = [one for one in conditions if "clinicalStatus" not in one]
    assert len(conditions) == 1_600
    assert len(withdrawn) > 900


def test_one_chart_is_empty(record):
    target = f"Patient/{generator.patient_id('empty')}"
    assert [one for one in record for part in walk(one) if part.get("reference") == target] == []


def test_the_worklist_has_inpatients_with_bed_reason_and_attending(record):
    inside = [
        one
        for one in record
        if one["resourceType"] == "Encounter"
        and one["status"] == "in-progress"
        and one["class"]["code"] in ("IMP", "OBSENC")
    ]
    assert len(inside) >= 8
    for visit in inside:
        assert visit["location"][0]["location"]["display"]
        assert visit["reasonCode"][0]["text"]
        assert visit["participant"][0]["type"][0]["text"] == "Attending Physician"
    beds = [visit["location"][0]["location"]["reference"] for visit in inside]
    assert len(beds) == len(set(beds))


def test_the_worklist_has_outpatients_of_today(record):
    now = [
        one
        for one in record
        if one["resourceType"] == "Encounter"
        and one["status"] == "in-progress"
        and one["class"]["code"] == "AMB"
        and one.get("period", {}).get("start", "") >= "2026-11-19"
    ]
    assert len(now) >= 3


def test_care_units_lead_to_a_caregiver_organization(record):
    organizations = {one["id"]: one for one in record if one["resourceType"] == "Organization"}
    units = [one for one in organizations.values() if one["type"][0]["text"] == "Nursing Unit"]
    assert units
    for unit in units:
        top = organizations[unit["partOf"]["reference"].partition("/")[2]]
        assert top["type"][0]["text"] == "Chart Access"
        assert "partOf" not in top


def test_no_resource_belongs_to_two_patients(record):
    for resource in record:
        if resource["resourceType"] in ("Patient", "Person"):
            continue
        named = {
            part["reference"]
            for part in walk(resource)
            if str(part.get("reference", "")).startswith("Patient/")
        }
        assert len(named) <= 1, name(resource)


def test_the_vendors_extensions_are_described(record):
    described = {one["url"] for one in record if one["resourceType"] == "StructureDefinition"}
    used = {
        part["url"]
        for resource in record
        for part in walk(resource)
        if str(part.get("url", "")).startswith("https://fhir-ehr.cerner.com/r4/StructureDef")
        and resource["resourceType"] != "StructureDefinition"
    }
    assert used <= described
