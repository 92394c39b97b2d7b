"""`$docref`, the CCD on demand and its content, and caregiver organizations."""

from base64 import b64decode
from decimal import Decimal
from xml.etree import ElementTree

import pytest

from tests.unit.sandbox.fhir_factory import concept, concepts, ehr, make, matched, observation, to

CDA = "{urn:hl7-org:v3}"
RXNORM = "http://www.nlm.nih.gov/research/umls/rxnorm"
SNOMED = "http://snomed.info/sct"
PATIENT = make(
    "Patient",
    "1",
    name=[{"use": "official", "family": "OKAFOR", "given": ["RUTH"]}],
    gender="female",
    birthDate="1958-11-30",
)
RECORDS = [
    PATIENT,
    make(
        "AllergyIntolerance",
        "2",
        patient=to("Patient/1"),
        clinicalStatus=concept("active"),
        code={
            **concept("7980", "http://www.nlm.nih.gov/research/umls/rxnorm"),
            "text": "Penicillin",
        },
        reaction=[{"manifestation": [{"text": "Hives"}]}],
    ),
    make(
        "Condition",
        "p3",
        subject=to("Patient/1"),
        clinicalStatus=concept("active"),
        onsetDateTime="2015",
        code={**concept("59621000", SNOMED), "text": "Essential hypertension"},
    ),
    make(
        "Condition",
        "p4",
        subject=to("Patient/1"),
        verificationStatus=concept("entered-in-error"),
        code={"text": "Asthma"},
    ),
    make(
        "MedicationRequest",
        "5",
        status="active",
        intent="order",
        subject=to("Patient/1"),
        authoredOn="2026-04-01T08:00:00Z",
        medicationCodeableConcept={"text": "metformin"},
        dosageInstruction=[
            {
                "text": "500 mg twice a day",
                "doseAndRate": [{"doseQuantity": {"value": Decimal("500.0"), "code": "mg"}}],
            }
        ],
    ),
    observation(
        "L-6",
        code={**concept("2345-7", "http://loinc.org"), "text": "Glucose"},
        valueQuantity={"value": Decimal("5.10"), "unit": "mmol/L", "code": "mmol/L"},
    ),
    observation(
        "L-7",
        code={"text": "Troponin"},
        effectiveDateTime="2020-01-01T08:00:00Z",
        valueQuantity={"comparator": "<", "value": 5, "code": "ng/L"},
    ),
    observation(
        "BP-8",
        category=concepts("vital-signs"),
        code={"text": "Blood pressure \x0b"},
        component=[
            {"code": {"text": "Systolic"}, "valueQuantity": {"value": 120, "code": "mm[Hg]"}},
            {"code": {"text": "Diastolic"}, "dataAbsentReason": {"text": "Unknown"}},
        ],
    ),
    make(
        "Immunization",
        "M9",
        status="not-done",
        patient=to("Patient/1"),
        vaccineCode=concept("140", "http://hl7.org/fhir/sid/cvx"),
    ),
]


async def ccd(one, query="patient=1"):
    response = await one.get(f"Binary/$autogen-ccd-if?{query}", accept="application/xml")
    assert response.status_code == 200
    assert response.headers["Content-Type"] == "application/xml"
    return ElementTree.fromstring(response.content)  # noqa: S314 - our own document


def section(document, loinc):
    for one in document.iter(f"{CDA}section"):
        if one.find(f"{CDA}code").get("code") == loinc:
            return one
    raise AssertionError(f"no section {loinc}")


def text(node):
    return " ".join("".join(node.itertext()).split())


async def test_docref_gives_one_new_document_whose_attachment_is_the_ccd():
    async with ehr(RECORDS) as one:
        bundle = (await one.get("DocumentReference/$docref?patient=1")).json()
        document = bundle["entry"][0]["resource"]
        url = document["content"][0]["attachment"]["url"]
        fetched = await one.http.get(url, headers={"Accept": "application/xml"})
        again = await one.get(f"DocumentReference/{document['id']}")
    assert document["type"]["coding"][0]["code"] == "34133-9"
    assert fetched.status_code == 200
    assert again.status_code == 404


async def test_docref_of_another_kind_of_document_finds_nothing():
    async with ehr(RECORDS) as one:
        assert await one.ids("DocumentReference/$docref?patient=1&type=http://loinc.org|1-1") == []


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("", 400),
        ("?patient=99", 404),
        ("?patient=1&start=2026-01-01", 400),
        ("?patient=1&start=2026-02-01T00:00:00Z&end=2026-01-01T00:00:00Z", 400),
        ("?patient=1&colour=red", 400),
        ("?patient=1&start=2026-01-01T00:00:00Z", 200),
    ],
)
@pytest.mark.parametrize("path", ["DocumentReference/$docref", "Binary/$autogen-ccd-if"])
async def test_the_parameters_of_the_documents_are_checked(path, query, status):
    async with ehr(RECORDS) as one:
        assert (await one.get(path + query)).status_code == status


