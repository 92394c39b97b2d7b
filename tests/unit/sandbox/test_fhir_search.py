"""Searching the sandbox's FHIR server: what is found, in which order, on which page."""

import pytest

from tests.unit.sandbox.fhir_factory import concepts, ehr, make, observation, to

BASE_TIME = "2026-05-01T08:{:02d}:00Z"


def many(number, **elements):
    return [
        observation(f"L-{n}", effectiveDateTime=BASE_TIME.format(n % 60), **elements)
        for n in range(number)
    ]


async def test_a_patient_s_results_are_theirs_alone():
    async with ehr([observation("L-1"), observation("L-2", "2")]) as one:
        assert await one.ids("Observation?patient=1") == ["L-1"]


@pytest.mark.parametrize("written", ["1", "Patient/1", "http://localhost:9000/r4/t/Patient/1"])
async def test_a_patient_may_be_written_as_id_or_as_reference(written):
    async with ehr([observation("L-1")]) as one:
        assert await one.ids(f"Observation?patient={written}") == ["L-1"]


async def test_a_reference_to_another_type_finds_no_patient_s_results():
    async with ehr([observation("L-1")]) as one:
        assert await one.ids("Observation?patient=Practitioner/1") == []


async def test_an_absolute_reference_in_a_record_is_found_by_its_patient():
    subject = to("https://other.example/r4/Patient/1")
    async with ehr([observation("L-1", subject=subject)]) as one:
        assert await one.ids("Observation?patient=1") == ["L-1"]


async def test_an_empty_result_is_a_bundle_without_entries():
    async with ehr() as one:
        bundle = (await one.get("Observation?patient=1")).json()
    assert bundle["type"] == "searchset"
    assert "entry" not in bundle
    assert "total" not in bundle


async def test_results_run_from_the_newest_to_the_oldest():
    async with ehr(many(3)) as one:
        assert await one.ids("Observation?patient=1") == ["L-2", "L-1", "L-0"]


async def test_results_of_an_update_search_run_by_update():
    early = {"versionId": "1", "lastUpdated": "2026-04-01T00:00:00Z"}
    records = [
        observation("L-new", effectiveDateTime="2020-01-01"),
        observation("L-old", meta=early, effectiveDateTime="2026-05-01"),
    ]
    async with ehr(records) as one:
        found = await one.ids("Observation?patient=1&_lastUpdated=ge2026-01-01")
    assert found == ["L-new", "L-old"]


async def test_visits_run_from_the_oldest_to_the_newest():
    visits = [
        make("Encounter", str(n), status="finished", subject=to("Patient/1"), period={"start": day})
        for n, day in enumerate(["2026-03-01", "2025-01-01", "2026-01-01"])
    ]
    async with ehr(visits) as one:
        assert await one.ids("Encounter?patient=1") == ["1", "2", "0"]


async def test_a_record_without_a_readable_date_comes_last():
    odd = observation("L-odd", effectiveDateTime="last summer")
    async with ehr([odd, observation("L-1")]) as one:
        assert await one.ids("Observation?patient=1") == ["L-1", "L-odd"]


async def test_a_new_record_takes_its_place_in_the_order():
    async with ehr(many(3)) as one:
        await one.ids("Observation?patient=1")
        one.state.store.put(observation("L-x", effectiveDateTime="2026-05-01T08:01:30Z"))
        assert await one.ids("Observation?patient=1") == ["L-2", "L-x", "L-1", "L-0"]


async def test_a_corrected_record_is_found_once():
    async with ehr(many(2)) as one:
        await one.ids("Observation?patient=1")
        one.state.store.put(observation("L-0", status="amended"))
        assert sorted(await one.ids("Observation?patient=1")) == ["L-0", "L-1"]


async def test_records_entered_in_error_are_found_like_any_other():
    withdrawn = {"verificationStatus": concepts("entered-in-error")[0]}
    condition = make("Condition", "p1", subject=to("Patient/1"), **withdrawn)
    async with ehr([condition]) as one:
        assert await one.ids("Condition?patient=1") == ["p1"]


async def test_a_visit_s_conditions_are_its_diagnoses_and_every_problem():
    def condition(id_, category, visit):
        where = {"encounter": to(f"Encounter/{visit}")} if visit else {}
        return make("Condition", id_, subject=to("Patient/1"), category=concepts(category), **where)

    records = [
        condition("d1", "encounter-diagnosis", "7"),
        condition("d2", "encounter-diagnosis", "8"),
        condition("p1", "problem-list-item", None),
        condition("h1", "health-concern", "7"),
    ]
    async with ehr(records) as one:
        assert set(await one.ids("Condition?patient=1&encounter=7")) == {"d1", "p1"}


HIDDEN = [
    ("Patient", {"active": False, "link": [{"type": "replaced-by"}], "birthDate": "1950-01-01"},
     "birthdate=1950-01-01"),
    ("Encounter", {"status": "unknown", "partOf": to("Encounter/2"), "subject": to("Patient/1")},
     "patient=1"),
    ("CareTeam", {"status": "inactive", "subject": to("Patient/1")}, "patient=1"),
    ("Slot", {"status": "busy", "serviceType": concepts("a"), "start": "2026-06-01T08:00:00Z"},
     "service-type=a&start=ge2026-01-01T00:00:00Z&start=lt2027-01-01T00:00:00Z"),
]  # fmt: skip


@pytest.mark.parametrize(("type_name", "elements", "query"), HIDDEN)
async def test_merged_ended_and_taken_records_are_reached_by_id_only(type_name, elements, query):
    async with ehr([make(type_name, "1", **elements)]) as one:
        assert await one.ids(f"{type_name}?{query}") == []
        assert (await one.get(f"{type_name}/1")).status_code == 200


