import pytest

from smartapp.sandbox import records
from tests.unit.sandbox.ehr_factory import running


@pytest.fixture
async def state(tmp_path):
    async with running(tmp_path) as sandbox:
        yield sandbox.state


def put(state, resource_type, **elements):
    subject = "patient" if resource_type == "AllergyIntolerance" else "subject"
    resource = {"resourceType": resource_type, "id": str(state.store.count()), **elements}
    state.store.put({**resource, subject: {"reference": "Patient/11"}})


def status(code):
    return {"coding": [{"code": code}]}


def test_withdrawn_and_resolved_allergies_are_not_in_the_banner(state):
    put(state, "AllergyIntolerance", code={"text": "Penicillin"}, clinicalStatus=status("active"))
    put(state, "AllergyIntolerance", code={"text": "Nuts"}, clinicalStatus=status("resolved"))
    withdrawn = status("entered-in-error")
    put(state, "AllergyIntolerance", code={"text": "Latex"}, verificationStatus=withdrawn)
    assert [fact.text for fact in records.allergies(state, "11")] == ["Penicillin"]


def test_only_active_problems_are_listed(state):
    put(state, "Condition", code={"text": "Asthma"}, clinicalStatus=status("active"))
    put(state, "Condition", code={"text": "Cough"}, clinicalStatus=status("resolved"))
    assert [fact.text for fact in records.problems(state, "11")] == ["Asthma"]


def test_a_medication_is_told_with_its_dosage(state):
    drug = {"medicationCodeableConcept": {"text": "furosemide"}, "status": "active"}
    put(state, "MedicationRequest", **drug, dosageInstruction=[{"text": "40 mg daily"}])
    (fact,) = records.medications(state, "11")
    assert (fact.text, fact.detail) == ("furosemide", "40 mg daily")


def test_the_newest_vital_sign_is_told_with_both_pressures(state):
    pair = [{"valueQuantity": {"value": v, "unit": "mmHg"}} for v in (130, 80)]
    code = {"coding": [{"code": "85354-9"}]}
    put(state, "Observation", code=code, effectiveDateTime="2026-01-01", component=pair)
    put(state, "Observation", code=code, effectiveDateTime="2025-01-01", component=pair[:1])
    assert [fact.detail for fact in records.vitals(state, "11")] == ["130/80 mmHg"]


def test_a_medication_ordered_twice_alike_is_told_once_with_its_newest_date(state):
    drug = {"medicationCodeableConcept": {"text": "furosemide"}, "status": "active"}
    put(state, "MedicationRequest", **drug, authoredOn="2026-01-01")
    put(state, "MedicationRequest", **drug, authoredOn="2026-02-01")
    assert [fact.when for fact in records.medications(state, "11")] == ["2026-02-01"]
