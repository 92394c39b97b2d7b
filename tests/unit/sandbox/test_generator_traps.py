"""Every trap that a clinician's page must survive is somewhere in the invented record."""

from datetime import UTC, datetime
from typing import Any

import pytest

from smartapp.sandbox import generator

NOW = datetime(2026, 11, 20, 15, 30, tzinfo=UTC)
CODED = "http://terminology.hl7.org/CodeSystem/"
ABSENT = "http://hl7.org/fhir/StructureDefinition/data-absent-reason"
LARGE = {generator.patient_id("icu"), generator.patient_id("many-problems")}


@pytest.fixture(scope="module")
def record():
    """By type, without the two charts that only add size."""
    by_type: dict[str, list[Any]] = {}
    for one in generator.generate(NOW):
        target = one.get("subject")
        named = target.get("reference", "") if isinstance(target, dict) else ""
        if named.partition("/")[2] not in LARGE:
            by_type.setdefault(one["resourceType"], []).append(one)
    return by_type


def text(resource):
    return generator.dumps(resource).decode()


def codes(concept):
    return {one.get("code") for one in (concept or {}).get("coding", [])}


def absent(value):
    found = (value or {}).get("extension", [{}])
    return found[0].get("url") == ABSENT


def medicine_words(one):
    return {code for each in one.get("category", []) for code in codes(each)}


WITHDRAWN = [
    "Observation",
    "DiagnosticReport",
    "DocumentReference",
    "Immunization",
    "Device",
    "ServiceRequest",
    "MedicationRequest",
    "MedicationAdministration",
    "MedicationDispense",
    "NutritionOrder",
    "CarePlan",
    "CareTeam",
    "Procedure",
    "Specimen",
    "Media",
    "Consent",
    "Communication",
    "FamilyMemberHistory",
    "Account",
    "Coverage",
    "ChargeItem",
    "Encounter",
    "Appointment",
]

