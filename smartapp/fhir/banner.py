"""What the patient banner says: name, born, gender, identifiers, and what must not be missed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, tzinfo
from typing import Any

from smartapp.fhir import codes, dates
from smartapp.fhir.columns import at
from smartapp.fhir.display import Shown
from smartapp.fhir.display.concepts import (
    as_text,
    identifier_label,
    identifier_value,
    show_concept,
    show_reference,
)
from smartapp.fhir.display.people import name_text
from smartapp.fhir.display.primitives import code_words
from smartapp.fhir.display.shown import absence
from smartapp.fhir.elements import values
from smartapp.fhir.extensions import first_value
from smartapp.fhir.security import restrictions
from smartapp.fhir.status import codes_of, unknown_modifiers

Resource = Mapping[str, Any]

NOT_KNOWN = "Not known"
_NAME_ORDER = ("official", "usual", "", "temp", "nickname", "anonymous", "maiden", "old")
_INTERPRETER = (
    codes.STRUCTURE + "patient-interpreterRequired",
    codes.US_CORE + "us-core-interpreter-needed",
)
_SEXES = {"F": "Female", "M": "Male", "UNK": "Unknown", "OTH": "Other", "ASKU": "Asked, not known"}


@dataclass(frozen=True, slots=True)
class IdentifierLine:
    """One identifier of the patient, with what it is and who assigned it."""

    label: str
    value: str
    assigner: str = ""
    is_record_number: bool = False


@dataclass(frozen=True, slots=True)
class Banner:
    """The patient in words; an empty text or tuple means there is nothing to say.

    `age` is at death for who has died. `merged_into` is a reference as sent. `died` is "" for the
    living. `details`: label and words of what is shown on request (sex at birth and the like).
    `modifiers`: what may change the meaning of all this and is unknown to us.
    """

    name: str
    born: str
    age: str
    gender: str
    preferred: str = ""
    identifiers: tuple[IdentifierLine, ...] = ()
    is_deceased: bool = False
    died: str = ""
    is_inactive: bool = False
    merged_into: str = ""
    replaces: tuple[str, ...] = ()
    restricted: tuple[str, ...] = ()
    interpreter: str = ""
    language: str = ""
    details: tuple[tuple[str, str], ...] = ()
    modifiers: tuple[str, ...] = ()


def banner(resource: Resource, today: date, zone: tzinfo) -> Banner:
    """The banner of a Patient.

    Source: NHS Common User Interface, Patient Banner, PAB-0016 to 0060.
    """
    names = _names(resource, today)
    is_deceased, died, died_on = _death(resource, zone)
    shown = at(resource, "birthDate", zone)
    links = _links(resource)
    return Banner(
        name=name_text(names[0]) if names else at(resource, "name", zone).missing or NOT_KNOWN,
        preferred=_preferred(names),
        born=shown.text or shown.missing or NOT_KNOWN,
        age=_age(resource, died_on or (None if is_deceased else today)),
        gender=_gender(resource, zone),
        identifiers=identifiers(resource, today),
        is_deceased=is_deceased,
        died=died,
        is_inactive=resource.get("active") is False,
        merged_into=next((ref for kind, ref in links if kind == "replaced-by"), ""),
        replaces=tuple(ref for kind, ref in links if kind == "replaces"),
        restricted=restrictions(resource),
        interpreter=_interpreter(resource),
        language=_language(resource, zone),
        details=_details(resource, zone),
        modifiers=tuple(unknown_modifiers(resource)),
    )


def name_of(resource: Resource, today: date) -> str:
    """The name alone, as the banner says it."""
    names = _names(resource, today)
    return name_text(names[0]) if names else NOT_KNOWN


def _names(resource: Resource, today: date) -> list[dict[str, Any]]:
    """The names that have words, current ones first, by use."""
    found = resource.get("name")
    items = [item for item in found if isinstance(item, dict)] if isinstance(found, list) else []
    items = [item for item in items if name_text(item)]
    return sorted(items, key=lambda item: (has_ended(item, today), _use_rank(item)))


def _use_rank(item: Mapping[str, Any]) -> int:
    use = as_text(item.get("use"))
    return _NAME_ORDER.index(use) if use in _NAME_ORDER else len(_NAME_ORDER)


def has_ended(item: Mapping[str, Any], today: date) -> bool:
    """Whether the period of an element is over."""
    period = item.get("period")
    end = dates.parse(period.get("end")) if isinstance(period, dict) else None
    return end is not None and end.last < today


def _preferred(names: list[dict[str, Any]]) -> str:
    """The name the patient goes by, where it is another than the first."""
    for item in names[1:]:
        if as_text(item.get("use")) in {"nickname", "usual"} and name_text(item) != name_text(
            names[0]
        ):
            return name_text(item)
    return ""


def _death(resource: Resource, zone: tzinfo) -> tuple[bool, str, date | None]:
    """(has died, in words, day of death where it is known)."""
    for value in values(resource, "deceased[x]"):
        if value.value is None or value.value is False:
            continue
        found = dates.parse(value.value)
        if found is None:
            return True, "Died, date not recorded", None
        moment = found.moment
        day = moment.astimezone(zone).date() if moment and moment.tzinfo else found.first
        return True, f"Died {dates.text(value.value, zone)}", day if found.day else None
    return False, "", None


def _age(resource: Resource, on: date | None) -> str:
    return (dates.age(resource.get("birthDate"), on) or "") if on else ""


def _gender(resource: Resource, zone: tzinfo) -> str:
    shown = at(resource, "gender", zone)
    return shown.text or shown.missing or NOT_KNOWN


def identifiers(resource: Resource, today: date) -> tuple[IdentifierLine, ...]:
    """Identifiers in force, medical record numbers first."""
    found = resource.get("identifier")
    lines = [
        _identifier(item)
        for item in (found if isinstance(found, list) else [])
        if isinstance(item, dict) and not has_ended(item, today) and item.get("use") != "old"
    ]
    return tuple(sorted(lines, key=lambda line: (not line.is_record_number, not line.value)))


def _identifier(item: dict[str, Any]) -> IdentifierLine:
    label = identifier_label(item)
    kinds = codes_of(item.get("type"))
    is_record_number = "MR" in kinds or label.upper() == "MRN"
    by = item.get("assigner")
    assigner = show_reference(by, UTC).text if isinstance(by, dict) else ""
    value = identifier_value(item) or absence(item.get("_value")) or absence(item) or NOT_KNOWN
    return IdentifierLine(label or "Identifier", value, assigner, is_record_number)


def _links(resource: Resource) -> list[tuple[str, str]]:
    """(type, reference) of the links to other records of the same person."""
    found = resource.get("link")
    links = []
    for item in found if isinstance(found, list) else ():
        other = item.get("other") if isinstance(item, dict) else None
        if isinstance(other, dict):
            said = as_text(other.get("reference")) or as_text(other.get("display"))
            links.append((as_text(item.get("type")), said or NOT_KNOWN))
    return links


def _interpreter(resource: Resource) -> str:
    for url in _INTERPRETER:
        value = first_value(resource, url)
        if value is True or (isinstance(value, dict) and _means_yes(value)):
            return "Interpreter needed"
    return ""


def _means_yes(value: dict[str, Any]) -> bool:
    """Source: US Core interpreter-needed, SNOMED CT 373066001 Yes."""
    return "373066001" in codes_of({"coding": [value]})


def _language(resource: Resource, zone: tzinfo) -> str:
    """The preferred language, else all that are named."""
    found = resource.get("communication")
    items = [item for item in found if isinstance(item, dict)] if isinstance(found, list) else []
    chosen = [item for item in items if item.get("preferred") is True] or items
    texts = [show_concept(item.get("language") or {}, zone) for item in chosen]
    return ", ".join(text for one in texts if (text := one.text or one.missing or ""))


def _details(resource: Resource, zone: tzinfo) -> tuple[tuple[str, str], ...]:
    """What is said of sex and gender beyond the administrative one, with its label."""
    found = []
    for url, label in (
        (codes.US_CORE + "us-core-birthsex", "Sex assigned at birth"),
        (codes.US_CORE + "us-core-sex", "Sex"),
        (codes.US_CORE + "us-core-genderIdentity", "Gender identity"),
        (codes.STRUCTURE + "patient-genderIdentity", "Gender identity"),
    ):
        value = first_value(resource, url)
        if isinstance(value, str):
            found.append((label, _SEXES.get(value, code_words(value))))
        elif isinstance(value, dict):
            shown = _concept(value, zone)
            found.append((label, shown.text or shown.missing or NOT_KNOWN))
    return tuple(found)


def _concept(value: dict[str, Any], zone: tzinfo) -> Shown:
    """A CodeableConcept, or a Coding as one."""
    is_coding = "coding" not in value and "code" in value
    return show_concept({"coding": [value]} if is_coding else value, zone)
