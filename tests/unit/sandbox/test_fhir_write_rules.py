"""Writing to the sandbox: what each type takes and what it refuses."""

import pytest

from tests.unit.sandbox.fhir_factory import concept, concepts, ehr, to
from tests.unit.sandbox.write_bodies import (
    ALLERGY,
    LOINC,
    OWN,
    PATIENT,
    PROBLEM,
    RECORDS,
    SLOT,
    allergy,
    booking,
    condition,
    document,
    immunization,
    medication,
    vital,
)

CREATED = [
    ("Observation", vital(code=concept("x", LOINC), category=concepts("laboratory")), "L-"),
    ("Condition", condition(), "p"),
    ("Condition", condition(category=concepts("encounter-diagnosis"), encounter=to("Encounter/7")),
     "d"),
    ("AllergyIntolerance", allergy(), ""),
    ("DocumentReference", document(), ""),
    ("MedicationRequest", medication(), ""),
    ("Appointment", booking(), ""),
    ("Immunization", immunization(), "M"),
    ("Immunization", immunization(status="not-done"), "HM"),
    ("Procedure", {"status": "completed", "code": concept("1"), "subject": to("Patient/1"),
                   "performedDateTime": "2026-05-01T08:00:00Z"}, ""),
    ("FamilyMemberHistory", {"status": "partial", "patient": to("Patient/1"),
                             "relationship": concept("MTH")}, ""),
    ("Encounter", {"status": "planned", "type": concepts("x"), "subject": to("Patient/1"),
                   "serviceProvider": to("Organization/3")}, ""),
    ("Communication", {"status": "completed", "category": concepts("notification"),
                       "recipient": [to("Practitioner/900")],
                       "payload": [{"contentString": "Please call"}]}, ""),
    ("Provenance", {"target": [to("Patient/1")], "recorded": "2026-05-01T08:00:00Z",
                    "agent": [{"who": to("Practitioner/900")}]}, "all-"),
    ("Organization", {"name": "Southside", "active": True}, ""),
    ("Practitioner", {"name": [{"family": "Lund"}]}, ""),
    ("Patient", {"identifier": [{"assigner": to("Organization/3")}],
                 "name": [{"use": "official", "family": "B", "given": ["C"]}]}, ""),
    ("RelatedPerson", {"patient": to("Patient/1"), "relationship": concepts("MTH"),
                       "name": [{"use": "official", "family": "B", "given": ["C"]}]}, ""),
    ("Coverage", {"status": "active", "beneficiary": to("Patient/1"),
                  "payor": [to("Organization/3")], "class": [{"value": "1"}]}, ""),
    ("DiagnosticReport", {"status": "final", "category": concepts("LP7839-6"),
                          "code": concept("1", LOINC), "subject": to("Patient/1"),
                          "performer": [to("Practitioner/900")],
                          "effectiveDateTime": "2026-05-01T08:00:00Z",
                          "identifier": [{"value": "1"}],
                          "presentedForm": [{"contentType": "application/pdf", "data": "eA=="}]},
     ""),
]  # fmt: skip


@pytest.mark.parametrize(("type_name", "body", "shape"), CREATED)
async def test_every_type_that_can_be_created_is(type_name, body, shape):
    async with ehr(RECORDS) as one:
        response = await one.send("POST", type_name, {"resourceType": type_name, **body})
        assert response.status_code == 201, response.text
        id_ = response.headers["Location"].rpartition("/")[2]
        assert id_.startswith(shape)
        assert (await one.get(f"{type_name}/{id_}")).status_code == 200


