"""What the sandbox's FHIR server refuses, with the live server's status and words."""

import pytest

from smartapp.sandbox.fhir.types import DEFINITIONS
from tests.unit.sandbox.fhir_factory import ehr, make, observation, said, to

NO_PATIENT = (
    "at least one of _id, identifier, name, family, given, birthdate, phone, email, "
    "address-postalcode, or -pageContext must be provided"
)


@pytest.mark.parametrize("path", ["Patient", "Patient?favourite=blue", "Patient?gender=female"])
async def test_a_patient_search_without_a_usable_parameter_is_refused_in_the_live_words(path):
    async with ehr() as one:
        response = await one.get(path)
    assert response.status_code == 400
    assert said(response) == NO_PATIENT


REFUSED = [
    "Observation",
    "Observation?category=laboratory",
    "Observation?_lastUpdated=ge2026-01-01",
    "Observation?patient=1&colour=red",
    "Observation?patient=1&_sort=date",
    "Observation?patient=1&_summary=true",
    "Observation?patient=1&_format=json",
    "Observation?patient=1&patient=2",
    "Observation?patient=1,2",
    "Observation?patient=",
    "Observation?patient=1&subject=1",
    "Observation?_id=L-1&patient=1",
    "Observation?patient=1&date=ge2026-01-01&_lastUpdated=ge2026-01-01",
    "Observation?patient=1&date=yesterday",
    "Observation?patient=1&date=sa2026-01-01",
    "Observation?patient=1&date=ge2026-01-01&date=ge2026-02-01",
    "Observation?patient=1&date=ge2026&date=le2026&date=le2027",
    "Observation?patient=1&_count=0",
    "Observation?patient=1&_count=many",
    "Observation?patient=1&code:text=x",
    "Observation?patient=1&_revinclude=Provenance:agent",
    "Observation?patient=1&_revinclude=Provenance:target&_revinclude=Provenance:target",
    "Observation?patient=1&_include=Observation:encounter",
    "Account?patient=1",
    "Account?_id=1&patient=1",
    "Account?patient=1&identifier=x|1&type=financial-account",
    "Appointment?patient=1",
    "Appointment?patient=1&practitioner=2&date=2026-01-01",
    "Appointment?patient=1&date=2026-01-01&-date-or-req-period=2026-01-01",
    "CarePlan?patient=1",
    "CarePlan?patient=1&category=other",
    "CarePlan?patient=1&category=assess-plan&date=ge2026-01-01",
    "CarePlan?patient=1&category=assess-plan&date=ge2026-01-01&date=le2026-02-01T00:00:00Z",
    "CareTeam?_id=1,2",
    "CareTeam?patient=1&encounter=2",
    "ChargeItem?context=1",
    "ChargeItem?context=1&-status=paid",
    "Communication?category=notification",
    "Condition?patient=1&category=wish",
    "Consent?patient=1&actor=2",
    "Coverage",
    "Device",
    "DiagnosticReport?patient=1&date=ge2026-01-01&date=le2026-02-01",
    "DocumentReference?patient=1&period=ge2026-01-01",
    "DocumentReference?patient=1&period=ge2026-01-01&period=le2026-02-01",
    "Encounter?date=ge2026-01-01T00:00:00Z",
    "Encounter?patient=1&date=ge2026-01-01",
    "Encounter?patient=1&date=2026-01-01T00:00:00Z",
    "Encounter?patient=1&status=onleave",
    "Goal?_id=1,2",
    "Immunization?patient=1&date=gt2026-01-01",
    "Immunization?patient=1&_lastUpdated=le2026-01-01",
    "InsurancePlan",
    "InsurancePlan?_id=1&owned-by=2",
    "Location?name=ward",
    "Location?type=x&name=ward",
    "Location?type=x&address-city=Rome",
    "MedicationAdministration?patient=1&effective-time=ge2026-01-01",
    "MedicationAdministration?patient=1&_lastUpdated=ge2026-01-01T00:00:00Z",
    "MedicationRequest?patient=1&_lastUpdated=ge2026-01-01",
    "MedicationRequest?patient=1&_lastUpdated=gt2026-01-01T00:00:00Z",
    "MedicationRequest?patient=1&-timing-boundsPeriod=le2026-01-01",
    "MedicationDispense?patient=1&date=le2026-01-01",
    "Organization?identifier=urn:unknown|5",
    "Person",
    "Person?identifier=5",
    "Practitioner?given=Petra",
    "Practitioner?name=P",
    "Procedure?patient=1&date=ge2026-01-01",
    "Provenance",
    "Provenance?_id=1&target=Patient/1",
    "Questionnaire",
    "RelatedPerson?patient=1",
    "Schedule?actor=1",
    "ServiceRequest?patient=1&code=5",
    "Slot?service-type=a",
    "Slot?service-type=a&start=ge2026-01-01T00:00:00Z",
    "Slot?service-type=a&start=ge2026-01-01&start=lt2026-02-01",
    "Slot?_id=1&_count=300",
    "Specimen",
]


@pytest.mark.parametrize("path", REFUSED)
async def test_a_combination_that_the_live_server_refuses_is_a_400_with_a_reason(path):
    async with ehr() as one:
        response = await one.get(path)
    assert response.status_code == 400
    assert response.json()["issue"][0]["code"] == "invalid"
    assert said(response)