async def test_a_proposed_appointment_is_found_by_its_requested_period_only():
    appointment = make(
        "Appointment",
        "1",
        status="proposed",
        participant=[{"actor": to("Patient/1")}],
        requestedPeriod=[{"start": "2026-06-01T08:00:00Z", "end": "2026-06-02T08:00:00Z"}],
    )
    window = "ge2026-05-01T00:00:00Z"
    async with ehr([appointment]) as one:
        assert await one.ids(f"Appointment?patient=1&date={window}") == []
        assert await one.ids(f"Appointment?patient=1&-date-or-req-period={window}") == ["1"]


async def test_provenance_comes_along_when_asked_for():
    provenance = make("Provenance", "doc-1", target=[to("Observation/L-1")])
    async with ehr([observation("L-1"), provenance]) as one:
        path = "Observation?patient=1&_revinclude=Provenance:target"
        entries = (await one.get(path)).json()["entry"]
    assert [one["search"]["mode"] for one in entries] == ["match", "include"]
    assert entries[1]["resource"]["id"] == "doc-1"


async def test_a_slot_brings_its_schedule_and_who_it_is_for():
    records = [
        make("Slot", "1", status="free", schedule=to("Schedule/2")),
        make("Schedule", "2", actor=[to("Practitioner/3")]),
        make("Practitioner", "3"),
    ]
    path = "Slot?_id=1&_include=Slot:schedule&_include=Schedule:actor:Practitioner"
    async with ehr(records) as one:
        entries = (await one.get(path)).json()["entry"]
    assert [e["resource"]["resourceType"] for e in entries] == ["Slot", "Schedule", "Practitioner"]


async def test_a_list_of_ids_gives_each_record_once():
    async with ehr(many(3)) as one:
        assert await one.ids("Observation?_id=L-1,L-0,L-1,L-9") == ["L-1", "L-0"]


PEOPLE = [
    make(
        "Patient",
        "1",
        name=[
            {"use": "official", "family": "Núñez", "given": ["Zoë", "Ana"]},
            {"use": "old", "family": "Meyer", "given": ["Zoë"]},
        ],
        birthDate="1958-11-30",
        gender="female",
        telecom=[
            {"system": "phone", "value": "+1 (555) 555-0100"},
            {"system": "email", "value": "Zoe@Example.org"},
        ],
        address=[{"postalCode": "64111"}],
        identifier=[{"system": "urn:oid:1.2", "value": "0017"}],
    )
]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("family=nun", True),
        ("family=unez", False),
        ("family=meyer", False),
        ("family:exact=Núñez", True),
        ("family:exact=nunez", False),
        ("name=zoe nu", True),
        ("name=Nunez Zoe", True),
        ("given=ana", True),
        ("phone=5555550100", True),
        ("phone=5555550101", False),
        ("email=zoe@example.org", True),
        ("birthdate=1958-11-30", True),
        ("birthdate=ge1958-01-01&birthdate=le1958-12-31", True),
        ("birthdate=gt1958-11-30", False),
        ("address-postalcode=641", True),
        ("identifier=0017", True),
        ("identifier=urn:oid:1.2|0017", True),
        ("identifier=urn:oid:9|0017", False),
        ("family=nunez&gender=female", True),
        ("family=nunez&gender=male", False),
    ],
)
async def test_patients_are_found_by_what_identifies_them(query, found):
    async with ehr(PEOPLE) as one:
        assert bool(await one.ids(f"Patient?{query}")) is found


async def test_a_patient_search_that_matches_more_than_a_thousand_is_refused():
    people = [make("Patient", str(n), name=[{"family": "Same"}]) for n in range(1001)]
    async with ehr(people) as one:
        assert (await one.get("Patient?family=same")).status_code == 422


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("code=2345-7", True),
        ("code=http://loinc.org|2345-7", True),
        ("code=http://loinc.org|", True),
        ("code=http://snomed.info/sct|2345-7", False),
        ("code=1-1,2345-7", True),
        ("category=vital-signs", False),
        ("category=vital-signs,laboratory", True),
        ("date=2026-05-01", True),
        ("date=2026-05-01T08:00:00Z", True),
        ("date=ge2026-05-01T09:00:00%2B01:00", True),
        ("date=gt2026-05-01T08:00:00Z", False),
        ("date=lt2026-05-01", False),
        ("date=ge2026-04-01&date=lt2026-05-01", False),
        ("date=2026", True),
        ("_lastUpdated=ge2026-05-01T10:00:00.000Z", True),
        ("_lastUpdated=gt2026-05-01T10:00:00.000Z", False),
        ("_lastUpdated=2026-05-01", True),
    ],
)
async def test_results_are_found_by_code_category_and_time(query, found):
    async with ehr([observation("L-1")]) as one:
        assert bool(await one.ids(f"Observation?patient=1&{query}")) is found


@pytest.mark.parametrize(
    "elements",
    [
        {"category": "laboratory"},
        {"category": [None, 5, {"coding": "x"}, {"coding": [7, {"code": {}}]}]},
        {"code": []},
        {"effectiveDateTime": 2026},
        {"effectiveDateTime": "2026-13-45T99:00:00Z"},
        {"effectivePeriod": {"start": []}},
        {"meta": None},
        {"subject": {"reference": "Patient/1", "extra": [[]]}},
    ],
)
async def test_a_malformed_record_breaks_no_search(elements):
    async with ehr([observation("L-odd", **elements), observation("L-1")]) as one:
        path = "Observation?patient=1&category=laboratory&code=2345-7&date=ge2026-01-01"
        assert "L-1" in await one.ids(path)
        assert set(await one.ids("Observation?patient=1")) == {"L-1", "L-odd"}