MIXED = {"coding": [{"system": OWN, "code": "5"}, {"system": LOINC, "code": "8867-4"}]}
REFUSED = [
    ("Observation", vital(implicitRules="x"), "not-supported"),
    ("Observation", vital(modifierExtension=[{"url": "x"}]), "extension"),
    ("Observation", vital(code=concept("x") | {"modifierExtension": []}), "extension"),
    ("Observation", vital(code=MIXED), "business-rule"),
    ("Observation", vital(bodySite=concept("x")), "business-rule"),
    ("Observation", vital(status="preliminary"), "business-rule"),
    ("Observation", vital(category=[concept("vital-signs")] * 2), "business-rule"),
    ("Observation", vital(category=concepts("survey")), "business-rule"),
    ("Observation", vital(effectiveDateTime="2026-05-01"), "business-rule"),
    ("Observation", vital(subject=to("Patient/99")), "business-rule"),
    ("Observation", vital(performer=None), "business-rule"),
    ("Observation", vital(valueQuantity=None, valueString="fast"), "business-rule"),
    ("Observation", vital(interpretation=[concept("H")] * 2), "business-rule"),
    ("Observation", vital(referenceRange=[{"text": "x", "low": {"value": 1}}]), "business-rule"),
    ("Observation", vital(component=[{"code": concept("x")}]), "business-rule"),
    ("Condition", condition(clinicalStatus=None), "business-rule"),
    ("Condition", condition(category=concepts("health-concern")), "business-rule"),
    ("Condition", condition(verificationStatus=concept("refuted")), "business-rule"),
    ("Condition", condition(category=concepts("encounter-diagnosis")), "business-rule"),
    ("AllergyIntolerance", allergy(category=["biologic"]), "business-rule"),
    ("AllergyIntolerance", allergy(code=concept("716186003")), "business-rule"),
    ("AllergyIntolerance", allergy(reaction=[{"manifestation": []}]), "business-rule"),
    ("DocumentReference", document(docStatus="preliminary"), "business-rule"),
    ("DocumentReference", document(author=[to("Practitioner/901")]), "business-rule"),
    ("DocumentReference", document(author=None), "business-rule"),
    ("DocumentReference", document(type={"coding": [{"system": OWN}, {"system": OWN}]}),
     "business-rule"),
    ("DocumentReference", document(context={"period": {"end": "2026-05-01"}}), "business-rule"),
    ("DocumentReference", document(content=[{"attachment": {"contentType": "image/png",
                                                            "data": "eA=="}}]), "business-rule"),
    ("DocumentReference", document(content=[{"attachment": {"contentType": "application/pdf",
                                                            "data": "?"}}]), "business-rule"),
    ("MedicationRequest", medication(reportedBoolean=False), "business-rule"),
    ("MedicationRequest", medication(intent="proposal"), "business-rule"),
    ("MedicationRequest", medication(doNotPerform=True), "business-rule"),
    ("MedicationRequest", medication(medicationCodeableConcept={}), "business-rule"),
    ("Appointment", booking(slot=[to("Slot/99")]), "business-rule"),
    ("Appointment", booking(status="arrived"), "business-rule"),
    ("Appointment", booking(status="proposed"), "business-rule"),
    ("Immunization", immunization(encounter=None), "business-rule"),
    ("Organization", {"resourceType": "Organization", "name": "Northside", "active": True},
     "business-rule"),
]  # fmt: skip


@pytest.mark.parametrize(("type_name", "body", "code"), REFUSED)
async def test_a_body_that_breaks_a_rule_is_unprocessable_and_changes_nothing(
    type_name, body, code
):
    async with ehr(RECORDS) as one:
        before = one.state.store.count()
        response = await one.send("POST", type_name, body)
        assert response.status_code == 422, response.text
        assert response.json()["issue"][0]["code"] == code
        assert one.state.store.count() == before


UPDATES = [
    ("Condition/p1", condition(id="p1", subject=to("Patient/2"), code=PROBLEM["code"])),
    ("Condition/p1", condition(id="p1", code=PROBLEM["code"], clinicalStatus=None)),
    ("AllergyIntolerance/11", allergy(id="11", code=concept("other"))),
    ("Observation/VS-61", vital(id="VS-61", status="final", identifier=[{"value": "CE61"}])),
    ("Observation/VS-61", vital(id="VS-61", status="amended")),
    ("Observation/VS-61", vital(id="VS-61", status="amended", identifier=[{"value": "x"}])),
    ("DocumentReference/51", document(id="51", docStatus="preliminary")),
    ("DocumentReference/51", document(id="51", context={"period": {"end": "2026-05-01T1:00Z"}})),
]