ACCEPTED = [
    "Account?_id=1",
    "Account?-encounter=1&type=guarantor-balance",
    "Appointment?patient=1,2&date=ge2026-01-01T00:00:00Z&date=lt2026-02-01T00:00:00Z",
    "CarePlan?patient=1&category=assess-plan&date=ge2026-01-01&date=le2026-02-01",
    "ChargeItem?context=1&-status=billable&_count=5",
    "Condition?patient=1&category=problem-list-item&_lastUpdated=ge2026-01-01",
    "Consent?patient.identifier=urn:x|5",
    "DocumentReference?patient=1&period=ge2026-01-01&period=lt2026-02-01",
    "Encounter?patient=1&status=finished&date=ge2026-01-01T00:00:00Z",
    "Immunization?patient=1&_lastUpdated=ge2026-01-01",
    "Location?-physicalType=bd&address-state=MO&address-city=Rome",
    "MedicationRequest?patient=1&status=active,stopped&intent=order,plan",
    "MedicationRequest?patient=1&_lastUpdated=ge2026-01-01T00:00:00Z",
    "Organization",
    "Practitioner?family=L&given=P",
    "Provenance?target=Observation/1/_history/2",
    "RelatedPerson?patient=1&-relationship-level=http://hl7.org/fhir/resource-types|Patient",
    "ServiceRequest?patient=1&code=https://fhir.cerner.com/t/codeSet/200|5",
]


@pytest.mark.parametrize("path", ACCEPTED)
async def test_a_combination_that_the_live_server_takes_is_answered(path):
    async with ehr() as one:
        assert (await one.get(path)).status_code == 200


NO_LAST_UPDATED = sorted(
    name
    for name, one in DEFINITIONS.items()
    if "s" in one.does and one.param("patient") and not one.param("_lastUpdated")
)


@pytest.mark.parametrize("name", NO_LAST_UPDATED)
async def test_last_updated_is_refused_where_the_live_server_has_none(name):
    async with ehr() as one:
        path = f"{name}?patient=1&_lastUpdated=ge2026-01-01T00:00:00Z"
        assert (await one.get(path)).status_code == 400


@pytest.mark.parametrize(
    "path", ["Medication/1", "Flag?patient=1", "nonsense", "", "Patient/1/_history"]
)
async def test_an_unknown_type_or_path_is_not_found(path):
    async with ehr([make("Patient", "1")]) as one:
        response = await one.get(path)
    assert response.status_code == 404
    assert said(response) == "Not Found"


async def test_a_type_that_a_folder_brought_and_the_server_does_not_know_is_not_found():
    async with ehr([make("Claim", "1")]) as one:
        assert (await one.get("Claim/1")).status_code == 404


@pytest.mark.parametrize("name", ["Binary", "Media", "OperationDefinition"])
async def test_a_type_without_search_has_none(name):
    async with ehr() as one:
        assert (await one.get(f"{name}?_id=1")).status_code == 404


async def test_posted_searches_are_not_offered():
    async with ehr([observation("L-1")]) as one:
        url = f"{one.base}/Observation/_search"
        response = await one.http.post(url, data={"patient": "1"})
    assert response.status_code == 404


async def test_another_tenant_is_not_accessible():
    async with ehr() as one:
        response = await one.http.get(one.base[:-1] + "/Patient/1")
    assert response.status_code == 403
    assert said(response) == "Tenant not valid or accessible"


@pytest.mark.parametrize("accept", ["application/fhir+xml", "text/html", "image/png"])
async def test_anything_but_json_is_not_acceptable_and_says_nothing(accept):
    async with ehr([make("Patient", "1")]) as one:
        response = await one.get("Patient/1", accept=accept)
    assert (response.status_code, response.content) == (406, b"")


@pytest.mark.parametrize("accept", ["application/json", "*/*", "text/html, application/fhir+json"])
async def test_json_by_any_of_its_names_is_acceptable(accept):
    async with ehr([make("Patient", "1")]) as one:
        assert (await one.get("Patient/1", accept=accept)).status_code == 200


async def test_a_record_without_a_required_element_answers_500_for_ever():
    async with ehr([make("Procedure", "1", subject=to("Patient/1"))]) as one:
        replies = [await one.get("Procedure/1") for _ in range(3)]
        search = await one.get("Procedure?patient=1")
    for reply in [*replies, search]:
        assert reply.status_code == 500
        issue = reply.json()["issue"][0]
        assert issue == {
            "severity": "fatal",
            "code": "required",
            "location": ["/f:Procedure/f:status"],
        }


async def test_a_document_without_a_status_is_withheld_and_the_search_says_so():
    documents = [
        make("DocumentReference", "1", status="current", subject=to("Patient/1")),
        make("DocumentReference", "2", subject=to("Patient/1")),
    ]
    async with ehr(documents) as one:
        entries = (await one.get("DocumentReference?patient=1")).json()["entry"]
        alone = await one.get("DocumentReference/2")
    assert [one["search"]["mode"] for one in entries] == ["match", "outcome"]
    assert entries[1]["resource"]["issue"][0]["code"] == "suppressed"
    assert alone.status_code == 404


@pytest.mark.parametrize("path", ["Patient/1", "Patient/none", "Flag/1", "Patient", "metadata"])
async def test_every_reply_carries_a_request_id_of_its_own(path):
    async with ehr([make("Patient", "1")]) as one:
        first, second = await one.get(path), await one.get(path)
    assert first.headers["X-Request-Id"] != second.headers["X-Request-Id"]