async def test_the_ccd_comes_wrapped_in_a_binary_by_default():
    async with ehr(RECORDS) as one:
        binary = (await one.get("Binary/$autogen-ccd-if?patient=1")).json()
    assert binary["contentType"] == "application/xml"
    assert b64decode(binary["data"]).startswith(b"<?xml")


async def test_the_ccd_is_a_release_2_1_continuity_of_care_document_about_the_patient():
    async with ehr(RECORDS) as one:
        document = await ccd(one)
    templates = {(t.get("root"), t.get("extension")) for t in document.findall(f"{CDA}templateId")}
    assert ("2.16.840.1.113883.10.20.22.1.2", "2015-08-01") in templates
    assert document.find(f"{CDA}code").get("code") == "34133-9"
    assert document.find(f".//{CDA}patient/{CDA}birthTime").get("value") == "19581130"
    assert text(document.find(f".//{CDA}patient/{CDA}name")) == "RUTHOKAFOR"


@pytest.mark.parametrize(
    ("loinc", "words"),
    [
        ("48765-2", ["Penicillin", "Hives"]),
        ("11450-4", ["Essential hypertension", "2015"]),
        ("10160-0", ["metformin", "500 mg twice a day"]),
        ("30954-2", ["Glucose", "5.10 mmol/L", "Troponin", "< 5"]),
        ("8716-3", ["Blood pressure", "Systolic: 120", "Diastolic: Unknown"]),
        ("11369-6", ["not-done"]),
        ("47519-4", ["No information."]),
    ],
)
async def test_each_section_says_what_the_record_says(loinc, words):
    async with ehr(RECORDS) as one:
        said = text(section(await ccd(one), loinc))
    assert all(word.replace("< 5", "<5") in said for word in words), said


async def test_what_was_entered_in_error_is_not_in_the_ccd():
    async with ehr(RECORDS) as one:
        assert "Asthma" not in text(await ccd(one))


async def test_each_row_of_a_section_has_its_entry():
    async with ehr(RECORDS) as one:
        document = await ccd(one)
    for found in document.iter(f"{CDA}section"):
        rows = {row.get("ID") for row in found.findall(f".//{CDA}tbody/{CDA}tr")}
        linked = {one.get("value") for one in found.findall(f".//{CDA}text/{CDA}reference")}
        if found.find(f"{CDA}code").get("code") != "18776-5":
            assert {f"#{row}" for row in rows} == linked


async def test_a_value_with_a_comparator_is_an_open_interval():
    async with ehr(RECORDS) as one:
        results = section(await ccd(one), "30954-2")
    high = results.find(f".//{CDA}value/{CDA}high")
    assert (high.get("value"), high.get("inclusive")) == ("5", "false")


async def test_a_vaccine_not_given_is_negated():
    async with ehr(RECORDS) as one:
        entry = section(await ccd(one), "11369-6").find(f".//{CDA}substanceAdministration")
    assert entry.get("negationInd") == "true"


async def test_the_period_asked_for_bounds_the_ccd():
    async with ehr(RECORDS) as one:
        said = text(section(await ccd(one, "patient=1&start=2026-01-01T00:00:00Z"), "30954-2"))
    assert "Glucose" in said
    assert "Troponin" not in said


async def test_a_long_section_shows_the_newest_and_says_so():
    records = [
        observation(f"L-{n}", effectiveDateTime=f"2026-05-01T{n // 60:02d}:{n % 60:02d}:00Z")
        for n in range(210)
    ]
    async with ehr([PATIENT, *records]) as one:
        results = section(await ccd(one), "30954-2")
    assert "The newest 200 of 210 are shown." in text(results)
    assert len(results.findall(f".//{CDA}tbody/{CDA}tr")) == 200
    assert "2026-05-01T03:29:00Z" in text(results)


async def test_a_care_unit_leads_to_the_organization_it_is_part_of():
    units = [
        make("Organization", "1"),
        make("Organization", "2", partOf=to("Organization/1")),
        make("Organization", "3", partOf=to("Organization/2")),
    ]
    async with ehr(units) as one:
        bundle = (await one.get("Organization/$get-cg-for-mrcu?_id=3")).json()
        both = await one.get("Organization/$get-cg-for-mrcu?_id=3,2")
    assert matched(bundle) == ["1"]
    assert both.status_code == 400


async def test_organizations_that_are_part_of_each_other_end():
    units = [
        make("Organization", "1", partOf=to("Organization/2")),
        make("Organization", "2", partOf=to("Organization/1")),
    ]
    async with ehr(units) as one:
        assert (await one.get("Organization/$get-cg-for-mrcu?_id=1")).status_code == 200


@pytest.mark.parametrize("path", ["Patient/$everything", "Patient/1/$export", "Binary/$nothing"])
async def test_an_operation_that_is_not_offered_is_not_found(path):
    async with ehr(RECORDS) as one:
        assert (await one.get(path)).status_code == 404
