"""The whole document: header, then a section for each part of the record."""

from collections.abc import Callable
from datetime import datetime
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from smartapp.sandbox.ccd import entries, measured, words
from smartapp.sandbox.ccd.header import write_header
from smartapp.sandbox.ccd.section import Section, write_section
from smartapp.sandbox.ccd.xml import CDA, SDTC, XSI, node
from smartapp.sandbox.fhir.dates import EARLIEST, Span, span
from smartapp.sandbox.fhir.paths import target, walk, walk_all
from smartapp.sandbox.fhir.special import has_code
from smartapp.sandbox.fhir.wire import Resource
from smartapp.sandbox.store import Store

_SECTIONS = "2.16.840.1.113883.10.20.22.2"
_WHEN = {
    "Observation": ("effectiveDateTime", "effectivePeriod", "effectiveInstant", "issued"),
    "Condition": ("onsetDateTime", "recordedDate"),
    "AllergyIntolerance": ("onsetDateTime", "recordedDate"),
    "MedicationRequest": ("authoredOn",),
    "Immunization": ("occurrenceDateTime",),
    "Procedure": ("performedDateTime", "performedPeriod"),
    "Encounter": ("period",),
    "CarePlan": ("period",),
}
_STATUSES = ("status", "verificationStatus.coding.code")

ALLERGIES = Section(
    title="Allergies and Adverse Reactions",
    loinc="48765-2",
    root=f"{_SECTIONS}.6.1",
    extension="2015-08-01",
    header=("Substance", "Reactions", "Status"),
    tell=words.allergy,
    write=entries.allergy,
    prefix="allergy",
)
MEDICATIONS = Section(
    title="Medications",
    loinc="10160-0",
    root=f"{_SECTIONS}.1.1",
    extension="2014-06-09",
    header=("Medication", "Directions", "Status", "Ordered"),
    tell=words.medication,
    write=entries.medication,
    prefix="medication",
)
PROBLEMS = Section(
    title="Problems",
    loinc="11450-4",
    root=f"{_SECTIONS}.5.1",
    extension="2015-08-01",
    header=("Problem", "Status", "Onset"),
    tell=words.problem,
    write=entries.problem,
    prefix="problem",
)
RESULTS = Section(
    title="Results",
    loinc="30954-2",
    root=f"{_SECTIONS}.3.1",
    extension="2015-08-01",
    header=("Test", "Value", "Date"),
    tell=words.observation,
    write=measured.result,
    prefix="result",
)
VITALS = Section(
    title="Vital Signs",
    loinc="8716-3",
    root=f"{_SECTIONS}.4.1",
    extension="2015-08-01",
    header=("Vital sign", "Value", "Date"),
    tell=words.observation,
    write=measured.vital,
    prefix="vital",
)
SOCIAL = Section(
    title="Social History",
    loinc="29762-2",
    root=f"{_SECTIONS}.17",
    extension="2015-08-01",
    header=("Observation", "Value", "Date"),
    tell=words.observation,
    write=measured.social,
    prefix="social",
)
IMMUNIZATIONS = Section(
    title="Immunizations",
    loinc="11369-6",
    root=f"{_SECTIONS}.2.1",
    extension="2015-08-01",
    header=("Vaccine", "Status", "Date", "Lot"),
    tell=words.immunization,
    write=entries.immunization,
    prefix="immunization",
)
PROCEDURES = Section(
    title="Procedures",
    loinc="47519-4",
    root=f"{_SECTIONS}.7.1",
    extension="2014-06-09",
    header=("Procedure", "Status", "Date"),
    tell=words.procedure,
    write=entries.procedure,
    prefix="procedure",
)
ENCOUNTERS = Section(
    title="Encounters",
    loinc="46240-8",
    root=f"{_SECTIONS}.22.1",
    extension="2015-08-01",
    header=("Visit", "Status", "From", "To"),
    tell=words.encounter,
    write=entries.visit,
    prefix="encounter",
)
PLAN = Section(
    title="Plan of Treatment",
    loinc="18776-5",
    root=f"{_SECTIONS}.10",
    extension="2014-06-09",
    header=("Plan", "Status", "Content"),
    tell=words.plan,
    write=None,
    prefix="plan",
)


def _any(resource: Resource) -> bool:
    return True


def _of_category(category: str) -> Callable[[Resource], bool]:
    return lambda resource: has_code(resource, "category", category)


def _is_result(resource: Resource) -> bool:
    return not has_code(resource, "category", "vital-signs", "social-history")


_CONTENT: tuple[tuple[Section, str, Callable[[Resource], bool]], ...] = (
    (ALLERGIES, "AllergyIntolerance", _any),
    (MEDICATIONS, "MedicationRequest", _any),
    (PROBLEMS, "Condition", _any),
    (RESULTS, "Observation", _is_result),
    (VITALS, "Observation", _of_category("vital-signs")),
    (SOCIAL, "Observation", _of_category("social-history")),
    (IMMUNIZATIONS, "Immunization", _any),
    (PROCEDURES, "Procedure", _any),
    (ENCOUNTERS, "Encounter", _any),
    (PLAN, "CarePlan", _any),
)


def continuity_of_care(
    store: Store, patient: Resource, window: Span, now: datetime, encounter: str | None = None
) -> bytes:
    """The document as UTF-8 XML; withdrawn records are left out."""
    for prefix, uri in (("", CDA), ("sdtc", SDTC), ("xsi", XSI)):
        ElementTree.register_namespace(prefix, uri)
    root = Element(f"{{{CDA}}}ClinicalDocument")
    write_header(root, patient, window, now)
    body = node(node(root, "component"), "structuredBody")
    for section, type_name, belongs in _CONTENT:
        found = [
            row.resource
            for row in store.of_patient(type_name, patient["id"])
            if belongs(row.resource) and _is_covered(row.resource, window, encounter)
        ]
        write_section(body, section, sorted(found, key=_when, reverse=True))
    document: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return document


def _is_covered(resource: Resource, window: Span, encounter: str | None) -> bool:
    """Not withdrawn, of the visit asked for, and of the period; undated records are kept."""
    if "entered-in-error" in walk_all(resource, _STATUSES):
        return False
    if encounter is not None and not _is_of_visit(resource, encounter):
        return False
    paths = _WHEN[resource["resourceType"]]
    spans = [one for one in map(span, walk_all(resource, paths)) if one is not None]
    return not spans or any(one.end > window.start and one.start < window.end for one in spans)


def _when(resource: Resource) -> datetime:
    """When a record happened, for newest first; the undated come last."""
    spans = map(span, walk_all(resource, _WHEN[resource["resourceType"]]))
    return next((one.start for one in spans if one is not None), EARLIEST)


def _is_of_visit(resource: Resource, encounter: str) -> bool:
    """Records of another visit are left out; those of no visit belong to the patient."""
    if resource["resourceType"] == "Encounter":
        return bool(resource["id"] == encounter)
    visits = [target(one) for one in walk(resource, "encounter")]
    return not visits or ("Encounter", encounter) in visits