@pytest.mark.parametrize(("path", "body"), UPDATES)
async def test_an_update_that_breaks_a_rule_is_unprocessable(path, body):
    async with ehr(RECORDS) as one:
        response = await one.send("PUT", path, body, "1")
        assert response.status_code in {400, 422}, response.text
        assert (await one.get(path)).json()["meta"]["versionId"] == "1"


async def test_an_update_whose_id_is_not_the_address_is_refused():
    async with ehr(RECORDS) as one:
        body = condition(id="p2", code=PROBLEM["code"])
        assert (await one.send("PUT", "Condition/p1", body, "1")).status_code == 400


async def test_a_withdrawn_problem_needs_no_clinical_status():
    body = condition(
        id="p1",
        code=PROBLEM["code"],
        clinicalStatus=None,
        verificationStatus=concept("entered-in-error"),
    )
    async with ehr(RECORDS) as one:
        assert (await one.send("PUT", "Condition/p1", body, "1")).status_code == 200


@pytest.mark.parametrize("field", ["status", "docStatus"])
async def test_a_document_is_withdrawn_by_either_field(field):
    async with ehr(RECORDS) as one:
        body = document(id="51", **{field: "entered-in-error"})
        assert (await one.send("PUT", "DocumentReference/51", body, "1")).status_code == 200
        stored = (await one.get("DocumentReference/51")).json()
    assert (stored["status"], stored["docStatus"]) == ("entered-in-error", "entered-in-error")


async def test_a_duplicate_allergy_updates_the_one_there_is():
    async with ehr(RECORDS) as one:
        response = await one.send("POST", "AllergyIntolerance", allergy(code=ALLERGY["code"]))
        assert response.headers["Location"].endswith("/AllergyIntolerance/11")
        assert await one.ids("AllergyIntolerance?patient=1") == ["11"]


async def test_a_new_allergy_ends_no_known_allergies():
    none_known = ALLERGY | {"id": "12", "code": concept("716186003")}
    async with ehr([PATIENT, none_known]) as one:
        await one.send("POST", "AllergyIntolerance", allergy())
        stored = (await one.get("AllergyIntolerance/12")).json()
    assert stored["clinicalStatus"]["coding"][0]["code"] == "inactive"


async def test_a_booking_takes_its_slot():
    async with ehr(RECORDS) as one:
        created = await one.send("POST", "Appointment", booking())
        stored = (await one.http.get(created.headers["Location"])).json()
        second = await one.send("POST", "Appointment", booking())
    assert stored["start"] == SLOT["start"]
    assert second.status_code == 422


@pytest.mark.parametrize(
    ("path", "operations", "status"),
    [
        ("MedicationRequest/21", [("replace", "/status", "stopped")], 200),
        ("MedicationRequest/21", [("replace", "/status", "completed")], 422),
        ("MedicationRequest/21", [("replace", "/intent", "order")], 422),
        ("Appointment/31", [("replace", "/status", "arrived")], 200),
        ("Appointment/31", [("replace", "/status", "fulfilled")], 422),
        ("Patient/1", [("replace", "/gender", "other")], 200),
        ("Patient/1", [("test", "/name/0/id", "CI-1"), ("remove", "/name/0", None)], 200),
        ("Patient/1", [("test", "/name/0/id", "CI-2"), ("remove", "/name/0", None)], 422),
        ("Patient/1", [("replace", "/active", False)], 422),
        ("Slot/5", [("replace", "/status", "busy-tentative")], 200),
        ("Encounter/7", [("add", "/period", {"end": "2026"})], 422),
        ("Coverage/41", [("add", "/period", {"start": "2026-01-01"})], 200),
        ("Patient/1", [], 400),
    ],
)
async def test_a_patch_changes_the_paths_that_are_listed(path, operations, status):
    body = [{"op": op, "path": where, "value": value} for op, where, value in operations]
    async with ehr(RECORDS) as one:
        response = await one.send("PATCH", path, body, "1")
    assert response.status_code == status, response.text


@pytest.mark.parametrize(
    "element", [{"subject": "Patient/1"}, {"note": ["x"]}, {"category": "x"}, {"code": 5}]
)
async def test_elements_of_a_foreign_shape_are_refused(element):
    async with ehr(RECORDS) as one:
        response = await one.send("POST", "Condition", condition(**element))
    assert response.status_code in {400, 422}
