"""Elements of a CDA document: names, codes, times, and what stands where something is unknown."""

import re
from datetime import datetime
from typing import Any
from uuid import uuid4
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from smartapp.sandbox.fhir.dates import span
from smartapp.sandbox.fhir.paths import walk

CDA = "urn:hl7-org:v3"
SDTC = "urn:hl7-org:sdtc"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
SNOMED = "http://snomed.info/sct"
LOINC = "http://loinc.org"
RXNORM = "http://www.nlm.nih.gov/research/umls/rxnorm"
CVX = "http://hl7.org/fhir/sid/cvx"
OIDS = {
    SNOMED: ("2.16.840.1.113883.6.96", "SNOMED CT"),
    LOINC: ("2.16.840.1.113883.6.1", "LOINC"),
    RXNORM: ("2.16.840.1.113883.6.88", "RxNorm"),
    CVX: ("2.16.840.1.113883.12.292", "CVX"),
    "http://hl7.org/fhir/sid/icd-10-cm": ("2.16.840.1.113883.6.90", "ICD-10-CM"),
    "http://hl7.org/fhir/sid/icd-9-cm": ("2.16.840.1.113883.6.103", "ICD-9-CM"),
    "http://www.ama-assn.org/go/cpt": ("2.16.840.1.113883.6.12", "CPT-4"),
    "http://hl7.org/fhir/sid/ndc": ("2.16.840.1.113883.6.69", "NDC"),
    "http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation": (
        "2.16.840.1.113883.5.83",
        "ObservationInterpretation",
    ),
}
_NOT_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")


def node(parent: Element, tag: str, text: Any = None, **attributes: str) -> Element:
    """A child of the CDA namespace; attribute `xsi_type` is the datatype."""
    child = ElementTree.SubElement(parent, f"{{{CDA}}}{tag}")
    for name, value in attributes.items():
        child.set(f"{{{XSI}}}type" if name == "xsi_type" else name, plain(value))
    if text is not None:
        child.text = plain(text)
    return child


def plain(value: Any) -> str:
    """Text without the characters that XML cannot hold."""
    return _NOT_XML.sub("", str(value))


def template(parent: Element, root: str, extension: str) -> None:
    """A template of this release, and its first release for readers that know only that."""
    node(parent, "templateId", root=root)
    node(parent, "templateId", root=root, extension=extension)


def new_id(parent: Element) -> None:
    """An id of its own."""
    node(parent, "id", root=str(uuid4()))


def code(parent: Element, tag: str, value: str, system: str, display: str = "") -> Element:
    """A code of a standard's own vocabulary."""
    oid, name = OIDS.get(system, (system, ""))
    named = {"displayName": display} if display else {}
    return node(parent, tag, code=value, codeSystem=oid, **named, **_named(name))


def _named(name: str) -> dict[str, str]:
    return {"codeSystemName": name} if name else {}


def concept(parent: Element, tag: str, value: Any, prefer: str, xsi_type: str = "") -> Element:
    """A CodeableConcept: the preferred system first, others as translations, its words kept."""
    codings = _codings(value)
    best = next((one for one in codings if one["system"] == prefer), None)
    kind = {"xsi_type": xsi_type} if xsi_type else {}
    if best is not None:
        element = _coded(parent, tag, best, **kind)
    else:
        element = node(parent, tag, nullFlavor="OTH" if codings else "UNK", **kind)
    words = concept_text(value)
    if words:
        node(element, "originalText", words)
    for other in codings:
        if other is not best:
            _coded(element, "translation", other)
    return element


def _coded(parent: Element, tag: str, coding: dict[str, Any], **kind: str) -> Element:
    oid, name = OIDS[coding["system"]]
    display = {"displayName": str(coding["display"])} if coding.get("display") else {}
    return node(
        parent, tag, code=str(coding["code"]), codeSystem=oid, **_named(name), **display, **kind
    )


def _codings(value: Any) -> list[dict[str, Any]]:
    found = value.get("coding") if isinstance(value, dict) else None
    listed = found if isinstance(found, list) else []
    return [
        one
        for one in listed
        if isinstance(one, dict) and str(one.get("system")) in OIDS and one.get("code")
    ]


def concept_text(value: Any) -> str:
    """A CodeableConcept in words."""
    if not isinstance(value, dict):
        return ""
    if value.get("text"):
        return str(value["text"])
    codings = [one for one in walk(value, "coding") if isinstance(one, dict)]
    words = (one.get("display") or one.get("code") for one in codings)
    return next((str(one) for one in words if one), "")


def moment(value: Any) -> str | None:
    """A FHIR date as CDA writes it, in the precision it was sent; None when there is none."""
    if not isinstance(value, str) or span(value) is None:
        return None
    date, _, time = value.partition("T")
    if not time:
        return date.replace("-", "")
    clock, sign, zone = _split_zone(time)
    digits = clock.split(".")[0].replace(":", "")
    return f"{date.replace('-', '')}{digits}{sign}{zone.replace(':', '')}"


def _split_zone(time: str) -> tuple[str, str, str]:
    if time.endswith("Z"):
        return time[:-1], "+", "0000"
    for sign in "+-":
        clock, found, zone = time.partition(sign)
        if found:
            return clock, sign, zone
    return time, "", ""


def at(value: datetime) -> str:
    """A moment of ours as CDA writes it."""
    return value.strftime("%Y%m%d%H%M%S%z")


def time(parent: Element, tag: str, value: Any) -> Element:
    """A point in time, or an unknown one."""
    text = moment(value)
    return node(parent, tag, value=text) if text else node(parent, tag, nullFlavor="UNK")


def interval(parent: Element, low: Any, high: Any, tag: str = "effectiveTime") -> Element:
    """From low to high; an open end is left open."""
    element = node(parent, tag, xsi_type="IVL_TS")
    time(element, "low", low)
    if high is not None:
        time(element, "high", high)
    return element


def reference(parent: Element, row: str) -> None:
    """The entry's words: its row in the section's narrative."""
    node(node(parent, "text"), "reference", value=f"#{row}")
