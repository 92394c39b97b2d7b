"""The US Realm header of a CCD: patient, author, custodian, what period it covers."""

from datetime import datetime
from typing import Any
from uuid import uuid4
from xml.etree.ElementTree import Element

from smartapp.sandbox.ccd.words import first, said
from smartapp.sandbox.ccd.xml import LOINC, at, code, moment, node, plain, template
from smartapp.sandbox.fhir.dates import EARLIEST, LATEST, Span
from smartapp.sandbox.fhir.paths import walk
from smartapp.sandbox.fhir.wire import Resource

_CONFIDENTIALITY = "2.16.840.1.113883.5.25"
_GENDER = "2.16.840.1.113883.5.1"
_RACE = "2.16.840.1.113883.6.238"
_ACT_CLASS = "2.16.840.1.113883.5.6"
_GENDERS = {"male": ("M", "Male"), "female": ("F", "Female"), "other": ("UN", "Undifferentiated")}
_CORE = "us-core-"


def write_header(root: Element, patient: Resource, window: Span, now: datetime) -> None:
    """Everything before the body."""
    node(root, "realmCode", code="US")
    node(root, "typeId", root="2.16.840.1.113883.1.3", extension="POCD_HD000040")
    template(root, "2.16.840.1.113883.10.20.22.1.1", "2015-08-01")
    template(root, "2.16.840.1.113883.10.20.22.1.2", "2015-08-01")
    node(root, "id", root=str(uuid4()))
    code(root, "code", "34133-9", LOINC, "Summarization of Episode Note")
    node(root, "title", "Continuity of Care Document")
    node(root, "effectiveTime", value=at(now))
    node(root, "confidentialityCode", code="N", codeSystem=_CONFIDENTIALITY)
    node(root, "languageCode", code="en-US")
    _record_target(root, patient)
    _author(root, now)
    _custodian(root)
    _service(root, patient, window, now)


def _record_target(root: Element, patient: Resource) -> None:
    role = node(node(root, "recordTarget"), "patientRole")
    identifiers = [one for one in walk(patient, "identifier") if isinstance(one, dict)]
    for one in identifiers:
        if one.get("value") and str(one.get("system", "")).startswith("urn:oid:"):
            oid = str(one["system"]).removeprefix("urn:oid:")
            node(role, "id", root=oid, extension=str(one["value"]))
    if len(role) == 0:
        node(role, "id", nullFlavor="UNK")
    _address(role, first(patient, "address"))
    _telecoms(role, walk(patient, "telecom"))
    person = node(role, "patient")
    _name(person, patient)
    _gender(person, said(patient.get("gender")))
    born = moment(patient.get("birthDate"))
    node(person, "birthTime", **({"value": born} if born else {"nullFlavor": "UNK"}))
    _omb(person, patient, "race", "raceCode")
    _omb(person, patient, "ethnicity", "ethnicGroupCode")
    spoken = node(node(person, "languageCommunication"), "languageCode")
    spoken.set(*_language(patient))


def _gender(person: Element, gender: str) -> None:
    stated = _GENDERS.get(gender)
    if stated is None:
        node(person, "administrativeGenderCode", nullFlavor="UNK")
        return
    shown = {"code": stated[0], "displayName": stated[1]}
    node(person, "administrativeGenderCode", codeSystem=_GENDER, **shown)


def _language(patient: Resource) -> tuple[str, str]:
    codings = walk(patient, "communication.language.coding")
    stated = (one for one in codings if isinstance(one, dict))
    tags = (said(one.get("code")) for one in stated if one.get("system") == "urn:ietf:bcp:47")
    tag = next((one for one in tags if one), None)
    return ("code", plain(tag)) if tag else ("nullFlavor", "UNK")


def _name(person: Element, patient: Resource) -> None:
    names = [one for one in walk(patient, "name") if isinstance(one, dict)]
    official = [one for one in names if one.get("use") == "official"]
    name = next(iter(official or names), {})
    holder = node(person, "name", use="L")
    for given in walk(name, "given"):
        node(holder, "given", given)
    family = said(name.get("family")) or said(name.get("text"))
    node(holder, "family", family or None, **({} if family else {"nullFlavor": "UNK"}))


def _omb(person: Element, patient: Resource, kind: str, tag: str) -> None:
    path = f"extension:{_CORE}{kind}.extension"
    coded = [one for one in walk(patient, f"{path}.valueCoding") if isinstance(one, dict)]
    if not coded:
        node(person, tag, nullFlavor="UNK")
        return
    stated = coded[0]
    attributes = {"code": said(stated.get("code")), "displayName": said(stated.get("display"))}
    node(person, tag, codeSystem=_RACE, **attributes)


def _address(role: Element, address: Any) -> None:
    stated = address if isinstance(address, dict) else {}
    holder = node(role, "addr", use="HP")
    lines = walk(stated, "line") or [None]
    parts = [("streetAddressLine", line) for line in lines]
    parts += [("city", stated.get("city")), ("state", stated.get("state"))]
    parts += [("postalCode", stated.get("postalCode")), ("country", stated.get("country"))]
    for tag, value in parts:
        node(holder, tag, value, **({} if value is not None else {"nullFlavor": "UNK"}))


def _telecoms(role: Element, telecoms: list[Any]) -> None:
    schemes = {"phone": "tel:", "email": "mailto:", "fax": "fax:"}
    found = False
    for one in telecoms:
        scheme = schemes.get(said(one.get("system"))) if isinstance(one, dict) else None
        if scheme and one.get("value"):
            node(role, "telecom", value=f"{scheme}{one['value']}", use="HP")
            found = True
    if not found:
        node(role, "telecom", nullFlavor="UNK")


def _author(root: Element, now: datetime) -> None:
    author = node(root, "author")
    node(author, "time", value=at(now))
    assigned = node(author, "assignedAuthor")
    node(assigned, "id", root=str(uuid4()))
    node(assigned, "addr", nullFlavor="NI")
    node(assigned, "telecom", nullFlavor="NI")
    device = node(assigned, "assignedAuthoringDevice")
    node(device, "manufacturerModelName", "Sandbox EHR")
    node(device, "softwareName", "Sandbox EHR")


def _custodian(root: Element) -> None:
    holder = node(
        node(node(root, "custodian"), "assignedCustodian"), "representedCustodianOrganization"
    )
    node(holder, "id", nullFlavor="NI")
    node(holder, "name", "Sandbox EHR")
    node(holder, "telecom", nullFlavor="NI")
    node(holder, "addr", nullFlavor="NI")


def _service(root: Element, patient: Resource, window: Span, now: datetime) -> None:
    """The care that the document covers: the period asked for, else life until now."""
    event = node(node(root, "documentationOf"), "serviceEvent", classCode="PCPR")
    node(event, "code", code="PCPR", codeSystem=_ACT_CLASS)
    period = node(event, "effectiveTime")
    born = moment(patient.get("birthDate"))
    low = at(window.start) if window.start != EARLIEST else born
    node(period, "low", **({"value": low} if low else {"nullFlavor": "UNK"}))
    node(period, "high", value=at(now if window.end == LATEST else window.end))