TRAPS = [
    ("AllergyIntolerance", "no known allergy", lambda r: "716186003" in codes(r["code"])),
    ("AllergyIntolerance", "no known drug allergy", lambda r: "409137002" in codes(r["code"])),
    ("AllergyIntolerance", "refuted", lambda r: "refuted" in codes(r["verificationStatus"])),
    ("AllergyIntolerance", "unconfirmed", lambda r: "unconfirmed" in text(r)),
    ("AllergyIntolerance", "staged outside data", lambda r: r["id"].startswith("S-")),
    ("AllergyIntolerance", "uncoded substance", lambda r: "coding" not in r["code"]),
    ("AllergyIntolerance", "two reactions", lambda r: len(r.get("reaction", [])) == 2),
    (
        "AllergyIntolerance",
        "withdrawn, without clinical status",
        lambda r: "entered-in-error" in text(r) and "clinicalStatus" not in r,
    ),
    ("Condition", "provisional", lambda r: "provisional" in codes(r["verificationStatus"])),
    ("Condition", "differential", lambda r: "differential" in codes(r["verificationStatus"])),
    ("Condition", "refuted", lambda r: "refuted" in codes(r["verificationStatus"])),
    (
        "Condition",
        "withdrawn, without clinical status",
        lambda r: (
            "entered-in-error" in codes(r["verificationStatus"]) and "clinicalStatus" not in r
        ),
    ),
    ("Condition", "unknown modifier", lambda r: "modifierExtension" in r),
    ("Condition", "health concern under a UUID", lambda r: r["id"].count("-") == 4),
    ("Condition", "restricted", lambda r: '"R"' in text(r["meta"])),
    ("Condition", "year only", lambda r: r.get("onsetDateTime", "").isdigit()),
    ("Condition", "month only", lambda r: len(r.get("onsetDateTime", "")) == 7),
    ("Condition", "markup in a note", lambda r: "<script>" in r["code"].get("text", "")),
    ("Condition", "very long note", lambda r: len(text(r.get("note", ""))) > 20_000),
    ("Procedure", "not done", lambda r: r.get("status") == "not-done" and r["statusReason"]),
    ("Procedure", "unknown time", lambda r: absent(r.get("_performedDateTime"))),
    ("Immunization", "not done", lambda r: r["status"] == "not-done" and r["statusReason"]),
    ("Immunization", "reported", lambda r: r["primarySource"] is False),
    ("Immunization", "unknown unit", lambda r: "{unknownunit}" in text(r)),
    ("ServiceRequest", "do not perform", lambda r: r.get("doNotPerform")),
    ("ServiceRequest", "stat", lambda r: r["priority"] == "stat"),
    ("ServiceRequest", "revoked", lambda r: r["status"] == "revoked" and r["note"]),
    (
        "FamilyMemberHistory",
        "negative by modifier extension",
        lambda r: "260385009" in text(r) and "modifierExtension" in text(r),
    ),
    ("FamilyMemberHistory", "health unknown", lambda r: r["status"] == "health-unknown"),
    ("Observation", "less than", lambda r: r.get("valueQuantity", {}).get("comparator") == "<"),
    ("Observation", "more than", lambda r: r.get("valueQuantity", {}).get("comparator") == ">"),
    ("Observation", "members", lambda r: len(r.get("hasMember", [])) > 3),
    ("Observation", "pressure", lambda r: r["id"].startswith("BP-") and len(r["component"]) == 2),
    (
        "Observation",
        "pulse oximetry without its oxygen",
        lambda r: r["id"].startswith("VS-CV-") and "dataAbsentReason" in r["component"][0],
    ),
    (
        "Observation",
        "pressure with one half missing",
        lambda r: r["id"].startswith("BP-") and "dataAbsentReason" in r["component"][1],
    ),
    ("Observation", "several ranges", lambda r: len(r.get("referenceRange", [])) == 4),
    ("Observation", "range with age", lambda r: '"age"' in text(r.get("referenceRange", ""))),
    ("Observation", "range in words only", lambda r: "handbook" in text(r)),
    ("Observation", "two interpretations", lambda r: len(r.get("interpretation", [])) == 2),
    ("Observation", "RTF in a note", lambda r: r"{\\rtf" in text(r.get("note", ""))),
    ("Observation", "masked", lambda r: "masked" in codes(r.get("dataAbsentReason"))),
    ("Observation", "declined", lambda r: "asked-declined" in codes(r.get("dataAbsentReason"))),
    ("Observation", "missing time", lambda r: absent(r.get("_effectiveDateTime"))),
    ("Observation", "missing performer", lambda r: absent(r.get("performer", [{}])[0])),
    ("Observation", "masked encounter", lambda r: absent(r.get("encounter"))),
    ("Observation", "masked coding", lambda r: absent(r["code"].get("coding", [{}])[0])),
    ("Observation", "unmapped unit", lambda r: absent(r.get("valueQuantity", {}).get("_code"))),
    ("Observation", "year only", lambda r: r.get("effectiveDateTime") == "2021"),
    ("Observation", "unknown modifier", lambda r: "modifierExtension" in r),
    ("Observation", "implicit rules", lambda r: "implicitRules" in r),
    ("Observation", "contained performer", lambda r: "contained" in r),
    ("Observation", "attachment as value", lambda r: "valueAttachment" in text(r)),
    ("Observation", "empty narrative", lambda r: r["text"]["status"] == "empty"),
    ("Observation", "text-only code", lambda r: "coding" not in r["code"]),
    ("Observation", "converted", lambda r: "converted-measurement" in text(r)),
    ("Patient", "died on a day", lambda r: "deceasedDateTime" in r),
    ("Patient", "died, nobody knows when", lambda r: r.get("deceasedBoolean") is True),
    (
        "Patient",
        "merged",
        lambda r: r["active"] is False and r.get("link", [{}])[0].get("type") == "replaced-by",
    ),
    ("Patient", "60 letters", lambda r: len(r["name"][0].get("family", "")) == 60),
    ("Patient", "right to left", lambda r: "الحكيمي" in text(r)),
    ("Patient", "two scripts", lambda r: "歐陽" in text(r)),
    ("Patient", "apostrophe and accents", lambda r: "O’BRIEN-NÚÑEZ" in text(r)),
    ("Patient", "five names", lambda r: len(r["name"]) == 5),
    ("Patient", "several record numbers", lambda r: len(r["identifier"]) == 5),
    ("Patient", "born days ago", lambda r: r.get("birthDate") == "2026-11-17"),
    ("Patient", "year of birth only", lambda r: len(r.get("birthDate", "")) == 4),
    ("Patient", "markup in a name", lambda r: "<script>" in r["name"][0].get("text", "")),
    ("Patient", "restricted", lambda r: "security" in r["meta"]),
    ("Person", "merged", lambda r: not r["active"] and "Person/" in text(r["link"])),
    ("RelatedPerson", "of a visit", lambda r: r["id"].startswith("E-")),
    ("MedicationRequest", "reported", lambda r: r["reportedBoolean"]),
    ("MedicationRequest", "inpatient", lambda r: "inpatient" in medicine_words(r)),
    ("MedicationRequest", "discharge", lambda r: "discharge" in medicine_words(r)),
    ("MedicationRequest", "stopped with a reason", lambda r: r.get("statusReason")),
    ("MedicationRequest", "draft", lambda r: r["status"] == "draft"),
    ("MedicationRequest", "on hold", lambda r: r["status"] == "on-hold"),
    ("MedicationRequest", "proposal", lambda r: r["intent"] == "proposal"),
    ("MedicationRequest", "do not give", lambda r: r.get("doNotPerform")),
    ("MedicationRequest", "as needed", lambda r: "asNeededCodeableConcept" in text(r)),
    ("MedicationRequest", "uncoded drug", lambda r: "rxnorm" not in text(r)),
    ("MedicationRequest", "no requester", lambda r: absent(r.get("requester"))),
    (
        "MedicationRequest",
        "contained medicine with ingredients",
        lambda r: len(r.get("contained", [{}])[0].get("ingredient", [])) == 2,
    ),
    ("MedicationAdministration", "not given", lambda r: r["status"] == "not-done"),
    ("MedicationDispense", "only prepared", lambda r: "whenHandedOver" not in r),
    ("MedicationDispense", "declined", lambda r: r["status"] == "declined"),
    ("DocumentReference", "no author", lambda r: "author" not in r),
    ("DocumentReference", "superseded", lambda r: r.get("status") == "superseded"),
    ("DocumentReference", "unsigned", lambda r: r.get("docStatus") == "preliminary"),
    ("DocumentReference", "replaces another", lambda r: r.get("relatesTo")),
    ("DocumentReference", "five renditions", lambda r: len(r["content"]) == 5),
    ("DiagnosticReport", "corrected", lambda r: r["status"] == "corrected"),
    ("DiagnosticReport", "appended", lambda r: r["status"] == "appended"),
    ("DiagnosticReport", "preliminary", lambda r: r["status"] == "preliminary"),
    ("DiagnosticReport", "with pictures", lambda r: r.get("media")),
    ("DiagnosticReport", "cancelled", lambda r: r["status"] == "cancelled"),
    ("Appointment", "cancelled with a reason", lambda r: r.get("cancelationReason")),
    ("Appointment", "missed", lambda r: r["status"] == "noshow"),
    ("Appointment", "proposed without a time", lambda r: "start" not in r),
    ("Encounter", "no period", lambda r: "period" not in r),
    ("Encounter", "cancelled", lambda r: r["status"] == "cancelled"),
    ("Encounter", "planned", lambda r: r["status"] == "planned"),
    (
        "Coverage",
        "ended and still active",
        lambda r: r["status"] == "active" and r["period"].get("end", "9") < "2020",
    ),
    ("Consent", "denied", lambda r: r["provision"]["type"] == "deny"),
    ("Consent", "rejected", lambda r: r["status"] == "rejected"),
    ("Specimen", "unsatisfactory", lambda r: r["status"] == "unsatisfactory" and r["condition"]),
    ("NutritionOrder", "nothing by mouth", lambda r: "NPO" in text(r)),
    ("NutritionOrder", "supplement", lambda r: r.get("supplement")),
    ("Location", "inactive", lambda r: r["status"] == "inactive"),
    ("Practitioner", "inactive", lambda r: not r["active"]),
    ("Practitioner", "not human", lambda r: "SYSTEM" in text(r) and r["id"] == "1"),
    ("Organization", "caregiver organization", lambda r: "Caregiver" in r["name"]),
    ("Organization", "inactive", lambda r: not r["active"]),
    ("CareTeam", "ended member", lambda r: '"end":"2026-11-1' in text(r["participant"])),
    ("Communication", "not done", lambda r: r["status"] == "not-done"),
    ("Questionnaire", "retired", lambda r: r["status"] == "retired"),
    (
        "QuestionnaireResponse",
        "unanswered question",
        lambda r: any("answer" not in one for one in r["item"][0]["item"]),
    ),
    ("Account", "balance", lambda r: '"value":1250.00' in text(r)),
    ("ChargeItem", "not billable", lambda r: r["status"] == "not-billable"),
    ("Device", "inactive", lambda r: r["status"] == "inactive"),
    ("Slot", "taken", lambda r: r["status"] == "busy"),
    ("StructureDefinition", "modifier", lambda r: r["snapshot"]["element"][0].get("isModifier")),
]


