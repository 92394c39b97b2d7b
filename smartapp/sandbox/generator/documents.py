"""Documents with their renditions, pictures, and the provenance of what was written."""

from base64 import b64encode
from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from smartapp.sandbox.generator import systems
from smartapp.sandbox.generator.ccda import continuity_of_care
from smartapp.sandbox.generator.datatypes import (
    Json,
    coding,
    concept,
    period,
    present,
    reference,
    standard,
)
from smartapp.sandbox.generator.renditions import Table, html, pdf, png, rtf, text
from smartapp.sandbox.generator.staff import HOSPITAL
from smartapp.sandbox.generator.world import Chart, StoredBinary

_US_CORE_CATEGORY = "http://hl7.org/fhir/us/core/CodeSystem/us-core-documentreference-category"
_FORMAT = "http://ihe.net/fhir/ValueSet/IHE.FormatCode.codesystem"
_PREFIX = {
    "application/pdf": "XR",
    "text/html": "TR",
    "text/plain": "R",
    "text/rtf": "R",
    "application/xml": "XML",
    "image/png": "R",
}
TYPES = {
    "Progress Note": "11506-3",
    "History and Physical": "34117-2",
    "Discharge Summary": "18842-5",
    "Consult Note": "11488-4",
    "Operative Note": "11504-8",
    "ED Note": "34111-5",
    "Nursing Note": "34746-8",
    "Summary of Care": "34133-9",
    "Diagnostic Imaging Study": "18748-4",
    "Pathology Report": "11526-1",
}


class Note(NamedTuple):
    """What a document says, whatever format it is rendered in."""

    title: str
    kind: str
    paragraphs: Sequence[str]
    table: Table = ()
    raw: str = ""


def _names(referred: Any, target: str) -> bool:
    return isinstance(referred, dict) and referred.get("reference") == target


def _summary(chart: Chart, at: datetime) -> bytes:
    subject = f"Patient/{chart.patient_id}"
    own = [
        one
        for one in chart.world.resources
        if any(_names(one.get(element), subject) for element in ("subject", "patient"))
    ]
    patient = next(one for one in chart.world.resources if one["id"] == chart.patient_id)
    return continuity_of_care(patient, own, at)


def _render(chart: Chart, note: Note, content_type: str, at: datetime) -> bytes:
    if content_type == "application/pdf":
        rows = ["    ".join(row) for row in note.table]
        return pdf([note.title, chart.name, "", *note.paragraphs, "", *rows])
    if content_type == "text/html":
        return html(note.title, note.paragraphs, note.table, note.raw)
    if content_type == "text/rtf":
        return rtf(note.title, note.paragraphs, note.table, note.raw)
    if content_type == "application/xml":
        return _summary(chart, at)
    return png() if content_type == "image/png" else text(note.title, note.paragraphs, note.table)


def attach(
    chart: Chart, owner: str, note: Note, formats: Sequence[str], at: datetime
) -> list[Json]:
    """Store one rendition per format for `owner` (`Type/id`); gives the attachments."""
    attachments = []
    for number, content_type in enumerate(formats):
        suffix = "" if number == 0 or _PREFIX[content_type] != "R" else f"-{number}"
        key = f"{_PREFIX[content_type]}-{owner.partition('/')[2]}{suffix}"
        data = _render(chart, note, content_type, at)
        chart.world.binaries.append(StoredBinary(key, content_type, data, owner))
        attachments.append(
            {
                "contentType": content_type,
                "url": f"{chart.world.base}/Binary/{key}",
                "title": note.title,
                "creation": chart.world.stamp(at),
            }
        )
    return attachments


def _document_elements(chart: Chart, note: Note, at: datetime) -> dict[str, Any]:
    loinc = TYPES[note.kind]
    clinical = coding(_US_CORE_CATEGORY, "clinical-note", "Clinical Note")
    seen = chart.world.stamp(at)
    return {
        "status": "current",
        "docStatus": "final",
        "type": chart.world.term(72, note.kind, coding(systems.LOINC, loinc)),
        "category": [
            {"coding": [coding(systems.LOINC, loinc)]},
            concept("Clinical Note", clinical),
        ],
        "subject": chart.subject,
        "date": seen,
        "author": [chart.author] if chart.author else None,
        "authenticator": chart.author,
        "custodian": HOSPITAL,
        "context": present(
            encounter=[chart.visit] if chart.visit else None, period=period(seen, seen)
        ),
    }


def document(chart: Chart, note: Note, formats: Sequence[str], at: datetime, **more: Any) -> Json:
    """Write a document with its renditions; `more` adds or replaces elements."""
    key, version = more.pop("id", None) or chart.next_id(), more.pop("version", "1")
    form = coding(_FORMAT, "urn:ihe:iti:xds:2017:mimeTypeSufficient", "mimeType Sufficient")
    elements = {
        "identifier": [chart.ceuuid(key, at)],
        **_document_elements(chart, note, at),
        "content": [
            {"attachment": one, "format": form}
            for one in attach(chart, f"DocumentReference/{key}", note, formats, at)
        ],
        **more,
    }
    resource = {"resourceType": "DocumentReference", "id": key, **present(**elements)}
    return chart.world.add(resource, at, version)


def replaces(older: Json) -> list[Json]:
    """The relation of a document that takes the place of an older one."""
    return [{"code": "replaces", "target": reference(f"DocumentReference/{older['id']}")}]


def media(chart: Chart, title: str, at: datetime, **more: Any) -> Json:
    """Write a picture with its bytes inside."""
    data = png()
    elements = {
        "status": "completed",
        "type": standard(systems.TERMINOLOGY + "media-type", "image", "Image"),
        "subject": chart.subject,
        "encounter": chart.visit,
        "createdDateTime": chart.world.stamp(at),
        "operator": chart.author,
        "height": 64,
        "width": 96,
        "content": {
            "contentType": "image/png",
            "data": b64encode(data).decode(),
            "title": title,
            "size": len(data),
        },
        **more,
    }
    resource = {"resourceType": "Media", "id": chart.next_id(), **present(**elements)}
    return chart.world.add(resource, at, "1")


def provenance(chart: Chart, prefix: str, target: Json, at: datetime, **more: Any) -> Json:
    """Write who a record came from: its author and the organization that sent it."""
    types = systems.TERMINOLOGY + "provenance-participant-type"
    number = chart.next_id()
    agents = [
        {
            "type": concept("Author", coding(types, "author", "Author")),
            "who": chart.author or HOSPITAL,
            "onBehalfOf": HOSPITAL,
        },
        {
            "type": concept("Transmitter", coding(types, "transmitter", "Transmitter")),
            "who": HOSPITAL,
        },
    ]
    elements = {
        "target": [reference(f"{target['resourceType']}/{target['id']}")],
        "recorded": at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "agent": agents,
        **more,
    }
    resource = {"resourceType": "Provenance", "id": f"{prefix}{number}", **present(**elements)}
    return chart.world.add(resource, at, number)
