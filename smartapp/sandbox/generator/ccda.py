"""A small Continuity of Care Document, written from the resources of a chart."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from html import escape
from typing import Any, NamedTuple

from smartapp.sandbox.generator.datatypes import Json

Rows = list[list[str]]


class _Section(NamedTuple):
    title: str
    loinc: str
    template: str
    header: tuple[str, ...]
    kind: str


_SECTIONS = (
    _Section(
        "Allergies",
        "48765-2",
        "2.16.840.1.113883.10.20.22.2.6.1",
        ("Substance", "Status", "Recorded"),
        "AllergyIntolerance",
    ),
    _Section(
        "Medications",
        "10160-0",
        "2.16.840.1.113883.10.20.22.2.1.1",
        ("Medication", "Status", "Ordered"),
        "MedicationRequest",
    ),
    _Section(
        "Problems",
        "11450-4",
        "2.16.840.1.113883.10.20.22.2.5.1",
        ("Problem", "Status", "Recorded"),
        "Condition",
    ),
    _Section(
        "Immunizations",
        "11369-6",
        "2.16.840.1.113883.10.20.22.2.2.1",
        ("Vaccine", "Status", "Date"),
        "Immunization",
    ),
    _Section(
        "Results",
        "30954-2",
        "2.16.840.1.113883.10.20.22.2.3.1",
        ("Test", "Value", "Date"),
        "Observation",
    ),
)
_NAMED = ("code", "medicationCodeableConcept", "vaccineCode")
_DATED = ("recordedDate", "authoredOn", "occurrenceDateTime", "effectiveDateTime")
_MOST_ROWS = 60


def _words(concept: Any) -> str:
    if not isinstance(concept, dict):
        return str(concept or "")
    codings = concept.get("coding") or [{}]
    return str(concept.get("text") or codings[0].get("display") or "Not recorded")


def _first(resource: Json, names: Sequence[str]) -> Any:
    return next((resource[name] for name in names if name in resource), "")


def _value(resource: Json) -> str:
    measured = resource.get("valueQuantity")
    if measured:
        return f"{measured.get('comparator', '')}{measured.get('value')} {measured.get('unit', '')}"
    if "clinicalStatus" in resource:
        return _words(resource["clinicalStatus"])
    return str(_first(resource, ("status", "valueString"))) or "Not recorded"


def _rows(records: Iterable[Json], kind: str) -> Rows:
    chosen = [record for record in records if record["resourceType"] == kind]
    return [
        [_words(_first(record, _NAMED)), _value(record), str(_first(record, _DATED))]
        for record in chosen[-_MOST_ROWS:]
    ]


def _section(section: _Section, rows: Rows) -> str:
    head = "".join(f"<th>{title}</th>" for title in section.header)
    body = "".join(
        "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows
    )
    table = (
        f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
        if rows
        else "<paragraph>No information available.</paragraph>"
    )
    return (
        f'<component><section><templateId root="{section.template}"/>'
        f'<code code="{section.loinc}" codeSystem="2.16.840.1.113883.6.1"/>'
        f"<title>{section.title}</title><text>{table}</text></section></component>"
    )


def _record_target(patient: Json) -> str:
    name = (patient.get("name") or [{}])[0]
    given = "".join(f"<given>{escape(part)}</given>" for part in name.get("given", []))
    gender = {"female": "F", "male": "M"}.get(patient.get("gender", ""), "UN")
    born = str(patient.get("birthDate", "")).replace("-", "")
    return (
        "<recordTarget><patientRole>"
        f'<id root="2.16.840.1.113883.3.99.1" extension="{escape(patient["id"])}"/>'
        f"<patient><name>{given}<family>{escape(name.get('family', ''))}</family></name>"
        f'<administrativeGenderCode code="{gender}" codeSystem="2.16.840.1.113883.5.1"/>'
        f'<birthTime value="{born}"/></patient></patientRole></recordTarget>'
    )


def _header(patient: Json, at: datetime) -> str:
    time = at.strftime("%Y%m%d%H%M%S+0000")
    organization = '<id root="2.16.840.1.113883.3.99"/><name>Northside General Hospital</name>'
    return (
        '<realmCode code="US"/><typeId root="2.16.840.1.113883.1.3" extension="POCD_HD000040"/>'
        '<templateId root="2.16.840.1.113883.10.20.22.1.2" extension="2015-08-01"/>'
        f'<id root="2.16.840.1.113883.3.99.7" extension="{escape(patient["id"])}-{time}"/>'
        '<code code="34133-9" codeSystem="2.16.840.1.113883.6.1" '
        'displayName="Summarization of Episode Note"/>'
        f'<title>Continuity of Care Document</title><effectiveTime value="{time}"/>'
        '<confidentialityCode code="N" codeSystem="2.16.840.1.113883.5.25"/>'
        f'<languageCode code="en-US"/>{_record_target(patient)}'
        f'<author><time value="{time}"/><assignedAuthor><id root="2.16.840.1.113883.3.99"/>'
        "<assignedAuthoringDevice><softwareName>Sandbox EHR</softwareName>"
        "</assignedAuthoringDevice></assignedAuthor></author>"
        "<custodian><assignedCustodian><representedCustodianOrganization>"
        f"{organization}</representedCustodianOrganization></assignedCustodian></custodian>"
    )


def continuity_of_care(patient: Json, records: Iterable[Json], at: datetime) -> bytes:
    """A C-CDA document of a patient's records, as one XML file in UTF-8."""
    kept = list(records)
    sections = "".join(_section(one, _rows(kept, one.kind)) for one in _SECTIONS)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        '<ClinicalDocument xmlns="urn:hl7-org:v3">'
        f"{_header(patient, at)}<component><structuredBody>{sections}"
        "</structuredBody></component></ClinicalDocument>"
    ).encode()