@pytest.mark.parametrize(("kind", "trap", "holds"), TRAPS, ids=[f"{t[0]}: {t[1]}" for t in TRAPS])
def test_the_record_holds_the_trap(record, kind, trap, holds):
    assert any(holds(one) for one in record[kind]), trap


@pytest.mark.parametrize("kind", WITHDRAWN)
def test_a_withdrawn_record_of_the_type_exists(record, kind):
    assert any(one.get("status") == "entered-in-error" for one in record[kind])


def test_a_withdrawn_goal_exists(record):
    assert any(one["lifecycleStatus"] == "entered-in-error" for one in record["Goal"])


PLAIN = ["CodeableConcept", "String", "Boolean", "Integer", "Time", "DateTime", "Period"]
MEASURED = ["Quantity", "Range", "Ratio", "SampledData"]


@pytest.mark.parametrize("datatype", [*PLAIN, *MEASURED])
def test_a_result_has_a_value_of_each_datatype(record, datatype):
    assert any(f"value{datatype}" in one for one in record["Observation"])


MOMENTS = ["effectiveDateTime", "effectivePeriod", "effectiveInstant", "effectiveTiming"]


@pytest.mark.parametrize("element", MOMENTS)
def test_a_result_has_a_time_of_each_datatype(record, element):
    assert any(element in one for one in record["Observation"])


STATUSES = ["final", "amended", "corrected", "preliminary", "registered", "cancelled", "unknown"]


@pytest.mark.parametrize("status", STATUSES)
def test_a_result_or_report_has_each_status(record, status):
    both = [*record["Observation"], *record["DiagnosticReport"]]
    assert any(one["status"] == status for one in both)


def test_nobody_asked_one_patient_about_allergies(record):
    target = f"Patient/{generator.patient_id('pregnancy')}"
    asked = {one["patient"]["reference"] for one in record["AllergyIntolerance"]}
    assert target not in asked


def test_a_proprietary_coding_comes_first_and_is_user_selected(record):
    first = record["Encounter"][0]["type"][0]["coding"][0]
    assert first["userSelected"] is True
    assert "/codeSet/" in first["system"]


def test_a_standard_coding_can_be_the_selected_one(record):
    chosen = [
        one["code"]["coding"]
        for one in record["Observation"]
        if len(one["code"].get("coding", [])) == 3
    ]
    assert any(coding[1].get("userSelected") for coding in chosen)
