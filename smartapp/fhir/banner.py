"""What the patient banner says: name, born, gender, identifier, in that order, and the warnings."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from typing import Any

from smartapp.fhir import dates
from smartapp.fhir.display.concepts import identifier_label, identifier_value
from smartapp.fhir.display.people import name_text
from smartapp.fhir.display.primitives import code_words
from smartapp.fhir.display.shown import absence
from smartapp.fhir.status import codes_of

Resource = Mapping[str, Any]

NOT_KNOWN = "Not known"
_NAME_RANK = ("official", "usual", "", "temp", "anonymous", "nickname", "maiden", "old")
_IDENTIFIER_RANK = ("official", "usual", "", "secondary", "temp")


@dataclass(frozen=True, slots=True)
class NamedId:
    """An identifier with its label and who assigned it."""

    label: str
    value: str
    assigner: str = ""


@dataclass(frozen=True, slots=True)
class Banner:
    """The banner in words. `deceased` is "" for the living; `warnings` are whole sentences."""

    name: str
    preferred: str
    born: str
    gender: str
    identifier: NamedId
    others: tuple[NamedId, ...]
    deceased: str
    age_at_death: str
    warnings: tuple[str, ...]
    brief: bool = False


def banner(patient: Resource, zone: tzinfo, now: datetime, *, brief: bool = False) -> Banner:
    """The banner of a Patient as sent. `brief`: the one line where the EHR shows its own.

    Source: NHS Common User Interface, Patient Banner design guide, PAB-0009…0072.
    """
    names = _ranked(patient.get("name"), _NAME_RANK, now)
    ids = [_named(one) for one in _ranked(patient.get("identifier"), _IDENTIFIER_RANK, now, _mrn)]
    ids = [one for one in ids if one.value]
    died = _died(patient, zone)
    return Banner(
        name=_name(names, patient),
        preferred=_preferred(names),
        born=_born(patient, zone, now, alive=not died),
        gender=_gender(patient),
        identifier=ids[0] if ids else NamedId("Identifier", NOT_KNOWN),
        others=tuple(ids[1:]),
        deceased=died,
        age_at_death=_age_at_death(patient) if died else "",
        warnings=tuple(_warnings(patient)),
        brief=brief,
    )


def _ranked(
    value: Any, uses: tuple[str, ...], now: datetime, first: Any = lambda _: 0
) -> list[dict[str, Any]]:
    """The objects of a list, current ones first, then by `first`, then by the rank of their use."""
    items = value if isinstance(value, list) else [value]
    found = [item for item in items if isinstance(item, dict)]

    def rank(item: dict[str, Any]) -> tuple[bool, Any, int]:
        use = item.get("use", "")
        place = uses.index(use) if use in uses else len(uses)
        return _is_over(item.get("period"), now), first(item), place

    return sorted(found, key=rank)


def _is_over(period: Any, now: datetime) -> bool:
    end = dates.parse(period.get("end")) if isinstance(period, dict) else None
    return end is not None and end.last < now.astimezone(UTC).date()


def _mrn(identifier: dict[str, Any]) -> bool:
    """Sorts before all others: a medical record number."""
    return not {"MR", "MRN"} & set(codes_of(identifier.get("type")))


def _named(identifier: dict[str, Any]) -> NamedId:
    by = identifier.get("assigner")
    assigner = by.get("display") if isinstance(by, dict) else ""
    label = identifier_label(identifier) or "Identifier"
    value = identifier_value(identifier)
    return NamedId(label, value, assigner if isinstance(assigner, str) else "")


def _name(names: list[dict[str, Any]], patient: Resource) -> str:
    said: Iterable[str] = filter(None, map(name_text, names))
    missing = next(filter(None, map(absence, names)), None) or absence(patient.get("_name"))
    return next(iter(said), f"Name {(missing or NOT_KNOWN).lower()}")


def _preferred(names: list[dict[str, Any]]) -> str:
    """A nickname, or the usual name where another is the official one."""
    texts = [name_text(one) for one in names]
    for use in ("nickname", "usual"):
        for one, text in zip(names, texts, strict=True):
            if one.get("use") == use and text and text != texts[0]:
                return text
    return ""


def _born(patient: Resource, zone: tzinfo, now: datetime, *, alive: bool) -> str:
    birth = patient.get("birthDate")
    if birth is None:
        return absence(patient.get("_birthDate")) or NOT_KNOWN
    text = dates.text(birth, zone)
    age = dates.age(birth, now.astimezone(zone).date()) if alive else None
    return f"{text} ({age})" if age else text


def _gender(patient: Resource) -> str:
    gender = patient.get("gender")
    if not isinstance(gender, str):
        return absence(patient.get("_gender")) or NOT_KNOWN
    return code_words(gender)


def _died(patient: Resource, zone: tzinfo) -> str:
    when = patient.get("deceasedDateTime")
    if when is not None:
        return dates.text(when, zone)
    return "Date not known" if patient.get("deceasedBoolean") is True else ""


def _age_at_death(patient: Resource) -> str:
    died = patient.get("deceasedDateTime")
    return (dates.age(patient.get("birthDate"), died) if died else None) or NOT_KNOWN


def _warnings(patient: Resource) -> Iterable[str]:
    """Inactive and merged records."""
    links = patient.get("link")
    kinds = {
        link.get("type")
        for link in (links if isinstance(links, list) else [])
        if isinstance(link, dict)
    }
    if "replaced-by" in kinds:
        yield "This record was merged into another one: do not rely on it, open the other."
    elif patient.get("active") is False:
        yield "This record is marked inactive in the EHR."
